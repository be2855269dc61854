/**
 * What differs between two texts, told in runs that a person can read: Chinese by the character, words and figures of other scripts whole
 * (2.5 mg against 5 mg differs in the figure, not in a dot). The greedy algorithm of Myers (1986), first over sentences, then inside those
 * that differ; both with a bound, so that two strange texts cost no more than two versions of one.
 */

export interface TextPart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

const SENTENCES = /[^。！？；\n]*[。！？；\n]|[^。！？；\n]+$/gu;
/** A figure, a word of another script than Han, white space, else one character with its marks. */
const TOKENS = /\d+(?:\.\d+)?|(?:(?!\p{Script=Han})\p{L})+|\s+|\P{M}\p{M}*|\p{M}+/gu;

/** Insertions and removals that are looked for in one stretch; beyond, it is told as taken out and put in whole. */
const MOST_EDITS = 400;

/** Joined, the runs that are not `added` give `before`, those that are not `removed` give `after`. */
export function textDifference(before: string, after: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let [removed, added] = ['', ''];
  const flush = (): void => {
    if (removed !== '' && added !== '') parts.push(...compare(split(removed, TOKENS), split(added, TOKENS)));
    else if (removed !== '') parts.push({ kind: 'removed', text: removed });
    else if (added !== '') parts.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const part of compare(split(before, SENTENCES), split(after, SENTENCES))) {
    if (part.kind === 'removed') removed += part.text;
    else if (part.kind === 'added') added += part.text;
    else {
      flush();
      parts.push(part);
    }
  }
  flush();
  return joined(parts);
}

const split = (text: string, by: RegExp): readonly string[] => text.match(by) ?? [];

/** Runs over two lists of tokens; the front and the end they share are not searched. */
function compare(a: readonly string[], b: readonly string[]): TextPart[] {
  let front = 0;
  while (front < a.length && front < b.length && a[front] === b[front]) front++;
  let end = 0;
  while (end < a.length - front && end < b.length - front && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(front, a.length - end), b.slice(front, b.length - end)];
  return joined([
    { kind: 'same', text: a.slice(0, front).join('') },
    ...(shortestEdit(left, right) ?? [
      { kind: 'removed', text: left.join('') },
      { kind: 'added', text: right.join('') },
    ]),
    { kind: 'same', text: a.slice(a.length - end).join('') },
  ]);
}

/** Undefined beyond MOST_EDITS. `furthest[k]`: how far the best path on diagonal k = x − y has come in `a`. */
function shortestEdit(a: readonly string[], b: readonly string[]): TextPart[] | undefined {
  const most = Math.min(MOST_EDITS, a.length + b.length);
  const middle = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const steps: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    steps.push(furthest.slice(middle - edits - 1, middle + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const [below, above] = [furthest[middle + k - 1] ?? 0, furthest[middle + k + 1] ?? 0];
      let x = k === -edits || (k !== edits && below < above) ? above : below + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(a, b, steps);
    }
  }
  return undefined;
}

function walkBack(a: readonly string[], b: readonly string[], steps: readonly Int32Array[]): TextPart[] {
  const parts: TextPart[] = [];
  let [x, y] = [a.length, b.length];
  for (const [edits, at] of [...steps.entries()].slice(1).reverse()) {
    const k = x - y;
    const [below, above] = [at[k + edits] ?? 0, at[k + edits + 2] ?? 0];
    const down = k === -edits || (k !== edits && below < above);
    const fromX = down ? above : below;
    const fromY = fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY) {
      parts.push({ kind: 'same', text: a[--x] ?? '' });
      y--;
    }
    // One step of the path: down puts in a token of b, across takes out one of a. A run of equals may follow it, so it comes first here.
    if (down) parts.push({ kind: 'added', text: b[--y] ?? '' });
    else parts.push({ kind: 'removed', text: a[--x] ?? '' });
  }
  while (x > 0) parts.push({ kind: 'same', text: a[--x] ?? '' });
  return parts.reverse();
}

/** Neighbours of one kind become one run; in one place what was taken out comes before what was put in. */
function joined(parts: readonly TextPart[]): TextPart[] {
  const out: TextPart[] = [];
  let [removed, added] = ['', ''];
  const flush = (): void => {
    if (removed !== '') out.push({ kind: 'removed', text: removed });
    if (added !== '') out.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const { kind, text } of parts) {
    if (text === '') continue;
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else {
      flush();
      const last = out.at(-1);
      if (last?.kind === 'same') out[out.length - 1] = { kind, text: last.text + text };
      else out.push({ kind, text });
    }
  }
  flush();
  return out;
}
