/**
 * Breaks Chinese text with Latin words and figures into lines (GB/T 15834, CLREQ): no line begins with a closing mark or ends with
 * an opening one, words and figures with their unit stay whole, lines but the last are spaced out to the full measure.
 */

/** One piece that is never broken: a Chinese character, a Latin word, a space. */
export interface Piece {
  readonly text: string;
  /** Points. */
  readonly width: number;
}

export interface Line {
  readonly pieces: readonly Piece[];
  /** Points to add between any two pieces. */
  readonly gap: number;
  /** Points from the left edge of the measure. */
  readonly indent: number;
}

const NOT_FIRST = /^[，。、；：？！）》”’％℃…·,.;:?!)\]}%]/;
const NOT_LAST = /[（《“‘([{]$/;
const PIECES = / +|[A-Za-z0-9.+\-–−/×°≥≤<>=~%αβγδμ²³₂_]+|./gu;

export function pieces(text: string, width: (text: string) => number): Piece[] {
  return (text.match(PIECES) ?? []).map((piece) => {
    return { text: piece, width: width(piece) };
  });
}

/** `measure` and `firstIndent` in points. */
export function breakLines(all: readonly Piece[], measure: number, firstIndent: number, justify: boolean): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < all.length) {
    const indent = lines.length === 0 ? firstIndent : 0;
    const room = measure - indent;
    let end = start;
    let width = 0;
    for (let next = all[end]; next !== undefined && (width + next.width <= room || end === start); next = all[end]) {
      width += next.width;
      end++;
    }
    if (end < all.length) end = allowedBreak(all, start, end);
    const taken = trimmed(all.slice(start, end));
    const natural = taken.reduce((sum, p) => sum + p.width, 0);
    const isLast = end >= all.length;
    const gap = justify && !isLast && taken.length > 1 ? (room - natural) / (taken.length - 1) : 0;
    lines.push({ pieces: taken, gap, indent });
    start = end;
    while (all[start]?.text.trim() === '') start++;
  }
  return lines;
}

/** Moves the break back until it stands at an allowed place; gives up when that would empty the line. */
function allowedBreak(all: readonly Piece[], start: number, end: number): number {
  for (let at = end; at > start + 1; at--) {
    const before = all[at - 1]?.text ?? '';
    const after = all[at]?.text ?? '';
    if (!NOT_FIRST.test(after) && !NOT_LAST.test(before)) return at;
  }
  return end;
}

function trimmed(line: readonly Piece[]): Piece[] {
  let [from, to] = [0, line.length];
  while (to > from && line[to - 1]?.text.trim() === '') to--;
  while (from < to && line[from]?.text.trim() === '') from++;
  return line.slice(from, to);
}
