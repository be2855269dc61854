/** Puts the characters of a page into lines, as a reader sees them: by where they stand, not by the order they were drawn in. */
import type { PlacedGlyph } from './page-text.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  /** Folded: without spaces, full-width forms as their usual ones. */
  readonly text: string;
  /** Box round the characters that `text` has from `start` to before `end`. */
  boxOf(start: number, end: number): Box;
}

/** Full-width forms, ligatures, radicals that fonts pass off as characters become the usual ones; spaces go. */
export const folded = (text: string): string =>
  text.normalize('NFKC').replace(/[\s\u200b-\u200d\u2060\ufeff\u00ad]/gu, '');

/** Parts of the font size. Characters of one line may be off it by this much. */
const OFF_LINE = 0.3;
/** A gap wider than this, with no space drawn in it, ends the line: the next column or table cell begins. */
const GAP = 2.5;
/** The same character twice within this is one, drawn twice to look bold. */
const TWICE = 0.2;
/** Lines of one direction: the angle may differ by this, degrees. */
const DIRECTION = 1;

interface Character {
  readonly glyph: PlacedGlyph;
  /** Folded; empty for a space. */
  readonly text: string;
  /** Font size, mm. */
  readonly size: number;
  /** Along the line's direction from here to there, and across it. */
  readonly from: number;
  readonly to: number;
  readonly across: number;
}

export function linesOf(glyphs: readonly PlacedGlyph[]): readonly Line[] {
  return [...byDirection(glyphs).values()].flatMap((characters) => rowsOf(characters).flatMap(linesInRow));
}

/** Characters by the angle they run at, each measured along and across that direction. */
function byDirection(glyphs: readonly PlacedGlyph[]): ReadonlyMap<string, Character[]> {
  const directions = new Map<string, Character[]>();
  for (const glyph of glyphs) {
    const size = Math.hypot(glyph.upX, glyph.upY);
    const length = Math.hypot(glyph.alongX, glyph.alongY);
    if (!(size > 0) || !(length > 0) || !Number.isFinite(size + length + glyph.x + glyph.y)) continue;
    const degrees = (Math.atan2(glyph.alongY, glyph.alongX) * 180) / Math.PI;
    const turn = (((Math.round(degrees / DIRECTION) * DIRECTION) % 360) + 360) % 360;
    const angle = (turn * Math.PI) / 180;
    const [ux, uy] = [Math.cos(angle), Math.sin(angle)];
    const from = glyph.x * ux + glyph.y * uy;
    const across = glyph.y * ux - glyph.x * uy;
    const key = `${turn}${glyph.vertical ? 'v' : ''}`;
    const character = { glyph, text: folded(glyph.text), size, from, to: from + length, across };
    const known = directions.get(key);
    if (known === undefined) directions.set(key, [character]);
    else known.push(character);
  }
  return directions;
}

/** Characters whose baselines are as good as one. */
function rowsOf(characters: Character[]): Character[][] {
  const rows: Character[][] = [];
  let [across, size] = [0, 0];
  for (const character of characters.sort((a, b) => a.across - b.across)) {
    const row = rows.at(-1);
    if (row !== undefined && character.across - across <= OFF_LINE * Math.min(size, character.size)) {
      row.push(character);
      continue;
    }
    rows.push([character]);
    ({ across, size } = character);
  }
  return rows;
}

function linesInRow(row: Character[]): Line[] {
  const lines: Character[][] = [];
  let end = -Infinity;
  for (const character of row.sort((a, b) => a.from - b.from)) {
    const line = lines.at(-1);
    if (line !== undefined && character.from - end <= GAP * character.size) {
      if (!line.slice(-3).some((before) => isTwice(before, character))) line.push(character);
      end = Math.max(end, character.to);
    } else {
      lines.push([character]);
      end = character.to;
    }
  }
  return lines.map(lineOf);
}

const isTwice = (a: Character, b: Character): boolean =>
  a.text === b.text && b.from - a.from < TWICE * a.size && Math.abs(a.across - b.across) < TWICE * a.size;

function lineOf(characters: readonly Character[]): Line {
  let text = '';
  const starts: number[] = [];
  const shown: PlacedGlyph[] = [];
  for (const character of characters) {
    if (character.text === '') continue;
    starts.push(text.length);
    shown.push(character.glyph);
    text += character.text;
  }
  return {
    text,
    boxOf(start, end) {
      const first = Math.max(
        0,
        starts.findLastIndex((at) => at <= start),
      );
      const behind = starts.findIndex((at) => at >= end);
      return boxRound(shown.slice(first, behind < 0 ? undefined : behind));
    },
  };
}

/** How far characters reach above and below their line, parts of the font size: ideographs fill their square, letters don't. */
const SQUARE = { above: 0.88, below: 0.12 };
const LETTERS = { above: 0.74, below: 0.22 };
const FIRST_IDEOGRAPH = 0x2e80;

function boxRound(glyphs: readonly PlacedGlyph[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { text, x, y, alongX, alongY, upX, upY, vertical } of glyphs) {
    const usual = (text.codePointAt(0) ?? 0) >= FIRST_IDEOGRAPH ? SQUARE : LETTERS;
    const { above, below } = vertical ? { above: 0.5, below: 0.5 } : usual;
    for (const along of [0, 1])
      for (const up of [above, -below]) {
        const [px, py] = [x + along * alongX + up * upX, y + along * alongY + up * upY];
        left = Math.min(left, px);
        right = Math.max(right, px);
        top = Math.min(top, py);
        bottom = Math.max(bottom, py);
      }
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
