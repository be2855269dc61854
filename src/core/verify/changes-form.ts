/** The part of the white list that concerns /AcroForm: further signature fields, and empty ones that were signed. */
import {
  duplicateKeyIn,
  isArray,
  PdfDict,
  PdfRef,
  PdfStream,
  PdfString,
  sameObject,
  textOf,
  type PdfArray,
  type PdfFile,
  type PdfObject,
} from '#core/pdf/index.ts';
import { differingKeys, type Comparison } from './changes.ts';
import { onlyFontsAdded } from './changes-values.ts';
import { reachableFrom } from './references.ts';

const FORM_MAY_CHANGE = new Set(['Fields', 'SigFlags']);
/** A form that is made for the first signature may bring default resources for the fields to come. */
const NEW_FORM_MAY_HAVE = new Set(['Type', 'Fields', 'SigFlags', 'DR', 'DA', 'Q']);
/** What signing puts into an empty signature field. */
const SIGNING_MAY_CHANGE = new Set(['V', 'AP', 'M', 'AS', 'NM', 'F', 'MK']);
/** What it may put into the widget of a field that has it as a kid. */
const SHOWING_MAY_CHANGE = new Set(['AP', 'M', 'AS', 'NM', 'F', 'MK']);
/** Annotation flags (Table 165) that would take the appearance out of its rectangle: NoZoom, NoRotate. */
const MOVING_FLAGS = 8 | 16;
/** Bytes of an appearance that may still be an empty one: saving and restoring, a comment. */
const EMPTY_APPEARANCE = 20;
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

/** What makes a dictionary a field: a kid with one would be a field of its own, of any type, under the signature's name. */
const FIELD_KEYS = ['T', 'V', 'Kids'];
const isField = (dict: PdfDict): boolean =>
  FIELD_KEYS.some((key) => dict.has(key)) || (dict.has('FT') && dict.name('FT') !== 'Sig');

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
    for (const key of differingKeys(before, after)) {
      if (FORM_MAY_CHANGE.has(key)) continue;
      const upkeep =
        key === 'DR'
          ? await onlyFontsAdded(comparison, before.get(key), after.get(key))
          : key === 'NeedAppearances' && (await newer.resolve(after.get(key))) !== true;
      report(upkeep ? 'FORM_UPKEEP' : 'CHANGED_FORM', { key });
      if (upkeep) await explainAdded(comparison, after.get(key));
    }
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
  const name = fieldName(dict);
  // Fields of one name are one field: readers would show the new value for the old field, or the other way round.
  if ((await newer.fields()).filter((other) => other.name === name).length > 1) {
    report('CHANGED_FIELD', { object: field.num, field: name });
  }
  const signed = dict.get('V') instanceof PdfRef;
  await explainSignatureField(comparison, field.num, dict, signed, name);
  const kids = await newer.resolve(dict.get('Kids'));
  for (const kid of isArray(kids) ? kids : []) {
    const widget = await newer.resolve(kid);
    const isWidget = widget instanceof PdfDict && !isField(widget);
    if (!(kid instanceof PdfRef) || changed.get(kid.num)?.added !== true || !isWidget) {
      report('CHANGED_FIELD', { object: field.num, field: fieldName(dict) });
    } else await explainSignatureField(comparison, kid.num, widget, signed, name);
  }
}

/** Crosses off a field or widget that this revision brought, its value and its appearance. */
async function explainSignatureField(
  comparison: Comparison,
  num: number,
  dict: PdfDict,
  signed: boolean,
  name: string,
): Promise<void> {
  const { explain, report, signatureWidgets, newer } = comparison;
  explain(num);
  const odd = [...dict.keys()].some((key) => !SIGNATURE_FIELD_KEYS.has(key));
  const pictureOnly = !signed && (await drawsSomething(newer, dict.get('AP')));
  if (odd || pictureOnly || duplicateKeyIn(dict) !== undefined || !staysInPlace(dict.get('F'))) {
    return report('CHANGED_FIELD', { object: num, field: name });
  }
  signatureWidgets.add(num);
  if (signed) signedWidget(comparison, name, num);
  if (dict.get('V') instanceof PdfRef) await reportSigned(comparison, num, name, dict.get('V'));
  for (const key of ['V', 'AP', 'MK', 'Lock', 'SV']) await explainAdded(comparison, dict.get(key));
}

