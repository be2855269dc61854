/** The round seal of a hospital: ring, star, name on the arc, purpose below the star, number at the bottom. */
import { ellipse, placed, spread, star } from './arc.ts';
import type { GlyphSource } from './glyphs.ts';
import type { Outline, Point } from './outline.ts';
import { drawn, filled, holed, SEAL_RED } from './svg.ts';
import type { DrawnSeal, SealDrawing } from './types.ts';

/** All for a seal of 42 mm; others are this one, larger or smaller. */
const DIAMETER = 42;
const RING = 1.2;
const STAR_RADIUS = 7;
/** Between the ring and the characters. */
const MARGIN = 1.25;
const TALLEST = 6.2;
const LOWEST = 3.4;
const NUMBER_HEIGHT = 1.9;
const CENTRE_HEIGHT = 3.7;
/** Between the ends of the arc. */
const CENTRE_WIDTH = 18.4;
/** Characters. */
const LONGEST_LINE = 8;
const DEGREE = Math.PI / 180;

export function roundSeal(drawing: SealDrawing & { readonly kind: 'round' }, font: GlyphSource): DrawnSeal {
  const scale = drawing.diameterMm / DIAMETER;
  const radius = DIAMETER / 2;
  const middle: Point = { x: radius, y: radius };
  const ring = holed([ellipse(middle, radius, radius), ellipse(middle, radius - RING, radius - RING)], SEAL_RED);
  const number = [...drawing.number.trim()];
  const letters = [
    ...nameOnArc([...drawing.organisation.trim()], number.length > 0, middle, font),
    ...levelText([...drawing.centre.trim()], middle, font),
    ...numberOnArc(number, middle, font),
  ];
  const content = [ring, filled([star(middle, STAR_RADIUS)], SEAL_RED), filled(letters, SEAL_RED, 0.14)];
  return drawn(drawing.diameterMm, drawing.diameterMm, [`<g transform="scale(${scale})">`, ...content, '</g>']);
}

/** Evenly spread; the more characters, the further round and the narrower. */
function nameOnArc(name: readonly string[], hasNumber: boolean, middle: Point, font: GlyphSource): Outline[] {
  const widest = (hasNumber ? 230 : 262) * DEGREE;
  const inner = DIAMETER / 2 - RING - MARGIN;
  const sweep = Math.min(widest, (name.length - 1) * 34 * DEGREE);
  const step = name.length < 2 ? Infinity : sweep / (name.length - 1);
  // Room is shortest at the foot of the characters.
  const height = Math.min(TALLEST, Math.max(LOWEST, step * (inner - TALLEST / 2) * 1.5));
  const width = Math.min(height * 0.86, step * (inner - height * 0.8) * 0.86);
  const radius = inner - height / 2;
  return name.map((character, i) => {
    const angle = spread(name.length, sweep)[i] ?? 0;
    const at = { x: middle.x + radius * Math.sin(angle), y: middle.y - radius * Math.cos(angle) };
    return placed(font.filling(character, width, height), at, angle);
  });
}

/** One line below the star, or two of about the same length when one would get too narrow. */
function levelText(text: readonly string[], middle: Point, font: GlyphSource): Outline[] {
  const half = Math.ceil(text.length / 2);
  const rows = text.length > LONGEST_LINE ? [text.slice(0, half), text.slice(half)] : [text];
  const height = rows.length === 1 ? CENTRE_HEIGHT : CENTRE_HEIGHT * 0.72;
  return rows.flatMap((row, r) => {
    const pitch = Math.min(height * 1.02, CENTRE_WIDTH / Math.max(1, row.length));
    const y = middle.y + STAR_RADIUS + (rows.length === 1 ? 1.4 : 0.9) + height / 2 + r * (height + 0.4);
    return row.map((character, i) => {
      const x = middle.x + (i - (row.length - 1) / 2) * pitch;
      return placed(font.boxed(character, pitch, height), { x, y }, 0);
    });
  });
}

/** Upright at the bottom, read from left to right, each character as wide as it is. */
function numberOnArc(number: readonly string[], middle: Point, font: GlyphSource): Outline[] {
  const radius = DIAMETER / 2 - RING - 0.9 - NUMBER_HEIGHT / 2;
  const size = NUMBER_HEIGHT * 1.3;
  const widths = number.map((character) => font.glyph(character).advance * size + 0.35);
  const length = widths.reduce((sum, width) => sum + width, 0);
  const narrowed = Math.min(1, (95 * DEGREE * radius) / length);
  let at = (-length * narrowed) / 2;
  return number.map((character, i) => {
    const width = (widths[i] ?? 0) * narrowed;
    const angle = Math.PI - (at + width / 2) / radius;
    at += width;
    const place = { x: middle.x + radius * Math.sin(angle), y: middle.y - radius * Math.cos(angle) };
    return placed(font.boxed(character, size * narrowed, size), place, angle - Math.PI);
  });
}
