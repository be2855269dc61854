/** PNG pictures (ISO/IEC 15948) as image XObjects: all colour types and depths, interlacing, transparency as a soft mask. */
import { inflateSync } from 'node:zlib';
import { YqError } from '#core/errors/index.ts';
import { unfilterPng } from '../filters.ts';
import { limits } from '../limits.ts';
import { tooLarge } from './failures.ts';
import type { Samples } from './samples.ts';

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly type: number;
  readonly interlaced: boolean;
}

const bad = (detail: string, cause?: unknown): YqError => new YqError('PDF_IMAGE', { detail, cause });
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples a pixel and allowed depths, by colour type. */
const TYPES = new Map<number, { readonly channels: number; readonly depths: readonly number[] }>([
  [0, { channels: 1, depths: [1, 2, 4, 8, 16] }],
  [2, { channels: 3, depths: [8, 16] }],
  [3, { channels: 1, depths: [1, 2, 4, 8] }],
  [4, { channels: 2, depths: [8, 16] }],
  [6, { channels: 4, depths: [8, 16] }],
]);
/** Adam7: first column, first row, column step, row step of each pass. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** @throws PDF_IMAGE for anything but a whole PNG picture of at most `limits.imagePixels` */
export function readPng(bytes: Uint8Array): Samples {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) throw bad('no PNG signature');
  const chunks = readChunks(bytes);
  const header = readHeader(chunks.get('IHDR')?.[0]);
  const { channels } = TYPES.get(header.type) ?? { channels: 0 };
  const data = inflate(chunks.get('IDAT') ?? [], header, channels);
  const samples = unpack(data, header, channels);
  const picture = colour(samples, header, channels, chunks.get('PLTE')?.[0], chunks.get('tRNS')?.[0]);
  const density = densityOf(chunks.get('pHYs')?.[0]);
  return density === undefined ? picture : { ...picture, density };
}

