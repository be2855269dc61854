import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeStream, unfilterPng } from '../../../src/core/pdf/filters.ts';
import { dict, name, type PdfObject } from '../../../src/core/pdf/objects.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const decode = (data: Uint8Array, Filter: PdfObject, DecodeParms?: PdfObject, limit = 1 << 20): Uint8Array =>
  decodeStream(data, dict({ Filter, DecodeParms }), 'test', limit);

describe('filters', () => {
  test('Flate', () => {
    expect(decode(deflateSync(text('record')), name('FlateDecode'))).toEqual(new Uint8Array(text('record')));
  });
  test('Flate never unpacks beyond the limit', () => {
    expect(() => decode(deflateSync(new Uint8Array(1 << 20)), name('Fl'), undefined, 1000)).toThrowError(
      expect.objectContaining({ code: 'PDF_LIMIT' }),
    );
  });
  test('damaged Flate, unknown filters', () => {
    expect(() => decode(text('nonsense'), name('FlateDecode'))).toThrowError(
      expect.objectContaining({ code: 'PDF_DAMAGED' }),
    );
    expect(() => decode(text(''), name('JPXDecode'))).toThrowError(expect.objectContaining({ code: 'PDF_DAMAGED' }));
  });
  test('ASCIIHex and ASCII85, also one behind the other', () => {
    expect(decode(text('7265 636F7264>'), name('ASCIIHexDecode'))).toEqual(text('record'));
    expect(decode(text('z!!~>'), name('ASCII85Decode'))).toEqual(Uint8Array.of(0, 0, 0, 0, 0));
    // "sure." as in Adobe's own description of the filter: F*2M7/c
    expect(decode(text('F*2M7/c~>'), name('ASCII85Decode'))).toEqual(text('sure.'));
    const hex = [...deflateSync(text('record'))].map((b) => b.toString(16).padStart(2, '0')).join('');
    expect(decode(text(`${hex}>`), [name('AHx'), name('Fl')])).toEqual(text('record'));
  });
  test('no filter at all', () => {
    expect(decode(text('x'), null)).toEqual(text('x'));
  });
});

describe('predictors', () => {
  // One row per PNG filter type over the pixels 1 2 3 / 4 6 8; computed by hand from clause 9.2.
  test.each([
    ['none', [0, 1, 2, 3, 0, 4, 6, 8]],
    ['sub', [1, 1, 1, 1, 1, 4, 2, 2]],
    ['up', [2, 1, 2, 3, 2, 3, 4, 5]],
    ['average', [3, 1, 2, 2, 3, 4, 3, 4]],
    ['paeth', [4, 1, 1, 1, 4, 3, 2, 2]],
  ])('PNG %s', (_, filtered) => {
    expect([...unfilterPng(Uint8Array.from(filtered), 3, 1, 'test')]).toEqual([1, 2, 3, 4, 6, 8]);
  });
  test('PNG predictor of a cross-reference stream', () => {
    const rows = Uint8Array.of(2, 1, 0, 10, 2, 0, 0, 5);
    const parms = dict({ Predictor: 12, Columns: 3 });
    expect([...decode(deflateSync(rows), name('FlateDecode'), parms)]).toEqual([1, 0, 10, 1, 0, 15]);
  });
  test('TIFF predictor, 8 bits', () => {
    const parms = dict({ Predictor: 2, Columns: 2, Colors: 2 });
    expect([...decode(deflateSync(Uint8Array.of(1, 2, 3, 4)), name('Fl'), parms)]).toEqual([1, 2, 4, 6]);
  });
  test('an unknown row filter is damage', () => {
    expect(() => unfilterPng(Uint8Array.of(9, 1), 1, 1, 'test')).toThrowError(
      expect.objectContaining({ code: 'PDF_DAMAGED' }),
    );
  });
});
