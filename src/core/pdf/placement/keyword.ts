/** 关键字 placement: a picture beside, below or on words that stand in the pages' text. */
import { YqError } from '#core/errors/index.ts';
import { searchText, type TextHit } from '../text/find-text.ts';
import type { PdfFile, PlacedPicture, PlacementRule } from '../types.ts';
import type { PictureSize } from './riding.ts';

export type KeywordRule = Extract<PlacementRule, { readonly kind: 'keyword' }>;

/**
 * One picture per wanted hit, in reading order.
 * @throws PDF_KEYWORD_ABSENT, PDF_KEYWORD_HIT, PDF_KEYWORD_SCAN
 */
export async function keywordPlaces(
  file: PdfFile,
  rule: KeywordRule,
  size: PictureSize,
): Promise<readonly PlacedPicture[]> {
  const { text, hit = 1 } = rule;
  const { hits, pagesWithoutText, pagesSearched } = await searchText(file, text, {
    ...(rule.pages === undefined ? {} : { pages: rule.pages }),
    // The first hits can be had without reading the pages behind them.
    ...(typeof hit === 'number' && hit > 0 ? { limit: hit } : {}),
  });
  if (hits.length === 0) {
    const scanned = pagesSearched > 0 && pagesWithoutText === pagesSearched;
    throw new YqError(scanned ? 'PDF_KEYWORD_SCAN' : 'PDF_KEYWORD_ABSENT', {
      params: { text },
      detail: `0 hits on ${pagesSearched} pages, ${pagesWithoutText} of them without text`,
    });
  }
  if (hit === 'all') return hits.map((found) => pictureAt(found, rule, size));
  const chosen = hit === 0 || !Number.isInteger(hit) ? undefined : hits.at(hit > 0 ? hit - 1 : hit);
  if (chosen === undefined) throw new YqError('PDF_KEYWORD_HIT', { params: { text, hit, found: hits.length } });
  return [pictureAt(chosen, rule, size)];
}

function pictureAt(hit: TextHit, { anchor = 'centre', dx = 0, dy = 0 }: KeywordRule, size: PictureSize): PlacedPicture {
  const { widthMm: width, heightMm: height } = size;
  const [middle, centre] = [hit.x + hit.width / 2, hit.y + hit.height / 2];
  const corner = {
    centre: [middle - width / 2, centre - height / 2],
    right: [hit.x + hit.width, centre - height / 2],
    below: [middle - width / 2, hit.y + hit.height],
    // Its middle on the first letter's left edge, as a seal is set over the beginning of a name or a date.
    'over-left': [hit.x - width / 2, centre - height / 2],
  }[anchor];
  const [x = 0, y = 0] = corner;
  return { place: { page: hit.page, x: x + dx, y: y + dy, width, height } };
}
