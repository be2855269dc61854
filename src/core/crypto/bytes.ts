/** Byte helpers that the whole core shares. Hex and base64 are edge forms; both are made here, so that they are the same in Node and in browsers. */
import { YqError } from '#core/errors/index.ts';

/** Joins byte strings into a new one. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** target ^= mask over the length of the target; the mask is at least as long. */
export function xorInto(target: Uint8Array, mask: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) ^ (mask[i] as number);
}

/** Compares without an early exit: the time depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** Upper-case hex, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += hexOfByte[byte] as string;
  return hex;
}

/** Reads hex of either case without separators. CRYPTO_PARAMETER on anything else. */
export function fromHex(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(hex)) {
    throw new YqError('CRYPTO_PARAMETER', { detail: `not hex (${hex.length} characters)` });
  }
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Throws CRYPTO_PARAMETER unless `bytes` is a Uint8Array of exactly `length` bytes. */
export function requireLength(name: string, bytes: Uint8Array, length: number): void {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    throw new YqError('CRYPTO_PARAMETER', { detail: `${name}: ${length} bytes wanted, got ${bytes?.length}` });
  }
}

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = STANDARD.replace('+', '-').replace('/', '_');
const PAD = 0x3d;

interface Alphabet {
  /** Character code of each 6-bit value. */
  readonly codes: Uint8Array;
  /** 6-bit value of each ASCII code; 0xFF where there is none. */
  readonly values: Uint8Array;
}
function alphabetOf(text: string): Alphabet {
  const codes = new TextEncoder().encode(text);
  const values = new Uint8Array(128).fill(0xff);
  for (const [value, code] of codes.entries()) values[code] = value;
  return { codes, values };
}
const standard = alphabetOf(STANDARD);
const urlSafe = alphabetOf(URL_SAFE);

function encode64(bytes: Uint8Array, { codes }: Alphabet, padded: boolean): string {
  const groups = Math.ceil(bytes.length / 3);
  const out = new Uint8Array(4 * groups).fill(PAD);
  for (let group = 0; group < groups; group++) {
    const at = 3 * group;
    const left = bytes.length - at;
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    out[4 * group] = codes[bits >>> 18] as number;
    out[4 * group + 1] = codes[(bits >>> 12) & 63] as number;
    if (left > 1) out[4 * group + 2] = codes[(bits >>> 6) & 63] as number;
    if (left > 2) out[4 * group + 3] = codes[bits & 63] as number;
  }
  const length = padded ? out.length : Math.ceil((bytes.length * 4) / 3);
  return new TextDecoder().decode(out.subarray(0, length));
}

/** Strict (RFC 4648, 3.5): undefined for a foreign character, a length that cannot be, bits left over that are not zero. */
function decode64(text: string, { values }: Alphabet): Uint8Array | undefined {
  const rest = text.length % 4;
  if (rest === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = values[text.charCodeAt(i)] ?? 0xff;
    if (value === 0xff) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at++] = bits >>> held;
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined;
}

/** Base64 with padding (RFC 4648, 4). */
export const toBase64 = (bytes: Uint8Array): string => encode64(bytes, standard, true);

/** Base64url without padding (RFC 4648, 5). */
export const toBase64Url = (bytes: Uint8Array): string => encode64(bytes, urlSafe, false);

/** Reads base64 with its padding, strictly: no blanks, and one text for each byte string. CRYPTO_PARAMETER on anything else. */
export function fromBase64(text: string): Uint8Array {
  const body = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  const bytes = text.length % 4 === 0 ? decode64(body, standard) : undefined;
  if (bytes === undefined) throw new YqError('CRYPTO_PARAMETER', { detail: `not base64 (${text.length} characters)` });
  return bytes;
}

/** Reads base64url without padding, as strictly. CRYPTO_PARAMETER on anything else. */
export function fromBase64Url(text: string): Uint8Array {
  const bytes = decode64(text, urlSafe);
  if (bytes === undefined) {
    throw new YqError('CRYPTO_PARAMETER', { detail: `not base64url (${text.length} characters)` });
  }
  return bytes;
}
