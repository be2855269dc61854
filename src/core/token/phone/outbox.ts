/**
 * Messages on their way to the phone, and the values that come back. What comes together goes together; what was sent is sent again under the
 * same number until the service has answered, so that a break in the network costs nothing and nothing is asked for twice.
 */
import { sm2Digest, sm2Verify } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES } from '../cosign/device/messages.ts';
import { isPassing, pause, type Timing } from './follow.ts';
import type { HandedOver, PhoneView } from './service.ts';

/** Messages of one request; values that are not acknowledged for longer. */
const MAX_MESSAGES = 100;
const MAX_UNACKNOWLEDGED = 64;
/** ms at most before the same is sent again. */
const LONGEST_PAUSE = 4_000;

/** What a phone may say of a message that it did not sign. */
const FAILURES = ['PHONE_MESSAGE', 'PHONE_LIMIT', 'PHONE_KEY_STOPPED'] as const;

export interface OutboxParts {
  /** Signatures at most. */
  readonly limit: number;
  /** Of the list; at least 1. */
  readonly rows: number;
  readonly timing: Pick<Timing, 'away' | 'value' | 'again'>;
  readonly send: (messages: readonly HandedOver[], taken: readonly number[]) => Promise<PhoneView>;
  readonly onView: (view: PhoneView) => void;
  /** The request can't go on. */
  readonly onFault: (error: YqError) => void;
}

interface Waiting extends HandedOver {
  readonly digest: Uint8Array;
  readonly point: Uint8Array;
  sent: boolean;
  readonly done: (signature: Uint8Array) => void;
  readonly failed: (e: YqError) => void;
}

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #closed = new AbortController();
  readonly #waiting = new Map<number, Waiting>();
  /** Values that the service still holds for this desk. */
  readonly #taken = new Set<number>();
  #next = 0;
  #sending = false;
  #why: YqError | undefined;
  #patience: NodeJS.Timeout | undefined;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** @param point of the key that is to sign */
  add(message: Uint8Array, point: Uint8Array): Promise<Uint8Array> {
    const { limit, rows } = this.#parts;
    if (this.#why !== undefined) return Promise.reject(this.#why);
    if (message.length > MAX_MESSAGE_BYTES) {
      return Promise.reject(new YqError('BACKEND_TOO_LARGE', { params: { limit: MAX_MESSAGE_BYTES } }));
    }
    if (this.#next >= limit) return Promise.reject(new YqError('PHONE_LIMIT'));
    const n = this.#next++;
    // A Token knows no rows: in the order of the list, as many messages for each.
    const row = Math.min(rows - 1, Math.floor((n * rows) / limit));
    const given = message.slice();
    return new Promise((done, failed) => {
      this.#waiting.set(n, {
        n,
        row,
        message: given,
        digest: sm2Digest(point, given),
        point,
        sent: false,
        done,
        failed,
      });
      if (this.#waiting.size === 1) this.#beginPatience();
      queueMicrotask(() => void this.#send());
    });
  }

  /** A phone that is there but signs nothing must not hold the desk. */
  #beginPatience(): void {
    clearTimeout(this.#patience);
    if (this.#waiting.size === 0 || this.#why !== undefined) return;
    this.#patience = setTimeout(() => this.#parts.onFault(new YqError('PHONE_LOST')), this.#parts.timing.value);
  }

  async #send(): Promise<void> {
    if (this.#sending || this.#why !== undefined) return;
    this.#sending = true;
    try {
      for (let batch = this.#batch(); batch !== undefined; batch = this.#batch()) await this.#deliver(batch);
    } finally {
      this.#sending = false;
    }
  }

  #batch(): { messages: readonly Waiting[]; taken: readonly number[] } | undefined {
    if (this.#why !== undefined) return undefined;
    const messages: Waiting[] = [];
    let bytes = 0;
    for (const waiting of this.#waiting.values()) {
      if (waiting.sent) continue;
      bytes += waiting.message.length;
      if (messages.length >= MAX_MESSAGES || (messages.length > 0 && bytes > MAX_REQUEST_BYTES)) break;
      messages.push(waiting);
    }
    const isDue = messages.length > 0 || this.#taken.size >= MAX_UNACKNOWLEDGED;
    return isDue ? { messages, taken: [...this.#taken] } : undefined;
  }

  async #deliver({ messages, taken }: { messages: readonly Waiting[]; taken: readonly number[] }): Promise<void> {
    const { timing } = this.#parts;
    const since = performance.now();
    for (let wait = timing.again; this.#why === undefined; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      try {
        const view = await this.#parts.send(messages, taken);
        for (const message of messages) message.sent = true;
        for (const n of taken) this.#taken.delete(n);
        return this.#parts.onView(view);
      } catch (e) {
        const error = asYqError(e, 'BACKEND_UNREACHABLE');
        if (!isPassing(error) || performance.now() - since >= timing.away) return this.#parts.onFault(error);
        await pause(wait, this.#closed.signal);
      }
    }
  }

  /** Values as a view has them. One that is no signature of its message never leaves here. */
  take(values: PhoneView['signatures']): void {
    let isNew = false;
    for (const value of values) {
      this.#taken.add(value.n);
      const waiting = this.#waiting.get(value.n);
      if (waiting === undefined) continue;
      this.#waiting.delete(value.n);
      isNew = true;
      if ('failed' in value) {
        waiting.failed(new YqError(FAILURES.find((code) => code === value.failed) ?? 'PHONE_MESSAGE'));
      } else if (value.signature.length === 64 && sm2Verify(waiting.point, waiting.digest, value.signature)) {
        waiting.done(value.signature);
      } else waiting.failed(new YqError('TOKEN_SIGNATURE_WRONG', { detail: 'phone' }));
    }
    if (isNew) this.#beginPatience();
    if (this.#taken.size >= MAX_UNACKNOWLEDGED) queueMicrotask(() => void this.#send());
  }

  /** What still waits is rejected with the error. */
  close(error: YqError): void {
    this.#why ??= error;
    clearTimeout(this.#patience);
    this.#closed.abort();
    for (const waiting of this.#waiting.values()) waiting.failed(error);
    this.#waiting.clear();
  }
}
