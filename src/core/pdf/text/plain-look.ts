/**
 * What a field's look says, where that is plain: text that can be seen, in the order in which it is read, on a background, and nothing
 * drawn besides but borders and dividers. Lines can write figures, paint can take some away, and an invisible text can say anything.
 */
import { isArray, PdfDict, PdfName, type PdfObject, type PdfStream } from '../objects.ts';
import type { PdfBox, PdfFile } from '../types.ts';
import { lightOf, spaceOf, type ColourSpace } from './colour.ts';
import { ContentLexer, type Operand } from './content-lexer.ts';
import { readFont } from './font.ts';
import { folded, linesOf } from './lines.ts';
import { appearanceMatrix, multiply, type Matrix } from './matrix.ts';
import { textOfForm, type PlacedGlyph } from './page-text.ts';
import { pathBox, within, type PathBox } from './path-area.ts';

/** Whether a font's codes mean what the document says they mean; as written, a reference or the font itself. */
export type Believed = (font: PdfObject | undefined) => boolean;

/** Share of the box's width or height from which on a rectangle or line is a background, a border or a divider. */
const SPANS = 0.8;
const MAX_POINTS = 9;
const MAX_OPERATORS = 20_000;
/** Difference of lightness at which text can be read. */
const CONTRAST = 0.3;
/** Degrees. */
const OFF_UPRIGHT = 3;
/** Font sizes, in points on the page, that can be read; the largest compared to the smallest. */
const SMALLEST = 2;
const LARGEST_RATIO = 2;
const PASSED_OVER: ReadonlySet<string> = new Set(
  'BMC BDC EMC MP DP BX EX BT ET J j M d ri i Tc Tw TL Ts Td TD Tm T* n'.split(' '),
);
const FILLING: ReadonlySet<string> = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*']);
const STROKING: ReadonlySet<string> = new Set(['S', 's']);

/**
 * The text, folded; undefined when the look is not plain. `widget`: whose look it is; its /Rect and /MK /R say how large and which way up it
 * is seen.
 * @throws PDF_DAMAGED, PDF_LIMIT
 */
export async function plainTextOf(
  file: PdfFile,
  form: PdfStream,
  widget: PdfDict,
  believed: Believed,
): Promise<string | undefined> {
  const placed = await appearanceMatrix(file, form.dict, await rectangleOf(file, widget));
  if (placed === undefined || placed.isEmpty) return undefined;
  const turn = await turnOf(file, widget);
  const { llx, lly, urx, ury } = placed.box;
  const run = new PlainRun(file, believed, { left: llx, top: lly, right: urx, bottom: ury });
  if (!(await run.form(form))) return undefined;
  // Upside down for those who read: y downwards.
  const glyphs = (await textOfForm(file, form)).map((g) => ({ ...g, y: -g.y, alongY: -g.alongY, upY: -g.upY }));
  if (!glyphs.every((glyph) => run.shows(glyph) && isUpright(glyph, placed.matrix, turn))) return undefined;
  if (!areOfOneSize(glyphs, placed.matrix)) return undefined;
  const drawn = folded(glyphs.map((glyph) => glyph.text).join(''));
  const read = linesOf(glyphs)
    .map((line) => line.text)
    .join('');
  return drawn === read ? drawn : undefined;
}

function areOfOneSize(glyphs: readonly PlacedGlyph[], [a, b, c, d]: Matrix): boolean {
  const sizes = glyphs.map(({ upX, upY }) => Math.hypot(a * upX - c * upY, b * upX - d * upY));
  if (sizes.length === 0) return true;
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  return least >= SMALLEST && most <= LARGEST_RATIO * least;
}

/** A six turned round is a nine. The glyph's y runs downwards, the matrix's upwards. */
function isUpright({ alongX, alongY, upX, upY, vertical }: PlacedGlyph, [a, b, c, d]: Matrix, turn: number): boolean {
  if (vertical) return false;
  const along = [a * alongX - c * alongY, b * alongX - d * alongY] as const;
  const up = [a * upX - c * upY, b * upX - d * upY] as const;
  const off = (Math.atan2(along[1], along[0]) * 180) / Math.PI - turn;
  const isMirrored = along[0] * up[1] - along[1] * up[0] < 0;
  return !isMirrored && Math.abs(((off + 540) % 360) - 180) <= OFF_UPRIGHT;
}

