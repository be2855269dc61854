/** The desk's audit chain, hashed anew by its description alone: canonical JSON (RFC 8785), SM3 from OpenSSL. */
import { hexSm3, type Books } from './facts.ts';

type Entry = Readonly<Record<string, unknown>>;

const canonical = (object: Entry, without?: string): string =>
  `{${Object.keys(object)
    .filter((name) => name !== without && object[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(object[name])}`)
    .join(',')}}`;

export const entriesOf = (books: Books): Entry[] =>
  books.rows('SELECT entry FROM audit_entry ORDER BY "index"').map((row) => JSON.parse(String(row['entry'])) as Entry);

/** One line per fault; none when the chain holds, or when there is none yet. */
export function checkAuditChain(books: Books): string[] {
  const [chain] = books.rows('SELECT desk, created_at, start_index, start_hash FROM audit_chain');
  if (!chain) return [];
  const faults: string[] = [];
  let index = Number(chain['start_index']);
  let previous = String(chain['start_hash']);
  if (index === 0) {
    const seed = { desk: String(chain['desk']), createdAt: String(chain['created_at']) };
    if (hexSm3(`YIQIAN-AUDIT-SEED-1\n${canonical(seed)}`) !== previous) faults.push('the seed does not fit the chain');
  }
  for (const entry of entriesOf(books)) {
    index += 1;
    if (entry['index'] !== index) faults.push(`entry ${String(entry['index'])} stands where ${index} should`);
    if (entry['previous'] !== previous) faults.push(`entry ${index} does not continue the one before`);
    const hash = hexSm3(`YIQIAN-AUDIT-ENTRY-1\n${canonical(entry, 'hash')}`);
    if (entry['hash'] !== hash) faults.push(`entry ${index} has another hash than its content`);
    previous = hash;
  }
  return faults;
}
