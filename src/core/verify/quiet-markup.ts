/**
 * Notes and marks over text that show nothing else than that: no figure drawn beside another, nothing over text that hides it. Who reads
 * the page must be able to tell them from what was signed.
 */
import {
  ContentLexer,
  isArray,
  PdfDict,
  PdfStream,
  veilOf,
  type PdfBox,
  type PdfFile,
  type PdfObject,
  type PdfPage,
} from '#core/pdf/index.ts';
import { textHidden, textUnder } from './covered-text.ts';
import { rectOf } from './widget-place.ts';

/** Side of a note's icon, points. */
const LARGEST_ICON = 50;
/** Points around a note's own drawing in which no text may stand: it could be taken for a figure of it. */
const CLEARANCE = 20;
/** A highlight of a darker colour, by its brightest component, hides more than it marks. */
const LIGHT = 0.6;
/** A line beside or through text, points. */
const LINE = 3;
/** What /QuadPoints may stand out over /Rect, points. */
const TOLERANCE = 4;
const NO_ROTATE = 16;
const MAX_OPERATORS = 5_000;

/** Where a note with a drawing of its own may stand: beside text it could be read as part of it. */
export type Place = 'away-from-text' | 'anywhere';

export async function isQuietNote(
  file: PdfFile,
  page: PdfPage,
  dict: PdfDict,
  box: PdfBox,
  where: Place,
): Promise<boolean> {
  if (box.urx - box.llx > LARGEST_ICON || box.ury - box.lly > LARGEST_ICON) return false;
  const forms = await formsOf(file, dict);
  if (forms === undefined) return false;
  if (forms.length === 0) return true;
  const flags = dict.get('F');
  if (page.rotation !== 0 && typeof flags === 'number' && (flags & NO_ROTATE) !== 0) return false;
  for (const form of forms) {
    const veil = (await drawsLinesOnly(file, form))
      ? await veilOf(file, page, box, form).catch(() => undefined)
      : undefined;
    if (veil === undefined || (await textHidden(file, page, veil)) !== '') return false;
  }
  if (where === 'anywhere') return true;
  const around = {
    llx: box.llx - CLEARANCE,
    lly: box.lly - CLEARANCE,
    urx: box.urx + CLEARANCE,
    ury: box.ury + CLEARANCE,
  };
  return (await textUnder(file, page, around)) === '';
}

/** Underline, squiggly line, strike-out, highlight: with a look of its own, or drawn by the reader from its points and colour. */
export async function isQuietMark(file: PdfFile, page: PdfPage, subtype: string, dict: PdfDict): Promise<boolean> {
  const rect = await rectOf(file, dict);
  if (!(await pointsWithin(file, dict, rect))) return false;
  if (subtype === 'Highlight' && !isLight(await numbersOf(file, dict.get('C')))) return false;
  const border = await file.resolve(dict.get('BS'));
  const width = border instanceof PdfDict ? await file.resolve(border.get('W')) : null;
  const [, , old = 1] = await numbersOf(file, dict.get('Border'));
  if ((typeof width === 'number' && width > LINE) || old > LINE) return false;
  const forms = await formsOf(file, dict);
  if (forms === undefined) return false;
  for (const form of forms) {
    const upright = page.rotation === 0 || page.rotation === 180;
    if (!(subtype === 'Highlight' ? await marksInLight(file, form) : await marksByLine(file, form, upright)))
      return false;
    const veil = rect === undefined ? undefined : await veilOf(file, page, rect, form).catch(() => undefined);
    if (veil === undefined || (await textHidden(file, page, veil)) !== '') return false;
  }
  return true;
}

/** Undefined for a look in several states, which can change. */
async function formsOf(file: PdfFile, dict: PdfDict): Promise<readonly PdfStream[] | undefined> {
  const appearance = await file.resolve(dict.get('AP'));
  if (appearance === null) return [];
  if (!(appearance instanceof PdfDict)) return undefined;
  const forms: PdfStream[] = [];
  for (const [, written] of appearance.entries()) {
    const form = await file.resolve(written);
    if (!(form instanceof PdfStream)) return undefined;
    forms.push(form);
  }
  return forms;
}

