/**
 * The part of the white list that concerns annotations where a certification allows them (DocMDP permission 3). Notes and marks over
 * text may come, change and go. What paints text, pictures or surfaces of its own can pass for the document's content ("evil
 * annotation"), and what covers text, a signature or a form field hides it: neither passes, whatever the certification says.
 */
import { PdfDict, type PdfBox, type PdfFile, type PdfPage, type PdfRef } from '#core/pdf/index.ts';
import { boxOf, intersection, referencesOn, area, signedAppearances } from './changes-appearance.ts';
import { explainAdded } from './changes-form.ts';
import { differingKeys, type Comparison } from './changes.ts';
import { hasImages, textUnder } from './covered-text.ts';
import { isQuietMark, isQuietNote, type Place } from './quiet-markup.ts';
import { valueText } from './field-value.ts';
import { placeOn } from './widget-place.ts';

/** Marks on text, which they must not hide. */
const TEXT_MARKS: ReadonlySet<string> = new Set(['Highlight', 'Underline', 'Squiggly', 'StrikeOut']);
/** A note's icon and its window. */
const NOTES: ReadonlySet<string> = new Set(['Text', 'Popup']);
/** Annotations that draw: text boxes, stamps, shapes, ink. */
const DRAWINGS: ReadonlySet<string> = new Set(
  'FreeText Stamp Ink Line Square Circle Polygon PolyLine Caret Redact Watermark'.split(' '),
);
const KEYS: ReadonlySet<string> = new Set(
  (
    'Type Subtype Rect Contents P NM M F AP AS Border BS BE C CA ca RD T Popup RC CreationDate IRT Subj RT IT Open Name State ' +
    'StateModel QuadPoints Parent StructParent Lang DA DS Q InkList L LE LL LLE IC Cap Vertices CO CP Sy OverlayText Repeat RO'
  ).split(' '),
);
const ACTIONS: ReadonlySet<string> = new Set(['A', 'AA', 'PA', 'Dest']);
export interface Pages {
  readonly before: PdfPage;
  readonly after: PdfPage;
  /** Whether the annotation is new to the page. */
  readonly added: boolean;
}

/** Judges an annotation that is neither a signature's widget nor a copy of a seal. */
export async function explainMarkup(comparison: Comparison, item: PdfRef, pages: Pages): Promise<void> {
  const { newer, older, changed, explain, report } = comparison;
  const { after, added } = pages;
  const dict = await newer.object(item.num);
  const page = after.number;
  const refuse = (): void => report('CHANGED_ANNOTATION', { object: item.num, page });
  // Fields have their own rules; one that those did not explain is reported for what it is.
  if (!(dict instanceof PdfDict) || (!added && dict.name('Subtype') === 'Widget')) return;
  const subtype = dict.name('Subtype') ?? '';
  const action = [...dict.keys()].find((key) => ACTIONS.has(key));
  if (action !== undefined) report('CHANGED_ACTION', { object: item.num, page, key: `${subtype} ${action}` });
  const known = NOTES.has(subtype) || TEXT_MARKS.has(subtype) || DRAWINGS.has(subtype);
  if (!known || action !== undefined || ![...dict.keys()].every((key) => KEYS.has(key))) return refuse();
  // An object that stood in the document for something else is not to be dressed up as an annotation.
  if (added && changed.get(item.num)?.added !== true) return refuse();
  const was = added ? undefined : await older.object(item.num);
  if (was !== undefined && !(was instanceof PdfDict && was.name('Subtype') === subtype)) return refuse();
  if (was instanceof PdfDict) {
    if (differingKeys(was, dict).includes('F')) return refuse();
    // What showed more than a mark when it was signed was part of what was signed.
    const { before } = pages;
    const wasAt = await boxOf(older, was.get('Rect'), before.box);
    if (!(await isQuiet(older, before, subtype, was, wasAt, 'anywhere'))) return refuse();
  }

  const place = await placeOn(newer, after, dict);
  const found = { object: item.num, page, key: subtype, ...(place === undefined ? {} : { place }) };
  const box = await boxOf(newer, dict.get('Rect'), after.box);
  if (subtype !== 'Popup' && (await covers(comparison, pages, box, TEXT_MARKS.has(subtype)))) {
    return report('ANNOTATION_COVERS_CONTENT', found);
  }
  explain(item.num);
  await explainAdded(comparison, dict.get('AP'));
  if (!(await isQuiet(newer, after, subtype, dict, box))) return report('ANNOTATION_SHOWS_CONTENT', found);
  const text = dict.get('Contents');
  report(added ? 'ANNOTATION_ADDED' : 'ANNOTATION_CHANGED', { ...found, ...(await texts(comparison, was, text)) });
}

/** An annotation that is no longer listed: a note or mark may go, what draws was part of what was signed. */
export async function explainRemoved(
  { older, changed, explain, report }: Comparison,
  ref: PdfRef,
  page: PdfPage,
): Promise<void> {
  const dict = await older.object(ref.num);
  const subtype = dict instanceof PdfDict ? (dict.name('Subtype') ?? '') : '';
  const box = dict instanceof PdfDict ? await boxOf(older, dict.get('Rect'), page.box) : undefined;
  const quiet = (where: Place): Promise<boolean> =>
    dict instanceof PdfDict && box !== undefined && (NOTES.has(subtype) || TEXT_MARKS.has(subtype))
      ? isQuiet(older, page, subtype, dict, box, where)
      : Promise.resolve(false);
  if (!(await quiet('anywhere'))) return report('CHANGED_ANNOTATION', { object: ref.num, page: page.number });
  if (changed.get(ref.num)?.newer === null) explain(ref.num);
  const found = { object: ref.num, page: page.number, key: subtype };
  report('ANNOTATION_REMOVED', (await quiet('away-from-text')) ? found : { ...found, need: 'sketching' });
}

async function texts(
  { older, newer }: Comparison,
  was: unknown,
  text: Parameters<typeof valueText>[1],
): Promise<{ before?: string; after?: string }> {
  const before = was instanceof PdfDict ? await valueText(older, was.get('Contents')) : undefined;
  const after = await valueText(newer, text);
  return { ...(before === undefined ? {} : { before }), ...(after === undefined || after === '' ? {} : { after }) };
}

/** Text, a scan, a signature or a form field under the rectangle; a mark on text lies over text by its nature. */
async function covers(comparison: Comparison, { before }: Pages, box: PdfBox, isMark: boolean): Promise<boolean> {
  const { older } = comparison;
  if (area(box) === 0) return false;
  for (const other of await signedAppearances(older, before)) if (area(intersection(box, other.box)) > 0) return true;
  for (const { num } of await referencesOn(older, before)) {
    const widget = await older.object(num);
    if (!(widget instanceof PdfDict) || widget.name('Subtype') !== 'Widget') continue;
    if (area(intersection(box, await boxOf(older, widget.get('Rect'), before.box))) > 0) return true;
  }
  if (isMark) return false;
  return (await textUnder(older, before, box)) !== '' || (await hasImages(older, before));
}

/** Whether it shows nothing but its mark or icon. */
async function isQuiet(
  file: PdfFile,
  page: PdfPage,
  subtype: string,
  dict: PdfDict,
  box: PdfBox,
  where: Place = 'away-from-text',
): Promise<boolean> {
  if (DRAWINGS.has(subtype)) return false;
  if (subtype === 'Popup') return (await file.resolve(dict.get('AP'))) === null;
  return TEXT_MARKS.has(subtype) ? isQuietMark(file, page, subtype, dict) : isQuietNote(file, page, dict, box, where);
}
