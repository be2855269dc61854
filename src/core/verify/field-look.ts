/**
 * Whether a field's look says what its value says: what of a new look can be believed, and which state a box shows. What can't be told is
 * never taken for good.
 */
import { PdfDict, PdfName, PdfRef, PdfStream, plainTextOf, sameObject } from '#core/pdf/index.ts';
import type { Believed, FormField, PdfFile } from '#core/pdf/index.ts';
import type { Widget } from './changes-values.ts';
import type { Comparison } from './changes.ts';
import { bare, optionTexts, shownText, valueText } from './field-value.ts';

const PASSWORD = 1 << 13;

/** What is shown cannot be read. */
export const UNREADABLE = Symbol('unreadable');

/** Looks under the mouse that came or changed: they show when nobody checks. */
export async function hasOtherLooks(
  { older, newer, changed }: Comparison,
  { before, after }: Widget,
): Promise<boolean> {
  const [was, is] = [await older.resolve(before.get('AP')), await newer.resolve(after.get('AP'))];
  if (!(is instanceof PdfDict)) return false;
  return ['R', 'D'].some((key) => {
    const look = is.get(key);
    const known = was instanceof PdfDict ? was.get(key) : undefined;
    return !sameObject(known, look) || (look instanceof PdfRef && changed.has(look.num));
  });
}

/** Rich text, which some readers draw in place of the value, has changed and says something else. */
export async function hasOtherRichText(
  { older, newer }: Comparison,
  before: FormField,
  after: FormField,
): Promise<boolean> {
  const [was, is] = [await older.resolve(before.dict.get('RV')), await newer.resolve(after.dict.get('RV'))];
  if (is === null || sameObject(was, is)) return false;
  const rich = await valueText(newer, is);
  const value = await valueText(newer, after.value);
  return rich === undefined || value === undefined || bare(withoutMarkup(rich)) !== bare(value);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const withoutMarkup = (text: string): string =>
  text
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d{1,7})|(\w+));/g, (all, code: string | undefined, name: string | undefined) =>
      code === undefined ? (ENTITIES[name ?? ''] ?? all) : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
    );

/** Fonts that came with the new look can call any glyph by any name: their embedded programs and maps are not believed. */
export function fontsBefore({ older, changed }: Comparison): Believed {
  return (font) => {
    const known = font instanceof PdfRef && !changed.has(font.num) && older.xrefEntry(font.num) !== undefined;
    const dict = font instanceof PdfRef ? changed.get(font.num)?.newer : font;
    return known || (dict instanceof PdfDict && NAMED_FONTS.has(dict.name('Subtype') ?? '') && isPlainFont(dict));
  };
}

const NAMED_FONTS: ReadonlySet<string> = new Set(['Type1', 'TrueType', 'Type0']);
const isPlainFont = (font: PdfDict): boolean =>
  !font.has('ToUnicode') &&
  !font.has('FontDescriptor') &&
  (font.name('Subtype') !== 'Type0' || !(font.name('Encoding') ?? 'Identity').startsWith('Identity'));

/**
 * What a text or choice field shows in place of its value. `believed`: its look is new, and only what is plain in it counts.
 */
export async function wrongText(
  file: PdfFile,
  field: FormField,
  widget: PdfDict,
  believed: Believed | undefined,
): Promise<string | typeof UNREADABLE | undefined> {
  const flags = await file.resolve(field.dict.get('Ff'));
  const isSecret = typeof flags === 'number' && (flags & PASSWORD) !== 0;
  if (!widget.has('AP') || (believed === undefined && (isSecret || (await drawsAnew(file))))) return undefined;
  const value = await valueText(file, field.value);
  const shown =
    believed === undefined ? await shownText(file, widget.get('AP')) : await plainText(file, widget, believed);
  if (value === undefined || shown === undefined) return UNREADABLE;
  if (isSecret) return /^[*•●]*$/.test(shown) ? undefined : UNREADABLE;
  const texts = [value, ...(field.type === 'Ch' ? await optionTexts(file, field.dict.get('Opt'), value) : [])];
  // A list box shows all its choices, of which the value is one; which is marked can't be read.
  const isListBox = field.type === 'Ch' && !(typeof flags === 'number' && (flags & COMBO) !== 0);
  if (isListBox && believed !== undefined) return UNREADABLE;
  const fits = texts.some((text) => (isListBox ? shown.includes(bare(text)) : shown === bare(text)));
  return fits ? undefined : shown;
}

async function plainText(file: PdfFile, widget: PdfDict, believed: Believed): Promise<string | undefined> {
  const appearance = await file.resolve(widget.get('AP'));
  const normal = appearance instanceof PdfDict ? await file.resolve(appearance.get('N')) : null;
  if (!(normal instanceof PdfStream)) return undefined;
  const text = await plainTextOf(file, normal, widget, believed).catch(() => undefined);
  return text === undefined ? undefined : bare(text);
}

const COMBO = 1 << 17;

/** Readers are told to draw all fields from their values. */
export async function drawsAnew(file: PdfFile): Promise<boolean> {
  const form = await file.resolve((await file.catalog()).get('AcroForm'));
  return form instanceof PdfDict && (await file.resolve(form.get('NeedAppearances'))) === true;
}

/** The state that a check box or radio button shows, when it is not the one of its value. */
export async function wrongState(file: PdfFile, field: FormField, widget: PdfDict): Promise<string | undefined> {
  const appearance = await file.resolve(widget.get('AP'));
  const normal = appearance instanceof PdfDict ? await file.resolve(appearance.get('N')) : null;
  if (!(normal instanceof PdfDict)) return undefined;
  const value = await file.resolve(field.value);
  const state = await file.resolve(widget.get('AS'));
  const wanted = value instanceof PdfName && normal.has(value.value) ? value.value : 'Off';
  const shown = state instanceof PdfName ? state.value : 'Off';
  return shown === wanted || (wanted === 'Off' && !normal.has(shown)) ? undefined : shown;
}
