/** The entries of one cross-reference section in the order they are written: columns, since a large document has hundreds of thousands. */
import type { XrefEntry } from './xref-index.ts';

const FREE = 0;
const OFFSET = 1;
const COMPRESSED = 2;

export class XrefEntries {
  #numbers = new Uint32Array(16);
  #kinds = new Uint8Array(16);
  /** Offset, or number of the object stream. */
  #places = new Float64Array(16);
  /** Generation, or index in the object stream. */
  #minors = new Uint32Array(16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(num: number, kind: XrefEntry['kind'], place: number, minor: number): void {
    const at = this.#length++;
    if (at === this.#numbers.length) this.#grow();
    this.#numbers[at] = num;
    this.#kinds[at] = kind === 'free' ? FREE : kind === 'offset' ? OFFSET : COMPRESSED;
    this.#places[at] = place;
    this.#minors[at] = minor;
  }

  number(at: number): number {
    return this.#numbers[at] ?? 0;
  }

  entry(at: number): XrefEntry {
    const place = this.#places[at] ?? 0;
    const minor = this.#minors[at] ?? 0;
    switch (this.#kinds[at]) {
      case OFFSET:
        return { kind: 'offset', offset: place, gen: minor };
      case COMPRESSED:
        return { kind: 'compressed', container: place, index: minor };
      default:
        return { kind: 'free', gen: minor };
    }
  }

  *[Symbol.iterator](): Generator<readonly [number, XrefEntry]> {
    for (let at = 0; at < this.#length; at++) yield [this.number(at), this.entry(at)];
  }

  #grow(): void {
    const size = 2 * this.#numbers.length;
    const [numbers, kinds] = [new Uint32Array(size), new Uint8Array(size)];
    const [places, minors] = [new Float64Array(size), new Uint32Array(size)];
    numbers.set(this.#numbers);
    kinds.set(this.#kinds);
    places.set(this.#places);
    minors.set(this.#minors);
    this.#numbers = numbers;
    this.#kinds = kinds;
    this.#places = places;
    this.#minors = minors;
  }
}

/** The first object number that two of the runs share, undefined when none does. */
export function sharedNumber(runs: readonly (readonly [first: number, count: number])[]): number | undefined {
  let end = 0;
  for (const [first, count] of runs.toSorted((a, b) => a[0] - b[0])) {
    if (count > 0 && first < end) return first;
    end = Math.max(end, first + count);
  }
  return undefined;
}
