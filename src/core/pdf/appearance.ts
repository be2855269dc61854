/**
 * The look of a signature: a form XObject with a picture (seal or handwriting) and lines of text, in points, upright for the
 * reader. The viewer fits its box into the widget's rectangle, so that UserUnit and rotation need no other care.
 */
import { YqError } from '#core/errors/index.ts';
import { FontSubset } from './font.ts';
import { POINTS_PER_MM, uprightMatrix } from './geometry.ts';
import type { Increment } from './increment.ts';
import { dict, name, type PdfObject, type PdfRef } from './objects.ts';
import { readPng, type Picture } from './png.ts';
import { ascii, writeNumber } from './serialize.ts';
import type { PdfPage, SignatureAppearance } from './types.ts';

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Text size bounds in points: smaller can't be read on paper, larger would outshine the record. */
const LARGEST_TEXT = 12;
const SMALLEST_TEXT = 3;

/** @param size of the appearance as shown, mm */
export function addAppearance(
  increment: Increment,
  { image, lines = [], font }: SignatureAppearance,
  size: { readonly widthMm: number; readonly heightMm: number },
  rotation: PdfPage['rotation'],
): PdfRef {
  const width = size.widthMm * POINTS_PER_MM;
  const height = size.heightMm * POINTS_PER_MM;
  const picture = image === undefined ? undefined : readPng(image);
  const shown = lines.map((line) => line.trim()).filter((line) => line !== '');
  const areas = divide({ x: 0, y: 0, width, height }, picture, shown.length);
  const content: string[] = [];
  const resources: Record<string, PdfObject> = {};
  if (picture !== undefined && areas.picture !== undefined) {
    resources['XObject'] = dict({ Im0: addPicture(increment, picture) });
    content.push(drawPicture(picture, areas.picture));
  }
  if (shown.length > 0) {
    if (font === undefined)
      throw new YqError('PDF_TEXT_FONT', {
        params: { text: shown.join(' ') },
        detail: 'lines were given without a font',
      });
    const subset = new FontSubset(font);
    content.push(drawLines(subset, shown, areas.text));
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

/** Picture above or beside the text, whichever the shape of the whole suggests. */
function divide(whole: Area, picture: Picture | undefined, lines: number): { picture?: Area; text: Area } {
  if (picture === undefined) return { text: whole };
  if (lines === 0) return { picture: whole, text: whole };
  const gap = 2;
  if (whole.width >= 1.6 * whole.height) {
    const wanted = (whole.height * picture.width) / picture.height;
    const width = Math.min(wanted, whole.width * 0.5);
    return {
      picture: { ...whole, width },
      text: { ...whole, x: width + gap, width: whole.width - width - gap },
    };
  }
  const height = Math.min(whole.height * 0.45, lines * 11);
  return {
    picture: { ...whole, y: height + gap, height: whole.height - height - gap },
    text: { ...whole, height },
  };
}

/** As large as fits with its proportions kept, in the middle. */
function drawPicture(picture: Picture, area: Area): string {
  const scale = Math.min(area.width / picture.width, area.height / picture.height);
  const [w, h] = [picture.width * scale, picture.height * scale];
  const [x, y] = [area.x + (area.width - w) / 2, area.y + (area.height - h) / 2];
  return `q ${[w, 0, 0, h, x, y].map((n) => writeNumber(round(n))).join(' ')} cm /Im0 Do Q`;
}

function addPicture(increment: Increment, picture: Picture): PdfRef {
  const common = {
    Type: name('XObject'),
    Subtype: name('Image'),
    Width: picture.width,
    Height: picture.height,
    BitsPerComponent: 8,
  };
  const mask =
    picture.alpha === undefined
      ? undefined
      : increment.addStream(dict({ ...common, ColorSpace: name('DeviceGray') }), picture.alpha);
  const colorSpace = name(picture.colors === 1 ? 'DeviceGray' : 'DeviceRGB');
  return increment.addStream(dict({ ...common, ColorSpace: colorSpace, SMask: mask }), picture.samples);
}

/** All lines in one size, the largest that fits, as a block in the middle of the area's height. */
function drawLines(subset: FontSubset, lines: readonly string[], area: Area): string {
  const encoded = lines.map((line) => subset.encode(line));
  const widest = Math.max(...encoded.map((line) => line.width));
  const lineHeight = 1.3;
  const size = Math.max(
    SMALLEST_TEXT,
    Math.min(LARGEST_TEXT, area.width / Math.max(widest, 0.01), area.height / (lines.length * lineHeight)),
  );
  const leading = size * lineHeight;
  // A line's box is centred round its letters: CJK fonts reach 1.16 em up and 0.29 em down.
  const baseline = (leading - (subset.ascent - subset.descent) * size) / 2 - subset.descent * size;
  const top = area.y + (area.height + lines.length * leading) / 2;
  const ops = encoded.map(({ hex }, i) => {
    const y = top - (i + 1) * leading + baseline;
    return `1 0 0 1 ${writeNumber(round(area.x))} ${writeNumber(round(y))} Tm <${hex}> Tj`;
  });
  return `BT /F0 ${writeNumber(round(size))} Tf 0 g ${ops.join(' ')} ET`;
}

const round = (n: number): number => Math.round(n * 1000) / 1000;
