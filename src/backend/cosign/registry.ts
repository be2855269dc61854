/** What the server keeps of co-sign keys: plain data access; the rules stand in the files of the operations. */
import { GroupCommit } from '../store/group-commit.ts';
import type { Store, Row } from '../store/database.ts';
import { bytes, integer, text } from '../store/database.ts';
import { Used } from './used.ts';

export type KeyState = 'pending' | 'active' | 'suspended' | 'locked' | 'revoked';

/** Where the device's share lives. */
export type KeyPlace = 'pc' | 'phone';

export interface CosignKey {
  readonly id: string;
  readonly personId: string;
  readonly place: KeyPlace;
  readonly state: KeyState;
  readonly epoch: number;
  /** Sealed d2; of the staged epoch too, and of the one before until the device has acknowledged. */
  readonly share: Uint8Array;
  readonly staged: Uint8Array | undefined;
  /** Sealed 32 bytes from which the help for the share's lock is made. */
  readonly helpKey: Uint8Array;
  readonly pin: Uint8Array | undefined;
  readonly nextPin: Uint8Array | undefined;
  readonly tries: number;
  readonly devicePublicKey: Uint8Array;
  readonly deviceName: string;
  readonly serverPoint: Uint8Array;
  readonly commitment: Uint8Array;
  readonly publicKey: Uint8Array | undefined;
  /** DER, once issued. */
  readonly certificate: Uint8Array | undefined;
  readonly code: string;
  readonly createdAt: string;
  /** Refresh under way: the device's commitment, the server's contribution, the challenge. */
  readonly refresh:
    { readonly commitment: Uint8Array; readonly mine: Uint8Array; readonly challenge: Uint8Array } | undefined;
}

const optional = (row: Row, column: string): Uint8Array | undefined =>
  row[column] === null ? undefined : bytes(row, column);

function keyOf(row: Row): CosignKey {
  const [commitment, mine, challenge] = ['refresh_commitment', 'refresh_mine', 'refresh_challenge'].map((c) =>
    optional(row, c),
  );
  return {
    id: text(row, 'id'),
    personId: text(row, 'person'),
    place: text(row, 'place') as KeyPlace,
    state: text(row, 'state') as KeyState,
    epoch: integer(row, 'epoch'),
    share: bytes(row, 'share'),
    staged: optional(row, 'staged'),
    helpKey: bytes(row, 'help_key'),
    pin: optional(row, 'pin'),
    nextPin: optional(row, 'next_pin'),
    tries: integer(row, 'tries'),
    devicePublicKey: bytes(row, 'device'),
    deviceName: text(row, 'device_name'),
    serverPoint: bytes(row, 'server_point'),
    commitment: bytes(row, 'commitment'),
    publicKey: optional(row, 'public_key'),
    certificate: optional(row, 'certificate'),
    code: text(row, 'code'),
    createdAt: text(row, 'created_at'),
    refresh:
      commitment === undefined || mine === undefined || challenge === undefined
        ? undefined
        : { commitment, mine, challenge },
  };
}

const COLUMNS = {
  state: 'state',
  epoch: 'epoch',
  share: 'share',
  staged: 'staged',
  pin: 'pin',
  nextPin: 'next_pin',
  tries: 'tries',
  serverPoint: 'server_point',
  publicKey: 'public_key',
  certificate: 'certificate',
  refreshCommitment: 'refresh_commitment',
  refreshMine: 'refresh_mine',
  refreshChallenge: 'refresh_challenge',
} as const;
type Change = Partial<Record<keyof typeof COLUMNS, string | number | Uint8Array | null>>;

export interface Act {
  readonly key: string;
  readonly personId: string;
  readonly act: string;
  readonly epoch: number;
  readonly remote: string;
  readonly result: string;
  readonly messageSm3?: string;
  readonly e?: string;
  readonly r?: string;
}

export class CosignRegistry {
  /** What serves once, or only so often. */
  readonly used: Used;
  readonly #store: Store;
  readonly #group: GroupCommit;

  constructor(store: Store) {
    this.#store = store;
    this.used = new Used(store);
    this.#group = new GroupCommit(store);
  }

  transaction<T>(work: () => T): T {
    return this.#store.transaction(work);
  }

  /** As one transaction, committed with those of others that come at the same time. */
  together<T>(work: () => T): Promise<T> {
    return this.#group.run(work);
  }

