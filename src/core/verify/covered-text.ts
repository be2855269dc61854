/** Which text of a page lies under a rectangle: what a later appearance or annotation could hide. */
import {
  isArray,
  PdfDict,
  PdfRef,
  PdfStream,
  placementOf,
  textOfPage,
  type PdfBox,
  type PdfFile,
  type PdfObject,
  type PdfPage,
  type PlacedGlyph,
  type Veil,
} from '#core/pdf/index.ts';

const pages = new WeakMap<PdfPage, Promise<readonly PlacedGlyph[] | undefined>>();

/** Undefined when the page's text can't be read. */
function glyphsOf(file: PdfFile, page: PdfPage): Promise<readonly PlacedGlyph[] | undefined> {
  let glyphs = pages.get(page);
  if (glyphs === undefined) {
    glyphs = textOfPage(file, page).catch(() => undefined);
    pages.set(page, glyphs);
  }
  return glyphs;
}

/** Characters whose middle lies within `box` (user space), in the order they are drawn; undefined when that can't be told. */
export async function textUnder(file: PdfFile, page: PdfPage, box: PdfBox): Promise<string | undefined> {
  const glyphs = await glyphsOf(file, page);
  if (glyphs === undefined) return undefined;
  const { x, y, width, height } = placementOf(page, box);
  const within = glyphs.filter((glyph) => {
    const middleX = glyph.x + glyph.alongX / 2 + glyph.upX * MIDDLE;
    const middleY = glyph.y + glyph.alongY / 2 + glyph.upY * MIDDLE;
    return middleX >= x && middleX <= x + width && middleY >= y && middleY <= y + height;
  });
  return within
    .map((glyph) => glyph.text)
    .join('')
    .trim();
}

/**
 * Characters that can't be seen any more through `veil`, which tells what contrast is left at a point. Lines to write on are no text.
 * Undefined when the page's text can't be read.
 */
export async function textHidden(file: PdfFile, page: PdfPage, veil: Veil): Promise<string | undefined> {
  const glyphs = await glyphsOf(file, page);
  const isHidden = ({ x, y, alongX, alongY, upX, upY }: PlacedGlyph): boolean =>
    SAMPLES.every(([along, up]) => veil(x + along * alongX + up * upX, y + along * alongY + up * upY) < READABLE);
  return glyphs
    ?.filter((glyph) => /[\p{L}\p{N}]/u.test(glyph.text) && isHidden(glyph))
    .map((glyph) => glyph.text)
    .join('');
}

/** Points of a character, as shares of its width and of the font size, that are all to be hidden. */
const SAMPLES = [
  [0.5, 0.35],
  [0.2, 0.1],
  [0.8, 0.1],
  [0.2, 0.55],
  [0.8, 0.55],
] as const;
/** Contrast below which a character can't be read. */
const READABLE = 0.2;

/** Of the font size above the line: the middle of most characters. */
const MIDDLE = 0.3;

const MAX_DEPTH = 8;

/** Whether the page's resources hold an image, such as a scan: content that has no text to be found. */
export async function hasImages(file: PdfFile, page: PdfPage): Promise<boolean> {
  const seen = new Set<number>();
  const holds = async (written: PdfObject | undefined, depth: number): Promise<boolean> => {
    const resources = await file.resolve(written);
    const objects = resources instanceof PdfDict ? await file.resolve(resources.get('XObject')) : null;
    for (const [, item] of objects instanceof PdfDict ? objects.entries() : []) {
      if (item instanceof PdfRef) {
        if (seen.has(item.num)) continue;
        seen.add(item.num);
      }
      const object = await file.resolve(item);
      if (!(object instanceof PdfStream)) continue;
      const isForm = object.dict.name('Subtype') === 'Form';
      if (!isForm || depth >= MAX_DEPTH || (await holds(object.dict.get('Resources'), depth + 1))) return true;
    }
    return false;
  };
  return holds(await inheritedResources(file, page.dict), 0);
}

async function inheritedResources(file: PdfFile, page: PdfDict): Promise<PdfObject> {
  let node: PdfObject = page;
  for (let depth = 0; node instanceof PdfDict && depth < 64; depth++) {
    const own: PdfObject = await file.resolve(node.get('Resources'));
    if (own !== null && !isArray(own)) return own;
    node = await file.resolve(node.get('Parent'));
  }
  return null;
}
