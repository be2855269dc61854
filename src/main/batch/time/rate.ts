/**
 * A time stamp service's limit as its operator states it: so many requests in so many seconds. Kept over a sliding window, not by
 * refilling a bucket, which would let twice as many through around the moment it is full: services that count close for a day.
 */
export interface RateLimit {
  /** Waits for its turn, first come first served; rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<void>;
  /** ms until a turn that is asked for now would come. */
  wait(): number;
}

export interface Rate {
  readonly count: number;
  readonly perSeconds: number;
}

export interface RateClock {
  now(): number;
  /** Calls `work` after `ms`; gives the way to call that off. */
  after(ms: number, work: () => void): () => void;
}

export const realClock: RateClock = {
  now: () => performance.now(),
  after(ms, work) {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};

export const unlimited: RateLimit = { take: () => Promise.resolve(), wait: () => 0 };

export function createRateLimit({ count, perSeconds }: Rate, clock: RateClock = realClock): RateLimit {
  const span = perSeconds * 1000;
  /** When the last `count` turns were given, oldest first. */
  const given: number[] = [];
  const line: { give(): void; drop(): void }[] = [];
  let callOff: (() => void) | undefined;

  const until = (): number => (given.length < count ? 0 : Math.max(0, (given[0] ?? 0) + span - clock.now()));
  const serve = (): void => {
    callOff?.();
    callOff = undefined;
    while (line.length > 0 && until() === 0) {
      if (given.length >= count) given.shift();
      given.push(clock.now());
      line.shift()?.give();
    }
    if (line.length > 0) callOff = clock.after(Math.max(1, until()), serve);
  };
  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const abort = (): void => {
          const at = line.indexOf(entry);
          if (at >= 0) line.splice(at, 1);
          if (line.length === 0) {
            callOff?.();
            callOff = undefined;
          }
          reject(signal?.reason as Error);
        };
        const entry = {
          give: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
          drop: abort,
        };
        signal?.addEventListener('abort', abort, { once: true });
        line.push(entry);
        serve();
      }),
    wait() {
      // Played through: those in line take the turns that come free first, each one span after an earlier one was given.
      const turns = [...given];
      let at = clock.now();
      for (let place = 0; place <= line.length; place++) {
        if (turns.length >= count) at = Math.max(at, (turns.shift() ?? 0) + span);
        turns.push(at);
      }
      return at - clock.now();
    },
  };
}
