/**
 * The further places of a signature's picture. A signature field has one widget (ISO 32000-1, 12.7.4.5), so copies and the strips of a
 * riding seal are Stamp annotations of the same revision, covered by the same ByteRange.
 *
 * A judge knows a copy of ours by this: in the revision that signs field F, an added annotation with /Subtype /Stamp, /F
 * `SEAL_COPY_FLAGS`, /NM `sealCopyName(F, n)`, /P its page, /AP /N a form added in that revision, and no other entry; it stands at the
 * end of its page's /Annots.
 */
import type { Edits } from './edits.ts';
import { boxAt, type Looks } from './looks.ts';
import { dict, name, type PdfRef } from './objects.ts';
import { checkOnPage } from './placement/on-page.ts';
import { textString } from './text-string.ts';
import type { PlacedPicture } from './types.ts';

/** Print, ReadOnly, Locked, LockedContents (Table 165). */
export const SEAL_COPY_FLAGS = 4 | 64 | 128 | 512;

/** /NM of the n-th (from 1) copy of what field `fieldName` shows. */
export const sealCopyName = (fieldName: string, n: number): string => `yiqian:seal-copy:${n}:${fieldName}`;

/** @throws PDF_PAGE, PDF_PLACEMENT */
export async function addStamps(
  edits: Edits,
  looks: Looks,
  fieldName: string,
  copies: readonly PlacedPicture[],
): Promise<void> {
  const byPage = new Map<number, PdfRef[]>();
  for (const [i, { place, part }] of copies.entries()) {
    const page = await edits.file.page(place.page);
    checkOnPage(page, place);
    const { Rect, AP } = looks.entries(page, boxAt(page, place), part);
    const stamp = edits.add(
      dict({
        Type: name('Annot'),
        Subtype: name('Stamp'),
        Rect,
        P: page.ref,
        F: SEAL_COPY_FLAGS,
        NM: textString(sealCopyName(fieldName, i + 1)),
        AP,
      }),
    );
    const onPage = byPage.get(place.page);
    if (onPage === undefined) byPage.set(place.page, [stamp]);
    else onPage.push(stamp);
  }
  for (const [page, stamps] of byPage) await edits.addToPage(await edits.file.page(page), stamps);
}
