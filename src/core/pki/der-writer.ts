/** Writing DER (X.690): definite minimal lengths, minimal integers, SET OF in order. */
import { Tag } from './der-tags.ts';

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/** One element: tag, minimal length, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(content);
  const length: number[] = [];
  if (body.length < 0x80) length.push(body.length);
  else {
    for (let n = body.length; n > 0; n = Math.floor(n / 256)) length.unshift(n % 256);
    length.unshift(0x80 | length.length);
  }
  return concatBytes([Uint8Array.of(tag, ...length), body]);
}

export const sequence = (...items: readonly Uint8Array[]): Uint8Array => der(Tag.sequence, ...items);

/** X.690 §11.6: the elements of a SET OF stand in ascending order of their encodings. */
export const setOf = (items: readonly Uint8Array[], tag: number = Tag.set): Uint8Array =>
  der(tag, ...items.toSorted(compareBytes));

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i += 1) {
    const d = (a[i] ?? 0) - (b[i] ?? 0);
    if (d !== 0) return d;
  }
  return a.length - b.length;
}

/** A non-negative INTEGER from a number or from big-endian magnitude bytes. */
export function integer(value: number | bigint | Uint8Array): Uint8Array {
  let bytes: number[] = [];
  if (value instanceof Uint8Array) bytes = [...value];
  else for (let n = BigInt(value); n > 0n; n >>= 8n) bytes.unshift(Number(n & 0xffn));
  while (bytes.length > 1 && bytes[0] === 0 && (bytes[1] ?? 0) < 0x80) bytes.shift();
  if (bytes.length === 0) bytes.push(0);
  if ((bytes[0] ?? 0) >= 0x80) bytes.unshift(0);
  return der(Tag.integer, Uint8Array.from(bytes));
}

export function oid(dotted: string): Uint8Array {
  const [a = 0n, b = 0n, ...rest] = dotted.split('.').map(BigInt);
  const content = [a * 40n + b, ...rest].flatMap((arc) => {
    const groups = [Number(arc & 0x7fn)];
    for (let n = arc >> 7n; n > 0n; n >>= 7n) groups.unshift(Number(n & 0x7fn) | 0x80);
    return groups;
  });
  return der(Tag.oid, Uint8Array.from(content));
}

export const nullValue = (): Uint8Array => der(Tag.null);
export const booleanTrue = (): Uint8Array => der(Tag.boolean, Uint8Array.of(0xff));
export const octetString = (bytes: Uint8Array): Uint8Array => der(Tag.octetString, bytes);
export const bitString = (bytes: Uint8Array): Uint8Array => der(Tag.bitString, Uint8Array.of(0), bytes);
export const enumerated = (value: number): Uint8Array => der(Tag.enumerated, Uint8Array.of(value));
export const utf8String = (text: string): Uint8Array => der(Tag.utf8String, new TextEncoder().encode(text));

/** A BIT STRING of named bits, trailing zeros left out (X.690 §11.2.2). */
export function namedBits(positions: readonly number[]): Uint8Array {
  if (positions.length === 0) return der(Tag.bitString, Uint8Array.of(0));
  const highest = Math.max(...positions);
  const bytes = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const p of positions) bytes[Math.floor(p / 8)] = (bytes[Math.floor(p / 8)] ?? 0) | (0x80 >> (p % 8));
  return der(Tag.bitString, Uint8Array.of(7 - (highest % 8)), bytes);
}

const digits = (date: Date): string => date.toISOString().replace(/[-:T]/g, '').slice(0, 14);

/** Time of X.509 and CMS (RFC 5280 §4.1.2.5): UTCTime up to 2049, GeneralizedTime after; whole seconds. */
export function time(date: Date): Uint8Array {
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? der(Tag.utcTime, new TextEncoder().encode(`${digits(date).slice(2)}Z`))
    : generalizedTime(date);
}

/** GeneralizedTime in UTC; milliseconds only when there are some, without trailing zeros (RFC 3161 §2.4.2). */
export function generalizedTime(date: Date, withMilliseconds = false): Uint8Array {
  const ms = withMilliseconds ? date.getUTCMilliseconds() : 0;
  const fraction = ms === 0 ? '' : `.${String(ms).padStart(3, '0').replace(/0+$/, '')}`;
  return der(Tag.generalizedTime, new TextEncoder().encode(`${digits(date)}${fraction}Z`));
}
