/**
 * The part of the white list that concerns filling in a form: values of text, choice and button fields, and the appearances drawn anew
 * for them. An appearance may only show what the value says; it draws text and lines, brings no picture, and stays in its rectangle.
 */
import { paintOf, PdfDict, PdfRef, PdfStream, sameObject } from '#core/pdf/index.ts';
import type { FormField, PdfFile, PdfObject, PdfStream as Stream } from '#core/pdf/index.ts';
import { differingKeys, type Comparison } from './changes.ts';
import {
  drawsAnew,
  fontsBefore,
  hasOtherLooks,
  hasOtherRichText,
  UNREADABLE,
  wrongState,
  wrongText,
} from './field-look.ts';
import { valueText } from './field-value.ts';
import { reachableFrom, referencesIn } from './references.ts';
import { placeOfWidget } from './widget-place.ts';

const FIELD_MAY_CHANGE: ReadonlySet<string> = new Set(['V', 'RV', 'I', 'TI', 'M']);
const WIDGET_MAY_CHANGE: ReadonlySet<string> = new Set(['AP', 'AS', 'M']);
/** What a form XObject that only draws a value has. */
const APPEARANCE_KEYS: ReadonlySet<string> = new Set(
  'Type Subtype FormType BBox Matrix Resources Length Filter DecodeParms Name LastModified'.split(' '),
);
const RESOURCE_KEYS: ReadonlySet<string> = new Set(['Font', 'ProcSet', 'ExtGState', 'ColorSpace']);
/** /Ff (Tables 228 to 230). */
const PUSH_BUTTON = 1 << 16;

export interface Widget {
  readonly num: number;
  readonly before: PdfDict;
  readonly after: PdfDict;
}

export async function explainValues(comparison: Comparison): Promise<void> {
  const { older, newer, changed, isOpen } = comparison;
  if ((await drawsAnew(older)) && !(await drawsAnew(newer))) await tellUncovered(comparison);
  if (![...changed.keys()].some(isOpen)) return;
  const now = new Map<number, FormField>();
  for (const field of await newer.fields()) if (field.ref !== undefined) now.set(field.ref.num, field);
  for (const field of await older.fields()) {
    const after = field.ref === undefined ? undefined : now.get(field.ref.num);
    if (after === undefined || field.type === 'Sig' || after.type !== field.type || after.name !== field.name) continue;
    await explainField(comparison, field, after);
  }
}

async function explainField(comparison: Comparison, before: FormField, after: FormField): Promise<void> {
  const { changed, isOpen, explain, report } = comparison;
  const num = before.ref?.num ?? 0;
  const widgets = await widgetsOf(comparison, before);
  if (widgets === undefined || (await givesHeirsAnotherValue(comparison, before, after))) return;
  const merged = widgets.some((widget) => widget.num === num);
  const mayChange = (key: string): boolean => FIELD_MAY_CHANGE.has(key) || (merged && WIDGET_MAY_CHANGE.has(key));
  if (!differingKeys(before.dict, after.dict).every(mayChange)) return;
  for (const widget of widgets) {
    if (widget.num === num) continue;
    if (!differingKeys(widget.before, widget.after).every((key) => WIDGET_MAY_CHANGE.has(key))) return;
  }
  const drawn = new Set<number>();
  const newLooks = new Set<number>();
  for (const widget of widgets) {
    const objects = await redrawn(comparison, widget);
    for (const one of objects) drawn.add(one);
    if (objects.length > 0 || !sameObject(widget.before.get('AP'), widget.after.get('AP'))) newLooks.add(widget.num);
  }
  const touched = [num, ...widgets.map((w) => w.num)].filter((n) => changed.has(n) && isOpen(n));
  const value = await ownObject(comparison, before, after);
  if (touched.length === 0 && drawn.size === 0 && value.length === 0) return;
  const looks = widgets.filter((widget) => newLooks.has(widget.num));
  if (await drawsMore(comparison, before, drawn, looks))
    return report('CHANGED_FIELD', { object: num, field: before.name });

  for (const one of [...touched, ...drawn, ...value]) explain(one);
  await tell(comparison, before, after, widgets, newLooks);
}

/** Fields below that have no value of their own would change with it, and no rule for them would notice. */
async function givesHeirsAnotherValue({ older }: Comparison, before: FormField, after: FormField): Promise<boolean> {
  if (sameObject(before.dict.get('V'), after.dict.get('V')) && sameObject(before.dict.get('RV'), after.dict.get('RV')))
    return false;
  for (const kid of before.kids ?? []) {
    const dict = await older.resolve(kid);
    if (dict instanceof PdfDict && dict.has('T')) return true;
  }
  return false;
}

