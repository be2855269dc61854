/** What a dragged picture is drawn to: the record rule's place, other signatures, the page's middle and margins, and the grid of whole mm. */
import type { Placement } from '#shared/models.ts';
import { clamp, tenth, type PaperSize } from './placement.ts';

/** mm within which a line pulls. */
export const PULL = 1.5;
/** mm from the edge at which records keep their text. */
export const MARGIN = 20;

export interface Surroundings {
  readonly paper: PaperSize;
  /** Pictures of other signatures, on any page. */
  readonly others: readonly Placement[];
  /** Where the record type's rule puts it. */
  readonly rule: Placement | null;
}

export interface Snapped {
  readonly place: Placement;
  /** Lines it was drawn to, mm from the left and from the top. */
  readonly guides: { readonly x?: number; readonly y?: number };
}

interface Line {
  /** Which part of the picture meets the line, as a fraction of its length. */
  readonly at: 0 | 0.5 | 1;
  readonly mm: number;
}

function nearest(start: number, length: number, lines: readonly Line[]): { start: number; guide?: number } {
  let best: { start: number; guide: number; off: number } | undefined;
  for (const line of lines) {
    const to = line.mm - line.at * length;
    const off = Math.abs(start - to);
    if (off <= PULL && (best === undefined || off < best.off)) best = { start: to, guide: line.mm, off };
  }
  return best === undefined ? { start: Math.round(start) } : { start: best.start, guide: best.guide };
}

const linesOf = (
  axis: 'x' | 'y',
  side: 'width' | 'height',
  page: number,
  { paper, others, rule }: Surroundings,
): Line[] => {
  const length = paper[side];
  const around = others.filter((o) => o.page === page);
  return [
    ...(rule?.page === page ? [{ at: 0, mm: rule[axis] } as const] : []),
    { at: 0, mm: MARGIN },
    { at: 0.5, mm: length / 2 },
    { at: 1, mm: length - MARGIN },
    ...around.flatMap((o): Line[] => [
      { at: 0, mm: o[axis] },
      { at: 1, mm: o[axis] + o[side] },
      { at: 0.5, mm: o[axis] + o[side] / 2 },
      { at: 0, mm: o[axis] + o[side] },
      { at: 1, mm: o[axis] },
    ]),
  ];
};

/** Each axis by itself; what no line draws lands on a whole millimetre. The picture stays on the page. */
export function snapPlace(p: Placement, around: Surroundings): Snapped {
  const x = nearest(p.x, p.width, linesOf('x', 'width', p.page, around));
  const y = nearest(p.y, p.height, linesOf('y', 'height', p.page, around));
  return {
    place: clamp({ ...p, x: tenth(x.start), y: tenth(y.start) }, around.paper),
    guides: { ...(x.guide !== undefined && { x: x.guide }), ...(y.guide !== undefined && { y: y.guide }) },
  };
}
