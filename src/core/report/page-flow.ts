/** Text that flows over A4 pages: headings, label and value, lines of checks. Lengths in points from the top left corner. */
import fontkit from '@cantoo/fontkit';
import { PDFDocument, rgb, type PDFEmbeddedPage, type PDFFont, type PDFPage, type RGB } from 'pdf-lib';

export const INK = rgb(0.106, 0.137, 0.153);
export const GREY = rgb(0.4, 0.44, 0.47);
export const LINE = rgb(0.85, 0.84, 0.81);
export const JADE = rgb(0.059, 0.482, 0.424);
export const ROSE = rgb(0.659, 0.196, 0.29);
export const AMBER = rgb(0.541, 0.361, 0);

const PAGE = { width: 595.28, height: 841.89 };
const MARGIN = { left: 56, right: 56, top: 60, bottom: 64 };
const LABEL_WIDTH = 116;
/** Letters of one value; what is longer stands whole in the attached JSON. */
const LONGEST = 4_000;
/** Marks that no line may begin with. */
const NOT_FIRST = /^[，。、；：？！）》”’％…·,.;:?!)\]}%]/;

export interface Style {
  readonly size: number;
  readonly color?: RGB;
  readonly indent?: number;
  /** Points above the line. */
  readonly before?: number;
}

export class PageFlow {
  readonly document: PDFDocument;
  readonly #font: PDFFont;
  readonly #known: ReadonlySet<number>;
  /** Advance of a letter in em: measuring letter by letter keeps long words linear. */
  readonly #advances = new Map<string, number>();
  #page: PDFPage;
  #y = MARGIN.top;

  private constructor(document: PDFDocument, font: PDFFont) {
    this.document = document;
    this.#font = font;
    this.#known = new Set(font.getCharacterSet());
    this.#page = document.addPage([PAGE.width, PAGE.height]);
  }

  static async open(font: Uint8Array): Promise<PageFlow> {
    const document = await PDFDocument.create();
    document.registerFontkit(fontkit as unknown as Parameters<PDFDocument['registerFontkit']>[0]);
    return new PageFlow(document, await document.embedFont(font, { subset: true }));
  }

  get measure(): number {
    return PAGE.width - MARGIN.left - MARGIN.right;
  }

