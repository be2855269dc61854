/** What can still be seen, and what a look says: honest looks pass where their forged twins in the corpus do not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { at, craftedRecord, insiderSigns, stream } from '../attacks/crafted.ts';
import { formAt, Lab, pageWith } from '../attacks/corpus/lab.ts';
import { append, judge, objectText, reasons } from '../attacks/forge.ts';
import { annotated, NOTE } from './filled.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});

const look = (content: string, resources = '', box = '0 0 100 20'): string =>
  stream(content, `/Type /XObject /Subtype /Form /BBox [${box}] /Resources << ${resources} >> `);

describe('a value drawn anew under P2', () => {
  const font = `/Font << /F1 ${at.font} 0 R >>`;
  const write = (text: string): string => `/Tx BMC q 1 1 98 18 re W n BT /F1 12 Tf 0 g 2 5 Td (${text}) Tj ET Q EMC`;
  it.each([
    [
      'on a background, in a frame',
      `0.9 1 1 rg 0 0 100 20 re f 1 w 0 0 1 RG 0.5 0.5 99 19 re S ${write('7 mg')}`,
      font,
    ],
    ['in a bevelled frame', `0.5 g 1 1 m 1 19 l 99 19 l 97 17 l 3 17 l 3 3 l f ${write('7 mg')}`, font],
    [
      'in a comb',
      `25 0 m 25 20 l 50 0 m 50 20 l 75 0 m 75 20 l S BT /F1 12 Tf 9 5 Td (7) Tj 25 0 Td ( m) Tj 25 0 Td (g) Tj ET`,
      font,
    ],
    ['in two lines', 'BT /F1 8 Tf 2 12 Td (7) Tj 0 -9 Td (mg) Tj ET', font],
    ['with a plain graphics state', `/G gs ${write('7 mg')}`, `${font} /ExtGState << /G << /ca 1 /BM /Normal >> >>`],
    ['in a new font of a standard name', write('7 mg').replace('/F1', '/F8'), '/Font << /F8 40 0 R >>'],
  ])('%s passes', async (_, content, resources) => {
    const certified = await lab.certify(2);
    const field = (await objectText(certified, formAt.field)).replace('(5 mg)', '(7 mg)');
    const bytes = await append(certified, {
      objects: {
        [formAt.field]: field,
        [formAt.appearance]: look(content, resources),
        ...(resources.includes('40 0 R') ? { 40: '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>' } : {}),
      },
    });
    expect(reasons(await judge(bytes, lab.trust))).toEqual([]);
  });

  it.each([
    ['in white', write('7 mg').replace('0 g', '1 g'), font],
    ['half transparent', `/G gs ${write('7 mg')}`, `${font} /ExtGState << /G << /ca 0.1 >> >>`],
    ['clipped to its first character', write('7 mg').replace('1 1 98 18 re', '1 1 8 18 re'), font],
    [
      'with one character too small to be seen',
      'BT /F1 12 Tf 2 5 Td (7) Tj /F1 0.5 Tf ( m) Tj /F1 12 Tf (g) Tj ET',
      font,
    ],
    ['in lines of a thickness that covers', `${write('7 mg')} 20 w 0 10 m 100 10 l S`, font],
  ])('%s is never sure', async (_, content, resources) => {
    const certified = await lab.certify(2);
    const field = (await objectText(certified, formAt.field)).replace('(5 mg)', '(7 mg)');
    const bytes = await append(certified, {
      objects: { [formAt.field]: field, [formAt.appearance]: look(content, resources) },
    });
    const report = await judge(bytes, lab.trust);
    expect(reasons(report)).toContain('FIELD_SHOWS_OTHER');
    expect(report.verdict).toBe('INDETERMINATE');
  });
});

describe('a later signature over the text “5 mg”', () => {
  const image = (data: string, width: number, more = ''): string =>
    stream(
      data,
      `/Type /XObject /Subtype /Image /Width ${width} /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 ${more} `,
    );
  const IMAGE = '/XObject << /Im 71 0 R >>';
  const DRAW = 'q 280 0 0 60 0 0 cm /Im Do Q';
  const INK = '/ExtGState << /M << /BM /Multiply >> >>';
  const over = async (content: string, resources: string, objects: Record<number, string> = {}): Promise<string[]> => {
    const bytes = await insiderSigns(await lab.signed(), {
      signer: lab.insider,
      pages: [at.page],
      widget: '/Rect [40 680 320 740] /AP << /N 70 0 R >>',
      objects: { 70: look(content, resources, '0 0 280 60'), ...objects },
    });
    return [...reasons(await judge(bytes, lab.trust))];
  };

  it.each([
    ['the ring of a seal', '1 0 0 RG 3 w 20 30 m 20 60 60 60 60 30 c 60 0 20 0 20 30 c S', '', {}],
    ['red ink', '/M gs 1 0 0 rg 0 0 280 60 re f', INK, {}],
    [
      'a picture whose mask lets the text through',
      DRAW,
      IMAGE,
      { 71: image('\x00\x00', 2, '/SMask 72 0 R'), 72: image('\x00\xff', 2) },
    ],
    ['a picture without its background colour', DRAW, IMAGE, { 71: image('\xff\x40', 2, '/Mask [255 255]') }],
    ['paint beside the text', '0.5 g 120 0 160 60 re f', '', {}],
    ['paint outside of its box', '1 g 300 0 160 60 re f', '', {}],
    ['paint clipped away', 'q 150 0 50 50 re W n 1 g 0 0 280 60 re f Q', '', {}],
    ['a hint of grey', '/M gs 0.5 g 0 0 280 60 re f', '/ExtGState << /M << /ca 0.3 >> >>', {}],
    ['a look of no size', '', '', { 70: look('1 g 0 0 9 9 re f', '', '0 0 0 0') }],
  ])('%s leaves it to be read', async (_, content, resources, objects) => {
    expect(await over(content, resources, objects)).toEqual([]);
  });

  it.each([
    ['black ink', '/M gs 0 g 0 0 280 60 re f', INK, {}],
    [
      'thin paint over thin paint',
      '/M gs 1 g 0 0 280 60 re f 0 0 280 60 re f 0 0 280 60 re f',
      '/ExtGState << /M << /ca 0.5 >> >>',
      {},
    ],
    ['an inline image', 'q 280 0 0 60 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q', '', {}],
    [
      'the masked picture turned round',
      `q -280 0 0 60 280 0 cm /Im Do Q`,
      IMAGE,
      { 71: image('\x00\x00', 2, '/SMask 72 0 R'), 72: image('\x00\xff', 2) },
    ],
    ['a black picture in ink', `/M gs ${DRAW}`, `${INK} ${IMAGE}`, { 71: image('\x00', 1) }],
  ])('%s hides it', async (_, content, resources, objects) => {
    expect(await over(content, resources, objects)).toContain('CHANGED_COVERS_CONTENT');
  });
});

describe('under P3', () => {
  const icon = look('1 0.9 0 rg 0 0 20 20 re f 0 G 2 15 m 18 15 l S', '', '0 0 20 20');
  const note = (rect: string): string => `/Subtype /Text /Rect [${rect}] /Contents (x) /F 28 /AP << /N 61 0 R >>`;
  const MARK = '/Rect [58 690 130 720] /QuadPoints [58 720 130 720 58 690 130 690] /F 4 /AP << /N 61 0 R >>';

  it.each([
    ['a note with an icon of its own', note('500 700 520 720'), icon],
    [
      'a highlight with rounded ends',
      `/Subtype /Highlight ${MARK}`,
      look(
        '/M gs 1 1 0 rg 2 0 m 70 0 l 72 10 72 20 70 30 c 2 30 l 0 20 0 10 2 0 c f',
        '/ExtGState << /M << /BM /Multiply >> >>',
        '0 0 72 30',
      ),
    ],
    ['an underline', `/Subtype /Underline ${MARK}`, look('1 0 0 RG 1 w 0 5 m 72 5 l S', '', '0 0 72 30')],
  ])('%s passes', async (_, annotation, appearance) => {
    const bytes = await annotated(await lab.certify(3), annotation, { 61: appearance });
    expect(reasons(await judge(bytes, lab.trust))).toEqual([]);
  });

  it.each([
    ['away from text', '500 700 520 720', []],
    ['beside text', '108 700 128 720', ['CHANGES_UNCLEAR', 'ANNOTATION_REMOVED']],
  ])('a note with an icon that was certified %s may go', async (_, rect, expected) => {
    const record = craftedRecord({
      [at.page]: pageWith(`${NOTE} 0 R`),
      [NOTE]: `<< /Type /Annot /P ${at.page} 0 R ${note(rect)} >>`,
      61: icon,
    });
    const certified = await lab.certify(3, record);
    const page = (await objectText(certified, at.page)).replace(`${NOTE} 0 R`, '');
    expect(reasons(await judge(await append(certified, { objects: { [at.page]: page } }), lab.trust))).toEqual(
      expected,
    );
  });
});
