/** A record's life as one person sees it: the chain of signers, the versions, and what he may do now. */
import { YqError } from '#core/errors/index.ts';
import type { Call } from '../http/app.ts';
import { required } from '../login/login.ts';
import { nextLine, type Signing } from './lines.ts';
import type { RecordsRoom } from './records.ts';
import type { Version } from './register.ts';
import { mayOf, roleOf } from './standing.ts';

export function lifeOf(room: RecordsRoom, { params, session }: Call) {
  const { person } = required(session);
  const id = String(params['id']);
  const versions = room.register.versions(id);
  const current = versions.at(-1);
  if (current === undefined) throw new YqError('RECORD_NOT_FOUND');
  if (!room.register.concerns(id, person.id)) throw new YqError('RECORD_NOT_YOURS');
  const content = room.register.content(id, current.summary.version);
  const may = mayOf(room.rules, current, person, content !== undefined);
  const sections = content === undefined ? [] : room.forms.sections(content);
  const returned = current.withdrawnAt === null ? current.signers.find((s) => s.state === 'returned') : undefined;
  const { urgent, author, dueAt, byIntern } = current.summary;
  const first = versions[0]?.summary.submittedAt ?? '';
  return {
    recordId: id,
    version: current.summary.version,
    steps: stepsOf(room, current),
    versions: versions.map((v) => versionOf(room, v)),
    sections: sections.map((s) => ({ ...s, editable: s.editable && may.edit })),
    urgent: urgent ? (current.urgency ?? { by: author, at: first, reason: '' }) : null,
    returned: returned === undefined ? null : { by: returned.name, at: returned.closedAt, reason: returned.reason },
    dueAt,
    byIntern,
    may,
  };
}

const orNull = (text: string): string | null => (text === '' ? null : text);

function stepsOf(room: RecordsRoom, version: Version) {
  const { signers, summary, withdrawnAt } = version;
  const next = withdrawnAt === null ? nextLine(signers) : undefined;
  const stateOf = (s: Signing) => {
    if (s === next) return 'next';
    return s.state === 'carried' ? 'signed' : s.state;
  };
  const signed = signers.map((s) => ({
    level: s.rank ?? room.rules.standing(s.title)?.level ?? 'resident',
    role: roleOf(room.rules, summary.type, s),
    person: s.name,
    state: stateOf(s),
    version: s.signedVersion,
    at: orNull(s.state === 'returned' || s.state === 'withdrawn' ? s.closedAt : s.signedAt),
    reason: orNull(s.reason),
  }));
  // A level that the type knows but this record does without.
  const spared = (room.rules.type(summary.type)?.levels ?? [])
    .filter((l) => !l.required && !signers.some((s) => s.rank === l.level))
    .map(({ level, role }) => {
      return { level, role, person: '', state: 'not-needed' as const, version: null, at: null, reason: null };
    });
  return [...signed, ...spared];
}

function versionOf(room: RecordsRoom, version: Version) {
  const { summary, current, signers, madeBy, authorId, reason } = version;
  const maker = room.persons.get(madeBy ?? authorId ?? '');
  return {
    version: summary.version,
    author: maker?.name ?? summary.author,
    authorLevel: room.rules.standing(maker?.title ?? '')?.level ?? null,
    submittedAt: summary.submittedAt,
    reason,
    state: stateOfVersion(version, current === summary.version),
    signatures: signers
      .filter((s) => s.sm3After !== '')
      .map((s) => ({ person: s.name, role: s.rule.role, at: s.signedAt })),
  };
}

function stateOfVersion({ signers, withdrawnAt }: Version, isCurrent: boolean) {
  if (isCurrent && withdrawnAt !== null) return 'withdrawn';
  if (signers.some((s) => s.state === 'withdrawn')) return 'withdrawn';
  if (signers.some((s) => s.state === 'returned')) return 'returned';
  if (!isCurrent) return 'superseded';
  return signers.some((s) => s.state === 'waiting') ? 'waiting' : 'signed';
}
