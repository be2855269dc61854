/** A department's seal: an ellipse with the organisation on its arc and the department level in the middle. */
import { alongEllipse, ellipse, placed } from './arc.ts';
import type { GlyphSource } from './glyphs.ts';
import type { Outline } from './outline.ts';
import { drawn, filled, holed, SEAL_RED } from './svg.ts';
import type { DrawnSeal, SealDrawing } from './types.ts';

/** All for a seal of 45 × 30 mm, the usual one; others are this one, larger or smaller. */
const WIDTH = 45;
const HEIGHT = 30;
const RING = 1;
const MARGIN = 1.1;
/** Share of the ellipse from which on the name's ends come down beside the department. */
const LOW_ARC = 0.5;

export function departmentSeal(drawing: SealDrawing & { readonly kind: 'department' }, font: GlyphSource): DrawnSeal {
  const scale = drawing.widthMm / WIDTH;
  const middle = { x: WIDTH / 2, y: HEIGHT / 2 };
  const ring = holed(
    [ellipse(middle, WIDTH / 2, HEIGHT / 2), ellipse(middle, WIDTH / 2 - RING, HEIGHT / 2 - RING)],
    SEAL_RED,
  );
  const name = [...drawing.organisation.trim()];
  const share = Math.min(0.61, 0.066 * Math.max(0, name.length - 1));
  const step = name.length < 2 ? Infinity : (share * 100) / (name.length - 1); // The walk round is about 100 mm.
  const height = Math.min(4.6, Math.max(2.4, step * 0.95));
  const width = Math.min(height * 0.84, step * 0.7);
  const inset = RING + MARGIN + height / 2;
  const arc = alongEllipse(middle, WIDTH / 2 - inset, HEIGHT / 2 - inset, name.length, share).map(({ at, angle }, i) =>
    placed(font.filling(name[i] ?? '', width, height), at, angle),
  );
  const content = [
    ring,
    filled([...arc, ...level([...drawing.department.trim()], share > LOW_ARC ? 23 : 28, font)], SEAL_RED, 0.14),
  ];
  const group = [`<g transform="scale(${scale})">`, ...content, '</g>'];
  return drawn(drawing.widthMm, (drawing.widthMm * HEIGHT) / WIDTH, group);
}

/** One line, or two of about the same length when one would get too narrow. */
function level(text: readonly string[], room: number, font: GlyphSource): Outline[] {
  const rows =
    text.length > 9 ? [text.slice(0, Math.ceil(text.length / 2)), text.slice(Math.ceil(text.length / 2))] : [text];
  const height = rows.length === 1 ? 5.4 : 3.8;
  return rows.flatMap((row, r) => {
    const pitch = Math.min(height * 1.02, room / Math.max(1, row.length));
    const y = HEIGHT / 2 + 3 + (r - (rows.length - 1) / 2) * (height + 0.7);
    return row.map((character, i) =>
      placed(font.boxed(character, pitch, height), { x: WIDTH / 2 + (i - (row.length - 1) / 2) * pitch, y }, 0),
    );
  });
}