  addCode(codeSm3: string, personId: string, madeBy: string, expiresAt: string, replaces: string | undefined): void {
    this.#store.run(
      'INSERT INTO cosign_codes (code_sm3, person, made_by, expires_at, replaces) VALUES (?, ?, ?, ?, ?)',
      codeSm3,
      personId,
      madeBy,
      expiresAt,
      replaces ?? null,
    );
  }

  /** The person whom a code that is neither used nor expired was made for. */
  codePerson(codeSm3: string, now: string): string | undefined {
    const row = this.#store.get(
      'SELECT person FROM cosign_codes WHERE code_sm3 = ? AND used_at IS NULL AND expires_at > ?',
      codeSm3,
      now,
    );
    return row === undefined ? undefined : text(row, 'person');
  }

  /** The key that ends when this code's key is made. */
  replacedBy(codeSm3: string): string | undefined {
    const row = this.#store.get(
      'SELECT replaces FROM cosign_codes WHERE code_sm3 = ? AND replaces IS NOT NULL',
      codeSm3,
    );
    return row && text(row, 'replaces');
  }

  useCode(codeSm3: string, now: string): void {
    this.#store.run('UPDATE cosign_codes SET used_at = ? WHERE code_sm3 = ?', now, codeSm3);
  }

  add(k: Omit<CosignKey, 'staged' | 'pin' | 'nextPin' | 'publicKey' | 'certificate' | 'refresh'>): void {
    this.#store.run(
      `INSERT INTO cosign_keys (id, person, place, state, epoch, share, help_key, tries, device, device_name, server_point, commitment, code, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      k.id,
      k.personId,
      k.place,
      k.state,
      k.epoch,
      k.share,
      k.helpKey,
      k.tries,
      k.devicePublicKey,
      k.deviceName,
      k.serverPoint,
      k.commitment,
      k.code,
      k.createdAt,
    );
  }

  find(id: string): CosignKey | undefined {
    const row = this.#store.get('SELECT * FROM cosign_keys WHERE id = ?', id);
    return row && keyOf(row);
  }

  ofCode(codeSm3: string): CosignKey | undefined {
    const row = this.#store.get(`SELECT * FROM cosign_keys WHERE code = ? AND state = 'pending'`, codeSm3);
    return row && keyOf(row);
  }

  all(): CosignKey[] {
    return this.#store.all('SELECT * FROM cosign_keys ORDER BY created_at, id').map(keyOf);
  }

  /** All keys of a person, oldest first. */
  ofPerson(personId: string): CosignKey[] {
    return this.#store.all('SELECT * FROM cosign_keys WHERE person = ? ORDER BY created_at, id', personId).map(keyOf);
  }

  /** When this key was last unlocked or signed with; null when never. */
  lastUsedAt(id: string): string | null {
    const row = this.#store.get(
      `SELECT at FROM cosign_log WHERE key = ? AND result = 'done' AND (act = 'unlock' OR act LIKE 'sign %') ORDER BY n DESC LIMIT 1`,
      id,
    );
    return row === undefined ? null : text(row, 'at');
  }

  /** A pending key that nobody finished: it has signed nothing but its own request. */
  drop(id: string): void {
    for (const table of ['cosign_answers', 'cosign_points', 'cosign_sessions']) {
      this.#store.run(`DELETE FROM ${table} WHERE key = ?`, id);
    }
    this.#store.run(`DELETE FROM cosign_keys WHERE id = ? AND state = 'pending'`, id);
  }

  change(id: string, change: Change): void {
    const names = Object.keys(change) as (keyof Change)[];
    this.#store.run(
      `UPDATE cosign_keys SET ${names.map((n) => `${COLUMNS[n]} = ?`).join(', ')} WHERE id = ?`,
      ...names.map((n) => change[n] ?? null),
      id,
    );
  }

  /** False: somebody issues the certificate of this key already, or it has one. Both times in ms since 1970. */
  beginCertifying(id: string, now: number, until: number): boolean {
    return (
      this.#store.run(
        `UPDATE cosign_keys SET certifying_until = ? WHERE id = ? AND certificate IS NULL AND state = 'pending' AND certifying_until <= ?`,
        until,
        id,
        now,
      ) === 1
    );
  }

  /** The next one need not wait for the time of one that failed. */
  endCertifying(id: string): void {
    this.#store.run('UPDATE cosign_keys SET certifying_until = 0 WHERE id = ?', id);
  }

  openSession(idSm3: string, key: string, expiresAt: string, now: string): void {
    this.#store.run('DELETE FROM cosign_sessions WHERE expires_at <= ? OR key = ?', now, key);
    this.#store.run('INSERT INTO cosign_sessions (id_sm3, key, expires_at) VALUES (?, ?, ?)', idSm3, key, expiresAt);
  }

  session(idSm3: string, now: string): string | undefined {
    const row = this.#store.get('SELECT key FROM cosign_sessions WHERE id_sm3 = ? AND expires_at > ?', idSm3, now);
    return row && text(row, 'key');
  }

  endSessions(key: string): void {
    this.#store.run('DELETE FROM cosign_sessions WHERE key = ?', key);
  }

  log(act: Act, at: string): void {
    this.#store.run(
      'INSERT INTO cosign_log (at, key, person, act, epoch, message_sm3, e, r, remote, result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      at,
      act.key,
      act.personId,
      act.act,
      act.epoch,
      act.messageSm3 ?? '',
      act.e ?? '',
      act.r ?? '',
      act.remote,
      act.result,
    );
  }

  /** Acts by name and result. */
  counts(): { act: string; result: string; count: number }[] {
    return this.#store
      .all('SELECT act, result, count(*) AS n FROM cosign_log GROUP BY act, result ORDER BY act, result')
      .map((row) => ({ act: text(row, 'act'), result: text(row, 'result'), count: integer(row, 'n') }));
  }
}
