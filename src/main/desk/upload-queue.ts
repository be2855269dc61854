/**
 * What is signed and not yet with the record service. A row is written before a signature is begun and removed when the service has
 * given its receipt, so that after a crash, a pulled plug or a week without network the desk knows what is signed and what is not.
 *
 * begun   → the target file may or may not be there (it appears whole, by rename)
 * pending → signed; waits for upload, tried again with back-off; before that, where it was signed without a trusted time, for the time
 * refused → the service will not take it (moved on, wrong signer); kept and shown until the person dismisses it or the record is
 *           signed anew and taken
 */
import { YqError } from '#core/errors/index.ts';
import { wireError, type WireError } from '#shared/errors.ts';
import { layOut, type DeskStore } from '../store/store.ts';
import { takeOverFormerQueue } from './former-queue.ts';
import { listedRecord, type ListedRecord } from './listed-record.ts';

export interface QueuedUpload {
  readonly id: number;
  readonly recordId: string;
  readonly version: number;
  readonly personId: string;
  readonly file: string;
  readonly sm3Before: string;
  readonly sm3After: string | null;
  readonly state: 'begun' | 'pending' | 'refused';
  /** 已签名，等待可信时间: handed in once it has its time stamp. */
  readonly awaitsTime: boolean;
  readonly attempts: number;
  /** Why the last try came to nothing. */
  readonly lastError: WireError | null;
  /** The record as it stood in the list, so that it can be shown after the service has dropped it from there. */
  readonly record: ListedRecord | null;
}

export interface UploadQueue {
  /** Before the token is asked. Throws QUEUE_BROKEN when it cannot be kept. */
  begin(
    entry: Pick<QueuedUpload, 'recordId' | 'version' | 'personId' | 'file' | 'sm3Before'> & {
      readonly record?: ListedRecord | undefined;
    },
  ): number;
  /** Nothing was signed. */
  forget(id: number): void;
  /** `awaitsTime`: why it has no trusted time yet. Throws QUEUE_BROKEN. */
  signed(id: number, sm3After: string, awaitsTime?: WireError): void;
  /** It has got its trusted time; the file has another digest now. Throws QUEUE_BROKEN. */
  stamped(id: number, sm3After: string): void;
  /** Another try for the time came to nothing. */
  notStamped(id: number, error: WireError): void;
  /** What waits for a trusted time and may be tried again now, whoever signed it, oldest first. */
  dueForTime(): readonly QueuedUpload[];
  /** Taken by the service; refusals of the same version by the same person are settled with it. */
  uploaded(id: number): void;
  failed(id: number, error: WireError, final: boolean): void;
  /** Removes the refusals of a version; what waits for upload stays. */
  dismiss(personId: string, recordId: string, version: number): void;
  /** Entries whose time has come, oldest first. */
  due(personId: string): readonly QueuedUpload[];
  /** What of this person's waits or was refused, oldest first. */
  open(personId: string): readonly QueuedUpload[];
  find(id: number): QueuedUpload | undefined;
  all(): readonly QueuedUpload[];
}

/** 5 s, doubled each time, at most 5 minutes. */
export const backOff = (attempts: number): number => Math.min(5_000 * 2 ** Math.max(0, attempts - 1), 300_000);

const columns =
  'id, record_id AS recordId, version, person_id AS personId, file, sm3_before AS sm3Before, sm3_after AS sm3After, state, awaits_time AS awaitsTime, attempts, last_error AS lastError, record';

/** Steps of the room's layout in the store. */
const layout: readonly string[] = [
  `CREATE TABLE upload (
     id INTEGER PRIMARY KEY,
     record_id TEXT NOT NULL,
     version INTEGER NOT NULL,
     person_id TEXT NOT NULL,
     file TEXT NOT NULL,
     sm3_before TEXT NOT NULL,
     sm3_after TEXT,
     state TEXT NOT NULL CHECK (state IN ('begun', 'pending', 'refused')),
     attempts INTEGER NOT NULL DEFAULT 0,
     next_at INTEGER NOT NULL DEFAULT 0,
     last_error TEXT,
     begun_at TEXT NOT NULL,
     record TEXT
   ) STRICT;
   CREATE TABLE upload_taken_over (file TEXT PRIMARY KEY) STRICT`,
  `ALTER TABLE upload ADD COLUMN awaits_time INTEGER NOT NULL DEFAULT 0`,
];

/** Text that can't be understood (an older or newer desk wrote it) costs its words, never the entry. */
function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  text: unknown,
): T | null {
  if (typeof text !== 'string') return null;
  try {
    const value = schema.safeParse(JSON.parse(text));
    return value.success ? value.data : null;
  } catch {
    return null;
  }
}

