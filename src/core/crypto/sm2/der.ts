/** Strict DER of SM2 values: SM2Signature and SM2Cipher (GB/T 35276-2017, 7; GM/T 0009-2012, 7). */
import { YqError, type ErrorCode } from '#core/errors/index.ts';
import { concatBytes, requireLength } from '../bytes.ts';

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;

function element(tag: number, content: Uint8Array): Uint8Array {
  const length = content.length;
  if (length < 0x80) return concatBytes(Uint8Array.of(tag, length), content);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return concatBytes(Uint8Array.of(tag, 0x80 | octets.length, ...octets), content);
}

/** A 32-byte unsigned number as INTEGER: no needless leading zeros, one where the top bit would make it negative. */
function integer(value: Uint8Array): Uint8Array {
  let first = 0;
  while (first < value.length - 1 && value[first] === 0) first++;
  const minimal = value.subarray(first);
  return element(INTEGER, (minimal[0] as number) >= 0x80 ? concatBytes(Uint8Array.of(0), minimal) : minimal);
}

/** Reads one value after the other and refuses whatever DER does not allow. */
class StrictReader {
  readonly #bytes: Uint8Array;
  readonly #code: ErrorCode;
  #at = 0;

  constructor(bytes: Uint8Array, code: ErrorCode) {
    this.#bytes = bytes;
    this.#code = code;
  }

  refuse(detail: string): never {
    throw new YqError(this.#code, { detail: `${detail} at ${this.#at} of ${this.#bytes.length}` });
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) this.refuse('ends early');
    this.#at++;
    return byte;
  }

  content(tag: number): Uint8Array {
    const found = this.#byte();
    if (found !== tag) this.refuse(`tag ${found.toString(16)} where ${tag.toString(16)} is due`);
    let length = this.#byte();
    if (length >= 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 4) this.refuse('indefinite or oversized length');
      length = 0;
      for (let i = 0; i < octets; i++) {
        length = length * 256 + this.#byte();
        if (i === 0 && length === 0) this.refuse('length with a leading zero');
      }
      if (length < 0x80 || (octets > 1 && length < 256 ** (octets - 1))) this.refuse('length longer than needed');
    }
    if (length > this.#bytes.length - this.#at) this.refuse('value runs over the end');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A non-negative INTEGER of at most 256 bits, as 32 bytes. */
  unsigned256(): Uint8Array {
    const content = this.content(INTEGER);
    const [first, second] = content;
    if (first === undefined) this.refuse('empty INTEGER');
    if (first >= 0x80) this.refuse('negative INTEGER');
    if (first === 0 && second !== undefined && second < 0x80) this.refuse('INTEGER longer than needed');
    const value = first === 0 ? content.subarray(1) : content;
    if (value.length > 32) this.refuse('INTEGER over 256 bits');
    const bytes = new Uint8Array(32);
    bytes.set(value, 32 - value.length);
    return bytes;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) this.refuse('bytes left over');
  }
}

/** SEQUENCE { INTEGER r, INTEGER s } of r‖s (64 bytes): 8 … 72 bytes. CRYPTO_PARAMETER on another length. */
export function sm2SignatureToDer(signature: Uint8Array): Uint8Array {
  requireLength('signature', signature, 64);
  return element(SEQUENCE, concatBytes(integer(signature.subarray(0, 32)), integer(signature.subarray(32))));
}

/**
 * r‖s (64 bytes) out of strict DER. CRYPTO_SIGNATURE_DER on BER forms, negative or oversized numbers, bytes left over.
 * The range 1 … n−1 is not looked at here; sm2Verify does.
 */
export function sm2SignatureFromDer(der: Uint8Array): Uint8Array {
  const outer = new StrictReader(der, 'CRYPTO_SIGNATURE_DER');
  const inner = new StrictReader(outer.content(SEQUENCE), 'CRYPTO_SIGNATURE_DER');
  outer.end();
  const signature = concatBytes(inner.unsigned256(), inner.unsigned256());
  inner.end();
  return signature;
}

/** SM2Cipher ::= SEQUENCE { x INTEGER, y INTEGER, hash OCTET STRING (32), cipherText OCTET STRING } of C1‖C3‖C2 (C1 = 04‖x‖y). */
export function sm2CiphertextToDer(c1c3c2: Uint8Array): Uint8Array {
  if (c1c3c2.length < 97 || c1c3c2[0] !== 4) {
    throw new YqError('CRYPTO_PARAMETER', { detail: `not C1‖C3‖C2 (${c1c3c2.length} bytes)` });
  }
  return element(
    SEQUENCE,
    concatBytes(
      integer(c1c3c2.subarray(1, 33)),
      integer(c1c3c2.subarray(33, 65)),
      element(OCTET_STRING, c1c3c2.subarray(65, 97)),
      element(OCTET_STRING, c1c3c2.subarray(97)),
    ),
  );
}

/** C1‖C3‖C2 out of a strict DER SM2Cipher. CRYPTO_DECRYPT on anything else. */
export function sm2CiphertextFromDer(der: Uint8Array): Uint8Array {
  const outer = new StrictReader(der, 'CRYPTO_DECRYPT');
  const inner = new StrictReader(outer.content(SEQUENCE), 'CRYPTO_DECRYPT');
  outer.end();
  const x = inner.unsigned256();
  const y = inner.unsigned256();
  const hash = inner.content(OCTET_STRING);
  if (hash.length !== 32) inner.refuse(`hash of ${hash.length} bytes`);
  const cipherText = inner.content(OCTET_STRING);
  inner.end();
  return concatBytes(Uint8Array.of(4), x, y, hash, cipherText);
}
