/** Return, withdrawal, urgency. Each is one transaction that looks again at what it acts on: of two that race, one finds it changed. */
import { stat } from 'node:fs/promises';
import { YqError } from '#core/errors/index.ts';
import type { Call, Result } from '../http/app.ts';
import { find } from './found.ts';
import { nextLine } from './lines.ts';
import type { RecordsRoom } from './records.ts';
import type { Version } from './register.ts';
import { withdrawalOf } from './standing.ts';
import type { NewSigner } from './types.ts';

/** By the person whose turn it is, to the author. The same return again is accepted. */
export function sendBack(room: RecordsRoom, call: Call): Result {
  return room.store.transaction(() => {
    const { version, session } = find(room, call);
    const { reason } = call.body as { reason: string };
    const { id, version: number } = version.summary;
    if (version.current !== number || version.withdrawnAt !== null) throw new YqError('RECORD_CHANGED');
    const done = version.signers.find((s) => s.state === 'returned');
    if (done?.personId === session.person.id && done.reason === reason) return { status: 204 };
    const line = nextLine(version.signers);
    if (line?.personId !== session.person.id) throw new YqError('RECORD_NOT_YOURS');
    const at = room.clock().toISOString();
    room.register.close(id, number, line.level, 'returned', reason, at);
    room.trace.add(id, { version: number, at, person: session.person.id, act: 'returned', detail: { reason } });
    return { status: 204 };
  });
}

/**
 * Takes a signature back before the next level has signed: that version is closed with its signed bytes kept, and the next version is the
 * document as it was before this signature. The author of a returned record withdraws the record itself.
 */
export async function withdraw(room: RecordsRoom, call: Call): Promise<Result> {
  const before = find(room, call).version;
  const sm3 = withdrawalOf(room.rules, before, find(room, call).session.person)?.sm3Before;
  const size = sm3 === undefined ? 0 : (await stat(room.documents.path(sm3))).size;
  return room.store.transaction(() => {
    const { version, session, mine } = find(room, call);
    const { id, version: number } = version.summary;
    const { reason } = call.body as { reason: string };
    const at = room.clock().toISOString();
    const event = { version: number, at, person: session.person.id, act: 'withdrawn', detail: { reason } } as const;
    if (mine.some((s) => s.state === 'withdrawn')) return { body: { version: number + 1 } };
    if (version.current !== number) throw new YqError('RECORD_CHANGED');
    if (version.signers.some((s) => s.state === 'returned') && version.authorId === session.person.id) {
      if (version.withdrawnAt === null) {
        room.register.withdrawRecord(id, at);
        room.trace.add(id, event);
      }
      return { body: { version: number } };
    }
    const line = withdrawalOf(room.rules, version, session.person);
    if (line === undefined || line.sm3Before !== sm3) {
      throw new YqError(mine.some((s) => s.state === 'signed') ? 'RECORD_NOT_WITHDRAWABLE' : 'RECORD_NOT_YOURS');
    }
    room.register.close(id, number, line.level, 'withdrawn', reason, at);
    room.register.add(
      {
        ...asNext(version, room.register.content(id, number)),
        submittedAt: at,
        changes: version.changes,
        signers: version.signers.map((s): NewSigner => ({
          personId: s.personId,
          rule: s.rule,
          level: s.rank ?? undefined,
          carried: s.level < line.level ? (s.signedVersion ?? number) : undefined,
        })),
        madeBy: session.person.id,
        reason,
      },
      { sm3: line.sm3Before, size },
    );
    room.trace.add(id, event);
    return { body: { version: number + 1 } };
  });
}

/** What the next version of a record takes over from this one. */
export function asNext(version: Version, content: string | undefined) {
  const {
    id,
    version: number,
    type,
    title,
    department,
    ward,
    patient,
    author,
    urgent,
    mustReview,
    byIntern,
    dueAt,
  } = version.summary;
  return {
    ...{ id, version: number + 1, type, title, department, ward, patient, author, urgent, mustReview, byIntern, dueAt },
    ...(version.authorId !== null && { authorId: version.authorId }),
    ...(content !== undefined && { content }),
  };
}

export function setUrgent(room: RecordsRoom, call: Call): Result {
  return room.store.transaction(() => {
    const { version, session } = find(room, call);
    const { urgent, reason } = call.body as { urgent: boolean; reason: string };
    const { id, version: number } = version.summary;
    if (urgent && reason.trim() === '') throw new YqError('BACKEND_REQUEST', { params: { where: 'body/reason' } });
    if (version.current !== number || version.withdrawnAt !== null) throw new YqError('RECORD_CHANGED');
    if (version.summary.urgent === urgent && (version.urgency?.reason ?? reason) === reason) return { status: 204 };
    const at = room.clock().toISOString();
    room.register.urge(id, urgent ? { by: session.person.name, at, reason } : null);
    const act = urgent ? 'urgent' : 'not-urgent';
    room.trace.add(id, { version: number, at, person: session.person.id, act, detail: { reason } });
    return { status: 204 };
  });
}
