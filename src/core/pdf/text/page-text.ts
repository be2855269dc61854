/**
 * Runs the content of a page (ISO 32000-1, 9.4) as far as text goes: which characters stand where. Text is found whether it is painted,
 * clipped with or invisible over a scan, as long as it lies on the visible page.
 */
import { YqError } from '#core/errors/index.ts';
import { overLimit } from '../failures.ts';
import { limits } from '../limits.ts';
import { isArray, PdfDict, PdfName, PdfRef, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfFile, PdfPage } from '../types.ts';
import { ContentLexer, type Operand } from './content-lexer.ts';
import { readFont } from './font.ts';
import type { Glyph, TextFont } from './glyphs.ts';
import { multiply, shownMatrix, type Matrix } from './matrix.ts';

/** A character where it stands: on the page as shown, mm from its top left, y downwards. */
export interface PlacedGlyph {
  readonly text: string;
  /** Start of the glyph on its line. */
  readonly x: number;
  readonly y: number;
  /** From the start to the end of the glyph. */
  readonly alongX: number;
  readonly alongY: number;
  /** From the line upwards, the length of the font size. */
  readonly upX: number;
  readonly upY: number;
  readonly vertical: boolean;
}

/** The characters in the order they are drawn. @throws PDF_DAMAGED, PDF_LIMIT */
export async function textOfPage(file: PdfFile, page: PdfPage): Promise<readonly PlacedGlyph[]> {
  const run = new ContentRun(file, shownMatrix(page));
  await run.page(page);
  return run.glyphs;
}

/** The same of a form XObject alone, in its own space: x to the right, y upwards, in its units. */
export async function textOfForm(file: PdfFile, form: PdfStream): Promise<readonly PlacedGlyph[]> {
  const run = new ContentRun(file, IDENTITY);
  await run.form(form);
  return run.glyphs;
}

interface TextState {
  ctm: Matrix;
  font: TextFont | undefined;
  size: number;
  charSpace: number;
  wordSpace: number;
  /** 1 is unscaled. */
  scale: number;
  leading: number;
  rise: number;
}

class ContentRun {
  readonly glyphs: PlacedGlyph[] = [];
  readonly #file: PdfFile;
  #state: TextState;
  readonly #saved: TextState[] = [];
  #line: Matrix = IDENTITY;
  #text: Matrix = IDENTITY;
  #operators = 0;
  #forms = 0;
  /** Forms that are being drawn, so that none draws itself. */
  readonly #open = new Set<number>();

  constructor(file: PdfFile, shown: Matrix) {
    this.#file = file;
    this.#state = { ...INITIAL, ctm: shown };
  }

  async page({ number, dict }: PdfPage): Promise<void> {
    const contents = await this.#file.resolve(dict.get('Contents'));
    const parts: Uint8Array[] = [];
    let size = 0;
    for (const item of isArray(contents) ? contents : [contents]) {
      const stream = await this.#file.resolve(item);
      if (!(stream instanceof PdfStream)) continue;
      const data = await this.#file.streamData(stream);
      size += data.length + 1;
      if (size > limits.pageContent)
        throw overLimit(`page ${number}`, `content of more than ${limits.pageContent} bytes`);
      // An operator never reaches over the end of a stream, so that a line end between them is safe (7.8.2).
      parts.push(data, LINE_END);
    }
    await this.#run(joined(parts, size), await resourcesOf(this.#file, dict));
  }

  async form(form: PdfStream): Promise<void> {
    const resources = await this.#file.resolve(form.dict.get('Resources'));
    await this.#run(await this.#file.streamData(form), resources instanceof PdfDict ? resources : new PdfDict());
  }

  async #run(content: Uint8Array, resources: PdfDict): Promise<void> {
    const lexer = new ContentLexer(content);
    const depth = this.#saved.length;
    for (let operator = lexer.next(); operator !== undefined; operator = lexer.next()) {
      if (++this.#operators > limits.pageOperators)
        throw overLimit('page', `more than ${limits.pageOperators} operators`);
      const waiting = this.#perform(operator, lexer.operands, resources);
      if (waiting !== undefined) await waiting;
    }
    // A form's unfinished q ends with it.
    if (this.#saved.length > depth) {
      this.#state = this.#saved[depth] ?? this.#state;
      this.#saved.length = depth;
    }
  }

