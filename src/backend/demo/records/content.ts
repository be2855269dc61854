/**
 * A record's form as data: what was written, in order, with the text that a superior may change gathered into sections. Stored as JSON
 * with the version; drawn by draw.ts.
 */
import { YqError } from '#core/errors/index.ts';
import type { FormChange } from '../../records/forms.ts';
import type { RecordSection } from '../../records/types.ts';
import type { FormHead } from './form.ts';
import { Times } from './times.ts';
import type { Column, FormWriter, Pair, ParagraphStyle } from './writer.ts';

/** `section`: id of the section that the text belongs to. */
export type Op =
  | { readonly op: 'moveTo' | 'reach' | 'tracing'; readonly y: number }
  | { readonly op: 'paragraph'; readonly section: string; readonly text: string; readonly style: ParagraphStyle }
  | { readonly op: 'items'; readonly section: string; readonly items: readonly string[]; readonly numbered: boolean }
  | { readonly op: 'heading'; readonly text: string }
  | { readonly op: 'centered'; readonly text: string; readonly bold: boolean }
  | { readonly op: 'fields'; readonly section: string; readonly rows: readonly (readonly Pair[])[] }
  | { readonly op: 'facts'; readonly section: string; readonly pairs: readonly Pair[] }
  | {
      readonly op: 'table';
      readonly section: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly op: 'signatures'; readonly roles: readonly string[]; readonly date: string }
  | { readonly op: 'signatureRow'; readonly printed: string; readonly role: string; readonly date: string }
  /** Who changed what in a later version, small, at the end. */
  | { readonly op: 'trace'; readonly text: string };

export interface Content {
  readonly head: FormHead;
  readonly orientation: 'portrait' | 'landscape';
  /** ISO 8601; stands in the file's properties. */
  readonly made: string;
  readonly titles: Readonly<Record<string, string>>;
  readonly ops: readonly Op[];
}

export class Recorder implements FormWriter {
  readonly ops: Op[] = [];
  readonly titles: Record<string, string> = {};
  #heading = '';
  #running = false;

