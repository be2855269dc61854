/**
 * The time stamp services in their order. The first is asked as long as it works; one that fails rests for a while and its place is taken
 * by the next, then it is tried again. Each has its own rate. Where time may be added later, a service that rests is not asked at all.
 */
import type { YqError } from '#core/errors/index.ts';
import { createRateLimit, realClock, unlimited, type Rate, type RateClock, type RateLimit } from './rate.ts';

export interface TimeServices {
  readonly urls: readonly string[];
  /**
   * Waits for a turn at the best service that is not among `tried`; undefined when there is none. `waits` is told how long it will take
   * (ms), when that is noticeable.
   */
  turn(tried: readonly string[], waits?: (ms: number) => void, signal?: AbortSignal): Promise<string | undefined>;
  told(url: string, error: YqError | undefined): void;
  /** Every service failed when it was last asked, and rests. */
  isDown(): boolean;
}

export interface TimeServicesOptions {
  readonly urls: readonly string[];
  readonly rate: Rate | undefined;
  /** A resting service is left alone even when no other is there. */
  readonly mayGoWithout: boolean;
  readonly clock?: RateClock;
}

/** ms of rest after the first failure, doubled with each further one. */
const REST = 30_000;
const LONGEST_REST = 300_000;
/** ms for which a record waits for its turn where its time may come later. */
const PATIENCE = 10_000;
/** ms from which a wait is told. */
const NOTICEABLE = 500;

interface Service {
  readonly url: string;
  readonly limit: RateLimit;
  failures: number;
  restsUntil: number;
}

export function createTimeServices(options: TimeServicesOptions): TimeServices {
  const { urls, rate, mayGoWithout, clock = realClock } = options;
  const services = urls.map((url): Service => ({
    url,
    limit: rate === undefined ? unlimited : createRateLimit(rate, clock),
    failures: 0,
    restsUntil: -Infinity,
  }));
  const rests = (s: Service): boolean => s.restsUntil > clock.now();

  /** Those that work in their order, then, where it must be one, those that rest, the one that has rested longest first. */
  const choose = (tried: readonly string[]): Service | undefined => {
    const left = services.filter((s) => !tried.includes(s.url));
    const working = left.find((s) => !rests(s));
    if (working !== undefined || mayGoWithout) return working;
    return left.sort((a, b) => a.restsUntil - b.restsUntil)[0];
  };

  return {
    urls,
    async turn(tried, waits, signal) {
      const service = choose(tried);
      if (service === undefined) return undefined;
      // Another service that could be asked at once is better than a long wait for the first.
      const free = service.limit.wait() <= NOTICEABLE ? service : (services.find((s) => isFree(s, tried)) ?? service);
      const wait = free.limit.wait();
      if (wait > PATIENCE && mayGoWithout) return undefined;
      if (wait > NOTICEABLE) waits?.(wait);
      await free.limit.take(signal);
      if (wait > NOTICEABLE) waits?.(0);
      return free.url;
    },
    told(url, error) {
      const service = services.find((s) => s.url === url);
      if (service === undefined) return;
      if (error === undefined) {
        service.failures = 0;
        service.restsUntil = -Infinity;
        return;
      }
      // Several records that met the same outage at the same time are one failure.
      if (rests(service)) return;
      service.failures++;
      service.restsUntil = clock.now() + Math.min(REST * 2 ** (service.failures - 1), LONGEST_REST);
    },
    isDown: () => services.every(rests),
  };

  function isFree(s: Service, tried: readonly string[]): boolean {
    return !tried.includes(s.url) && !rests(s) && s.limit.wait() <= NOTICEABLE;
  }
}
