/** Where a widget or another annotation stands, in mm on its page as shown. */
import type { PdfDict } from '#core/pdf/index.ts';
import {
  isArray,
  PdfRef,
  placementOf,
  type PdfBox,
  type PdfFile,
  type PdfPage,
  type PlacementMm,
} from '#core/pdf/index.ts';

/** Pages that are searched for an annotation that does not name its page. */
const PAGES_SEARCHED = 300;

export async function placeOfWidget(file: PdfFile, num: number, dict: PdfDict): Promise<PlacementMm | undefined> {
  const page = await pageOf(file, num, dict);
  return page === undefined ? undefined : placeOn(file, page, dict);
}

export async function placeOn(file: PdfFile, page: PdfPage, dict: PdfDict): Promise<PlacementMm | undefined> {
  const box = await rectOf(file, dict);
  return box === undefined ? undefined : rounded(placementOf(page, box));
}

/** /Rect with its corners in order; undefined when it is none or has no area. */
export async function rectOf(file: PdfFile, dict: PdfDict): Promise<PdfBox | undefined> {
  const rect = await file.resolve(dict.get('Rect'));
  const [a, b, c, d] = isArray(rect) ? await Promise.all(rect.slice(0, 4).map((item) => file.resolve(item))) : [];
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number')
    return undefined;
  const box = { llx: Math.min(a, c), lly: Math.min(b, d), urx: Math.max(a, c), ury: Math.max(b, d) };
  return box.urx > box.llx && box.ury > box.lly ? box : undefined;
}

async function pageOf(file: PdfFile, num: number, dict: PdfDict): Promise<PdfPage | undefined> {
  const written = dict.get('P');
  const pages = await file.pages();
  const named = written instanceof PdfRef ? pages.find((page) => page.ref.num === written.num) : undefined;
  if (named !== undefined) return named;
  for (const page of pages.slice(0, PAGES_SEARCHED)) {
    const list = await file.resolve(page.dict.get('Annots'));
    if (isArray(list) && list.some((item) => item instanceof PdfRef && item.num === num)) return page;
  }
  return undefined;
}

const hundredth = (n: number): number => Math.round(n * 100) / 100;
const rounded = ({ page, x, y, width, height }: PlacementMm): PlacementMm => ({
  page,
  x: hundredth(x),
  y: hundredth(y),
  width: hundredth(width),
  height: hundredth(height),
});
