/** Transformations of the plane (ISO 32000-1, 8.3.3): x' = a·x + c·y + e, y' = b·x + d·y + f. */
import { POINTS_PER_MM } from '../geometry.ts';
import { isArray, type PdfDict, type PdfObject } from '../objects.ts';
import type { PdfBox, PdfFile, PdfPage } from '../types.ts';

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

/** Undefined for one that flattens everything. */
export function inverse([a, b, c, d, e, f]: Matrix): Matrix | undefined {
  const determinant = a * d - b * c;
  if (Math.abs(determinant) < 1e-12) return undefined;
  const k = 1 / determinant;
  return [d * k, -b * k, -c * k, a * k, (c * f - d * e) * k, (b * e - a * f) * k];
}

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/**
 * From a form's own space outwards, with its /BBox: by /Matrix alone, or as an appearance that fills `rect` (ISO 32000-1, 12.5.5).
 * Undefined when it has no box. `isEmpty`: it has no size, so that nothing shows.
 */
export async function appearanceMatrix(
  file: PdfFile,
  form: PdfDict,
  rect: PdfBox | undefined,
): Promise<{ readonly matrix: Matrix; readonly box: PdfBox; readonly isEmpty: boolean } | undefined> {
  const [matrix, corners] = [await numbersOf(file, form.get('Matrix')), await numbersOf(file, form.get('BBox'))];
  const [x1, y1, x2, y2] = corners;
  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return undefined;
  const box = { llx: Math.min(x1, x2), lly: Math.min(y1, y2), urx: Math.max(x1, x2), ury: Math.max(y1, y2) };
  const own = matrix.length === 6 ? (matrix as unknown as Matrix) : IDENTITY;
  if (rect === undefined) return { matrix: own, box, isEmpty: box.llx === box.urx || box.lly === box.ury };
  const [a, b, c, d, e, f] = own;
  const around = [
    [box.llx, box.lly],
    [box.urx, box.lly],
    [box.llx, box.ury],
    [box.urx, box.ury],
  ].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f] as const);
  const [xs, ys] = [around.map(([x]) => x), around.map(([, y]) => y)];
  const [left, bottom] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - bottom];
  if (!(width > 0) || !(height > 0)) return { matrix: own, box, isEmpty: true };
  const [sx, sy] = [(rect.urx - rect.llx) / width, (rect.ury - rect.lly) / height];
  return { matrix: multiply(own, [sx, 0, 0, sy, rect.llx - left * sx, rect.lly - bottom * sy]), box, isEmpty: false };
}

async function numbersOf(file: PdfFile, written: PdfObject | undefined): Promise<readonly number[]> {
  const list = await file.resolve(written);
  const items = isArray(list) ? await Promise.all(list.map((item) => file.resolve(item))) : [];
  return items.filter((item) => typeof item === 'number');
}
