/**
 * How much of what lies under an appearance can still be seen: paint of any colour hides, whatever means it is laid on with. Two ways of
 * blending: paint lies over what is below, ink (Multiply, Darken) only darkens it.
 */
import { isArray, PdfDict, PdfName, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfBox, PdfFile, PdfPage } from '../types.ts';
import { lightOf, spaceOf, type ColourSpace } from './colour.ts';
import { ContentLexer, type Operand } from './content-lexer.ts';
import { samplerOf } from './image-sampler.ts';
import { appearanceMatrix, inverse, multiply, shownMatrix, type Matrix } from './matrix.ts';
import { hasInlineImage } from './paint.ts';
import { textOfForm } from './page-text.ts';
import { contains, curve, near, pathBox, within, type Path, type PathBox } from './path-area.ts';

/** What contrast is left at a point of the page as shown (mm from its top left): 1 is all, 0 none. */
export type Veil = (x: number, y: number) => number;

interface Area {
  /** Factor by which contrast shrinks there; 1 outside. */
  at(x: number, y: number): number;
}
interface State {
  ctm: Matrix;
  fill: Colour;
  stroke: Colour;
  fillAlpha: number;
  strokeAlpha: number;
  ink: boolean;
  width: number;
  type3: boolean;
  mode: number;
  clips: readonly Path[];
}
interface Colour {
  readonly space: ColourSpace;
  /** Of its brightest component, 0 to 1; undefined: not known. */
  readonly light: number | undefined;
}
const BLACK: Colour = { space: 'gray', light: 0 };

const MAX_OPERATORS = 500_000;
const MAX_DEPTH = 12;
const INK: ReadonlySet<string> = new Set(['Multiply', 'Darken']);
const FILLING: ReadonlySet<string> = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*']);
const STROKING: ReadonlySet<string> = new Set(['S', 's', 'B', 'B*', 'b', 'b*']);
const ENDING: ReadonlySet<string> = new Set(['n', ...FILLING, ...STROKING]);
const SHOWING: ReadonlySet<string> = new Set(['Tj', 'TJ', "'", '"']);
/** mm: thinner lines cannot hide a character. */
const THICK = 1.2;
/** mm: characters as high as this are surfaces. */
const TALL = 12;
const WHITE = 0.85;

/** Undefined when it is more than can be looked at. @throws PDF_DAMAGED, PDF_LIMIT */
export async function veilOf(file: PdfFile, page: PdfPage, rect: PdfBox, form: PdfStream): Promise<Veil | undefined> {
  const placed = await appearanceMatrix(file, form.dict, rect);
  if (placed === undefined) return undefined;
  if (placed.isEmpty) return () => 1;
  const run = new VeilRun(file, multiply(placed.matrix, shownMatrix(page)), placed.box);
  await run.form(form, undefined, 0);
  if (run.tooMuch) return undefined;
  const { areas, bounds } = run;
  if (areas.length === 0) return () => 1;
  return (x, y) =>
    !within(bounds, x, y) ? 1 : areas.reduce((left, area) => (left === 0 ? 0 : left * area.at(x, y)), 1);
}

class VeilRun {
  readonly areas: Area[] = [];
  /** Nothing is painted outside. */
  readonly bounds: PathBox;
  readonly #file: PdfFile;
  #state: State;
  #path: [number, number][][] = [];
  #clip = false;
  #operators = 0;
  tooMuch = false;

