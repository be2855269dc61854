/** The appearance's place on a page: mm from the top left of the page as shown ↔ CSS pixels of the drawn page. */
import type { Placement } from '#shared/models.ts';

export const POINTS_PER_MM = 72 / 25.4;

/** mm → px at a zoom where one PDF point is `scale` CSS pixels. */
export const toPixels = (mm: number, scale: number): number => mm * POINTS_PER_MM * scale;
export const toMm = (px: number, scale: number): number => px / (POINTS_PER_MM * scale);

/** Half-millimetre grid. */
export const snap = (mm: number): number => Math.round(mm * 2) / 2;

/** Keeps the whole appearance on the page; sizes in mm. */
export function clamp(p: Placement, page: { width: number; height: number }): Placement {
  return {
    ...p,
    x: Math.min(Math.max(0, p.x), Math.max(0, page.width - p.width)),
    y: Math.min(Math.max(0, p.y), Math.max(0, page.height - p.height)),
  };
}

/** mm within which the rule's place pulls a dragged appearance. */
export const PULL = 2;

/** Near the rule's place the appearance snaps to it, each axis by itself. */
export function pull(p: Placement, rule: Placement | null): Placement {
  if (rule === null || rule.page !== p.page) return p;
  return {
    ...p,
    x: Math.abs(p.x - rule.x) <= PULL ? rule.x : p.x,
    y: Math.abs(p.y - rule.y) <= PULL ? rule.y : p.y,
  };
}

/** Size in mm of a page given in points. */
export const pageMm = (size: { width: number; height: number }): { width: number; height: number } => ({
  width: size.width / POINTS_PER_MM,
  height: size.height / POINTS_PER_MM,
});
