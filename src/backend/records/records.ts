/** The work list over REST, and the rules of handing in: what was listed, what was signed and what comes back must be one chain. */
import { YqError } from '#core/errors/index.ts';
import type { Call, Handlers, Result } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { LoginSession } from '../login/sessions.ts';
import type { Store } from '../store/database.ts';
import type { Documents, ReceivedDocument } from '../store/documents.ts';
import type { Persons } from '../login/persons.ts';
import type { Forms } from './forms.ts';
import { find, type Found } from './found.ts';
import { setUrgent, sendBack, withdraw } from './acts.ts';
import { lifeOf } from './life.ts';
import { forPerson, isSettled, nextLine } from './lines.ts';
import type { Register, Signing, Version } from './register.ts';
import { revise } from './revise.ts';
import type { RecordRules } from './rules.ts';
import { refuseLevel } from './standing.ts';
import type { Trace } from './trace.ts';
import type { Receipt, RecordVersion, SigningRule } from './types.ts';
import type { SignedDocumentCheck, SignedDocumentReport } from './upload-check.ts';

export interface RecordsRoom {
  readonly store: Store;
  readonly register: Register;
  readonly documents: Documents;
  readonly persons: Persons;
  readonly rules: RecordRules;
  readonly forms: Forms;
  readonly trace: Trace;
  readonly check: SignedDocumentCheck;
  /** Bytes. */
  readonly maxUpload: number;
  readonly clock: () => Date;
}

export function recordsHandlers(room: RecordsRoom): Handlers {
  return {
    listRecordTypes: () => ({ body: room.rules.file }),
    listPatients: ({ session }) => {
      const { department, ward } = required(session).person;
      return { body: { patients: room.register.patients(department, ward) } };
    },
    listRecords: ({ query, session }) => ({
      body: { records: listed(room, required(session).person, query['state']), at: room.clock().toISOString() },
    }),
    getVersion: (call) => ({ body: versionBody(room, find(room, call)) }),
    getDocument: (call) => document(room, call),
    uploadSigned: (call) => upload(room, call),
    returnVersion: (call) => sendBack(room, call),
    getLife: (call) => ({ body: lifeOf(room, call) }),
    getTrace: (call) => ({ body: { events: traceOf(room, call) } }),
    createVersion: (call) => revise(room, call),
    withdrawVersion: (call) => withdraw(room, call),
    setUrgent: (call) => setUrgent(room, call),
  };
}

function listed(room: RecordsRoom, person: LoginSession['person'], state: string | undefined) {
  if (state === 'mine') return room.register.mine(person, (type) => room.rules.type(type)?.mayWithdraw ?? true);
  return room.register.list(person, (state ?? 'waiting') as 'waiting' | 'signed' | 'returned');
}

function traceOf(room: RecordsRoom, { params, session }: Call) {
  const id = String(params['id']);
  if (room.register.current(id) === undefined) throw new YqError('RECORD_NOT_FOUND');
  if (!room.register.concerns(id, required(session).person.id)) throw new YqError('RECORD_NOT_YOURS');
  return room.trace.of(id).map(({ person, ...event }) => ({
    ...event,
    person: person === null ? null : { id: person, name: room.persons.get(person)?.name ?? '' },
  }));
}

/** For who looks at a version that he does not sign. */
const NOT_TO_SIGN: SigningRule = {
  placement: null,
  layout: null,
  seal: null,
  text: { zh: '不由您签署', en: 'Not yours to sign' },
  appearance: 'none',
  role: '',
};

function versionBody(room: RecordsRoom, { version, session, mine }: Found): RecordVersion {
  const next = nextLine(version.signers);
  const line = next !== undefined && mine.includes(next) ? next : mine[0];
  const { id, version: number } = version.summary;
  const content = room.register.content(id, number);
  return {
    record: forPerson(version.summary, version.signers, session.person.id, standingOf(version, session)),
    state: version.current === number ? stateOf(version, line) : 'superseded',
    document: {
      url: `/api/v1/records/${id}/versions/${number}/document`,
      sm3: version.documentSm3,
      size: version.documentSize,
    },
    changes: version.changes,
    rule: line?.rule ?? NOT_TO_SIGN,
    sections: content === undefined ? [] : room.forms.sections(content),
  };
}

const isReturned = (version: Version): boolean => version.signers.some((s) => s.state === 'returned');

function standingOf(version: Version, session: LoginSession): RecordVersion['record']['mine'] {
  if (isReturned(version) && version.authorId === session.person.id) return 'returned-to-me';
  const last = version.signers.filter((s) => s.personId === session.person.id && s.state !== 'carried').at(-1);
  return last?.state === 'signed' ? 'signed-by-me' : 'to-sign';
}

