/**
 * The PDF object model (ISO 32000-1, 7.3): null, boolean and number are JavaScript's own, an array is an array, the rest are the
 * classes below. Values are read-only: a changed dictionary is a new one.
 */

export type PdfObject = null | boolean | number | PdfName | PdfString | PdfRef | PdfDict | PdfStream | PdfArray;
export type PdfArray = readonly PdfObject[];

/** A name without its slash, `#xx` decoded; one character per byte (Latin-1). */
export class PdfName {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

export class PdfString {
  readonly bytes: Uint8Array;
  /** Written as `<…>` rather than `(…)`. */
  readonly hex: boolean;
  constructor(bytes: Uint8Array, hex = false) {
    this.bytes = bytes;
    this.hex = hex;
  }
}

/** An indirect reference `num gen R`. */
export class PdfRef {
  readonly num: number;
  readonly gen: number;
  constructor(num: number, gen = 0) {
    this.num = num;
    this.gen = gen;
  }
}

/** Dictionaries with more keys than this are looked up through a map. */
const FEW_KEYS = 8;
const NO_KEYS: readonly string[] = [];

/** Keys and values lie in two arrays: a document of many pages has hundreds of thousands of small dictionaries. */
export class PdfDict {
  readonly #keys: readonly string[];
  readonly #values: readonly PdfObject[];
  readonly #places: ReadonlyMap<string, number> | undefined;
  /** Keys that were written more than once; readers disagree on which one counts. */
  readonly duplicateKeys: readonly string[];

  constructor(entries: Iterable<readonly [string, PdfObject]> = [], duplicateKeys: readonly string[] = NO_KEYS) {
    const unique = entries instanceof Map ? (entries as ReadonlyMap<string, PdfObject>) : new Map(entries);
    this.#keys = unique.size === 0 ? NO_KEYS : [...unique.keys()];
    this.#values = [...unique.values()];
    this.#places = unique.size > FEW_KEYS ? new Map(this.#keys.map((key, i) => [key, i])) : undefined;
    this.duplicateKeys = duplicateKeys.length === 0 ? NO_KEYS : duplicateKeys;
  }

  #placeOf(key: string): number {
    return this.#places === undefined ? this.#keys.indexOf(key) : (this.#places.get(key) ?? -1);
  }

  /** The entry as written: a reference stays one. An absent key gives undefined. */
  get(key: string): PdfObject | undefined {
    const place = this.#placeOf(key);
    return place < 0 ? undefined : this.#values[place];
  }
  has(key: string): boolean {
    return this.#placeOf(key) >= 0;
  }
  get size(): number {
    return this.#keys.length;
  }
  keys(): IterableIterator<string> {
    return this.#keys.values();
  }
  *entries(): IterableIterator<[string, PdfObject]> {
    for (const [i, key] of this.#keys.entries()) yield [key, this.#values[i] as PdfObject];
  }
  name(key: string): string | undefined {
    const value = this.get(key);
    return value instanceof PdfName ? value.value : undefined;
  }
  /** A copy with some entries set; `undefined` takes an entry away. */
  with(changes: Readonly<Record<string, PdfObject | undefined>>): PdfDict {
    const entries = new Map(this.entries());
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) entries.delete(key);
      else entries.set(key, value);
    }
    return new PdfDict(entries, this.duplicateKeys);
  }
}

/** A stream: its dictionary and its raw (still filtered) bytes, either in memory or at a place in the file. */
export class PdfStream {
  readonly dict: PdfDict;
  readonly data: Uint8Array | StreamSpan;
  constructor(dict: PdfDict, data: Uint8Array | StreamSpan) {
    this.dict = dict;
    this.data = data;
  }
}
export interface StreamSpan {
  /** File offset of the first raw byte. */
  readonly offset: number;
  readonly length: number;
  /** The object that it belongs to, where the document is encrypted: its number makes the key. */
  readonly keyOf?: PdfRef;
}

export const name = (value: string): PdfName => new PdfName(value);
export const dict = (entries: Readonly<Record<string, PdfObject | undefined>>): PdfDict => new PdfDict().with(entries);

export const isArray = (value: PdfObject | undefined): value is PdfArray => Array.isArray(value);
export const isName = (value: PdfObject | undefined, text: string): boolean =>
  value instanceof PdfName && value.value === text;
export const isCount = (value: PdfObject | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** The first key that stands twice in a dictionary anywhere within `value`; references are not followed. */
export function duplicateKeyIn(value: PdfObject): string | undefined {
  if (isArray(value)) return firstOf(value, duplicateKeyIn);
  const dictionary = value instanceof PdfStream ? value.dict : value;
  if (!(dictionary instanceof PdfDict)) return undefined;
  return dictionary.duplicateKeys[0] ?? firstOf([...dictionary.entries()], ([, item]) => duplicateKeyIn(item));
}

function firstOf<T>(values: readonly T[], find: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Two values written alike: same types, same contents; references by number. Streams in files are equal when they are the same span. A
 * dictionary with a key twice is like no other: readers disagree on which of the two counts.
 */
export function sameObject(a: PdfObject | undefined, b: PdfObject | undefined): boolean {
  if (a === b) return true;
  if (a instanceof PdfName) return b instanceof PdfName && a.value === b.value;
  if (a instanceof PdfRef) return b instanceof PdfRef && a.num === b.num && a.gen === b.gen;
  if (a instanceof PdfString) return b instanceof PdfString && sameBytes(a.bytes, b.bytes);
  if (isArray(a)) return isArray(b) && a.length === b.length && a.every((value, i) => sameObject(value, b[i]));
  if (a instanceof PdfDict) {
    if (!(b instanceof PdfDict) || a.size !== b.size) return false;
    if (a.duplicateKeys.length > 0 || b.duplicateKeys.length > 0) return false;
    for (const [key, value] of a.entries()) if (!b.has(key) || !sameObject(value, b.get(key))) return false;
    return true;
  }
  if (a instanceof PdfStream) return b instanceof PdfStream && sameObject(a.dict, b.dict) && sameData(a.data, b.data);
  return false;
}

function sameData(a: PdfStream['data'], b: PdfStream['data']): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b);
  return !(b instanceof Uint8Array) && a.offset === b.offset && a.length === b.length;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
