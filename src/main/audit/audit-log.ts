/**
 * The desk's audit chain in its store. `note` is synchronous and on the disk when it returns; called inside `store.transaction` it is
 * kept or rolled back with the act it tells of.
 *
 * A chain that was set back (the store was restored from a copy, the disk from an image) never goes on: entries would stand twice at one
 * index, once here and once at the record service. A new chain begins and names the old one, which is kept and exported with it.
 */
import { randomUUID } from 'node:crypto';
import {
  appendTo,
  readEntry,
  seedOf,
  type AuditAnchor,
  type AuditChain,
  type AuditEntry,
  type AuditFacts,
  type ChainPlace,
  type UnreadableEntry,
} from '#core/audit/index.ts';
import { layOut, type DeskStore } from '../store/store.ts';

const layout: readonly string[] = [
  `CREATE TABLE audit_chain (
     id INTEGER PRIMARY KEY,
     desk TEXT NOT NULL UNIQUE,
     created_at TEXT NOT NULL,
     -- What the first entry still kept continues: the seed, or the anchored entry up to which older ones were shipped and cut.
     start_index INTEGER NOT NULL,
     start_hash TEXT NOT NULL,
     -- Newest entry and anchor that the record service has.
     shipped INTEGER NOT NULL DEFAULT 0,
     shipped_anchor INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE audit_entry (
     chain INTEGER NOT NULL REFERENCES audit_chain (id) ON DELETE CASCADE,
     "index" INTEGER NOT NULL,
     who TEXT NOT NULL,
     claimed TEXT NOT NULL,
     hash TEXT NOT NULL,
     -- The whole entry as JSON, so that what was hashed can be read again as it was.
     entry TEXT NOT NULL,
     PRIMARY KEY (chain, "index")
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX audit_entry_who ON audit_entry (who, claimed);
   CREATE TABLE audit_anchor (
     chain INTEGER NOT NULL REFERENCES audit_chain (id) ON DELETE CASCADE,
     "index" INTEGER NOT NULL,
     hash TEXT NOT NULL,
     token BLOB NOT NULL,
     time TEXT NOT NULL,
     PRIMARY KEY (chain, "index")
   ) STRICT, WITHOUT ROWID`,
];

/** `who`: of the person signed in when absent; `claimed`: now. */
export type NotedFacts = Omit<AuditFacts, 'who' | 'claimed'> & Partial<Pick<AuditFacts, 'who' | 'claimed'>>;

/** One chain as it lies in the store. */
export interface KeptChain {
  readonly id: number;
  readonly desk: string;
  readonly createdAt: string;
  readonly start: ChainPlace;
  /** Newest entry, or `start`. */
  readonly last: ChainPlace;
  readonly anchors: readonly AuditAnchor[];
  readonly shipped: number;
  readonly shippedAnchor: number;
}

export interface AuditLog {
  /** Appends one entry. Throws STORE_FULL or STORE_BROKEN: an act that can't be noted must not be done. */
  note(facts: NotedFacts): AuditEntry;
  /** A person's entries of the present chain, newest first; `from`: ISO 8601, not older. */
  of(who: string, from: string | null, limit: number): readonly AuditEntry[];
  /** All chains, oldest first; the last is the present one. */
  chains(): readonly KeptChain[];
  /** A chain to be exported or judged; entries are read page by page while it is gone through, up to its newest entry as of now. */
  read(chain: KeptChain): AuditChain;
  /** Entries from `index` on, at most `limit`. */
  from(chain: KeptChain, index: number, limit: number): readonly (AuditEntry | UnreadableEntry)[];
  addAnchor(chain: KeptChain, anchor: AuditAnchor): void;
  markShipped(chain: KeptChain, shipped: { readonly entry: number; readonly anchor: number }): void;
  /** Takes away entries up to an anchor's; that anchor becomes the beginning. */
  cutBefore(chain: KeptChain, anchor: AuditAnchor): void;
  /** Takes a whole former chain away. */
  drop(chain: KeptChain): void;
  /** Ends the present chain and begins another, whose first entry (`store-repaired`) names it. `code`: why. */
  beginAnew(code: string): void;
}

export interface AuditLogOptions {
  readonly store: DeskStore;
  readonly now: () => Date;
  /** Person id of who is signed in; empty when nobody is. */
  readonly who: () => string;
}

const PAGE = 200;
/** Characters of a fact; longer ones are cut. */
const LONGEST = 300;