/** `formerFile`: the queue of versions up to 0.2, taken over once and then kept aside. Throws STORE_* of the store. */
export function openUploadQueue(store: DeskStore, now: () => Date, formerFile?: string): UploadQueue {
  const { db } = store;
  layOut(store, 'uploads', layout);
  if (formerFile !== undefined) takeOverFormerQueue(store, formerFile);
  const rows = (where: string, ...values: (string | number)[]): readonly QueuedUpload[] =>
    db
      .prepare(`SELECT ${columns} FROM upload ${where} ORDER BY id`)
      .all(...values)
      .map((row) => ({
        ...(row as unknown as QueuedUpload),
        awaitsTime: row['awaitsTime'] === 1,
        lastError: parsed(wireError, row['lastError']),
        record: parsed(listedRecord, row['record']),
      }));
  const attemptsOf = (id: number): number =>
    Number(db.prepare('SELECT attempts FROM upload WHERE id = ?').get(id)?.['attempts'] ?? 0);
  const kept = <T>(write: () => T): T => {
    try {
      return write();
    } catch (cause) {
      throw new YqError('QUEUE_BROKEN', { cause, detail: cause instanceof Error ? cause.message : String(cause) });
    }
  };

  return {
    begin(e) {
      return kept(() => {
        const { lastInsertRowid } = db
          .prepare(
            `INSERT INTO upload (record_id, version, person_id, file, sm3_before, state, begun_at, record) VALUES (?, ?, ?, ?, ?, 'begun', ?, ?)`,
          )
          .run(
            e.recordId,
            e.version,
            e.personId,
            e.file,
            e.sm3Before,
            now().toISOString(),
            e.record === undefined ? null : JSON.stringify(e.record),
          );
        return Number(lastInsertRowid);
      });
    },
    forget(id) {
      db.prepare('DELETE FROM upload WHERE id = ?').run(id);
    },
    signed(id, sm3After, awaitsTime) {
      kept(() =>
        db
          .prepare(
            `UPDATE upload SET state = 'pending', sm3_after = ?, next_at = ?, awaits_time = ?, last_error = ? WHERE id = ?`,
          )
          .run(
            sm3After,
            awaitsTime === undefined ? 0 : now().getTime() + backOff(1),
            Number(awaitsTime !== undefined),
            awaitsTime === undefined ? null : JSON.stringify(awaitsTime),
            id,
          ),
      );
    },
    stamped(id, sm3After) {
      kept(() =>
        db
          .prepare(
            `UPDATE upload SET awaits_time = 0, sm3_after = ?, attempts = 0, next_at = 0, last_error = NULL WHERE id = ?`,
          )
          .run(sm3After, id),
      );
    },
    notStamped(id, error) {
      const attempts = attemptsOf(id) + 1;
      db.prepare('UPDATE upload SET attempts = ?, next_at = ?, last_error = ? WHERE id = ? AND awaits_time = 1').run(
        attempts,
        now().getTime() + backOff(attempts),
        JSON.stringify(error),
        id,
      );
    },
    dueForTime: () => rows(`WHERE state = 'pending' AND awaits_time = 1 AND next_at <= ?`, now().getTime()),
    uploaded(id) {
      db.prepare(
        `DELETE FROM upload WHERE id = ?1 OR (state = 'refused' AND (record_id, version, person_id) IN
           (SELECT record_id, version, person_id FROM upload WHERE id = ?1))`,
      ).run(id);
    },
    failed(id, error, final) {
      const attempts = attemptsOf(id) + 1;
      db.prepare('UPDATE upload SET state = ?, attempts = ?, next_at = ?, last_error = ? WHERE id = ?').run(
        final ? 'refused' : 'pending',
        attempts,
        now().getTime() + backOff(attempts),
        JSON.stringify(error),
        id,
      );
    },
    dismiss(personId, recordId, version) {
      db.prepare(`DELETE FROM upload WHERE state = 'refused' AND person_id = ? AND record_id = ? AND version = ?`).run(
        personId,
        recordId,
        version,
      );
    },
    due: (personId) =>
      rows(`WHERE state = 'pending' AND awaits_time = 0 AND person_id = ? AND next_at <= ?`, personId, now().getTime()),
    open: (personId) => rows(`WHERE state <> 'begun' AND person_id = ?`, personId),
    find: (id) => rows('WHERE id = ?', id)[0],
    all: () => rows(''),
  };
}
