/**
 * What is signed and not yet with the record service. A row is written before a signature is begun and removed when the service has
 * given its receipt, so that after a crash, a pulled plug or a week without network the desk knows what is signed and what is not.
 *
 * begun   → the target file may or may not be there (it appears whole, by rename)
 * pending → signed; waits for upload, tried again with back-off
 * refused → the service will not take it (moved on, wrong signer); kept for a person to look at
 */
import { DatabaseSync } from 'node:sqlite';
import { YqError } from '#core/errors/index.ts';

export interface QueuedUpload {
  readonly id: number;
  readonly recordId: string;
  readonly version: number;
  readonly personId: string;
  readonly file: string;
  readonly sm3Before: string;
  readonly sm3After: string | null;
  readonly state: 'begun' | 'pending' | 'refused';
  readonly attempts: number;
  readonly lastCode: string | null;
}

export interface UploadQueue {
  /** Before the token is asked. Throws QUEUE_BROKEN when it cannot be kept. */
  begin(entry: Pick<QueuedUpload, 'recordId' | 'version' | 'personId' | 'file' | 'sm3Before'>): number;
  /** Nothing was signed. */
  forget(id: number): void;
  signed(id: number, sm3After: string): void;
  uploaded(id: number): void;
  failed(id: number, code: string, final: boolean): void;
  /** Entries whose time has come, oldest first. */
  due(personId: string): readonly QueuedUpload[];
  find(id: number): QueuedUpload | undefined;
  all(): readonly QueuedUpload[];
  close(): void;
}

/** 5 s, doubled each time, at most 5 minutes. */
export const backOff = (attempts: number): number => Math.min(5_000 * 2 ** Math.max(0, attempts - 1), 300_000);

const columns =
  'id, record_id AS recordId, version, person_id AS personId, file, sm3_before AS sm3Before, sm3_after AS sm3After, state, attempts, last_code AS lastCode';

export function openUploadQueue(file: string, now: () => Date): UploadQueue {
  const db = new DatabaseSync(file);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS upload (
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
      last_code TEXT,
      begun_at TEXT NOT NULL
    ) STRICT;
  `);
  const rows = (where: string, ...values: (string | number)[]): readonly QueuedUpload[] =>
    db.prepare(`SELECT ${columns} FROM upload ${where} ORDER BY id`).all(...values) as unknown as QueuedUpload[];

  return {
    begin(e) {
      try {
        const { lastInsertRowid } = db
          .prepare(
            `INSERT INTO upload (record_id, version, person_id, file, sm3_before, state, begun_at) VALUES (?, ?, ?, ?, ?, 'begun', ?)`,
          )
          .run(e.recordId, e.version, e.personId, e.file, e.sm3Before, now().toISOString());
        return Number(lastInsertRowid);
      } catch (cause) {
        throw new YqError('QUEUE_BROKEN', { cause, detail: cause instanceof Error ? cause.message : String(cause) });
      }
    },
    forget(id) {
      db.prepare('DELETE FROM upload WHERE id = ?').run(id);
    },
    signed(id, sm3After) {
      db.prepare(`UPDATE upload SET state = 'pending', sm3_after = ?, next_at = 0 WHERE id = ?`).run(sm3After, id);
    },
    uploaded(id) {
      db.prepare('DELETE FROM upload WHERE id = ?').run(id);
    },
    failed(id, code, final) {
      const before = db.prepare('SELECT attempts FROM upload WHERE id = ?').get(id) as { attempts: number } | undefined;
      const attempts = (before?.attempts ?? 0) + 1;
      db.prepare('UPDATE upload SET state = ?, attempts = ?, next_at = ?, last_code = ? WHERE id = ?').run(
        final ? 'refused' : 'pending',
        attempts,
        now().getTime() + backOff(attempts),
        code,
        id,
      );
    },
    due: (personId) => rows(`WHERE state = 'pending' AND person_id = ? AND next_at <= ?`, personId, now().getTime()),
    find: (id) => rows('WHERE id = ?', id)[0],
    all: () => rows(''),
    close() {
      db.close();
    },
  };
}
