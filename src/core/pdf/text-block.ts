/** Setting a few lines of text into an area: one size for all, as large as fits, long lines broken only where they would get too small. */

export interface TextBlock {
  readonly lines: readonly string[];
  /** Font size in points. */
  readonly size: number;
}

/** Points. Larger would outshine the record, smaller can't be read on paper. */
const LARGEST = 12;
const SMALLEST = 3.5;
/** Below this size a line is rather broken than set smaller. */
const BREAK_BELOW = 7;
const STEP = 0.25;
/** Baseline to baseline, in em. */
export const LINE_HEIGHT = 1.3;

/**
 * @param widthOf width of a text in em
 * @param width of the area in points, as is `height`
 * @returns undefined when the text does not fit even at the smallest size
 */
export function setLines(
  lines: readonly string[],
  widthOf: (text: string) => number,
  width: number,
  height: number,
): TextBlock | undefined {
  const widest = Math.max(...lines.map(widthOf), 0.01);
  const whole = Math.min(LARGEST, width / widest, height / (lines.length * LINE_HEIGHT));
  if (whole >= BREAK_BELOW) return { lines, size: whole };
  for (let size = BREAK_BELOW; size >= SMALLEST; size -= STEP) {
    const broken = lines.flatMap((line) => breakLine(line, widthOf, width / size));
    const fits = broken.every((line) => widthOf(line) * size <= width);
    if (fits && broken.length * LINE_HEIGHT * size <= height)
      return whole > size ? { lines, size: whole } : { lines: broken, size };
  }
  return whole >= SMALLEST ? { lines, size: whole } : undefined;
}

/** At spaces where there are any, between characters (as Chinese does) where not. @param room in em */
function breakLine(line: string, widthOf: (text: string) => number, room: number): string[] {
  const broken: string[] = [];
  let current = '';
  for (const word of line.split(/(?<= )|(?<=[\u2e80-\uffef])|(?=[\u2e80-\uffef])/u)) {
    if (current !== '' && widthOf((current + word).trimEnd()) > room) {
      broken.push(current.trimEnd());
      current = '';
    }
    current += word;
    while (widthOf(current.trimEnd()) > room && [...current].length > 1) {
      const head = headThatFits(current, widthOf, room);
      broken.push(head);
      current = current.slice(head.length);
    }
  }
  return [...broken, current.trimEnd()].filter((part) => part !== '');
}

function headThatFits(text: string, widthOf: (text: string) => number, room: number): string {
  const [first = '', ...rest] = text;
  let head = first;
  for (const character of rest) {
    if (widthOf(head + character) > room) break;
    head += character;
  }
  return head;
}
