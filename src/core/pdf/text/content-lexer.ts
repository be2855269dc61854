/**
 * Content streams (ISO 32000-1, 7.8.2) as operators with their operands. Forgiving where the structure's parser is strict: pages that
 * every viewer shows must not go unread for a stray byte. References cannot occur here.
 */
import { PdfName, type PdfObject } from '../objects.ts';
import { hexValue, latin1, PdfParser } from '../parser.ts';
import { YqError } from '#core/errors/index.ts';

/** A string's bytes, a number, a name, or whatever else an operator of text may meet. */
export type Operand = number | PdfName | Uint8Array | readonly Operand[] | ContentDict | undefined;

/** A dictionary among operands (of BDC, DP), unread but for its presence. */
export interface ContentDict {
  readonly dict: true;
}
const DICT: ContentDict = { dict: true };

const SPACE = 1;
const DELIMITER = 2;
const classes = new Uint8Array(256);
for (const c of [0, 9, 10, 12, 13, 32]) classes[c] = SPACE;
for (const c of '()<>[]{}/%') classes[c.charCodeAt(0)] = DELIMITER;

/** More operands than any operator takes, the long lists of CMaps included: the rest of a run of garbage is dropped. */
const MOST_OPERANDS = 1 << 18;
const MOST_NESTING = 32;

