/** Paths: SVG's path data (SVG 1.1, 8.3) as moves, lines and cubic Bézier curves, which are all that PDF knows. */
import { badPicture, tooLarge } from '../failures.ts';
import { limits } from '../../limits.ts';

export type PathSegment =
  | readonly ['m', number, number]
  | readonly ['l', number, number]
  | readonly ['c', number, number, number, number, number, number]
  | readonly ['h'];
export type Path = readonly PathSegment[];

/** How many numbers follow each command. */
const COUNTS: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, S: 4, Q: 4, T: 2, A: 7, Z: 0 };
const NUMBER = /[\s,]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const FLAG = /[\s,]*([01])/y;
const END = /\s*$/y;
const COMMAND = /\s*([MmLlHhVvCcSsQqTtAaZz])/y;

const LARGEST = 1e9;

const bad = (detail: string): Error => badPicture('SVG', `path data: ${detail}`);

/** Collects segments and keeps the current point. */
export class PathPen {
  readonly segments: PathSegment[] = [];
  x = 0;
  y = 0;
  #startX = 0;
  #startY = 0;

  move(x: number, y: number): void {
    this.#push(['m', x, y]);
    [this.#startX, this.#startY] = [x, y];
    this.#go(x, y);
  }
  line(x: number, y: number): void {
    this.#push(['l', x, y]);
    this.#go(x, y);
  }
  curve(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#push(['c', x1, y1, x2, y2, x, y]);
    this.#go(x, y);
  }
  /** A quadratic curve is a cubic one whose handles are two thirds of the way to its single handle. */
  quadratic(x1: number, y1: number, x: number, y: number): void {
    const third = (from: number, to: number): number => from + (2 / 3) * (to - from);
    this.curve(third(this.x, x1), third(this.y, y1), third(x, x1), third(y, y1), x, y);
  }
  /** SVG 1.1, F.6.5: endpoint to centre parametrisation; at most a quarter turn per curve. Angle in degrees. */
  arc(rx: number, ry: number, degrees: number, large: boolean, sweep: boolean, x: number, y: number): void {
    if (x === this.x && y === this.y) return;
    if (rx === 0 || ry === 0) return this.line(x, y);
    const phi = (degrees * Math.PI) / 180;
    const [cos, sin] = [Math.cos(phi), Math.sin(phi)];
    const [hx, hy] = [(this.x - x) / 2, (this.y - y) / 2];
    const [px, py] = [cos * hx + sin * hy, cos * hy - sin * hx];
    const tooSmall = Math.sqrt(Math.max(1, (px / rx) ** 2 + (py / ry) ** 2));
    const [a, b] = [Math.abs(rx) * tooSmall, Math.abs(ry) * tooSmall];
    const [ppx, ppy] = [px / a, py / b];
    const length = ppx * ppx + ppy * ppy;
    const factor = (large === sweep ? -1 : 1) * Math.sqrt(Math.max(0, (1 - length) / length));
    const [cx, cy] = [factor * a * ppy, -factor * b * ppx];
    const middle = { x: cos * cx - sin * cy + (this.x + x) / 2, y: sin * cx + cos * cy + (this.y + y) / 2 };
    const from = Math.atan2((py - cy) / b, (px - cx) / a);
    let turn = Math.atan2((-py - cy) / b, (-px - cx) / a) - from;
    if (sweep && turn < 0) turn += 2 * Math.PI;
    if (!sweep && turn > 0) turn -= 2 * Math.PI;
    const pieces = Math.max(1, Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9));
    const step = turn / pieces;
    const handle = (4 / 3) * Math.tan(step / 4);
    const at = (u: number, v: number): [number, number] => [
      middle.x + cos * a * u - sin * b * v,
      middle.y + sin * a * u + cos * b * v,
    ];
    for (let i = 0; i < pieces; i++) {
      const [t, s] = [from + i * step, from + (i + 1) * step];
      const first = at(Math.cos(t) - handle * Math.sin(t), Math.sin(t) + handle * Math.cos(t));
      const second = at(Math.cos(s) + handle * Math.sin(s), Math.sin(s) - handle * Math.cos(s));
      const end = i === pieces - 1 ? ([x, y] as const) : at(Math.cos(s), Math.sin(s));
      this.curve(...first, ...second, ...end);
    }
  }
  close(): void {
    this.#push(['h']);
    this.#go(this.#startX, this.#startY);
  }

  #go(x: number, y: number): void {
    this.x = x;
    this.y = y;
  }
  #push(segment: PathSegment): void {
    if (this.segments.length >= limits.svgSegments) throw tooLarge('SVG path segments');
    // Beyond this a single-precision renderer loses the units.
    if (segment.some((value) => typeof value === 'number' && !(Math.abs(value) <= LARGEST)))
      throw bad('a number too large');
    this.segments.push(segment);
  }
}

