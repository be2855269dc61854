/** Size and place of the window between two runs, checked against the displays that are there now. */
import { readFileSync, writeFileSync, renameSync } from 'node:fs';
import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const rectangle = z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() });
const stateSchema = z.object({ bounds: rectangle, maximized: z.boolean() });
export type WindowState = z.infer<typeof stateSchema>;

/** px. 911×512 is 1366×768 at 150 % scaling. */
export const minimumSize = { width: 900, height: 500 };
const preferredSize = { width: 1366, height: 768 };
/** At least this much of the title bar must lie on a display, or nobody can take hold of the window. */
const grip = { width: 120, height: 24 };

/** The kept state if its title bar can be reached on one of the displays' work areas; else centred on the first display. */
export function fitToDisplays(kept: WindowState | undefined, workAreas: readonly Rectangle[]): WindowState {
  const first = workAreas[0] ?? { x: 0, y: 0, ...preferredSize };
  if (kept) {
    const { bounds } = kept;
    const area = workAreas.find((a) => {
      const overlap = Math.min(bounds.x + bounds.width, a.x + a.width) - Math.max(bounds.x, a.x);
      return overlap >= grip.width && bounds.y >= a.y && bounds.y <= a.y + a.height - grip.height;
    });
    if (area) {
      const width = Math.max(minimumSize.width, Math.min(bounds.width, area.width));
      const height = Math.max(minimumSize.height, Math.min(bounds.height, area.height));
      return { bounds: { x: bounds.x, y: bounds.y, width, height }, maximized: kept.maximized };
    }
  }
  const width = Math.min(preferredSize.width, first.width);
  const height = Math.min(preferredSize.height, first.height);
  const x = first.x + Math.round((first.width - width) / 2);
  const y = first.y + Math.round((first.height - height) / 2);
  return { bounds: { x, y, width, height }, maximized: kept?.maximized ?? false };
}

/** Undefined when there is none, or when what is there cannot be read: a damaged file must not keep the desk from opening. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeWindowState(file: string, state: WindowState): void {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}