/** A signature or a time stamp, as its dictionary says; the judge of the signature has the last word. */
async function reportSigned(
  { newer, report }: Comparison,
  num: number,
  field: string,
  value: PdfObject | undefined,
): Promise<void> {
  const signature = await newer.resolve(value);
  const isStamp = signature instanceof PdfDict && signature.name('SubFilter') === 'ETSI.RFC3161';
  report(isStamp ? 'TIMESTAMP_ADDED' : 'SIGNATURE_ADDED', { object: num, field });
}

function signedWidget({ signedFields }: Comparison, field: string, num: number): void {
  signedFields.set(field, [...(signedFields.get(field) ?? []), num]);
}

const staysInPlace = (flags: PdfObject | undefined): boolean =>
  flags === undefined || (typeof flags === 'number' && (flags & MOVING_FLAGS) === 0);

/** Whether an appearance shows anything; one in several states counts as such. */
async function drawsSomething(file: PdfFile, appearance: PdfObject | undefined): Promise<boolean> {
  const dict = await file.resolve(appearance);
  if (dict === null) return false;
  const normal = dict instanceof PdfDict ? await file.resolve(dict.get('N')) : dict;
  if (normal === null) return false;
  return !(normal instanceof PdfStream) || (await file.streamData(normal)).length > EMPTY_APPEARANCE;
}

/** An empty signature field of the older revision that now has a value. */
async function explainSignedFields(comparison: Comparison): Promise<void> {
  const { older, newer, changed, report, explain, signatureWidgets } = comparison;
  for (const field of await older.signatureFields()) {
    const num = field.ref?.num;
    if (num === undefined || !changed.has(num)) continue;
    const before = field.dict;
    const after = await newer.object(num);
    explain(num);
    if (!(after instanceof PdfDict)) {
      report('CHANGED_SIGNATURE', { object: num, field: field.name });
      continue;
    }
    const keys = differingKeys(before, after);
    const wasEmpty = field.value === undefined || field.value === null;
    const nowSigned = after.get('V') instanceof PdfRef;
    const regular = nowSigned && keys.every((key) => SIGNING_MAY_CHANGE.has(key)) && staysInPlace(after.get('F'));
    if (!wasEmpty || !regular) {
      report(wasEmpty ? 'CHANGED_FIELD' : 'CHANGED_SIGNATURE', { object: num, field: field.name });
      continue;
    }
    signatureWidgets.add(num);
    signedWidget(comparison, field.name, num);
    comparison.filledFields.add(field.name);
    await reportSigned(comparison, num, field.name, after.get('V'));
    for (const key of ['V', 'AP', 'MK']) await explainAdded(comparison, after.get(key));
    for (const kid of field.kids ?? []) await explainShownWidget(comparison, kid, field.name);
  }
}

/** The widget of a field just signed, where it is an object of its own. */
async function explainShownWidget(comparison: Comparison, kid: PdfObject, field: string): Promise<void> {
  const { older, newer, changed, explain, signatureWidgets } = comparison;
  if (!(kid instanceof PdfRef) || !changed.has(kid.num)) return;
  const [before, after] = [await older.object(kid.num), await newer.object(kid.num)];
  if (!(before instanceof PdfDict) || !(after instanceof PdfDict) || before.has('T')) return;
  if (!differingKeys(before, after).every((key) => SHOWING_MAY_CHANGE.has(key)) || !staysInPlace(after.get('F')))
    return;
  explain(kid.num);
  signatureWidgets.add(kid.num);
  signedWidget(comparison, field, kid.num);
  for (const key of ['AP', 'MK']) await explainAdded(comparison, after.get(key));
}

/** Crosses off the objects that `value` reaches through objects which this revision added; old ones are left as they are. */
export async function explainAdded(
  { newer, changed, explain }: Comparison,
  value: PdfObject | undefined,
): Promise<void> {
  const isAdded = (num: number): boolean => changed.get(num)?.added === true;
  for (const num of await reachableFrom(newer, value, { through: isAdded })) explain(num);
}

export function fieldName(value: PdfObject | undefined): string {
  const title = value instanceof PdfDict ? value.get('T') : undefined;
  return title instanceof PdfString ? textOf(title) : '?';
}