/** Looks that nobody saw while readers had to draw the fields anew. */
async function tellUncovered({ newer, report }: Comparison): Promise<void> {
  for (const field of await newer.fields()) {
    if (field.type !== 'Tx' && field.type !== 'Ch') continue;
    for (const widget of await widgetsIn(newer, field)) {
      const wrong = await wrongText(newer, field, widget, undefined);
      if (typeof wrong !== 'string') continue;
      const value = (await valueText(newer, field.value)) ?? '…';
      report('FIELD_SHOWS_OTHER', { field: field.name, before: value, after: wrong });
    }
  }
}

async function widgetsIn(file: PdfFile, field: FormField): Promise<readonly PdfDict[]> {
  const found = await Promise.all((field.kids ?? [field.dict]).map((written) => file.resolve(written)));
  return found.filter(
    (dict): dict is PdfDict => dict instanceof PdfDict && (field.kids === undefined || !dict.has('T')),
  );
}

/** The field itself or its kids without a name; undefined when a kid is no dictionary of its own in both revisions. */
async function widgetsOf({ older, newer }: Comparison, field: FormField): Promise<readonly Widget[] | undefined> {
  const list = field.kids ?? (field.ref === undefined ? [] : [field.ref]);
  const widgets: Widget[] = [];
  for (const kid of list) {
    if (!(kid instanceof PdfRef)) return undefined;
    const [before, after] = [await older.object(kid.num), await newer.object(kid.num)];
    if (!(before instanceof PdfDict) || !(after instanceof PdfDict)) return undefined;
    if (field.kids !== undefined && before.has('T')) continue;
    widgets.push({ num: kid.num, before, after });
  }
  return widgets;
}

/** A value that stands as an object of its own, for this field alone. */
async function ownObject(
  { older, newer, changed, references }: Comparison,
  before: FormField,
  after: FormField,
): Promise<readonly number[]> {
  const value = after.dict.get('V');
  if (!(value instanceof PdfRef) || !changed.has(value.num)) return [];
  const isText = (object: PdfObject): boolean => !(object instanceof PdfDict || object instanceof PdfStream);
  if (!isText(await newer.object(value.num)) || !isText(await older.object(value.num))) return [];
  const known = sameObject(before.dict.get('V'), value) ? 1 : 0;
  return (references.get(value.num) ?? 0) <= known ? [value.num] : [];
}

/** Changed objects that this widget's appearance is made of: new ones, and old ones that served it alone. */
async function redrawn(
  { older, newer, changed, references, isOpen }: Comparison,
  widget: Widget,
): Promise<readonly number[]> {
  const own = await appearanceObjects(older, widget.before.get('AP'));
  const found: number[] = [];
  for (const num of (await appearanceObjects(newer, widget.after.get('AP'))).keys()) {
    const entry = changed.get(num);
    if (entry === undefined || !isOpen(num)) continue;
    if (entry.added || (own.get(num) ?? 0) === references.get(num)) found.push(num);
  }
  const drawn = new Set(found);
  const through = (num: number): boolean => drawn.has(num) || changed.get(num)?.added === true;
  for (const num of await reachableFrom(newer, widget.after.get('AP'), { through })) found.push(num);
  return found;
}

/** The objects of /AP itself, its states and their streams, each with how often they are referred to from there. */
async function appearanceObjects(file: PdfFile, written: PdfObject | undefined): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  const follow = async (value: PdfObject | undefined, depth: number): Promise<void> => {
    if (value instanceof PdfRef) counts.set(value.num, (counts.get(value.num) ?? 0) + 1);
    const found = await file.resolve(value);
    if (found instanceof PdfStream) for (const num of referencesIn(found.dict.get('Length'))) counts.set(num, 1);
    else if (found instanceof PdfDict && depth < 2)
      for (const [, item] of found.entries()) await follow(item, depth + 1);
  };
  await follow(written, 0);
  return counts;
}

