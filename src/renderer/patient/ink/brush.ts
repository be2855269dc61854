/**
 * Ink on a canvas whose unit is the mm: a quadratic curve through the middles of the samples, its width following the pressure, or the
 * speed where the device feels none. Drawn as the points come, never the whole stroke anew.
 */
import type { InkStrokeView } from '#shared/consent.ts';

type Point = InkStrokeView['points'][number];
type Context = CanvasRenderingContext2D;

/** mm */
const THIN = 0.35;
const THICK = 1.5;
/** Length (mm) of the straight bits a curve is drawn with: under a third of a pixel's error at any scaling met. */
const BIT = 0.25;
/** How quickly the width follows: 1 at once. */
const FOLLOW = 0.3;
/** mm per ms at which a hand that writes its name is quick. */
const QUICK = 0.35;

/** 0, 0.5 and 1 are what devices say that feel no pressure (Pointer Events §4.1.2). */
export const feltPressure = (pressure: number): boolean => ![0, 0.5, 1].includes(pressure);

/** A slow hand presses, a quick one glides: 0.75 down to 0.2. */
export const pressureOfSpeed = (mmPerMs: number): number => 0.75 - 0.55 * Math.min(1, Math.max(0, mmPerMs) / QUICK);

export const widthOf = (pressure: number): number => THIN + (THICK - THIN) * Math.min(1, Math.max(0, pressure)) ** 0.9;

export class Brush {
  readonly #c: Context;
  #last: Point | null = null;
  /** Middle of the last two samples: how far the curve is drawn. */
  #mid: readonly [number, number] | null = null;
  #width = 0;
  #felt = false;

  constructor(context: Context) {
    this.#c = context;
  }

  /** A point with the width it is drawn at; the first is a dot, so that a tap is seen. */
  add(p: Point): void {
    const last = this.#last;
    this.#felt ||= feltPressure(p[3]);
    if (last === null) {
      this.#width = widthOf(this.#felt ? p[3] : 0.45);
      this.#dot(p[0], p[1], this.#width);
      this.#mid = [p[0], p[1]];
      this.#last = p;
      return;
    }
    const from = this.#width;
    this.#width += (widthOf(this.#pressure(last, p)) - from) * FOLLOW;
    const mid: readonly [number, number] = [(last[0] + p[0]) / 2, (last[1] + p[1]) / 2];
    if (this.#mid !== null) this.#curve(this.#c, this.#mid, last, mid, from, this.#width);
    this.#mid = mid;
    this.#last = p;
  }

  /** The half bit up to the last sample, and where the pointer will probably go: on `wet`, which is wiped with every move. */
  tail(wet: Context, predicted: readonly Point[]): void {
    if (this.#mid === null || this.#last === null) return;
    wet.beginPath();
    wet.lineWidth = this.#width;
    wet.moveTo(...this.#mid);
    wet.lineTo(this.#last[0], this.#last[1]);
    for (const p of predicted) wet.lineTo(p[0], p[1]);
    wet.stroke();
  }

  /** Draws what `tail` only showed. */
  end(): void {
    this.tail(this.#c, []);
  }

  #pressure(a: Point, b: Point): number {
    if (this.#felt) return b[3];
    const ms = Math.max(1, b[2] - a[2]);
    return pressureOfSpeed(Math.hypot(b[0] - a[0], b[1] - a[1]) / ms);
  }

  #dot(x: number, y: number, width: number): void {
    this.#c.beginPath();
    this.#c.arc(x, y, width / 2, 0, 2 * Math.PI);
    this.#c.fill();
  }

  #curve(
    c: Context,
    from: readonly [number, number],
    over: Point,
    to: readonly [number, number],
    w0: number,
    w1: number,
  ): void {
    const length = Math.hypot(over[0] - from[0], over[1] - from[1]) + Math.hypot(to[0] - over[0], to[1] - over[1]);
    const n = Math.min(200, Math.max(1, Math.ceil(length / BIT)));
    let [x, y] = from;
    for (let i = 1; i <= n; i++) {
      const u = i / n;
      const v = 1 - u;
      const nx = v * v * from[0] + 2 * v * u * over[0] + u * u * to[0];
      const ny = v * v * from[1] + 2 * v * u * over[1] + u * u * to[1];
      c.beginPath();
      c.lineWidth = w0 + (w1 - w0) * u;
      c.moveTo(x, y);
      c.lineTo(nx, ny);
      c.stroke();
      [x, y] = [nx, ny];
    }
  }
}

/** Makes `mm` the unit of `context` and empties it. */
export function prepare(context: Context, pixelsPerMm: number, ink: string): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.setTransform(pixelsPerMm, 0, 0, pixelsPerMm, 0, 0);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = ink;
  context.fillStyle = ink;
}

export function drawStroke(context: Context, stroke: InkStrokeView): void {
  const brush = new Brush(context);
  for (const p of stroke.points) brush.add(p);
  brush.end();
}