  #perform(operator: string, operands: readonly Operand[], resources: PdfDict): Promise<void> | undefined {
    const n = (i: number): number => {
      const value = operands[i];
      return typeof value === 'number' ? value : 0;
    };
    const state = this.#state;
    switch (operator) {
      case 'q':
        if (this.#saved.length < MOST_SAVED) this.#saved.push({ ...state });
        return undefined;
      case 'Q':
        this.#state = this.#saved.pop() ?? state;
        return undefined;
      case 'cm':
        if (operands.length >= 6) state.ctm = multiply([n(0), n(1), n(2), n(3), n(4), n(5)], state.ctm);
        return undefined;
      case 'BT':
        this.#line = this.#text = IDENTITY;
        return undefined;
      case 'Tc':
        state.charSpace = n(0);
        return undefined;
      case 'Tw':
        state.wordSpace = n(0);
        return undefined;
      case 'Tz':
        state.scale = n(0) / 100;
        return undefined;
      case 'TL':
        state.leading = n(0);
        return undefined;
      case 'Ts':
        state.rise = n(0);
        return undefined;
      case 'Tf':
        state.size = n(1);
        return this.#setFont(resources, operands[0]);
      case 'Td':
        return this.#moveLine(n(0), n(1));
      case 'TD':
        state.leading = -n(1);
        return this.#moveLine(n(0), n(1));
      case 'Tm':
        if (operands.length >= 6) this.#line = this.#text = [n(0), n(1), n(2), n(3), n(4), n(5)];
        return undefined;
      case 'T*':
        return this.#moveLine(0, -state.leading);
      case 'Tj':
        return this.#show(operands[0]);
      case 'TJ':
        return this.#showPieces(operands[0]);
      case "'":
        this.#moveLine(0, -state.leading);
        return this.#show(operands[0]);
      case '"':
        state.wordSpace = n(0);
        state.charSpace = n(1);
        this.#moveLine(0, -state.leading);
        return this.#show(operands[2]);
      case 'Do':
        return this.#draw(resources, operands[0]);
      case 'gs':
        return this.#graphicsState(resources, operands[0]);
    }
    return undefined;
  }

