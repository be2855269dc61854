/** The older of the packing filters (ISO 32000-1, 7.4.4 and 7.4.5): LZW and RunLength, bounded like the others. */
import { damaged, overLimit } from './failures.ts';

const CLEAR = 256;
const END = 257;
const MOST_CODES = 4096;

/** @param early 1 (the default of /EarlyChange): codes become longer one entry before they must */
export function decodeLzw(data: Uint8Array, early: number, where: string, limit: number): Uint8Array {
  const out = new Output(where, limit);
  // Each code is the string of an earlier code and one byte more: where that string stands in the output, and its length.
  const starts = new Int32Array(MOST_CODES);
  const lengths = new Int32Array(MOST_CODES);
  let next = END + 1;
  let width = 9;
  let previous: number | undefined;
  let [bits, held] = [0, 0];
  for (const byte of data) {
    bits = ((bits << 8) | byte) & 0xfffff;
    held += 8;
    if (held < width) continue;
    held -= width;
    const code = (bits >> held) & ((1 << width) - 1);
    if (code === END) return out.bytes();
    if (code === CLEAR) {
      [next, width, previous] = [END + 1, 9, undefined];
      continue;
    }
    if (code > next || (code === next && previous === undefined)) throw damaged(where, `LZW: code ${code} of ${next}`);
    const start = out.length;
    if (code < CLEAR) out.byte(code);
    else if (code < next) out.copy(starts[code] ?? 0, lengths[code] ?? 0);
    // The string that is just being made: the one before and its own first byte.
    else out.copy(previous ?? 0, start - (previous ?? 0) + 1);
    if (previous !== undefined && next < MOST_CODES) {
      starts[next] = previous;
      lengths[next] = start - previous + 1;
      next++;
      if (next + early >= 1 << width && width < 12) width++;
    }
    previous = start;
  }
  return out.bytes();
}

export function decodeRunLength(data: Uint8Array, where: string, limit: number): Uint8Array {
  const out = new Output(where, limit);
  for (let at = 0; at < data.length;) {
    const length = data[at++] ?? 128;
    if (length === 128) break;
    if (length < 128) for (const byte of data.subarray(at, at + length + 1)) out.byte(byte);
    else for (let i = 0; i < 257 - length; i++) out.byte(data[at] ?? 0);
    at += length < 128 ? length + 1 : 1;
  }
  return out.bytes();
}

class Output {
  #bytes = new Uint8Array(4096);
  length = 0;
  readonly #where: string;
  readonly #limit: number;

  constructor(where: string, limit: number) {
    this.#where = where;
    this.#limit = limit;
  }

  byte(value: number): void {
    this.#grow(1);
    this.#bytes[this.length++] = value;
  }

  /** Bytes of the output so far; the run may reach into itself. */
  copy(start: number, length: number): void {
    this.#grow(length);
    for (let i = start; i < start + length; i++) this.#bytes[this.length++] = this.#bytes[i] ?? 0;
  }

  #grow(by: number): void {
    if (this.length + by > this.#limit) throw overLimit(this.#where, `unpacks to more than ${this.#limit} bytes`);
    if (this.length + by <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.length + by));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }
}
