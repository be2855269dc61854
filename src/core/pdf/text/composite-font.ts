/** Type 0 fonts (ISO 32000-1, 9.7): codes of one to four bytes, cut and named by a CMap, with widths by CID. */
import { isArray, PdfDict, PdfName, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import { CMap, codeOf } from './cmap.ts';
import { toUnicode, usable, type Glyph, type TextFont } from './glyphs.ts';
import { predefinedCMap, type PredefinedCMap } from './predefined-cmaps.ts';

/** Widths of more CIDs than there are. */
const MOST_WIDTHS = 70_000;
/** Glyphs remembered per font: what a text uses, not what a font has. */
const GLYPHS_KEPT = 20_000;

export async function compositeFont(file: PdfFile, font: PdfDict): Promise<TextFont> {
  const kids = await file.resolve(font.get('DescendantFonts'));
  const descendant = await file.resolve(isArray(kids) ? kids[0] : undefined);
  const cid = descendant instanceof PdfDict ? descendant : new PdfDict();
  const unicode = await toUnicode(file, font);
  const encoding = await encodingOf(file, font.get('Encoding'));
  const widths = await widthsOf(file, cid);
  const fall = await verticalAdvance(file, cid);
  const known = new Map<number, Glyph>();

  function glyph(bytes: Uint8Array): Glyph {
    const code = codeOf(bytes);
    const key = code * 8 + bytes.length;
    let found = known.get(key);
    if (found === undefined) {
      const width = widths(encoding.cid(code));
      found = {
        text: usable(unicode?.text(code)) ?? usable(encoding.text(bytes)),
        width,
        advance: encoding.vertical ? fall : width,
        wordSpace: bytes.length === 1 && code === 32,
      };
      if (known.size < GLYPHS_KEPT) known.set(key, found);
    }
    return found;
  }

  return {
    vertical: encoding.vertical,
    glyphs(string) {
      const glyphs: Glyph[] = [];
      for (let at = 0; at < string.length;) {
        const length = Math.max(1, encoding.length(string[at] ?? 0, string[at + 1] ?? 0));
        glyphs.push(glyph(string.subarray(at, at + length)));
        at += length;
      }
      return glyphs;
    },
  };
}

const IDENTITY = predefinedCMap('Identity-H');

async function encodingOf(file: PdfFile, written: PdfObject | undefined): Promise<PredefinedCMap> {
  const value = await file.resolve(written);
  const fallback = IDENTITY ?? { vertical: false, length: () => 2, text: () => undefined, cid: (code) => code };
  if (value instanceof PdfName) return predefinedCMap(value.value) ?? fallback;
  if (!(value instanceof PdfStream)) return fallback;
  const map = CMap.parse(await file.streamData(value));
  const parent = await file.resolve(value.dict.get('UseCMap'));
  const base = predefinedCMap(parent instanceof PdfName ? parent.value : (map.base ?? ''));
  const wmode = await file.resolve(value.dict.get('WMode'));
  return {
    vertical: wmode === 1 || map.vertical,
    length: (first, second) => lengthIn(map, first, second) ?? base?.length(first, second) ?? 2,
    text: (bytes) => base?.text(bytes),
    cid: (code) => map.cid(code) ?? base?.cid(code),
  };
}

/** The shortest code space that the first bytes can belong to. */
function lengthIn({ codeSpaces }: CMap, first: number, second: number): number | undefined {
  const fits = (byte: number, space: CMap['codeSpaces'][number], position: number): boolean => {
    const shift = 2 ** (8 * (space.length - 1 - position));
    return byte >= Math.floor(space.low / shift) % 256 && byte <= Math.floor(space.high / shift) % 256;
  };
  return codeSpaces
    .filter((space) => fits(first, space, 0) && (space.length === 1 || fits(second, space, 1)))
    .map((space) => space.length)
    .sort((a, b) => a - b)[0];
}

/** /W and /DW (9.7.4.3), 1 is the font size. */
async function widthsOf(file: PdfFile, font: PdfDict): Promise<(cid: number | undefined) => number> {
  const usual = await file.resolve(font.get('DW'));
  const fallback = (typeof usual === 'number' ? usual : 1000) / 1000;
  const list = await file.resolve(font.get('W'));
  const single = new Map<number, number>();
  const ranges: [number, number, number][] = [];
  const items = isArray(list) ? list.slice(0, MOST_WIDTHS) : [];
  for (let i = 0; i < items.length;) {
    const first = await file.resolve(items[i]);
    const next = await file.resolve(items[i + 1]);
    if (typeof first !== 'number') break;
    if (isArray(next)) {
      for (const [k, item] of next.slice(0, MOST_WIDTHS).entries()) {
        const width = await file.resolve(item);
        if (typeof width === 'number') single.set(first + k, width / 1000);
      }
      i += 2;
    } else {
      const width = await file.resolve(items[i + 2]);
      if (typeof next !== 'number' || typeof width !== 'number') break;
      ranges.push([first, next, width / 1000]);
      i += 3;
    }
  }
  return (cid) => {
    if (cid === undefined) return fallback;
    return single.get(cid) ?? ranges.find(([low, high]) => cid >= low && cid <= high)?.[2] ?? fallback;
  };
}

/** The second number of /DW2: how far down one glyph moves on; single glyphs' own (/W2) hardly occur. */
async function verticalAdvance(file: PdfFile, font: PdfDict): Promise<number> {
  const written = await file.resolve(font.get('DW2'));
  const advance = isArray(written) ? await file.resolve(written[1]) : null;
  return (typeof advance === 'number' ? advance : -1000) / 1000;
}
