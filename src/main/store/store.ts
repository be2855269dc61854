/**
 * What the desk keeps: one SQLite file (WAL, synchronous FULL), a layout of its own per room. Every write is on the disk when it returns.
 */
import { open as openFile, type FileHandle } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { YqError } from '#core/errors/index.ts';

export interface DeskStore {
  readonly db: DatabaseSync;
  /**
   * Runs `work` in one immediate transaction; nested calls join the outer one. What is not a YqError of `work` itself is thrown as
   * STORE_FULL or STORE_BROKEN, and nothing of it is kept.
   */
  transaction<T>(work: () => T): T;
  /**
   * As `transaction`, but without waiting for the disk, which may take a tenth of a second and hold everything else up: what was written
   * survives the death of the program at once, and that of the machine from when `flushed` settles.
   */
  swiftly<T>(work: () => T): T;
  /** Everything written so far is on the disk. Throws STORE_BROKEN. Calls at the same time share one look at the disk. */
  flushed(): Promise<void>;
  /** While on, the log of writes is not worked into the file, which would hold everything up; it is when switched off again. */
  postpone(on: boolean): void;
  close(): void;
}

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const Sqlite = { ioError: 10, corrupt: 11, full: 13, cantOpen: 14, notDatabase: 26 } as const;

interface SqliteError extends Error {
  readonly code?: string;
  readonly errcode?: number;
  readonly errstr?: string;
}
const isSqliteError = (e: unknown): e is SqliteError =>
  e instanceof Error && (e as SqliteError).code === 'ERR_SQLITE_ERROR';
/** The lower byte is the primary code. */
const primary = (e: SqliteError): number => (e.errcode ?? 0) & 0xff;

/** Whether an error says that the file itself is not what it should be. */
export const saysDamaged = (e: unknown): boolean =>
  isSqliteError(e) && (primary(e) === Sqlite.corrupt || primary(e) === Sqlite.notDatabase);

/** SQLite's error as a person can read it; anything else as it is. */
export function storeError(e: unknown): unknown {
  if (!isSqliteError(e)) return e;
  const code = primary(e) === Sqlite.full ? 'STORE_FULL' : 'STORE_BROKEN';
  return new YqError(code, { cause: e, detail: `${e.errcode ?? '?'} ${e.errstr ?? e.message}` });
}

/** Throws STORE_FULL, STORE_BROKEN. */
export function openStore(file: string): DeskStore {
  const db = open(file);
  let depth = 0;
  let log: Promise<FileHandle> | undefined;
  const sync = async (): Promise<void> => {
    try {
      log ??= openFile(`${file}-wal`, 'r+');
      await (await log).datasync();
    } catch (e) {
      log = undefined;
      throw new YqError('STORE_BROKEN', { cause: e, detail: e instanceof Error ? e.message : String(e) });
    }
  };
  const flush = sharing(sync);
  return {
    db,
    transaction(work) {
      if (depth > 0) return work();
      try {
        db.exec('BEGIN IMMEDIATE');
      } catch (e) {
        throw storeError(e);
      }
      depth++;
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (e) {
        // A full disk may have ended the transaction already.
        if (db.isOpen && db.isTransaction) db.exec('ROLLBACK');
        throw storeError(e);
      } finally {
        depth--;
      }
    },
    swiftly(work) {
      if (depth > 0) return work();
      // In WAL mode NORMAL writes the log and leaves it to us when to wait for the disk.
      db.exec('PRAGMA synchronous = NORMAL');
      try {
        return this.transaction(work);
      } finally {
        db.exec('PRAGMA synchronous = FULL');
      }
    },
    flushed: () => flush(),
    postpone(on) {
      if (!db.isOpen) return;
      db.exec(`PRAGMA wal_autocheckpoint = ${on ? 0 : PAGES_IN_LOG}`);
      if (!on) db.exec('PRAGMA wal_checkpoint(PASSIVE)');
    },
    close() {
      if (db.isOpen) db.close();
      // The log is gone with the last connection; the handle only named it.
      void log?.then((handle) => handle.close()).catch(() => undefined);
      log = undefined;
    },
  };
}

/** SQLite's own default. */
const PAGES_IN_LOG = 1000;

/**
 * Runs `work` for many callers: those who come while it runs wait for the next run, since theirs must begin after they called.
 */
function sharing(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = (): Promise<void> => {
    const mine = work().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  };
  return () => {
    if (running === undefined) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}

function open(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 5000 });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    db.exec('CREATE TABLE IF NOT EXISTS layout (room TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT');
    return db;
  } catch (e) {
    if (db?.isOpen === true) db.close();
    throw storeError(e);
  }
}

/**
 * Brings one room's tables up to date; steps that were released are never changed, only added. Throws STORE_NEWER when a later version
 * of the program has laid the room out; the file stays as it is.
 */
export function layOut(store: DeskStore, room: string, steps: readonly string[]): void {
  const row = store.db.prepare('SELECT version FROM layout WHERE room = ?').get(room);
  const found = Number(row?.['version'] ?? 0);
  if (found > steps.length) throw new YqError('STORE_NEWER', { params: { room, found, known: steps.length } });
  for (let at = found; at < steps.length; at++) {
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
