/**
 * A small DER reader. It gives slices of the received bytes, never copies, never a re-encoding: signatures
 * are judged over what came in. It is tolerant where Chinese CAs are known to stray (non-minimal lengths and integers) and hard
 * where an attacker would play: indefinite lengths, high tag numbers, depth, size and element count are all bounded.
 */
import { YqError } from '#core/errors/index.ts';
import { Tag } from './der-tags.ts';

/** Limits on anything that comes from outside. CRLs of large CAs reach some MiB; nothing in this field nests deeper than about 25. */
export const LIMITS: DerLimits = { bytes: 32 * 1024 * 1024, depth: 48, elements: 2_000_000 };

export interface DerLimits {
  readonly bytes: number;
  readonly depth: number;
  readonly elements: number;
}

export interface DerElement {
  /** First identifier byte. */
  readonly tag: number;
  /** The whole element, header included, as received. */
  readonly bytes: Uint8Array;
  /** Content octets. */
  readonly value: Uint8Array;
}

const malformed = (detail: string): YqError => new YqError('PKI_PARSE', { detail });

/** Reads the header at `at`; gives tag and the offsets of content start and end. */
export function readHeader(bytes: Uint8Array, at: number): readonly [tag: number, start: number, end: number] {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw malformed(`DER: data end at ${at}`);
  if ((tag & 0x1f) === 0x1f) throw malformed('DER: high tag number');
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0) throw malformed('DER: indefinite length');
    if (count > 6) throw malformed('DER: length too large');
    length = 0;
    for (let i = 0; i < count; i += 1) {
      const b = bytes[start];
      if (b === undefined) throw malformed(`DER: data end at ${start}`);
      length = length * 256 + b;
      start += 1;
    }
  }
  const end = start + length;
  if (end > bytes.length) throw malformed(`DER: element at ${at} exceeds its container`);
  return [tag, start, end];
}

function elementAt(bytes: Uint8Array, at: number): readonly [DerElement, next: number] {
  const [tag, start, end] = readHeader(bytes, at);
  return [{ tag, bytes: bytes.subarray(at, end), value: bytes.subarray(start, end) }, end];
}

/** Walks every constructed element without recursion, so that hostile nesting ends here and not in a stack overflow. */
function checkLimits(bytes: Uint8Array, limits: DerLimits): void {
  if (bytes.length > limits.bytes) throw new YqError('PKI_LIMIT', { detail: `${bytes.length} bytes` });
  const ends: number[] = [bytes.length];
  let at = 0;
  let elements = 0;
  while (ends.length > 0) {
    const containerEnd = ends[ends.length - 1] ?? 0;
    if (at === containerEnd) {
      ends.pop();
      continue;
    }
    const [tag, start, end] = readHeader(bytes, at);
    if (end > containerEnd) throw malformed(`DER: element at ${at} exceeds its container`);
    elements += 1;
    if (elements > limits.elements) throw new YqError('PKI_LIMIT', { detail: 'too many elements' });
    if ((tag & 0x20) !== 0) {
      if (ends.length >= limits.depth) throw new YqError('PKI_LIMIT', { detail: `nested deeper than ${limits.depth}` });
      ends.push(end);
      at = start;
    } else {
      at = end;
    }
  }
}

/** Reads one element that fills `bytes` exactly. @throws YqError PKI_PARSE, PKI_LIMIT */
export function readDer(bytes: Uint8Array, tag?: number, limits: DerLimits = LIMITS): DerElement {
  checkLimits(bytes, limits);
  const [element, next] = elementAt(bytes, 0);
  if (next !== bytes.length) throw malformed(`DER: ${bytes.length - next} bytes after the end`);
  if (tag !== undefined && element.tag !== tag) throw unexpected(element.tag, tag);
  return element;
}

const unexpected = (found: number, wanted: number): YqError =>
  malformed(`DER: tag 0x${found.toString(16)} where 0x${wanted.toString(16)} belongs`);

/** Reads the content of a constructed element one element after the other. */
export class DerCursor {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(content: Uint8Array | DerElement) {
    this.bytes = content instanceof Uint8Array ? content : content.value;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Tag of the next element, undefined at the end. */
  peek(): number | undefined {
    return this.bytes[this.at];
  }

  next(tag?: number): DerElement {
    const [element, next] = elementAt(this.bytes, this.at);
    if (tag !== undefined && element.tag !== tag) throw unexpected(element.tag, tag);
    this.at = next;
    return element;
  }

