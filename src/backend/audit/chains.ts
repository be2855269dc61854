/** The desks' audit chains as the record service keeps them: continued, never changed, never forked. */
import {
  anchorLine,
  chainLine,
  endLine,
  entryLine,
  hashOfEntry,
  readEntry,
  seedOf,
  type AuditAnchor,
  type AuditEntry,
  type ChainPlace,
} from '#core/audit/index.ts';
import { YqError, type ErrorCode } from '#core/errors/index.ts';
import { bytes, integer, text, type Row, type Store } from '../store/database.ts';

export interface Parcel {
  readonly createdAt: string;
  /** As parsed from JSON, unchecked. */
  readonly entries: readonly unknown[];
  readonly anchors: readonly AuditAnchor[];
}

export interface DeskSummary {
  readonly desk: string;
  readonly createdAt: string;
  readonly entries: number;
  readonly anchors: number;
  readonly refused: number;
  readonly receivedAt: string;
}

const PAGE = 500;
/** Refused entries kept of one desk. */
const MOST_REFUSED = 1000;

export class AuditChains {
  readonly #store: Store;
  readonly #clock: () => Date;

  constructor(store: Store, clock: () => Date) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Continues a desk's chain; what is there already is skipped when it is the same. Gives the newest index.
   * @throws YqError AUDIT_FORK, AUDIT_GAP, AUDIT_INVALID; nothing of the parcel is kept then
   */
  append(desk: string, parcel: Parcel, person: string): number {
    try {
      return this.#store.transaction(() => this.#append(desk, parcel, person));
    } catch (e) {
      if (e instanceof Refusal) {
        this.#keepRefused(desk, e, person);
        throw new YqError(e.code, { params: { index: e.entry.index } });
      }
      throw e;
    }
  }

  list(): readonly DeskSummary[] {
    return this.#store
      .all(
        `SELECT d.*, (SELECT count(*) FROM audit_entries e WHERE e.desk = d.desk) AS entries,
           (SELECT count(*) FROM audit_anchors a WHERE a.desk = d.desk) AS anchors,
           (SELECT count(*) FROM audit_refused r WHERE r.desk = d.desk) AS refused
         FROM audit_desks d ORDER BY d.desk`,
      )
      .map((row) => ({
        desk: text(row, 'desk'),
        createdAt: text(row, 'created_at'),
        entries: integer(row, 'entries'),
        anchors: integer(row, 'anchors'),
        refused: integer(row, 'refused'),
        receivedAt: text(row, 'received_at'),
      }));
  }

  /** One chain as JSON Lines, a piece at a time; undefined for a desk that never sent any. */
  export(desk: string): Generator<string> | undefined {
    const row = this.#store.get('SELECT * FROM audit_desks WHERE desk = ?', desk);
    return row === undefined ? undefined : this.#lines(desk, row);
  }

