/** From a rule to millimetres on the pages of one document. */
import { YqError } from '#core/errors/index.ts';
import type { PageSelection, PdfFile, PdfPage, PlacedPicture, PlacementRule, ResolvedPlacement } from '../types.ts';
import { keywordPlaces } from './keyword.ts';
import { checkOnPage } from './on-page.ts';
import { selectPages } from './page-selection.ts';
import { ridingStrips, type PictureSize } from './riding.ts';

/**
 * Where a rule puts a picture of `size` (mm) in this document: the widget of the signature field and, under the same signature, copies.
 * @throws PDF_PAGE, PDF_PAGE_LIST, PDF_PLACEMENT, PDF_FIELD, PDF_FIELD_ABSENT, PDF_RIDING_PAGES, PDF_KEYWORD_ABSENT, PDF_KEYWORD_HIT,
 * PDF_KEYWORD_SCAN, PDF_DAMAGED, PDF_LIMIT
 */
export async function resolvePlacement(
  file: PdfFile,
  rule: PlacementRule,
  size: PictureSize,
): Promise<ResolvedPlacement> {
  switch (rule.kind) {
    case 'fixed':
      return placed(file, [at(rule.page, rule, size)]);
    case 'pages':
      return placed(
        file,
        (await selectedPages(file, rule.pages)).map((page) => at(page.number, rule, size)),
      );
    case 'keyword':
      return placed(file, await keywordPlaces(file, rule, size));
    case 'field':
      return emptyField(file, rule.name);
    case 'riding':
      return placed(file, ridingStrips(rule, await selectedPages(file, rule.pages ?? 'all'), size));
  }
}

const at = (page: number, { x, y }: { readonly x: number; readonly y: number }, size: PictureSize): PlacedPicture => ({
  place: { page, x, y, width: size.widthMm, height: size.heightMm },
});

/** The first picture becomes the widget, the others are its copies. */
async function placed(file: PdfFile, pictures: readonly PlacedPicture[]): Promise<ResolvedPlacement> {
  for (const { place } of pictures) checkOnPage(await file.page(place.page), place);
  const [widget, ...copies] = pictures;
  if (widget === undefined) throw new YqError('PDF_PAGE_LIST', { params: { list: '' }, detail: 'no page is selected' });
  return { widget, copies };
}

async function selectedPages(file: PdfFile, selection: PageSelection): Promise<readonly PdfPage[]> {
  const pages = await file.pages();
  const numbers = new Set(selectPages(selection, pages.length));
  return pages.filter((page) => numbers.has(page.number));
}

async function emptyField(file: PdfFile, name: string): Promise<ResolvedPlacement> {
  const fields = await file.fields();
  const field = fields.find((f) => f.name === name);
  if (field === undefined) {
    const others = fields.filter((f) => f.type === 'Sig').map((f) => f.name);
    throw new YqError('PDF_FIELD_ABSENT', {
      params: { field: name },
      detail: `signature fields of the document: ${others.slice(0, 20).join(', ') || 'none'}`,
    });
  }
  const refuse = (detail: string): YqError => new YqError('PDF_FIELD', { params: { field: name }, detail });
  if (field.type !== 'Sig') throw refuse('not a signature field');
  if ((await file.resolve(field.value)) !== null) throw refuse('already signed');
  return { fieldName: name, copies: [] };
}
