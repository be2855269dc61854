/** Points in the writes of node:sqlite: before a statement and after its commit is on the disk. */
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { point } from './death.ts';

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
  const databases = DatabaseSync.prototype as unknown as Record<string, Call>;
  const statements = StatementSync.prototype as unknown as Record<string, Call>;
  const prepare = databases['prepare']!;
  databases['prepare'] = function (...args) {
    const statement = prepare.apply(this, args) as object;
    const words = wordsOf(String(args[0]));
    if (words !== undefined) prepared.set(statement, words);
    return statement;
  };
  const around = (real: Call, words: (self: object, args: readonly unknown[]) => string | undefined): Call =>
    function (...args) {
      const name = words(this as object, args);
      if (name === undefined) return real.apply(this, args);
      point(`${name} before`);
      const result = real.apply(this, args);
      point(`${name} after`);
      return result;
    };
  databases['exec'] = around(databases['exec']!, (_self, args) => wordsOf(String(args[0])));
  for (const name of ['run', 'get', 'all'])
    statements[name] = around(statements[name]!, (statement) => prepared.get(statement));
}
