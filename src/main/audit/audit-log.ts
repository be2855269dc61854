/**
 * The desk's audit chain in its store. `note` is synchronous and on the disk when it returns; called inside `store.transaction` it is
 * kept or rolled back with the act it tells of.
 */
import { randomUUID } from 'node:crypto';
import { appendTo, seedOf, type AuditEntry, type AuditFacts, type ChainPlace } from '#core/audit/index.ts';
import { layOut, type DeskStore } from '../store/store.ts';

const layout: readonly string[] = [
  `CREATE TABLE audit_chain (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     desk TEXT NOT NULL,
     created_at TEXT NOT NULL,
     -- What the first entry still kept continues; the entries before were exported or shipped and cut.
     start_index INTEGER NOT NULL,
     start_hash TEXT NOT NULL,
     shipped INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE audit_entry (
     "index" INTEGER PRIMARY KEY,
     who TEXT NOT NULL,
     claimed TEXT NOT NULL,
     hash TEXT NOT NULL,
     -- The whole entry as JSON, so that what was hashed can be read again as it was.
     entry TEXT NOT NULL
   ) STRICT;
   CREATE INDEX audit_entry_who ON audit_entry (who, "index");
   CREATE TABLE audit_anchor (
     "index" INTEGER PRIMARY KEY,
     hash TEXT NOT NULL,
     token BLOB NOT NULL,
     time TEXT NOT NULL
   ) STRICT`,
];

/** `who`: of the person signed in when absent; `claimed`: now. */
export type NotedFacts = Omit<AuditFacts, 'who' | 'claimed'> & Partial<Pick<AuditFacts, 'who' | 'claimed'>>;

export interface AuditLog {
  /** Appends one entry. Throws STORE_FULL or STORE_BROKEN: an act that can't be noted must not be done. */
  note(facts: NotedFacts): AuditEntry;
}

export interface AuditLogOptions {
  readonly store: DeskStore;
  readonly now: () => Date;
  /** Person id of who is signed in; empty when nobody is. */
  readonly who: () => string;
}

export function openAuditLog({ store, now, who }: AuditLogOptions): AuditLog {
  const { db } = store;
  layOut(store, 'audit', layout);
  const createdAt = now().toISOString();
  const desk = randomUUID();
  const seed = seedOf(desk, createdAt);
  db.prepare(
    'INSERT OR IGNORE INTO audit_chain (one, desk, created_at, start_index, start_hash) VALUES (1, ?, ?, 0, ?)',
  ).run(desk, createdAt, seed.hash);

  const last = (): ChainPlace => {
    const row =
      db.prepare('SELECT "index", hash FROM audit_entry ORDER BY "index" DESC LIMIT 1').get() ??
      db.prepare('SELECT start_index AS "index", start_hash AS hash FROM audit_chain').get();
    return { index: Number(row?.['index']), hash: String(row?.['hash']) };
  };
  return {
    note: (facts) =>
      store.transaction(() => {
        const entry = appendTo(last(), { who: who(), claimed: now().toISOString(), ...facts });
        db.prepare('INSERT INTO audit_entry ("index", who, claimed, hash, entry) VALUES (?, ?, ?, ?, ?)').run(
          entry.index,
          entry.who,
          entry.claimed,
          entry.hash,
          JSON.stringify(entry),
        );
        return entry;
      }),
  };
}
