/** Text strings (ISO 32000-1, 7.9.2.2) and dates (7.9.4). */
import { PdfString } from './objects.ts';

/** PDFDocEncoding where it differs from Latin-1 (Annex D.2), by byte. */
const docEncoding = new Map<number, string>(
  Object.entries({
    24: '˘ˇˆ˙˝˛˚˜',
    128: '•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž',
    160: '€',
  }).flatMap(([start, chars]) => [...chars].map((c, i) => [Number(start) + i, c] as const)),
);

/** Decodes UTF-16BE, UTF-8 (PDF 2.0) or PDFDocEncoding, told by the byte order mark. */
export function textOf({ bytes }: PdfString): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes.subarray(2));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder().decode(bytes.subarray(3));
  return Array.from(bytes, (byte) => docEncoding.get(byte) ?? String.fromCharCode(byte)).join('');
}

const docEncodingByte = new Map([...docEncoding].map(([byte, c]) => [c, byte]));

/** A text in PDFDocEncoding; undefined when a character of it is not among its 256. */
export function docEncodingOf(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  for (const c of text) {
    const code = c.charCodeAt(0);
    const byte = docEncodingByte.get(c) ?? (c.length === 1 && code < 256 && !docEncoding.has(code) ? code : undefined);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** ASCII as it is, anything else as UTF-16BE with its mark. */
export function textString(text: string): PdfString {
  if (/^[\x20-\x7e]*$/.test(text)) return new PdfString(new TextEncoder().encode(text));
  const bytes = new Uint8Array(2 + 2 * text.length);
  bytes.set([0xfe, 0xff]);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes.set([unit >> 8, unit & 255], 2 + 2 * i);
  }
  return new PdfString(bytes, true);
}

/** `D:YYYYMMDDHHmmSSZ`, whole seconds in UTC. */
export function dateString(time: Date): PdfString {
  return textString(`D:${time.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`);
}
