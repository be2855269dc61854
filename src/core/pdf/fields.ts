/** The form's field tree (ISO 32000-1, 12.7.3): names joined, types and values inherited. */
import { damaged, overLimit } from './failures.ts';
import { limits } from './limits.ts';
import { isArray, PdfDict, PdfName, PdfRef, PdfString, type PdfArray, type PdfObject } from './objects.ts';
import { textOf } from './text-string.ts';
import type { FormField, PdfFile } from './types.ts';

interface Parent {
  readonly name: string;
  readonly type: string | undefined;
  readonly value: PdfObject | undefined;
}

export async function fieldsOf(file: PdfFile): Promise<readonly FormField[]> {
  const form = await file.resolve((await file.catalog()).get('AcroForm'));
  if (!(form instanceof PdfDict)) return [];
  const roots = await file.resolve(form.get('Fields'));
  if (!isArray(roots)) return [];
  const fields: FormField[] = [];
  const seen = new Set<number>();

  async function visit(written: PdfObject, parent: Parent, depth: number): Promise<void> {
    const ref = written instanceof PdfRef ? written : undefined;
    const where = ref === undefined ? 'form field' : `form field ${ref.num}`;
    if (depth > limits.fieldDepth) throw overLimit(where, 'fields are nested too deep');
    if (fields.length >= limits.fields) throw overLimit(where, `more than ${limits.fields} fields`);
    if (ref !== undefined) {
      if (seen.has(ref.num)) throw damaged(where, 'met twice');
      seen.add(ref.num);
    }
    const dict = await file.resolve(written);
    if (!(dict instanceof PdfDict)) return;
    const partial = await file.resolve(dict.get('T'));
    // A kid without a name is a widget of its parent, no field.
    if (depth > 0 && !(partial instanceof PdfString)) return;
    const own = partial instanceof PdfString ? textOf(partial) : '';
    const kind = await file.resolve(dict.get('FT'));
    const kids = await file.resolve(dict.get('Kids'));
    const field: FormField = {
      name: parent.name === '' ? own : `${parent.name}.${own}`,
      ref,
      dict,
      type: kind instanceof PdfName ? kind.value : parent.type,
      value: dict.has('V') ? dict.get('V') : parent.value,
      kids: isArray(kids) ? kids : undefined,
    };
    fields.push(field);
    for (const kid of field.kids ?? []) await visit(kid, field, depth + 1);
  }
  for (const root of roots) await visit(root, { name: '', type: undefined, value: undefined }, 0);
  return fields;
}

/** A field's widget annotations: the field itself when merged, else those kids that are no fields. */
export async function widgetsOf(
  file: PdfFile,
  field: FormField,
): Promise<{ ref: PdfRef | undefined; dict: PdfDict }[]> {
  const kids: PdfArray = field.kids ?? [];
  const widgets: { ref: PdfRef | undefined; dict: PdfDict }[] = [];
  for (const kid of kids) {
    const dict = await file.resolve(kid);
    if (dict instanceof PdfDict && !dict.has('T')) widgets.push({ ref: kid instanceof PdfRef ? kid : undefined, dict });
  }
  if (kids.length === 0) widgets.push({ ref: field.ref, dict: field.dict });
  return widgets;
}