async function numbersOf(file: PdfFile, written: PdfObject | undefined): Promise<readonly number[]> {
  const list = await file.resolve(written);
  const items = isArray(list) ? await Promise.all(list.map((item) => file.resolve(item))) : [];
  return items.filter((item) => typeof item === 'number');
}

/** /C in one, three or four components; no colour draws nothing. */
function isLight(colour: readonly number[]): boolean {
  const [c = 0, m = 0, y = 0, k = 0] = colour;
  if (colour.length === 0) return true;
  return (colour.length === 4 ? (1 - Math.min(c, m, y)) * (1 - k) : Math.max(...colour)) >= LIGHT;
}

/** Readers draw at the points and do not look at the rectangle. */
async function pointsWithin(file: PdfFile, dict: PdfDict, rect: PdfBox | undefined): Promise<boolean> {
  const points = await numbersOf(file, dict.get('QuadPoints'));
  if (points.length === 0) return true;
  if (rect === undefined) return false;
  const fits = (n: number, low: number, high: number): boolean => n >= low - TOLERANCE && n <= high + TOLERANCE;
  return points.every((n, i) => (i % 2 === 0 ? fits(n, rect.llx, rect.urx) : fits(n, rect.lly, rect.ury)));
}

const DRAWS_MORE: ReadonlySet<string> = new Set(['Tj', 'TJ', "'", '"', 'sh', 'Do', 'BI']);

/** Operators with their numbers; undefined when it draws text, pictures, shadings or forms, or is too much. */
async function pathsOf(
  file: PdfFile,
  form: PdfStream,
): Promise<readonly { readonly operator: string; readonly n: readonly number[] }[] | undefined> {
  const data = await file.streamData(form).catch(() => undefined);
  if (data === undefined || /(?:^|[\s>)\]])BI[\s/]/.test(Buffer.from(data).toString('latin1'))) return undefined;
  const found: { operator: string; n: number[] }[] = [];
  const lexer = new ContentLexer(data);
  for (let operator = lexer.next(); operator !== undefined; operator = lexer.next()) {
    if (DRAWS_MORE.has(operator) || found.length > MAX_OPERATORS) return undefined;
    found.push({ operator, n: lexer.operands.filter((operand) => typeof operand === 'number') });
  }
  return found;
}

const drawsLinesOnly = async (file: PdfFile, form: PdfStream): Promise<boolean> =>
  (await pathsOf(file, form)) !== undefined;

/** Filled in light colours only; black is the colour until another is set. */
async function marksInLight(file: PdfFile, form: PdfStream): Promise<boolean> {
  let light = false;
  for (const { operator, n } of (await pathsOf(file, form)) ?? [{ operator: 'f', n: [] }]) {
    if (['g', 'rg', 'k', 'sc', 'scn'].includes(operator)) light = n.length > 0 && isLight(n);
    else if (['f', 'F', 'f*'].includes(operator) && !light) return false;
    else if (['B', 'B*', 'b', 'b*', 'S', 's'].includes(operator)) return false;
  }
  return true;
}

/** Thin lines along the text, or waves of no height: parallel ones write no figure. */
async function marksByLine(file: PdfFile, form: PdfStream, upright: boolean): Promise<boolean> {
  let last: readonly number[] = [0, 0];
  for (const { operator, n } of (await pathsOf(file, form)) ?? [{ operator: 'f', n: [] }]) {
    const [x = 0, y = 0, w = 0, h = 0] = n;
    if (operator === 'w' && x > LINE) return false;
    if (operator === 'cm' && (n[0] !== 1 || n[3] !== 1 || n[1] !== 0 || n[2] !== 0)) return false;
    if (operator === 're' && Math.abs(upright ? h : w) > LINE) return false;
    if (['c', 'v', 'y'].includes(operator)) return false;
    if (operator === 'l' && Math.abs(upright ? y - (last[1] ?? 0) : x - (last[0] ?? 0)) > LINE) return false;
    if (operator === 'm' || operator === 'l') last = [x, y];
  }
  return true;
}
