/** Fonts as far as finding text needs them: what the codes of a string mean and how far each moves on. Glyph shapes are never read. */
import { damaged } from '../failures.ts';
import { isArray, PdfDict, PdfName, PdfRef, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import { compositeFont } from './composite-font.ts';
import { encodingOf, textOfGlyph, type Encoding } from './encodings.ts';
import { toUnicode, usable, type Glyph, type TextFont } from './glyphs.ts';
import { standardWidth } from './standard-widths.ts';

/** Fonts of one document by object number, read once. */
const fonts = new WeakMap<PdfFile, Map<number, Promise<TextFont | undefined>>>();

/** Undefined for what is no font. A map or table in it that can't be read is done without. */
export async function readFont(file: PdfFile, written: PdfObject | undefined): Promise<TextFont | undefined> {
  const load = async (): Promise<TextFont | undefined> => {
    const font = await file.resolve(written);
    if (!(font instanceof PdfDict)) return undefined;
    return font.name('Subtype') === 'Type0' ? await compositeFont(file, font) : await simpleFont(file, font);
  };
  if (!(written instanceof PdfRef)) return load();
  let known = fonts.get(file);
  if (known === undefined) fonts.set(file, (known = new Map()));
  let font = known.get(written.num);
  if (font === undefined) known.set(written.num, (font = load()));
  return font;
}

async function simpleFont(file: PdfFile, font: PdfDict): Promise<TextFont> {
  const encoding = await encodingFor(file, font);
  const unicode = await toUnicode(file, font);
  const widths = await widthsOf(file, font);
  const base = font.name('BaseFont') ?? '';
  const table = Array.from({ length: 256 }, (_, code): Glyph => {
    const text = usable(unicode?.text(code)) ?? encoding[code];
    const width = widths(code) ?? standardWidth(base, encoding[code]) / 1000;
    return { text, width, advance: width, wordSpace: code === 32 };
  });
  return {
    vertical: false,
    glyphs: (string) => Array.from(string, (code) => table[code] ?? NOTHING),
  };
}

const NOTHING: Glyph = { text: undefined, advance: 0, width: 0, wordSpace: false };

async function encodingFor(file: PdfFile, font: PdfDict): Promise<Encoding> {
  const written = await file.resolve(font.get('Encoding'));
  // Windows' encoding holds ASCII as all do, and is what TrueType fonts without any mostly mean.
  const implied = encodingOf(font.name('Subtype') === 'TrueType' ? 'WinAnsiEncoding' : 'StandardEncoding') ?? [];
  if (written instanceof PdfName) return encodingOf(written.value) ?? implied;
  if (!(written instanceof PdfDict)) return implied;
  const base = encodingOf(written.name('BaseEncoding') ?? '') ?? implied;
  const differences = await file.resolve(written.get('Differences'));
  if (!isArray(differences)) return base;
  const table = [...base];
  let code = 0;
  for (const item of differences) {
    if (typeof item === 'number') code = item;
    else if (item instanceof PdfName) {
      if (code >= 0 && code < 256) table[code] = textOfGlyph(item.value);
      code++;
    }
  }
  return table;
}

/** /Widths, in the glyph space of a Type 3 font's /FontMatrix. Undefined for codes that it leaves out in a standard font. */
async function widthsOf(file: PdfFile, font: PdfDict): Promise<(code: number) => number | undefined> {
  const list = await file.resolve(font.get('Widths'));
  if (!isArray(list)) return () => undefined;
  if (list.length > 1024) throw damaged('font', 'too many widths');
  const first = await file.resolve(font.get('FirstChar'));
  const start = typeof first === 'number' ? first : 0;
  const matrix = font.name('Subtype') === 'Type3' ? await file.resolve(font.get('FontMatrix')) : null;
  const a = isArray(matrix) ? matrix[0] : undefined;
  const scale = typeof a === 'number' ? a : 0.001;
  const widths = await Promise.all(list.map((item) => file.resolve(item)));
  const descriptor = await file.resolve(font.get('FontDescriptor'));
  const missing = descriptor instanceof PdfDict ? await file.resolve(descriptor.get('MissingWidth')) : null;
  return (code) => {
    const width = widths[code - start];
    return (typeof width === 'number' ? width : typeof missing === 'number' ? missing : 0) * scale;
  };
}
