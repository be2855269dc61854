/** Where the patient's window goes: onto a display of its own where there is one, else beside the desk as an ordinary window. */
import type { Rectangle } from './window-state.ts';

export interface DisplayPlace {
  readonly id: number;
  readonly bounds: Rectangle;
  readonly workArea: Rectangle;
  /** A pen display or a touch screen. */
  readonly touch: boolean;
}

export interface PatientPlace {
  readonly bounds: Rectangle;
  /** On a second display, filling it. */
  readonly fullScreen: boolean;
}

/** px. Large type needs room; what does not fit is scrolled. */
const windowSize = { width: 1024, height: 700 };

const area = (a: Rectangle, b: Rectangle): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

/** `desk`: bounds of the staff's window. Undefined when there is no display at all (a session that is being torn down). */
export function placeForPatient(
  displays: readonly DisplayPlace[],
  desk: Rectangle | undefined,
): PatientPlace | undefined {
  // The staff member's is the one that shows most of the desk.
  const overlap = (d: DisplayPlace): number => (desk ? area(d.bounds, desk) : 0);
  const own = displays.reduce<DisplayPlace | undefined>(
    (best, d) => (best === undefined || overlap(d) > overlap(best) ? d : best),
    undefined,
  );
  if (!own) return undefined;
  const others = displays.filter((d) => d.id !== own.id);
  const second = others.find((d) => d.touch) ?? others[0];
  if (second) return { bounds: second.bounds, fullScreen: true };
  const { x, y, width, height } = own.workArea;
  const size = { width: Math.min(windowSize.width, width), height: Math.min(windowSize.height, height) };
  return {
    bounds: {
      x: x + Math.round((width - size.width) / 2),
      y: y + Math.round((height - size.height) / 2),
      ...size,
    },
    fullScreen: false,
  };
}
