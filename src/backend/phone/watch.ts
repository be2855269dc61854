/**
 * Who waits for a request to change: desks that follow by events, phones that wait for work. Woken at once by a change in this process; looks
 * at the store four times a second as well, for the changes that another process makes and for those that time makes.
 */

const LOOK_MS = 250;

/** Called after a change, and now and then; never throws. `closing`: the last call. */
type Look = (closing: boolean) => void;

export class Watch {
  readonly #clock: () => Date;
  readonly #looks = new Map<string, Set<Look>>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Gives what ends the watching. After the end nobody is told anything. */
  on(request: string, look: Look): () => void {
    if (this.#closed) {
      queueMicrotask(() => look(true));
      return () => undefined;
    }
    const looks = this.#looks.get(request) ?? new Set();
    this.#looks.set(request, looks.add(look));
    this.#timer ??= setInterval(() => this.#lookAll(false), LOOK_MS).unref();
    return () => {
      looks.delete(look);
      if (looks.size === 0 && this.#looks.get(request) === looks) this.#looks.delete(request);
      if (this.#looks.size === 0) this.#stop();
    };
  }

  /** After the transaction that is under way: what it changed must not be told before it is kept. */
  changed(request: string): void {
    if (!this.#looks.has(request)) return;
    queueMicrotask(() => {
      for (const look of this.#looks.get(request) ?? []) look(false);
    });
  }

  /**
   * What `look` finds, as soon as it finds something; undefined when `wait` ms are over, by the clock or by the wall, or the service ends.
   * @throws whatever `look` throws
   */
  until<T>(request: string, wait: number, look: () => T | undefined): Promise<T | undefined> {
    const first = look();
    if (first !== undefined || wait <= 0) return Promise.resolve(first);
    const over = this.#clock().getTime() + wait;
    return new Promise((found, failed) => {
      const end = (tell: () => void): void => {
        off();
        clearTimeout(timer);
        tell();
      };
      const timer = setTimeout(() => end(() => found(undefined)), wait).unref();
      const off = this.on(request, (closing) => {
        try {
          const seen = look();
          if (seen !== undefined || closing || this.#clock().getTime() >= over) end(() => found(seen));
        } catch (e) {
          end(() => failed(e instanceof Error ? e : new Error(String(e))));
        }
      });
    });
  }

  /** Everybody who waits is told a last time. */
  close(): void {
    this.#closed = true;
    this.#stop();
    this.#lookAll(true);
    this.#looks.clear();
  }

  #lookAll(closing: boolean): void {
    for (const looks of [...this.#looks.values()]) for (const look of [...looks]) look(closing);
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
