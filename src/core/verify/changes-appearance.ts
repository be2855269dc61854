/**
 * Where a later signature shows itself (pains.md: sneaky signature). Its appearance may stand on a page that was signed before; it may
 * not hide an earlier signature or much of the page, and the report says on which page it stands.
 */
import {
  isArray,
  PdfDict,
  PdfRef,
  PdfStream,
  veilOf,
  type PdfBox,
  type PdfFile,
  type PdfObject,
  type PdfPage,
} from '#core/pdf/index.ts';
import type { ChangeFound } from './change-codes.ts';
import { fieldName } from './changes-form.ts';
import { isCopyByName } from './changes-seal-copy.ts';
import type { Comparison } from './changes.ts';
import { textHidden, textUnder } from './covered-text.ts';
import { placeOn, rectOf } from './widget-place.ts';

/** Later appearances of one revision that together take up more of the page than this hide what was signed. */
const LARGEST_SHARE_OF_PAGE = 0.25;
/** Appearances may touch; one that lies over more than this share of another hides it. */
const TOLERATED_SHARE = 0.02;

/** `before` and `after`: the same page in both revisions. To be called when all widgets and copies of later signatures are known. */
export async function judgeAppearances(comparison: Comparison, before: PdfPage, after: PdfPage): Promise<void> {
  const { older, newer, signatureWidgets, sealCopies, filledFields, report } = comparison;
  if (signatureWidgets.size === 0) return;
  const annotations = await referencesOn(newer, after);
  const later = annotations.filter((ref) => signatureWidgets.has(ref.num) || sealCopies.has(ref.num));
  if (later.length === 0) return;
  const earlier = await signedAppearances(older, before);
  let shown = 0;
  for (const { num } of later) {
    const widget = await newer.object(num);
    const box = widget instanceof PdfDict ? await boxOf(newer, widget.get('Rect'), after.box) : after.box;
    if (area(box) === 0) continue;
    shown += area(box);
    const copyOf = sealCopies.get(num);
    const field = copyOf ?? (await nameOf(newer, widget));
    const place = widget instanceof PdfDict ? await placeOn(newer, after, widget) : undefined;
    const found = { object: num, page: after.number, field, ...(place === undefined ? {} : { place }) };
    // A field that was there when the document was certified may be signed; another picture on the page is an annotation like any.
    if (copyOf !== undefined) report('SEAL_COPY_ADDED', found);
    else report('APPEARANCE_ADDED', { ...found, need: filledFields.has(field) ? 'signing' : 'drawing' });
    for (const other of earlier) {
      if (area(intersection(box, other.box)) <= TOLERATED_SHARE * area(other.box)) continue;
      report('CHANGED_COVERS_SIGNATURE', { ...found, field: other.field });
    }
    await judgeCover(comparison, before, widget, { ...found, box });
  }
  if (shown > LARGEST_SHARE_OF_PAGE * area(after.box)) report('CHANGED_COVERS_PAGE', { page: after.number });
}

/** What can't be seen through hides the text under it, whatever it is painted with; a field without a look is drawn by the reader. */
async function judgeCover(
  { older, newer, report }: Comparison,
  before: PdfPage,
  widget: PdfObject,
  { box, ...found }: ChangeFound & { readonly box: PdfBox },
): Promise<void> {
  if (!(widget instanceof PdfDict)) return;
  const appearance = await newer.resolve(widget.get('AP'));
  const normal = appearance instanceof PdfDict ? await newer.resolve(appearance.get('N')) : null;
  let hidden: string | undefined;
  if (normal instanceof PdfStream) {
    const rect = (await rectOf(newer, widget)) ?? box;
    const veil = await veilOf(newer, before, rect, normal).catch(() => undefined);
    hidden = veil === undefined ? await textUnder(older, before, box) : await textHidden(older, before, veil);
  } else if (normal !== null || (await newer.resolve(widget.get('MK'))) !== null) {
    hidden = await textUnder(older, before, box);
  }
  if (hidden !== undefined && hidden !== '') report('CHANGED_COVERS_CONTENT', { ...found, before: hidden });
}

export async function referencesOn(file: PdfFile, page: PdfPage): Promise<readonly PdfRef[]> {
  const list = await file.resolve(page.dict.get('Annots'));
  return isArray(list) ? list.filter((item): item is PdfRef => item instanceof PdfRef) : [];
}

/** Visible widgets of fields that were signed already, and the copies of their seals. */
export async function signedAppearances(
  file: PdfFile,
  page: PdfPage,
): Promise<readonly { readonly box: PdfBox; readonly field: string }[]> {
  const found: { box: PdfBox; field: string }[] = [];
  const names = new Map<number, string>();
  for (const field of await file.signatureFields()) {
    if ((await file.resolve(field.value)) === null) continue;
    if (field.ref !== undefined) names.set(field.ref.num, field.name);
    for (const kid of field.kids ?? []) if (kid instanceof PdfRef) names.set(kid.num, field.name);
  }
  for (const { num } of await referencesOn(file, page)) {
    const widget = await file.object(num);
    if (!(widget instanceof PdfDict)) continue;
    const field = names.get(num) ?? (isCopyByName(widget) ? 'seal' : undefined);
    if (field === undefined) continue;
    const box = await boxOf(file, widget.get('Rect'), page.box);
    if (area(box) > 0) found.push({ box, field });
  }
  return found;
}

/** /Rect as far as it lies on the page; one that can't be read counts as the whole page. */
export async function boxOf(file: PdfFile, written: PdfObject | undefined, page: PdfBox): Promise<PdfBox> {
  const rect = await file.resolve(written);
  const [a, b, c, d] = isArray(rect) ? await Promise.all(rect.map((item) => file.resolve(item))) : [];
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number') return page;
  const box = { llx: Math.min(a, c), lly: Math.min(b, d), urx: Math.max(a, c), ury: Math.max(b, d) };
  return intersection(box, page);
}

export function intersection(a: PdfBox, b: PdfBox): PdfBox {
  return {
    llx: Math.max(a.llx, b.llx),
    lly: Math.max(a.lly, b.lly),
    urx: Math.min(a.urx, b.urx),
    ury: Math.min(a.ury, b.ury),
  };
}

export const area = ({ llx, lly, urx, ury }: PdfBox): number => Math.max(0, urx - llx) * Math.max(0, ury - lly);

async function nameOf(file: PdfFile, widget: PdfObject): Promise<string> {
  if (!(widget instanceof PdfDict) || widget.has('T')) return fieldName(widget);
  return fieldName(await file.resolve(widget.get('Parent')));
}
