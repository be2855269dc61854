/**
 * Search over the whole document. Texts of all pages are read once and searched without white space and case; the hits of pages that
 * are drawn are shown by the CSS Custom Highlight API, so that the text layer's nodes stay as they are.
 */
import type { PdfDocument } from './open.ts';

const ALL = 'yiqian-find';
const MARKS = 'yiqian-marks';
const CURRENT = 'yiqian-find-current';

export const fold = (s: string): string => s.toLowerCase().replace(/\s+/g, '');

/** Starts of every occurrence of `query` (folded) in `text` (folded), not overlapping. */
export function occurrences(text: string, query: string): number[] {
  const found: number[] = [];
  if (query === '') return found;
  for (let i = text.indexOf(query); i >= 0; i = text.indexOf(query, i + query.length)) found.push(i);
  return found;
}

export async function pageText(pdf: PdfDocument, page: number): Promise<string> {
  const { items } = await (await pdf.getPage(page)).getTextContent();
  return fold(items.map((item) => ('str' in item ? item.str : '')).join(''));
}

/** Ranges of every hit of `query` below `layer`. */
export function hitsIn(layer: HTMLElement, query: string): Range[] {
  const wanted = fold(query);
  const at: { node: Text; offset: number }[] = [];
  let text = '';
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n !== null; n = walker.nextNode()) {
    const node = n as Text;
    for (let i = 0; i < node.data.length; i++) {
      const c = node.data.charAt(i);
      if (/\s/.test(c)) continue;
      text += c.toLowerCase();
      at.push({ node, offset: i });
    }
  }
  return occurrences(text, wanted).flatMap((i) => {
    const from = at[i];
    const to = at[i + wanted.length - 1];
    if (from === undefined || to === undefined) return [];
    const range = document.createRange();
    range.setStart(from.node, from.offset);
    range.setEnd(to.node, to.offset + 1);
    return [range];
  });
}

/** Marks words that a rule names, apart from what the person searches for. */
export function showMarks(ranges: readonly Range[]): void {
  if (ranges.length > 0) CSS.highlights.set(MARKS, new Highlight(...ranges));
  else CSS.highlights.delete(MARKS);
}

export function showHits(ranges: readonly Range[], current: Range | undefined): void {
  CSS.highlights.delete(ALL);
  CSS.highlights.delete(CURRENT);
  if (ranges.length > 0) CSS.highlights.set(ALL, new Highlight(...ranges));
  if (current !== undefined) CSS.highlights.set(CURRENT, new Highlight(current));
}
