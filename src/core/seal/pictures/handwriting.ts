/** A doctor's signature, 40 × 15 mm: leaning, running together, each character of another size. */
import { placed } from './arc.ts';
import type { GlyphSource } from './glyphs.ts';
import { moved, type Outline } from './outline.ts';
import { drawn, filled, INK } from './svg.ts';
import type { DrawnSeal, SealDrawing } from './types.ts';

const WIDTH = 40;
const HEIGHT = 15;

export function handwriting(drawing: SealDrawing & { readonly kind: 'handwriting' }, font: GlyphSource): DrawnSeal {
  const name = [...drawing.name.trim()];
  const size = Math.min(12, (WIDTH - 4) / (name.length * 0.9));
  const outlines = name.map((character, i): Outline => {
    const own = size * (i === 0 ? 1.08 : 0.94 + 0.08 * Math.sin(i * 2.4));
    const leaning = moved(font.boxed(character, own, own), ({ x, y }) => ({ x: x - 0.22 * y, y }));
    const x = WIDTH / 2 + (i - (name.length - 1) / 2) * size * 0.88;
    return placed(leaning, { x, y: HEIGHT / 2 - 0.35 * i + 0.5 * Math.sin(i * 1.9) }, -0.05 - 0.03 * i);
  });
  return drawn(WIDTH, HEIGHT, [filled(outlines, INK)]);
}
