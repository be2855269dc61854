/** CMaps (ISO 32000-1, 9.7.5 and 9.10.3; Adobe Technical Notes 5014, 5099): from codes to CIDs, or with ToUnicode to text. */
import { overLimit } from '../failures.ts';
import { PdfName } from '../objects.ts';
import { ContentLexer, type Operand } from './content-lexer.ts';

/** A run of codes that map to consecutive values. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly value: number | Uint8Array | readonly Operand[];
}

/** Entries of one map: far more than any font has characters. */
const MOST_ENTRIES = 200_000;

export class CMap {
  /** Code lengths in bytes and the codes they hold; none when the map names no code space. */
  readonly codeSpaces: { readonly length: number; readonly low: number; readonly high: number }[] = [];
  readonly #ranges: Range[] = [];
  readonly #single = new Map<number, Range['value']>();
  /** Written 1 for vertical writing. */
  vertical = false;
  /** Name of the map that this one builds upon (`usecmap`). */
  base: string | undefined;

  /** @throws PDF_LIMIT */
  static parse(bytes: Uint8Array): CMap {
    const map = new CMap();
    const lexer = new ContentLexer(bytes);
    for (let operator = lexer.next(); operator !== undefined; operator = lexer.next()) map.#take(operator, lexer);
    map.#ranges.sort((a, b) => a.low - b.low);
    return map;
  }

  #take(operator: string, { operands }: ContentLexer): void {
    const last = operands.at(-1);
    if (operator === 'usecmap' && last instanceof PdfName) this.base = last.value;
    else if (operator === 'def') {
      const key = operands.at(-2);
      if (key instanceof PdfName && key.value === 'WMode') this.vertical = last === 1;
    } else if (operator === 'endcodespacerange') this.#codeSpaces(operands);
    else if (operator === 'endbfchar' || operator === 'endcidchar')
      for (let i = 0; i + 1 < operands.length; i += 2) this.#add(operands[i], operands[i], operands[i + 1]);
    else if (operator === 'endbfrange' || operator === 'endcidrange')
      for (let i = 0; i + 2 < operands.length; i += 3) this.#add(operands[i], operands[i + 1], operands[i + 2]);
  }

  #codeSpaces(operands: readonly Operand[]): void {
    for (let i = 0; i + 1 < operands.length; i += 2) {
      const [low, high] = [operands[i], operands[i + 1]];
      if (!(low instanceof Uint8Array) || !(high instanceof Uint8Array) || low.length === 0 || low.length > 4) continue;
      this.codeSpaces.push({ length: low.length, low: codeOf(low), high: codeOf(high) });
    }
  }

  #add(low: Operand, high: Operand, value: Operand): void {
    if (!(low instanceof Uint8Array) || !(high instanceof Uint8Array)) return;
    const known =
      value instanceof Uint8Array || typeof value === 'number' || Array.isArray(value)
        ? (value as Range['value'])
        : undefined;
    if (known === undefined) return;
    if (this.#single.size + this.#ranges.length >= MOST_ENTRIES) throw overLimit('CMap', 'too many entries');
    const [from, to] = [codeOf(low), codeOf(high)];
    if (from === to && !Array.isArray(known)) this.#single.set(from, known);
    else if (to >= from) this.#ranges.push({ low: from, high: to, value: known });
  }

  /** The CID of a code; undefined where the map has none. */
  cid(code: number): number | undefined {
    const found = this.#find(code);
    return typeof found?.value === 'number' ? found.value + found.offset : undefined;
  }

  /** The text that a code stands for; undefined where the map has none. */
  text(code: number): string | undefined {
    const found = this.#find(code);
    if (found === undefined) return undefined;
    const { value, offset } = found;
    if (value instanceof Uint8Array) return utf16(value, offset);
    const item = Array.isArray(value) ? (value as readonly Operand[])[offset] : undefined;
    return item instanceof Uint8Array ? utf16(item, 0) : undefined;
  }

  #find(code: number): { readonly value: Range['value']; readonly offset: number } | undefined {
    const single = this.#single.get(code);
    if (single !== undefined) return { value: single, offset: 0 };
    let [low, high] = [0, this.#ranges.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = this.#ranges[middle];
      if (range === undefined) return undefined;
      if (code < range.low) high = middle - 1;
      else if (code > range.high) low = middle + 1;
      else return { value: range.value, offset: code - range.low };
    }
    return undefined;
  }
}

export function codeOf(bytes: Uint8Array): number {
  let code = 0;
  for (const byte of bytes.subarray(0, 4)) code = code * 256 + byte;
  return code;
}

/** UTF-16BE with `offset` added to its last unit, as a range of codes means it. */
function utf16(bytes: Uint8Array, offset: number): string {
  if (bytes.length === 1) return String.fromCharCode((bytes[0] ?? 0) + offset);
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const unit = (bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0);
    text += String.fromCharCode(i + 3 >= bytes.length ? unit + offset : unit);
  }
  return text;
}
