/** Transformations of the plane (ISO 32000-1, 8.3.3): x' = a·x + c·y + e, y' = b·x + d·y + f. */
import { POINTS_PER_MM } from '../geometry.ts';
import type { PdfPage } from '../types.ts';

export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** First `m`, then `n`. */
export const multiply = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[1] * n[2],
  m[0] * n[1] + m[1] * n[3],
  m[2] * n[0] + m[3] * n[2],
  m[2] * n[1] + m[3] * n[3],
  m[4] * n[0] + m[5] * n[2] + n[4],
  m[4] * n[1] + m[5] * n[3] + n[5],
];

/** From user space to the page as shown: mm from its top left corner, y downwards. */
export function shownMatrix({ box, rotation, userUnit }: Pick<PdfPage, 'box' | 'rotation' | 'userUnit'>): Matrix {
  const k = userUnit / POINTS_PER_MM;
  const { llx, lly, urx, ury } = box;
  switch (rotation) {
    case 0:
      return [k, 0, 0, -k, -llx * k, ury * k];
    case 90:
      return [0, k, k, 0, -lly * k, -llx * k];
    case 180:
      return [-k, 0, 0, k, urx * k, -lly * k];
    case 270:
      return [0, -k, -k, 0, ury * k, urx * k];
  }
}
