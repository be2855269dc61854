/** Text that flows over the pages of a hospital form. No heading stands alone at the foot, no paragraph leaves one line on a page. */
import type { PDFPage } from 'pdf-lib';
import type { PlacementMm } from '#core/pdf/types.ts';
import type { FormContent } from '../types.ts';
import { GREY, INK, MM, type Paper, type TextStyle } from './paper.ts';
import type { Line } from './text-lines.ts';

const LEFT = 22;
const RIGHT = 20;
const BOTTOM = 21;
/** mm; 18 pt on 10.5 pt type. */
export const LEADING = 6.2;
export const BODY: TextStyle = { size: 10.5 };
export const BOLD: TextStyle = { ...BODY, weight: 'bold' };
export const EM = 10.5 / MM;
/** Lines of a paragraph that stay together at the foot and at the head of a page. */
const TOGETHER = 2;

/** mm between facts side by side. */
const GAP = 5;

/** Label and value. */
export type Facts = readonly (readonly [string, string])[];

export class SheetFlow {
  readonly #paper: Paper;
  readonly #content: FormContent;
  readonly #pages: PDFPage[] = [];
  #y = 0;

  constructor(paper: Paper, content: FormContent) {
    this.#paper = paper;
    this.#content = content;
    this.#newPage();
  }

  get page(): PDFPage {
    const page = this.#pages.at(-1);
    if (page === undefined) throw new Error('a form has a page');
    return page;
  }
  get pages(): number {
    return this.#pages.length;
  }
  /** Baseline of the next line, mm. */
  get y(): number {
    return this.#y;
  }
  get left(): number {
    return LEFT;
  }
  get measure(): number {
    return this.#paper.width - LEFT - RIGHT;
  }
  /** mm left on this page from the next baseline on. */
  get room(): number {
    return this.#paper.height - BOTTOM - this.#y + LEADING;
  }

  skip(mm: number): void {
    this.#y += mm;
  }

  /** Begins a new page unless `height` mm are left. */
  need(height: number): void {
    if (height > this.room) this.#newPage();
  }

  widthOf(text: string, style: TextStyle = BODY): number {
    return this.#paper.widthOf(text, style) / MM;
  }

  show(x: number, y: number, text: string, style: TextStyle = BODY, align: 'left' | 'center' | 'right' = 'left'): void {
    this.#paper.text(this.page, x, y, text, style, align);
  }

  rule(x1: number, y1: number, x2: number, y2: number, points = 0.5, color = INK): void {
    this.#paper.rule(this.page, x1, y1, x2, y2, points, color);
  }

  /** mm that a paragraph takes. */
  heightOf(text: string, indent = 2): number {
    return this.#paper.lines(text, BODY, this.measure, indent * EM).length * LEADING + 0.8;
  }

  /** Running text, the first line indented by `indent` characters. */
  paragraph(text: string, indent = 2): void {
    this.#flow(this.#paper.lines(text, BODY, this.measure, indent * EM), LEFT);
    this.#y += 0.8;
  }

  heading(text: string): void {
    this.#y += 0.6;
    this.need((1 + TOGETHER) * LEADING + 1);
    this.show(LEFT, this.#y, text, { ...BOLD, size: 11.5 });
    this.#y += LEADING + 0.4;
  }

  /** Numbered, with a hanging indent. */
  items(items: readonly string[]): void {
    const [mark, hang] = [1.0 * EM, 3.0 * EM];
    for (const [i, item] of items.entries()) {
      const lines = this.#paper.lines(item, BODY, this.measure - hang, 0);
      this.#flow(lines, LEFT + hang, (y) => this.show(LEFT + mark, y, `${i + 1}.`));
    }
    this.#y += 0.8;
  }

  /** Label and value over a thin line, side by side; a row stays whole. `inset`: mm from both sides of the measure. */
  facts(row: Facts, inset = 0): void {
    this.need(this.factsHeight(row, inset));
    for (const [i, [label, value]] of row.entries()) {
      const width = this.#columnOf(row, inset);
      this.#fact(label, value, LEFT + inset + i * (width + GAP), width);
    }
    this.#y += this.factsHeight(row, inset);
  }

  factsHeight(row: Facts, inset = 0): number {
    const width = this.#columnOf(row, inset);
    const lines = row.map(([label, value]) => this.#valueLines(label, value, width).length);
    return Math.max(1, ...lines) * LEADING + 0.8;
  }

  #columnOf(row: Facts, inset: number): number {
    return (this.measure - 2 * inset - GAP * (row.length - 1)) / row.length;
  }

  #valueLines(label: string, value: string, width: number): Line[] {
    return this.#paper.lines(value, BODY, Math.max(10, width - this.widthOf(`${label}：`, BOLD)), 0, false);
  }

  #fact(label: string, value: string, x: number, width: number): void {
    const named = `${label}：`;
    const at = x + this.widthOf(named, BOLD);
    this.show(x, this.#y, named, BOLD);
    const lines = this.#valueLines(label, value, width);
    for (let i = 0; i < Math.max(1, lines.length); i++) {
      const y = this.#y + i * LEADING;
      const line = lines[i];
      if (line !== undefined) this.#paper.line(this.page, at, y, line, BODY);
      this.rule(at, y + 1.3, x + width, y + 1.3, 0.35, GREY);
    }
  }