  constructor(file: PdfFile, ctm: Matrix, box: PdfBox) {
    this.#file = file;
    const whole = this.#rectangle(ctm, box.llx, box.lly, box.urx - box.llx, box.ury - box.lly);
    this.bounds = pathBox(whole);
    this.#state = {
      ctm,
      fill: BLACK,
      stroke: BLACK,
      fillAlpha: 1,
      strokeAlpha: 1,
      ink: false,
      width: 1,
      type3: false,
      mode: 0,
      clips: [whole],
    };
  }

  async form(form: PdfStream, outer: PdfObject | undefined, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) {
      this.tooMuch = true;
      return;
    }
    const own = await this.#file.resolve(form.dict.get('Resources'));
    const resources = own instanceof PdfDict ? own : (outer ?? null);
    const saved: State[] = [];
    const data = await this.#file.streamData(form);
    // Where an inline image stands is not followed.
    if (hasInlineImage(data)) this.#add(() => true, 0);
    const lexer = new ContentLexer(data);
    let strange = false;
    for (let operator = lexer.next(); operator !== undefined; operator = lexer.next()) {
      if (++this.#operators > MAX_OPERATORS || this.tooMuch) {
        this.tooMuch = true;
        return;
      }
      if (operator === 'q') saved.push({ ...this.#state });
      else if (operator === 'Q') this.#state = saved.pop() ?? this.#state;
      else if (SHOWING.has(operator)) strange = this.#text() || strange;
      else if (!this.#build(operator, lexer.operands)) await this.#perform(operator, lexer.operands, resources, depth);
    }
    // Characters in paper colour hide, and so do very tall ones.
    for (const area of await this.#characters(form, strange)) this.areas.push(area);
  }

  /** A font of drawings can paint anything anywhere. @returns whether the text's colour is paper's */
  #text(): boolean {
    const { type3, fill, mode } = this.#state;
    if (type3) this.#add(() => true, this.#strength(false));
    return (mode === 0 || mode === 2) && (fill.light === undefined || fill.light >= WHITE);
  }

  async #characters(form: PdfStream, strange: boolean): Promise<readonly Area[]> {
    const glyphs = await textOfForm(this.#file, form).catch(() => undefined);
    if (glyphs === undefined) return strange ? [{ at: () => 0 }] : [];
    const [a, b, c, d, e, f] = this.#state.ctm;
    const point = (x: number, y: number): [number, number] => [a * x + c * y + e, b * x + d * y + f];
    return glyphs.flatMap(({ x, y, alongX, alongY, upX, upY }) => {
      const [from, up] = [point(x, y), point(x + upX, y + upY)];
      if (!strange && Math.hypot(up[0] - from[0], up[1] - from[1]) < TALL) return [];
      const box: Path = [[from, point(x + alongX, y + alongY), point(x + alongX + upX, y + alongY + upY), up]];
      return [{ at: (px: number, py: number) => (contains(box, px, py, false) ? 0 : 1) }];
    });
  }

  /** Operators that make a path, set or end it. */
  #build(operator: string, operands: readonly Operand[]): boolean {
    const n = numbers(operands);
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = n;
    const point = (x: number, y: number): [number, number] => this.#point(x, y);
    const last = this.#path.at(-1);
    switch (operator) {
      case 'm':
        this.#path.push([point(x1, y1)]);
        return true;
      case 'l':
        last?.push(point(x1, y1));
        return true;
      case 'c':
        curve(last, point(x1, y1), point(x2, y2), point(x3, y3));
        return true;
      case 'v':
        curve(last, last?.at(-1) ?? [0, 0], point(x1, y1), point(x2, y2));
        return true;
      case 'y':
        curve(last, point(x1, y1), point(x2, y2), point(x2, y2));
        return true;
      case 're':
        this.#path.push(
          ...this.#rectangle(this.#state.ctm, x1, y1, x2, y2).map((p) => p.map(([x, y]): [number, number] => [x, y])),
        );
        return true;
      case 'W':
      case 'W*':
        this.#clip = true;
        return true;
      case 'h':
        if (last?.[0] !== undefined) last.push(last[0]);
        return true;
    }
    if (!ENDING.has(operator)) return false;
    this.#paint(operator);
    return true;
  }

  #paint(operator: string): void {
    const path: Path = this.#path;
    const box = pathBox(path);
    const state = this.#state;
    if (FILLING.has(operator)) {
      const evenOdd = operator.endsWith('*');
      this.#add((x, y) => within(box, x, y) && contains(path, x, y, evenOdd), this.#strength(false));
    }
    const width = state.width * Math.sqrt(Math.abs(state.ctm[0] * state.ctm[3] - state.ctm[1] * state.ctm[2]));
    if (STROKING.has(operator) && width >= THICK)
      this.#add((x, y) => within(box, x, y, width) && near(path, x, y, width / 2), this.#strength(true));
    if (this.#clip) state.clips = [...state.clips, path];
    this.#clip = false;
    this.#path = [];
  }

  async #perform(operator: string, operands: readonly Operand[], resources: PdfObject, depth: number): Promise<void> {
    const state = this.#state;
    const n = numbers(operands);
    const entry = (category: string): Promise<PdfObject> => entryOf(this.#file, resources, category, operands.at(-1));
    switch (operator) {
      case 'cm':
        if (n.length >= 6) state.ctm = multiply(n as unknown as Matrix, state.ctm);
        return;
      case 'w':
        state.width = n[0] ?? 1;
        return;
      case 'Tr':
        state.mode = n[0] ?? 0;
        return;
      case 'g':
      case 'rg':
      case 'k':
        state.fill = { space: 'device', light: lightOf('device', n) };
        return;
      case 'G':
      case 'RG':
      case 'K':
        state.stroke = { space: 'device', light: lightOf('device', n) };
        return;
      case 'cs':
      case 'CS': {
        const space = await spaceOf(this.#file, operands[0], resources);
        state[operator === 'cs' ? 'fill' : 'stroke'] = { space, light: space === 'unknown' ? undefined : 0 };
        return;
      }
      case 'sc':
      case 'scn':
        state.fill = { space: state.fill.space, light: lightOf(state.fill.space, n) };
        return;
      case 'SC':
      case 'SCN':
        state.stroke = { space: state.stroke.space, light: lightOf(state.stroke.space, n) };
        return;
      case 'sh':
        return this.#add(() => true, this.#factor(undefined, state.fillAlpha));
      case 'Tf': {
        const font = await entryOf(this.#file, resources, 'Font', operands[0]);
        state.type3 = font instanceof PdfDict && font.name('Subtype') === 'Type3';
        return;
      }
      case 'gs':
        return this.#graphicsState(await entry('ExtGState'));
      case 'Do':
        return this.#draw(await entry('XObject'), resources, depth);
    }
  }

  async #graphicsState(written: PdfObject): Promise<void> {
    if (!(written instanceof PdfDict)) return;
    const get = (key: string): Promise<PdfObject> => this.#file.resolve(written.get(key));
    const [mode, fill, stroke, width] = [await get('BM'), await get('ca'), await get('CA'), await get('LW')];
    const first = isArray(mode) ? mode[0] : mode;
    if (first instanceof PdfName) this.#state.ink = INK.has(first.value);
    if (typeof fill === 'number') this.#state.fillAlpha = fill;
    if (typeof stroke === 'number') this.#state.strokeAlpha = stroke;
    if (typeof width === 'number') this.#state.width = width;
  }

  async #draw(object: PdfObject, resources: PdfObject, depth: number): Promise<void> {
    if (!(object instanceof PdfStream)) return;
    const state = this.#state;
    const subtype = await this.#file.resolve(object.dict.get('Subtype'));
    if (subtype instanceof PdfName && subtype.value === 'Form') {
      const placed = await appearanceMatrix(this.#file, object.dict, undefined);
      if (placed === undefined || placed.isEmpty) return;
      const { llx, lly, urx, ury } = placed.box;
      const ctm = multiply(placed.matrix, state.ctm);
      const box = this.#rectangle(ctm, llx, lly, urx - llx, ury - lly);
      this.#state = { ...state, ctm, clips: [...state.clips, box] };
      await this.form(object, resources, depth + 1);
      this.#state = state;
      return;
    }
    const sampler = await samplerOf(this.#file, object);
    const place = this.#inUnitSquare(state.ctm);
    const { clips, fillAlpha, ink, fill } = state;
    this.areas.push({
      at: (x, y) => {
        const at = place(x, y);
        if (at === undefined || !clips.every((clip) => contains(clip, x, y, false))) return 1;
        const { alpha, light } = sampler(at[0], 1 - at[1]);
        const shade = sampler.isStencil ? fill.light : light;
        // A picture's colours that cannot be read are taken for those of a seal.
        return ink ? 1 - alpha * fillAlpha * (1 - (shade ?? 1)) : 1 - alpha * fillAlpha;
      },
    });
  }

  #inUnitSquare(ctm: Matrix): (x: number, y: number) => readonly [number, number] | undefined {
    const back = inverse(ctm);
    return (x, y) => {
      if (back === undefined) return undefined;
      const [u, v] = [back[0] * x + back[2] * y + back[4], back[1] * x + back[3] * y + back[5]];
      return u >= 0 && u <= 1 && v >= 0 && v <= 1 ? [u, v] : undefined;
    };
  }

  #strength(stroke: boolean): number {
    const { fill, stroke: line, fillAlpha, strokeAlpha } = this.#state;
    return stroke ? this.#factor(line.light, strokeAlpha) : this.#factor(fill.light, fillAlpha);
  }

  #factor(light: number | undefined, alpha: number): number {
    return this.#state.ink ? 1 - alpha * (1 - (light ?? 0)) : 1 - alpha;
  }

  #add(inside: (x: number, y: number) => boolean, factor: number): void {
    const { clips } = this.#state;
    const open = (x: number, y: number): boolean => clips.every((clip) => contains(clip, x, y, false));
    if (factor < 1) this.areas.push({ at: (x, y) => (inside(x, y) && open(x, y) ? factor : 1) });
  }

  #point(x: number, y: number): [number, number] {
    const [a, b, c, d, e, f] = this.#state.ctm;
    return [a * x + c * y + e, b * x + d * y + f];
  }

  #rectangle([a, b, c, d, e, f]: Matrix, x: number, y: number, w: number, h: number): Path {
    const corners = [
      [x, y],
      [x + w, y],
      [x + w, y + h],
      [x, y + h],
      [x, y],
    ] as const;
    return [corners.map(([px, py]): [number, number] => [a * px + c * py + e, b * px + d * py + f])];
  }
}

const numbers = (operands: readonly Operand[]): readonly number[] =>
  operands.filter((operand) => typeof operand === 'number');

async function entryOf(file: PdfFile, resources: PdfObject, category: string, operand: Operand): Promise<PdfObject> {
  const entries = resources instanceof PdfDict ? await file.resolve(resources.get(category)) : null;
  return entries instanceof PdfDict && operand instanceof PdfName ? file.resolve(entries.get(operand.value)) : null;
}
