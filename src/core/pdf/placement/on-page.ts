/** Whether a place lies on its page as shown. */
import { YqError } from '#core/errors/index.ts';
import type { PdfPage, PlacementMm } from '../types.ts';

/** A placement may reach beyond the page by this much, for rounding. */
const EDGE_MM = 0.05;

/** @throws PDF_PLACEMENT when any of it would lie beyond the visible page, or it has no area */
export function checkOnPage(page: PdfPage, { x, y, width, height }: PlacementMm): void {
  const inside =
    width > 0 &&
    height > 0 &&
    x >= -EDGE_MM &&
    y >= -EDGE_MM &&
    x + width <= page.widthMm + EDGE_MM &&
    y + height <= page.heightMm + EDGE_MM;
  if (!inside)
    throw new YqError('PDF_PLACEMENT', {
      params: { page: page.number },
      detail: `${mm(width)} × ${mm(height)} mm at ${mm(x)}, ${mm(y)} on a page of ${mm(page.widthMm)} × ${mm(page.heightMm)} mm`,
    });
}

const mm = (n: number): number => Math.round(n * 1000) / 1000;
