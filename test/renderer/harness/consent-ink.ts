/** A name as a pen would write it: polylines per stroke of each character on a unit square, slanted, with pressure and time. */
import type { InkStrokeView } from '../../../src/shared/consent.ts';

type Line = readonly (readonly [number, number])[];

const WANG: readonly Line[] = [
  [
    [0.15, 0.2],
    [0.5, 0.17],
    [0.85, 0.15],
  ],
  [
    [0.22, 0.5],
    [0.5, 0.47],
    [0.78, 0.46],
  ],
  [
    [0.5, 0.2],
    [0.51, 0.5],
    [0.5, 0.86],
  ],
  [
    [0.06, 0.9],
    [0.5, 0.86],
    [0.95, 0.84],
  ],
];
const MOU: readonly Line[] = [
  [
    [0.12, 0.2],
    [0.5, 0.17],
    [0.88, 0.16],
  ],
  [
    [0.32, 0.03],
    [0.33, 0.25],
    [0.33, 0.46],
  ],
  [
    [0.68, 0.02],
    [0.68, 0.25],
    [0.66, 0.45],
  ],
  [
    [0.34, 0.31],
    [0.5, 0.3],
    [0.67, 0.3],
  ],
  [
    [0.34, 0.45],
    [0.5, 0.44],
    [0.66, 0.44],
  ],
  [
    [0.06, 0.62],
    [0.5, 0.58],
    [0.95, 0.57],
  ],
  [
    [0.5, 0.46],
    [0.51, 0.7],
    [0.5, 1.0],
  ],
  [
    [0.49, 0.6],
    [0.32, 0.78],
    [0.08, 0.94],
  ],
  [
    [0.52, 0.6],
    [0.7, 0.78],
    [0.95, 0.93],
  ],
];

/** ms between two samples of a pen. */
const SAMPLE = 7;

function sampled(line: Line, x: number, y: number, size: number): InkStrokeView['points'] {
  const points: InkStrokeView['points'] = [];
  const n = 16;
  for (let i = 0; i <= n; i++) {
    const u = (i / n) * (line.length - 1);
    const k = Math.min(line.length - 2, Math.floor(u));
    const f = u - k;
    const [a, b] = [line[k], line[k + 1]];
    if (a === undefined || b === undefined) continue;
    const px = a[0] + (b[0] - a[0]) * f;
    const py = a[1] + (b[1] - a[1]) * f;
    // The hand leans to the right and trembles a little.
    const wave = Math.sin(u * 5 + x) * 0.006;
    points.push([
      Math.round((x + (px - py * 0.12 + wave) * size) * 100) / 100,
      Math.round((y + (py + wave) * size) * 100) / 100,
      i * SAMPLE,
      Math.round((0.35 + 0.4 * Math.sin((i / n) * Math.PI) + 0.1 * Math.sin(i)) * 1000) / 1000,
      -32,
      18,
    ]);
  }
  return points;
}

/** On a surface of 160 × 60 mm. */
export function handwriting(strokes = Number.POSITIVE_INFINITY): InkStrokeView[] {
  const out: InkStrokeView[] = [];
  const characters = [WANG, MOU, MOU] as const;
  for (const [i, c] of characters.entries()) {
    for (const line of c) {
      const points = sampled(line, 26 + i * 38, 12, 32);
      const last = out.at(-1);
      const at = last === undefined ? 400 : last.at + (last.points.at(-1)?.[2] ?? 0) + 110;
      out.push({ at, pointer: 'pen', points });
    }
  }
  return out.slice(0, strokes);
}
