import { describe, expect, test } from 'vitest';
import { extentOf, parsePath, type PathSegment } from '../../../../../src/core/pdf/picture/svg/path.ts';

const rounded = (path: readonly PathSegment[]): unknown[] =>
  path.map((segment) => segment.map((value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)));

describe('path data', () => {
  test.each([
    [
      'M1 2L3 4',
      [
        ['m', 1, 2],
        ['l', 3, 4],
      ],
    ],
    [
      'm1,2 3,4-1-1',
      [
        ['m', 1, 2],
        ['l', 4, 6],
        ['l', 3, 5],
      ],
    ],
    ['M0 0H5V6h-2v-3z', [['m', 0, 0], ['l', 5, 0], ['l', 5, 6], ['l', 3, 6], ['l', 3, 3], ['h']]],
    ['M1 1l2 0zl0 5', [['m', 1, 1], ['l', 3, 1], ['h'], ['l', 1, 6]]],
    [
      'M.5.5L1e1-1E-1',
      [
        ['m', 0.5, 0.5],
        ['l', 10, -0.1],
      ],
    ],
    [
      'M0 0C1 2 3 4 5 6',
      [
        ['m', 0, 0],
        ['c', 1, 2, 3, 4, 5, 6],
      ],
    ],
    [
      'M0 0c0 1 2 1 2 0s2-1 2 0',
      [
        ['m', 0, 0],
        ['c', 0, 1, 2, 1, 2, 0],
        ['c', 2, -1, 4, -1, 4, 0],
      ],
    ],
    [
      'M1 1S3 4 5 6',
      [
        ['m', 1, 1],
        ['c', 1, 1, 3, 4, 5, 6],
      ],
    ],
    [
      'M0 0Q3 3 6 0',
      [
        ['m', 0, 0],
        ['c', 2, 2, 4, 2, 6, 0],
      ],
    ],
    [
      'M0 0q3 3 6 0t6 0',
      [
        ['m', 0, 0],
        ['c', 2, 2, 4, 2, 6, 0],
        ['c', 8, -2, 10, -2, 12, 0],
      ],
    ],
    [
      'M0 0T6 0',
      [
        ['m', 0, 0],
        ['c', 0, 0, 2, 0, 6, 0],
      ],
    ],
    [
      'M1 1A0 5 0 0 0 3 4',
      [
        ['m', 1, 1],
        ['l', 3, 4],
      ],
    ],
    ['M1 1A5 5 0 0 0 1 1', [['m', 1, 1]]],
    ['', []],
    ['  ', []],
  ])('%s', (data, expected) => {
    expect(rounded(parsePath(data))).toEqual(expected);
  });

  test('a quarter circle is one curve with the known handles', () => {
    const k = 0.552;
    expect(rounded(parsePath('M1 0A1 1 0 0 1 0 1'))).toEqual([
      ['m', 1, 0],
      ['c', 1, k, k, 1, 0, 1],
    ]);
  });
  test('flags need no space: the large arc is the other way round', () => {
    const small = extentOf(parsePath('M0 0a5 5 0 005 5'));
    const large = extentOf(parsePath('M0 0a5 5 0 1 0 5 5'));
    expect([small?.width, small?.height].map((n) => Math.round((n ?? 0) * 100) / 100)).toEqual([5, 5]);
    expect([large?.width, large?.height].map((n) => Math.round((n ?? 0) * 100) / 100)).toEqual([10, 10]);
  });
  test('radii too small for the way are grown', () => {
    expect(extentOf(parsePath('M0 0A1 1 0 0 0 10 0'))?.height).toBeCloseTo(5, 2);
  });
  test('a turned ellipse', () => {
    const extent = extentOf(parsePath('M0 0A20 10 90 0 1 20 0'));
    expect(extent?.width).toBeCloseTo(20, 2);
    expect(extent?.height).toBeCloseTo(20, 2);
  });

  test.each(['L1 1', 'M1', 'M1 1L2', 'M1 1X', 'M1 1 z 5 5', 'M0 0A1 1 0 2 0 1 1', 'M1 1,,2', 'M1e999 0', 'M0 0L1 1 #'])(
    'refused: %s',
    (data) => {
      expect(() => parsePath(data)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
    },
  );
  test('more segments than allowed', () => {
    expect(() => parsePath(`M0 0${'h1'.repeat(600_000)}`)).toThrowError(
      expect.objectContaining({ code: 'PDF_IMAGE_LIMIT' }),
    );
  });
});

test('the extent of a curve is where it goes, not where its handles are', () => {
  expect(extentOf(parsePath('M0 0C0 4 4 4 4 0'))).toEqual({ x: 0, y: 0, width: 4, height: 3 });
  expect(extentOf([])).toBeUndefined();
});
