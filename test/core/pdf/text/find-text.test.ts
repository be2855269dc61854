/** Where words stand, in every way that records write them; the expected places follow from the numbers in the content. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bytesSource, findText, readPdf, type PdfFile } from '#core/pdf/index.ts';
import { textPages } from '../../../fixtures/pdf/make-placement.ts';
import { tableDocument, type Body } from '../../../fixtures/pdf/build.ts';
import { fixture } from '../../../fixtures/pdf/index.ts';

const open = (name: string): Promise<PdfFile> =>
  readPdf(bytesSource(new Uint8Array(readFileSync(new URL(`../../../fixtures/pdf/${name}.pdf`, import.meta.url)))));
const MM = 25.4 / 72;

/** Places in points from the top left of the page as shown, on pages of 200 × 300 points: x, y, width, height. */
const EXPECTED: Readonly<Record<string, readonly (readonly number[])[]>> = {
  'ToUnicode, at 20 200, 12 points': [[20, 89.44, 48, 12]],
  'UniGB-UCS2-H, with letters before it': [[30, 91.2, 40, 10]],
  'GBK-EUC-H, with letters before it': [[30, 91.2, 40, 10]],
  'pieces of TJ, with kerning and a wide gap': [[20, 91.2, 59, 10]],
  'several Tj, drawn from right to left': [[20, 91.2, 40, 10]],
  'spaces between': [[20, 91.2, 47.5, 10]],
  'drawn twice to look bold': [[20, 91.2, 40, 10]],
  'in a form, moved and scaled': [[20, 89.44, 48, 12]],
  'turned by 90 degrees': [[91.2, 210, 10, 40]],
  'vertical writing': [[95, 50, 10, 40]],
  'invisible, over a scan': [[20, 91.2, 40, 10]],
  'three in two rows, not in order': [
    [20, 90.2, 40, 10],
    [20, 190.2, 40, 10],
    [120, 191.2, 40, 10],
  ],
  'two columns that would read as the words': [],
  'full width and radicals': [[20, 91.2, 70, 11]],
  'letters of a simple font with differences': [[20, 92.6, 43.35, 9.6]],
  'cut off by the page': [],
  'an image and no text': [],
  'stretched, raised, with word and character spacing': [[20, 87.6, 31.4, 9.6]],
  'an inline image that holds an operator': [[20, 91.2, 40, 10]],
};
const WORDS: Readonly<Record<string, string>> = {
  'full width and radicals': 'AB:12人民',
  'letters of a simple font with differences': 'Sign-here',
  'stretched, raised, with word and character spacing': 'Sign here',
};

/** What a place on an upright page becomes when the page is turned clockwise and cropped by 10 points all round. */
function turned([x = 0, y = 0, w = 0, h = 0]: readonly number[], rotation: number, crop: number): readonly number[] {
  const [width, height] = [200 - 2 * crop, 300 - 2 * crop];
  const [left, top] = [x - crop, y - crop];
  if (rotation === 90) return [height - top - h, left, h, w];
  if (rotation === 180) return [width - left - w, height - top - h, w, h];
  return [top, width - left - w, h, w];
}

describe('words are found where they stand', () => {
  test.each(textPages.map((name, i) => [name, i + 1] as const))('%s', async (name, page) => {
    const words = WORDS[name] ?? '医师签名';
    const expected = EXPECTED[name] ?? expect.fail('nothing is expected');
    const places = async (file: string) =>
      (await findText(await open(file), words, { pages: { list: String(page) } })).map((hit) => [
        hit.page,
        ...[hit.x, hit.y, hit.width, hit.height].map((mm) => +(mm / MM).toFixed(2)),
      ]);
    expect(await places('texts')).toEqual(expected.map((place) => [page, ...place]));

    const [rotation, crop] = [90 * (1 + ((page - 1) % 3)), (page - 1) % 2 === 0 ? 0 : 10];
    const shown = expected.map((place) => [page, ...turned(place, rotation, crop).map((n) => +n.toFixed(2))]);
    const byPlace = (a: readonly number[], b: readonly number[]): number => a.join().localeCompare(b.join());
    expect((await places('texts-turned')).sort(byPlace)).toEqual(shown.sort(byPlace));
  });

  test('spaces and full-width forms in the wanted words do not matter; upper and lower case do', async () => {
    const file = await open('texts');
    const on = (page: number) => ({ pages: { list: String(page) } });
    expect(await findText(file, ' 医师　签名', on(1))).toHaveLength(1);
    expect(await findText(file, 'ＡＢ医师', on(2))).toHaveLength(1);
    expect(await findText(file, 'ab医师', on(2))).toHaveLength(0);
    expect(await findText(file, ' 　', on(1))).toEqual([]);
  });

  test('in an encrypted document, and in an object stream, as in a plain one', async () => {
    const places = [];
    for (const name of ['table', 'objstm', 'linearized', 'encrypted-rc4', 'encrypted-aes'] as const)
      places.push(await findText(await readPdf(bytesSource(fixture(name)), { password: 'owner' }), 'Record'));
    expect(places[0]).toHaveLength(1);
    for (const found of places) expect(found).toEqual(places[0]);
  });

  test('pages are read as far as wanted, and in order', async () => {
    const file = await open('texts');
    expect(new Set((await findText(file, '医师签名', { limit: 2 })).map((hit) => hit.page))).toEqual(new Set([1, 2]));
    expect((await findText(file, '医师签名', { pages: { list: '12,1-2' } })).map((hit) => hit.page)).toEqual([
      1, 2, 12, 12, 12,
    ]);
    await expect(findText(file, 'x', { pages: { list: '99' } })).rejects.toMatchObject({ code: 'PDF_PAGE' });
  });
});

