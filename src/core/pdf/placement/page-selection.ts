/** Which pages a rule means. */
import { YqError } from '#core/errors/index.ts';
import type { PageSelection } from '../types.ts';

/** A list longer than this is no list that a person wrote. */
const LIST_LENGTH = 10_000;

/**
 * The numbers of the selected pages in the order of the document, each once. In a list `-1` is the last page, `-2` the one before it;
 * ranges run from the lower to the higher page: `1,3-5,-1`, `2--1` is all but the first.
 * @throws PDF_PAGE_LIST for what is no list, PDF_PAGE for a page that the document has not
 */
export function selectPages(selection: PageSelection, count: number): readonly number[] {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  if (selection === 'all') return all;
  if (selection === 'odd') return all.filter((n) => n % 2 === 1);
  if (selection === 'even') return all.filter((n) => n % 2 === 0);
  const chosen = new Set<number>();
  const { list } = selection;
  const refuse = (): YqError => new YqError('PDF_PAGE_LIST', { params: { list: list.slice(0, 60) } });
  if (list.length > LIST_LENGTH) throw refuse();
  for (const part of list.split(',')) {
    const match = /^\s*(-?\d{1,6})\s*(?:-\s*(-?\d{1,6})\s*)?$/.exec(part);
    if (match === null) throw refuse();
    const first = pageNumber(match[1] ?? '', count);
    const last = match[2] === undefined ? first : pageNumber(match[2], count);
    if (last < first) throw refuse();
    for (let page = first; page <= last; page++) chosen.add(page);
  }
  return all.filter((page) => chosen.has(page));
}

function pageNumber(written: string, count: number): number {
  const value = Number(written);
  const page = value < 0 ? count + 1 + value : value;
  if (page < 1 || page > count)
    throw new YqError('PDF_PAGE', { params: { page: value }, detail: `the document has ${count}` });
  return page;
}