  /** Boxes with their words, as many on a line as fit. */
  checks(options: readonly string[], chosen: ReadonlySet<string>): void {
    const [box, gap] = [3.4, 6];
    let x = LEFT + 2 * EM;
    const right = LEFT + this.measure;
    this.need(LEADING);
    for (const option of options) {
      const lines = this.#paper.lines(option, BODY, right - (LEFT + 2 * EM) - box - 1.6, 0, false);
      const width = box + 1.6 + this.widthOf(option);
      if (x > LEFT + 2 * EM && x + width > right) {
        this.#y += LEADING;
        x = LEFT + 2 * EM;
        this.need(lines.length * LEADING);
      }
      this.#box(x, this.#y - box + 0.35, box, chosen.has(option));
      for (const [i, line] of lines.entries()) {
        if (i > 0) this.#y += LEADING;
        this.#paper.line(this.page, x + box + 1.6, this.#y, line, BODY);
      }
      x = lines.length > 1 ? right : x + width + gap;
    }
    this.#y += LEADING + 0.8;
  }

  /** A frame around what is drawn between `top` and `bottom`. */
  frame(top: number, bottom: number): void {
    const [x1, x2] = [LEFT, LEFT + this.measure];
    for (const y of [top, bottom]) this.rule(x1, y, x2, y, 0.6);
    for (const x of [x1, x2]) this.rule(x, top, x, bottom, 0.6);
  }

  place(x: number, y: number, width: number, height: number): PlacementMm {
    const tenth = (n: number): number => Math.round(n * 10) / 10;
    return { page: this.#pages.length, x: tenth(x), y: tenth(y), width, height };
  }

  /** Page numbers come last, when their total is known. */
  finish(): void {
    const style: TextStyle = { size: 8.5, color: GREY };
    const y = this.#paper.height - 11;
    const { template, hospital } = this.#content;
    for (const [i, page] of this.#pages.entries()) {
      this.#paper.rule(page, LEFT, y - 4.2, LEFT + this.measure, y - 4.2, 0.35, GREY);
      this.#paper.text(page, LEFT, y, `${template.formNumber}  第 ${template.version} 版`, style);
      this.#paper.text(
        page,
        LEFT + this.measure / 2,
        y,
        `第 ${i + 1} 页  共 ${this.#pages.length} 页`,
        style,
        'center',
      );
      this.#paper.text(page, LEFT + this.measure, y, hospital.name, style, 'right');
    }
  }

  #flow(lines: readonly Line[], x: number, first?: (y: number) => void): void {
    const count = lines.length;
    for (const [i, line] of lines.entries()) {
      const left = count - i;
      // Two lines stay together at either end of a paragraph that is broken; one of three lines stays whole.
      const together =
        i === 0 ? Math.min(count, count === TOGETHER + 1 ? count : TOGETHER) : left === TOGETHER ? TOGETHER : 1;
      this.need(together * LEADING);
      if (i === 0) first?.(this.#y);
      this.#paper.line(this.page, x, this.#y, line, BODY);
      this.#y += LEADING;
    }
  }

  #box(x: number, y: number, side: number, checked: boolean): void {
    const corners = [
      [x, y, x + side, y],
      [x + side, y, x + side, y + side],
      [x + side, y + side, x, y + side],
      [x, y + side, x, y],
    ] as const;
    for (const [x1, y1, x2, y2] of corners) this.rule(x1, y1, x2, y2, 0.7);
    if (!checked) return;
    this.rule(x + side * 0.18, y + side * 0.52, x + side * 0.42, y + side * 0.8, 1.3);
    this.rule(x + side * 0.42, y + side * 0.8, x + side * 0.95, y + side * 0.08, 1.3);
  }

  #newPage(): void {
    const page = this.#paper.page();
    this.#pages.push(page);
    const { hospital, template, patient } = this.#content;
    const middle = LEFT + this.measure / 2;
    this.#paper.text(page, middle, 20, hospital.name, { size: 17, weight: 'bold', spacing: 7 }, 'center');
    this.#paper.text(page, middle, 28.5, template.title, { size: 13.5, spacing: 2.5 }, 'center');
    const strip: readonly (readonly [string, string])[] = [
      ['姓名', patient.name],
      ['性别', patient.sex === 'male' ? '男' : '女'],
      ['年龄', `${patient.age} 岁`],
      ['科室', `${hospital.department} ${hospital.ward}`],
      ['床号', patient.bed],
      ['住院号', patient.admissionNumber],
    ];
    const style: TextStyle = { size: 9.5 };
    const widths = strip.map(([label, value]) => this.#paper.widthOf(`${label}：${value}`, style) / MM);
    const gap = (this.measure - widths.reduce((a, b) => a + b, 0)) / (strip.length - 1);
    let x = LEFT;
    for (const [i, [label, value]] of strip.entries()) {
      this.#paper.text(page, x, 37, `${label}：${value}`, style);
      x += (widths[i] ?? 0) + gap;
    }
    this.#paper.rule(page, LEFT, 39.6, LEFT + this.measure, 39.6, 0.8);
    this.#y = 47;
  }
}
