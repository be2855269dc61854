/** Circles, ellipses, the star, and characters along an arc. Lengths in mm, angles in radians clockwise from the top. */
import { moved, polygon, type Outline, type Point, type Segment } from './outline.ts';

/** Handle length of a cubic quarter circle. */
const QUARTER = 0.5522847498;

export function ellipse({ x, y }: Point, rx: number, ry: number): Outline {
  const at = (dx: number, dy: number): Point => ({ x: x + dx * rx, y: y + dy * ry });
  const quarter = (fx: number, fy: number, tx: number, ty: number): Segment => ({
    op: 'C',
    by: at(fx + QUARTER * tx, fy + QUARTER * ty),
    by2: at(tx + QUARTER * fx, ty + QUARTER * fy),
    to: at(tx, ty),
  });
  return [
    { op: 'M', to: at(0, -1) },
    quarter(0, -1, 1, 0),
    quarter(1, 0, 0, 1),
    quarter(0, 1, -1, 0),
    quarter(-1, 0, 0, -1),
    { op: 'Z' },
  ];
}

/** Five points, one at the top. The inner corners lie where the sides' lines cross. */
export function star(middle: Point, radius: number): Outline {
  const inner = radius * (Math.sin(Math.PI / 10) / Math.sin((7 * Math.PI) / 10));
  return polygon(
    Array.from({ length: 10 }, (_, k) => {
      const [r, angle] = [k % 2 === 0 ? radius : inner, (Math.PI * k) / 5];
      return { x: middle.x + r * Math.sin(angle), y: middle.y - r * Math.cos(angle) };
    }),
  );
}

/** Turned by `angle` clockwise and carried to `to`. */
export function placed(outline: Outline, to: Point, angle: number): Outline {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return moved(outline, ({ x, y }) => ({ x: to.x + x * cos - y * sin, y: to.y + x * sin + y * cos }));
}

/** n angles with equal steps round `middle`, in reading order. */
export const spread = (count: number, sweep: number): number[] =>
  Array.from({ length: count }, (_, i) => (count === 1 ? 0 : -sweep / 2 + (i * sweep) / (count - 1)));

export interface ArcPoint {
  readonly at: Point;
  /** Of the normal that points outwards. */
  readonly angle: number;
}

/** n points with equal steps along an ellipse, `share` of its whole length, symmetrical to its top. */
export function alongEllipse(middle: Point, rx: number, ry: number, count: number, share: number): ArcPoint[] {
  const STEPS = 2000;
  const point = (t: number): Point => ({ x: middle.x + rx * Math.sin(t), y: middle.y - ry * Math.cos(t) });
  // From the bottom, clockwise: the top lies in the middle of the walk.
  const parameters = Array.from({ length: STEPS + 1 }, (_, i) => -Math.PI + (i * 2 * Math.PI) / STEPS);
  const lengths = [0];
  for (let i = 1; i <= STEPS; i++) {
    const [a, b] = [point(parameters[i - 1] ?? 0), point(parameters[i] ?? 0)];
    lengths.push((lengths[i - 1] ?? 0) + Math.hypot(b.x - a.x, b.y - a.y));
  }
  const whole = lengths.at(-1) ?? 0;
  return spread(count, share).map((fraction) => {
    const wanted = (0.5 + fraction) * whole;
    const i = Math.max(
      1,
      lengths.findIndex((length) => length >= wanted),
    );
    const t = parameters[i] ?? 0;
    return { at: point(t), angle: Math.atan2(Math.sin(t) / rx, Math.cos(t) / ry) };
  });
}
