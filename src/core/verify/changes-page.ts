/** The part of the white list that concerns pages: a page may get the widgets of new signatures, and nothing else. */
import { PdfDict, PdfRef, type PdfPage } from '#core/pdf/index.ts';
import { appendedTo } from './changes-form.ts';
import { differingKeys, type Comparison } from './changes.ts';

/** A later appearance over more of the page than this hides what was signed. */
const LARGEST_SHARE_OF_PAGE = 0.5;

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
    } else if (await coversMost(comparison, widget, before)) {
      report('CHANGED_COVERS_PAGE', { page: before.number, object: item.num });
    }
  }
}

/** Whether the widget takes up most of its page; a /Rect that can't be read counts as such. */
async function coversMost({ newer }: Comparison, widget: PdfDict, page: PdfPage): Promise<boolean> {
  const rect = await newer.resolve(widget.get('Rect'));
  const [x1, y1, x2, y2] = Array.isArray(rect) ? rect : [];
  if (typeof x1 !== 'number' || typeof y1 !== 'number' || typeof x2 !== 'number' || typeof y2 !== 'number') return true;
  const { llx, lly, urx, ury } = page.box;
  const width = Math.max(0, Math.min(Math.max(x1, x2), urx) - Math.max(Math.min(x1, x2), llx));
  const height = Math.max(0, Math.min(Math.max(y1, y2), ury) - Math.max(Math.min(y1, y2), lly));
  return width * height > LARGEST_SHARE_OF_PAGE * (urx - llx) * (ury - lly);
}
