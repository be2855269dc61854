/**
 * JPG pictures (ITU-T T.81) for DCTDecode: their compressed data go into the document as they are. Of the marker segments only those
 * that decoding needs are kept: a photo's Exif data, thumbnails and comments have no place in a medical record.
 */
import { limits } from '../limits.ts';
import { concat } from '../serialize.ts';
import { badPicture, tooLarge, unsupported } from './failures.ts';

export interface Jpeg {
  readonly width: number;
  readonly height: number;
  readonly components: 1 | 3 | 4;
  /** Adobe's programs write CMYK with 255 for no ink. */
  readonly inverted: boolean;
  /** Pixels per mm, where the file gives them. */
  readonly density?: { readonly x: number; readonly y: number };
  /** From SOI to EOI. */
  readonly data: Uint8Array;
}

const bad = (detail: string): Error => badPicture('JPG', detail);

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
/** Baseline, extended and progressive Huffman: all that ISO 32000-1, 7.4.8 demands of a reader. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
/** Huffman and quantization tables, restart interval, number of lines. */
const TABLES = new Set([0xc4, 0xdb, 0xdd]);

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

/** @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED, PDF_IMAGE_LIMIT */
export function readJpeg(bytes: Uint8Array): Jpeg {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw bad('no SOI');
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let frame: Frame | undefined;
  let density: Jpeg['density'] | undefined;
  let adobe: number | undefined;
  let scans = 0;
  for (let at = 2; ;) {
    const { marker, start } = markerAt(bytes, at);
    if (marker === EOI) break;
    const end = start + segmentLength(bytes, start);
    const body = bytes.subarray(start + 2, end);
    at = end;
    if (FRAMES.has(marker)) {
      if (frame !== undefined) throw bad('two frames');
      frame = frameOf(body);
    } else if (marker === SOS) {
      if (frame === undefined) throw bad('a scan before its frame');
      if (++scans > 1000) throw tooLarge('JPG scans');
      at = endOfScan(bytes, end);
    } else if (marker === APP1) refuseTurned(body);
    else if (marker === APP0) density ??= densityOf(body);
    else if (marker === APP14) adobe ??= startsWith(body, 'Adobe') ? body[11] : undefined;
    else if (!TABLES.has(marker) && isFrame(marker)) throw unsupported(`JPG SOF${marker - 0xc0}`);
    else if (marker === 0xdc || marker === 0xde || marker === 0xdf) throw unsupported('JPG DNL/DHP/EXP');
    if (FRAMES.has(marker) || TABLES.has(marker) || marker === SOS || isNeededApp(marker, body))
      kept.push(Uint8Array.of(0xff, marker), bytes.subarray(start, at));
  }
  if (frame === undefined || scans === 0) throw bad('no picture');
  const { width, height, components } = frame;
  if (components !== 1 && components !== 3 && components !== 4) throw unsupported(`JPG with ${components} components`);
  kept.push(Uint8Array.of(0xff, EOI));
  const inverted = components === 4 && adobe !== undefined;
  const data = concat(kept);
  return { width, height, components, inverted, data, ...(density === undefined ? {} : { density }) };
}

const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8;
const isNeededApp = (marker: number, body: Uint8Array): boolean =>
  (marker === APP0 && startsWith(body, 'JFIF\0')) || (marker === APP14 && startsWith(body, 'Adobe'));

function startsWith(bytes: Uint8Array, text: string): boolean {
  return [...text].every((c, i) => bytes[i] === c.charCodeAt(0));
}

/** Fill bytes (0xff) may stand before a marker. */
function markerAt(bytes: Uint8Array, from: number): { marker: number; start: number } {
  if (bytes[from] !== 0xff) throw bad(`no marker at byte ${from}`);
  let at = from;
  while (bytes[at] === 0xff) at++;
  const marker = bytes[at];
  if (marker === undefined) throw bad('cut off');
  if (marker < 0xc0 || (marker >= 0xd0 && marker <= SOI)) throw bad(`marker ff${marker.toString(16)} at byte ${at}`);
  return { marker, start: at + 1 };
}

function segmentLength(bytes: Uint8Array, start: number): number {
  const length = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
  if (length < 2 || start + length > bytes.length) throw bad('a segment is cut off');
  return length;
}

/** Compressed data end at the first marker that is neither a stuffed zero nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
  }
  throw bad('cut off');
}

function frameOf(body: Uint8Array): Frame {
  const [depth = 0, h1 = 0, h0 = 0, w1 = 0, w0 = 0, components = 0] = body;
  const [width, height] = [(w1 << 8) | w0, (h1 << 8) | h0];
  if (body.length !== 6 + 3 * components) throw bad('frame header');
  if (depth !== 8) throw unsupported(`JPG ${depth} bit`);
  if (width === 0 || height === 0) throw bad(`${width} × ${height} pixels`);
  if (width * height > limits.imagePixels) throw tooLarge(`${width} × ${height}`);
  return { width, height, components };
}

/** JFIF: units 1 are dots per inch, 2 per cm, 0 says only the pixels' shape. */
function densityOf(body: Uint8Array): Jpeg['density'] | undefined {
  if (!startsWith(body, 'JFIF\0') || body.length < 12) return undefined;
  const [units, x1 = 0, x0 = 0, y1 = 0, y0 = 0] = body.subarray(7);
  const perMm = units === 1 ? 1 / 25.4 : units === 2 ? 1 / 10 : 0;
  const [x, y] = [((x1 << 8) | x0) * perMm, ((y1 << 8) | y0) * perMm];
  return x > 0 && y > 0 ? { x, y } : undefined;
}

const ORIENTATION = 0x0112;

/** Exif may say that the picture is meant to be shown turned. PDF viewers would not turn it, other programs do: two looks of one seal. */
function refuseTurned(body: Uint8Array): void {
  if (!startsWith(body, 'Exif\0\0') || body.length < 14) return;
  const tiff = new DataView(body.buffer, body.byteOffset + 6, body.length - 6);
  const little = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return;
  const entries = tiff.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < entries && at + 12 <= tiff.byteLength; i++, at += 12) {
    if (tiff.getUint16(at, little) !== ORIENTATION) continue;
    const orientation = tiff.getUint16(at + 8, little);
    if (orientation > 1) throw unsupported(`JPG Exif Orientation ${orientation}`);
  }
}
