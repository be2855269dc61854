/** What every operation of the room works with: store, vault, clock, sessions, the log. */
import { hmacSm3, randomBytes, sm3, toHex, wipe } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { refused } from './requests.ts';
import type { CosignKey, CosignRegistry } from './registry.ts';
import { SESSION_MS, type CosignSettings } from './settings.ts';
import type { ShareVault } from './share-vault.ts';

const label = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Hex SM3 of a text: how the store knows codes and sessions. */
export const digestOf = (text: string): string => toHex(sm3(label(text)));

export interface Traced {
  readonly messageSm3?: string;
  readonly e?: string;
  readonly r?: string;
}

export class CosignContext {
  readonly settings: CosignSettings;
  #opened: ShareVault | undefined;

  constructor(settings: CosignSettings) {
    this.settings = settings;
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
