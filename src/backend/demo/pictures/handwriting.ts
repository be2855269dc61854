/** Handwritten signatures of the invented doctors: pen strokes as splines with pressure, 40 × 15 mm at 300 dpi with alpha. */
import { encodePng } from './png.ts';
import { circle, Raster, type Point, type Polygon } from './raster.ts';

const DPI = 300;
const PX = DPI / 25.4; // pixels a mm
const WIDTH = 40;
const HEIGHT = 15;
const INK = [24, 37, 78] as const;
const PEN = 0.62; // mm

/** Knots of one stroke in a 100 × 100 box, y downwards; `end` is the pressure at the end of the stroke. */
interface Stroke {
  readonly knots: readonly (readonly [number, number])[];
  readonly end: number;
}
const s = (end: number, ...knots: (readonly [number, number])[]): Stroke => ({ knots, end });

/** Running script, strokes in writing order. */
const CHARACTERS: Readonly<Record<string, readonly Stroke[]>> = {
  李: [
    s(0.5, [20, 29], [44, 25], [82, 18], [74, 23]),
    s(0.7, [53, 3], [52, 24], [50, 50], [46, 46]),
    s(0.25, [51, 25], [38, 42], [8, 58]),
    s(0.8, [53, 25], [66, 38], [92, 49], [84, 52]),
    s(0.5, [32, 58], [50, 56], [64, 52], [56, 62], [49, 67]),
    s(0.3, [49, 66], [58, 78], [54, 96], [46, 100], [36, 91]),
    s(0.35, [12, 80], [44, 75], [92, 66]),
  ],
  医: [
    s(0.7, [14, 18], [46, 15], [86, 9]),
    s(0.3, [46, 22], [40, 34], [32, 42]),
    s(0.6, [40, 35], [54, 33], [70, 30]),
    s(0.5, [24, 53], [50, 50], [80, 44]),
    s(0.25, [55, 33], [53, 50], [44, 64], [28, 76]),
    s(0.7, [54, 54], [64, 64], [76, 72]),
    s(0.3, [16, 18], [13, 50], [12, 84], [22, 92], [56, 91], [98, 85]),
  ],
  师: [
    s(0.5, [14, 28], [13, 44], [12, 60]),
    s(0.25, [32, 8], [34, 40], [28, 70], [10, 96]),
    s(0.6, [44, 24], [64, 20], [92, 14]),
    s(0.6, [50, 40], [50, 58], [51, 72]),
    s(0.4, [50, 42], [68, 37], [88, 34], [88, 56], [84, 70], [74, 64]),
    s(0.3, [69, 18], [69, 56], [68, 90], [66, 118]),
  ],
  赵: [
    s(0.5, [28, 21], [44, 19], [60, 15]),
    s(0.6, [44, 4], [44, 22], [43, 40]),
    s(0.5, [14, 44], [40, 40], [70, 34]),
    s(0.5, [43, 44], [43, 58], [44, 70]),
    s(0.5, [44, 57], [54, 55], [62, 52]),
    s(0.25, [30, 54], [27, 70], [6, 94]),
    s(0.6, [26, 74], [44, 90], [70, 96], [104, 92]),
    s(0.25, [88, 20], [78, 42], [60, 62]),
    s(0.7, [66, 28], [76, 44], [94, 60]),
  ],
  孙: [
    s(0.5, [10, 28], [26, 24], [42, 18], [34, 32], [28, 38]),
    s(0.3, [28, 38], [36, 56], [34, 86], [28, 94], [16, 82]),
    s(0.4, [4, 60], [26, 54], [50, 44]),
    s(0.35, [70, 8], [71, 50], [69, 88], [64, 94], [54, 84]),
    s(0.3, [56, 36], [50, 54], [42, 66]),
    s(0.8, [82, 34], [90, 48], [98, 62]),
  ],
  钱: [
    s(0.25, [24, 6], [18, 22], [4, 38]),
    s(0.6, [20, 22], [28, 20], [38, 17]),
    s(0.6, [12, 40], [24, 38], [36, 34]),
    s(0.6, [6, 58], [22, 54], [38, 50]),
    s(0.4, [23, 40], [22, 64], [22, 86], [30, 82], [40, 70]),
    s(0.5, [48, 32], [68, 27], [92, 20]),
    s(0.5, [46, 52], [70, 46], [98, 38]),
    s(0.3, [62, 4], [66, 36], [78, 70], [94, 92], [102, 90], [102, 74]),
    s(0.25, [88, 54], [72, 76], [44, 96]),
    s(0.7, [78, 8], [84, 12], [88, 20]),
  ],
};

