/** Every kind of rule worked out in a document, and every way it can fail. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bytesSource, readPdf, resolvePlacement, type PdfFile, type PlacementRule } from '#core/pdf/index.ts';
import { selectPages } from '../../../../src/core/pdf/placement/page-selection.ts';
import { fixture, type FixtureName } from '../../../fixtures/pdf/index.ts';

const open = (name: string): Promise<PdfFile> =>
  readPdf(bytesSource(new Uint8Array(readFileSync(new URL(`../../../fixtures/pdf/${name}.pdf`, import.meta.url)))));
const known = (name: FixtureName): Promise<PdfFile> => readPdf(bytesSource(fixture(name)));
const size = { widthMm: 20, heightMm: 10 };
const MM = 25.4 / 72;

describe('page lists', () => {
  test.each([
    ['all', [1, 2, 3, 4, 5]],
    ['odd', [1, 3, 5]],
    ['even', [2, 4]],
    [{ list: '2' }, [2]],
    [{ list: ' 4 , 1-2,-1' }, [1, 2, 4, 5]],
    [{ list: '2--1' }, [2, 3, 4, 5]],
    [{ list: '-3--2,3' }, [3, 4]],
  ] as const)('%j', (selection, expected) => {
    expect(selectPages(selection, 5)).toEqual(expected);
  });
  test.each(['', '1,', 'x', '1;2', '3-2', '1-2-3', '1.5', '一'])('%j is no list', (list) => {
    expect(() => selectPages({ list }, 5)).toThrow(expect.objectContaining({ code: 'PDF_PAGE_LIST' }));
  });
  test.each(['6', '0', '-6', '1-9'])('%j asks for a page that is not there', (list) => {
    expect(() => selectPages({ list }, 5)).toThrow(expect.objectContaining({ code: 'PDF_PAGE' }));
  });
});

describe('fixed and pages', () => {
  test('one place, or the same place on each page, the first of them the widget', async () => {
    const file = await open('workflow');
    const place = { x: 12, y: 34, width: 20, height: 10 };
    expect(await resolvePlacement(file, { kind: 'fixed', page: 2, x: 12, y: 34 }, size)).toEqual({
      widget: { place: { page: 2, ...place } },
      copies: [],
    });
    expect(await resolvePlacement(file, { kind: 'pages', pages: 'all', x: 12, y: 34 }, size)).toEqual({
      widget: { place: { page: 1, ...place } },
      copies: [{ place: { page: 2, ...place } }],
    });
  });

  test.each<[string, PlacementRule, string]>([
    ['a page beyond', { kind: 'fixed', page: 3, x: 1, y: 1 }, 'PDF_PAGE'],
    ['off the page', { kind: 'fixed', page: 1, x: 195, y: 1 }, 'PDF_PLACEMENT'],
    ['left of the page', { kind: 'fixed', page: 1, x: -1, y: 1 }, 'PDF_PLACEMENT'],
    ['no number', { kind: 'fixed', page: 1, x: NaN, y: 1 }, 'PDF_PLACEMENT'],
    ['a list beyond', { kind: 'pages', pages: { list: '1-3' }, x: 1, y: 1 }, 'PDF_PAGE'],
  ])('%s', async (_, rule, code) => {
    await expect(resolvePlacement(await open('workflow'), rule, size)).rejects.toMatchObject({ code });
  });

  test('a selection that selects nothing', async () => {
    const rule = { kind: 'pages', pages: 'even', x: 1, y: 1 } as const;
    await expect(resolvePlacement(await known('table'), rule, size)).rejects.toMatchObject({ code: 'PDF_PAGE_LIST' });
  });

  test('the page is named on which the place is too small', async () => {
    const rule = { kind: 'pages', pages: 'all', x: 85, y: 5 } as const;
    await expect(resolvePlacement(await open('placement-matrix'), rule, size)).rejects.toMatchObject({
      code: 'PDF_PLACEMENT',
      params: { page: 9 },
    });
  });
});

describe('keyword', () => {
  // 医师签名： stands at 60, 640 on page 1 in 11 points; the first of several.
  const hit = { x: 60 * MM, y: (842 - 640 - 0.88 * 11) * MM, width: 44 * MM, height: 11 * MM };
  const at = async (rule: Partial<Extract<PlacementRule, { kind: 'keyword' }>>) => {
    const { widget, copies } = await resolvePlacement(
      await open('workflow'),
      { kind: 'keyword', text: '医师签名', ...rule },
      size,
    );
    return [widget, ...copies].map((picture) => picture?.place);
  };
  const near = (x: number, y: number, page = 1) => ({
    page,
    x: expect.closeTo(x, 3) as number,
    y: expect.closeTo(y, 3) as number,
    width: 20,
    height: 10,
  });

  test('anchors and offset', async () => {
    const [middle, centre] = [hit.x + hit.width / 2, hit.y + hit.height / 2];
    expect(await at({})).toEqual([near(middle - 10, centre - 5)]);
    expect(await at({ anchor: 'right' })).toEqual([near(hit.x + hit.width, centre - 5)]);
    expect(await at({ anchor: 'below' })).toEqual([near(middle - 10, hit.y + hit.height)]);
    expect(await at({ anchor: 'over-left' })).toEqual([near(hit.x - 10, centre - 5)]);
    expect(await at({ anchor: 'right', dx: 5, dy: -2 })).toEqual([near(hit.x + hit.width + 5, centre - 7)]);
  });

  test('the n-th hit, from the front and from the end, and all', async () => {
    const second = near((60 + 2 * 11 + 22) * MM - 10, (842 - 520 - 0.38 * 11) * MM - 5);
    expect(await at({ hit: 2 })).toEqual([second]);
    expect(await at({ hit: -1 })).toEqual([second]);
    expect(await at({ hit: 'all' })).toHaveLength(2);
    expect((await at({ text: '签名', hit: 'all' })).map((place) => place?.page)).toEqual([1, 1, 1, 2, 2]);
    expect((await at({ text: '签名', pages: { list: '-1' } }))[0]?.page).toBe(2);
  });

  test('words that are not there, a hit too many, a scan: each said apart, with the count', async () => {
    await expect(at({ text: '麻醉' })).rejects.toMatchObject({
      code: 'PDF_KEYWORD_ABSENT',
      params: { text: '麻醉' },
      detail: '0 hits on 2 pages, 0 of them without text',
    });
    await expect(at({ hit: 3 })).rejects.toMatchObject({
      code: 'PDF_KEYWORD_HIT',
      params: { hit: 3, found: 2, text: '医师签名' },
    });
    await expect(at({ hit: -3 })).rejects.toMatchObject({ code: 'PDF_KEYWORD_HIT', params: { found: 2 } });
    const scan = open('texts').then((file) =>
      resolvePlacement(file, { kind: 'keyword', text: '医师', pages: { list: '17' } }, size),
    );
    await expect(scan).rejects.toMatchObject({ code: 'PDF_KEYWORD_SCAN', params: { text: '医师' } });
  });

  test('a seal that would leave the page beside its words', async () => {
    await expect(at({ anchor: 'right', dx: 155 })).rejects.toMatchObject({
      code: 'PDF_PLACEMENT',
      params: { page: 1 },
    });
  });
});

describe('field', () => {
  test('an empty one of the document', async () => {
    expect(await resolvePlacement(await known('empty-fields'), { kind: 'field', name: 'Doctor' }, size)).toEqual({
      fieldName: 'Doctor',
      copies: [],
    });
  });
  test.each([
    ['empty-fields', 'Nobody', 'PDF_FIELD_ABSENT'],
    ['form-direct', 'patient', 'PDF_FIELD'],
    ['certified-p3', 'Certification', 'PDF_FIELD'],
  ] as const)('%s, %s: %s', async (name, field, code) => {
    const attempt = resolvePlacement(await known(name), { kind: 'field', name: field }, size);
    await expect(attempt).rejects.toMatchObject({ code, params: { field } });
  });
  test('the fields that there are, are named', async () => {
    const attempt = resolvePlacement(await known('empty-fields'), { kind: 'field', name: 'doctor' }, size);
    await expect(attempt).rejects.toMatchObject({ detail: expect.stringContaining('Doctor, ward') as string });
  });
});

describe('riding seal', () => {
  const seal = { widthMm: 42, heightMm: 40 };
  const strips = async (rule: Partial<Extract<PlacementRule, { kind: 'riding' }>>, name = 'placement-matrix') => {
    const { widget, copies } = await resolvePlacement(
      await open(name),
      { kind: 'riding', edge: 'right', ...rule },
      seal,
    );
    return [widget, ...copies].map((strip) => strip ?? expect.fail('no widget'));
  };

  test('two pages: half of it on each, in the middle of the right edge', async () => {
    const [width, height] = [595 * MM, 842 * MM];
    const place = { x: expect.closeTo(width - 21, 6) as number, y: expect.closeTo((height - 40) / 2, 6) as number };
    expect(await strips({}, 'workflow')).toEqual([
      { place: { page: 1, ...place, width: 21, height: 40 }, part: { x: 0, y: 0, width: 0.5, height: 1 } },
      { place: { page: 2, ...place, width: 21, height: 40 }, part: { x: 0.5, y: 0, width: 0.5, height: 1 } },
    ]);
  });

  test('edges, offset and margin', async () => {
    const first = async (rule: Parameters<typeof strips>[0]) => (await strips(rule, 'workflow'))[0];
    expect(await first({ edge: 'left', offset: 10, margin: 2 })).toEqual({
      place: { page: 1, x: 2, y: 10, width: 21, height: 40 },
      part: { x: 0, y: 0, width: 0.5, height: 1 },
    });
    expect(await first({ edge: 'top', offset: 5 })).toEqual({
      place: { page: 1, x: 5, y: 0, width: 42, height: 20 },
      part: { x: 0, y: 0, width: 1, height: 0.5 },
    });
    expect((await first({ edge: 'bottom', margin: 1 }))?.place).toMatchObject({
      x: expect.closeTo((595 * MM - 42) / 2, 6) as number,
      y: expect.closeTo(842 * MM - 1 - 20, 6) as number,
    });
  });

  test.each([
    [24, {}, [24]],
    [24, { groupSize: 8 }, [8, 8, 8]],
    [24, { groupSize: 10 }, [10, 10, 4]],
    // A page left alone joins the group before it.
    [24, { groupSize: 23 }, [24]],
    [5, { groupSize: 2, pages: { list: '1-5' } }, [2, 3]],
    [3, { groupSize: 2, pages: { list: '3,7,-1' } }, [3]],
  ] as const)('%i pages, %j: groups of %j', async (pages, rule, groups) => {
    const found = await strips(pages === 24 && !('groupSize' in rule) ? { groupSize: 30 } : rule);
    expect(found).toHaveLength(pages);
    let at = 0;
    for (const count of groups)
      for (let i = 0; i < count; i++) {
        const strip = found[at++];
        expect(strip?.part?.x).toBeCloseTo(i / count, 9);
        expect(strip?.part?.width).toBeCloseTo(1 / count, 9);
        expect(strip?.place.width).toBeCloseTo(42 / count, 9);
      }
  });

  test('by default at most twenty pages share one seal', async () => {
    expect((await strips({})).map((strip) => Math.round(1 / (strip.part?.width ?? 1)))).toEqual([
      ...Array.from({ length: 20 }, () => 20),
      ...Array.from({ length: 4 }, () => 4),
    ]);
  });

  test('too few pages, a group of one, a seal longer than the edge', async () => {
    await expect(strips({ pages: { list: '1' } })).rejects.toMatchObject({
      code: 'PDF_RIDING_PAGES',
      params: { pages: 1 },
    });
    await expect(strips({ groupSize: 1 })).rejects.toMatchObject({ code: 'PDF_RIDING_PAGES' });
    await expect(strips({ offset: 120 })).rejects.toMatchObject({ code: 'PDF_PLACEMENT', params: { page: 1 } });
  });
});