/** One page with this content and these resources. */
function page(content: string, resources: string, more: Record<number, Body> = {}): Promise<PdfFile> {
  return readPdf(
    bytesSource(
      tableDocument({
        1: '<</Type/Catalog/Pages 2 0 R>>',
        2: '<</Type/Pages/Kids[3 0 R]/Count 1>>',
        3: `<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]/Contents 4 0 R/Resources<<${resources}>>>>`,
        4: { dict: '', data: Buffer.from(content, 'latin1') },
        ...more,
      }),
    ),
  );
}
const FONT = '/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>';
const found = async (file: Promise<PdfFile>, words = 'sign'): Promise<number> =>
  (await findText(await file, words)).length;

describe('hostile and broken content', () => {
  const form = (content: string, resources: string): Body => ({
    dict: `/Type/XObject/Subtype/Form/BBox[0 0 200 300]/Resources<<${resources}>>`,
    data: Buffer.from(content),
  });

  test('a form that draws itself is drawn once', async () => {
    const self = form('BT /F1 9 Tf 9 9 Td (sign) Tj ET /X Do', `${FONT}/XObject<</X 5 0 R>>`);
    expect(await found(page('/X Do', '/XObject<</X 5 0 R>>', { 5: self }))).toBe(1);
  });

  test('forms that call each other a million times are given up', async () => {
    const more: Record<number, Body> = {};
    for (let i = 0; i < 20; i++) more[5 + i] = form('/X Do '.repeat(10), i === 19 ? '' : `/XObject<</X ${6 + i} 0 R>>`);
    await expect(found(page('/X Do', '/XObject<</X 5 0 R>>', more))).rejects.toMatchObject({ code: 'PDF_LIMIT' });
  });

  test.each([
    ['an unclosed string', 'BT /F1 9 Tf 9 9 Td (sign) Tj (rest'],
    ['stray delimiters', '>> ] ) } BT /F1 9 Tf 9 9 Td ] (sign) Tj ET'],
    ['operands missing', 'BT Tf Td Tm cm /F1 9 Tf 9 9 Td Tj TJ (sign) Tj ET Q Q'],
    ['numbers of all sorts', 'BT /F1 9. Tf +9 --9 Td 0 .5 -.5 4-5 Td 9 9 Td (sign) Tj ET'],
    [
      'a dictionary among the operands',
      '/Span <</ActualText (x)/L [1 2 <</D 3>>]>> BDC BT /F1 9 Tf 9 9 Td (sign) Tj ET EMC',
    ],
    ['deep arrays', `${'['.repeat(5000)}${']'.repeat(5000)} n BT /F1 9 Tf 9 9 Td (sign) Tj ET`],
    ['unbalanced q', `${'q '.repeat(2000)}BT /F1 9 Tf 9 9 Td (sign) Tj ET`],
  ])('%s', async (_, content) => {
    expect(await found(page(content, FONT))).toBe(1);
  });

  test('a font that is none, a font without widths, a map that does not decode', async () => {
    expect(await found(page('BT /F1 9 Tf 9 9 Td (sign) Tj ET', '/Font<</F1 7>>'))).toBe(0);
    const damaged: Body = { dict: '/Filter/FlateDecode', data: Buffer.from('nonsense') };
    const resources =
      '/Font<</F1<</Type/Font/Subtype/TrueType/BaseFont/Arial/Encoding/WinAnsiEncoding/ToUnicode 5 0 R>>>>';
    expect(await found(page('BT /F1 9 Tf 9 9 Td (sign) Tj ET', resources, { 5: damaged }))).toBe(1);
  });

  test('sizes and places that are no numbers on paper', async () => {
    const content = `BT /F1 ${'9'.repeat(300)} Tf 9 9 Td (sign) Tj /F1 0 Tf (sign) Tj /F1 9 Tf ${'9'.repeat(400)} 0 Td (sign) Tj ET`;
    expect(await found(page(content, FONT))).toBe(0);
  });
});
