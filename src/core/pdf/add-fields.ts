/** Empty signature fields for all who are going to sign, made before the first of them does. */
import { YqError } from '#core/errors/index.ts';
import { Edits, SIGNATURE_FLAGS } from './edits.ts';
import { requireSigningPermission } from './encryption/permissions.ts';
import { boxAt, Looks } from './looks.ts';
import { dict, name, type PdfRef } from './objects.ts';
import { checkMayAddFields, lockDictionary, type FieldLock } from './permissions.ts';
import { checkOnPage } from './placement/on-page.ts';
import { checkSoundness } from './soundness.ts';
import { textString } from './text-string.ts';
import type { FormField, PdfFile, PlacementMm } from './types.ts';

export interface NewSignatureField {
  readonly name: string;
  readonly placement: PlacementMm;
  /** What the signature that fills this field will lock. */
  readonly lock?: FieldLock;
}

/** Annotation flag Print (Table 165). */
const PRINT = 4;

/**
 * The increment that adds the fields, to be appended to the untouched original; only a document that nobody has signed.
 * @throws PDF_FIELDS_FORBIDDEN, PDF_PERMISSION, PDF_FIELD, PDF_PAGE, PDF_PLACEMENT, PDF_DAMAGED, PDF_LIMIT
 */
export async function addSignatureFields(file: PdfFile, fields: readonly NewSignatureField[]): Promise<Uint8Array> {
  if (fields.length === 0) throw new TypeError('no fields to add');
  await checkMayAddFields(file);
  requireSigningPermission(file, 'new');
  await checkSoundness(file);
  const taken = [...(await file.fields())];
  const edits = new Edits(file);
  const looks = new Looks(edits.increment);
  const added: PdfRef[] = [];
  for (const { name: fieldName, placement, lock } of fields) {
    checkNewName(fieldName, taken);
    const page = await file.page(placement.page);
    checkOnPage(page, placement);
    const widget = edits.add(
      dict({
        Type: name('Annot'),
        Subtype: name('Widget'),
        FT: name('Sig'),
        T: textString(fieldName),
        F: PRINT,
        P: page.ref,
        ...looks.entries(page, boxAt(page, placement)),
        Lock: lock === undefined ? undefined : lockDictionary(lock),
      }),
    );
    added.push(widget);
    taken.push({ name: fieldName } as FormField);
    await edits.addToPage(page, [widget]);
  }
  await edits.addToForm(added, SIGNATURE_FLAGS.exist);
  return (await edits.increment.finish()).bytes;
}

/** @throws PDF_FIELD when a new top-level field cannot have the name */
export function checkNewName(fieldName: string, fields: readonly Pick<FormField, 'name'>[]): void {
  const refuse = (detail: string): YqError => new YqError('PDF_FIELD', { params: { field: fieldName }, detail });
  if (fieldName === '' || fieldName.includes('.')) throw refuse('not a name that a new field can have');
  if (fields.some((field) => field.name === fieldName)) throw refuse('the document has a field of that name');
}
