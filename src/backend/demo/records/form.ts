/** The hospital's form: header with the patient's line on every page, running text, tables, signature lines, page numbers. */
import type { PDFPage } from 'pdf-lib';
import type { Patient, Placement } from '../../records/types.ts';
import { GREY, MM, type Paper, type TextStyle } from './sheet.ts';
import type { Column } from './writer.ts';

const LEFT = 24;
const RIGHT = 20;
const BOTTOM = 22;
const BODY: TextStyle = { size: 10.5 };
const LEADING = 6.4; // mm; 18 pt on 10.5 pt type
/** Size of a signature on paper. */
export const SIGNATURE = { width: 40, height: 15 } as const;

export interface FormHead {
  readonly hospital: string;
  readonly title: string;
  readonly department: string;
  readonly ward: string;
  readonly patient: Patient;
  /** Form number printed at the foot, left. */
  readonly formNumber: string;
}

export interface SignatureLine {
  readonly role: string;
  readonly placement: Placement;
}

export class Form {
  readonly paper: Paper;
  readonly #head: FormHead;
  readonly #pages: PDFPage[] = [];
  readonly #signatures: SignatureLine[] = [];
  /** By role: what stands on a line that is not signed here. */
  readonly #notes: ReadonlyMap<string, string>;
  #y = 0;

  constructor(paper: Paper, head: FormHead, notes: ReadonlyMap<string, string> = new Map()) {
    this.paper = paper;
    this.#head = head;
    this.#notes = notes;
    this.#newPage();
  }

  get page(): PDFPage {
    const page = this.#pages.at(-1);
    if (page === undefined) throw new Error('a form has a page');
    return page;
  }

  /** Where the next line stands, mm. */
  get y(): number {
    return this.#y;
  }

  get measure(): number {
    return this.paper.width - LEFT - RIGHT;
  }

  get left(): number {
    return LEFT;
  }

  /** Goes on at this height of the page. */
  moveTo(y: number): void {
    this.#y = y;
  }

  /** Goes on at this height or, when the text has come further, where it ends. */
  reach(y: number): void {
    this.#y = Math.max(this.#y, y);
  }

