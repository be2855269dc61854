/** Writing objects (ISO 32000-1, 7.3). */
import { toHex } from '#core/crypto/index.ts';
import { PdfDict, PdfName, PdfRef, PdfStream, PdfString, type PdfObject } from './objects.ts';
import { latin1 } from './parser.ts';

const encoder = new TextEncoder();
export const ascii = (text: string): Uint8Array => encoder.encode(text);

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** `num gen obj … endobj` and a line end. A stream must carry its bytes, and its dictionary their /Length. */
export function writeIndirect({ num, gen }: PdfRef, value: PdfObject): Uint8Array {
  const head = ascii(`${num} ${gen} obj\n`);
  if (!(value instanceof PdfStream)) return concat([head, ascii(write(value)), ascii('\nendobj\n')]);
  if (!(value.data instanceof Uint8Array)) throw new TypeError('a stream of another file cannot be written');
  return concat([head, ascii(write(value.dict)), ascii('\nstream\n'), value.data, ascii('\nendstream\nendobj\n')]);
}

/** An object as ASCII text; bytes beyond ASCII stand in hexadecimal. */
export function write(value: PdfObject): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return writeNumber(value);
  if (value instanceof PdfName) return writeName(value.value);
  if (value instanceof PdfString) return writeString(value);
  if (value instanceof PdfRef) return `${value.num} ${value.gen} R`;
  if (value instanceof PdfDict) {
    let text = '<<';
    for (const [key, item] of value.entries()) {
      const written = write(item);
      text += writeName(key) + (/^[[(</]/.test(written) ? '' : ' ') + written;
    }
    return `${text}>>`;
  }
  if (value instanceof PdfStream) throw new TypeError('a stream is always an object of its own');
  return `[${value.map(write).join(' ')}]`;
}

/** PDF knows no exponents; small and large numbers are written out. */
export function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('not a number that PDF can hold');
  const text = String(value);
  if (!text.includes('e')) return text;
  return Math.abs(value) >= 1 ? BigInt(Math.round(value)).toString() : value.toFixed(20).replace(/\.?0+$/, '');
}

function writeName(value: string): string {
  let text = '/';
  for (const c of value) {
    const code = c.charCodeAt(0);
    const regular = code > 32 && code < 127 && !'()<>[]{}/%#'.includes(c);
    text += regular ? c : `#${(code & 255).toString(16).padStart(2, '0')}`;
  }
  return text;
}

function writeString({ bytes, hex }: PdfString): string {
  const printable = !hex && bytes.every((byte) => byte >= 32 && byte < 127);
  if (!printable) return `<${toHex(bytes)}>`;
  return `(${latin1(bytes).replace(/[\\()]/g, '\\$&')})`;
}
