/**
 * Several pieces of work in one transaction: what comes while the process is busy is committed together, so that a disk which takes its time over
 * a sync, or another process that holds the store, is waited for once and not once per piece. Each piece is whole or nothing by itself, and
 * nobody hears that his is done before the disk has it.
 */
import type { Store } from './database.ts';

interface Waiting {
  /** Does the work; gives what tells of its success, or throws. */
  readonly work: () => () => void;
  readonly failed: (e: unknown) => void;
}

/** Pieces in one transaction at most: others want the store too. */
const MOST = 64;

export class GroupCommit {
  readonly #store: Store;
  readonly #waiting: Waiting[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** Resolves when what `work` did is kept; rejects with what `work` has thrown, and then nothing of it is. */
  run<T>(work: () => T): Promise<T> {
    return new Promise<T>((done, failed) => {
      this.#waiting.push({
        work: () => {
          const result = work();
          return () => done(result);
        },
        failed,
      });
      // After everything that has come in by now has been looked at.
      if (this.#waiting.length === 1) setImmediate(() => this.#commit());
    });
  }

  #commit(): void {
    const group = this.#waiting.splice(0, MOST);
    if (this.#waiting.length > 0) setImmediate(() => this.#commit());
    const tell: (() => void)[] = [];
    try {
      this.#store.transaction(() => {
        for (const { work, failed } of group) {
          try {
            tell.push(this.#store.savepoint(work));
          } catch (e) {
            tell.push(() => failed(e));
          }
        }
      });
    } catch (e) {
      for (const { failed } of group) failed(e);
      return;
    }
    for (const one of tell) one();
  }
}
