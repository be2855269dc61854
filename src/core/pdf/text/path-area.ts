/** Flattened paths as areas: what lies inside of them, what near their lines. */

/** Subpaths, each closed by itself when filled. */
export type Path = readonly (readonly (readonly [number, number])[])[];

export interface PathBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function pathBox(path: Path): PathBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const points of path) {
    for (const [x, y] of points) {
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return { left, top, right, bottom };
}

export const within = ({ left, top, right, bottom }: PathBox, x: number, y: number, margin = 0): boolean =>
  x >= left - margin && x <= right + margin && y >= top - margin && y <= bottom + margin;

/** ISO 32000-1, 8.5.3.3: by winding number, or by the even-odd rule. */
export function contains(path: Path, x: number, y: number, evenOdd: boolean): boolean {
  let winding = 0;
  let crossings = 0;
  for (const points of path) {
    for (let i = 0; i < points.length; i++) {
      const [x1, y1] = points[i] ?? [0, 0];
      const [x2, y2] = points[(i + 1) % points.length] ?? [0, 0];
      if (y1 <= y === y2 <= y) continue;
      if (x1 + ((y - y1) / (y2 - y1)) * (x2 - x1) <= x) continue;
      crossings++;
      winding += y2 > y1 ? 1 : -1;
    }
  }
  return evenOdd ? crossings % 2 === 1 : winding !== 0;
}

/** Whether a line of the path comes as near as `distance`. */
export function near(path: Path, x: number, y: number, distance: number): boolean {
  for (const points of path) {
    for (let i = 0; i + 1 < points.length; i++) {
      const [x1, y1] = points[i] ?? [0, 0];
      const [x2, y2] = points[i + 1] ?? [0, 0];
      const [dx, dy] = [x2 - x1, y2 - y1];
      const length = dx * dx + dy * dy;
      const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / length));
      if (Math.hypot(x - x1 - t * dx, y - y1 - t * dy) <= distance) return true;
    }
  }
  return false;
}

const STEPS = 8;

/** Appends a Bézier curve as lines. */
export function curve(
  path: [number, number][] | undefined,
  b: readonly [number, number],
  c: readonly [number, number],
  d: readonly [number, number],
): void {
  const a = path?.at(-1);
  if (path === undefined || a === undefined) return;
  for (let i = 1; i <= STEPS; i++) {
    const t = i / STEPS;
    const s = 1 - t;
    const at = (k: 0 | 1): number => s * s * s * a[k] + 3 * s * s * t * b[k] + 3 * s * t * t * c[k] + t * t * t * d[k];
    path.push([at(0), at(1)]);
  }
}
