/** Finds words on pages: by the characters that the content draws, whatever pieces it draws them in. */
import { selectPages } from '../placement/page-selection.ts';
import type { PageSelection, PdfFile, PdfPage } from '../types.ts';
import { folded, linesOf, type Line } from './lines.ts';
import { textOfPage } from './page-text.ts';

/** Where the words stand: the box round their characters on the page as shown, mm from its top left. */
export interface TextHit {
  /** 1-based. */
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FindTextOptions {
  /** All when absent. */
  readonly pages?: PageSelection;
  /** Stops reading pages once so many hits are found. */
  readonly limit?: number;
}

export interface TextSearch {
  /** In reading order: pages, then rows from the top, then from the left. */
  readonly hits: readonly TextHit[];
  readonly pagesSearched: number;
  /** Of these, pages that draw no readable character: scans, mostly. */
  readonly pagesWithoutText: number;
}

/**
 * Spaces do not count on either side, and full-width letters, figures and punctuation are the same as their usual forms; upper and lower
 * case differ. Words over a line's end are not found.
 * @throws PDF_PAGE, PDF_PAGE_LIST, PDF_DAMAGED, PDF_LIMIT
 */
export async function findText(
  file: PdfFile,
  text: string,
  options: FindTextOptions = {},
): Promise<readonly TextHit[]> {
  return (await searchText(file, text, options)).hits;
}

export async function searchText(
  file: PdfFile,
  text: string,
  { pages = 'all', limit = Infinity }: FindTextOptions,
): Promise<TextSearch> {
  const wanted = folded(text);
  const hits: TextHit[] = [];
  let [pagesSearched, pagesWithoutText] = [0, 0];
  if (wanted === '') return { hits, pagesSearched, pagesWithoutText };
  for await (const page of selectedPages(file, pages)) {
    if (hits.length >= limit) break;
    const glyphs = await textOfPage(file, page);
    pagesSearched++;
    if (glyphs.length === 0) pagesWithoutText++;
    hits.push(...inReadingOrder(linesOf(glyphs).flatMap((line) => hitsIn(line, wanted, page))));
  }
  return { hits, pagesSearched, pagesWithoutText };
}

/** One at a time: whoever wants the first hits does not wait for the last page. */
async function* selectedPages(file: PdfFile, selection: PageSelection): AsyncGenerator<PdfPage> {
  for (const number of selectPages(selection, await file.pageCount())) yield await file.page(number);
}

function hitsIn(line: Line, wanted: string, page: PdfPage): TextHit[] {
  const hits: TextHit[] = [];
  for (let at = line.text.indexOf(wanted); at >= 0; at = line.text.indexOf(wanted, at + wanted.length)) {
    const box = line.boxOf(at, at + wanted.length);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    // What the page's box cuts off, nobody sees.
    if (x >= 0 && y >= 0 && x <= page.widthMm && y <= page.heightMm) hits.push({ page: page.number, ...box });
  }
  return hits;
}

/** Hits of which the middles lie within each other's height stand in one row. */
function inReadingOrder(hits: readonly TextHit[]): TextHit[] {
  const middle = ({ y, height }: TextHit): number => y + height / 2;
  const rows: TextHit[][] = [];
  for (const hit of [...hits].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1);
    const first = row?.[0];
    if (row !== undefined && first !== undefined && middle(hit) - middle(first) < first.height / 2) row.push(hit);
    else rows.push([hit]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.x - b.x));
}
