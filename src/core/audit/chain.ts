/** Entries and their hashes: canonical form, seed, appending. */
import { sm3, toHex } from '#core/crypto/index.ts';
import type { AuditEntry, AuditFacts, ChainPlace } from './types.ts';

/** First line of what is hashed, so that an entry's hash is the hash of nothing else. */
const ENTRY = 'YIQIAN-AUDIT-ENTRY-1';
const SEED = 'YIQIAN-AUDIT-SEED-1';

type Value = string | number | boolean | null | undefined;

/**
 * JSON in the canonical form of RFC 8785 for objects of strings, whole numbers and booleans: names sorted by UTF-16 unit, no blanks,
 * ECMAScript's escapes. Absent values are left out.
 */
export const canonicalJson = (object: Readonly<Record<string, Value>>): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.keys(object)
        .sort()
        .flatMap((name) => (object[name] === undefined ? [] : [[name, object[name]]])),
    ),
  );

const hash = (kind: string, object: object): string =>
  toHex(sm3(new TextEncoder().encode(`${kind}\n${canonicalJson(object as Readonly<Record<string, Value>>)}`)));

/** Hex SM3 over the canonical form of an entry without its `hash`; fields that this version does not know count too. */
export const hashOfEntry = (entry: Omit<AuditEntry, 'hash'>): string => hash(ENTRY, { ...entry, hash: undefined });

/** What the first entry of a desk's chain continues. */
export const seedOf = (desk: string, createdAt: string): ChainPlace => ({
  index: 0,
  hash: hash(SEED, { desk, createdAt }),
});

/** The entry that follows `last`. */
export function appendTo(last: ChainPlace, facts: AuditFacts): AuditEntry {
  const entry = { ...facts, index: last.index + 1, previous: last.hash };
  return { ...entry, hash: hashOfEntry(entry) };
}
