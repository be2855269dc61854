/** Signatures of names that nobody has drawn stroke by stroke: the running hand of core/seal as a PNG, 40 × 15 mm. */
import { drawSeal } from '#core/seal/index.ts';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fontBytes } from '../records/fonts.ts';
import { encodePng } from './png.ts';
import { Raster, type Point, type Polygon } from './raster.ts';

const DPI = 300;
const PX = DPI / 25.4;
const INK = [24, 37, 78] as const;
const HAND = '@expo-google-fonts/zhi-mang-xing/400Regular/ZhiMangXing_400Regular.ttf';
/** Straight pieces of one curve. */
const PIECES = 8;

export function runningHand(name: string): Uint8Array {
  const hand = new Uint8Array(readFileSync(fileURLToPath(import.meta.resolve(HAND))));
  const { svg, widthMm, heightMm } = drawSeal({ kind: 'handwriting', name }, { text: fontBytes('regular'), hand });
  const raster = new Raster(Math.round(widthMm * PX), Math.round(heightMm * PX));
  // Glyphs overlap in a running hand: each by itself.
  for (const [, path = ''] of svg.matchAll(/ d="([^"]+)"/g)) raster.fill(polygonsOf(path), INK, 0.94);
  return encodePng(raster, DPI);
}

/** Closed contours of a path of M, L, Q, C and Z with absolute coordinates in mm. */
function polygonsOf(path: string): Polygon[] {
  const polygons: Point[][] = [];
  for (const [, command = '', rest = ''] of path.matchAll(/([MLQCZ])([^MLQCZ]*)/g)) {
    const numbers = (rest.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
    const points = Array.from({ length: numbers.length / 2 }, (_, i): Point => {
      return { x: (numbers[2 * i] ?? 0) * PX, y: (numbers[2 * i + 1] ?? 0) * PX };
    });
    if (command === 'M') polygons.push(points);
    const contour = polygons.at(-1) ?? [];
    const start = contour.at(-1);
    if (command === 'L') contour.push(...points);
    if (start === undefined || (command !== 'Q' && command !== 'C')) continue;
    for (let i = 1; i <= PIECES; i++) contour.push(bezier([start, ...points], i / PIECES));
  }
  return polygons;
}

/** De Casteljau. */
function bezier(points: readonly Point[], t: number): Point {
  const [first = { x: 0, y: 0 }, ...rest] = points;
  if (rest.length === 0) return first;
  const next = points.slice(1).map((p, i) => {
    const q = points[i] ?? p;
    return { x: q.x + (p.x - q.x) * t, y: q.y + (p.y - q.y) * t };
  });
  return bezier(next, t);
}