/** Whether the new appearance holds anything but text and lines. A push button shows no value, so it has nothing to draw anew. */
async function drawsMore(
  { newer }: Comparison,
  field: FormField,
  drawn: ReadonlySet<number>,
  looks: readonly Widget[],
): Promise<boolean> {
  if (looks.length === 0) return false;
  const flags = await newer.resolve(field.dict.get('Ff'));
  if (field.type === 'Btn' && typeof flags === 'number' && (flags & PUSH_BUTTON) !== 0) return true;
  for (const num of drawn) {
    const object = await newer.object(num);
    // Glyphs of such a font are drawings.
    if (object instanceof PdfDict && object.name('Subtype') === 'Type3') return true;
    if (object instanceof PdfStream && object.dict.has('BBox') && !(await isPlain(newer, object))) return true;
  }
  // A look may have lain in the document all along, waiting to be pointed to.
  for (const { after } of looks)
    for (const form of await formsOf(newer, after)) if (!(await isPlain(newer, form))) return true;
  return false;
}

/** The forms of an appearance: /N, /R and /D, in all their states. */
async function formsOf(file: PdfFile, widget: PdfDict): Promise<readonly Stream[]> {
  const forms: Stream[] = [];
  const appearance = await file.resolve(widget.get('AP'));
  for (const [, written] of appearance instanceof PdfDict ? appearance.entries() : []) {
    const look = await file.resolve(written);
    const states =
      look instanceof PdfDict ? await Promise.all([...look.entries()].map(([, s]) => file.resolve(s))) : [look];
    for (const state of states) if (state instanceof PdfStream) forms.push(state);
  }
  return forms;
}

async function isPlain(file: PdfFile, form: Stream): Promise<boolean> {
  if (![...form.dict.keys()].every((key) => APPEARANCE_KEYS.has(key))) return false;
  const resources = await file.resolve(form.dict.get('Resources'));
  if (resources instanceof PdfDict && ![...resources.keys()].every((key) => RESOURCE_KEYS.has(key))) return false;
  const paint = await paintOf(file, form).catch(() => undefined);
  return paint !== undefined && !paint.images && !paint.shadings;
}

async function tell(
  comparison: Comparison,
  before: FormField,
  after: FormField,
  widgets: readonly Widget[],
  newLooks: ReadonlySet<number>,
): Promise<void> {
  const { older, newer, report } = comparison;
  const [was, is] = [await valueText(older, before.value), await valueText(newer, after.value)];
  const same = sameObject(await older.resolve(before.value), await newer.resolve(after.value));
  const [first] = widgets;
  const place = first === undefined ? undefined : await placeOfWidget(newer, first.num, first.after);
  const found = {
    object: before.ref?.num ?? 0,
    field: before.name,
    ...(place === undefined ? {} : { page: place.page, place }),
  };
  if (same) report('FIELD_REDRAWN', found);
  else report('CHANGED_FORM_VALUE', { ...found, before: was ?? '…', after: is ?? '…' });

  for (const widget of widgets) {
    const newLook = newLooks.has(widget.num);
    const believed = newLook ? fontsBefore(comparison) : undefined;
    const wrong =
      (newLook && (await hasOtherLooks(comparison, widget))) || (await hasOtherRichText(comparison, before, after))
        ? UNREADABLE
        : after.type === 'Btn'
          ? ((await wrongState(newer, after, widget.after)) ?? (newLook ? UNREADABLE : undefined))
          : await wrongText(newer, after, widget.after, believed);
    if (wrong === undefined) continue;
    const unknown = typeof wrong === 'symbol';
    if (unknown && !newLook && same && sameObject(before.dict.get('RV'), after.dict.get('RV'))) continue;
    // What a program makes of a new value, a date or a sum, may look different from it; an old value looks as it did.
    const need = unknown || (!same && newLook) ? 'unclear' : 'never';
    report('FIELD_SHOWS_OTHER', { ...found, before: is ?? '…', after: unknown ? '?' : wrong, need });
  }
}

/** Whether /DR grew by fonts and nothing else, as programs do that fill in a form. */
export async function onlyFontsAdded(
  comparison: Comparison,
  before: PdfObject | undefined,
  after: PdfObject | undefined,
): Promise<boolean> {
  const { older, newer } = comparison;
  const [old, now] = [await older.resolve(before), await newer.resolve(after)];
  if (!(old instanceof PdfDict) || !(now instanceof PdfDict)) return false;
  for (const key of differingKeys(old, now)) {
    if (key !== 'Font') return false;
    const [fonts, more] = [await older.resolve(old.get(key)), await newer.resolve(now.get(key))];
    if (!(more instanceof PdfDict)) return false;
    if (fonts instanceof PdfDict && ![...fonts.keys()].every((name) => sameObject(fonts.get(name), more.get(name))))
      return false;
  }
  return true;
}
