/** A co-sign key that is logged in: its share is in memory for the length of the login, and nowhere else in the open. */
import {
  clientFinish,
  clientNonce,
  randomBytes,
  randomScalar,
  refreshedServerPoint,
  refreshShare,
  sm2Digest,
  toScalar,
  wipe,
  type ClientNonce,
} from '#core/crypto/portable/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import type { CosignKeyFile, KeyStore, SealedShare } from './key-file.ts';
import {
  commitmentOf,
  MAX_REQUEST_BYTES,
  refreshSeed,
  testMessage,
  type AnswerOf,
  type DeviceKey,
} from './messages.ts';
import { freshId, type AskOptions, type CosignService } from './service.ts';
import { lockShare, pinProof, shareContext, unlockShare } from './share-lock.ts';

/** What the device keeps in the open only in memory. */
export interface DeviceSecrets {
  readonly secret: Uint8Array;
  readonly device: DeviceKey;
}

/** After so many answers that do not verify the key is not used on this PC any more: somebody is trying something. */
export const MAX_SERVER_FAULTS = 3;
/** Records of one request: few round trips for a batch, and answers that stay small. */
const MAX_ITEMS = 50;

interface Waiting {
  readonly message: Uint8Array;
  readonly done: (signature: Uint8Array) => void;
  readonly failed: (e: unknown) => void;
}

export interface OpenKeyParts {
  readonly file: CosignKeyFile;
  readonly store: KeyStore;
  readonly service: CosignService;
  readonly secrets: DeviceSecrets;
  readonly d1: Uint8Array;
  readonly session: string;
  /** What opened the share, for as long as it may have to be locked anew. */
  readonly proof: Uint8Array;
  readonly help: Uint8Array;
}

/**
 * Logs in: the server judges the PIN and helps, the share is opened.
 * @throws YqError COSIGN_PIN, COSIGN_LOCKED, COSIGN_SUSPENDED, COSIGN_REVOKED, COSIGN_EPOCH, COSIGN_UNREACHABLE, COSIGN_KEY_FILE
 */
export async function openKey(
  keyId: string,
  pin: string,
  { store, service, secrets }: Pick<OpenKeyParts, 'store' | 'service' | 'secrets'>,
): Promise<OpenKey> {
  const file = await store.read(keyId);
  if (file.serverFaults >= MAX_SERVER_FAULTS) throw new YqError('COSIGN_SERVER_FAULT');
  const proof = pinProof(pin, secrets.secret, keyId);
  const { help, session, epoch } = await service.ask('unlock', keyId, { pin: proof }, secrets.device);
  const candidates = [file.share, ...(file.next === null ? [] : [file.next])].filter((s) => s.epoch === epoch);
  if (candidates.length === 0) throw new YqError('COSIGN_EPOCH');
  for (const candidate of candidates) {
    const d1 = opened(candidate, { help, proof, deviceSecret: secrets.secret, keyId });
    if (d1 === undefined) continue;
    // What opened is what holds: the next share of a refresh or of a new PIN takes its place.
    const settled = candidate === file.share ? file : { ...file, share: candidate, next: null };
    const kept = { ...settled, triesLeft: MAX_TRIES };
    if (settled !== file || file.triesLeft !== MAX_TRIES) await store.write(kept);
    const key = new OpenKey({ file: kept, store, service, secrets, d1, session, proof, help });
    if (candidate === file.next && file.share.epoch < candidate.epoch) await key.acknowledge();
    return key;
  }
  throw new YqError('COSIGN_KEY_FILE', { params: { file: keyId } });
}

/** As the server counts. */
export const MAX_TRIES = 5;

function opened(
  { locked, epoch }: SealedShare,
  { keyId, ...lock }: { help: Uint8Array; proof: Uint8Array; deviceSecret: Uint8Array; keyId: string },
): Uint8Array | undefined {
  try {
    return unlockShare(locked, { ...lock, context: shareContext(keyId, epoch) });
  } catch (e) {
    if (isYqError(e) && e.code === 'CRYPTO_DECRYPT') return undefined;
    throw e;
  }
}

export class OpenKey {
  #parts: OpenKeyParts;
  #closed = false;
  readonly #waiting: Waiting[] = [];
  #inFlight = 0;

  constructor(parts: OpenKeyParts) {
    this.#parts = parts;
  }

