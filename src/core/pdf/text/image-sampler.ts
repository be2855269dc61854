/** What an image covers at one of its points, and how light it is there. */
import { isArray, isName, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import { componentsOf } from './colour.ts';

export interface Sampler {
  /** `u`, `v`: 0 to 1 from the top left. `alpha`: 1 covers wholly. `light`: undefined when it cannot be read. */
  (u: number, v: number): { readonly alpha: number; readonly light: number | undefined };
  /** Painted in the colour set for filling. */
  readonly isStencil: boolean;
}

/** Samples beyond which an image is not unpacked for this; it then counts as covering. */
const MAX_SAMPLES = 64 << 20;

/** Never throws: what cannot be read covers wholly. */
export async function samplerOf(file: PdfFile, image: PdfStream): Promise<Sampler> {
  const { dict } = image;
  const get = (key: string): Promise<PdfObject> => file.resolve(dict.get(key));
  const stencil = (await get('ImageMask')) === true;
  if (stencil) {
    const bits = await plane(file, image, 1, 1);
    const inverted = await isInverted(file, image);
    const painted = (u: number, v: number): number =>
      bits === undefined ? 1 : (bits(u, v, 0) === 0) !== inverted ? 1 : 0;
    return Object.assign((u: number, v: number) => ({ alpha: painted(u, v), light: undefined }), { isStencil: true });
  }
  const alpha = await alphaOf(file, image, await get('SMask'), await get('Mask'));
  const light = await lightsOf(file, image);
  return Object.assign((u: number, v: number) => ({ alpha: alpha(u, v), light: light?.(u, v) }), { isStencil: false });
}

type Alpha = (u: number, v: number) => number;

async function alphaOf(file: PdfFile, image: PdfStream, soft: PdfObject, mask: PdfObject): Promise<Alpha> {
  if (soft instanceof PdfStream) {
    const bits = await file.resolve(soft.dict.get('BitsPerComponent'));
    const depth = typeof bits === 'number' ? bits : 8;
    const samples = await plane(file, soft, depth, 1);
    const inverted = await isInverted(file, soft);
    if (samples === undefined) return () => 1;
    return (u, v) => Math.abs((inverted ? 1 : 0) - samples(u, v, 0) / (2 ** depth - 1));
  }
  if (mask instanceof PdfStream) {
    const samples = await plane(file, mask, 1, 1);
    const inverted = await isInverted(file, mask);
    return (u, v) => (samples === undefined || (samples(u, v, 0) === 0) !== inverted ? 1 : 0);
  }
  if (!isArray(mask)) return () => 1;
  const ranges = await Promise.all(mask.map((item) => file.resolve(item)));
  const depth = await file.resolve(image.dict.get('BitsPerComponent'));
  const count = ranges.length >> 1;
  const samples = typeof depth === 'number' ? await plane(file, image, depth, count) : undefined;
  if (samples === undefined || count !== (await componentsOf(file, image.dict.get('ColorSpace')))) return () => 1;
  return (u, v) => {
    for (let c = 0; c < count; c++) {
      const [low, high] = [ranges[2 * c], ranges[2 * c + 1]];
      const sample = samples(u, v, c);
      if (typeof low !== 'number' || typeof high !== 'number' || sample < low || sample > high) return 1;
    }
    return 0;
  };
}

async function lightsOf(file: PdfFile, image: PdfStream): Promise<Alpha | undefined> {
  const space = await file.resolve(image.dict.get('ColorSpace'));
  const count = isName(space, 'DeviceRGB') ? 3 : isName(space, 'DeviceGray') ? 1 : undefined;
  const bits = await file.resolve(image.dict.get('BitsPerComponent'));
  if (count === undefined || bits !== 8) return undefined;
  const samples = await plane(file, image, bits, count);
  if (samples === undefined) return undefined;
  const inverted = await isInverted(file, image);
  return (u, v) => {
    let [brightest, darkest] = [0, 255];
    for (let c = 0; c < count; c++) {
      brightest = Math.max(brightest, samples(u, v, c));
      darkest = Math.min(darkest, samples(u, v, c));
    }
    return inverted ? 1 - darkest / 255 : brightest / 255;
  };
}

/** Reads one component at a point; undefined when the samples cannot be unpacked or are too few. */
async function plane(
  file: PdfFile,
  image: PdfStream,
  bits: number,
  count: number,
): Promise<((u: number, v: number, component: number) => number) | undefined> {
  const [width, height] = [await file.resolve(image.dict.get('Width')), await file.resolve(image.dict.get('Height'))];
  if (typeof width !== 'number' || typeof height !== 'number' || ![1, 2, 4, 8, 16].includes(bits)) return undefined;
  if (width < 1 || height < 1 || width * height * count > MAX_SAMPLES) return undefined;
  const data = await file.streamData(image).catch(() => undefined);
  const row = Math.ceil((width * count * bits) / 8);
  if (data === undefined || data.length < row * height) return undefined;
  return (u, v, component) => {
    const x = Math.min(width - 1, Math.max(0, Math.floor(u * width)));
    const y = Math.min(height - 1, Math.max(0, Math.floor(v * height)));
    const at = (x * count + component) * bits;
    const start = y * row + (at >> 3);
    if (bits === 16) return ((data[start] ?? 0) << 8) | (data[start + 1] ?? 0);
    return ((data[start] ?? 0) >> (8 - bits - (at & 7))) & (2 ** bits - 1);
  };
}

async function isInverted(file: PdfFile, image: PdfStream): Promise<boolean> {
  const decode = await file.resolve(image.dict.get('Decode'));
  const [first] = isArray(decode) ? decode : [];
  return typeof first === 'number' && first >= 0.5;
}
