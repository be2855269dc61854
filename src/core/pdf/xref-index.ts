/** Where every object of a document stands: compact, so that a million objects cost 13 MB. */
import { limits } from './limits.ts';
import { overLimit } from './failures.ts';

export type XrefEntry =
  | { readonly kind: 'free'; readonly gen: number }
  | { readonly kind: 'offset'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'compressed'; readonly container: number; readonly index: number };

const FREE = 1;
const OFFSET = 2;
const COMPRESSED = 3;

export class XrefIndex {
  #kinds = new Uint8Array(64);
  /** Offset, or number of the object stream. */
  #places = new Float64Array(64);
  /** Generation, or index in the object stream. */
  #minors = new Uint32Array(64);
  #end = 0;

  /** One more than the highest object number that has an entry. */
  get end(): number {
    return this.#end;
  }

  has(num: number): boolean {
    return (this.#kinds[num] ?? 0) !== 0;
  }

  get(num: number): XrefEntry | undefined {
    const place = this.#places[num] ?? 0;
    const minor = this.#minors[num] ?? 0;
    switch (this.#kinds[num]) {
      case FREE:
        return { kind: 'free', gen: minor };
      case OFFSET:
        return { kind: 'offset', offset: place, gen: minor };
      case COMPRESSED:
        return { kind: 'compressed', container: place, index: minor };
      default:
        return undefined;
    }
  }

  set(num: number, entry: XrefEntry): void {
    if (num > limits.objectNumber) throw overLimit('xref', `object number ${num}`);
    if (num >= this.#kinds.length) this.#grow(num + 1);
    this.#end = Math.max(this.#end, num + 1);
    if (entry.kind === 'free') this.#put(num, FREE, 0, entry.gen);
    else if (entry.kind === 'offset') this.#put(num, OFFSET, entry.offset, entry.gen);
    else this.#put(num, COMPRESSED, entry.container, entry.index);
  }

  #put(num: number, kind: number, place: number, minor: number): void {
    this.#kinds[num] = kind;
    this.#places[num] = place;
    this.#minors[num] = minor;
  }

  #grow(needed: number): void {
    const size = Math.max(needed, this.#kinds.length * 2);
    const kinds = new Uint8Array(size);
    const places = new Float64Array(size);
    const minors = new Uint32Array(size);
    kinds.set(this.#kinds);
    places.set(this.#places);
    minors.set(this.#minors);
    this.#kinds = kinds;
    this.#places = places;
    this.#minors = minors;
  }
}

export function sameEntry(a: XrefEntry | undefined, b: XrefEntry | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'free') return b.kind === 'free';
  if (a.kind === 'offset') return b.kind === 'offset' && a.offset === b.offset && a.gen === b.gen;
  return b.kind === 'compressed' && a.container === b.container && a.index === b.index;
}