  get file(): CosignKeyFile {
    return this.#parts.file;
  }

  /** A request of this login; its session goes with it where the operation wants one. Errors as CosignService.ask. */
  ask<O extends 'phoneApprove' | 'phoneWork' | 'phoneRefuse'>(
    op: O,
    payload: Readonly<Record<string, unknown>>,
    options?: AskOptions,
  ): Promise<AnswerOf<O>> {
    const { file, service, secrets, session } = this.#parts;
    if (this.#closed) return Promise.reject(new YqError('TOKEN_NOT_LOGGED_IN'));
    const own = op === 'phoneRefuse' ? {} : { session };
    return service.ask(op, file.keyId, { ...own, ...payload }, secrets.device, options);
  }

  /** r‖s over the message (Z_A of the default user ID), verified. What is asked for while a request is under way goes with the next one. */
  sign(message: Uint8Array): Promise<Uint8Array> {
    if (this.#closed) return Promise.reject(new YqError('TOKEN_NOT_LOGGED_IN'));
    return new Promise((done, failed) => {
      this.#waiting.push({ message: message.slice(), done, failed });
      queueMicrotask(() => void this.#send());
    });
  }

  async #send(): Promise<void> {
    if (this.#inFlight > 0 || this.#waiting.length === 0) return;
    const items = this.#waiting.splice(0, this.#fitting());
    this.#inFlight++;
    try {
      const signatures = await this.#signTogether(items.map(({ message }) => message));
      for (const [i, item] of items.entries()) {
        const signature = signatures[i];
        if (signature === undefined) item.failed(new YqError('COSIGN_SERVER_FAULT'));
        else item.done(signature);
      }
    } catch (e) {
      for (const item of items) item.failed(e);
    } finally {
      this.#inFlight--;
      void this.#send();
    }
  }

  /** How many of those that wait go into one request. */
  #fitting(): number {
    let bytes = 0;
    for (const [n, { message }] of this.#waiting.slice(0, MAX_ITEMS).entries()) {
      bytes += message.length;
      if (n > 0 && bytes > MAX_REQUEST_BYTES) return n;
    }
    return MAX_ITEMS;
  }

  /** One more try, with new numbers throughout, when no answer came. */
  async #signTogether(messages: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    try {
      return await this.#round(messages);
    } catch (e) {
      if (!isYqError(e) || e.code !== 'COSIGN_UNREACHABLE') throw e;
      return this.#round(messages);
    }
  }

