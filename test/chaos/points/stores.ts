/** Points in the writes of node:sqlite: before a statement and after its commit; and the account of what of them is on the disk. */
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { point } from './death.ts';
import { syncedLog } from './synced-log.ts';

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** The verb and the table: what is comparable between runs. */
function wordsOf(sql: string): string | undefined {
  const text = sql.trim().replace(/\s+/g, ' ');
  const write = /^(INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO) (\w+)/i.exec(text);
  if (write) return `store ${write[1]!.split(' ')[0]!.toUpperCase()} ${write[2]!}`;
  const transaction = /^(BEGIN|COMMIT|ROLLBACK)/i.exec(text);
  return transaction ? `store ${transaction[1]!.toUpperCase()}` : undefined;
}

export function watchStores(): void {
  const prepared = new WeakMap<object, string>();
  const databaseOf = new WeakMap<object, DatabaseSync>();
  /** Databases whose commits do not wait for the disk. */
  const swift = new WeakSet<object>();
  const databases = DatabaseSync.prototype as unknown as Record<string, Call>;
  const statements = StatementSync.prototype as unknown as Record<string, Call>;
  const prepare = databases['prepare']!;
  databases['prepare'] = function (...args) {
    const statement = prepare.apply(this, args) as object;
    databaseOf.set(statement, this as DatabaseSync);
    const words = wordsOf(String(args[0]));
    if (words !== undefined) prepared.set(statement, words);
    return statement;
  };
  const committed = (db: DatabaseSync | undefined): void => {
    if (!db?.isOpen || db.isTransaction || swift.has(db)) return;
    const file = db.location();
    if (file !== null) syncedLog(`${file}-wal`);
  };
  const exec = databases['exec']!;
  databases['exec'] = function (...args) {
    const sql = String(args[0]);
    const name = wordsOf(sql);
    if (name !== undefined) point(`${name} before`);
    const result = exec.apply(this, args);
    const db = this as DatabaseSync;
    const mode = /^PRAGMA synchronous = (NORMAL|FULL)$/i.exec(sql.trim())?.[1]?.toUpperCase();
    if (mode === 'NORMAL') swift.add(db);
    else if (mode === 'FULL') swift.delete(db);
    else if (/wal_checkpoint/i.test(sql))
      syncedLog(`${db.location()}-wal`); // it waits for the log first
    else if (name !== undefined) committed(db);
    if (name !== undefined) point(`${name} after`);
    return result;
  };
  for (const call of ['run', 'get', 'all']) {
    const before = statements[call]!;
    statements[call] = function (...args) {
      const name = prepared.get(this as object);
      if (name === undefined) return before.apply(this, args);
      point(`${name} before`);
      const result = before.apply(this, args);
      committed(databaseOf.get(this as object));
      point(`${name} after`);
      return result;
    };
  }
}
