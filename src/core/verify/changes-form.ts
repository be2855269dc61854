/** The part of the white list that concerns /AcroForm: further signature fields, and empty ones that were signed. */
import { isArray, PdfDict, PdfRef, sameObject, type PdfArray, type PdfObject } from '#core/pdf/index.ts';
import { differingKeys, type Comparison } from './changes.ts';
import { reachableFrom } from './references.ts';

const FORM_MAY_CHANGE = new Set(['Fields', 'SigFlags']);
/** A form that is made for the first signature may bring default resources for the fields to come. */
const NEW_FORM_MAY_HAVE = new Set(['Type', 'Fields', 'SigFlags', 'DR', 'DA', 'Q']);
/** What signing puts into an empty signature field. */
const SIGNING_MAY_CHANGE = new Set(['V', 'AP', 'M', 'AS', 'NM']);
/** Entries of a signature field or its widget. /A and /AA (actions) are not among them. */
const SIGNATURE_FIELD_KEYS = new Set([
  ...[
    'Type',
    'Subtype',
    'FT',
    'T',
    'TU',
    'TM',
    'V',
    'F',
    'Ff',
    'P',
    'Rect',
    'AP',
    'AS',
    'MK',
    'BS',
    'Border',
    'M',
    'NM',
  ],
  ...['DA', 'Q', 'Lock', 'SV', 'Kids', 'Parent', 'H', 'StructParent', 'C'],
]);

export async function explainForm(comparison: Comparison): Promise<void> {
  const { older, newer, changed, references, explain, report } = comparison;
  const [oldEntry, newEntry] = [(await older.catalog()).get('AcroForm'), (await newer.catalog()).get('AcroForm')];
  const before = await older.resolve(oldEntry);
  const after = await newer.resolve(newEntry);
  if (after === null && before === null) return;
  if (!(after instanceof PdfDict)) return report('CHANGED_FORM', { key: 'AcroForm' });

  if (newEntry instanceof PdfRef && changed.has(newEntry.num)) {
    // Crossed off only where it is the form and nothing else.
    if ((references.get(newEntry.num) ?? 0) <= 1) explain(newEntry.num);
    else report('CHANGED_FORM', { key: 'AcroForm' });
  }
  if (before instanceof PdfDict) {
    for (const key of differingKeys(before, after)) if (!FORM_MAY_CHANGE.has(key)) report('CHANGED_FORM', { key });
  } else {
    for (const key of after.keys()) if (!NEW_FORM_MAY_HAVE.has(key)) report('CHANGED_FORM', { key });
    await explainAdded(comparison, after.get('DR'));
  }
  const flags = after.get('SigFlags');
  if (flags !== undefined && flags !== null && typeof flags !== 'number') report('CHANGED_FORM', { key: 'SigFlags' });

  const oldFields = before instanceof PdfDict ? before.get('Fields') : undefined;
  const appended = await appendedTo(comparison, oldFields, after.get('Fields'));
  if (appended === undefined) return report('CHANGED_FORM', { key: 'Fields' });
  for (const field of appended) await explainNewField(comparison, field);
  await explainSignedFields(comparison);
}

/**
 * What a list of references grew by. Undefined when its older entries are not all there in their old order, or when the indirect
 * array that holds them serves another place too.
 */
export async function appendedTo(
  { older, newer, changed, references, explain }: Comparison,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): Promise<PdfArray | undefined> {
  const oldList = await older.resolve(before);
  const newList = await newer.resolve(after);
  const oldItems: PdfArray = isArray(oldList) ? oldList : [];
  if (!isArray(newList)) return newList === null && oldItems.length === 0 ? [] : undefined;
  if (after instanceof PdfRef && changed.has(after.num)) {
    const sameHolder = before instanceof PdfRef && before.num === after.num;
    const expected = sameHolder ? 1 : 0;
    if ((references.get(after.num) ?? 0) > expected) return undefined;
    explain(after.num);
  }
  if (!oldItems.every((item, i) => sameObject(item, newList[i]))) return undefined;
  return newList.slice(oldItems.length);
}

