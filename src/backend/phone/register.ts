/** What the service keeps of requests to phones: plain data access; the rules stand in life.ts, desk.ts and device.ts. */
import { toHex, sm3 } from '#core/crypto/index.ts';
import type { PhoneRow, PhoneState } from '#core/token/index.ts';
import { bytes, integer, text, type Row, type Store } from '../store/database.ts';

export interface StoredRequest {
  readonly id: string;
  readonly secretSm3: string;
  readonly kind: 'login' | 'sign';
  readonly state: PhoneState;
  /** Grows with every change that the desk can see. */
  readonly version: number;
  readonly desk: string;
  /** Who has asked; undefined for a login. */
  readonly personId: string | undefined;
  readonly count: number;
  readonly signatures: number;
  readonly seals: boolean;
  readonly listDigest: string;
  readonly key: string | undefined;
  readonly check: string | null;
  readonly reason: string | null;
  readonly approval: Uint8Array | undefined;
  readonly expiresAt: string;
  /** When the phone was heard last; from the approval on. */
  readonly heardAt: string | undefined;
}

export interface StoredMessage {
  readonly n: number;
  readonly row: number;
  /** Undefined from the moment its value was handed in. */
  readonly message: Uint8Array | undefined;
  readonly messageSm3: string;
  readonly handedIn: boolean;
}

/** A value on its way to the desk. */
export type HandedIn =
  { readonly n: number; readonly signature: Uint8Array } | { readonly n: number; readonly failed: string };

export interface NewRequest {
  readonly id: string;
  readonly secretSm3: string;
  readonly kind: 'login' | 'sign';
  readonly desk: string;
  readonly remote: string;
  readonly personId: string | undefined;
  readonly rows: readonly PhoneRow[];
  readonly listDigest: string;
  readonly signatures: number;
  readonly seals: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
}

const OPEN = `state IN ('waiting', 'scanned', 'approved')`;

const optional = (row: Row, column: string): string | undefined =>
  row[column] === null ? undefined : text(row, column);

function requestOf(row: Row): StoredRequest {
  return {
    id: text(row, 'id'),
    secretSm3: text(row, 'secret_sm3'),
    kind: text(row, 'kind') as 'login' | 'sign',
    state: text(row, 'state') as PhoneState,
    version: integer(row, 'version'),
    desk: text(row, 'desk'),
    personId: optional(row, 'person'),
    count: integer(row, 'count'),
    signatures: integer(row, 'signatures'),
    seals: integer(row, 'seals') === 1,
    listDigest: text(row, 'list_digest'),
    key: optional(row, 'key'),
    check: optional(row, 'check_number') ?? null,
    reason: optional(row, 'reason') ?? null,
    approval: row['approval'] === null ? undefined : bytes(row, 'approval'),
    expiresAt: text(row, 'expires_at'),
    heardAt: optional(row, 'heard_at'),
  };
}

const messageOf = (row: Row): StoredMessage => ({
  n: integer(row, 'n'),
  row: integer(row, 'row'),
  message: row['message'] === null ? undefined : bytes(row, 'message'),
  messageSm3: text(row, 'message_sm3'),
  handedIn: row['handed_in'] !== null,
});

/** All but the rows, which may be many. */
const COLUMNS = `id, secret_sm3, kind, state, version, desk, person, count, signatures, seals, list_digest, key, check_number, reason,
  approval, expires_at, heard_at`;

export class PhoneRegister {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  transaction<T>(work: () => T): T {
    return this.#store.transaction(work);
  }

