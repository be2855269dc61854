/**
 * The look of a signature: a form XObject with a picture (seal or handwriting) and lines of text, in points, upright for the
 * reader. The viewer fits its box into the widget's rectangle, so that UserUnit and rotation need no other care.
 */
import { YqError } from '#core/errors/index.ts';
import { FontSubset } from './font.ts';
import { POINTS_PER_MM, uprightMatrix } from './geometry.ts';
import type { Increment } from './increment.ts';
import { dict, name, type PdfObject, type PdfRef } from './objects.ts';
import { pictureObject, pictureOf, readPicture, type EmbeddablePicture } from './picture/index.ts';
import { ascii, writeNumber } from './serialize.ts';
import { LINE_HEIGHT, setLines, type TextBlock } from './text-block.ts';
import type { PdfPage, Picture, SignatureAppearance } from './types.ts';

type Shape = Pick<EmbeddablePicture, 'width' | 'height'>;

/** mm */
export interface SizeMm {
  readonly widthMm: number;
  readonly heightMm: number;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * All places of one picture in one increment share a single XObject of it.
 * @param size of the appearance as shown
 * @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED, PDF_IMAGE_LIMIT, PDF_TEXT_FONT; PDF_TEXT_ROOM when lines do not fit, also beside a picture
 *   that is `trueToSize` and so leaves no room
 */
export function addAppearance(
  increment: Increment,
  appearance: SignatureAppearance,
  size: SizeMm,
  rotation: PdfPage['rotation'],
): PdfRef {
  const [width, height] = [size.widthMm * POINTS_PER_MM, size.heightMm * POINTS_PER_MM];
  const whole: Area = { x: 0, y: 0, width, height };
  const written = pictureFor(appearance);
  const picture = written === undefined ? undefined : readPicture(written);
  const shown = (appearance.lines ?? []).map((line) => line.trim().normalize('NFC')).filter((line) => line !== '');
  const subset = shown.length === 0 ? undefined : subsetOf(shown, appearance.font);
  const exactly = picture !== undefined && appearance.trueToSize === true;
  if (exactly && subset !== undefined)
    throw new YqError('PDF_TEXT_ROOM', { detail: 'a picture that is true to size leaves no room for lines' });
  const layout = arrange(whole, picture, shown, subset);
  const content: string[] = [];
  const resources: Record<string, PdfObject> = {};
  if (picture !== undefined) {
    resources['XObject'] = dict({ Im0: pictureObject(increment, picture) });
    resources['ExtGState'] = dict({ Ink: INK });
    content.push(drawPicture(exactly ? whole : withProportions(picture, layout.picture)));
  }
  if (subset !== undefined && layout.block !== undefined) {
    content.push(drawLines(subset, layout.block, layout));
    resources['Font'] = dict({ F0: subset.embed(increment) });
  }
  return increment.addStream(
    dict({
      Type: name('XObject'),
      Subtype: name('Form'),
      FormType: 1,
      BBox: [0, 0, round(width), round(height)],
      Matrix: uprightMatrix(rotation),
      Resources: dict(resources),
    }),
    ascii(content.join('\n')),
  );
}

function pictureFor({ picture, image }: SignatureAppearance): Picture | undefined {
  return picture ?? (image === undefined ? undefined : pictureOf(image));
}

function subsetOf(lines: readonly string[], font: Uint8Array | undefined): FontSubset {
  const text = lines.join('');
  if (font === undefined)
    throw new YqError('PDF_TEXT_FONT', { params: { text }, detail: 'lines were given without a font' });
  const subset = new FontSubset(font);
  subset.check(text);
  return subset;
}

interface Layout {
  readonly picture: Area;
  readonly text: Area;
  /** Text below its picture stands in the middle, beside it flush left. */
  readonly centred: boolean;
  readonly block: TextBlock | undefined;
}

/** Between picture and text, points. */
const GAP = 1;
/** Points. Text of this size can be read on paper; what room there is beyond it goes to the picture, which is what people look for. */
const READABLE = 6.5;

/** Picture beside or above the text: the one in which the text can be read and the picture comes out largest. @throws PDF_TEXT_ROOM */
function arrange(
  whole: Area,
  picture: Shape | undefined,
  lines: readonly string[],
  subset: FontSubset | undefined,
): Layout {
  if (subset === undefined) return { picture: whole, text: whole, centred: false, block: undefined };
  const candidates =
    picture === undefined ? [{ picture: whole, text: whole, centred: false }] : divisions(whole, picture);
  let best: (Layout & { readonly score: number }) | undefined;
  for (const areas of candidates) {
    const block = setLines(lines, (text) => subset.widthOf(text), areas.text.width, areas.text.height);
    if (block === undefined) continue;
    const shown = picture === undefined ? 1 : scaleOf(picture, areas.picture) * picture.height;
    const score = picture === undefined ? block.size : Math.min(block.size, READABLE) * shown;
    if (best === undefined || score > best.score) best = { ...areas, block, score };
  }
  if (best === undefined)
    throw new YqError('PDF_TEXT_ROOM', {
      detail: `${lines.length} lines in ${round(whole.width)} × ${round(whole.height)} points`,
    });
  return best;
}

function divisions(whole: Area, picture: Shape): Omit<Layout, 'block'>[] {
  const beside = [0.3, 0.4, 0.5, 0.6].map((share) => {
    const width = Math.min((whole.height * picture.width) / picture.height, whole.width * share);
    return {
      picture: { ...whole, width },
      text: { ...whole, x: width + GAP, width: whole.width - width - GAP },
      centred: false,
    };
  });
  const above = [0.2, 0.25, 0.35, 0.45].map((share) => {
    const height = whole.height * share;
    return {
      picture: { ...whole, y: height + GAP, height: whole.height - height - GAP },
      text: { ...whole, height },
      centred: true,
    };
  });
  return [...beside, ...above];
}

const scaleOf = (picture: Shape, area: Area): number =>
  Math.min(area.width / picture.width, area.height / picture.height);

/** As large as fits with its proportions kept, in the middle. */
function withProportions(picture: Shape, area: Area): Area {
  const scale = scaleOf(picture, area);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
}

/**
 * Ink darkens what is printed and never hides it: a record's text stays readable under a seal, and the white paper that a scanned seal
 * (JPG, BMP) brings along vanishes (ISO 32000-1, 11.3.5.2).
 */
const INK = dict({ Type: name('ExtGState'), BM: name('Multiply') });

/** A picture's XObject fills the unit square. */
function drawPicture({ x, y, width, height }: Area): string {
  return `q /Ink gs ${[width, 0, 0, height, x, y].map((n) => writeNumber(round(n))).join(' ')} cm /Im0 Do Q`;
}

/** One block, in the middle of its area's height. */
function drawLines(subset: FontSubset, { lines, size }: TextBlock, { text: area, centred }: Layout): string {
  const leading = size * LINE_HEIGHT;
  // A line's box is centred round its letters: CJK fonts reach 1.16 em up and 0.29 em down.
  const baseline = (leading - (subset.ascent - subset.descent) * size) / 2 - subset.descent * size;
  const top = area.y + (area.height + lines.length * leading) / 2;
  const widest = Math.max(...lines.map((line) => subset.widthOf(line))) * size;
  const left = area.x + (centred ? Math.max(0, area.width - widest) / 2 : 0);
  const ops = lines.map((line, i) => {
    const y = top - (i + 1) * leading + baseline;
    return `1 0 0 1 ${writeNumber(round(left))} ${writeNumber(round(y))} Tm <${subset.encode(line)}> Tj`;
  });
  return `BT /F0 ${writeNumber(round(size))} Tf 0 g ${ops.join(' ')} ET`;
}

const round = (n: number): number => Math.round(n * 1000) / 1000;
