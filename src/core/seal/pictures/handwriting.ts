/** A doctor's signature, 40 × 15 mm: characters of a running hand that lean, differ in size and run close together on a rising line. */
import { placed } from './arc.ts';
import type { GlyphSource } from './glyphs.ts';
import { extentOf, moved, type Outline } from './outline.ts';
import { drawn, filled, INK } from './svg.ts';
import type { DrawnSeal, SealDrawing } from './types.ts';

const WIDTH = 40;
const HEIGHT = 15;
/** mm of paper round it. */
const MARGIN = 0.8;
/** x per y. */
const LEAN = 0.16;
/** Radians. */
const RISE = -0.07;
/** em between the ink of two characters; below zero they reach into each other. */
const GAP = 0.03;

export function handwriting(drawing: SealDrawing & { readonly kind: 'handwriting' }, hand: GlyphSource): DrawnSeal {
  let right = 0;
  const line = [...drawing.name.trim()].map((character, i): Outline => {
    // The first is the largest; the others vary as a hand does, and the same name always in the same way.
    const size = i === 0 ? 1.15 : 0.9 + 0.1 * Math.sin(i * 2.4 + (character.codePointAt(0) ?? 0));
    const leaning = moved(hand.boxed(character, size, size), ({ x, y }) => ({ x: x - LEAN * y, y }));
    const { minX, maxX } = extentOf([leaning]);
    const x = right + (i === 0 ? 0 : GAP) - minX;
    right = x + maxX;
    return placed(leaning, { x, y: 0.06 * Math.sin(i * 1.9) }, 0.03 * Math.sin(i * 2.7));
  });
  return drawn(WIDTH, HEIGHT, [filled(fitted(line.map((outline) => placed(outline, { x: 0, y: 0 }, RISE))), INK)]);
}

/** As large as the paper allows, in its middle. */
function fitted(outlines: readonly Outline[]): Outline[] {
  const { minX, minY, maxX, maxY } = extentOf(outlines);
  const scale = Math.min((WIDTH - 2 * MARGIN) / (maxX - minX), (HEIGHT - 2 * MARGIN) / (maxY - minY));
  const [middleX, middleY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  return outlines.map((outline) =>
    moved(outline, ({ x, y }) => ({ x: WIDTH / 2 + (x - middleX) * scale, y: HEIGHT / 2 + (y - middleY) * scale })),
  );
}
