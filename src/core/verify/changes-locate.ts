/** Gives a changed object that nothing explains its name: what it is and on which page it is seen. */
import { PdfDict, PdfRef, PdfStream, type PdfFile, type PdfObject } from '#core/pdf/index.ts';
import { change, type Change } from './change-codes.ts';
import { fieldName } from './changes-form.ts';
import type { Comparison } from './changes.ts';
import { reachableFrom } from './references.ts';

/** Pages that are searched for the object; a longer document's later pages go without a page number. */
const PAGES_SEARCHED = 300;

export async function locateChange(comparison: Comparison, num: number, revision: number): Promise<Change> {
  const { older, newer, changed } = comparison;
  const { older: before, newer: after, added } = changed.get(num) ?? { older: null, newer: null, added: false };
  if (!added && after === null) return change('REMOVED_OBJECT', revision, { object: num });
  const info = newer.trailer.get('Info');
  if (info instanceof PdfRef && info.num === num) return change('CHANGED_INFO', revision, { object: num });
  const field = await formFieldOf(newer, num, after);
  if (field !== undefined) return change('CHANGED_FIELD', revision, { object: num, field });
  const place = (await placeOf(newer, num)) ?? (added ? undefined : await placeOf(older, num));
  const found = { object: num, ...(place === undefined ? {} : { page: place.page }) };
  if (place?.part === 'Annots' || isAnnotation(after) || isAnnotation(before)) {
    return change('CHANGED_ANNOTATION', revision, found);
  }
  if (place?.part === 'Contents') return change('CHANGED_PAGE_CONTENT', revision, found);
  if (place?.part === 'Resources') {
    // A font or picture exchanged changes what the page says as much as its text does.
    return change('CHANGED_PAGE_CONTENT', revision, { ...found, kind: 'resource' });
  }
  return change(added ? 'ADDED_OBJECT' : 'CHANGED_OBJECT', revision, found);
}

async function formFieldOf(file: PdfFile, num: number, value: PdfObject): Promise<string | undefined> {
  if (value instanceof PdfDict && value.has('FT')) return fieldName(value);
  const fields = await file.fields().catch(() => []);
  return fields.find((field) => field.ref?.num === num)?.name;
}

function isAnnotation(value: PdfObject): boolean {
  const dict = value instanceof PdfStream ? value.dict : value;
  return dict instanceof PdfDict && (dict.name('Type') === 'Annot' || (dict.has('Subtype') && dict.has('Rect')));
}

async function placeOf(
  file: PdfFile,
  num: number,
): Promise<{ readonly page: number; readonly part: 'Contents' | 'Resources' | 'Annots' } | undefined> {
  const pages = await file.pages().catch(() => []);
  // References back to pages and their tree would lead from any annotation to every page.
  const pageNumbers = new Set(pages.map((page) => page.ref.num));
  for (const page of pages.slice(0, PAGES_SEARCHED)) {
    for (const part of ['Contents', 'Annots', 'Resources'] as const) {
      const through = (n: number): boolean => !pageNumbers.has(n);
      const reached = await reachableFrom(file, page.dict.get(part), { through }).catch(() => new Set<number>());
      if (reached.has(num)) return { page: page.number, part };
    }
  }
  return undefined;
}
