import { describe, expect, test } from 'vitest';
import { bytesSource, placementOf, readPdf, rectangleOf } from '#core/pdf/index.ts';
import type { PdfPage } from '#core/pdf/index.ts';
import { fixture } from '../../fixtures/pdf/index.ts';

const page = (rotation: PdfPage['rotation'], userUnit = 1): Parameters<typeof rectangleOf>[0] => {
  const [w, h] = [(200 * userUnit * 25.4) / 72, (400 * userUnit * 25.4) / 72];
  const upright = rotation % 180 === 0;
  return {
    number: 1,
    box: { llx: 10, lly: 20, urx: 210, ury: 420 },
    rotation,
    userUnit,
    widthMm: upright ? w : h,
    heightMm: upright ? h : w,
  };
};
/** 25.4 mm = 72 points, so these are round numbers of points. */
const inch = (points: number): number => (points * 25.4) / 72;
const place = { page: 1, x: inch(30), y: inch(7), width: inch(50), height: inch(11) };

describe('a place on the page as shown becomes a rectangle in user space', () => {
  test.each([
    [0, { llx: 40, lly: 402, urx: 90, ury: 413 }],
    [90, { llx: 17, lly: 50, urx: 28, ury: 100 }],
    [180, { llx: 130, lly: 27, urx: 180, ury: 38 }],
    [270, { llx: 192, lly: 340, urx: 203, ury: 390 }],
  ] as const)('turned by %i°', (rotation, expected) => {
    const rect = rectangleOf(page(rotation), place);
    for (const key of ['llx', 'lly', 'urx', 'ury'] as const) expect(rect[key]).toBeCloseTo(expected[key], 9);
  });

  test('UserUnit 2: the same millimetres are half as many units', () => {
    const rect = rectangleOf(page(0, 2), place);
    expect(rect.urx - rect.llx).toBeCloseTo(25, 9);
    expect(rect.llx).toBeCloseTo(10 + 15, 9);
    expect(rect.ury).toBeCloseTo(420 - 3.5, 9);
  });

  test('and back again, on every page of the fixture', async () => {
    const pages = await (await readPdf(bytesSource(fixture('pages')))).pages();
    expect(pages).toHaveLength(16);
    for (const shown of pages) {
      const asked = { page: shown.number, x: 12.5, y: 30.25, width: 60, height: 22 };
      const rect = rectangleOf(shown, asked);
      expect(rect.urx).toBeGreaterThan(rect.llx);
      expect(rect.ury).toBeGreaterThan(rect.lly);
      const back = placementOf(shown, rect);
      for (const key of ['page', 'x', 'y', 'width', 'height'] as const) expect(back[key]).toBeCloseTo(asked[key], 9);
    }
  });
});