function stateOf(version: Version, line: Signing | undefined): RecordVersion['state'] {
  if (line?.state === 'carried') return 'signed';
  if (line !== undefined && line.state !== 'withdrawn') return line.state;
  if (isReturned(version)) return 'returned';
  return nextLine(version.signers) === undefined ? 'signed' : 'waiting';
}

function document(room: RecordsRoom, call: Call): Result {
  const { version } = find(room, call);
  const etag = `"${version.documentSm3}"`;
  const headers = { etag, 'cache-control': 'private, no-cache' };
  if (call.headers['if-none-match'] === etag) return { status: 304, headers };
  return {
    type: 'application/pdf',
    headers: { ...headers, 'content-length': String(version.documentSize) },
    body: room.documents.stream(version.documentSm3),
  };
}

async function upload(room: RecordsRoom, call: Call): Promise<Result> {
  const { session, version } = find(room, call);
  const sm3Before = String(call.headers['yiqian-sm3-before']).toUpperCase();
  const sm3After = String(call.headers['yiqian-sm3-after']).toUpperCase();
  const done = already(version, session, sm3Before, sm3After);
  const received = await room.documents.receive(call.body as AsyncIterable<Uint8Array>, room.maxUpload);
  try {
    if (received.sm3 !== sm3After) throw new YqError('UPLOAD_DIGEST');
    if (done !== undefined) return { status: 200, body: done };
    signable(room, version, session, sm3Before, sm3After);
    const report = await room.check({
      original: room.documents.path(sm3Before),
      signed: received.path,
      session,
    });
    return commit(room, call, received, { sm3Before, ...report });
  } finally {
    await room.documents.drop(received);
  }
}

type SignedReport = { readonly sm3Before: string } & SignedDocumentReport;

/**
 * Checked again inside the transaction: between the first look and here another upload of the same version may have come in. The
 * document is kept before the register names it, so that the register never names one that isn't there.
 */
async function commit(
  room: RecordsRoom,
  call: Call,
  received: ReceivedDocument,
  signed: SignedReport,
): Promise<Result> {
  await room.documents.keep(received);
  try {
    return room.store.transaction(() => record(room, call, received, signed));
  } catch (e) {
    if (!room.register.names(received.sm3)) await room.documents.remove(received.sm3);
    throw e;
  }
}

function record(room: RecordsRoom, call: Call, received: ReceivedDocument, signed: SignedReport): Result {
  const { version, session } = find(room, call);
  const done = already(version, session, signed.sm3Before, received.sm3);
  if (done !== undefined) return { status: 200, body: done };
  const line = signable(room, version, session, signed.sm3Before, received.sm3);
  const { id, version: number } = version.summary;
  room.register.sign(id, number, line.level, {
    ...signed,
    sm3After: received.sm3,
    size: received.size,
    receivedAt: room.clock().toISOString(),
  });
  room.trace.add(id, {
    version: number,
    at: room.clock().toISOString(),
    person: session.person.id,
    act: 'signed',
    detail: { sm3Before: signed.sm3Before, sm3After: received.sm3, certificateSerial: signed.certificateSerial },
  });
  const receipt = already(find(room, call).version, session, signed.sm3Before, received.sm3);
  return { status: 201, body: receipt };
}

/** The receipt of this very upload when it was taken before: the same version, person and digests. */
function already(version: Version, session: LoginSession, before: string, after: string): Receipt | undefined {
  const line = version.signers.find(
    (s) => s.personId === session.person.id && s.state === 'signed' && s.sm3Before === before && s.sm3After === after,
  );
  if (line === undefined) return undefined;
  return {
    recordId: version.summary.id,
    version: version.summary.version,
    sm3Before: before,
    sm3After: after,
    certificateSerial: line.certificateSerial,
    signedBy: session.person.name,
    receivedAt: line.receivedAt,
    state: version.signers.every(isSettled) ? 'signed' : 'waiting',
  };
}

/**
 * Throws RECORD_CHANGED when the version or its document has moved on, or the signature is one that was withdrawn; RECORD_NOT_YOURS
 * when somebody else is next, RECORD_LEVEL when the person may not sign this line.
 */
function signable(room: RecordsRoom, version: Version, session: LoginSession, before: string, after: string): Signing {
  const { id, version: number, type } = version.summary;
  if (version.current !== number || version.documentSm3 !== before || version.withdrawnAt !== null) {
    throw new YqError('RECORD_CHANGED');
  }
  if (room.register.signedElsewhere(id, number, after)) throw new YqError('RECORD_CHANGED', { detail: 'withdrawn' });
  const line = nextLine(version.signers);
  if (line === undefined || line.personId !== session.person.id) throw new YqError('RECORD_NOT_YOURS');
  refuseLevel(room.rules, type, line, session.person);
  return line;
}
