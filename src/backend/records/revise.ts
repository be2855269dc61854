/**
 * A new version: a superior's change when it is his turn, or the author's after a return. It is rendered anew from its sections; the
 * earlier version keeps its document and its signatures. Levels below who changes need not sign again unless the type says so.
 */
import { sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Call, Result } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { Person } from '../login/persons.ts';
import { asNext } from './acts.ts';
import { changesBetween } from './changes.ts';
import type { SectionEdit } from './forms.ts';
import { isSettled, nextLine, type Signing } from './lines.ts';
import type { RecordsRoom } from './records.ts';
import type { Version } from './register.ts';
import { mayOf, refuseLevel } from './standing.ts';
import type { NewSigner } from './types.ts';

interface Request {
  readonly from: number;
  readonly sections: readonly SectionEdit[];
  readonly reason: string;
}

export async function revise(room: RecordsRoom, call: Call): Promise<Result> {
  const { person } = required(call.session);
  const id = String(call.params['id']);
  const request = call.body as Request;
  const requestSm3 = digestOf(person, request);
  const first = look(room, id, person, request, requestSm3);
  if ('made' in first) return { status: 200, body: { version: first.made } };

  const { version, content } = first;
  const number = request.from + 1;
  const at = room.clock();
  const changed = room.forms.change(content, {
    ...{ edits: request.sections, version: number, by: person, at, reason: request.reason },
  });
  const signers = chainAfter(room, version, person);
  const rendered = await room.forms.render(changed, notesOf(version, signers));
  const placed = signers.map((s): NewSigner => {
    const placement = rendered.signatures.find((x) => x.role === s.rule.role)?.placement ?? s.rule.placement;
    return { ...s, rule: { ...s.rule, placement } };
  });
  const fresh = changesBetween(
    room.forms.sections(content),
    room.forms.sections(changed),
    person.name,
    at.toISOString(),
  );
  const document = await room.documents.put(rendered.bytes);
  try {
    return room.store.transaction(() => {
      const now = room.register.current(id);
      if (now?.summary.version === number && now.requestSm3 === requestSm3) {
        return { status: 200, body: { version: number } };
      }
      // Changed, signed or returned while this was being rendered: it is not the version any more that the change was made from.
      if (now === undefined || fingerprint(now) !== fingerprint(version)) throw new YqError('RECORD_CHANGED');
      // What was changed since anybody signed, not only since the last draft.
      const since = version.signers.some((s) => s.state === 'signed') ? [] : version.changes;
      room.register.add(
        {
          ...asNext(version, changed),
          submittedAt: at.toISOString(),
          changes: [...since, ...fresh],
          signers: placed,
          madeBy: person.id,
          reason: request.reason,
          requestSm3,
        },
        document,
      );
      const detail = { reason: request.reason, changes: fresh, sm3Before: version.documentSm3, sm3After: document.sm3 };
      room.trace.add(id, { version: number, at: at.toISOString(), person: person.id, act: 'changed', detail });
      return { status: 201, body: { version: number } };
    });
  } finally {
    if (!room.register.names(document.sm3)) await room.documents.remove(document.sm3);
  }
}

const digestOf = (person: Person, { from, sections, reason }: Request): string =>
  toHex(sm3(new TextEncoder().encode(JSON.stringify([person.id, from, sections.map((s) => [s.id, s.text]), reason]))));

const fingerprint = (v: Version): string =>
  JSON.stringify([v.summary.version, v.documentSm3, v.signers.map((s) => s.state), v.withdrawnAt]);

type Looked = { readonly made: number } | { readonly version: Version; readonly content: string };

/** The version to be changed, when the person may change it; or that this very request was done before. */
function look(room: RecordsRoom, id: string, person: Person, { from }: Request, requestSm3: string): Looked {
  const { register, rules } = room;
  const version = register.version(id, from);
  if (version === undefined) throw new YqError('RECORD_NOT_FOUND');
  if (!register.concerns(id, person.id)) throw new YqError('RECORD_NOT_YOURS');
  if (register.version(id, from + 1)?.requestSm3 === requestSm3) return { made: from + 1 };
  if (version.current !== from || version.withdrawnAt !== null) throw new YqError('RECORD_CHANGED');
  const content = register.content(id, from);
  if (!mayOf(rules, version, person, true).edit) {
    const next = nextLine(version.signers);
    if (next?.personId === person.id) refuseLevel(rules, version.summary.type, next, person);
    throw new YqError('RECORD_NOT_YOURS');
  }
  if (content !== undefined) return { version, content };
  throw new YqError('RECORD_NOT_EDITABLE', {
    params: { 'reason.zh': '它只有版面文件，没有可修改的文字', 'reason.en': 'it came as a document without its text' },
  });
}

/** Who has to sign the new version: from the one who changes it upwards, and those below where the type says so. */
function chainAfter(room: RecordsRoom, version: Version, person: Person): NewSigner[] {
  const { signers, summary } = version;
  const next = nextLine(signers);
  const own = next?.personId === person.id ? next : signers.find((s) => s.personId === person.id);
  const from = own?.level ?? 0;
  const again = room.rules.type(summary.type)?.lowerSignAgain ?? false;
  return signers.map((s): NewSigner => ({
    personId: s.personId,
    rule: s.rule,
    level: s.rank ?? undefined,
    carried: s.level < from && isSettled(s) && !again ? (s.signedVersion ?? summary.version) : undefined,
  }));
}

/** Printed on a line that needs no signature here. */
function notesOf({ signers }: Version, now: readonly NewSigner[]): ReadonlyMap<string, string> {
  const note = (s: Signing): [string, string][] => {
    const carried = now[s.level]?.carried;
    return carried === undefined ? [] : [[s.rule.role, `${s.name} 已签第 ${carried} 版`]];
  };
  return new Map(signers.flatMap(note));
}
