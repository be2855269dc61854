import { describe, expect, it } from 'vitest';
import {
  Brush,
  drawStroke,
  feltPressure,
  prepare,
  pressureOfSpeed,
  widthOf,
} from '../../../src/renderer/patient/ink/brush.ts';
import type { InkStrokeView } from '../../../src/shared/consent.ts';

/** Notes the width of every bit that is drawn, and where it ends. */
function paper() {
  const bits: { width: number; x: number; y: number }[] = [];
  const dots: number[] = [];
  let at = { x: 0, y: 0 };
  const context = {
    lineWidth: 0,
    canvas: { width: 100, height: 50 },
    beginPath: () => undefined,
    moveTo: () => undefined,
    lineTo: (x: number, y: number) => (at = { x, y }),
    stroke: () => bits.push({ width: context.lineWidth, ...at }),
    arc: (_x: number, _y: number, r: number) => dots.push(r),
    fill: () => undefined,
    setTransform: (...m: number[]) => transforms.push(m),
    clearRect: () => undefined,
  };
  const transforms: number[][] = [];
  return { context: context as unknown as CanvasRenderingContext2D, bits, dots, transforms };
}
const stroke = (points: InkStrokeView['points']): InkStrokeView => ({ at: 0, pointer: 'pen', points });

describe('ink', () => {
  it('0, 0.5 and 1 are what devices say that feel no pressure', () => {
    expect([0, 0.5, 1, 0.31].map(feltPressure)).toEqual([false, false, false, true]);
  });
  it('more pressure is a wider line, within the nib', () => {
    expect(widthOf(0.2)).toBeLessThan(widthOf(0.8));
    expect([widthOf(-1), widthOf(0)]).toEqual([0.35, 0.35]);
    expect(widthOf(7)).toBe(widthOf(1));
  });
  it('a quick hand stands for little pressure, a slow one for much', () => {
    expect(pressureOfSpeed(0)).toBe(0.75);
    expect(pressureOfSpeed(0.1)).toBeGreaterThan(pressureOfSpeed(0.3));
    expect(pressureOfSpeed(99)).toBeCloseTo(0.2);
  });
  it('a mouse draws thinner the quicker it goes', () => {
    const widthAfter = (ms: number) => {
      const p = paper();
      drawStroke(p.context, stroke(Array.from({ length: 12 }, (_, i) => [i * 2, 5, i * ms, 0.5, 0, 0])));
      return p.bits.at(-2)?.width ?? 0;
    };
    expect(widthAfter(4)).toBeLessThan(widthAfter(60));
  });
  it('a pen that feels pressure is not judged by its speed', () => {
    const widthAt = (ms: number) => {
      const p = paper();
      drawStroke(p.context, stroke(Array.from({ length: 12 }, (_, i) => [i * 2, 5, i * ms, 0.3 + i / 100, 0, 0])));
      return p.bits.at(-2)?.width;
    };
    expect(widthAt(4)).toBe(widthAt(60));
  });
  it('the width changes by degrees, never with a jump', () => {
    const p = paper();
    drawStroke(p.context, stroke(Array.from({ length: 40 }, (_, i) => [i, 5, i * 8, i % 2 === 0 ? 0.1 : 0.9, 0, 0])));
    const steps = p.bits.slice(1).map((b, i) => Math.abs(b.width - (p.bits[i]?.width ?? 0)));
    expect(Math.max(...steps)).toBeLessThan(0.15);
    expect(p.bits.length).toBeGreaterThan(100);
  });
  it('a tap is seen, and a line reaches the place where the hand was lifted', () => {
    const tap = paper();
    drawStroke(tap.context, stroke([[3, 3, 0, 0.4, 0, 0]]));
    expect(tap.dots).toHaveLength(1);
    const line = paper();
    drawStroke(
      line.context,
      stroke([
        [0, 0, 0, 0.4, 0, 0],
        [5, 0, 10, 0.4, 0, 0],
        [9, 2, 20, 0.4, 0, 0],
      ]),
    );
    expect(line.bits.at(-1)).toMatchObject({ x: 9, y: 2 });
  });
  it('what is only predicted is drawn on the wet sheet alone', () => {
    const [dry, wet] = [paper(), paper()];
    const brush = new Brush(dry.context);
    brush.add([0, 0, 0, 0.4, 0, 0]);
    brush.add([4, 0, 8, 0.4, 0, 0]);
    const before = dry.bits.length;
    brush.tail(wet.context, [[8, 0, 16, 0.4, 0, 0]]);
    expect(dry.bits).toHaveLength(before);
    expect(wet.bits.at(-1)).toMatchObject({ x: 8, y: 0 });
  });
  it('the unit of a prepared canvas is the mm', () => {
    const p = paper();
    prepare(p.context, 7.5, '#000');
    expect(p.transforms.at(-1)).toEqual([7.5, 0, 0, 7.5, 0, 0]);
  });
});
