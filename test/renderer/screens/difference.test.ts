import { expect, it } from 'vitest';
import { CELL, differences, type Bitmap } from '../../../src/renderer/screens/verify/compare/difference.ts';

function paper(width: number, height: number, ...ink: [x: number, y: number, w: number, h: number][]): Bitmap {
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (const [x0, y0, w, h] of ink)
    for (let y = y0; y < y0 + h; y++)
      for (let x = x0; x < x0 + w; x++) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
  return { width, height, data };
}

it('equal pictures have no difference', () => {
  const a = paper(120, 90, [10, 10, 30, 5]);
  expect(differences(a, paper(120, 90, [10, 10, 30, 5]))).toEqual([]);
});

it('ink that came or went is boxed, in fractions of the page', () => {
  const [box, ...others] = differences(paper(120, 90), paper(120, 90, [60, 30, 12, 12]));
  expect(others).toEqual([]);
  expect(
    [(box?.x ?? 0) * 120, (box?.y ?? 0) * 90, (box?.width ?? 0) * 120, (box?.height ?? 0) * 90].map(Math.round),
  ).toEqual([60, 30, 12, 12]);
});

it('letters of one word are one difference, far apart they are two, in reading order', () => {
  const word = differences(paper(300, 300), paper(300, 300, [30, 200, 6, 6], [30 + 2 * CELL, 200, 6, 6]));
  expect(word).toHaveLength(1);
  const two = differences(paper(300, 300), paper(300, 300, [30, 200, 6, 6], [200, 20, 6, 6]));
  expect(two.map((r) => Math.round(r.x * 300))).toEqual([198, 30]);
});

it('a faint change of colour and a single pixel are no difference', () => {
  const a = paper(60, 60);
  const b = paper(60, 60, [30, 30, 1, 1]);
  b.data.fill(220, 0, 40);
  expect(differences(a, b)).toEqual([]);
});

it('a page that grew differs where it grew', () => {
  const [box] = differences(paper(60, 60), paper(60, 120));
  expect([Math.round((box?.y ?? 0) * 120), Math.round(((box?.y ?? 0) + (box?.height ?? 0)) * 120)]).toEqual([60, 120]);
});
