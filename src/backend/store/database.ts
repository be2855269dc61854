/**
 * The store: one SQLite file in the data directory. WAL with synchronous FULL, so that what was answered as done survives a power
 * cut. All access is synchronous (node:sqlite), hence every use case below runs as one transaction without interleaving.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { MIGRATIONS } from './migrations.ts';

export type Row = Readonly<Record<string, null | number | bigint | string | Uint8Array>>;

export class Store {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(path: string) {
    this.#db = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    this.#migrate();
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Gives the number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /** Runs `work` in one immediate transaction; nested calls join the outer one. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#db.exec('BEGIN IMMEDIATE');
    this.#depth++;
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (e) {
      this.#db.exec('ROLLBACK');
      throw e;
    } finally {
      this.#depth--;
    }
  }

  /** Within a transaction: work that is undone by itself when it throws. */
  savepoint<T>(work: () => T): T {
    this.#db.exec('SAVEPOINT piece');
    try {
      const result = work();
      this.#db.exec('RELEASE piece');
      return result;
    } catch (e) {
      this.#db.exec('ROLLBACK TO piece; RELEASE piece');
      throw e;
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #migrate(): void {
    const at = this.#version();
    if (at > MIGRATIONS.length) throw new Error(`the store is of version ${at}, newer than this program knows`);
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index < at) continue;
      this.transaction(() => {
        // Another process that has opened the store in this moment may have done it already.
        if (this.#version() > index) return;
        this.#db.exec(sql);
        this.#db.exec(`PRAGMA user_version = ${index + 1}`);
      });
    }
  }

  #version(): number {
    return Number(this.#db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  }
}

export const text = (row: Row, column: string): string => String(row[column] ?? '');
export const integer = (row: Row, column: string): number => Number(row[column] ?? 0);
export const bytes = (row: Row, column: string): Uint8Array => {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new Error(`column ${column} holds no bytes`);
  return value;
};
