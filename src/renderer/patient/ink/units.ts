/**
 * Millimetres of the writing surface. The surface is as many mm wide as main says, whatever room the window gives it, so a point is a
 * fraction of the drawn box times the surface: zoom, scaling of the system and devicePixelRatio fall out of the sum.
 */
export interface Size {
  readonly width: number;
  readonly height: number;
}
/** CSS pixels of the window. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** CSS pixels per mm with which `surface` (mm) fills `room` (CSS pixels) without being cut. */
export const fit = (surface: Size, room: Size): number =>
  Math.max(0, Math.min(room.width / surface.width, room.height / surface.height));

const within = (v: number, max: number): number => Math.min(max, Math.max(0, v));
const round = (v: number, step: number): number => Math.round(v / step) * step;
/** Hundredths of a mm are finer than any digitizer's grid; the rest is noise that costs space. */
const hundredth = (v: number): number => Number(round(v, 0.01).toFixed(2));

/** mm of a point of the window, held within the surface. */
export function toMm(clientX: number, clientY: number, box: Box, surface: Size): readonly [x: number, y: number] {
  const x = ((clientX - box.left) / box.width) * surface.width;
  const y = ((clientY - box.top) / box.height) * surface.height;
  return [hundredth(within(x, surface.width)), hundredth(within(y, surface.height))];
}

/** Pixels of a canvas that is as sharp as the display. */
export const canvasSize = (css: Size, ratio: number): Size => ({
  width: Math.max(1, Math.round(css.width * ratio)),
  height: Math.max(1, Math.round(css.height * ratio)),
});
