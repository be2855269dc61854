/** How much one key and one source may ask for: token buckets in memory, refilled by the clock. */
import { YqError } from '#core/errors/index.ts';

export interface Limit {
  /** Held at most. */
  readonly burst: number;
  readonly perSecond: number;
}

interface Bucket {
  level: number;
  at: number;
}

/** Buckets that are full again are forgotten, so that a stranger's addresses fill no memory. */
const SWEEP = 10_000;

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
    const { burst, perSecond } = this.#limit;
    const old = this.#buckets.get(name) ?? { level: burst, at: now };
    const level = Math.min(burst, old.level + (Math.max(0, now - old.at) / 1000) * perSecond);
    if (level < amount) {
      this.#buckets.set(name, { level, at: now });
      throw new YqError('COSIGN_TOO_MANY', {
        params: { seconds: Math.max(1, Math.ceil((amount - level) / perSecond)) },
      });
    }
    this.#buckets.set(name, { level: level - amount, at: now });
    if (this.#buckets.size > SWEEP) this.#sweep(now);
  }

  #sweep(now: number): void {
    const { burst, perSecond } = this.#limit;
    for (const [name, { level, at }] of this.#buckets) {
      if (level + ((now - at) / 1000) * perSecond >= burst) this.#buckets.delete(name);
    }
  }
}
