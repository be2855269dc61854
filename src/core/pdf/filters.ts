/**
 * Stream filters (ISO 32000-1, 7.4) as far as structure and text need them: Flate and LZW with PNG and TIFF-8-bit predictors, RunLength,
 * ASCIIHex and ASCII85.
 * Every decoder is bounded, so that a small stream cannot unpack to gigabytes.
 */
import { inflateSync } from 'node:zlib';
import { damaged, overLimit } from './failures.ts';
import { decodeLzw, decodeRunLength } from './filters-lzw.ts';
import { isArray, isCount, PdfDict, PdfName, PdfRef, type PdfObject } from './objects.ts';
import { hexValue } from './parser.ts';

/**
 * @param limit bytes that the result and every step on the way may have
 * @throws PDF_DAMAGED for data that does not decode, PDF_LIMIT beyond `limit`, PDF_DAMAGED for filters not spoken here
 */
export function decodeStream(raw: Uint8Array, stream: PdfDict, where: string, limit: number): Uint8Array {
  const filters = namesOf(stream.get('Filter') ?? null, where);
  const parms = stream.get('DecodeParms') ?? null;
  const parmsList = isArray(parms) ? parms : [parms];
  if (parmsList.some((parm) => parm instanceof PdfRef)) throw damaged(where, '/DecodeParms must be direct');
  return filters.reduce((data, filter, i) => {
    const parm = parmsList[i];
    return decode(filter, data, parm instanceof PdfDict ? parm : new PdfDict(), where, limit);
  }, raw);
}

function namesOf(value: PdfObject, where: string): string[] {
  if (value === null) return [];
  const list = isArray(value) ? value : [value];
  if (list.length > 8) throw damaged(where, 'too many filters');
  return list.map((item) => {
    if (!(item instanceof PdfName)) throw damaged(where, 'a filter is not a name');
    return item.value;
  });
}

function decode(filter: string, data: Uint8Array, parms: PdfDict, where: string, limit: number): Uint8Array {
  switch (filter) {
    case 'FlateDecode':
    case 'Fl':
      return unpredict(inflate(data, where, limit), parms, where);
    case 'LZWDecode':
    case 'LZW': {
      const early = parms.get('EarlyChange') ?? 1;
      return unpredict(decodeLzw(data, early === 0 ? 0 : 1, where, limit), parms, where);
    }
    case 'RunLengthDecode':
    case 'RL':
      return decodeRunLength(data, where, limit);
    case 'ASCIIHexDecode':
    case 'AHx':
      return decodeHex(data, where);
    case 'ASCII85Decode':
    case 'A85':
      return decode85(data, where);
    case 'Crypt':
      // Undone, or let alone, when the bytes were read.
      return data;
    default:
      throw damaged(where, `filter ${filter} is not supported for structure`);
  }
}

function inflate(data: Uint8Array, where: string, limit: number): Uint8Array {
  try {
    const plain = inflateSync(data, { maxOutputLength: limit });
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw overLimit(where, `unpacks to more than ${limit} bytes`);
    throw damaged(where, `Flate: ${(error as Error).message}`, error);
  }
}

function unpredict(data: Uint8Array, parms: PdfDict, where: string): Uint8Array {
  const value = (key: string, fallback: number): number => {
    const v = parms.get(key) ?? fallback;
    if (!isCount(v)) throw damaged(where, `bad ${key}`);
    return v;
  };
  const predictor = value('Predictor', 1);
  if (predictor === 1) return data;
  const colors = value('Colors', 1);
  const bits = value('BitsPerComponent', 8);
  const columns = value('Columns', 1);
  if (colors < 1 || colors > 32 || ![1, 2, 4, 8, 16].includes(bits) || columns < 1 || columns > 1 << 20)
    throw damaged(where, 'bad predictor parameters');
  const pixel = Math.max(1, (colors * bits) >> 3);
  const row = Math.ceil((colors * bits * columns) / 8);
  if (predictor >= 10 && predictor <= 15) return unfilterPng(data, row, pixel, where);
  if (predictor === 2 && bits === 8) {
    const out = Uint8Array.from(data);
    for (let i = 0; i < out.length; i++) if (i % row >= pixel) out[i] = (out[i] ?? 0) + (out[i - pixel] ?? 0);
    return out;
  }
  throw damaged(where, `predictor ${predictor} is not supported`);
}

/**
 * Undoes PNG's row filters (PNG specification, clause 9). Every row has one filter byte before `row` bytes.
 * A last row may be cut short, as some writers do.
 */
export function unfilterPng(data: Uint8Array, row: number, pixel: number, where: string): Uint8Array {
  const rows = Math.floor((data.length + row) / (row + 1));
  const out = new Uint8Array(Math.max(0, data.length - rows));
  for (let y = 0; y < rows; y++) {
    const from = y * (row + 1);
    const to = y * row;
    const length = Math.min(row, data.length - from - 1);
    const kind = data[from] ?? 0;
    if (kind > 4) throw damaged(where, `PNG row filter ${kind}`);
    for (let x = 0; x < length; x++) {
      const left = x >= pixel ? (out[to + x - pixel] ?? 0) : 0;
      const up = y > 0 ? (out[to + x - row] ?? 0) : 0;
      const upLeft = x >= pixel && y > 0 ? (out[to + x - row - pixel] ?? 0) : 0;
      const predicted =
        kind === 0 ? 0 : kind === 1 ? left : kind === 2 ? up : kind === 3 ? (left + up) >> 1 : paeth(left, up, upLeft);
      out[to + x] = (data[from + 1 + x] ?? 0) + predicted;
    }
  }
  return out;
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const pa = Math.abs(p - a);
  const pb = Math.abs(p - b);
  const pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

const isSpace = (c: number): boolean => c === 32 || (c >= 9 && c <= 13) || c === 0;

function decodeHex(data: Uint8Array, where: string): Uint8Array {
  const out: number[] = [];
  let high = -1;
  for (const c of data) {
    if (c === 0x3e) break;
    if (isSpace(c)) continue;
    const digit = hexValue(c);
    if (digit < 0) throw damaged(where, 'ASCIIHex: not a digit');
    if (high < 0) high = digit;
    else {
      out.push(high * 16 + digit);
      high = -1;
    }
  }
  if (high >= 0) out.push(high * 16);
  return Uint8Array.from(out);
}

function decode85(data: Uint8Array, where: string): Uint8Array {
  const out: number[] = [];
  let group: number[] = [];
  const flush = (digits: readonly number[]): void => {
    const word = [0, 1, 2, 3, 4].reduce((sum, i) => sum * 85 + (digits[i] ?? 84), 0);
    if (word > 0xffffffff) throw damaged(where, 'ASCII85: group out of range');
    for (let i = 0; i < digits.length - 1; i++) out.push(Math.floor(word / 2 ** (24 - 8 * i)) & 255);
  };
  for (const c of data) {
    if (c === 0x7e) break;
    if (isSpace(c)) continue;
    if (c === 0x7a && group.length === 0) out.push(0, 0, 0, 0);
    else if (c >= 33 && c <= 117) {
      group.push(c - 33);
      if (group.length === 5) {
        flush(group);
        group = [];
      }
    } else throw damaged(where, 'ASCII85: not a digit');
  }
  if (group.length === 1) throw damaged(where, 'ASCII85: a single digit at the end');
  if (group.length > 1) flush(group);
  return Uint8Array.from(out);
}
