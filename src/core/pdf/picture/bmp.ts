/** Windows bitmaps: OS/2 1.x and Windows 3 to 5 headers; 1, 4 and 8 bits with a palette, 16, 24 and 32 bits, bit fields. */
import { limits } from '../limits.ts';
import { badPicture, tooLarge, unsupported } from './failures.ts';
import type { Samples } from './samples.ts';

const bad = (detail: string): Error => badPicture('BMP', detail);

const FILE_HEADER = 14;
const CORE_HEADER = 12;
const INFO_HEADERS = new Set([40, 52, 56, 64, 108, 124]);
const COMPRESSIONS = ['RGB', 'RLE8', 'RLE4', 'BITFIELDS', 'JPEG', 'PNG', 'ALPHABITFIELDS'];
const DEPTHS = new Set([1, 4, 8, 16, 24, 32]);

interface Header {
  readonly width: number;
  readonly height: number;
  /** Rows from the bottom, as usual. */
  readonly upwards: boolean;
  readonly depth: number;
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
  readonly masks: readonly [number, number, number, number];
  /** Palette: its offset, its number of colours, and the bytes of each. */
  readonly palette: { readonly at: number; readonly colours: number; readonly size: 3 | 4 };
  readonly pixelsAt: number;
  readonly density: Samples['density'] | undefined;
}

/** @throws PDF_IMAGE; PDF_IMAGE_UNSUPPORTED for run length encoding and pictures within the picture; PDF_IMAGE_LIMIT */
export function readBmp(bytes: Uint8Array): Samples {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(view);
  const { width, height, depth, density } = header;
  const row = Math.ceil((width * depth) / 32) * 4;
  if (header.pixelsAt + row * height > bytes.length) throw bad('cut off');
  const samples = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height).fill(255);
  const put = pixelReader(view, header, samples, alpha);
  for (let y = 0; y < height; y++) {
    const start = header.pixelsAt + (header.upwards ? height - 1 - y : y) * row;
    for (let x = 0; x < width; x++) put(start, x, y * width + x);
  }
  const opaque = alpha.every((value) => value === 255);
  return {
    width,
    height,
    colors: 3,
    samples,
    alpha: opaque ? undefined : alpha,
    ...(density === undefined ? {} : { density }),
  };
}

function readHeader(view: DataView): Header {
  if (view.byteLength < FILE_HEADER + CORE_HEADER) throw bad('cut off');
  const pixelsAt = view.getUint32(10, true);
  const size = view.getUint32(FILE_HEADER, true);
  if (size !== CORE_HEADER && !INFO_HEADERS.has(size)) throw bad(`a header of ${size} bytes`);
  if (FILE_HEADER + size > view.byteLength) throw bad('cut off');
  const core = size === CORE_HEADER;
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const depth = view.getUint16(core ? 24 : 28, true);
  const compression = core ? 0 : view.getUint32(30, true);
  const method = COMPRESSIONS[compression] ?? `compression ${compression}`;
  if (method !== 'RGB' && !(method === 'BITFIELDS' && (depth === 16 || depth === 32)))
    throw unsupported(`BMP ${method}`);
  if (!DEPTHS.has(depth)) throw unsupported(`BMP ${depth} bit`);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0) throw bad(`${width} × ${signedHeight} pixels`);
  if (width * height > limits.imagePixels) throw tooLarge(`${width} × ${height}`);
  const fields = method === 'BITFIELDS';
  const behind = FILE_HEADER + size + (fields && size === 40 ? 12 : 0);
  const used = core || depth > 8 ? 0 : view.getUint32(46, true);
  const colours = depth > 8 ? 0 : used === 0 ? 1 << depth : used;
  const palette = { at: behind, colours, size: core ? 3 : 4 } as const;
  if (colours > 1 << depth || palette.at + colours * palette.size > view.byteLength) throw bad('palette');
  if (pixelsAt < behind) throw bad('pixels within the header');
  return {
    width,
    height,
    upwards: signedHeight > 0,
    depth,
    masks: fields ? masksOf(view, size) : depth === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0],
    palette,
    pixelsAt,
    density: core ? undefined : densityOf(view.getInt32(38, true), view.getInt32(42, true)),
  };
}

/** They stand behind a header of 40 bytes and in longer ones at the same place; alpha only from 56 bytes on. */
function masksOf(view: DataView, size: number): Header['masks'] {
  const at = FILE_HEADER + 40;
  if (at + 12 > view.byteLength) throw bad('cut off');
  const mask = (i: number): number => view.getUint32(at + 4 * i, true);
  const masks = [mask(0), mask(1), mask(2), size >= 56 && size !== 64 ? mask(3) : 0] as const;
  if (masks.some((m, i) => (m === 0 && i < 3) || !contiguous(m))) throw bad('bit fields');
  return masks;
}

const contiguous = (mask: number): boolean => {
  const shifted = mask === 0 ? 0 : (mask >>> shiftOf(mask)) >>> 0;
  return (shifted & (shifted + 1)) === 0;
};
const shiftOf = (mask: number): number => 31 - Math.clz32(mask & -mask);

function densityOf(x: number, y: number): Samples['density'] | undefined {
  return x > 0 && y > 0 ? { x: x / 1000, y: y / 1000 } : undefined;
}

/** Reads pixel x of the row that starts at `start` into pixel `index` of the result. */
function pixelReader(
  view: DataView,
  { depth, masks, palette }: Header,
  samples: Uint8Array,
  alpha: Uint8Array,
): (start: number, x: number, index: number) => void {
  const set = (index: number, red: number, green: number, blue: number): void => {
    samples[index * 3] = red;
    samples[index * 3 + 1] = green;
    samples[index * 3 + 2] = blue;
  };
  if (depth <= 8)
    return (start, x, index) => {
      const bit = x * depth;
      const value = (view.getUint8(start + (bit >> 3)) >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
      if (value >= palette.colours) throw bad('colour beyond the palette');
      const at = palette.at + value * palette.size;
      set(index, view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at));
    };
  if (depth === 24)
    return (start, x, index) => {
      const at = start + x * 3;
      set(index, view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at));
    };
  const fields = masks.map((mask) => {
    const shift = mask === 0 ? 0 : shiftOf(mask);
    const highest = mask === 0 ? 1 : (mask >>> shift) >>> 0;
    return (pixel: number): number => Math.round(((((pixel & mask) >>> 0) >>> shift) * 255) / highest);
  });
  const [red, green, blue, clear] = fields;
  return (start, x, index) => {
    const pixel = depth === 16 ? view.getUint16(start + x * 2, true) : view.getUint32(start + x * 4, true);
    set(index, red?.(pixel) ?? 0, green?.(pixel) ?? 0, blue?.(pixel) ?? 0);
    if (masks[3] !== 0) alpha[index] = clear?.(pixel) ?? 255;
  };
}
