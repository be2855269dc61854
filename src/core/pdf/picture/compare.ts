/** Whether an appearance shows a given picture: by the very samples where they were taken over, else by its coarse look. */
import type { PdfDict } from '../objects.ts';
import { isArray, isName, PdfStream, type PdfObject } from '../objects.ts';
import { paintOf } from '../text/paint.ts';
import type { PdfFile, Picture } from '../types.ts';
import { readBmp } from './bmp.ts';
import { readGif } from './gif.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import type { Samples } from './samples.ts';

/** `unknown`: drawn in a way that can't be compared, or nothing is drawn at all. */
export type ShownPicture = 'same' | 'different' | 'unknown';

/** Pixels beyond which an image is not unpacked for this. */
const MAX_PIXELS = 16 << 20;

/** @param form the normal appearance. Never throws over what the document or the picture holds. */
export async function showsPicture(file: PdfFile, form: PdfStream, picture: Picture): Promise<ShownPicture> {
  try {
    return await compare(file, form, picture);
  } catch {
    return 'unknown';
  }
}

async function compare(file: PdfFile, form: PdfStream, { format, data }: Picture): Promise<ShownPicture> {
  const paint = await paintOf(file, form);
  // Vector pictures are rewritten by whoever draws them.
  if (paint === undefined || format === 'SVG') return 'unknown';
  const images: PdfStream[] = [];
  for (const num of paint.drawn) {
    const object = await file.object(num);
    if (object instanceof PdfStream && isName(await file.resolve(object.dict.get('Subtype')), 'Image'))
      images.push(object);
  }
  if (format === 'JPG') {
    const expected = readJpeg(data).data;
    for (const image of images) {
      const raw = await file.rawStream(image);
      if (raw.length === expected.length && raw.every((byte, i) => byte === expected[i])) return 'same';
    }
    return 'unknown';
  }
  const expected = format === 'PNG' ? readPng(data) : format === 'BMP' ? readBmp(data) : readGif(data);
  const looks: ShownPicture[] = [];
  for (const image of images) {
    const shown = await samplesOf(file, image);
    looks.push(shown === undefined ? 'unknown' : sameLook(expected, shown));
  }
  if (looks.includes('same')) return 'same';
  // Text or shapes around one image are no reason to doubt; several images may be one picture in pieces.
  return looks.length === 1 && looks[0] === 'different' ? 'different' : 'unknown';
}

type Shown = Pick<Samples, 'width' | 'height' | 'colors' | 'samples' | 'alpha'>;

/** Images of eight bits in grey or RGB, which is what seals become. */
async function samplesOf(file: PdfFile, image: PdfStream): Promise<Shown | undefined> {
  const { dict } = image;
  const [width, height, bits, space, mask] = await Promise.all(
    ['Width', 'Height', 'BitsPerComponent', 'ColorSpace', 'SMask'].map((key) => file.resolve(dict.get(key))),
  );
  const colors = isName(space, 'DeviceRGB') ? 3 : isName(space, 'DeviceGray') ? 1 : undefined;
  if (typeof width !== 'number' || typeof height !== 'number' || bits !== 8 || colors === undefined) return undefined;
  if (width * height > MAX_PIXELS || isDecoded(dict)) return undefined;
  const samples = await file.streamData(image);
  if (samples.length < width * height * colors) return undefined;
  const alpha = mask instanceof PdfStream ? await samplesOf(file, mask) : undefined;
  if (mask instanceof PdfStream && (alpha?.colors !== 1 || alpha.width !== width || alpha.height !== height))
    return undefined;
  return { width, height, colors, samples, alpha: alpha?.samples };
}

/** /Decode turns the samples over. */
const isDecoded = (dict: PdfDict): boolean => isArray(dict.get('Decode') as PdfObject);

/** Cells of the coarse look, along each side. */
const GRID = 12;
/** Mean difference of lightness, of 255, from which two pictures are two. */
const DIFFERENT = 40;

function sameLook(a: Shown, b: Shown): ShownPicture {
  const [x, y] = [coarse(a), coarse(b)];
  const difference = x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] ?? 0)), 0) / x.length;
  if (a.width === b.width && a.height === b.height && a.colors === b.colors && sameBytes(a.samples, b.samples))
    return 'same';
  return difference > DIFFERENT ? 'different' : 'unknown';
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** Mean lightness of each cell, as it looks on white paper. */
function coarse({ width, height, colors, samples, alpha }: Shown): readonly number[] {
  const sums = new Float64Array(GRID * GRID);
  const counts = new Float64Array(GRID * GRID);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * GRID) / height) * GRID;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const r = samples[at * colors] ?? 0;
      const light = colors === 1 ? r : 0.3 * r + 0.59 * (samples[at * 3 + 1] ?? 0) + 0.11 * (samples[at * 3 + 2] ?? 0);
      const opacity = (alpha?.[at] ?? 255) / 255;
      const cell = row + Math.floor((x * GRID) / width);
      sums[cell] = (sums[cell] ?? 0) + light * opacity + 255 * (1 - opacity);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
  }
  // A picture smaller than the grid leaves cells empty.
  return Array.from(sums, (sum, i) => ((counts[i] ?? 0) === 0 ? 255 : sum / (counts[i] ?? 1)));
}
