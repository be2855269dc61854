/**
 * Numbers that are never given twice, across restarts and crashes (RFC 3161 2.4.2: unique "even in the event of interruption of
 * service"). A block is written off in the store before its first number is used, so a time stamp costs no disk sync of its own;
 * a crash loses at most the rest of a block.
 */
import { integer, type Store } from './database.ts';

export class Counter {
  readonly #store: Store;
  readonly #name: string;
  readonly #block: number;
  #next = 0;
  #end = 0;

  constructor(store: Store, name: string, block: number) {
    this.#store = store;
    this.#name = name;
    this.#block = block;
  }

  next(): number {
    if (this.#next >= this.#end) {
      const row = this.#store.get(
        `INSERT INTO counters (name, next) VALUES (?, 1 + ?)
         ON CONFLICT (name) DO UPDATE SET next = next + ? RETURNING next`,
        this.#name,
        this.#block,
        this.#block,
      );
      if (row === undefined) throw new Error(`counter ${this.#name} cannot be advanced`);
      this.#end = integer(row, 'next');
      this.#next = this.#end - this.#block;
    }
    return this.#next++;
  }
}
