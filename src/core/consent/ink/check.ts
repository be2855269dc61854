/** What a writing surface may hand over. Whoever opens the evidence years later must not meet numbers that no pen ever made. */
import { YqError } from '#core/errors/index.ts';
import type { Ink, InkStroke } from '../types.ts';

export const INK_LIMITS = {
  strokes: 1_000,
  pointsOfStroke: 20_000,
  points: 100_000,
  /** mm of the surface. */
  side: 2_000,
  /** mm that a pointer may leave the surface by while it is captured. */
  beyond: 50,
  /** ms from opening the surface to the last point. */
  duration: 24 * 3_600_000,
} as const;

/** ms and mm by which kept numbers may differ from those that came in. */
const ROUNDING = 0.5;

const refused = (zh: string, en: string): YqError =>
  new YqError('CONSENT_INK', { params: { 'reason.zh': zh, 'reason.en': en } });

/** @throws CONSENT_INK on anything that is no handwriting: no number, time that runs backwards, pressure beyond 0..1, too much of it */
export function checkInk(ink: Ink): void {
  const side = (mm: number): boolean => Number.isFinite(mm) && mm > 0 && mm <= INK_LIMITS.side;
  if (!side(ink.width) || !side(ink.height)) throw refused('书写区尺寸不合理', 'the size of the surface is unlikely');
  const [begun, ended] = [instant(ink.begunAt), instant(ink.endedAt)];
  if (begun === undefined || ended === undefined || ended < begun)
    throw refused('书写时间不合理', 'its times are unlikely');
  if (ink.strokes.length > INK_LIMITS.strokes) throw refused('笔画过多', 'too many strokes');
  let points = 0;
  let [begunAt, endedAt] = [0, 0];
  for (const stroke of ink.strokes) {
    points += stroke.points.length;
    if (points > INK_LIMITS.points) throw refused('笔迹点过多', 'too many points');
    if (!(stroke.at >= begunAt && stroke.at >= endedAt - ROUNDING))
      throw refused('笔画时间倒退', 'strokes run backwards in time');
    begunAt = stroke.at;
    endedAt = checkStroke(stroke, ink);
  }
}

/** Gives the time of its last point, ms since the surface was opened. @throws CONSENT_INK */
export function checkStroke(stroke: InkStroke, surface: Pick<Ink, 'width' | 'height'>): number {
  const { points, at } = stroke;
  if (points.length === 0 || points.length > INK_LIMITS.pointsOfStroke)
    throw refused('笔画的点数不合理', 'a stroke with an unlikely number of points');
  const within = (value: number, from: number, to: number): boolean => value >= from && value <= to; // NaN is in no range
  const beyond = INK_LIMITS.beyond + ROUNDING;
  let before = 0;
  for (const [x, y, t, pressure, tiltX, tiltY] of points) {
    if (!within(x, -beyond, surface.width + beyond) || !within(y, -beyond, surface.height + beyond))
      throw refused('笔迹超出书写区', 'a point lies off the surface');
    if (!(t >= before) || !within(at + t, 0, INK_LIMITS.duration))
      throw refused('笔迹时间倒退', 'points run backwards in time');
    if (!within(pressure, 0, 1) || !within(tiltX, -90, 90) || !within(tiltY, -90, 90))
      throw refused('压力或倾角不合理', 'pressure or tilt is out of range');
    before = t;
  }
  return at + before;
}

/** Nothing that could be called a name: no stroke, or a mark shorter than `mm` in all. */
export function isBlank(ink: Pick<Ink, 'strokes'>, mm = 8): boolean {
  let length = 0;
  for (const { points } of ink.strokes) {
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1], points[i]];
      if (a !== undefined && b !== undefined) length += Math.hypot(b[0] - a[0], b[1] - a[1]);
      if (length >= mm) return false;
    }
  }
  return true;
}

function instant(text: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
