/** How much one key and one source may ask for: token buckets, refilled by the clock. */
import { YqError } from '#core/errors/index.ts';
import type { Used } from './used.ts';

export interface Limit {
  /** Held at most. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface Bucket {
  readonly level: number;
  /** ms since 1970. */
  readonly at: number;
}

/** What is in it now. */
const filled = ({ burst, perSecond }: Limit, { level, at }: Bucket, now: number): number =>
  Math.min(burst, level + (Math.max(0, now - at) / 1000) * perSecond);

const tooMany = ({ perSecond }: Limit, missing: number): YqError =>
  new YqError('COSIGN_TOO_MANY', { params: { seconds: Math.max(1, Math.ceil(missing / perSecond)) } });

/** Buckets that are full again are forgotten, so that a stranger's addresses fill no memory. */
const SWEEP = 10_000;

/** In the memory of this process: for what comes in before anything is read or written for it. */
export class RateLimit {
  readonly #limit: Limit;
  readonly #clock: () => Date;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: Limit, clock: () => Date) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Takes `amount`; throws COSIGN_TOO_MANY with the seconds to wait. */
  take(name: string, amount = 1): void {
    const now = this.#clock().getTime();
    const level = filled(this.#limit, this.#buckets.get(name) ?? { level: this.#limit.burst, at: now }, now);
    this.#buckets.set(name, { level: level < amount ? level : level - amount, at: now });
    if (level < amount) throw tooMany(this.#limit, amount - level);
    if (this.#buckets.size > SWEEP) this.#sweep(now);
  }

  #sweep(now: number): void {
    for (const [name, bucket] of this.#buckets) {
      if (filled(this.#limit, bucket, now) >= this.#limit.burst) this.#buckets.delete(name);
    }
  }
}

/** In the store: one limit for all processes together. To be taken from in the transaction that does what it is taken for. */
export class SharedLimit {
  readonly #kind: string;
  readonly #limit: Limit;
  readonly #used: Used;

  /** @param kind what the names are of, so that a key and a source never share a bucket */
  constructor(kind: string, limit: Limit, used: Used) {
    this.#kind = kind;
    this.#limit = limit;
    this.#used = used;
  }

  /** Takes nothing; throws COSIGN_TOO_MANY when `amount` is not there now. */
  check(name: string, amount: number, now: number): number {
    const bucket = this.#used.bucket(`${this.#kind} ${name}`) ?? { level: this.#limit.burst, at: now };
    const level = filled(this.#limit, bucket, now);
    if (level < amount) throw tooMany(this.#limit, amount - level);
    return level;
  }

  take(name: string, amount: number, now: number): void {
    this.#used.setBucket(`${this.#kind} ${name}`, { level: this.check(name, amount, now) - amount, at: now });
  }
}
