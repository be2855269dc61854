/** What is built on SM3: HMAC (GB/T 15852.2, RFC 2104), the KDF of SM2 (GB/T 32918.4, 5.4.3), PBKDF2 (GB/T 32905 in RFC 8018). */
import { YqError } from '#core/errors/index.ts';
import { forgetHashedData, iterateHmac } from './compress.ts';
import { Sm3 } from './sm3.ts';

const BLOCK = 64;

/** The two inner states of an HMAC, ready to be copied: the key is absorbed once for any number of messages. */
class HmacKey {
  readonly #inner = new Sm3();
  readonly #outer = new Sm3();

  constructor(key: Uint8Array) {
    const block = new Uint8Array(BLOCK);
    block.set(key.length > BLOCK ? new Sm3().update(key).digest() : key);
    this.#inner.update(block.map((byte) => byte ^ 0x36));
    this.#outer.update(block.map((byte) => byte ^ 0x5c));
    block.fill(0);
  }

  /** U_1 ⊕ … ⊕ U_iterations, where U_1 is given and each next U is the MAC of the one before. */
  iterate(first: Uint8Array, iterations: number): Uint8Array {
    return iterateHmac(this.#inner.chainingValue, this.#outer.chainingValue, first, iterations);
  }

  mac(...parts: readonly Uint8Array[]): Uint8Array {
    const inner = this.#inner.clone();
    for (const part of parts) inner.update(part);
    return this.#outer.clone().update(inner.digest()).digest();
  }
}

/** HMAC-SM3 of the parts, taken as if they stood in one piece: 32 bytes. */
export function hmacSm3(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = new HmacKey(key).mac(...parts);
  forgetHashedData();
  return mac;
}

const bigEndian32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

/** The first `length` bytes of SM3(z‖1) ‖ SM3(z‖2) ‖ …, counters of four bytes (GB/T 32918.4-2016, 5.4.3). */
export function kdfSm3(z: Uint8Array, length: number): Uint8Array {
  if (!Number.isSafeInteger(length) || length < 0 || length > 0xffff_ffff) {
    throw new YqError('CRYPTO_PARAMETER', { detail: `KDF length ${length}` });
  }
  const prefix = new Sm3().update(z);
  const out = new Uint8Array(length);
  for (let at = 0, counter = 1; at < length; at += 32, counter++) {
    const block = prefix.clone().update(bigEndian32(counter)).digest();
    out.set(block.subarray(0, length - at), at);
  }
  forgetHashedData();
  return out;
}

/** PBKDF2 (RFC 8018, 5.2) with HMAC-SM3: `keyLength` bytes. CRYPTO_PARAMETER when a count is not a positive integer. */
export function pbkdf2HmacSm3(
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  keyLength: number,
): Uint8Array {
  if (
    !Number.isSafeInteger(iterations) ||
    iterations < 1 ||
    iterations > 0x7fff_ffff ||
    !Number.isSafeInteger(keyLength) ||
    keyLength < 1
  ) {
    throw new YqError('CRYPTO_PARAMETER', { detail: `PBKDF2 ${iterations} iterations, ${keyLength} bytes` });
  }
  const key = new HmacKey(password);
  const out = new Uint8Array(keyLength);
  for (let at = 0, index = 1; at < keyLength; at += 32, index++) {
    const block = key.iterate(key.mac(salt, bigEndian32(index)), iterations);
    out.set(block.subarray(0, keyLength - at), at);
    block.fill(0);
  }
  forgetHashedData();
  return out;
}