  /** Goes on to the next page when less than `points` are left. */
  need(points: number): void {
    if (this.#y + points <= PAGE.height - MARGIN.bottom) return;
    this.#page = this.document.addPage([PAGE.width, PAGE.height]);
    this.#y = MARGIN.top;
  }

  space(points: number): void {
    this.#y += points;
  }

  rule(color: RGB = LINE): void {
    this.need(8);
    const y = PAGE.height - this.#y;
    this.#page.drawLine({
      start: { x: MARGIN.left, y },
      end: { x: PAGE.width - MARGIN.right, y },
      thickness: 0.6,
      color,
    });
    this.#y += 8;
  }

  text(text: string, { size, color = INK, indent = 0, before = 0 }: Style): void {
    this.#y += before;
    for (const line of this.#broken(this.#clean(text), size, this.measure - indent)) {
      this.need(size * 1.5);
      this.#show(line, MARGIN.left + indent, size, color);
      this.#y += size * 1.5;
    }
  }

  /** A label in grey and its value beside it; nothing at all when the value is empty. */
  fact(label: string, value: string | undefined, color: RGB = INK): void {
    if (value === undefined || value === '') return;
    const size = 9.5;
    const lines = this.#broken(this.#clean(value), size, this.measure - LABEL_WIDTH);
    for (const [i, line] of lines.entries()) {
      this.need(size * 1.55);
      if (i === 0) this.#show(this.#clean(label), MARGIN.left, size, GREY);
      this.#show(line, MARGIN.left + LABEL_WIDTH, size, color);
      this.#y += size * 1.55;
    }
  }

  /** A verdict by shape, word and colour. */
  verdict(verdict: 'PASSED' | 'FAILED' | 'INDETERMINATE', word: string, size: number): void {
    const color = { PASSED: JADE, FAILED: ROSE, INDETERMINATE: AMBER }[verdict];
    this.need(size * 1.7);
    this.#shape(verdict, MARGIN.left, size, color);
    this.#show(this.#clean(word), MARGIN.left + size * 1.45, size, color);
    this.#y += size * 1.7;
  }

  /** A check in one line: shape, sentence, then code and detail for the expert. */
  check(verdict: 'PASSED' | 'FAILED' | 'INDETERMINATE', sentence: string, expert: string): void {
    const size = 9;
    const color = { PASSED: JADE, FAILED: ROSE, INDETERMINATE: AMBER }[verdict];
    const indent = 16;
    for (const [i, line] of this.#broken(this.#clean(sentence), size, this.measure - indent).entries()) {
      this.need(size * 1.5);
      if (i === 0) this.#shape(verdict, MARGIN.left + 1, size, color);
      this.#show(line, MARGIN.left + indent, size, INK);
      this.#y += size * 1.5;
    }
    this.text(expert, { size: 7.5, color: GREY, indent });
  }

  picture(picture: PDFEmbeddedPage, width: number, height: number): void {
    this.need(height + 6);
    this.#page.drawPage(picture, { x: MARGIN.left + LABEL_WIDTH, y: PAGE.height - this.#y - height, width, height });
    this.#y += height + 6;
  }

  /** The product's mark: a square seal. */
  mark(): void {
    const side = 30;
    const x = PAGE.width - MARGIN.right - side;
    const y = PAGE.height - this.#y - side + 8;
    this.#page.drawRectangle({ x, y, width: side, height: side, color: rgb(0.761, 0.227, 0.169) });
    const letters = ['医', '签'];
    for (const [i, letter] of letters.entries()) {
      this.#page.drawText(letter, {
        x: x + 2.5 + i * 12.5,
        y: y + 10.5,
        size: 12.5,
        font: this.#font,
        color: rgb(1, 1, 1),
      });
    }
  }

  /** A line at the foot of every page, once all of them stand. */
  footers(text: (page: number, of: number) => string, left: string): void {
    const pages = this.document.getPages();
    for (const [i, page] of pages.entries()) {
      const right = text(i + 1, pages.length);
      const size = 7.5;
      const draw = (what: string, x: number): void =>
        page.drawText(what, { x, y: 34, size, font: this.#font, color: GREY });
      draw(this.#fit(this.#clean(left), size, this.measure - 90), MARGIN.left);
      draw(right, PAGE.width - MARGIN.right - this.#font.widthOfTextAtSize(right, size));
    }
  }

  #show(line: string, x: number, size: number, color: RGB): void {
    this.#page.drawText(line, { x, y: PAGE.height - this.#y - size, size, font: this.#font, color });
  }

  #shape(verdict: 'PASSED' | 'FAILED' | 'INDETERMINATE', x: number, size: number, color: RGB): void {
    const middle = PAGE.height - this.#y - size * 0.62;
    const r = size * 0.42;
    const line = (points: readonly (readonly [number, number])[]): void => {
      for (const [i, [x2, y2]] of points.entries()) {
        const [x1, y1] = points[i - 1] ?? [x2, y2];
        if (i > 0)
          this.#page.drawLine({
            start: { x: x + r + x1 * r, y: middle + y1 * r },
            end: { x: x + r + x2 * r, y: middle + y2 * r },
            thickness: size * 0.11,
            color,
          });
      }
    };
    if (verdict === 'PASSED') {
      line([
        [-0.9, 0],
        [-0.25, -0.75],
        [1, 0.8],
      ]);
    } else if (verdict === 'FAILED') {
      line([
        [-0.8, -0.8],
        [0.8, 0.8],
      ]);
      line([
        [-0.8, 0.8],
        [0.8, -0.8],
      ]);
    } else {
      this.#page.drawCircle({ x: x + r, y: middle, size: r, borderColor: color, borderWidth: size * 0.11 });
      line([
        [0, 0.5],
        [0, -0.1],
      ]);
      this.#page.drawCircle({ x: x + r, y: middle - r * 0.5, size: size * 0.06, color });
    }
  }

  /** Names in a file are a stranger's words: no control characters, no marks that turn the direction, no letter the font lacks. */
  #clean(text: string): string {
    const plain = text.slice(0, LONGEST).normalize('NFC').replace(/\s+/gu, ' ');
    return Array.from(plain, (c) => {
      if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u.test(c)) return '';
      return this.#known.has(c.codePointAt(0) ?? 0) ? c : '□';
    }).join('');
  }

  #widthOf(text: string, size: number): number {
    let em = 0;
    for (const c of text) {
      let advance = this.#advances.get(c);
      if (advance === undefined) {
        advance = this.#font.widthOfTextAtSize(c, 1);
        this.#advances.set(c, advance);
      }
      em += advance;
    }
    return em * size;
  }

  /** How many letters of `letters` go into `width`; at least one. */
  #fitting(letters: readonly string[], size: number, width: number): number {
    let used = 0;
    for (const [i, c] of letters.entries()) {
      used += this.#widthOf(c, size);
      if (used > width) return Math.max(1, i);
    }
    return letters.length;
  }

  #fit(text: string, size: number, width: number): string {
    const letters = Array.from(text);
    const count = this.#fitting(letters, size, width);
    return count === letters.length
      ? text
      : `${letters.slice(0, this.#fitting(letters, size, width - size)).join('')}…`;
  }

  /** Chinese breaks anywhere but before a closing mark; Latin words stay whole unless longer than a line. */
  #broken(text: string, size: number, width: number): readonly string[] {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const piece of text.match(/ +|[\x21-\x7e]+|./gu) ?? []) {
      const needed = this.#widthOf(piece, size);
      if (used + needed <= width || (line !== '' && piece.length === 1 && NOT_FIRST.test(piece))) {
        line += piece;
        used += needed;
        continue;
      }
      if (line.trim() !== '') lines.push(line.trimEnd());
      let rest = Array.from(piece.trimStart());
      for (let count = this.#fitting(rest, size, width); count < rest.length;) {
        lines.push(rest.slice(0, count).join(''));
        rest = rest.slice(count);
        count = this.#fitting(rest, size, width);
      }
      line = rest.join('');
      used = this.#widthOf(line, size);
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    return lines;
  }
}