  *#lines(desk: string, row: Row): Generator<string> {
    const last = { index: integer(row, 'last_index'), hash: text(row, 'last_hash') };
    yield chainLine({ desk, createdAt: text(row, 'created_at') });
    for (let from = 1; from <= last.index; from += PAGE) {
      const page = this.#store.all(
        'SELECT entry FROM audit_entries WHERE desk = ? AND "index" >= ? AND "index" < ? AND "index" <= ? ORDER BY "index"',
        desk,
        from,
        from + PAGE,
        last.index,
      );
      for (const e of page) yield entryLine(JSON.parse(text(e, 'entry')) as AuditEntry);
    }
    const anchors = this.#store.all('SELECT * FROM audit_anchors WHERE desk = ? ORDER BY "index"', desk);
    for (const a of anchors) {
      yield anchorLine({
        index: integer(a, 'index'),
        hash: text(a, 'hash'),
        token: bytes(a, 'token'),
        time: text(a, 'time'),
      });
    }
    yield endLine(last);
  }

  #append(desk: string, { createdAt, entries, anchors }: Parcel, person: string): number {
    const known = this.#store.get('SELECT * FROM audit_desks WHERE desk = ?', desk);
    const first = entries[0] === undefined ? undefined : this.#read(entries[0]);
    if (known !== undefined && text(known, 'created_at') !== createdAt && first) throw new Refusal('AUDIT_FORK', first);
    let last: ChainPlace =
      known === undefined
        ? seedOf(desk, createdAt)
        : { index: integer(known, 'last_index'), hash: text(known, 'last_hash') };
    const now = this.#clock().toISOString();
    this.#store.run(
      'INSERT OR IGNORE INTO audit_desks (desk, created_at, last_index, last_hash, received_at) VALUES (?, ?, ?, ?, ?)',
      desk,
      createdAt,
      last.index,
      last.hash,
      now,
    );
    for (const value of entries) {
      const entry = this.#read(value);
      if (entry.index > last.index + 1) throw new YqError('AUDIT_GAP', { params: { last: last.index } });
      if (entry.index <= last.index) {
        if (this.#hashAt(desk, entry.index) !== entry.hash) throw new Refusal('AUDIT_FORK', entry);
        continue;
      }
      if (entry.previous !== last.hash) throw new Refusal('AUDIT_FORK', entry);
      this.#store.run(
        'INSERT INTO audit_entries (desk, "index", hash, entry, received_at, received_from) VALUES (?, ?, ?, ?, ?, ?)',
        desk,
        entry.index,
        entry.hash,
        JSON.stringify(entry),
        now,
        person,
      );
      last = { index: entry.index, hash: entry.hash };
    }
    this.#store.run(
      'UPDATE audit_desks SET last_index = ?, last_hash = ?, received_at = ? WHERE desk = ?',
      last.index,
      last.hash,
      now,
      desk,
    );
    for (const { index, hash, token, time } of anchors) {
      // An anchor over something else than what stands here is a fork as well; over what is not here yet, a gap.
      if (index > last.index) throw new YqError('AUDIT_GAP', { params: { last: last.index } });
      if (this.#hashAt(desk, index) !== hash) throw new YqError('AUDIT_FORK', { params: { index } });
      this.#store.run(
        'INSERT OR IGNORE INTO audit_anchors (desk, "index", hash, token, time) VALUES (?, ?, ?, ?, ?)',
        desk,
        index,
        hash,
        token,
        time,
      );
    }
    return last.index;
  }

  #read(value: unknown): AuditEntry {
    const entry = readEntry(value);
    if ('unreadable' in entry) {
      const { index } = value as { readonly index?: unknown };
      throw new YqError('AUDIT_INVALID', { params: { index: Number(index) || 0 }, detail: entry.unreadable });
    }
    if (hashOfEntry(entry) !== entry.hash) throw new Refusal('AUDIT_INVALID', entry);
    return entry;
  }

  #hashAt(desk: string, index: number): string | undefined {
    const row = this.#store.get('SELECT hash FROM audit_entries WHERE desk = ? AND "index" = ?', desk, index);
    return row === undefined ? undefined : text(row, 'hash');
  }

  #keepRefused(desk: string, { code, entry }: Refusal, person: string): void {
    const row = this.#store.get('SELECT count(*) AS n FROM audit_refused WHERE desk = ?', desk);
    if (row === undefined || integer(row, 'n') >= MOST_REFUSED) return;
    this.#store.run(
      `INSERT OR IGNORE INTO audit_refused (desk, "index", hash, code, entry, received_at, received_from)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      desk,
      entry.index,
      entry.hash,
      code,
      JSON.stringify(entry),
      this.#clock().toISOString(),
      person,
    );
  }
}

/** Carries the entry that was refused out of the transaction, which is undone. */
class Refusal extends Error {
  readonly code: Extract<ErrorCode, `AUDIT_${string}`>;
  readonly entry: AuditEntry;
  constructor(code: Extract<ErrorCode, `AUDIT_${string}`>, entry: AuditEntry) {
    super(code);
    this.code = code;
    this.entry = entry;
  }
}
