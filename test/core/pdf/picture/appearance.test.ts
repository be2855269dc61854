/** How a picture gets into a document: exactly filling its place, once however often it shows, beside lines as before. */
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import type { PdfDict } from '#core/pdf/index.ts';
import { isArray, loadSigningFont, pictureInfo, pictureOf, type SignatureAppearance } from '#core/pdf/index.ts';
import { pictureFixture } from '../../../fixtures/pictures/index.ts';
import { embedded, prepared, streamAt, svgPicture } from './embedded.ts';

const square = svgPicture('<rect width="10" height="10" fill="red"/>');
const POINTS = 72 / 25.4;

/** The matrix in front of the picture: width, height, x, y in points. */
const placeIn = (content: string): number[] =>
  (/^q \/Ink gs ([-\d.]+) 0 0 ([-\d.]+) ([-\d.]+) ([-\d.]+) cm \/Im0 Do Q/m.exec(content) ?? []).slice(1).map(Number);

describe('true to size', () => {
  test.each([
    ['a vector', square],
    ['a raster of other proportions', pictureOf(pictureFixture('rgb.jpg'))],
  ])('%s fills the rectangle to its edges', async (_, picture) => {
    const { formContent } = await embedded({
      placement: { page: 1, x: 5, y: 5, width: 42, height: 30 },
      appearance: { picture, trueToSize: true },
    });
    const [width = 0, height = 0, x, y] = placeIn(formContent);
    expect([x, y]).toEqual([0, 0]);
    expect(width).toBeCloseTo(42 * POINTS, 2);
    expect(height).toBeCloseTo(30 * POINTS, 2);
  });
  test('otherwise it keeps its proportions, in the middle', async () => {
    const { formContent } = await embedded({
      placement: { page: 1, x: 5, y: 5, width: 42, height: 30 },
      appearance: { picture: square },
    });
    const [width = 0, height = 0, x = 0] = placeIn(formContent);
    expect(width).toBeCloseTo(30 * POINTS, 2);
    expect(height).toBe(width);
    expect(x).toBeCloseTo(6 * POINTS, 2);
  });
  test('lines have no room beside it and are not dropped', async () => {
    const font = await loadSigningFont(
      createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
    );
    const appearance: SignatureAppearance = { picture: square, lines: ['王建国'], font };
    await expect(embedded({ appearance: { ...appearance, trueToSize: true } })).rejects.toMatchObject({
      code: 'PDF_TEXT_ROOM',
    });
    const { formContent } = await embedded({ appearance });
    expect(formContent).toMatch(/\/Im0 Do Q\nBT \/F0/);
  });
});

describe('one picture for all its places', () => {
  test('copies and strips refer to the same object', async () => {
    const strip = (n: number) => ({ x: n / 3, y: 0, width: 1 / 3, height: 1 });
    const { file } = await prepared({
      placement: { page: 1, x: 10, y: 10, width: 14, height: 42 },
      part: strip(0),
      copies: [
        { place: { page: 1, x: 30, y: 10, width: 14, height: 42 }, part: strip(1) },
        { place: { page: 1, x: 50, y: 10, width: 14, height: 42 }, part: strip(2) },
        { place: { page: 1, x: 100, y: 10, width: 42, height: 42 } },
      ],
      appearance: { picture: pictureOf(pictureFixture('small-32.bmp')), trueToSize: true },
    });
    let pictures = 0;
    for (let num = 1; num < file.objectLimit; num++) {
      const object = await file.object(num);
      if (object !== null && typeof object === 'object' && 'dict' in object && object.dict.name('Subtype') === 'Image')
        pictures++;
    }
    // The picture and its mask.
    expect(pictures).toBe(2);
  });
});

describe('transparency and colours', () => {
  test('a raster with alpha has a soft mask, one without has none', async () => {
    const clear = await embedded({ appearance: { picture: pictureOf(pictureFixture('small-clear.gif')) } });
    expect((await streamAt(clear.file, clear.picture.dict, 'SMask')).dict.name('ColorSpace')).toBe('DeviceGray');
    const opaque = await embedded({ appearance: { picture: pictureOf(pictureFixture('small-24.bmp')) } });
    expect(opaque.picture.dict.has('SMask')).toBe(false);
  });
  test.each([
    ['grey.jpg', 'DeviceGray', undefined],
    ['rgb.jpg', 'DeviceRGB', undefined],
    ['cmyk.jpg', 'DeviceCMYK', [1, 0, 1, 0, 1, 0, 1, 0]],
  ])('%s', async (name, space, decode) => {
    const { picture } = await embedded({ appearance: { picture: pictureOf(pictureFixture(name)) } });
    expect(picture.dict.name('ColorSpace')).toBe(space);
    expect(picture.dict.name('Filter')).toBe('DCTDecode');
    const written = picture.dict.get('Decode');
    expect(isArray(written) ? written : undefined).toEqual(decode);
  });
  test('a vector stays vector', async () => {
    const { picture, pictureContent } = await embedded({ appearance: { picture: square, trueToSize: true } });
    expect(picture.dict.name('Subtype')).toBe('Form');
    expect(pictureContent).toContain('1 0 0 rg');
    expect((picture.dict.get('Resources') as PdfDict).size).toBe(0);
  });
});

describe('what a picture says of itself, by content', () => {
  test.each([
    ['rgb.jpg', { format: 'JPG', widthPx: 32, heightPx: 16 }],
    ['density.jpg', { format: 'JPG', widthPx: 32, heightPx: 16, widthMm: 3.2, heightMm: 1.6 }],
    ['noise.gif', { format: 'GIF', widthPx: 120, heightPx: 90 }],
    ['noise.png', { format: 'PNG', widthPx: 120, heightPx: 90 }],
  ])('%s', (name, expected) => {
    expect(pictureInfo(pictureFixture(name))).toEqual(expected);
  });
  test('SVG: millimetres where the file gives them, no pixels', () => {
    const { data } = svgPicture('', 'width="42mm" height="42mm" viewBox="0 0 1 1"');
    const info = pictureInfo(data);
    expect(info).toMatchObject({ format: 'SVG' });
    expect(info.widthMm).toBeCloseTo(42, 9);
    expect(pictureInfo(svgPicture('').data)).toEqual({ format: 'SVG' });
  });
  test('comments and an XML declaration may stand before the root', () => {
    const bytes = new TextEncoder().encode(
      '\ufeff<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
    );
    expect(pictureInfo(bytes)).toEqual({ format: 'SVG' });
  });
  test.each([
    ['a PDF', '%PDF-1.7'],
    ['a page', '<html><body/></html>'],
    ['nothing', ''],
    ['words', 'svg'],
  ])('%s is refused', (_, text) => {
    expect(() => pictureInfo(new TextEncoder().encode(text))).toThrowError(
      expect.objectContaining({ code: 'PDF_IMAGE' }),
    );
  });
  test('a file larger than any seal', () => {
    expect(() => pictureInfo(Buffer.concat([pictureFixture('rgb.jpg'), Buffer.alloc(40 << 20)]))).toThrowError(
      expect.objectContaining({ code: 'PDF_IMAGE_LIMIT' }),
    );
  });
});
