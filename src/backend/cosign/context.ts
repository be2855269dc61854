/** What every operation of the room works with: store, vault, clock, sessions, the log. */
import { hmacSm3, randomBytes, sm3, toHex, wipe } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { CosignOperation } from '#core/token/index.ts';
import { refused } from './requests.ts';
import type { CosignKey, CosignRegistry } from './registry.ts';
import { SharedLimit } from './limits.ts';
import { CLOCK_MS, PER_KEY, PER_SOURCE, SESSION_MS, type CosignSettings } from './settings.ts';
import type { ShareVault } from './share-vault.ts';

const label = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Hex SM3 of a text: how the store knows codes and sessions. */
export const digestOf = (text: string): string => toHex(sm3(label(text)));

export interface Traced {
  readonly messageSm3?: string;
  readonly e?: string;
  readonly r?: string;
}

/** One request of a device about its key. */
export interface Act {
  readonly op: CosignOperation;
  readonly keyId: string;
  readonly remote: string;
}

/** Requests taken between two times of looking for old ones, and how many of those go at once. */
const PRUNE_EVERY = 64;
const PRUNE = 1_000;

export class CosignContext {
  readonly settings: CosignSettings;
  readonly #perKey: SharedLimit;
  readonly #perSource: SharedLimit;
  #taken = 0;
  #opened: ShareVault | undefined;

  constructor(settings: CosignSettings) {
    this.settings = settings;
    this.#perKey = new SharedLimit('key', PER_KEY, settings.registry.used);
    this.#perSource = new SharedLimit('source', PER_SOURCE, settings.registry.used);
  }

  get registry(): CosignRegistry {
    return this.settings.registry;
  }

  /** To be waited for before anything else here is asked for a secret. */
  async openVault(): Promise<void> {
    this.#opened ??= await this.settings.vault();
  }
  get vault(): ShareVault {
    if (this.#opened === undefined) throw new YqError('BACKEND_INTERNAL', { detail: 'vault' });
    return this.#opened;
  }

  /** ms since 1970. */
  get time(): number {
    return this.settings.clock().getTime();
  }
  get now(): string {
    return this.settings.clock().toISOString();
  }
  /** ISO 8601, so many ms from now. */
  after(ms: number): string {
    return new Date(this.time + ms).toISOString();
  }

  /** @throws YqError COSIGN_REFUSED */
  requireTime(time: string): void {
    if (Math.abs(Date.parse(time) - this.time) > CLOCK_MS) throw refused('time');
  }

  /**
   * In time, and never seen by any process on this store: a request that was recorded is worth nothing.
   * @throws YqError COSIGN_REFUSED
   */
  takeRequest({ requestId, time }: { readonly requestId: string; readonly time: string }): void {
    this.requireTime(time);
    if (this.#taken++ % PRUNE_EVERY === 0) this.registry.used.forgetOld(this.time - 2 * CLOCK_MS, PRUNE);
    if (!this.registry.used.takeRequest(requestId, this.time)) throw refused('again');
  }

  /** Takes nothing. @throws YqError COSIGN_TOO_MANY */
  checkLimit(keyId: string, remote: string, amount: number): void {
    this.#perSource.check(remote, 1, this.time);
    this.#perKey.check(keyId, amount, this.time);
  }

  /** For all processes together. @throws YqError COSIGN_TOO_MANY */
  takeLimit(keyId: string, remote: string, amount: number): void {
    this.#perSource.take(remote, 1, this.time);
    this.#perKey.take(keyId, amount, this.time);
  }

  /** Reads the key, works and logs in one transaction, whatever other processes do to this key. */
  act<T>({ op, keyId, remote }: Act, work: (key: CosignKey) => T): T {
    return this.registry.transaction(() => {
      const done = work(this.require(keyId));
      this.log(this.require(keyId), op, remote, 'done');
      return done;
    });
  }

  require(id: string): CosignKey {
    const key = this.registry.find(id);
    if (key === undefined) throw refused('gone');
    return key;
  }

  /** What is kept of a PIN. */
  pinMark(key: CosignKey, proof: Uint8Array): Uint8Array {
    return this.#withHelpKey(key, (secret) => hmacSm3(secret, label('pin'), proof));
  }
  /** What helps the device to open its share; for the right PIN alone. */
  help(key: CosignKey, proof: Uint8Array): Uint8Array {
    return this.#withHelpKey(key, (secret) => hmacSm3(secret, label('help'), proof));
  }
  #withHelpKey<T>(key: CosignKey, work: (secret: Uint8Array) => T): T {
    const secret = this.vault.open(key.helpKey, `${key.id} help`);
    try {
      return work(secret);
    } finally {
      wipe(secret);
    }
  }
  withShare<T>(key: CosignKey, work: (share: Uint8Array) => T): T {
    const share = this.vault.open(key.share, `${key.id} share ${key.epoch}`);
    try {
      return work(share);
    } finally {
      wipe(share);
    }
  }

  /** Ends the sessions before it: one login per key. */
  openSession(key: CosignKey): string {
    const id = Buffer.from(randomBytes(24)).toString('base64url');
    this.registry.openSession(digestOf(id), key.id, this.after(SESSION_MS), this.now);
    return id;
  }
  /** @throws YqError COSIGN_SESSION */
  requireSession(key: CosignKey, id: string): void {
    if (this.registry.session(digestOf(id), this.now) !== key.id) throw new YqError('COSIGN_SESSION');
  }

  log(key: CosignKey, act: string, remote: string, result: string, traced: Traced = {}): void {
    this.registry.log(
      { key: key.id, personId: key.personId, act, epoch: key.epoch, remote, result, ...traced },
      this.now,
    );
  }
}
