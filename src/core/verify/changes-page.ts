/** The part of the white list that concerns pages: a page may get the widgets of new signatures, and nothing else. */
import { PdfDict, PdfRef, type PdfPage } from '#core/pdf/index.ts';
import { judgeAppearances } from './changes-appearance.ts';
import { appendedTo } from './changes-form.ts';
import { differingKeys, type Comparison } from './changes.ts';

export async function explainPages(comparison: Comparison): Promise<void> {
  const { older, newer, changed, report, explain } = comparison;
  const before = await older.pages();
  const after = await newer.pages();
  if (before.length !== after.length || !before.every((page, i) => page.ref.num === after[i]?.ref.num)) {
    return report('CHANGED_PAGES');
  }
  for (const [i, page] of before.entries()) {
    const now = after[i];
    if (now === undefined) continue;
    if (changed.has(page.ref.num)) {
      explain(page.ref.num);
      for (const key of differingKeys(page.dict, now.dict)) {
        if (key === 'Annots') continue;
        const code = key === 'Contents' || key === 'Resources' ? 'CHANGED_PAGE_CONTENT' : 'CHANGED_PAGE';
        report(key === 'AA' ? 'CHANGED_ACTION' : code, { object: page.ref.num, page: page.number, key });
      }
    }
    await explainAnnotations(comparison, page, now);
    await judgeAppearances(comparison, page, now);
  }
}

async function explainAnnotations(comparison: Comparison, before: PdfPage, after: PdfPage): Promise<void> {
  const { changed, newer, report, signatureWidgets } = comparison;
  const [oldList, newList] = [before.dict.get('Annots'), after.dict.get('Annots')];
  const touched = changed.has(before.ref.num) || (newList instanceof PdfRef && changed.has(newList.num));
  if (!touched) return;
  const appended = await appendedTo(comparison, oldList, newList);
  if (appended === undefined) return report('CHANGED_ANNOTATION', { page: before.number });
  for (const item of appended) {
    const widget = await newer.resolve(item);
    if (!(item instanceof PdfRef) || !signatureWidgets.has(item.num) || !(widget instanceof PdfDict)) {
      report('CHANGED_ANNOTATION', { page: before.number, ...(item instanceof PdfRef ? { object: item.num } : {}) });
    }
  }
}
