/** The work list over REST, and the rules of handing in: what was listed, what was signed and what comes back must be one chain. */
import { YqError } from '#core/errors/index.ts';
import type { Call, Handlers, Result } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { LoginSession } from '../login/sessions.ts';
import type { Store } from '../store/database.ts';
import type { Documents, ReceivedDocument } from '../store/documents.ts';
import type { Register, Signing, Version } from './register.ts';
import type { Receipt, RecordVersion } from './types.ts';
import type { SignedDocumentCheck } from './upload-check.ts';

export interface RecordsRoom {
  readonly store: Store;
  readonly register: Register;
  readonly documents: Documents;
  readonly check: SignedDocumentCheck;
  /** Bytes. */
  readonly maxUpload: number;
  readonly clock: () => Date;
}

export function recordsHandlers(room: RecordsRoom): Handlers {
  return {
    listRecords: ({ query, session }) => ({
      body: {
        records: room.register.list(required(session).person, (query['state'] ?? 'waiting') as Signing['state']),
        at: room.clock().toISOString(),
      },
    }),
    getVersion: (call) => ({ body: versionBody(find(room, call)) }),
    getDocument: (call) => document(room, call),
    uploadSigned: (call) => upload(room, call),
    returnVersion: (call) => sendBack(room, call),
  };
}

interface Found {
  readonly version: Version;
  readonly session: LoginSession;
  /** The lines of this version that concern the person; at least one. */
  readonly mine: readonly Signing[];
}

/** A record that does not concern the person is RECORD_NOT_YOURS; one that isn't there RECORD_NOT_FOUND. */
function find(room: RecordsRoom, { params, session }: Call): Found {
  const who = required(session);
  const version = room.register.version(String(params['id']), Number(params['version']));
  if (version === undefined) throw new YqError('RECORD_NOT_FOUND');
  const mine = version.signers.filter((s) => s.personId === who.person.id);
  if (mine.length === 0) throw new YqError('RECORD_NOT_YOURS');
  return { version, session: who, mine };
}

function versionBody({ version, mine }: Found): RecordVersion {
  const line = nextLine(version, mine) ?? mine[0];
  if (line === undefined) throw new YqError('RECORD_NOT_YOURS');
  const { id, version: number } = version.summary;
  return {
    record: version.summary,
    state: version.current === number ? line.state : 'superseded',
    document: {
      url: `/api/v1/records/${id}/versions/${number}/document`,
      sm3: version.documentSm3,
      size: version.documentSize,
    },
    changes: version.changes,
    rule: line.rule,
  };
}

/** The line that is to be signed now, when it is the person's. */
function nextLine(version: Version, mine: readonly Signing[]): Signing | undefined {
  if (version.signers.some((s) => s.state === 'returned')) return undefined;
  const next = version.signers.find((s) => s.state === 'waiting');
  return next !== undefined && mine.includes(next) ? next : undefined;
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
    signable(version, session, sm3Before);
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

/**
 * Checked again inside the transaction: between the first look and here another upload of the same version may have come in. The
 * document is kept before the register names it, so that the register never names one that isn't there.
 */
async function commit(
  room: RecordsRoom,
  call: Call,
  received: ReceivedDocument,
  signed: { sm3Before: string; certificateSerial: string; signedAt: string },
): Promise<Result> {
  await room.documents.keep(received);
  try {
    return room.store.transaction(() => record(room, call, received, signed));
  } catch (e) {
    if (!room.register.names(received.sm3)) await room.documents.remove(received.sm3);
    throw e;
  }
}

function record(
  room: RecordsRoom,
  call: Call,
  received: ReceivedDocument,
  signed: { sm3Before: string; certificateSerial: string; signedAt: string },
): Result {
  const { version, session } = find(room, call);
  const done = already(version, session, signed.sm3Before, received.sm3);
  if (done !== undefined) return { status: 200, body: done };
  const line = signable(version, session, signed.sm3Before);
  const { id, version: number } = version.summary;
  room.register.sign(id, number, line.level, {
    ...signed,
    sm3After: received.sm3,
    size: received.size,
    receivedAt: room.clock().toISOString(),
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
    state: version.signers.every((s) => s.state === 'signed') ? 'signed' : 'waiting',
  };
}

/** Throws RECORD_CHANGED when the version or its document has moved on, RECORD_NOT_YOURS when somebody else is next. */
function signable(version: Version, session: LoginSession, sm3Before: string): Signing {
  if (version.current !== version.summary.version || version.documentSm3 !== sm3Before) {
    throw new YqError('RECORD_CHANGED');
  }
  const line = nextLine(
    version,
    version.signers.filter((s) => s.personId === session.person.id),
  );
  if (line === undefined) throw new YqError('RECORD_NOT_YOURS');
  return line;
}

function sendBack(room: RecordsRoom, call: Call): Result {
  return room.store.transaction(() => {
    const { version, session } = find(room, call);
    const line = signable(version, session, version.documentSm3);
    const { id, version: number } = version.summary;
    const { reason } = call.body as { reason: string };
    room.register.return(id, number, line.level, reason, room.clock().toISOString());
    return { status: 204 };
  });
}
