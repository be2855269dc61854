/**
 * Hears of a request: by server-sent events, and by asking again and again where no events come (a proxy that holds them back, a service that is
 * away). Both may run at once; what they tell is the same view, and who listens orders it.
 */
import { asYqError, type YqError } from '#core/errors/index.ts';
import { EventStreamReader } from './event-stream.ts';
import { viewOf, type PhoneView } from './service.ts';

export type Way = 'events' | 'polling';

export interface Timing {
  /** ms without event or heartbeat after which a stream is given up. */
  readonly silence: number;
  /** ms after which a stream that has not begun to speak is not relied on; it is listened to all the same. */
  readonly firstEvent: number;
  /** ms between questions; `busy` while signatures are outstanding. */
  readonly poll: number;
  readonly busy: number;
  /** ms until a stream is tried again. */
  readonly streamAgain: number;
  /** ms without any answer of the service after which the request is given up. */
  readonly away: number;
  /** ms in which the phone hands in no value though some are outstanding. */
  readonly value: number;
  /** ms before the same is handed over again when the service did not answer; doubled each time. */
  readonly again: number;
}

export const TIMING: Timing = {
  silence: 20_000,
  firstEvent: 3_000,
  poll: 1_000,
  busy: 300,
  streamAgain: 15_000,
  away: 30_000,
  value: 60_000,
  again: 250,
};

export interface FollowParts {
  readonly stream: (signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  readonly ask: () => Promise<PhoneView>;
  readonly isBusy: () => boolean;
  readonly timing: Timing;
  readonly onView: (view: PhoneView) => void;
  readonly onWay: (way: Way) => void;
  /** The service refused; or it was away for too long (BACKEND_UNREACHABLE). Following has ended then. */
  readonly onFault: (error: YqError) => void;
}

export class Follower {
  readonly #parts: FollowParts;
  readonly #stop = new AbortController();
  #way: Way = 'events';
  /** Of the first question in a row that was not answered. */
  #failingSince: number | undefined;
  #polling = false;
  /** A stream has fallen silent: something on the way holds events back, and the first one of a new stream proves nothing. */
  #heldBack = false;
  /** Ends the pause between two questions. */
  #wake: (() => void) | undefined;

  constructor(parts: FollowParts) {
    this.#parts = parts;
  }

  get way(): Way {
    return this.#way;
  }

  start(): void {
    void this.#listen();
  }

  stop(): void {
    this.#stop.abort();
    this.#wake?.();
  }

  /** The service has answered elsewhere. */
  heard(): void {
    this.#failingSince = undefined;
  }

  /** Signatures are outstanding now: the next question need not wait so long. */
  hurry(): void {
    this.#wake?.();
  }

  get #ended(): boolean {
    return this.#stop.signal.aborted;
  }

  async #listen(): Promise<void> {
    while (!this.#ended) {
      await this.#listenOnce().catch(() => undefined);
      if (this.#ended) return;
      this.#poll();
      await pause(this.#parts.timing.streamAgain, this.#stop.signal);
    }
  }

  /** One stream, until it ends, fails or falls silent. */
  async #listenOnce(): Promise<void> {
    const { stream, timing } = this.#parts;
    const line = new AbortController();
    const end = (): void => line.abort();
    this.#stop.signal.addEventListener('abort', end);
    const late = setTimeout(() => this.#poll(), timing.firstEvent);
    const fallSilent = (): void => {
      this.#heldBack = true;
      end();
    };
    let silence = setTimeout(fallSilent, timing.silence);
    const reader = new EventStreamReader();
    let hasSpoken = false;
    try {
      const source = await untilAborted(stream(line.signal), line.signal);
      const iterator = source[Symbol.asyncIterator]();
      try {
        for (let chunks = 1; ; chunks++) {
          const { done, value } = await untilAborted(iterator.next(), line.signal);
          if (done === true) return;
          clearTimeout(silence);
          silence = setTimeout(fallSilent, timing.silence);
          this.heard();
          const told = reader.push(value).flatMap(({ type, data }) => (type === 'message' ? (viewOf(data) ?? []) : []));
          hasSpoken ||= told.length > 0;
          if (hasSpoken && (chunks > 1 || !this.#heldBack)) {
            clearTimeout(late);
            this.#relyOn('events');
          }
          for (const view of told) if (!this.#ended) this.#parts.onView(view);
        }
      } finally {
        // A source that does not heed the signal must not hold anything up.
        void Promise.resolve(iterator.return?.()).catch(() => undefined);
      }
    } finally {
      clearTimeout(late);
      clearTimeout(silence);
      this.#stop.signal.removeEventListener('abort', end);
      line.abort();
    }
  }

  #relyOn(way: Way): void {
    if (this.#way === way || this.#ended) return;
    this.#way = way;
    this.#parts.onWay(way);
    if (way === 'events') this.#wake?.();
  }

  /** Asks until a stream speaks again. */
  #poll(): void {
    this.#relyOn('polling');
    if (this.#polling || this.#ended) return;
    this.#polling = true;
    void this.#pollOn().finally(() => {
      this.#polling = false;
      // The stream spoke for a moment only.
      if (this.#way === 'polling') this.#poll();
    });
  }

  async #pollOn(): Promise<void> {
    const { ask, isBusy, timing, onView } = this.#parts;
    while (!this.#ended && this.#way === 'polling') {
      try {
        const view = await ask();
        this.heard();
        if (!this.#ended) onView(view);
      } catch (e) {
        this.#judge(asYqError(e, 'BACKEND_UNREACHABLE'));
      }
      if (this.#ended || this.#way !== 'polling') return;
      const nap = new AbortController();
      this.#wake = () => nap.abort();
      await pause(isBusy() ? timing.busy : timing.poll, nap.signal);
      this.#wake = undefined;
    }
  }

  #judge(error: YqError): void {
    if (this.#ended) return;
    this.#failingSince ??= performance.now();
    if (isPassing(error) && performance.now() - this.#failingSince < this.#parts.timing.away) return;
    this.stop();
    this.#parts.onFault(error);
  }
}

/** What may be gone with the next try: nobody answered, or somebody in between. */
export const isPassing = ({ code }: YqError): boolean =>
  code === 'BACKEND_UNREACHABLE' || code === 'BACKEND_REFUSED' || code === 'COSIGN_TOO_MANY';

/** Resolves after so many ms or when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((over) => {
    if (signal.aborted) return over();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      over();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** Rejects as soon as the signal is aborted, whatever becomes of the work. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  return new Promise((done, failed) => {
    const end = (): void => failed(new Error('aborted'));
    if (signal.aborted) return end();
    signal.addEventListener('abort', end);
    work.then(done, failed).finally(() => signal.removeEventListener('abort', end));
  });
}