async function turnOf(file: PdfFile, widget: PdfDict): Promise<number> {
  const characteristics = await file.resolve(widget.get('MK'));
  const turn = characteristics instanceof PdfDict ? await file.resolve(characteristics.get('R')) : null;
  return typeof turn === 'number' ? turn : 0;
}

async function rectangleOf(file: PdfFile, widget: PdfDict): Promise<PdfBox | undefined> {
  const list = await file.resolve(widget.get('Rect'));
  const [a, b, c, d] = isArray(list) ? await Promise.all(list.map((item) => file.resolve(item))) : [];
  if (typeof a !== 'number' || typeof b !== 'number' || typeof c !== 'number' || typeof d !== 'number')
    return undefined;
  return { llx: Math.min(a, c), lly: Math.min(b, d), urx: Math.max(a, c), ury: Math.max(b, d) };
}

interface State {
  ctm: Matrix;
  space: ColourSpace;
  light: number | undefined;
  width: number;
  font: PdfObject | undefined;
}

class PlainRun {
  readonly #file: PdfFile;
  readonly #believed: Believed;
  readonly #box: PathBox;
  readonly #clips: PathBox[];
  #state: State = { ctm: [1, 0, 0, 1, 0, 0], space: 'device', light: 0, width: 1, font: undefined };
  #path: [number, number][][] = [];
  #background = 1;
  #written = false;

  constructor(file: PdfFile, believed: Believed, box: PathBox) {
    this.#file = file;
    this.#believed = believed;
    this.#box = box;
    this.#clips = [box];
  }

  /** Whether the middle of a character, y downwards, lies in the box and every clip. */
  shows({ x, y, alongX, alongY, upX, upY }: PlacedGlyph): boolean {
    const [mx, my] = [x + alongX / 2 + upX * 0.3, -(y + alongY / 2 + upY * 0.3)];
    return this.#clips.every((clip) => within(clip, mx, my, 0.5));
  }

