/** What a form field says and what it shows: its value as text, and the text that its appearance draws. */
import {
  isArray,
  PdfDict,
  PdfName,
  PdfStream,
  PdfString,
  textOf,
  textOfForm,
  type PdfFile,
  type PdfObject,
} from '#core/pdf/index.ts';

/** A value as a person reads it; rich text and other streams have none. */
export async function valueText(file: PdfFile, written: PdfObject | undefined): Promise<string | undefined> {
  const value = await file.resolve(written);
  if (value === null) return '';
  if (value instanceof PdfString) return textOf(value);
  if (value instanceof PdfName) return value.value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isArray(value)) return undefined;
  const parts: string[] = [];
  for (const item of value) {
    const text = await valueText(file, item);
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return parts.join(', ');
}

/** What a choice field shows for its value: the other half of an /Opt pair (12.7.5.4). */
export async function optionTexts(file: PdfFile, options: PdfObject | undefined, value: string): Promise<string[]> {
  const list = await file.resolve(options);
  const texts: string[] = [];
  for (const written of isArray(list) ? list.slice(0, MAX_OPTIONS) : []) {
    const pair = await file.resolve(written);
    if (!isArray(pair)) continue;
    const [exported, shown] = [await valueText(file, pair[0]), await valueText(file, pair[1])];
    if (exported === value && shown !== undefined) texts.push(shown);
  }
  return texts;
}

const MAX_OPTIONS = 2_000;

/**
 * The text that an appearance draws, without spaces. Undefined where it cannot be told: no appearance, several states, a font whose
 * codes mean nothing by themselves.
 */
export async function shownText(file: PdfFile, appearance: PdfObject | undefined): Promise<string | undefined> {
  const dict = await file.resolve(appearance);
  const normal = dict instanceof PdfDict ? await file.resolve(dict.get('N')) : null;
  if (!(normal instanceof PdfStream)) return undefined;
  const glyphs = await textOfForm(file, normal).catch(() => undefined);
  return glyphs === undefined ? undefined : bare(glyphs.map((glyph) => glyph.text).join(''));
}

/** For comparing what is written with what is drawn. */
export const bare = (text: string): string => text.normalize('NFKC').replace(/[\s\u200b\ufeff\u00ad]/gu, '');
