/**
 * What the desk keeps: one SQLite file (WAL, synchronous FULL), a layout of its own per room. Every write is on the disk when it returns.
 */
import { DatabaseSync } from 'node:sqlite';

export interface DeskStore {
  readonly db: DatabaseSync;
  /** Runs `work` in one immediate transaction; nested calls join the outer one. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export function openStore(file: string): DeskStore {
  const db = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 5000 });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
  db.exec('CREATE TABLE IF NOT EXISTS layout (room TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT');
  let depth = 0;
  return {
    db,
    transaction(work) {
      if (depth > 0) return work();
      db.exec('BEGIN IMMEDIATE');
      depth++;
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (e) {
        db.exec('ROLLBACK');
        throw e;
      } finally {
        depth--;
      }
    },
    close() {
      if (db.isOpen) db.close();
    },
  };
}

/** Brings one room's tables up to date; steps that were released are never changed, only added. */
export function layOut(store: DeskStore, room: string, steps: readonly string[]): void {
  const row = store.db.prepare('SELECT version FROM layout WHERE room = ?').get(room);
  for (let at = Number(row?.['version'] ?? 0); at < steps.length; at++) {
    store.transaction(() => {
      store.db.exec(steps[at] ?? '');
      store.db
        .prepare(
          'INSERT INTO layout (room, version) VALUES (?, ?) ON CONFLICT (room) DO UPDATE SET version = excluded.version',
        )
        .run(room, at + 1);
    });
  }
}
