import { describe, expect, it } from 'vitest';
import { canvasSize, fit, toMm } from '../../../src/renderer/patient/ink/units.ts';

const surface = { width: 160, height: 60 };

describe('mm of the writing surface', () => {
  it('the surface fills the room it has without being cut', () => {
    expect(fit(surface, { width: 1600, height: 6000 })).toBe(10);
    expect(fit(surface, { width: 16000, height: 300 })).toBe(5);
    expect(fit(surface, { width: 0, height: 0 })).toBe(0);
  });
  it.each([1, 1.25, 1.5, 2])('a pen at the same place of the glass gives the same mm at a scaling of %d', (ratio) => {
    // The box as the browser tells it: CSS pixels, fractions included.
    const box = { left: 40 / ratio, top: 200 / ratio, width: 1200 / ratio, height: 450 / ratio };
    expect(toMm((40 + 300) / ratio, (200 + 225) / ratio, box, surface)).toEqual([40, 30]);
  });
  it('holds a pen that leaves the surface at its edge', () => {
    const box = { left: 0, top: 0, width: 160, height: 60 };
    expect(toMm(-5, 70, box, surface)).toEqual([0, 60]);
    expect(toMm(999, -1, box, surface)).toEqual([160, 0]);
  });
  it('keeps hundredths of a mm and no noise of floating point', () => {
    const box = { left: 0, top: 0, width: 480, height: 180 };
    const [x, y] = toMm(100.1, 33.3, box, surface);
    expect(String(x)).toBe('33.37');
    expect(String(y)).toBe('11.1');
  });
  it('a canvas has as many pixels as the display', () => {
    expect(canvasSize({ width: 800, height: 300 }, 1.5)).toEqual({ width: 1200, height: 450 });
    expect(canvasSize({ width: 0, height: 0 }, 2)).toEqual({ width: 1, height: 1 });
  });
});