  optional(tag: number): DerElement | undefined {
    return this.peek() === tag ? this.next() : undefined;
  }

  all(tag?: number): DerElement[] {
    const elements: DerElement[] = [];
    while (!this.done) elements.push(this.next(tag));
    return elements;
  }

  end(): void {
    if (!this.done) throw malformed(`DER: ${this.bytes.length - this.at} unexpected bytes at the end of an element`);
  }
}

/** Elements inside a constructed element. */
export const childrenOf = (element: DerElement, tag?: number): DerElement[] => new DerCursor(element).all(tag);

/** Dotted form. */
export function readOid(element: DerElement): string {
  if (element.tag !== Tag.oid) throw unexpected(element.tag, Tag.oid);
  return decodeOid(element.value);
}

export function decodeOid(content: Uint8Array): string {
  if (content.length === 0 || content.length > 128) throw malformed('DER: object identifier of unlikely length');
  const arcs: bigint[] = [];
  let arc = 0n;
  let open = false;
  for (const b of content) {
    if (!open && b === 0x80) throw malformed('DER: object identifier with padding');
    arc = (arc << 7n) | BigInt(b & 0x7f);
    open = b >= 0x80;
    if (open) continue;
    if (arcs.length === 0) {
      const root = arc < 40n ? 0n : arc < 80n ? 1n : 2n;
      arcs.push(root, arc - root * 40n);
    } else {
      arcs.push(arc);
    }
    arc = 0n;
  }
  if (open) throw malformed('DER: object identifier cut short');
  return arcs.join('.');
}

export function readBoolean(element: DerElement): boolean {
  if (element.tag !== Tag.boolean) throw unexpected(element.tag, Tag.boolean);
  if (element.value.length !== 1) throw malformed('DER: BOOLEAN of wrong length');
  return element.value[0] !== 0;
}

/** Content of a BIT STRING without the count of unused bits, which must be 0. */
export function readBitStringBytes(element: DerElement): Uint8Array {
  if (element.tag !== Tag.bitString) throw unexpected(element.tag, Tag.bitString);
  if (element.value[0] !== 0) throw malformed('DER: BIT STRING with unused bits');
  return element.value.subarray(1);
}

/** Positions of the bits that are set, 0 is the first. */
export function readNamedBits(element: DerElement): number[] {
  if (element.tag !== Tag.bitString && element.tag !== Tag.context(3)) throw unexpected(element.tag, Tag.bitString);
  const bits: number[] = [];
  element.value.subarray(1).forEach((b, i) => {
    for (let k = 0; k < 8; k += 1) if ((b & (0x80 >> k)) !== 0) bits.push(i * 8 + k);
  });
  return bits;
}

/** A small non-negative INTEGER or ENUMERATED. */
export function readSmallInteger(content: Uint8Array): number {
  if (content.length === 0 || content.length > 6 || (content[0] ?? 0) >= 0x80)
    throw malformed('DER: INTEGER out of range');
  return content.reduce((n, b) => n * 256 + b, 0);
}

/** UTCTime or GeneralizedTime, seconds and zone tolerated in all forms of X.680. */
export function readTime(element: DerElement): Date {
  const text = new TextDecoder('latin1').decode(element.value);
  const form =
    element.tag === Tag.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?()(Z|[+-]\d{4})$/
      : element.tag === Tag.generalizedTime
        ? /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(?:[.,](\d{1,9}))?(Z|[+-]\d{4})?$/
        : undefined;
  const m = form?.exec(text);
  if (!m) throw malformed('DER: not a time');
  const [, y = '', mo, d, h, mi, s = '0', fraction = '', zone = 'Z'] = m;
  const year = y.length === 4 ? Number(y) : Number(y) + (Number(y) < 50 ? 2000 : 1900);
  const offset =
    zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  const ms = Math.floor(Number(`0.${fraction || '0'}`) * 1000);
  const day = new Date(0);
  day.setUTCFullYear(year, Number(mo) - 1, Number(d));
  if (day.getUTCMonth() !== Number(mo) - 1 || day.getUTCDate() !== Number(d)) throw malformed('DER: no such day');
  if (Number(h) > 23 || Number(mi) > 59 || Number(s) > 60) throw malformed('DER: no such time of day');
  day.setUTCHours(Number(h), Number(mi) - offset, Number(s), ms);
  return day;
}
