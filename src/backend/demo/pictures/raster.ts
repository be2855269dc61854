/** Fills polygons into an RGBA picture with smooth edges: non-zero winding, area coverage along each of several sub-lines a pixel. */

export interface Point {
  readonly x: number;
  readonly y: number;
}
export type Polygon = readonly Point[];
export type Color = readonly [red: number, green: number, blue: number];

const SUB_LINES = 5;

interface Edge {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly winding: 1 | -1;
}

export class Raster {
  readonly width: number;
  readonly height: number;
  /** RGBA, 8 bits each, not premultiplied. */
  readonly pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height * 4);
  }

  /** Fills the union of the polygons (pixels, y downwards). `opacity` 0 to 1. */
  fill(polygons: readonly Polygon[], color: Color, opacity = 1): void {
    const edges = polygons.flatMap(edgesOf);
    const byRow = new Map<number, Edge[]>();
    for (const edge of edges) {
      const last = Math.min(this.height - 1, Math.floor(edge.y2));
      for (let row = Math.max(0, Math.floor(edge.y1)); row <= last; row++) {
        const list = byRow.get(row);
        if (list === undefined) byRow.set(row, [edge]);
        else list.push(edge);
      }
    }
    const coverage = new Float64Array(this.width);
    for (const [row, list] of byRow) {
      coverage.fill(0);
      for (let k = 0; k < SUB_LINES; k++) this.#cover(coverage, list, row + (k + 0.5) / SUB_LINES);
      this.#blend(row, coverage, color, opacity);
    }
  }

  #cover(coverage: Float64Array, edges: readonly Edge[], y: number): void {
    const crossings: { x: number; winding: number }[] = [];
    for (const { x1, y1, x2, y2, winding } of edges) {
      if (y < y1 || y >= y2) continue;
      crossings.push({ x: x1 + ((y - y1) / (y2 - y1)) * (x2 - x1), winding });
    }
    crossings.sort((a, b) => a.x - b.x);
    let winding = 0;
    let from = 0;
    for (const crossing of crossings) {
      if (winding === 0) from = crossing.x;
      winding += crossing.winding;
      if (winding === 0) this.#span(coverage, from, crossing.x);
    }
  }

  #span(coverage: Float64Array, from: number, to: number): void {
    const [a, b] = [Math.max(0, from), Math.min(this.width, to)];
    for (let x = Math.floor(a); x < b; x++) {
      const part = Math.min(b, x + 1) - Math.max(a, x);
      coverage[x] = (coverage[x] ?? 0) + part / SUB_LINES;
    }
  }

  #blend(row: number, coverage: Float64Array, [red, green, blue]: Color, opacity: number): void {
    for (let x = 0; x < this.width; x++) {
      const alpha = Math.min(1, coverage[x] ?? 0) * opacity;
      if (alpha <= 0) continue;
      const at = (row * this.width + x) * 4;
      const below = (this.pixels[at + 3] ?? 0) / 255;
      const total = alpha + below * (1 - alpha);
      const mix = (over: number, under: number): number => (over * alpha + under * below * (1 - alpha)) / total;
      this.pixels[at] = Math.round(mix(red, this.pixels[at] ?? 0));
      this.pixels[at + 1] = Math.round(mix(green, this.pixels[at + 1] ?? 0));
      this.pixels[at + 2] = Math.round(mix(blue, this.pixels[at + 2] ?? 0));
      this.pixels[at + 3] = Math.round(total * 255);
    }
  }
}

function edgesOf(polygon: Polygon): Edge[] {
  return polygon.flatMap((from, i): Edge[] => {
    const to = polygon[(i + 1) % polygon.length];
    if (to === undefined || from.y === to.y) return [];
    return from.y < to.y
      ? [{ x1: from.x, y1: from.y, x2: to.x, y2: to.y, winding: 1 }]
      : [{ x1: to.x, y1: to.y, x2: from.x, y2: from.y, winding: -1 }];
  });
}

/** A closed circle; `clockwise` false cuts a hole into a clockwise one. */
export function circle(center: Point, radius: number, clockwise = true, corners = 24): Polygon {
  return Array.from({ length: corners }, (_, i) => {
    const angle = ((clockwise ? i : -i) * 2 * Math.PI) / corners;
    return { x: center.x + radius * Math.cos(angle), y: center.y + radius * Math.sin(angle) };
  });
}