export function openAuditLog({ store, now, who }: AuditLogOptions): AuditLog {
  const { db } = store;
  layOut(store, 'audit', layout);

  const begin = (): void => {
    const [desk, createdAt] = [randomUUID(), now().toISOString()];
    db.prepare('INSERT INTO audit_chain (desk, created_at, start_index, start_hash) VALUES (?, ?, 0, ?)').run(
      desk,
      createdAt,
      seedOf(desk, createdAt).hash,
    );
  };
  store.transaction(() => {
    if (db.prepare('SELECT 1 FROM audit_chain').get() === undefined) begin();
  });

  const present = db.prepare('SELECT max(id) AS id FROM audit_chain');
  const newest = db.prepare('SELECT "index", hash FROM audit_entry WHERE chain = ? ORDER BY "index" DESC LIMIT 1');
  const beginning = db.prepare('SELECT start_index AS "index", start_hash AS hash FROM audit_chain WHERE id = ?');
  const insert = db.prepare(
    'INSERT INTO audit_entry (chain, "index", who, claimed, hash, entry) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const place = (row: Record<string, unknown> | undefined): ChainPlace => ({
    index: Number(row?.['index']),
    hash: String(row?.['hash']),
  });
  const last = (chain: number): ChainPlace => place(newest.get(chain) ?? beginning.get(chain));

  const anchorsOf = (chain: number): readonly AuditAnchor[] =>
    db
      .prepare('SELECT "index", hash, token, time FROM audit_anchor WHERE chain = ? ORDER BY "index"')
      .all(chain)
      .map((row) => ({ ...place(row), token: row['token'] as Uint8Array, time: String(row['time']) }));
  const parsed = (row: Record<string, unknown>): AuditEntry | UnreadableEntry => {
    try {
      return readEntry(JSON.parse(String(row['entry'])));
    } catch {
      return { unreadable: 'JSON' };
    }
  };
  const page = (id: number, index: number, limit: number): readonly IndexedEntry[] =>
    db
      .prepare('SELECT "index", entry FROM audit_entry WHERE chain = ? AND "index" >= ? ORDER BY "index" LIMIT ?')
      .all(id, index, limit)
      .map((row) => ({ index: Number(row['index']), entry: parsed(row) }));
  const note: AuditLog['note'] = (facts) =>
    store.transaction(() => {
      const chain = Number(present.get()?.['id']);
      const entry = appendTo(
        last(chain),
        shortened({ claimed: now().toISOString(), ...facts, who: facts.who ?? who() }),
      );
      insert.run(chain, entry.index, entry.who, entry.claimed, entry.hash, JSON.stringify(entry));
      return entry;
    });
  const chains = (): readonly KeptChain[] =>
    db
      .prepare('SELECT * FROM audit_chain ORDER BY id')
      .all()
      .map((row) => {
        const id = Number(row['id']);
        return {
          id,
          desk: String(row['desk']),
          createdAt: String(row['created_at']),
          start: { index: Number(row['start_index']), hash: String(row['start_hash']) },
          last: last(id),
          anchors: anchorsOf(id),
          shipped: Number(row['shipped']),
          shippedAnchor: Number(row['shipped_anchor']),
        };
      });

  return {
    note,
    chains,
    from: ({ id }, index, limit) => page(id, index, limit).map((e) => e.entry),
    of: (person, since, limit) =>
      db
        .prepare(
          `SELECT entry FROM audit_entry WHERE chain = (SELECT max(id) FROM audit_chain) AND who = ? AND claimed >= ?
           ORDER BY "index" DESC LIMIT ?`,
        )
        .all(person, since ?? '', limit)
        .map(parsed)
        .filter((e): e is AuditEntry => !('unreadable' in e)),
    read: (chain) => ({
      desk: chain.desk,
      createdAt: chain.createdAt,
      ...(chain.start.index > 0 && { start: chain.start }),
      anchors: chain.anchors,
      end: chain.last,
      entries: pages((index) => page(chain.id, index, PAGE), chain.start.index + 1, chain.last.index),
    }),
    addAnchor({ id }, { index, hash, token, time }) {
      store.transaction(() =>
        db
          .prepare('INSERT OR IGNORE INTO audit_anchor (chain, "index", hash, token, time) VALUES (?, ?, ?, ?, ?)')
          .run(id, index, hash, token, time),
      );
    },
    markShipped({ id }, { entry, anchor }) {
      store.transaction(() =>
        db.prepare('UPDATE audit_chain SET shipped = ?, shipped_anchor = ? WHERE id = ?').run(entry, anchor, id),
      );
    },
    cutBefore({ id }, anchor) {
      store.transaction(() => {
        db.prepare('DELETE FROM audit_entry WHERE chain = ? AND "index" <= ?').run(id, anchor.index);
        db.prepare('DELETE FROM audit_anchor WHERE chain = ? AND "index" < ?').run(id, anchor.index);
        db.prepare('UPDATE audit_chain SET start_index = ?, start_hash = ? WHERE id = ?').run(
          anchor.index,
          anchor.hash,
          id,
        );
      });
    },
    drop({ id }) {
      store.transaction(() => db.prepare('DELETE FROM audit_chain WHERE id = ?').run(id));
    },
    beginAnew(code) {
      store.transaction(() => {
        const former = chains().at(-1);
        begin();
        note({
          act: 'store-repaired',
          who: '', // nobody's act
          subject: former?.desk ?? '',
          ...(former && { before: former.last.hash }),
          result: 'done',
          code,
        });
      });
    },
  };
}

const shortened = (facts: AuditFacts): AuditFacts => ({
  ...facts,
  subject: facts.subject.length > LONGEST ? `${facts.subject.slice(0, LONGEST)}…` : facts.subject,
});

interface IndexedEntry {
  readonly index: number;
  readonly entry: AuditEntry | UnreadableEntry;
}

async function* pages(
  page: (from: number) => readonly IndexedEntry[],
  first: number,
  last: number,
): AsyncGenerator<AuditEntry | UnreadableEntry> {
  for (let at = first; at <= last;) {
    const some = page(at).filter((e) => e.index <= last);
    for (const { entry } of some) yield entry;
    const end = some.at(-1);
    if (!end) return;
    at = end.index + 1;
  }
}
