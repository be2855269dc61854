/** Places on a page: mm from the top left of the page as shown ↔ CSS pixels of the drawn page. */
import type { PlacedPicture, Placement } from '#shared/models.ts';

export const POINTS_PER_MM = 72 / 25.4;

/** mm → px at a zoom where one PDF point is `scale` CSS pixels. */
export const toPixels = (mm: number, scale: number): number => mm * POINTS_PER_MM * scale;
export const toMm = (px: number, scale: number): number => px / (POINTS_PER_MM * scale);

/** To a tenth of a millimetre: finer than a printer, and without the tails of binary fractions. */
export const tenth = (mm: number): number => Math.round(mm * 10) / 10;

export interface PaperSize {
  /** mm as shown: rotation and UserUnit applied. */
  readonly width: number;
  readonly height: number;
}

/** Keeps the whole picture on the page; sizes in mm. */
export function clamp(p: Placement, page: PaperSize): Placement {
  return {
    ...p,
    x: Math.min(Math.max(0, p.x), Math.max(0, page.width - p.width)),
    y: Math.min(Math.max(0, p.y), Math.max(0, page.height - p.height)),
  };
}

/** Size in mm of a page given in points. */
export const pageMm = (size: PaperSize): PaperSize => ({
  width: size.width / POINTS_PER_MM,
  height: size.height / POINTS_PER_MM,
});

/** The same centre with another size, on the page. */
export function resize(p: Placement, size: PaperSize, page: PaperSize | undefined): Placement {
  const moved = {
    ...p,
    ...size,
    x: tenth(p.x + (p.width - size.width) / 2),
    y: tenth(p.y + (p.height - size.height) / 2),
  };
  return page === undefined ? moved : clamp(moved, page);
}

/** How the whole picture lies in the box that shows `part` of it, in percent of that box. */
export function partStyle(part: PlacedPicture['part']): {
  width: string;
  height: string;
  left: string;
  top: string;
} {
  const { x, y, width, height } = part ?? { x: 0, y: 0, width: 1, height: 1 };
  return {
    width: `${100 / width}%`,
    height: `${100 / height}%`,
    left: `${(-x / width) * 100}%`,
    top: `${(-y / height) * 100}%`,
  };
}
