/**
 * CMS may come in BER (RFC 5652 §2): indefinite lengths and OCTET STRINGs in pieces, as streaming writers leave them. Here both are turned
 * into DER's definite form; everything that already is definite, certificates and signed attributes above all, keeps its bytes.
 */
import { YqError } from '#core/errors/index.ts';
import { concatBytes } from '#core/crypto/index.ts';
import { DerCursor, LIMITS, readHeader } from './der-reader.ts';
import { Tag } from './der-tags.ts';
import { der } from './der-writer.ts';

const CONSTRUCTED_OCTET_STRING = 0x24;
const END_OF_CONTENTS = 0x00;

interface Piece {
  readonly bytes: Uint8Array;
  readonly next: number;
  /** false: the received bytes stand as they are. */
  readonly changed: boolean;
}

/** Gives the first element of `bytes` with definite lengths, and how many bytes it took. @throws YqError PKI_PARSE, PKI_LIMIT */
export function readBer(bytes: Uint8Array): { readonly der: Uint8Array; readonly length: number } {
  if (bytes.length > LIMITS.bytes) throw new YqError('PKI_LIMIT', { detail: `${bytes.length} bytes` });
  const piece = normalize(bytes, 0, 0);
  return { der: piece.bytes, length: piece.next };
}

function normalize(bytes: Uint8Array, at: number, depth: number): Piece {
  if (depth > LIMITS.depth) throw new YqError('PKI_LIMIT', { detail: `nested deeper than ${LIMITS.depth}` });
  const tag = bytes[at] ?? 0;
  const indefinite = bytes[at + 1] === 0x80;
  if (!indefinite) {
    const [, start, end] = readHeader(bytes, at);
    const whole = { bytes: bytes.subarray(at, end), next: end, changed: false };
    if ((tag & 0x20) === 0) return whole;
    const { parts, changed } = normalizeContent(bytes.subarray(0, end), start, depth, () => false);
    return changed || tag === CONSTRUCTED_OCTET_STRING
      ? { bytes: rebuild(tag, parts), next: end, changed: true }
      : whole;
  }
  if ((tag & 0x20) === 0 || (tag & 0x1f) === 0x1f)
    throw new YqError('PKI_PARSE', { detail: 'BER: indefinite length of a primitive' });
  const atEnd = (i: number): boolean => bytes[i] === END_OF_CONTENTS && bytes[i + 1] === 0;
  const { parts, next } = normalizeContent(bytes, at + 2, depth, atEnd);
  if (!atEnd(next)) throw new YqError('PKI_PARSE', { detail: 'BER: end-of-contents missing' });
  return { bytes: rebuild(tag, parts), next: next + 2, changed: true };
}

function normalizeContent(
  bytes: Uint8Array,
  start: number,
  depth: number,
  atEnd: (at: number) => boolean,
): { readonly parts: readonly Uint8Array[]; readonly next: number; readonly changed: boolean } {
  const parts: Uint8Array[] = [];
  let changed = false;
  let at = start;
  while (at < bytes.length && !atEnd(at)) {
    const piece = normalize(bytes, at, depth + 1);
    parts.push(piece.bytes);
    changed ||= piece.changed;
    at = piece.next;
  }
  return { parts, next: at, changed };
}

function rebuild(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  if (tag !== CONSTRUCTED_OCTET_STRING) return der(tag, concatBytes(...parts));
  return der(Tag.octetString, concatBytes(...parts.map((p) => new DerCursor(p).next(Tag.octetString).value)));
}

/**
 * Cuts the zero padding off a BER or DER value that stands in a larger hole, as in a PDF's /Contents.
 * @throws YqError PKI_PARSE when anything but zeros follows
 */
export function trimDerPadding(bytes: Uint8Array): Uint8Array {
  const { length } = readBer(bytes);
  if (bytes.subarray(length).some((b) => b !== 0))
    throw new YqError('PKI_PARSE', { detail: 'bytes after the end that are not padding' });
  return bytes.subarray(0, length);
}