/** Whether the strokes of a name are known. */
export const isDrawn = (name: string): boolean => [...name].every((character) => character in CHARACTERS);

/** PNG of a name of three characters, the first the largest. */
export function handwriting(name: string): Uint8Array {
  const raster = new Raster(Math.round(WIDTH * PX), Math.round(HEIGHT * PX));
  const strokes = [...name].flatMap((character, i) => placed(character, i));
  raster.fill(strokes.flatMap(inked), INK, 0.94);
  return encodePng(raster, DPI);
}

interface Inked {
  readonly points: readonly Point[];
  /** Radius at each point, pixels. */
  readonly radii: readonly number[];
}

/** Size and place of the n-th character: smaller and a little higher as the hand runs on. */
function placed(character: string, index: number): Inked[] {
  const strokes = CHARACTERS[character];
  if (strokes === undefined) throw new Error(`no strokes for ${character}`);
  const size = [11.4, 9.2, 9.4][index] ?? 9;
  const left = [2.6, 14.6, 25.2][index] ?? 0;
  const top = [1.7, 3, 2][index] ?? 2;
  return strokes.map(({ knots, end }, n) => {
    const path = spline(
      knots.map(([x, y]) => ({
        x: (left + (size * (x + 0.16 * (50 - y))) / 100) * PX, // leans to the right
        y: (top + (size * y) / 100) * PX,
      })),
    );
    const heavy = 1 + 0.16 * Math.sin(index * 2.1 + n * 1.7);
    return { points: path, radii: path.map((_, i) => (PEN / 2) * PX * heavy * pressure(i / (path.length - 1), end)) };
  });
}

/** Set down, drawn, lifted. */
function pressure(t: number, end: number): number {
  const down = Math.min(1, 0.55 + t / 0.18);
  const lift = t < 0.62 ? 1 : 1 - (1 - end) * ((t - 0.62) / 0.38) ** 1.4;
  return down * lift * (1 - 0.18 * Math.sin(Math.PI * t));
}

/** Centripetal feeling at little cost: Catmull-Rom through the knots. */
function spline(knots: readonly Point[]): Point[] {
  const at = (i: number): Point => knots[Math.max(0, Math.min(knots.length - 1, i))] ?? { x: 0, y: 0 };
  const points: Point[] = [];
  for (let i = 0; i < knots.length - 1; i++) {
    const [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const steps = Math.max(6, Math.ceil(Math.hypot(p2.x - p1.x, p2.y - p1.y) / 2));
    for (let k = 0; k < steps; k++) points.push(catmullRom(p0, p1, p2, p3, k / steps));
  }
  points.push(at(knots.length - 1));
  return points;
}

function catmullRom(p0: Point, p1: Point, p2: Point, p3: Point, t: number): Point {
  const mix = (a: number, b: number, c: number, d: number): number =>
    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
  return { x: mix(p0.x, p1.x, p2.x, p3.x), y: mix(p0.y, p1.y, p2.y, p3.y) };
}

/** Discs along the path and the bands between them, all turning the same way, so that their union is filled. */
function inked({ points, radii }: Inked): Polygon[] {
  return points.flatMap((point, i): Polygon[] => {
    const radius = radii[i] ?? 0;
    const disc = circle(point, radius, true, 16);
    const next = points[i + 1];
    if (next === undefined) return [disc];
    return [disc, band(point, radius, next, radii[i + 1] ?? radius)];
  });
}

function band(a: Point, ra: number, b: Point, rb: number): Polygon {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [nx, ny] = [-(b.y - a.y) / length, (b.x - a.x) / length];
  return [
    { x: a.x - nx * ra, y: a.y - ny * ra },
    { x: b.x - nx * rb, y: b.y - ny * rb },
    { x: b.x + nx * rb, y: b.y + ny * rb },
    { x: a.x + nx * ra, y: a.y + ny * ra },
  ];
}
