import { describe, expect, it } from 'vitest';
import { placeForPatient, type DisplayPlace } from '../../../src/main/window/displays.ts';

const display = (id: number, x: number, more: Partial<DisplayPlace> = {}): DisplayPlace => ({
  id,
  bounds: { x, y: 0, width: 1366, height: 768 },
  workArea: { x, y: 0, width: 1366, height: 728 },
  touch: false,
  ...more,
});
const desk = { x: 100, y: 50, width: 1000, height: 600 };

describe('the patient’s window', () => {
  it('fills the display that the staff member does not work on', () => {
    expect(placeForPatient([display(1, 0), display(2, 1366)], desk)).toEqual({
      bounds: { x: 1366, y: 0, width: 1366, height: 768 },
      fullScreen: true,
    });
    // The desk was moved to the other one.
    expect(placeForPatient([display(1, 0), display(2, 1366)], { ...desk, x: 1500 })?.bounds.x).toBe(0);
    // Half over the edge: where most of it is.
    expect(placeForPatient([display(1, 0), display(2, 1366)], { ...desk, x: 1000 })?.bounds.x).toBe(0);
  });
  it('prefers a pen display or touch screen', () => {
    const displays = [display(1, 0), display(2, 1366), display(3, 2732, { touch: true })];
    expect(placeForPatient(displays, desk)?.bounds.x).toBe(2732);
  });
  it('is an ordinary window where there is no other display, and fits a small one', () => {
    expect(placeForPatient([display(1, 0)], desk)).toEqual({
      bounds: { x: 171, y: 14, width: 1024, height: 700 },
      fullScreen: false,
    });
    const small = display(1, 0, { workArea: { x: 0, y: 0, width: 911, height: 512 } });
    expect(placeForPatient([small], desk)?.bounds).toEqual({ x: 0, y: 0, width: 911, height: 512 });
  });
  it('has a place though the desk has none, and none without a display', () => {
    expect(placeForPatient([display(1, 0), display(2, 1366)], undefined)?.bounds.x).toBe(1366);
    expect(placeForPatient([], desk)).toBeUndefined();
  });
});
