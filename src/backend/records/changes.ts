/** What a new version changes, as the trace keeps it: place, text before, text after, by whom, when. Line by line inside a section. */
import type { Change, RecordSection } from './types.ts';

export function changesBetween(
  before: readonly RecordSection[],
  after: readonly RecordSection[],
  by: string,
  at: string,
): Change[] {
  const old = new Map(before.map((s) => [s.id, s.text]));
  return after.flatMap(({ id, title, text }) => {
    const was = old.get(id) ?? '';
    if (was === text) return [];
    return changedLines(was.split('\n'), text.split('\n')).map(({ line, from, to }) => {
      const one = !was.includes('\n') && !text.includes('\n');
      return { where: one ? title : `${title} ${line}`, before: from, after: to, by, at };
    });
  });
}

interface ChangedLine {
  /** 1-based, in the newer text; of a line that is gone, in the older. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

/** A stretch that differs is paired line by line; what is left over was put in or taken out. */
function changedLines(before: readonly string[], after: readonly string[]): ChangedLine[] {
  const changed: ChangedLine[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...commonLines(before, after), [before.length, after.length] as const]) {
    while (i < a || j < b) {
      const isGone = j >= b;
      const [from, to] = [i < a ? (before[i++] ?? '') : '', isGone ? '' : (after[j++] ?? '')];
      changed.push({ line: isGone ? i : j, from, to });
    }
    [i, j] = [a + 1, b + 1];
  }
  return changed;
}

/** Pairs of equal lines in order, as many as there can be. A section has some dozens of lines. */
function commonLines(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? 1 + (longest[(i + 1) * width + j + 1] ?? 0)
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}
