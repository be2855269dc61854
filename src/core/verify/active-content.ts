/**
 * Content that runs by itself or can change what a page shows while every byte stays as signed: scripts, actions that hide or fill in,
 * XFA forms. It takes nothing from a signature, but the judge can't vouch for what a reader will see.
 */
import { isArray, PdfDict, PdfName, type PdfFile, type PdfObject } from '#core/pdf/index.ts';

/** Action types (ISO 32000-2, Table 201) that can change the look of the document or start something outside of it. */
const ACTIVE = new Set([
  'JavaScript',
  'Launch',
  'Hide',
  'ImportData',
  'ResetForm',
  'SetOCGState',
  'Rendition',
  'RichMediaExecute',
]);
/** Annotations looked at; chains of /Next followed. */
const MAX_ANNOTATIONS = 2_000;
const MAX_NEXT = 20;

/** Where such content hangs, for the expert; empty when there is none. */
export async function activeContentOf(file: PdfFile): Promise<readonly string[]> {
  const found = new Set<string>();
  const dictOf = async (value: PdfObject | undefined): Promise<PdfDict | undefined> => {
    const dict = await file.resolve(value);
    return dict instanceof PdfDict ? dict : undefined;
  };
  const action = async (where: string, written: PdfObject | undefined, depth = 0): Promise<void> => {
    const dict = await dictOf(written);
    if (dict === undefined || depth > MAX_NEXT || found.size > MAX_NEXT) return;
    const type = await file.resolve(dict.get('S'));
    if (type instanceof PdfName && ACTIVE.has(type.value)) found.add(`${where}: ${type.value}`);
    const next = await file.resolve(dict.get('Next'));
    for (const item of isArray(next) ? next.slice(0, MAX_NEXT) : [next]) await action(where, item, depth + 1);
  };
  const triggers = async (where: string, written: PdfObject | undefined): Promise<void> => {
    const dict = await dictOf(written);
    for (const [key, value] of dict?.entries() ?? []) await action(`${where}/AA/${key}`, value);
  };

  const catalog = await file.catalog();
  await action('OpenAction', catalog.get('OpenAction'));
  await triggers('Catalog', catalog.get('AA'));
  if ((await dictOf((await dictOf(catalog.get('Names')))?.get('JavaScript'))) !== undefined) {
    found.add('Names: JavaScript');
  }
  const form = await dictOf(catalog.get('AcroForm'));
  if ((await file.resolve(form?.get('XFA'))) !== null) found.add('AcroForm: XFA');
  for (const field of await file.fields()) if (field.dict.has('AA')) await triggers('Field', field.dict.get('AA'));
  let annotations = 0;
  for (const page of await file.pages()) {
    if (page.dict.has('AA')) await triggers(`Page ${page.number}`, page.dict.get('AA'));
    const list = page.dict.has('Annots') ? await file.resolve(page.dict.get('Annots')) : null;
    for (const item of isArray(list) ? list : []) {
      if (++annotations > MAX_ANNOTATIONS) break;
      const annotation = await dictOf(item);
      await action(`Page ${page.number}/A`, annotation?.get('A'));
      if (annotation?.has('AA') === true) await triggers(`Page ${page.number}`, annotation.get('AA'));
    }
  }
  return [...found];
}