  /** Running text: first line indented by two characters; `label` in bold before it. */
  paragraph(text: string, { label = '', indent = 2 }: { label?: string; indent?: number } = {}): void {
    const em = BODY.size / MM;
    const bold: TextStyle = { ...BODY, weight: 'bold' };
    const labelWidth = label === '' ? 0 : this.paper.widthOf(label, bold) / MM;
    const lines = this.paper.lines(text, BODY, this.measure, indent * em + labelWidth);
    for (const [i, line] of lines.entries()) {
      this.#need(LEADING);
      if (i === 0 && label !== '') this.paper.text(this.page, LEFT + indent * em, this.#y, label, bold);
      this.paper.line(this.page, LEFT, this.#y, line, BODY);
      this.#y += LEADING;
    }
    this.#y += 0.8;
  }

  /** Numbered or plain items, hanging indent. */
  items(items: readonly string[], numbered = true): void {
    const em = BODY.size / MM;
    for (const [i, item] of items.entries()) {
      const mark = numbered ? `${i + 1}.` : '·';
      const lines = this.paper.lines(item, BODY, this.measure - 4 * em, 0);
      for (const [k, line] of lines.entries()) {
        this.#need(LEADING);
        if (k === 0) this.paper.text(this.page, LEFT + 2 * em, this.#y, mark, BODY);
        this.paper.line(this.page, LEFT + 3.6 * em, this.#y, line, BODY);
        this.#y += LEADING;
      }
    }
    this.#y += 0.8;
  }

  heading(text: string): void {
    this.#need(3 * LEADING); // never alone at the foot of a page
    this.paper.text(this.page, LEFT, this.#y, text, { ...BODY, weight: 'bold' });
    this.#y += LEADING + 0.4;
  }

  centered(text: string, style: Partial<TextStyle> = {}): void {
    this.#need(LEADING);
    this.paper.text(this.page, LEFT + this.measure / 2, this.#y, text, { ...BODY, ...style }, 'center');
    this.#y += LEADING;
  }

  /** Two to four label/value pairs in equal columns. */
  fields(rows: readonly (readonly (readonly [string, string])[])[]): void {
    for (const row of rows) {
      this.#need(LEADING);
      const width = this.measure / row.length;
      for (const [i, [label, value]] of row.entries()) {
        const x = LEFT + i * width;
        const bold: TextStyle = { ...BODY, weight: 'bold' };
        this.paper.text(this.page, x, this.#y, `${label}：`, bold);
        this.paper.text(this.page, x + this.paper.widthOf(`${label}：`, bold) / MM, this.#y, value, BODY);
      }
      this.#y += LEADING;
    }
    this.#y += 0.8;
  }

  /** A ruled table; cells wrap, the head is repeated on a new page. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[], size = 9): void {
    const style: TextStyle = { size };
    const leading = (size * 1.5) / MM;
    const pad = 1.3;
    const wrapped = (cells: readonly string[], s: TextStyle) =>
      columns.map((c, i) => this.paper.lines(cells[i] ?? '', s, c.width - 2 * pad, 0, false));
    const draw = (cells: readonly string[], s: TextStyle): void => {
      const lines = wrapped(cells, s);
      const height = Math.max(1, ...lines.map((l) => l.length)) * leading + 2 * pad - 0.4;
      if (this.#y + height > this.paper.height - BOTTOM) {
        this.#newPage();
        this.#y -= 4;
        draw(
          columns.map((c) => c.head),
          { ...style, weight: 'bold' },
        );
      }
      let x = LEFT;
      const top = this.#y;
      for (const [i, column] of columns.entries()) {
        const cell = lines[i] ?? [];
        const first = top + (height - cell.length * leading) / 2 + leading * 0.74;
        for (const [k, line] of cell.entries()) {
          const natural = line.pieces.reduce((sum, p) => sum + p.width, 0) / MM;
          const at = column.align === 'center' ? x + (column.width - natural) / 2 : x + pad;
          this.paper.line(this.page, at, first + k * leading, line, s);
        }
        this.paper.rule(this.page, x, top, x, top + height, 0.5);
        x += column.width;
      }
      this.paper.rule(this.page, x, top, x, top + height, 0.5);
      this.paper.rule(this.page, LEFT, top, x, top, 0.5);
      this.paper.rule(this.page, LEFT, top + height, x, top + height, 0.5);
      this.#y = top + height;
    };
    this.#y -= 4;
    draw(
      columns.map((c) => c.head),
      { ...style, weight: 'bold' },
    );
    for (const row of rows) draw(row, style);
    this.#y += LEADING + 1;
  }

  /** Lines to sign at the right, one under the other, with the date below. Kept together on one page. */
  signatures(roles: readonly string[], date: string): void {
    const step = SIGNATURE.height;
    const height = roles.length * step + LEADING;
    this.#need(height + 2);
    this.#y += 1;
    const right = LEFT + this.measure;
    for (const role of roles) {
      const label = `${role}：`;
      const top = this.#y - 4;
      const x = right - SIGNATURE.width;
      this.paper.text(this.page, x - 1, top + step / 2 + 1.6, label, BODY, 'right');
      this.#note(role, x + 1, top + step / 2 + 1.6);
      this.#signatures.push({
        role,
        placement: { page: this.#pages.length, x: tenth(x), y: tenth(top), ...SIGNATURE },
      });
      this.#y += step;
    }
    this.paper.text(this.page, right, this.#y + 1, date, BODY, 'right');
    this.#y += LEADING;
  }

  /** Pairs spread evenly over one line. */
  facts(pairs: readonly (readonly [string, string])[]): void {
    this.#need(LEADING);
    this.#strip(this.page, this.#y, pairs);
    this.#y += LEADING;
  }

  /** A printed name at the left, a line to sign in the middle, the date at the right. */
  signatureRow(printed: string, role: string, date: string): void {
    this.#need(SIGNATURE.height + LEADING);
    const top = this.#y - 4;
    const base = top + SIGNATURE.height / 2 + 1.6;
    const label = `${role}：`;
    const x = LEFT + this.measure * 0.4;
    const at = x + this.paper.widthOf(label, BODY) / MM + 0.5;
    this.paper.text(this.page, LEFT, base, printed, BODY);
    this.paper.text(this.page, x, base, label, BODY);
    this.#note(role, at + 1, base);
    this.paper.text(this.page, LEFT + this.measure, base, date, BODY, 'right');
    this.#signatures.push({
      role,
      placement: { page: this.#pages.length, x: tenth(at), y: tenth(top), ...SIGNATURE },
    });
    this.#y = top + SIGNATURE.height + LEADING;
  }

  /** Who changed what, small, below the signatures. */
  trace(text: string): void {
    const style: TextStyle = { size: 8.5, color: GREY };
    this.#y += 1.6;
    for (const line of this.paper.lines(text, style, this.measure, 0, false)) {
      this.#need(LEADING);
      this.paper.line(this.page, LEFT, this.#y, line, style);
      this.#y += 4.6;
    }
  }

  #note(role: string, x: number, y: number): void {
    const note = this.#notes.get(role);
    if (note !== undefined) this.paper.text(this.page, x, y, note, { size: 9, color: GREY });
  }

  /** Page numbers come last, when their total is known. */
  async finish(): Promise<{ bytes: Uint8Array; pages: number; signatures: readonly SignatureLine[] }> {
    const style: TextStyle = { size: 8.5, color: GREY };
    const y = this.paper.height - 11;
    for (const [i, page] of this.#pages.entries()) {
      this.paper.rule(page, LEFT, y - 4.2, LEFT + this.measure, y - 4.2, 0.35, GREY);
      this.paper.text(page, LEFT, y, this.#head.formNumber, style);
      this.paper.text(page, LEFT + this.measure / 2, y, `第 ${i + 1} 页  共 ${this.#pages.length} 页`, style, 'center');
      this.paper.text(page, LEFT + this.measure, y, '示范数据，仅供演示', style, 'right');
    }
    return { bytes: await this.paper.bytes(), pages: this.#pages.length, signatures: this.#signatures };
  }

  #need(height: number): void {
    if (this.#y + height - LEADING > this.paper.height - BOTTOM) this.#newPage();
  }

  #newPage(): void {
    const page = this.paper.page();
    this.#pages.push(page);
    const { hospital, title, department, ward, patient } = this.#head;
    const middle = LEFT + this.measure / 2;
    const landscape = this.paper.width > this.paper.height;
    const top = landscape ? 13 : 20;
    this.paper.text(page, middle, top, hospital, { size: 17, weight: 'bold', spacing: 7 }, 'center');
    this.paper.text(page, middle, top + 8.5, title, { size: 13.5, spacing: 2.5 }, 'center');
    const strip: readonly (readonly [string, string])[] = [
      ['姓名', patient.name],
      ['性别', patient.sex === 'male' ? '男' : '女'],
      ['年龄', `${patient.age} 岁`],
      ['科室', `${department} ${ward}`],
      ['床号', patient.bed],
      ['住院号', patient.admissionNumber],
    ];
    this.#strip(page, top + 17, strip);
    this.paper.rule(page, LEFT, top + 19.6, LEFT + this.measure, top + 19.6, 0.8);
    this.#y = top + 27;
  }

  /** Spreads label/value pairs evenly over the measure. */
  #strip(page: PDFPage, y: number, pairs: readonly (readonly [string, string])[]): void {
    const style: TextStyle = { size: 9.5 };
    const widths = pairs.map(([label, value]) => this.paper.widthOf(`${label}：${value}`, style) / MM);
    const free = this.measure - widths.reduce((a, b) => a + b, 0);
    const gap = free / Math.max(1, pairs.length - 1);
    let x = LEFT;
    for (const [i, [label, value]] of pairs.entries()) {
      this.paper.text(page, x, y, `${label}：${value}`, style);
      x += (widths[i] ?? 0) + gap;
    }
  }
}

const tenth = (n: number): number => Math.round(n * 10) / 10;