  #moveLine(x: number, y: number): undefined {
    this.#line = this.#text = multiply([1, 0, 0, 1, x, y], this.#line);
  }

  async #setFont(resources: PdfDict, operand: Operand): Promise<void> {
    const state = this.#state;
    state.font = await this.#fontOf(await entryOf(this.#file, resources, 'Font', operand));
  }

  /** A font that can't be read shows nothing that could be found. */
  async #fontOf(written: PdfObject | undefined): Promise<TextFont | undefined> {
    try {
      return await readFont(this.#file, written);
    } catch (error) {
      if (error instanceof YqError && error.code === 'PDF_DAMAGED') return undefined;
      throw error;
    }
  }

  async #graphicsState(resources: PdfDict, operand: Operand): Promise<void> {
    const entry = await this.#file.resolve(await entryOf(this.#file, resources, 'ExtGState', operand));
    const font = entry instanceof PdfDict ? await this.#file.resolve(entry.get('Font')) : null;
    if (!isArray(font)) return;
    this.#state.font = await this.#fontOf(font[0]);
    if (typeof font[1] === 'number') this.#state.size = font[1];
  }

  #showPieces(pieces: Operand): undefined {
    if (!Array.isArray(pieces)) return;
    for (const piece of pieces as readonly Operand[]) {
      if (piece instanceof Uint8Array) this.#show(piece);
      else if (typeof piece === 'number') {
        const { size, scale, font } = this.#state;
        const move = (-piece / 1000) * size;
        this.#advance(font?.vertical === true ? 0 : move * scale, font?.vertical === true ? move : 0);
      }
    }
  }

  #show(string: Operand): undefined {
    const { font } = this.#state;
    if (font === undefined || !(string instanceof Uint8Array)) return;
    for (const glyph of font.glyphs(string)) this.#showGlyph(glyph, font.vertical);
  }

  #showGlyph({ text, width, advance, wordSpace }: Glyph, vertical: boolean): void {
    const { size, scale, charSpace, wordSpace: space, rise } = this.#state;
    if (text !== undefined) {
      if (this.glyphs.length >= limits.pageCharacters)
        throw overLimit('page', `more than ${limits.pageCharacters} characters`);
      const [a, b, c, d, e, f] = multiply([size * scale, 0, 0, size, 0, rise], multiply(this.#text, this.#state.ctm));
      const [dx, dy] = vertical ? [0, advance] : [width, 0];
      this.glyphs.push({
        text,
        x: e,
        y: f,
        alongX: dx * a + dy * c,
        alongY: dx * b + dy * d,
        // In vertical writing the line runs through the middle of the glyphs, and "up" is to their right.
        upX: vertical ? a * width : c,
        upY: vertical ? b * width : d,
        vertical,
      });
    }
    const more = charSpace + (wordSpace ? space : 0);
    if (vertical) this.#advance(0, advance * size + more);
    else this.#advance((advance * size + more) * scale, 0);
  }

  #advance(x: number, y: number): void {
    this.#text = multiply([1, 0, 0, 1, x, y], this.#text);
  }

  async #draw(resources: PdfDict, operand: Operand): Promise<void> {
    const written = await entryOf(this.#file, resources, 'XObject', operand);
    const form = await this.#file.resolve(written);
    if (!(form instanceof PdfStream) || form.dict.name('Subtype') !== 'Form') return;
    const num = written instanceof PdfRef ? written.num : -1;
    if (this.#open.has(num) || this.#open.size >= MOST_FORMS) return;
    if (++this.#forms > limits.pageForms) throw overLimit('page', `more than ${limits.pageForms} forms`);
    const state = this.#state;
    const [line, text] = [this.#line, this.#text];
    this.#state = { ...state, ctm: multiply(await matrixOf(this.#file, form.dict), state.ctm) };
    this.#open.add(num);
    const own = await this.#file.resolve(form.dict.get('Resources'));
    await this.#run(await this.#file.streamData(form), own instanceof PdfDict ? own : resources);
    this.#open.delete(num);
    this.#state = state;
    [this.#line, this.#text] = [line, text];
  }
}

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const LINE_END = Uint8Array.of(10);
const MOST_SAVED = 512;
/** Forms within each other. */
const MOST_FORMS = 24;
const INITIAL: Omit<TextState, 'ctm'> = {
  font: undefined,
  size: 0,
  charSpace: 0,
  wordSpace: 0,
  scale: 1,
  leading: 0,
  rise: 0,
};

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function entryOf(
  file: PdfFile,
  resources: PdfDict,
  category: string,
  operand: Operand,
): Promise<PdfObject | undefined> {
  const entries = await file.resolve(resources.get(category));
  return entries instanceof PdfDict && operand instanceof PdfName ? entries.get(operand.value) : undefined;
}

async function matrixOf(file: PdfFile, form: PdfDict): Promise<Matrix> {
  const written = await file.resolve(form.get('Matrix'));
  const numbers = isArray(written) ? await Promise.all(written.map((item) => file.resolve(item))) : [];
  const [a, b, c, d, e, f] = numbers;
  const all = [a, b, c, d, e, f];
  return all.every((n) => typeof n === 'number') ? (all as unknown as Matrix) : IDENTITY;
}

/** A page's own resources, else those of the nearest node above it (7.7.3.4). */
async function resourcesOf(file: PdfFile, page: PdfDict): Promise<PdfDict> {
  let node: PdfObject = page;
  for (let depth = 0; node instanceof PdfDict && depth < limits.pageTreeDepth; depth++) {
    const resources: PdfObject = await file.resolve(node.get('Resources'));
    if (resources instanceof PdfDict) return resources;
    node = await file.resolve(node.get('Parent'));
  }
  return new PdfDict();
}