async function explainNewField(comparison: Comparison, field: PdfObject): Promise<void> {
  const { newer, changed, report } = comparison;
  if (!(field instanceof PdfRef)) return report('CHANGED_FORM', { key: 'Fields' });
  const dict = await newer.object(field.num);
  const isNew = changed.get(field.num)?.added === true;
  if (!isNew || !(dict instanceof PdfDict) || dict.name('FT') !== 'Sig') {
    return report('CHANGED_FIELD', { object: field.num, field: fieldName(dict) });
  }
  await explainSignatureField(comparison, field.num, dict);
  const kids = await newer.resolve(dict.get('Kids'));
  for (const kid of isArray(kids) ? kids : []) {
    const widget = await newer.resolve(kid);
    if (!(kid instanceof PdfRef) || changed.get(kid.num)?.added !== true || !(widget instanceof PdfDict)) {
      report('CHANGED_FIELD', { object: field.num, field: fieldName(dict) });
    } else await explainSignatureField(comparison, kid.num, widget);
  }
}

/** Crosses off a field or widget that this revision brought, its value and its appearance. */
async function explainSignatureField(comparison: Comparison, num: number, dict: PdfDict): Promise<void> {
  const { explain, report, signatureWidgets } = comparison;
  explain(num);
  const odd = [...dict.keys()].filter((key) => !SIGNATURE_FIELD_KEYS.has(key));
  if (odd.length > 0 || dict.duplicateKeys.length > 0) {
    return report('CHANGED_FIELD', { object: num, field: fieldName(dict) });
  }
  signatureWidgets.add(num);
  if (dict.get('V') instanceof PdfRef) report('SIGNATURE_ADDED', { object: num, field: fieldName(dict) });
  for (const key of ['V', 'AP', 'MK', 'Lock', 'SV']) await explainAdded(comparison, dict.get(key));
}

/** An empty signature field of the older revision that now has a value. */
async function explainSignedFields(comparison: Comparison): Promise<void> {
  const { older, newer, changed, report, explain, signatureWidgets } = comparison;
  for (const field of await older.signatureFields()) {
    const num = field.ref?.num;
    if (num === undefined || !changed.has(num)) continue;
    const after = await newer.object(num);
    explain(num);
    if (!(after instanceof PdfDict)) {
      report('CHANGED_SIGNATURE', { object: num, field: field.name });
      continue;
    }
    const keys = differingKeys(field.dict, after);
    const wasEmpty = field.value === undefined || field.value === null;
    if (!wasEmpty || keys.some((key) => !SIGNING_MAY_CHANGE.has(key))) {
      report(wasEmpty ? 'CHANGED_FIELD' : 'CHANGED_SIGNATURE', { object: num, field: field.name });
      continue;
    }
    signatureWidgets.add(num);
    if (after.get('V') instanceof PdfRef) report('SIGNATURE_ADDED', { object: num, field: field.name });
    for (const key of ['V', 'AP']) await explainAdded(comparison, after.get(key));
  }
}

/** Crosses off the objects that `value` reaches through objects which this revision added; old ones are left as they are. */
async function explainAdded({ newer, changed, explain }: Comparison, value: PdfObject | undefined): Promise<void> {
  const isAdded = (num: number): boolean => changed.get(num)?.added === true;
  for (const num of await reachableFrom(newer, value, { through: isAdded })) explain(num);
}

export function fieldName(value: PdfObject | undefined): string {
  const title = value instanceof PdfDict ? value.get('T') : undefined;
  if (typeof title !== 'object' || title === null || !('bytes' in title)) return '?';
  const { bytes } = title;
  const isUtf16 = bytes[0] === 0xfe && bytes[1] === 0xff;
  return new TextDecoder(isUtf16 ? 'utf-16be' : 'latin1').decode(bytes);
}
