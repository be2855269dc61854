/**
 * The one transform between a page as shown and its user space: /Rotate × visible box × UserUnit.
 *
 * As shown: mm from the top left corner, x to the right, y downwards. In user space a page turned by 90° clockwise shows its lower left
 * corner at the top left; its y axis then runs to the right and its x axis downwards, and so on round the clock.
 */
import type { PdfBox, PdfPage, PlacementMm } from './types.ts';

export const POINTS_PER_MM = 72 / 25.4;

type PageFrame = Pick<PdfPage, 'box' | 'rotation' | 'userUnit' | 'number' | 'widthMm' | 'heightMm'>;

/** The rectangle in user space that shows at the given place. */
export function rectangleOf(page: PageFrame, { x, y, width, height }: PlacementMm): PdfBox {
  const units = POINTS_PER_MM / page.userUnit;
  const [left, right, top, bottom] = [x * units, (x + width) * units, y * units, (y + height) * units];
  const { llx, lly, urx, ury } = page.box;
  switch (page.rotation) {
    case 0:
      return { llx: llx + left, urx: llx + right, lly: ury - bottom, ury: ury - top };
    case 90:
      return { llx: llx + top, urx: llx + bottom, lly: lly + left, ury: lly + right };
    case 180:
      return { llx: urx - right, urx: urx - left, lly: lly + top, ury: lly + bottom };
    case 270:
      return { llx: urx - bottom, urx: urx - top, lly: ury - right, ury: ury - left };
  }
}

/** Where a rectangle of user space shows; the inverse of `rectangleOf`. */
export function placementOf(page: PageFrame, rect: PdfBox): PlacementMm {
  const mm = page.userUnit / POINTS_PER_MM;
  const { llx, lly, urx, ury } = page.box;
  const [w, h] = [(rect.urx - rect.llx) * mm, (rect.ury - rect.lly) * mm];
  const upright = { page: page.number, width: w, height: h };
  const turned = { page: page.number, width: h, height: w };
  switch (page.rotation) {
    case 0:
      return { ...upright, x: (rect.llx - llx) * mm, y: (ury - rect.ury) * mm };
    case 90:
      return { ...turned, x: (rect.lly - lly) * mm, y: (rect.llx - llx) * mm };
    case 180:
      return { ...upright, x: (urx - rect.urx) * mm, y: (rect.lly - lly) * mm };
    case 270:
      return { ...turned, x: (ury - rect.ury) * mm, y: (urx - rect.urx) * mm };
  }
}

/** The form XObject's /Matrix that keeps an appearance upright for the reader (12.5.5: the viewer then fits its box into /Rect). */
export function uprightMatrix(rotation: PdfPage['rotation']): readonly number[] {
  switch (rotation) {
    case 0:
      return [1, 0, 0, 1, 0, 0];
    case 90:
      return [0, 1, -1, 0, 0, 0];
    case 180:
      return [-1, 0, 0, -1, 0, 0];
    case 270:
      return [0, -1, 1, 0, 0, 0];
  }
}
