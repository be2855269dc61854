/** What a form XObject paints with, as far as its content says without being drawn: for judging appearances. */
import { isArray, PdfDict, PdfName, PdfRef, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import { ContentLexer, type Operand } from './content-lexer.ts';

export interface Paint {
  /** Operators that show text. */
  readonly text: boolean;
  /** Paths filled or stroked. */
  readonly fills: boolean;
  readonly strokes: boolean;
  /** Images, in resources or inline; `opaque` when one has neither mask nor soft mask. */
  readonly images: boolean;
  readonly opaqueImages: boolean;
  /** Shadings and patterns. */
  readonly shadings: boolean;
  /** Something is filled in white or nearly so: paper colour hides what lies under it. */
  readonly whiteFills: boolean;
  /** A blend mode under which what lies below shows through (Multiply, Darken). */
  readonly blends: boolean;
  /** Object numbers of the XObjects drawn, in forms within forms too. */
  readonly drawn: ReadonlySet<number>;
  /** Operators met, each once. */
  readonly operators: ReadonlySet<string>;
}

/** Operators looked at in one form and those within it. */
const MAX_OPERATORS = 500_000;
const MAX_DEPTH = 12;
const WHITE = 0.92;

const FILLING: ReadonlySet<string> = new Set(['f', 'F', 'f*', 'B', 'B*', 'b', 'b*']);
const STROKING: ReadonlySet<string> = new Set(['S', 's', 'B', 'B*', 'b', 'b*']);
const SHOWING: ReadonlySet<string> = new Set(['Tj', 'TJ', "'", '"']);
const PLAIN_BLENDS: ReadonlySet<string> = new Set(['Multiply', 'Darken']);

/** Undefined when it is more than can be looked at. @throws PDF_DAMAGED, PDF_LIMIT */
export async function paintOf(file: PdfFile, form: PdfStream): Promise<Paint | undefined> {
  const run = new PaintRun(file);
  await run.form(form, 0);
  return run.tooMuch ? undefined : run.paint();
}

class PaintRun {
  readonly #file: PdfFile;
  readonly #found = new Set<keyof Omit<Paint, 'drawn' | 'operators'>>();
  readonly #drawn = new Set<number>();
  readonly #operatorsMet = new Set<string>();
  #operators = 0;
  tooMuch = false;

  constructor(file: PdfFile) {
    this.#file = file;
  }

  paint(): Paint {
    const has = (key: keyof Omit<Paint, 'drawn' | 'operators'>): boolean => this.#found.has(key);
    return {
      text: has('text'),
      fills: has('fills'),
      strokes: has('strokes'),
      images: has('images'),
      opaqueImages: has('opaqueImages'),
      shadings: has('shadings'),
      whiteFills: has('whiteFills'),
      blends: has('blends'),
      drawn: this.#drawn,
      operators: this.#operatorsMet,
    };
  }

  async form(form: PdfStream, depth: number): Promise<void> {
    if (depth > MAX_DEPTH) {
      this.tooMuch = true;
      return;
    }
    const data = await this.#file.streamData(form);
    if (hasInlineImage(data)) this.#found.add('images').add('opaqueImages');
    const resources = await this.#file.resolve(form.dict.get('Resources'));
    const lexer = new ContentLexer(data);
    const saved: boolean[] = [];
    // The colour that a path is filled with is black until it is set.
    let white = false;
    for (let operator = lexer.next(); operator !== undefined; operator = lexer.next()) {
      this.#operatorsMet.add(operator);
      if (++this.#operators > MAX_OPERATORS || this.tooMuch) {
        this.tooMuch = true;
        return;
      }
      if (operator === 'q') saved.push(white);
      else if (operator === 'Q') white = saved.pop() ?? false;
      else if (SHOWING.has(operator)) this.#found.add('text');
      else if (operator === 'sh') this.#found.add('shadings');
      if (STROKING.has(operator)) this.#found.add('strokes');
      if (FILLING.has(operator)) this.#found.add(white ? 'whiteFills' : 'fills').add('fills');
      white = fillColour(operator, lexer.operands) ?? white;
      if (operator === 'scn' && lexer.operands.at(-1) instanceof PdfName) this.#found.add('shadings');
      if (operator === 'gs') await this.#graphicsState(await this.#entry(resources, 'ExtGState', lexer.operands[0]));
      if (operator === 'Do') await this.#draw(await this.#entry(resources, 'XObject', lexer.operands[0]), depth);
    }
  }

  async #entry(resources: PdfObject, category: string, operand: Operand): Promise<PdfObject | undefined> {
    const entries = resources instanceof PdfDict ? await this.#file.resolve(resources.get(category)) : null;
    return entries instanceof PdfDict && operand instanceof PdfName ? entries.get(operand.value) : undefined;
  }

  async #graphicsState(written: PdfObject | undefined): Promise<void> {
    const state = await this.#file.resolve(written);
    const mode = state instanceof PdfDict ? await this.#file.resolve(state.get('BM')) : null;
    const first = isArray(mode) ? mode[0] : mode;
    if (first instanceof PdfName && PLAIN_BLENDS.has(first.value)) this.#found.add('blends');
  }

  async #draw(written: PdfObject | undefined, depth: number): Promise<void> {
    if (written instanceof PdfRef) this.#drawn.add(written.num);
    const object = await this.#file.resolve(written);
    if (!(object instanceof PdfStream)) return;
    const subtype = await this.#file.resolve(object.dict.get('Subtype'));
    if (subtype instanceof PdfName && subtype.value === 'Form') return this.form(object, depth + 1);
    this.#found.add('images');
    const isMask = (await this.#file.resolve(object.dict.get('ImageMask'))) === true;
    const masked = object.dict.has('SMask') || object.dict.has('Mask') || object.dict.has('SMaskInData');
    if (!isMask && !masked) this.#found.add('opaqueImages');
  }
}

/** Whether an operator sets the fill colour to paper's; undefined when it sets none. */
function fillColour(operator: string, operands: readonly Operand[]): boolean | undefined {
  const numbers = operands.filter((n) => typeof n === 'number');
  switch (operator) {
    case 'g':
    case 'rg':
      return numbers.length > 0 && numbers.every((n) => n >= WHITE);
    case 'k':
      return numbers.length === 4 && numbers.every((n) => n <= 1 - WHITE);
    case 'sc':
    case 'scn':
      if (numbers.length === 4) return numbers.every((n) => n <= 1 - WHITE);
      return numbers.length > 0 && numbers.every((n) => n >= WHITE);
    case 'cs':
      return false;
  }
  return undefined;
}

/** The lexer skips inline images; ID between BI and EI is what tells of one. */
export function hasInlineImage(data: Uint8Array): boolean {
  const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1');
  return /(?:^|[\s>)\]])BI[\s/]/.test(text);
}
