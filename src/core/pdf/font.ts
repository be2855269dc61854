/** Fonts for appearances: a subset of a TrueType or OpenType font, embedded as a composite font (ISO 32000-1, 9.7). */
import { readFile } from 'node:fs/promises';
import * as fontkit from '@cantoo/fontkit';
import { YqError } from '#core/errors/index.ts';
import type { Increment } from './increment.ts';
import { dict, name, PdfString, type PdfObject, type PdfRef } from './objects.ts';
import { ascii } from './serialize.ts';

type Font = fontkit.Font;

/** Parsing costs milliseconds and the tables are read lazily, so a font is kept as long as its bytes are. */
const parsed = new WeakMap<Uint8Array, Font>();

function fontOf(bytes: Uint8Array): Font {
  let font = parsed.get(bytes);
  if (font === undefined) {
    try {
      font = fontkit.create(bytes) as Font;
    } catch (error) {
      throw new YqError('PDF_TEXT_FONT', { params: { text: '' }, detail: 'the font cannot be read', cause: error });
    }
    parsed.set(bytes, font);
  }
  return font;
}

const files = new Map<string, Promise<Uint8Array>>();

/**
 * The bytes of a font file, read once per path for the life of the process, so that the parsed font is kept too.
 * @param path in development the file of the font package, in a packaged app a file under resources/fonts
 */
export function loadSigningFont(path: string): Promise<Uint8Array> {
  let loading = files.get(path);
  if (loading === undefined) {
    loading = readFile(path).then((buffer) => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength));
    loading.catch(() => files.delete(path));
    files.set(path, loading);
  }
  return loading;
}

/** Lines set in one font: their glyphs are collected, then the subset is embedded. */
export class FontSubset {
  readonly #font: Font;
  readonly #subset: fontkit.Subset;
  /** Character and advance in 1/1000 em, by glyph number of the subset. */
  readonly #glyphs = new Map<number, { text: string; advance: number }>();

  constructor(bytes: Uint8Array) {
    this.#font = fontOf(bytes);
    this.#subset = this.#font.createSubset();
  }

  /** Highest and lowest reach of its lines, in em. */
  get ascent(): number {
    return this.#font.ascent / this.#font.unitsPerEm;
  }
  get descent(): number {
    return this.#font.descent / this.#font.unitsPerEm;
  }

  /** @throws PDF_TEXT_FONT with the characters that the font lacks */
  check(text: string): void {
    const missing = [...text].filter((c) => !this.#font.hasGlyphForCodePoint(c.codePointAt(0) ?? 0));
    if (missing.length > 0) throw new YqError('PDF_TEXT_FONT', { params: { text: [...new Set(missing)].join('') } });
  }

  /** Width of a text in em. */
  widthOf(text: string): number {
    let width = 0;
    for (const c of text) width += this.#font.glyphForCodePoint(c.codePointAt(0) ?? 0)?.advanceWidth ?? 0;
    return width / this.#font.unitsPerEm;
  }

  /** Takes a line's characters into the subset; gives their glyph numbers as the hexadecimal string that `Tj` shows. */
  encode(line: string): string {
    let hex = '';
    for (const text of line) {
      const glyph = this.#font.glyphForCodePoint(text.codePointAt(0) ?? 0);
      if (glyph === null) continue;
      const id = this.#subset.includeGlyph(glyph.id);
      this.#glyphs.set(id, { text, advance: (glyph.advanceWidth * 1000) / this.#font.unitsPerEm });
      hex += id.toString(16).padStart(4, '0');
    }
    return hex;
  }

  embed(increment: Increment): PdfRef {
    const font = this.#font;
    const perMille = (value: number): number => Math.round((value * 1000) / font.unitsPerEm);
    const cff = 'cff' in font && Boolean(font.cff);
    const program = this.#subset.encode();
    const file = increment.addStream(
      cff ? dict({ Subtype: name('CIDFontType0C') }) : dict({ Length1: program.length }),
      program,
    );
    const baseFont = name(`${this.#tag()}+${(font.postscriptName ?? 'Font').replace(/[^\w-]/g, '')}`);
    const { minX, minY, maxX, maxY } = font.bbox;
    const descriptor = increment.add(
      dict({
        Type: name('FontDescriptor'),
        FontName: baseFont,
        Flags: 4,
        FontBBox: [minX, minY, maxX, maxY].map(perMille),
        ItalicAngle: font.italicAngle,
        Ascent: perMille(font.ascent),
        Descent: perMille(font.descent),
        CapHeight: perMille(font.capHeight || font.ascent),
        StemV: 80,
        [cff ? 'FontFile3' : 'FontFile2']: file,
      }),
    );
    const descendant = increment.add(
      dict({
        Type: name('Font'),
        Subtype: name(cff ? 'CIDFontType0' : 'CIDFontType2'),
        BaseFont: baseFont,
        CIDSystemInfo: dict({ Registry: latin('Adobe'), Ordering: latin('Identity'), Supplement: 0 }),
        FontDescriptor: descriptor,
        W: this.#widths(),
        ...(cff ? {} : { CIDToGIDMap: name('Identity') }),
      }),
    );
    return increment.add(
      dict({
        Type: name('Font'),
        Subtype: name('Type0'),
        BaseFont: baseFont,
        Encoding: name('Identity-H'),
        DescendantFonts: [descendant],
        ToUnicode: increment.addStream(dict({}), ascii(this.#toUnicode())),
      }),
    );
  }

  #widths(): PdfObject {
    return [...this.#glyphs]
      .sort(([a], [b]) => a - b)
      .flatMap(([id, { advance }]) => [id, [Math.round(advance * 10) / 10]]);
  }

  /** Six letters that differ between subsets of one font within a document (9.6.4). */
  #tag(): string {
    let hash = 0;
    for (const [id, { text }] of this.#glyphs) hash = (Math.imul(hash, 31) + id + (text.codePointAt(0) ?? 0)) >>> 0;
    let tag = '';
    for (let i = 0; i < 6; i++, hash = Math.floor(hash / 26)) tag += String.fromCharCode(65 + (hash % 26));
    return tag;
  }

  /** So that the text can be searched and copied (9.10.3). */
  #toUnicode(): string {
    const lines = [...this.#glyphs].map(([id, { text }]) => {
      const utf16 = Array.from({ length: text.length }, (_, i) =>
        text.charCodeAt(i).toString(16).padStart(4, '0'),
      ).join('');
      return `<${id.toString(16).padStart(4, '0')}> <${utf16}>`;
    });
    const blocks: string[] = [];
    for (let i = 0; i < lines.length; i += 100) {
      const block = lines.slice(i, i + 100);
      blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`);
    }
    return [
      '/CIDInit /ProcSet findresource begin',
      '12 dict begin',
      'begincmap',
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
      '/CMapName /Adobe-Identity-UCS def',
      '/CMapType 2 def',
      '1 begincodespacerange',
      '<0000> <ffff>',
      'endcodespacerange',
      ...blocks,
      'endcmap',
      'CMapName currentdict /CMap defineresource pop',
      'end',
      'end',
    ].join('\n');
  }
}

const latin = (text: string): PdfString => new PdfString(ascii(text));
