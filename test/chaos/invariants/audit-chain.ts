/** The desk's audit chains, hashed anew by their description alone: canonical JSON (RFC 8785), SM3 from OpenSSL. */
import { hexSm3, type Books } from './facts.ts';

type Entry = Readonly<Record<string, unknown>>;

const canonical = (object: Entry, without?: string): string =>
  `{${Object.keys(object)
    .filter((name) => name !== without && object[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(object[name])}`)
    .join(',')}}`;

const parsed = (rows: readonly Entry[]): Entry[] => rows.map((row) => JSON.parse(String(row['entry'])) as Entry);

export const entriesOf = (books: Books): Entry[] =>
  parsed(books.rows('SELECT entry FROM audit_entry ORDER BY chain, "index"'));

/** One line per fault; none when the chains hold, or when there is none yet. */
export function checkAuditChain(books: Books): string[] {
  const faults: string[] = [];
  for (const chain of books.rows('SELECT id, desk, created_at, start_index, start_hash FROM audit_chain')) {
    let index = Number(chain['start_index']);
    let previous = String(chain['start_hash']);
    if (index === 0) {
      const seed = { desk: String(chain['desk']), createdAt: String(chain['created_at']) };
      if (hexSm3(`YIQIAN-AUDIT-SEED-1\n${canonical(seed)}`) !== previous)
        faults.push('the seed does not fit the chain');
    }
    const own = `SELECT entry FROM audit_entry WHERE chain = ${Number(chain['id'])} ORDER BY "index"`;
    for (const entry of parsed(books.rows(own))) {
      index += 1;
      if (entry['index'] !== index) faults.push(`entry ${String(entry['index'])} stands where ${index} should`);
      if (entry['previous'] !== previous) faults.push(`entry ${index} does not continue the one before`);
      if (entry['hash'] !== hexSm3(`YIQIAN-AUDIT-ENTRY-1\n${canonical(entry, 'hash')}`)) {
        faults.push(`entry ${index} has another hash than its content`);
      }
      previous = String(entry['hash']);
    }
  }
  return faults;
}
