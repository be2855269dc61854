import { describe, expect, test } from 'vitest';
import {
  colourOf,
  fitted,
  lengthOf,
  multiply,
  transformOf,
  viewBoxOf,
  type Matrix,
} from '../../../../../src/core/pdf/picture/svg/values.ts';

const apply = ([a, b, c, d, e, f]: Matrix, x: number, y: number): number[] =>
  [a * x + c * y + e, b * x + d * y + f].map((n) => Math.round(n * 1000) / 1000 || 0);

describe('transforms', () => {
  test.each([
    ['translate(3)', [4, 2]],
    ['translate(3,4)', [4, 6]],
    ['scale(2)', [2, 4]],
    ['scale(2 -1)', [2, -2]],
    ['rotate(90)', [-2, 1]],
    ['rotate(90 1 1)', [0, 1]],
    ['skewX(45)', [3, 2]],
    ['skewY(45)', [1, 3]],
    ['matrix(1 2 3 4 5 6)', [12, 16]],
    ['translate(10,0) scale(2)', [12, 4]],
    ['scale(2), translate(10,0)', [22, 4]],
    ['', [1, 2]],
  ])('%s takes (1, 2) to %j', (text, expected) => {
    expect(apply(transformOf(text), 1, 2)).toEqual(expected);
  });
  test.each(['rotate(1,2)', 'scale()', 'matrix(1 2 3)', 'turn(4)', 'scale(2) and', 'scale(a)', 'translate(1e10)'])(
    'refused: %s',
    (text) => {
      expect(() => transformOf(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
    },
  );
  test('the inner one first', () => {
    expect(apply(multiply([2, 0, 0, 2, 0, 0], [1, 0, 0, 1, 5, 5]), 1, 1)).toEqual([12, 12]);
  });
});

describe('lengths', () => {
  test('units', () => {
    expect(['1', '1px', '1in', '2.54cm', '25.4mm', '72pt', '6pc'].map((text) => lengthOf(text))).toEqual([
      1, 1, 96, 96, 96, 96, 96,
    ]);
    expect(lengthOf('25%', 80)).toBe(20);
  });
  test.each(['1em', '25%', '2ex'])('%s is refused by name', (text) => {
    expect(() => lengthOf(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE_UNSUPPORTED' }));
  });
  test.each(['', 'x', '1 2', '1furlong'])('%j is none', (text) => {
    expect(() => lengthOf(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
  });
});

describe('colours', () => {
  test.each([
    ['#f00', [1, 0, 0]],
    ['#00FF00', [0, 1, 0]],
    ['rgb(0, 0, 255)', [0, 0, 1]],
    ['rgb(100%,0%,50%)', [1, 0, 0.5]],
    ['rgb(0 255 300)', [0, 1, 1]],
    ['rgba(255,0,0,1)', [1, 0, 0]],
    ['Crimson', [220 / 255, 20 / 255, 60 / 255]],
    ['purple', [128 / 255, 0, 128 / 255]],
  ])('%s', (text, expected) => {
    expect(colourOf(text)).toEqual(expected);
  });
  test.each([
    'hsl(0,100%,50%)',
    'rgba(0,0,0,.5)',
    '#ff00ff80',
    'device-cmyk(0,1,1,0)',
    'var(--seal)',
    'nocolour',
    'constructor',
  ])('%s is refused by name', (text) => {
    expect(() => colourOf(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE_UNSUPPORTED' }));
  });
});

describe('view boxes', () => {
  const box = viewBoxOf('10 20,100 50');
  test.each([
    [undefined, [0, 50]],
    ['xMidYMid meet', [0, 50]],
    ['xMinYMin', [0, 0]],
    ['xMaxYMax', [0, 100]],
    ['none', [0, 0]],
  ])('preserveAspectRatio %s', (aspect, expected) => {
    expect(apply(fitted(box, 200, 200, aspect), 10, 20)).toEqual(expected);
  });
  test('meet scales both ways alike, none does not', () => {
    expect(apply(fitted(box, 200, 200), 110, 70)).toEqual([200, 150]);
    expect(apply(fitted(box, 200, 200, 'none'), 110, 70)).toEqual([200, 200]);
  });
  test('slice would cut the picture and is refused', () => {
    expect(() => fitted(box, 200, 200, 'xMidYMid slice')).toThrowError(
      expect.objectContaining({ code: 'PDF_IMAGE_UNSUPPORTED' }),
    );
  });
  test.each(['1 2 3', '0 0 0 5', '0 0 5 -1', 'a b c d', '0 0 1 1 1'])('%s is none', (text) => {
    expect(() => viewBoxOf(text)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
  });
});