  add(r: NewRequest): void {
    this.#store.run(
      `INSERT INTO phone_requests (id, secret_sm3, kind, state, version, desk, remote, person, count, signatures, seals, list_digest, rows,
         created_at, expires_at)
       VALUES (?, ?, ?, 'waiting', 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      r.id,
      r.secretSm3,
      r.kind,
      r.desk,
      r.remote,
      r.personId ?? null,
      r.rows.length,
      r.signatures,
      r.seals ? 1 : 0,
      r.listDigest,
      JSON.stringify(r.rows),
      r.createdAt,
      r.expiresAt,
    );
  }

  find(id: string): StoredRequest | undefined {
    const row = this.#store.get(`SELECT ${COLUMNS} FROM phone_requests WHERE id = ?`, id);
    return row && requestOf(row);
  }

  /** As the phone shows them; empty once the request has ended. */
  rows(id: string): PhoneRow[] {
    const row = this.#store.get('SELECT rows FROM phone_requests WHERE id = ? AND rows IS NOT NULL', id);
    return row === undefined ? [] : (JSON.parse(text(row, 'rows')) as PhoneRow[]);
  }

  /** Requests of this key that have not ended. */
  openOfKey(key: string): StoredRequest[] {
    return this.#store
      .all(`SELECT ${COLUMNS} FROM phone_requests WHERE key = ? AND state IN ('scanned', 'approved')`, key)
      .map(requestOf);
  }

  /** Requests that have not ended though their time may be over. */
  overdue(now: string, silentSince: string): StoredRequest[] {
    return this.#store
      .all(
        `SELECT ${COLUMNS} FROM phone_requests WHERE ${OPEN} AND (expires_at <= ? OR (state = 'approved' AND heard_at <= ?)) LIMIT 200`,
        now,
        silentSince,
      )
      .map(requestOf);
  }

  /** False when somebody was quicker. */
  claim(id: string, key: string, check: string, now: string, expiresAt: string): boolean {
    return (
      this.#store.run(
        `UPDATE phone_requests SET state = 'scanned', version = version + 1, key = ?, check_number = ?, scanned_at = ?, expires_at = ?
         WHERE id = ? AND state = 'waiting'`,
        key,
        check,
        now,
        expiresAt,
        id,
      ) === 1
    );
  }

  approve(id: string, given: { text: string; approval: Uint8Array; now: string; expiresAt: string }): boolean {
    return (
      this.#store.run(
        `UPDATE phone_requests SET state = 'approved', version = version + 1, approval_text = ?, approval = ?, approved_at = ?, heard_at = ?,
           expires_at = ? WHERE id = ? AND state = 'scanned'`,
        given.text,
        given.approval,
        given.now,
        given.now,
        given.expiresAt,
        id,
      ) === 1
    );
  }

  /** Ends a request that is in the state it was seen in; what was on its way is deleted with it. False when somebody was quicker. */
  end(id: string, from: PhoneState, to: PhoneState, reason: string | null, now: string): boolean {
    return this.#store.transaction(() => {
      const ended = this.#store.run(
        `UPDATE phone_requests SET state = ?, version = version + 1, reason = ?, ended_at = ?, rows = NULL WHERE id = ? AND state = ?`,
        to,
        reason,
        now,
        id,
        from,
      );
      if (ended === 1) this.#store.run('DELETE FROM phone_messages WHERE request = ?', id);
      return ended === 1;
    });
  }

  heard(id: string, now: string): void {
    this.#store.run('UPDATE phone_requests SET heard_at = ? WHERE id = ? AND heard_at < ?', now, id, now);
  }

  /** A login that nobody has scanned says nothing that the log needs for longer. */
  forgetUnscanned(before: string): void {
    this.#store.run(
      `DELETE FROM phone_requests WHERE kind = 'login' AND key IS NULL AND ended_at IS NOT NULL AND ended_at < ?`,
      before,
    );
  }

  message(request: string, n: number): StoredMessage | undefined {
    const row = this.#store.get('SELECT * FROM phone_messages WHERE request = ? AND n = ?', request, n);
    return row && messageOf(row);
  }

  /** How many numbers were used. */
  messageCount(request: string): number {
    const row = this.#store.get('SELECT count(*) AS n FROM phone_messages WHERE request = ?', request);
    return row === undefined ? 0 : integer(row, 'n');
  }

  addMessage(request: string, n: number, row: number, message: Uint8Array): void {
    this.#store.run(
      'INSERT INTO phone_messages (request, n, "row", message, message_sm3) VALUES (?, ?, ?, ?, ?)',
      request,
      n,
      row,
      message,
      toHex(sm3(message)),
    );
  }

  /** Those without a value, in the order of their numbers. */
  waiting(request: string, limit: number): StoredMessage[] {
    return this.#store
      .all('SELECT * FROM phone_messages WHERE request = ? AND handed_in IS NULL ORDER BY n LIMIT ?', request, limit)
      .map(messageOf);
  }

  /** A message of this digest without a value that was tried less than `tries` times. */
  waitingLike(request: string, messageSm3: string, tries: number): StoredMessage | undefined {
    const row = this.#store.get(
      `SELECT * FROM phone_messages WHERE request = ? AND message_sm3 = ? AND handed_in IS NULL AND tries < ? ORDER BY tries, n LIMIT 1`,
      request,
      messageSm3,
      tries,
    );
    return row && messageOf(row);
  }

  countTry(request: string, n: number): void {
    this.#store.run('UPDATE phone_messages SET tries = tries + 1 WHERE request = ? AND n = ?', request, n);
  }

  handIn(request: string, value: HandedIn): void {
    this.#store.run(
      `UPDATE phone_messages SET signature = ?, failed = ?, message = NULL,
         handed_in = (SELECT coalesce(max(handed_in), 0) + 1 FROM phone_messages WHERE request = ?) WHERE request = ? AND n = ?`,
      'signature' in value ? value.signature : null,
      'failed' in value ? value.failed : null,
      request,
      request,
      value.n,
    );
  }

  /** Values that the desk does not have yet, in the order in which they came. */
  values(request: string, limit: number): HandedIn[] {
    return this.#store
      .all(
        'SELECT n, signature, failed FROM phone_messages WHERE request = ? AND handed_in IS NOT NULL AND taken = 0 ORDER BY handed_in LIMIT ?',
        request,
        limit,
      )
      .map((row) =>
        row['signature'] === null
          ? { n: integer(row, 'n'), failed: text(row, 'failed') }
          : { n: integer(row, 'n'), signature: bytes(row, 'signature') },
      );
  }

  /** True when there was a value under this number that was not taken yet. */
  take(request: string, n: number): boolean {
    return (
      this.#store.run(
        'UPDATE phone_messages SET taken = 1, signature = NULL WHERE request = ? AND n = ? AND handed_in IS NOT NULL AND taken = 0',
        request,
        n,
      ) === 1
    );
  }

  /** To be called with every change that the desk can see and that the calls above do not count themselves. */
  changed(request: string): void {
    this.#store.run('UPDATE phone_requests SET version = version + 1 WHERE id = ?', request);
  }

  counts(): { kind: string; state: string; count: number }[] {
    return this.#store
      .all('SELECT kind, state, count(*) AS n FROM phone_requests GROUP BY kind, state ORDER BY kind, state')
      .map((row) => ({ kind: text(row, 'kind'), state: text(row, 'state'), count: integer(row, 'n') }));
  }
}