export class ContentLexer {
  readonly #bytes: Uint8Array;
  #pos = 0;
  /** Operands of the operator that `next` gave. */
  readonly operands: Operand[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The next operator; undefined at the end. Inline images are skipped. */
  next(): string | undefined {
    this.operands.length = 0;
    for (;;) {
      const token = this.#token(0);
      if (token === END) return undefined;
      if (token instanceof Keyword) {
        if (token.text === 'BI') {
          this.#skipInlineImage();
          this.operands.length = 0;
          continue;
        }
        return token.text;
      }
      if (this.operands.length < MOST_OPERANDS) this.operands.push(token);
    }
  }

  #token(depth: number): Operand | Keyword | typeof END {
    const bytes = this.#bytes;
    this.#skipSpace();
    const c = bytes[this.#pos];
    if (c === undefined) return END;
    if ((c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46) return this.#number();
    switch (c) {
      case 0x28: // (
        return this.#byParser((parser) => parser.object());
      case 0x2f: // /
        return this.#byParser((parser) => parser.object());
      case 0x3c: // <
        if (bytes[this.#pos + 1] !== 0x3c) return this.#hex();
        this.#pos += 2;
        for (let token = this.#token(depth + 1); token !== END && token !== CLOSE_DICT;) token = this.#token(depth + 1);
        return DICT;
      case 0x3e: // >
        this.#pos += bytes[this.#pos + 1] === 0x3e ? 2 : 1;
        return CLOSE_DICT;
      case 0x5b: // [
        this.#pos++;
        return this.#array(depth);
      case 0x5d: // ]
        this.#pos++;
        return CLOSE_ARRAY;
      case 0x29: // )
      case 0x7b: // {
      case 0x7d: // }
        this.#pos++;
        return undefined;
    }
    const start = this.#pos;
    while (this.#pos < bytes.length && classes[bytes[this.#pos] ?? 0] === 0) this.#pos++;
    return keyword(latin1(bytes.subarray(start, this.#pos)));
  }

  #array(depth: number): readonly Operand[] {
    const items: Operand[] = [];
    for (;;) {
      const token = depth < MOST_NESTING ? this.#token(depth + 1) : END;
      if (token === END || token === CLOSE_ARRAY) return items;
      if (!(token instanceof Keyword)) items.push(token);
    }
  }

  #skipSpace(): void {
    const bytes = this.#bytes;
    for (; this.#pos < bytes.length; this.#pos++) {
      const c = bytes[this.#pos] ?? 0;
      if (c === 0x25) while (this.#pos + 1 < bytes.length && !isEndOfLine(bytes[this.#pos + 1])) this.#pos++;
      else if (classes[c] !== SPACE) return;
    }
  }

  #number(): number {
    const bytes = this.#bytes;
    let sign = 1;
    let value = 0;
    let scale = 0;
    const start = this.#pos;
    for (; this.#pos < bytes.length; this.#pos++) {
      const c = bytes[this.#pos] ?? 0;
      if (c >= 48 && c <= 57) {
        if (scale === 0) value = value * 10 + c - 48;
        else {
          value += (c - 48) * scale;
          scale /= 10;
        }
      } else if (c === 46 && scale === 0) scale = 0.1;
      else if (c === 45) {
        // Some writers put the sign twice; within a number it ends it, as readers have it.
        if (this.#pos === start) sign = -1;
        else if (bytes[this.#pos - 1] !== 45) break;
      } else if (c !== 43 || this.#pos !== start) break;
    }
    // What hangs on to a number belongs to it for those who wrote it, and means nothing.
    while (this.#pos < bytes.length && classes[bytes[this.#pos] ?? 0] === 0) {
      const c = bytes[this.#pos] ?? 0;
      if (c > 57) break;
      this.#pos++;
    }
    return sign * value;
  }

  #hex(): Uint8Array {
    const bytes = this.#bytes;
    const end = bytes.indexOf(0x3e, this.#pos);
    const stop = end < 0 ? bytes.length : end;
    const out = new Uint8Array((stop - this.#pos) >> 1);
    let length = 0;
    let high = -1;
    for (let i = this.#pos + 1; i < stop; i++) {
      const digit = hexValue(bytes[i] ?? 0);
      if (digit < 0) continue;
      if (high < 0) high = digit;
      else {
        out[length++] = high * 16 + digit;
        high = -1;
      }
    }
    if (high >= 0) out[length++] = high * 16;
    this.#pos = stop + 1;
    return out.subarray(0, length);
  }

  /** Strings and names are written as everywhere else. */
  #byParser(read: (parser: PdfParser) => PdfObject): Operand {
    const parser = new PdfParser(this.#bytes, { pos: this.#pos });
    try {
      const value = read(parser);
      this.#pos = parser.pos;
      if (value instanceof PdfName) return value;
      return value !== null && typeof value === 'object' && 'bytes' in value ? value.bytes : undefined;
    } catch (error) {
      if (!(error instanceof YqError)) throw error;
      this.#pos = this.#bytes.length;
      return undefined;
    }
  }

  /** Behind `ID` come raw bytes; they end at an `EI` between white space behind which an operator, not more picture, stands. */
  #skipInlineImage(): void {
    for (;;) {
      const token = this.#token(0);
      if (token === END) return;
      if (token instanceof Keyword && token.text === 'ID') break;
    }
    const bytes = this.#bytes;
    for (let i = this.#pos + 1; i < bytes.length; i++) {
      if (bytes[i] !== 0x45 || bytes[i + 1] !== 0x49) continue;
      const before = classes[bytes[i - 1] ?? 0] === SPACE;
      const after = i + 2 >= bytes.length || classes[bytes[i + 2] ?? 0] === SPACE;
      if (before && after && looksLikeContent(bytes.subarray(i + 2, i + 18))) {
        this.#pos = i + 2;
        return;
      }
    }
    this.#pos = bytes.length;
  }
}

const looksLikeContent = (bytes: Uint8Array): boolean =>
  bytes.every((c) => (c >= 32 && c < 127) || (c >= 9 && c <= 13));
const isEndOfLine = (c: number | undefined): boolean => c === 10 || c === 13;

class Keyword {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
const END = Symbol('end');
const CLOSE_DICT = new Keyword('>>');
const CLOSE_ARRAY = new Keyword(']');

/** There are few operators, so that each becomes one object. */
const keywords = new Map<string, Keyword>();
function keyword(text: string): Keyword {
  const known = keywords.get(text);
  if (known !== undefined) return known;
  const made = new Keyword(text);
  if (keywords.size < 200) keywords.set(text, made);
  return made;
}
