/** A person's square seal in red characters on white (朱文): a frame, and characters that fill it, columns from right to left. */
import { placed } from './arc.ts';
import type { GlyphSource } from './glyphs.ts';
import { polygon, type Outline } from './outline.ts';
import { drawn, filled, holed, SEAL_RED } from './svg.ts';
import type { DrawnSeal, SealDrawing } from './types.ts';

/** All for a seal of 18 mm; others are this one, larger or smaller. */
const SIDE = 18;
const FRAME = 1.05;
const ROOM = 0.85;
const GAP = 0.7;
/** Height of a character to its width; a taller one would get beams for strokes. */
const TALLEST = 1.6;

/** Characters per column, the rightmost first. */
const COLUMNS: Readonly<Record<number, readonly number[]>> = {
  1: [1],
  2: [2],
  3: [1, 2],
  4: [2, 2],
  5: [2, 3],
  6: [3, 3],
  7: [2, 2, 3],
  8: [2, 3, 3],
};

export function nameSeal(drawing: SealDrawing & { readonly kind: 'name' }, font: GlyphSource): DrawnSeal {
  const scale = drawing.sideMm / SIDE;
  const frame = holed([square(0, 1.1), square(FRAME, 0.5)], SEAL_RED);
  const content = [frame, filled(characters([...drawing.name.trim()], font), SEAL_RED, 0.2)];
  return drawn(drawing.sideMm, drawing.sideMm, [`<g transform="scale(${scale})">`, ...content, '</g>']);
}

/** With corners cut by a little, as a stone's are. */
function square(inset: number, corner: number): Outline {
  const [from, to] = [inset, SIDE - inset];
  return polygon([
    { x: from + corner, y: from },
    { x: to - corner, y: from },
    { x: to, y: from + corner },
    { x: to, y: to - corner },
    { x: to - corner, y: to },
    { x: from + corner, y: to },
    { x: from, y: to - corner },
    { x: from, y: from + corner },
  ]);
}

function characters(name: readonly string[], font: GlyphSource): Outline[] {
  const columns = COLUMNS[name.length] ?? [name.length];
  const room = SIDE - 2 * (FRAME + ROOM);
  const width = (room - (columns.length - 1) * GAP) / columns.length;
  let next = 0;
  return columns.flatMap((rows, column) => {
    const height = (room - (rows - 1) * GAP) / rows;
    const x = SIDE - FRAME - ROOM - width / 2 - column * (width + GAP);
    return Array.from({ length: rows }, (_, row) => {
      const y = FRAME + ROOM + height / 2 + row * (height + GAP);
      return placed(font.filling(name[next++] ?? '', width, Math.min(height, width * TALLEST)), { x, y }, 0);
    });
  });
}