  /** k1 of every item lives from here to the end of this call, whatever happens. */
  async #round(messages: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    if (this.#closed) throw new YqError('TOKEN_NOT_LOGGED_IN');
    const { file, service, secrets, session, d1 } = this.#parts;
    const items = messages.map((message) => ({ id: freshId(), nonce: requireNonce(), message }));
    try {
      const answer = await service.ask(
        'sign',
        file.keyId,
        {
          session,
          epoch: file.share.epoch,
          items: items.map(({ id, nonce, message }) => ({ id, q1: nonce.q1, message })),
        },
        secrets.device,
      );
      const parts = new Map(answer.parts.map((part) => [part.id, part]));
      const key = { d1, publicKey: file.publicKey, serverPoint: file.share.serverPoint };
      const signatures = items.map(({ id, nonce, message }) => {
        const part = parts.get(id);
        return part && clientFinish(key, nonce.k1, sm2Digest(file.publicKey, message), part);
      });
      const faults = signatures.filter((s) => s === undefined).length;
      if (faults > 0) await this.#countFaults();
      return signatures;
    } finally {
      for (const { nonce } of items) wipe(nonce.k1);
    }
  }

  async #countFaults(): Promise<void> {
    await this.#keep({ serverFaults: this.#parts.file.serverFaults + 1 });
    if (this.#parts.file.serverFaults >= MAX_SERVER_FAULTS) this.close();
  }

  async #keep(change: Partial<CosignKeyFile>): Promise<void> {
    const file = { ...this.#parts.file, ...change };
    await this.#parts.store.write(file);
    this.#parts = { ...this.#parts, file };
  }

  /** The certificate, once it is issued. */
  certified(certificate: Uint8Array, chain: readonly Uint8Array[]): Promise<void> {
    return this.#keep({ certificate, chain: [...chain] });
  }

  /**
   * New PIN: the share is locked under it beside the old lock; the old one goes when the new one has opened it once.
   * @throws YqError TOKEN_PIN_LENGTH, COSIGN_*
   */
  async changePin(newPin: string): Promise<void> {
    const { file, service, secrets, session, proof, d1 } = this.#parts;
    const newProof = pinProof(newPin, secrets.secret, file.keyId);
    const { help } = await service.ask(
      'changePin',
      file.keyId,
      { session, pin: proof, newPin: newProof },
      secrets.device,
    );
    await this.#keep({ next: this.#locked(d1, file.share, { help, proof: newProof }) });
    const { file: kept, store } = this.#parts;
    this.close();
    const again = await openKey(kept.keyId, newPin, { store, service, secrets });
    again.close();
  }

  #locked(
    d1: Uint8Array,
    { epoch, serverPoint }: Pick<SealedShare, 'epoch' | 'serverPoint'>,
    { help, proof }: { help: Uint8Array; proof: Uint8Array },
  ): SealedShare {
    const { secrets, file } = this.#parts;
    const lock = { help, proof, deviceSecret: secrets.secret, context: shareContext(file.keyId, epoch) };
    return { epoch, serverPoint, locked: lockShare(d1, lock) };
  }

  /**
   * Renews both shares; the key stays. Two phases: both sides stage, sign a challenge with what they staged, then the server commits, then
   * this side, then the server forgets the old. A death at any point leaves a pair that fits: the epoch that the server names decides.
   */
  async refresh(now: Date): Promise<void> {
    const { file, service, secrets, session, proof, help, d1 } = this.#parts;
    const { keyId, publicKey, share } = file;
    const mine = randomScalar();
    const blind = randomBytes(32);
    const commitment = commitmentOf('refresh', blind, mine);
    const ask = service.ask.bind(service);
    const begun = await ask('refreshBegin', keyId, { session, epoch: share.epoch, commitment }, secrets.device);
    const epoch = share.epoch + 1;
    const t = toScalar(refreshSeed(mine, begun.t, keyId, epoch));
    const fresh = t && refreshShare(d1, t, 'client');
    const serverPoint = t && refreshedServerPoint(share.serverPoint, t);
    if (fresh === undefined || serverPoint === undefined) throw new YqError('COSIGN_REFUSED');
    try {
      await this.#keep({ next: this.#locked(fresh.share, { epoch, serverPoint }, { help, proof }) });
      const staged = await ask('refreshOpen', keyId, { session, t: mine, blind }, secrets.device);
      if (staged.epoch !== epoch) throw new YqError('COSIGN_EPOCH');
      const nonce = requireNonce();
      let signature: Uint8Array | undefined;
      try {
        const part = await ask('refreshTest', keyId, { session, q1: nonce.q1 }, secrets.device);
        const key = { d1: fresh.share, publicKey, serverPoint };
        const e = sm2Digest(publicKey, testMessage(keyId, epoch, staged.challenge));
        signature = clientFinish(key, nonce.k1, e, part);
      } finally {
        wipe(nonce.k1);
      }
      if (signature === undefined) {
        await this.#countFaults();
        throw new YqError('COSIGN_SERVER_FAULT');
      }
      await ask('refreshCommit', keyId, { session, signature }, secrets.device);
      const { next } = this.#parts.file;
      if (next === null) throw new YqError('COSIGN_EPOCH');
      await this.#keep({ share: next, next: null, refreshedAt: now.toISOString() });
      wipe(d1);
      this.#parts = { ...this.#parts, d1: fresh.share.slice() };
      await this.acknowledge();
    } finally {
      wipe(fresh.share, mine, t);
    }
  }

  /** The server may forget the shares of the epoch before. */
  async acknowledge(): Promise<void> {
    const { file, service, secrets, session } = this.#parts;
    await service.ask('refreshDone', file.keyId, { session, epoch: file.share.epoch }, secrets.device);
  }

  /** Wipes the share and what opened it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { d1, proof, help } = this.#parts;
    wipe(d1, proof, help);
    for (const item of this.#waiting.splice(0)) item.failed(new YqError('TOKEN_NOT_LOGGED_IN'));
  }
}

function requireNonce(): ClientNonce {
  const nonce = clientNonce();
  if (nonce === undefined) throw new YqError('INTERNAL', { detail: 'no nonce' });
  return nonce;
}
