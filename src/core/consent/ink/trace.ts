/**
 * From points to the trace of a nib: points that a hand did not mean to make are dropped, the line is smoothed, and each piece gets the
 * width that the pressed or hurried nib would leave.
 */
import type { InkStroke } from '../types.ts';

export interface TracePoint {
  readonly x: number;
  readonly y: number;
  /** mm */
  readonly width: number;
}

/** Widths of one nib, mm. */
export interface Nib {
  readonly thin: number;
  readonly thick: number;
}

/** Points nearer to each other than this part of the nib are noise of the digitiser or of a mouse's steps. */
const NEAR = 0.22;
/** mm/ms at which a line is half as thin as it can get: a brisk signature runs at about twice that. */
const BRISK = 0.09;
/** A device that always tells the same pressure (0.5 of a mouse, 0 or 1 of many touch screens) has none. */
const FLAT = 0.04;

/** Pressure leaves an even wider line the harder one presses at first; 0.65 is what felt pens are commonly drawn with. */
const pressed = (pressure: number): number => Math.pow(pressure, 0.65);

/** One point for a dot; else at least two. */
export function traceOf({ points, pointer }: InkStroke, nib: Nib): TracePoint[] {
  const kept = steadied(thinned(points, nib.thick * NEAR), PASSES[pointer]);
  const pressures = points.map((p) => p[3]);
  const hasPressure = Math.max(...pressures) - Math.min(...pressures) > FLAT;
  const weights = hasPressure ? kept.map((p) => pressed(p[3])) : speeds(kept).map((v) => 1 / (1 + v / BRISK));
  const smooth = settled(weights);
  return kept.map(([x, y], i) => ({ x, y, width: nib.thin + (nib.thick - nib.thin) * (smooth[i] ?? 0.5) }));
}

type Point = InkStroke['points'][number];

/** How often each point is drawn towards its neighbours: a mouse moves in whole pixels, a finger's middle wanders, a pen tells the truth. */
const PASSES: Readonly<Record<InkStroke['pointer'], number>> = { pen: 0, touch: 1, mouse: 3 };

function steadied(points: readonly Point[], passes: number): readonly Point[] {
  let steady = points;
  for (let n = 0; n < passes; n++) {
    const last = steady;
    steady = last.map((point, i) => {
      const [a, b] = [last[i - 1], last[i + 1]];
      if (a === undefined || b === undefined) return point;
      const [, , t, pressure, tiltX, tiltY] = point;
      return [(a[0] + 2 * point[0] + b[0]) / 4, (a[1] + 2 * point[1] + b[1]) / 4, t, pressure, tiltX, tiltY];
    });
  }
  return steady;
}

function thinned(points: readonly Point[], near: number): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last === undefined || Math.hypot(point[0] - last[0], point[1] - last[1]) >= near) kept.push(point);
  }
  // The end of the line is where the hand was lifted, however near to the last point kept.
  const [end, last] = [points.at(-1), kept.at(-1)];
  if (end !== undefined && last !== undefined && kept.length > 1 && end !== last) kept[kept.length - 1] = end;
  return kept;
}

/** mm/ms around each point. */
function speeds(points: readonly Point[]): number[] {
  return points.map((point, i) => {
    const [a, b] = [points[Math.max(0, i - 1)] ?? point, points[Math.min(points.length - 1, i + 1)] ?? point];
    const length = Math.hypot(point[0] - a[0], point[1] - a[1]) + Math.hypot(b[0] - point[0], b[1] - point[1]);
    return length / Math.max(4, b[2] - a[2]); // two points within 4 ms: a device that sends bundles
  });
}

/** A nib does not jump: each weight leans on its neighbours, both ways so that nothing lags behind. */
function settled(weights: readonly number[]): number[] {
  const there: number[] = [];
  for (const w of weights) there.push((there.at(-1) ?? w) * 0.55 + w * 0.45);
  const back: number[] = [];
  for (const w of there.toReversed()) back.push((back.at(-1) ?? w) * 0.55 + w * 0.45);
  return back.reverse();
}
