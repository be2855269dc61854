/** The part of the white list that concerns pages: a page may get the widgets of new signatures, and nothing else. */
import { isArray, PdfDict, PdfRef, sameObject } from '#core/pdf/index.ts';
import type { PdfArray, PdfObject, PdfPage } from '#core/pdf/index.ts';
import { judgeAppearances } from './changes-appearance.ts';
import { explainMarkup, explainRemoved } from './changes-markup.ts';
import { explainSealCopy } from './changes-seal-copy.ts';
import { differingKeys, type Comparison } from './changes.ts';
import { valueText } from './field-value.ts';
import { measuresOf } from './page-difference.ts';

export async function explainPages(comparison: Comparison): Promise<void> {
  const { older, newer, changed, report, explain } = comparison;
  const before = await older.pages();
  const after = await newer.pages();
  if (before.length !== after.length || !before.every((page, i) => page.ref.num === after[i]?.ref.num)) {
    const first = before.findIndex((page, i) => page.ref.num !== after[i]?.ref.num);
    const page = (first < 0 ? before.length : first) + 1;
    return report('CHANGED_PAGES', { page, before: String(before.length), after: String(after.length) });
  }
  for (const [i, page] of before.entries()) {
    const now = after[i];
    if (now === undefined) continue;
    if (changed.has(page.ref.num)) {
      explain(page.ref.num);
      for (const key of differingKeys(page.dict, now.dict)) {
        if (key === 'Annots') continue;
        const code = key === 'Contents' || key === 'Resources' ? 'CHANGED_PAGE_CONTENT' : 'CHANGED_PAGE';
        const [was, is] = [await valueText(older, page.dict.get(key)), await valueText(newer, now.dict.get(key))];
        const texts =
          code === 'CHANGED_PAGE' && was !== undefined && is !== undefined ? { before: was, after: is } : {};
        report(key === 'AA' ? 'CHANGED_ACTION' : code, { object: page.ref.num, page: page.number, key, ...texts });
      }
    }
    const [was, is] = [measuresOf(page), measuresOf(now)];
    if (was !== is) report('CHANGED_PAGE', { page: page.number, key: 'size', before: was, after: is });
    await explainAnnotations(comparison, page, now);
    await judgeAppearances(comparison, page, now);
  }
}

async function explainAnnotations(comparison: Comparison, before: PdfPage, after: PdfPage): Promise<void> {
  const { changed, newer, report, signatureWidgets, isOpen } = comparison;
  const [oldList, newList] = [before.dict.get('Annots'), after.dict.get('Annots')];
  const touched = changed.has(before.ref.num) || (newList instanceof PdfRef && changed.has(newList.num));
  const kept = await newer.resolve(newList);
  if (touched) {
    const difference = await listDifference(comparison, oldList, newList);
    if (difference === undefined) return report('CHANGED_ANNOTATION', { page: before.number });
    for (const ref of difference.removed) await explainRemoved(comparison, ref, before);
    for (const item of difference.added) await explainAddedItem(comparison, item, before, after);
  }
  for (const item of isArray(kept) ? kept : []) {
    if (!(item instanceof PdfRef) || !isOpen(item.num) || changed.get(item.num)?.added !== false) continue;
    if (!signatureWidgets.has(item.num)) await explainMarkup(comparison, item, { before, after, added: false });
  }
}

async function explainAddedItem(
  comparison: Comparison,
  item: PdfObject,
  before: PdfPage,
  after: PdfPage,
): Promise<void> {
  const { newer, report, signatureWidgets } = comparison;
  const annotation = await newer.resolve(item);
  if (!(item instanceof PdfRef) || !(annotation instanceof PdfDict)) {
    return report('CHANGED_ANNOTATION', {
      page: before.number,
      ...(item instanceof PdfRef ? { object: item.num } : {}),
    });
  }
  if (signatureWidgets.has(item.num) || (await explainSealCopy(comparison, item, before.number))) return;
  await explainMarkup(comparison, item, { before, after, added: true });
}

interface ListDifference {
  readonly removed: readonly PdfRef[];
  readonly added: PdfArray;
}

/** Items taken out of a list and put behind it; undefined when the rest did not stay as it was, or its array serves another place. */
async function listDifference(
  { older, newer, changed, references, explain }: Comparison,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): Promise<ListDifference | undefined> {
  const [oldList, newList] = [await older.resolve(before), await newer.resolve(after)];
  const oldItems: PdfArray = isArray(oldList) ? oldList : [];
  const newItems: PdfArray = isArray(newList) ? newList : [];
  if (newList !== null && !isArray(newList)) return undefined;
  if (after instanceof PdfRef && changed.has(after.num)) {
    const expected = before instanceof PdfRef && before.num === after.num ? 1 : 0;
    if ((references.get(after.num) ?? 0) > expected) return undefined;
    explain(after.num);
  }
  const numbers = new Set(newItems.flatMap((item) => (item instanceof PdfRef ? item.num : [])));
  const removed = oldItems.filter((item): item is PdfRef => item instanceof PdfRef && !numbers.has(item.num));
  const rest = oldItems.filter((item) => !(item instanceof PdfRef) || numbers.has(item.num));
  if (!rest.every((item, i) => sameObject(item, newItems[i]))) return undefined;
  return { removed, added: newItems.slice(rest.length) };
}