  moveTo(y: number): void {
    this.ops.push({ op: 'moveTo', y });
  }
  reach(y: number): void {
    this.ops.push({ op: 'reach', y });
  }
  tracing(y: number): void {
    this.ops.push({ op: 'tracing', y });
  }
  paragraph(text: string, style: ParagraphStyle = {}): void {
    const last = this.ops.at(-1);
    const label = (style.label ?? '').replace(/：$/, '');
    // Unlabelled paragraphs that follow one another are one text.
    const goesOn = label === '' && last?.op === 'paragraph' && this.#running;
    const section = goesOn ? last.section : this.#section(label === '' ? this.#heading || '正文' : label);
    this.#running = label === '';
    this.ops.push({ op: 'paragraph', section, text, style });
  }
  items(items: readonly string[], numbered = true): void {
    const last = this.ops.at(-1);
    const led = last?.op === 'paragraph' ? this.titles[last.section] : undefined;
    this.ops.push({ op: 'items', section: this.#section(led ?? (this.#heading || '条目')), items, numbered });
  }
  heading(text: string): void {
    this.#heading = text.replace(/^[一二三四五六七八九十]+、/, '');
    this.ops.push({ op: 'heading', text });
  }
  centered(text: string, { weight }: { readonly weight?: 'regular' | 'bold' } = {}): void {
    this.ops.push({ op: 'centered', text, bold: weight === 'bold' });
  }
  fields(rows: readonly (readonly Pair[])[]): void {
    this.ops.push({ op: 'fields', section: this.#section(this.#heading || '基本项'), rows });
  }
  facts(pairs: readonly Pair[]): void {
    this.ops.push({ op: 'facts', section: this.#section('基本项'), pairs });
  }
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    this.ops.push({ op: 'table', section: this.#section(this.#heading || '表'), columns, rows });
  }
  signatures(roles: readonly string[], date: string): void {
    this.ops.push({ op: 'signatures', roles, date });
  }
  signatureRow(printed: string, role: string, date: string): void {
    this.ops.push({ op: 'signatureRow', printed, role, date });
  }

  /** Ids count up in the order of the form and stay with the text through all versions. */
  #section(title: string): string {
    const id = `s${Object.keys(this.titles).length + 1}`;
    const same = Object.values(this.titles).filter((t) => t === title || t.startsWith(`${title}（`)).length;
    this.titles[id] = same === 0 ? title : `${title}（${same + 1}）`;
    return id;
  }
}

const pairs = (all: readonly Pair[]): string => all.map(([label, value]) => `${label}：${value}`).join('\u3000');

/** A paragraph or an item is a line. */
function linesOf(op: Op): readonly string[] {
  switch (op.op) {
    case 'paragraph':
      return op.text === '' ? [] : [op.text];
    case 'items':
      return op.items;
    case 'fields':
      return op.rows.map(pairs);
    case 'facts':
      return [pairs(op.pairs)];
    case 'table':
      return op.rows.map((row) => row.join('\u3000'));
    default:
      return [];
  }
}

export function sectionsOf({ ops, titles }: Content): RecordSection[] {
  return Object.entries(titles).map(([id, title]) => {
    const own = ops.filter((op) => 'section' in op && op.section === id);
    return {
      id,
      title,
      text: own.flatMap(linesOf).join('\n'),
      editable: own.every((op) => op.op === 'paragraph' || op.op === 'items'),
    };
  });
}

/** Lines of one section. */
const MOST_LINES = 200;

/** As it will stand: one line each, no line empty, no white space at the ends, no control characters. */
function cleanLines(text: string): string[] {
  const lines = text
    .normalize('NFC')
    .split(/\r\n|\r|\n/)
    .map((line) => line.replace(/[\t\u00A0]/g, ' ').trim())
    .filter((line) => line !== '');
  const bad = /\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|\p{Cs}/u.exec(lines.join(''))?.[0];
  if (bad !== undefined) {
    const character = `U+${(bad.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
    throw new YqError('RECORD_TEXT_UNPRINTABLE', { params: { character } });
  }
  if (lines.length > MOST_LINES) throw refuse('一节的行数太多', 'a section has too many lines');
  return lines;
}

const refuse = (zh: string, en: string): YqError =>
  new YqError('RECORD_NOT_EDITABLE', { params: { 'reason.zh': zh, 'reason.en': en } });

export function changedContent(content: Content, { edits, version, by, at, reason }: FormChange): Content {
  const sections = new Map(sectionsOf(content).map((s) => [s.id, s]));
  let ops = content.ops;
  const touched: string[] = [];
  for (const { id, text } of edits) {
    const section = sections.get(id);
    if (section === undefined) throw refuse(`没有“${id}”这一节`, `there is no section “${id}”`);
    const lines = cleanLines(text);
    if (lines.join('\n') === section.text) continue;
    if (!section.editable)
      throw refuse(`“${section.title}”不能在这里修改`, `“${section.title}” cannot be changed here`);
    ops = withLines(ops, id, lines);
    touched.push(section.title);
  }
  if (touched.length === 0) throw refuse('没有改动', 'nothing was changed');
  const who = `${by.name}（${by.title}）`;
  const why = cleanLines(reason).join(' ');
  const text = `第 ${version} 版\u3000${Times.minute(at)}\u3000${who}修改：${touched.join('、')}。原因：${why}`;
  const dated = ops.map((op) => ('date' in op ? { ...op, date: Times.long(at) } : op));
  return { ...content, made: at.toISOString(), ops: [...dated, { op: 'trace', text }] };
}

/** The section's text exchanged where it stood; its first paragraph keeps its label. A section without text keeps its place. */
function withLines(ops: readonly Op[], section: string, lines: readonly string[]): Op[] {
  const first = ops.findIndex((op) => 'section' in op && op.section === section);
  const old = ops[first];
  const rest = ops.filter((op, i) => i === first || !('section' in op) || op.section !== section);
  if (old?.op === 'items') return rest.map((op) => (op === old ? { ...old, items: lines } : op));
  if (old?.op !== 'paragraph') return rest;
  const style: ParagraphStyle = old.style.indent === undefined ? {} : { indent: old.style.indent };
  const fresh = (lines.length === 0 ? [''] : lines).map((text, i): Op => {
    return { op: 'paragraph', section, text, style: i === 0 ? old.style : style };
  });
  return rest.flatMap((op) => (op === old ? fresh : [op]));
}
