/**
 * Handwriting as a vector picture, in the part of SVG that core/pdf takes over: it stays sharp at any scale and in print. Each stroke is a
 * chain of quadratic curves through the middles between its points, round at their ends, so that neighbouring pieces of different width
 * flow into each other.
 */
import { YqError } from '#core/errors/index.ts';
import type { Picture } from '#core/pdf/types.ts';
import type { Ink } from '../types.ts';
import { checkInk } from './check.ts';
import { traceOf, type Nib, type TracePoint } from './trace.ts';

export interface InkPicture extends Picture {
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Blue-black, as the rules for writing records want it (病历书写基本规范 art. 4: 蓝黑墨水、碳素墨水). */
const INK = '#10203f';
/** Steps of width that no eye sees, mm. */
const STEP = 0.02;
/** mm around the written. */
const MARGIN = 1;

/**
 * SVG cropped to the written with a margin, true to the size it was written in.
 * @throws CONSENT_INK as `checkInk`, and when nothing was written
 */
export function inkPicture(ink: Ink): InkPicture {
  checkInk(ink);
  const points = ink.strokes.flatMap((stroke) => stroke.points);
  if (points.length === 0)
    throw new YqError('CONSENT_INK', { params: { 'reason.zh': '没有笔迹', 'reason.en': 'nothing is written' } });
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const nib = nibFor(ink, right - left, bottom - top);
  const around = MARGIN + nib.thick / 2;
  [left, top, right, bottom] = [left - around, top - around, right + around, bottom + around];
  const [widthMm, heightMm] = [round(right - left), round(bottom - top)];
  const strokes = ink.strokes.map((stroke) => drawn(traceOf(stroke, nib), left, top)).join('');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthMm}mm" height="${heightMm}mm" viewBox="0 0 ${widthMm} ${heightMm}">` +
    `<g fill="none" stroke="${INK}" stroke-linecap="round" stroke-linejoin="round">${strokes}</g></svg>`;
  return { format: 'SVG', data: new TextEncoder().encode(svg), widthMm, heightMm };
}

/**
 * Fits the surface, as the writer saw it, but is never coarser than suits the height of what was written: small writing is enlarged when it
 * is put on its line.
 */
function nibFor({ height }: Pick<Ink, 'height'>, writtenWidth: number, writtenHeight: number): Nib {
  const letter = Math.max(4, Math.min(writtenWidth, writtenHeight));
  const thick = Math.max(0.45, Math.min(height * 0.03, letter * 0.05));
  return { thick, thin: thick * 0.3 };
}

function drawn(trace: readonly TracePoint[], left: number, top: number): string {
  const [first] = trace;
  if (first === undefined) return '';
  const at = (x: number, y: number): string => `${round(x - left)} ${round(y - top)}`;
  if (trace.length === 1)
    return `<circle cx="${round(first.x - left)}" cy="${round(first.y - top)}" r="${round(first.width * 0.55)}" fill="${INK}" stroke="none"/>`;
  const paths: string[] = [];
  let [width, d] = [0, ''];
  const flush = (): void => {
    if (d !== '') paths.push(`<path stroke-width="${round(width)}" d="${d}"/>`);
  };
  for (const { from, by, to, width: wanted } of curvesOf(trace)) {
    const stepped = Math.max(STEP, Math.round(wanted / STEP) * STEP);
    if (stepped !== width) {
      flush();
      [width, d] = [stepped, `M${at(from.x, from.y)}`];
    }
    d += by === undefined ? `L${at(to.x, to.y)}` : `Q${at(by.x, by.y)} ${at(to.x, to.y)}`;
  }
  flush();
  return paths.join('');
}

interface Place {
  readonly x: number;
  readonly y: number;
}
interface Curve {
  readonly from: Place;
  /** Absent: a straight piece. */
  readonly by?: Place;
  readonly to: Place;
  readonly width: number;
}

/** From middle to middle, bent by the point between; the ends straight. A piece over which the width changes much is cut in parts. */
function curvesOf(trace: readonly TracePoint[]): Curve[] {
  const curves: Curve[] = [];
  const middle = (a: TracePoint, b: TracePoint): TracePoint => ({
    x: (a.x + b.x) / 2,
    y: (a.y + b.y) / 2,
    width: (a.width + b.width) / 2,
  });
  const [start, second] = trace;
  if (start === undefined || second === undefined) return [];
  let from = middle(start, second);
  curves.push({ from: start, to: from, width: (start.width + from.width) / 2 });
  for (let i = 1; i < trace.length - 1; i++) {
    const [by, next] = [trace[i], trace[i + 1]];
    if (by === undefined || next === undefined) continue;
    const to = middle(by, next);
    curves.push(...cut(from, by, to));
    from = to;
  }
  const end = trace.at(-1) ?? start;
  curves.push({ from, to: end, width: (from.width + end.width) / 2 });
  return curves;
}

/** A quadratic curve in parts over each of which the width changes by about two steps (de Casteljau). */
function cut(from: TracePoint, by: TracePoint, to: TracePoint): Curve[] {
  const parts = Math.min(8, Math.max(1, Math.ceil(Math.abs(to.width - from.width) / (2 * STEP))));
  const curves: Curve[] = [];
  const on = (t: number): Place => ({
    x: (1 - t) ** 2 * from.x + 2 * t * (1 - t) * by.x + t * t * to.x,
    y: (1 - t) ** 2 * from.y + 2 * t * (1 - t) * by.y + t * t * to.y,
  });
  for (let i = 0; i < parts; i++) {
    const [t0, t1] = [i / parts, (i + 1) / parts];
    // The handle of a part: where the tangents of its ends meet.
    const blend = (a: keyof Place): number => {
      const first = from[a] + (by[a] - from[a]) * t0;
      const second = by[a] + (to[a] - by[a]) * t0;
      return first + (second - first) * t1;
    };
    const width = from.width + (to.width - from.width) * ((t0 + t1) / 2);
    curves.push({ from: on(t0), by: { x: blend('x'), y: blend('y') }, to: on(t1), width });
  }
  return curves;
}

const round = (n: number): number => Math.round(n * 1000) / 1000;