  async form(form: PdfStream): Promise<boolean> {
    const resources = await this.#file.resolve(form.dict.get('Resources'));
    const lexer = new ContentLexer(await this.#file.streamData(form));
    const saved: State[] = [];
    let count = 0;
    for (let operator = lexer.next(); operator !== undefined; operator = lexer.next()) {
      if (++count > MAX_OPERATORS) return false;
      if (operator === 'q') saved.push({ ...this.#state });
      else if (operator === 'Q') this.#state = saved.pop() ?? this.#state;
      else if (!(await this.#perform(operator, lexer.operands, resources))) return false;
    }
    return true;
  }

  async #perform(operator: string, operands: readonly Operand[], resources: PdfObject): Promise<boolean> {
    const state = this.#state;
    const n = operands.filter((operand) => typeof operand === 'number');
    if (operator === 'n') this.#path = [];
    if (PASSED_OVER.has(operator)) return true;
    switch (operator) {
      case 'cm':
        if (n.length >= 6) state.ctm = multiply(n as unknown as Matrix, state.ctm);
        return true;
      case 'g':
      case 'rg':
      case 'k':
        [state.space, state.light] = ['device', lightOf('device', n)];
        return true;
      case 'cs':
        state.space = await spaceOf(this.#file, operands[0], resources);
        state.light = state.space === 'unknown' ? undefined : 0;
        return true;
      case 'sc':
      case 'scn':
        state.light = lightOf(state.space, n);
        return true;
      case 'G':
      case 'RG':
      case 'K':
      case 'CS':
      case 'SC':
      case 'SCN':
        return true;
      case 'w':
        state.width = n[0] ?? 1;
        return true;
      case 'Tr':
        return n[0] === 0;
      case 'Tz':
        return (n[0] ?? 0) >= 30;
      case 'Tf':
        state.font = await this.#entry(resources, 'Font', operands[0]);
        return this.#believed(state.font);
      case 'gs':
        return this.#isPlainState(await this.#file.resolve(await this.#entry(resources, 'ExtGState', operands[0])));
      case 'Tj':
      case "'":
      case '"':
      case 'TJ':
        return this.#show(operands.at(-1));
      case 'W':
      case 'W*':
        return this.#clip();
    }
    return this.#draw(operator, n);
  }

  /** Text that is told from its background, in codes of which each means something. */
  async #show(operand: Operand): Promise<boolean> {
    const { font, light } = this.#state;
    this.#written = true;
    if (light === undefined || Math.abs(light - this.#background) < CONTRAST) return false;
    const read = await readFont(this.#file, font).catch(() => undefined);
    const pieces = Array.isArray(operand) ? (operand as readonly Operand[]) : [operand];
    return (
      read !== undefined &&
      pieces.every((piece) => !(piece instanceof Uint8Array) || read.glyphs(piece).every((g) => g.text !== undefined))
    );
  }

  #draw(operator: string, n: readonly number[]): boolean {
    const [x = 0, y = 0, w = 0, h = 0] = n;
    const [a, b, c, d, e, f] = this.#state.ctm;
    const point = (px: number, py: number): [number, number] => [a * px + c * py + e, b * px + d * py + f];
    switch (operator) {
      case 'm':
        this.#path.push([point(x, y)]);
        return true;
      case 'l':
        this.#path.at(-1)?.push(point(x, y));
        return true;
      case 're':
        this.#path.push([point(x, y), point(x + w, y), point(x + w, y + h), point(x, y + h)]);
        return true;
      case 'h':
        return true;
    }
    if (!FILLING.has(operator) && !STROKING.has(operator)) return false;
    // What is painted over text could take some of it away.
    const fits = !this.#written && this.#path.every((points) => this.#isFrame(points));
    const thin = FILLING.has(operator) || this.#state.width <= (this.#box.bottom - this.#box.top) / 4;
    if (FILLING.has(operator)) {
      if (this.#state.light === undefined) return false;
      if (this.#path.some((points) => this.#spans(points, true))) this.#background = this.#state.light;
    }
    this.#path = [];
    return fits && thin;
  }

  /** A background, a line right across, or the bevelled edge of a field. */
  #isFrame(points: readonly [number, number][]): boolean {
    if (points.length > MAX_POINTS) return false;
    return points.length <= 2 || isRectangle(points) ? this.#spans(points, false) : this.#spans(points, true);
  }

  #spans(points: readonly [number, number][], both: boolean): boolean {
    const { left, right, top, bottom } = pathBox([points]);
    const wide = right - left >= SPANS * (this.#box.right - this.#box.left);
    const high = bottom - top >= SPANS * (this.#box.bottom - this.#box.top);
    return both ? wide && high : wide || high;
  }

  #clip(): boolean {
    const [points] = this.#path;
    if (this.#path.length !== 1 || points === undefined || !isRectangle(points)) return false;
    this.#clips.push(pathBox(this.#path));
    return true;
  }

  async #isPlainState(state: PdfObject): Promise<boolean> {
    if (!(state instanceof PdfDict)) return true;
    for (const [key, written] of state.entries()) {
      const value = await this.#file.resolve(written);
      const first = isArray(value) ? value[0] : value;
      const name = first instanceof PdfName ? first.value : undefined;
      if ((key === 'ca' || key === 'CA') && value !== 1) return false;
      if (key === 'BM' && name !== 'Normal' && name !== 'Compatible') return false;
      if (key === 'SMask' && name !== 'None') return false;
      if (key === 'Font') return false;
    }
    return true;
  }

  async #entry(resources: PdfObject, category: string, operand: Operand): Promise<PdfObject | undefined> {
    const entries = resources instanceof PdfDict ? await this.#file.resolve(resources.get(category)) : null;
    return entries instanceof PdfDict && operand instanceof PdfName ? entries.get(operand.value) : undefined;
  }
}

function isRectangle(points: readonly [number, number][]): boolean {
  const [a, b, c, d, e] = points;
  if (a === undefined || b === undefined || c === undefined || d === undefined || points.length > 5) return false;
  if (e !== undefined && (e[0] !== a[0] || e[1] !== a[1])) return false;
  return (a[0] === b[0] && c[0] === d[0]) || (a[1] === b[1] && c[1] === d[1]);
}
