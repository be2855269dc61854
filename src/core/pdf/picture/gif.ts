/** GIF pictures (87a, 89a): the first image on its screen, interlaced or not, with its transparent colour. */
import { limits } from '../limits.ts';
import { badPicture, tooLarge } from './failures.ts';
import type { Samples } from './samples.ts';

const bad = (detail: string): Error => badPicture('GIF', detail);

/** Interlacing: first row and step of the four passes. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** @throws PDF_IMAGE, PDF_IMAGE_LIMIT */
export function readGif(bytes: Uint8Array): Samples {
  const reader = new GifReader(bytes);
  const version = String.fromCharCode(...reader.take(6));
  if (version !== 'GIF87a' && version !== 'GIF89a') throw bad('no GIF signature');
  const [width, height] = [reader.word(), reader.word()];
  if (width === 0 || height === 0) throw bad(`${width} × ${height} pixels`);
  if (width * height > limits.imagePixels) throw tooLarge(`${width} × ${height}`);
  const flags = reader.byte();
  reader.take(2); // Background colour, which no program shows any more, and the pixels' shape.
  const palette = flags & 0x80 ? reader.take(3 << ((flags & 7) + 1)) : undefined;
  let transparent: number | undefined;
  for (;;) {
    const kind = reader.byte();
    if (kind === 0x2c) return frame(reader, width, height, palette, transparent);
    if (kind !== 0x21) throw bad(kind === 0x3b ? 'no picture' : `block ${kind}`);
    const label = reader.byte();
    const blocks = reader.blocks();
    if (label === 0xf9 && blocks.length === 4) transparent = (blocks[0] ?? 0) & 1 ? blocks[3] : undefined;
  }
}

function frame(
  reader: GifReader,
  width: number,
  height: number,
  global: Uint8Array | undefined,
  transparent: number | undefined,
): Samples {
  const [left, top, w, h] = [reader.word(), reader.word(), reader.word(), reader.word()];
  const flags = reader.byte();
  const palette = flags & 0x80 ? reader.take(3 << ((flags & 7) + 1)) : global;
  if (palette === undefined) throw bad('no palette');
  if (w === 0 || h === 0 || left + w > width || top + h > height) throw bad('the picture lies beyond its screen');
  const codeSize = reader.byte();
  const indexes = unpackLzw(reader.blocks(), codeSize, w * h);
  const samples = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  const rows = flags & 0x40 ? PASSES.flatMap(([from, step]) => every(from, step, h)) : every(0, 1, h);
  rows.forEach((row, n) => {
    for (let x = 0; x < w; x++) {
      const index = indexes[n * w + x] ?? 0;
      const at = (top + row) * width + left + x;
      if (index === transparent) continue;
      if (index * 3 + 2 >= palette.length) throw bad('colour beyond the palette');
      for (let c = 0; c < 3; c++) samples[at * 3 + c] = palette[index * 3 + c] ?? 0;
      alpha[at] = 255;
    }
  });
  return { width, height, colors: 3, samples, alpha: alpha.every((value) => value === 255) ? undefined : alpha };
}

function every(from: number, step: number, below: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((below - from) / step)) }, (_, i) => from + i * step);
}

class GifReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  take(length: number): Uint8Array {
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    if (part.length < length) throw bad('cut off');
    this.#at += length;
    return part;
  }
  byte(): number {
    return this.take(1)[0] ?? 0;
  }
  word(): number {
    const [low = 0, high = 0] = this.take(2);
    return low | (high << 8);
  }
  /** Sub-blocks up to the empty one, joined. */
  blocks(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let length = this.byte(); length > 0; length = this.byte()) parts.push(this.take(length));
    return new Uint8Array(Buffer.concat(parts));
  }
}

const LONGEST_CODE = 12;

/** Variable-length codes, lowest bit first. Gives exactly `count` indexes or fails. */
function unpackLzw(data: Uint8Array, codeSize: number, count: number): Uint8Array {
  if (codeSize < 2 || codeSize > 8) throw bad(`LZW code size ${codeSize}`);
  const [clear, end] = [1 << codeSize, (1 << codeSize) + 1];
  // Each code is its prefix's string and one more index.
  const prefixes = new Uint16Array(1 << LONGEST_CODE);
  const suffixes = new Uint8Array(1 << LONGEST_CODE);
  const firsts = new Uint8Array(1 << LONGEST_CODE);
  const lengths = new Uint16Array(1 << LONGEST_CODE);
  for (let code = 0; code < clear; code++) {
    [suffixes[code], firsts[code], lengths[code]] = [code, code, 1];
  }
  const out = new Uint8Array(count);
  let [at, bits, buffer, held] = [0, codeSize + 1, 0, 0];
  let next = end + 1;
  let previous: number | undefined;
  for (let i = 0; at < count;) {
    while (held < bits) {
      if (i >= data.length) throw bad('cut off');
      buffer |= (data[i++] ?? 0) << held;
      held += 8;
    }
    const code = buffer & ((1 << bits) - 1);
    buffer >>>= bits;
    held -= bits;
    if (code === clear) {
      [bits, next, previous] = [codeSize + 1, end + 1, undefined];
      continue;
    }
    if (code === end) throw bad('cut off');
    if (code > next || (code === next && previous === undefined) || (code >= clear && previous === undefined))
      throw bad('LZW code');
    if (previous !== undefined && next < 1 << LONGEST_CODE) {
      // The code that is about to be defined stands for the previous string and its own first index.
      const first = firsts[code === next ? previous : code] ?? 0;
      [prefixes[next], suffixes[next]] = [previous, first];
      [firsts[next], lengths[next]] = [firsts[previous] ?? 0, (lengths[previous] ?? 0) + 1];
      next++;
      if (next === 1 << bits && bits < LONGEST_CODE) bits++;
    } else if (code >= next) throw bad('LZW code');
    const length = lengths[code] ?? 0;
    for (let n = length - 1, c = code; n >= 0; n--, c = prefixes[c] ?? 0)
      if (at + n < count) out[at + n] = suffixes[c] ?? 0;
    at += length;
    previous = code;
  }
  return out;
}
