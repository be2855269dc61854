/**
 * PDF syntax (ISO 32000-1, 7.2 and 7.3), strict: what is not a well-formed object is damage.
 *
 * The parser works on a window of the file. When it runs off a window that does not reach the end of the file it throws
 * `MoreBytesNeeded`; `parseAt` (window.ts) then comes back with a larger window.
 */
import { damaged, overLimit } from './failures.ts';
import { limits } from './limits.ts';
import { PdfDict, PdfName, PdfRef, PdfString, type PdfArray, type PdfObject } from './objects.ts';

export class MoreBytesNeeded extends Error {}

const CHAR = { regular: 0, space: 1, delimiter: 2 } as const;
const charClass = new Uint8Array(256);
for (const c of [0, 9, 10, 12, 13, 32]) charClass[c] = CHAR.space;
for (const c of '()<>[]{}/%') charClass[c.charCodeAt(0)] = CHAR.delimiter;

const LF = 10;
const CR = 13;
const code = (c: string): number => c.charCodeAt(0);
const [PERCENT, SLASH, LESS, GREATER, OPEN, CLOSE, HASH, BACKSLASH] = ['%', '/', '<', '>', '(', ')', '#', '\\'].map(
  code,
) as [number, number, number, number, number, number, number, number];
const [OPEN_ARRAY, CLOSE_ARRAY, PLUS, MINUS, DOT, LETTER_R] = ['[', ']', '+', '-', '.', 'R'].map(code) as [
  number,
  number,
  number,
  number,
  number,
  number,
];
const isDigit = (c: number): boolean => c >= 48 && c <= 57;
/** -1 for what is no hexadecimal digit. */
export function hexValue(c: number): number {
  if (isDigit(c)) return c - 48;
  const lower = c | 0x20;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
/** A byte that ends a name, number or keyword; -1 (end of file) does too. */
const endsToken = (c: number): boolean => c < 0 || charClass[c] !== CHAR.regular;

/** The same few hundred names make up most of a document; one of each is kept, for the sake of memory. */
const names = new Map<string, PdfName>();
const NAMES_KEPT = 4_096;
const LONGEST_NAME_KEPT = 32;

function nameOf(text: string): PdfName {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = new PdfName(text);
  if (names.size < NAMES_KEPT && text.length <= LONGEST_NAME_KEPT) names.set(text, name);
  return name;
}

const NO_SPANS: ReadonlyMap<string, readonly [number, number]> = new Map();

export class PdfParser {
  readonly bytes: Uint8Array;
  /** File offset of `bytes[0]`. */
  readonly base: number;
  /** Index in `bytes` of the next byte. */
  pos: number;
  readonly #reachesEnd: boolean;
  /** Where the value of a dictionary's key stands when that key is watched: file offsets of its first byte and the byte after. */
  spans: ReadonlyMap<string, readonly [number, number]> = NO_SPANS;
  #watched: string | undefined;
  #depth = 0;

  constructor(bytes: Uint8Array, { base = 0, pos = 0, reachesEnd = true } = {}) {
    this.bytes = bytes;
    this.base = base;
    this.pos = pos;
    this.#reachesEnd = reachesEnd;
  }

  /** Notes in `spans` where the value of `key` in the outermost dictionary stands. */
  watch(key: string): void {
    this.#watched = key;
  }

  get offset(): number {
    return this.base + this.pos;
  }

  fail(detail: string): Error {
    return damaged(`@ ${this.offset}`, detail);
  }

  /** The next byte, -1 at the end of the file. */
  peek(ahead = 0): number {
    const c = this.bytes[this.pos + ahead];
    if (c !== undefined) return c;
    if (!this.#reachesEnd) throw new MoreBytesNeeded();
    return -1;
  }

  skipSpace(): void {
    for (;;) {
      const c = this.peek();
      if (c === PERCENT) {
        while (!isEndOfLine(this.peek())) this.pos++;
      } else if (c < 0 || charClass[c] !== CHAR.space) return;
      else this.pos++;
    }
  }

  /** Takes `keyword` if it stands here as a whole token. */
  tryKeyword(keyword: string): boolean {
    for (let i = 0; i < keyword.length; i++) if (this.peek(i) !== keyword.charCodeAt(i)) return false;
    if (!endsToken(this.peek(keyword.length))) return false;
    this.pos += keyword.length;
    return true;
  }

  expectKeyword(keyword: string): void {
    this.skipSpace();
    if (!this.tryKeyword(keyword)) throw this.fail(`'${keyword}' expected`);
  }

  /** An unsigned integer token here, or undefined with the position unchanged. */
  tryCount(): number | undefined {
    let length = 0;
    let value = 0;
    for (let c = this.peek(); isDigit(c); c = this.peek(++length)) value = value * 10 + c - 48;
    if (length === 0 || !endsToken(this.peek(length))) return undefined;
    if (!Number.isSafeInteger(value)) throw this.fail('number out of range');
    this.pos += length;
    return value;
  }

  expectCount(what: string): number {
    this.skipSpace();
    const value = this.tryCount();
    if (value === undefined) throw this.fail(`${what} expected`);
    return value;
  }

  /** `num gen obj`, starting exactly here. */
  objectHeader(): { num: number; gen: number } {
    const num = this.tryCount();
    if (num === undefined) throw this.fail('object number expected');
    const gen = this.expectCount('generation');
    this.expectKeyword('obj');
    return { num, gen };
  }

  /** Any object, references included; a stream's keyword and data are not touched. */
  object(): PdfObject {
    this.skipSpace();
    const c = this.peek();
    if (c === SLASH) return nameOf(this.#name());
    if (c === OPEN) return new PdfString(this.#literal());
    if (c === LESS) return this.peek(1) === LESS ? this.#dict() : new PdfString(this.#hex(), true);
    if (c === OPEN_ARRAY) return this.#array();
    if (isDigit(c)) return this.#numberOrReference();
    if (c === PLUS || c === MINUS || c === DOT) return this.#number();
    if (this.tryKeyword('true')) return true;
    if (this.tryKeyword('false')) return false;
    if (this.tryKeyword('null')) return null;
    throw this.fail('no object here');
  }

  #enter(): void {
    if (++this.#depth > limits.nesting) throw overLimit(`@ ${this.offset}`, `nested deeper than ${limits.nesting}`);
  }

  #dict(): PdfDict {
    this.#enter();
    this.pos += 2;
    const entries = new Map<string, PdfObject>();
    const duplicates: string[] = [];
    for (;;) {
      this.skipSpace();
      const c = this.peek();
      if (c === GREATER && this.peek(1) === GREATER) break;
      if (c !== SLASH) throw this.fail('key expected in dictionary');
      const key = nameOf(this.#name()).value;
      this.skipSpace();
      const start = this.offset;
      const value = this.object();
      if (this.#depth === 1 && key === this.#watched)
        this.spans = new Map([...this.spans, [key, [start, this.offset]]]);
      if (entries.has(key)) duplicates.push(key);
      entries.set(key, value);
    }
    this.pos += 2;
    this.#depth--;
    return new PdfDict(entries, duplicates);
  }

  #array(): PdfArray {
    this.#enter();
    this.pos++;
    const values: PdfObject[] = [];
    for (;;) {
      this.skipSpace();
      if (this.peek() === CLOSE_ARRAY) break;
      values.push(this.object());
    }
    this.pos++;
    this.#depth--;
    return values;
  }

  #numberOrReference(): number | PdfRef {
    const start = this.pos;
    const num = this.tryCount();
    if (num !== undefined) {
      const after = this.pos;
      this.skipSpace();
      if (isDigit(this.peek())) {
        const gen = this.tryCount();
        if (gen !== undefined) {
          this.skipSpace();
          if (this.peek() === LETTER_R && endsToken(this.peek(1))) {
            this.pos++;
            return new PdfRef(num, gen);
          }
        }
      }
      this.pos = after;
      return num;
    }
    this.pos = start;
    return this.#number();
  }

  #number(): number {
    let end = 0;
    while (!endsToken(this.peek(end))) {
      if (++end > 400) throw this.fail('number too long');
    }
    const text = latin1(this.bytes.subarray(this.pos, this.pos + end));
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw this.fail(`'${text.slice(0, 20)}' is no number`);
    this.pos += end;
    return Number(text);
  }

  #name(): string {
    const bytes: number[] = [];
    this.pos++;
    for (let c = this.peek(); !endsToken(c); c = this.peek()) {
      this.pos++;
      if (c === HASH) {
        const high = hexValue(this.peek());
        const low = high < 0 ? -1 : hexValue(this.peek(1));
        // "#" without two digits stands for itself, as PDF 1.1 wrote it.
        if (low >= 0) {
          c = high * 16 + low;
          this.pos += 2;
        }
      }
      bytes.push(c);
    }
    return latin1(bytes);
  }

  #hex(): Uint8Array {
    const start = ++this.pos;
    const bytes: number[] = [];
    let high = -1;
    for (let c = this.peek(); c !== GREATER; c = this.peek()) {
      const value = hexValue(c);
      if (value >= 0) {
        if (high < 0) high = value;
        else {
          bytes.push(high * 16 + value);
          high = -1;
        }
      } else if (c < 0 || charClass[c] !== CHAR.space) throw this.fail('hexadecimal digit expected');
      this.pos++;
      if (this.pos - start > limits.objectText) throw overLimit(`@ ${this.base + start}`, 'string too long');
    }
    this.pos++;
    if (high >= 0) bytes.push(high * 16);
    return Uint8Array.from(bytes);
  }

  #literal(): Uint8Array {
    const bytes: number[] = [];
    let open = 1;
    this.pos++;
    for (;;) {
      let c = this.peek();
      if (c < 0) throw this.fail('the file ends inside a string');
      this.pos++;
      if (c === BACKSLASH) {
        c = this.#escape();
        if (c < 0) continue;
      } else if (c === OPEN) open++;
      else if (c === CLOSE) {
        if (--open === 0) return Uint8Array.from(bytes);
      } else if (c === CR) {
        if (this.peek() === LF) this.pos++;
        c = LF;
      }
      bytes.push(c);
    }
  }

  /** The byte that an escape stands for; -1 for a continued line. */
  #escape(): number {
    const c = this.peek();
    if (c < 0) throw this.fail('the file ends inside a string');
    this.pos++;
    if (c === CR) {
      if (this.peek() === LF) this.pos++;
      return -1;
    }
    if (c === LF) return -1;
    if (c >= 48 && c <= 55) {
      let value = c - 48;
      for (let i = 0; i < 2; i++) {
        const digit = this.peek();
        if (digit < 48 || digit > 55) break;
        value = value * 8 + digit - 48;
        this.pos++;
      }
      return value & 255;
    }
    return escapes.get(c) ?? c;
  }
}

const escapes = new Map<number, number>([
  [code('n'), LF],
  [code('r'), CR],
  [code('t'), 9],
  [code('b'), 8],
  [code('f'), 12],
]);

function isEndOfLine(c: number): boolean {
  return c === LF || c === CR || c < 0;
}

/** One character per byte. */
export function latin1(bytes: Uint8Array | readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 4096) text += String.fromCharCode(...bytes.slice(i, i + 4096));
  return text;
}