/** @throws PDF_IMAGE for anything that is not path data: half a path would be another picture */
export function parsePath(data: string): Path {
  const pen = new PathPen();
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(data);
    if (found !== null) at = pattern.lastIndex;
    return found?.[1];
  };
  let handle: Handle;
  let command = '';
  for (;;) {
    END.lastIndex = at;
    if (END.test(data)) return pen.segments;
    const next = take(COMMAND);
    if (next !== undefined) command = next;
    else if (command === '' || /[zZ]/.test(command)) throw bad(`at character ${at}`);
    else if (/[mM]/.test(command)) command = command === 'm' ? 'l' : 'L';
    if (pen.segments.length === 0 && !/[mM]/.test(command)) throw bad('it does not begin with a move');
    const kind = command.toUpperCase();
    const values = Array.from({ length: COUNTS[kind] ?? 0 }, (_, i) => {
      const value = take(kind === 'A' && (i === 3 || i === 4) ? FLAG : NUMBER);
      if (value === undefined) throw bad(`a number is missing at character ${at}`);
      return Number(value);
    });
    handle = draw(pen, kind, command !== kind, values, handle);
  }
}

/** The last handle of the curve before, which S and T mirror. */
type Handle = { readonly kind: 'C' | 'Q'; readonly x: number; readonly y: number } | undefined;

function draw(pen: PathPen, kind: string, relative: boolean, values: readonly number[], before: Handle): Handle {
  const [ox, oy] = relative ? [pen.x, pen.y] : [0, 0];
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = values;
  const mirrored = (wanted: 'C' | 'Q'): readonly [number, number] =>
    before?.kind === wanted ? [2 * pen.x - before.x, 2 * pen.y - before.y] : [pen.x, pen.y];
  switch (kind) {
    case 'M':
      pen.move(a + ox, b + oy);
      return undefined;
    case 'L':
      pen.line(a + ox, b + oy);
      return undefined;
    case 'H':
      pen.line(a + ox, pen.y);
      return undefined;
    case 'V':
      pen.line(pen.x, a + oy);
      return undefined;
    case 'C':
      pen.curve(a + ox, b + oy, c + ox, d + oy, e + ox, f + oy);
      return { kind: 'C', x: c + ox, y: d + oy };
    case 'S': {
      const [x, y] = mirrored('C');
      pen.curve(x, y, a + ox, b + oy, c + ox, d + oy);
      return { kind: 'C', x: a + ox, y: b + oy };
    }
    case 'Q':
      pen.quadratic(a + ox, b + oy, c + ox, d + oy);
      return { kind: 'Q', x: a + ox, y: b + oy };
    case 'T': {
      const [x, y] = mirrored('Q');
      pen.quadratic(x, y, a + ox, b + oy);
      return { kind: 'Q', x, y };
    }
    case 'A':
      pen.arc(a, b, c, d === 1, e === 1, f + ox, g + oy);
      return undefined;
    default:
      pen.close();
      return undefined;
  }
}

export interface Extent {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the path covers without its stroke; curves by their true extremes. Undefined for an empty path. */
export function extentOf(path: Path): Extent | undefined {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  let [x, y] = [0, 0];
  const reach = (px: number, py: number): void => {
    [minX, maxX] = [Math.min(minX, px), Math.max(maxX, px)];
    [minY, maxY] = [Math.min(minY, py), Math.max(maxY, py)];
  };
  for (const segment of path) {
    if (segment[0] === 'h') continue;
    if (segment[0] === 'c') {
      const [, x1, y1, x2, y2, ex, ey] = segment;
      for (const t of [...turns(x, x1, x2, ex), ...turns(y, y1, y2, ey)])
        reach(bezier(x, x1, x2, ex, t), bezier(y, y1, y2, ey, t));
    }
    [x, y] = segment[0] === 'c' ? [segment[5], segment[6]] : [segment[1], segment[2]];
    reach(x, y);
  }
  return minX > maxX ? undefined : { x: minX, y: minY, width: maxX - minX, height: maxY - minY };
}

const bezier = (a: number, b: number, c: number, d: number, t: number): number =>
  (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t ** 3 * d;

/** Where the derivative of a cubic is zero, strictly within it. */
function turns(a: number, b: number, c: number, d: number): number[] {
  const [p, q, r] = [d - 3 * c + 3 * b - a, 2 * (c - 2 * b + a), b - a];
  if (Math.abs(p) < 1e-12) return Math.abs(q) < 1e-12 ? [] : [-r / q].filter(within);
  const root = q * q - 4 * p * r;
  return root < 0 ? [] : [(-q + Math.sqrt(root)) / (2 * p), (-q - Math.sqrt(root)) / (2 * p)].filter(within);
}
const within = (t: number): boolean => t > 0 && t < 1;
