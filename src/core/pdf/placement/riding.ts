/**
 * 骑缝章, the riding seal: one picture cut into strips over the edges of the pages, so that the sheets laid over each other show the
 * whole of it and a page that was exchanged breaks it.
 */
import { YqError } from '#core/errors/index.ts';
import type { PageEdge, PdfPage, PlacedPicture, PlacementRule } from '../types.ts';

export type RidingRule = Extract<PlacementRule, { readonly kind: 'riding' }>;

export interface PictureSize {
  readonly widthMm: number;
  readonly heightMm: number;
}

/** A strip of a 42 mm seal is then 2.1 mm wide, which is about what can still be seen. */
const GROUP_SIZE = 20;

/**
 * The strips in the order of the pages. Each page shows the next part of the picture: from its left on the side edges, from its top on
 * the upper and lower edge. Without an offset a strip stands in the middle of its own page's edge, so that sheets of different sizes
 * join when their middles lie over each other; with an offset they join when their top (left) edges do.
 * @throws PDF_RIDING_PAGES for fewer than two pages or a group size below two
 */
export function ridingStrips(rule: RidingRule, pages: readonly PdfPage[], size: PictureSize): readonly PlacedPicture[] {
  const { groupSize = GROUP_SIZE } = rule;
  if (pages.length < 2 || !Number.isInteger(groupSize) || groupSize < 2)
    throw new YqError('PDF_RIDING_PAGES', { params: { pages: pages.length }, detail: `groups of ${groupSize}` });
  return groupsOf(pages, groupSize).flatMap((group) =>
    group.map((page, i) => stripOn(page, rule, size, i, group.length)),
  );
}

/** Groups of `size`; a single page left over joins the group before it, since one page alone has nothing to ride on. */
function groupsOf<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size));
  const last = groups.at(-1);
  if (groups.length > 1 && last?.length === 1) {
    groups.pop();
    groups.at(-1)?.push(...last);
  }
  return groups;
}

function stripOn(
  page: PdfPage,
  { edge, offset, margin = 0 }: RidingRule,
  { widthMm, heightMm }: PictureSize,
  index: number,
  count: number,
): PlacedPicture {
  const upright = isSide(edge);
  const width = upright ? widthMm / count : widthMm;
  const height = upright ? heightMm : heightMm / count;
  const along = (length: number, page: number): number => offset ?? (page - length) / 2;
  const x = edge === 'left' ? margin : edge === 'right' ? page.widthMm - margin - width : along(width, page.widthMm);
  const y =
    edge === 'top' ? margin : edge === 'bottom' ? page.heightMm - margin - height : along(height, page.heightMm);
  const part = upright
    ? { x: index / count, y: 0, width: 1 / count, height: 1 }
    : { x: 0, y: index / count, width: 1, height: 1 / count };
  return { place: { page: page.number, x, y, width, height }, part };
}

const isSide = (edge: PageEdge): boolean => edge === 'left' || edge === 'right';
