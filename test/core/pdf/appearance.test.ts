import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  bytesSource,
  isArray,
  loadSigningFont,
  PdfDict,
  PdfStream,
  prepareSignature,
  readPdf,
} from '#core/pdf/index.ts';
import type { PdfFile, SignatureAppearance } from '#core/pdf/index.ts';
import { fixture, type FixtureName } from '../../fixtures/pdf/index.ts';

const fontPath = createRequire(import.meta.url).resolve(
  '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
);
let font: Uint8Array;
beforeAll(async () => {
  font = await loadSigningFont(fontPath);
});

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
async function dictAt(file: PdfFile, start: PdfDict, ...keys: string[]): Promise<PdfDict> {
  let current = start;
  for (const key of keys) {
    const next = await file.resolve(current.get(key));
    if (next instanceof PdfStream) current = next.dict;
    else if (next instanceof PdfDict) current = next;
    else throw new Error(`no /${key}`);
  }
  return current;
}

async function signed(
  name: FixtureName,
  appearance: SignatureAppearance,
  pageNumber = 1,
): Promise<{ file: PdfFile; form: PdfStream; widget: PdfDict }> {
  const original = fixture(name);
  const placement = { page: pageNumber, x: 10, y: 10, width: 60, height: 25 };
  const prepared = await prepareSignature(await readPdf(bytesSource(original)), {
    subFilter: 'ETSI.CAdES.detached',
    claimedTime: new Date(0),
    contentsSize: 8,
    placement,
    appearance,
  });
  const file = await readPdf(bytesSource(new Uint8Array([...original, ...prepared.increment])));
  const [field] = await file.signatureFields();
  if (field === undefined) throw new Error('no field');
  const look = await dictAt(file, field.dict, 'AP');
  return { file, form: (await file.resolve(look.get('N'))) as PdfStream, widget: field.dict };
}

describe('the form XObject', () => {
  test('its box is the size on paper in points, whatever UserUnit; its matrix turns it upright', async () => {
    const expectations = [
      [1, [1, 0, 0, 1, 0, 0], undefined],
      [2, [0, 1, -1, 0, 0, 0], 90],
      [3, [-1, 0, 0, -1, 0, 0], 180],
      [4, [0, -1, 1, 0, 0, 0], 270],
      [10, [0, 1, -1, 0, 0, 0], 90],
    ] as const;
    for (const [page, matrix, turned] of expectations) {
      const { file, form, widget } = await signed('pages', { lines: ['王建国'], font }, page);
      const box = form.dict.get('BBox') as number[];
      expect(box[2]).toBeCloseTo((60 * 72) / 25.4, 2);
      expect(box[3]).toBeCloseTo((25 * 72) / 25.4, 2);
      expect(form.dict.get('Matrix')).toEqual(matrix);
      const mk = await file.resolve(widget.get('MK'));
      expect(mk instanceof PdfDict ? mk.get('R') : undefined).toBe(turned);
    }
  });

  test('text: a composite font with a small subset, widths and a way back to Unicode', async () => {
    const { file, form } = await signed('table', { lines: ['医师：王建国', '2026-11-22 16:30'], font });
    const type0 = await dictAt(file, form.dict, 'Resources', 'Font', 'F0');
    expect(type0.name('Subtype')).toBe('Type0');
    const descendants = await file.resolve(type0.get('DescendantFonts'));
    if (!isArray(descendants)) throw new Error('no descendants');
    const cid = (await file.resolve(descendants[0])) as PdfDict;
    expect(cid.name('BaseFont')).toMatch(/^[A-Z]{6}\+NotoSansSC-Regular$/);
    const program = await file.resolve((await dictAt(file, cid, 'FontDescriptor')).get('FontFile2'));
    expect(program).toBeInstanceOf(PdfStream);
    const size = (await file.streamData(program as PdfStream)).length;
    expect(size).toBeGreaterThan(500);
    expect(size).toBeLessThan(8_000);
    const toUnicode = ascii(await file.streamData((await file.resolve(type0.get('ToUnicode'))) as PdfStream));
    expect(toUnicode).toContain('<738b>');
    const [hex] = /<([0-9a-f]+)> Tj/.exec(ascii(await file.streamData(form)))?.slice(1) ?? [];
    expect(hex).toHaveLength('医师：王建国'.length * 4);
    const widths = cid.get('W');
    expect(isArray(widths) && widths.some((w) => isArray(w) && w[0] === 1000)).toBe(true);
  });

  test('characters that the font lacks are named', async () => {
    await expect(signed('table', { lines: ['王\u{1F600}\u{10FFFD}'], font })).rejects.toMatchObject({
      code: 'PDF_TEXT_FONT',
      params: { text: '\u{1F600}\u{10FFFD}' },
    });
    await expect(signed('table', { lines: ['王'] })).rejects.toMatchObject({ code: 'PDF_TEXT_FONT' });
    await expect(signed('table', { lines: ['王'], font: new Uint8Array(100) })).rejects.toMatchObject({
      code: 'PDF_TEXT_FONT',
    });
  });

  test('text that has no room is refused, not cut off', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `第 ${i} 行`);
    await expect(signed('table', { lines, font })).rejects.toMatchObject({ code: 'PDF_TEXT_ROOM' });
  });

  test('a picture that cannot be read is refused', async () => {
    await expect(signed('table', { image: Uint8Array.of(1, 2, 3) })).rejects.toMatchObject({ code: 'PDF_IMAGE' });
  });

  test('without picture and text it is empty but there', async () => {
    const { file, form } = await signed('table', {});
    expect(await file.streamData(form)).toHaveLength(0);
  });
});

describe('the signing font', () => {
  test('is read once', async () => {
    expect(await loadSigningFont(fontPath)).toBe(font);
  });
  test('a path that leads nowhere fails each time, not for good', async () => {
    await expect(loadSigningFont('/nowhere/font.ttf')).rejects.toThrow();
    await expect(loadSigningFont('/nowhere/font.ttf')).rejects.toThrow();
  });
});