function readChunks(bytes: Uint8Array): Map<string, Uint8Array[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = new Map<string, Uint8Array[]>();
  for (let at = SIGNATURE.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (at + 12 + length > bytes.length) throw bad(`chunk ${type} is cut off`);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const others = chunks.get(type);
    if (others === undefined) chunks.set(type, [data]);
    else others.push(data);
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
  throw bad('no IEND');
}

function readHeader(chunk: Uint8Array | undefined): Header {
  if (chunk?.length !== 13) throw bad('no IHDR');
  const view = new DataView(chunk.buffer, chunk.byteOffset, 13);
  const [depth = 0, type = 0, compression, filter, interlace = 0] = chunk.subarray(8);
  const header = { width: view.getUint32(0), height: view.getUint32(4), depth, type, interlaced: interlace === 1 };
  if (!(TYPES.get(type)?.depths.includes(depth) ?? false) || compression !== 0 || filter !== 0 || interlace > 1)
    throw bad(`type ${type}, depth ${depth}`);
  if (header.width === 0 || header.height === 0) throw bad(`${header.width} × ${header.height} pixels`);
  if (header.width * header.height > limits.imagePixels) throw tooLarge(`${header.width} × ${header.height}`);
  return header;
}

/** pHYs: pixels per metre, when its unit is the metre. */
function densityOf(chunk: Uint8Array | undefined): Samples['density'] | undefined {
  if (chunk?.length !== 9 || chunk[8] !== 1) return undefined;
  const view = new DataView(chunk.buffer, chunk.byteOffset, 9);
  const [x, y] = [view.getUint32(0) / 1000, view.getUint32(4) / 1000];
  return x > 0 && y > 0 ? { x, y } : undefined;
}

function passesOf({
  width,
  height,
  interlaced,
}: Header): { x: number; y: number; dx: number; dy: number; w: number; h: number }[] {
  const passes = interlaced ? PASSES : [[0, 0, 1, 1] as const];
  return passes
    .map(([x, y, dx, dy]) => ({ x, y, dx, dy, w: Math.ceil((width - x) / dx), h: Math.ceil((height - y) / dy) }))
    .filter((pass) => pass.w > 0 && pass.h > 0);
}

function inflate(parts: readonly Uint8Array[], header: Header, channels: number): Uint8Array {
  const expected = passesOf(header).reduce(
    (sum, { w, h }) => sum + h * (1 + Math.ceil((w * channels * header.depth) / 8)),
    0,
  );
  try {
    const packed = Buffer.concat(parts);
    const data = inflateSync(packed, { maxOutputLength: expected + 1024 });
    if (data.length < expected) throw bad('the picture is cut off');
    return data.subarray(0, expected);
  } catch (error) {
    throw error instanceof YqError ? error : bad('Flate', error);
  }
}

/** Undoes filters and interlacing; gives one number per sample (its high byte at depth 16, its own value below 8). */
function unpack(data: Uint8Array, header: Header, channels: number): Uint8Array {
  const { width, height, depth } = header;
  const samples = new Uint8Array(width * height * channels);
  const mask = (1 << depth) - 1;
  let at = 0;
  for (const pass of passesOf(header)) {
    const row = Math.ceil((pass.w * channels * depth) / 8);
    const bytes = pass.h * (row + 1);
    const plain = unfilter(data.subarray(at, at + bytes), row, Math.max(1, (channels * depth) >> 3));
    at += bytes;
    for (let y = 0; y < pass.h; y++) {
      for (let i = 0; i < pass.w * channels; i++) {
        const bit = i * depth;
        const byte = plain[y * row + (bit >> 3)] ?? 0;
        const value = depth >= 8 ? byte : (byte >> (8 - depth - (bit & 7))) & mask;
        const pixel = (pass.y + y * pass.dy) * width + pass.x + Math.floor(i / channels) * pass.dx;
        samples[pixel * channels + (i % channels)] = value;
      }
    }
  }
  return samples;
}

function unfilter(data: Uint8Array, row: number, pixel: number): Uint8Array {
  try {
    return unfilterPng(data, row, pixel, 'PNG');
  } catch (error) {
    throw bad('row filter', error);
  }
}

function colour(
  samples: Uint8Array,
  header: Header,
  channels: number,
  palette: Uint8Array | undefined,
  transparency: Uint8Array | undefined,
): Samples {
  const { width, height, depth, type } = header;
  const pixels = width * height;
  const colors = type === 0 || type === 4 ? 1 : 3;
  const out = new Uint8Array(pixels * colors);
  const alpha = new Uint8Array(pixels).fill(255);
  if (type === 3 && (palette === undefined || palette.length % 3 !== 0)) throw bad('no palette');
  const spread = depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  // One colour that counts as transparent; at depth 16 its high bytes decide, as they do for the samples.
  const clear = type !== 3 && transparency !== undefined ? clearColour(transparency, depth, channels) : undefined;
  for (let p = 0; p < pixels; p++) {
    if (type === 3) {
      const index = samples[p] ?? 0;
      if (palette === undefined || index * 3 >= palette.length) throw bad('colour beyond the palette');
      for (let c = 0; c < 3; c++) out[p * 3 + c] = palette[index * 3 + c] ?? 0;
      alpha[p] = transparency?.[index] ?? 255;
      continue;
    }
    for (let c = 0; c < colors; c++) out[p * colors + c] = (samples[p * channels + c] ?? 0) * spread;
    if (channels > colors) alpha[p] = samples[p * channels + colors] ?? 255;
    else if (clear?.every((value, c) => samples[p * channels + c] === value) === true) alpha[p] = 0;
  }
  return { width, height, colors, samples: out, alpha: alpha.every((value) => value === 255) ? undefined : alpha };
}

function clearColour(transparency: Uint8Array, depth: number, channels: number): number[] {
  return Array.from({ length: channels }, (_, c) => transparency[2 * c + (depth === 16 ? 0 : 1)] ?? 0);
}
