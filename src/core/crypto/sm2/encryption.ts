/** SM2 public key encryption (GB/T 32918.4-2016, 6 and 7). Order C1‖C3‖C2; the order of before 2012, C1‖C2‖C3, on reading only. */
import { YqError } from '#core/errors/index.ts';
import { concatBytes, equalBytes, xorInto } from '../bytes.ts';
import { sm3 } from '../sm3/sm3.ts';
import { randomBytes } from '../random.ts';
import { kdfSm3 } from '../sm3/keyed.ts';
import { multiply, multiplyBase } from './arithmetic.ts';
import { isScalar, requirePrivateKey, requirePublicKey } from './keys.ts';

const C1 = 65;
const C3 = 32;

/** M ⊕ t and C3 for the shared point (x2, y2); undefined when t is all zero, in which case k must be drawn anew. */
function mask(shared: Uint8Array, text: Uint8Array): { masked: Uint8Array; zero: boolean } {
  const t = kdfSm3(shared.subarray(1), text.length);
  const zero = text.length > 0 && t.every((byte) => byte === 0);
  xorInto(t, text);
  return { masked: t, zero };
}
const checkValue = (shared: Uint8Array, plain: Uint8Array): Uint8Array =>
  sm3(shared.subarray(1, 33), plain, shared.subarray(33));

/** Encrypts with a given k: for the published vector. undefined when k must be drawn anew (A5 of 6.1). */
export function encryptWithNonce(publicKey: Uint8Array, plain: Uint8Array, k: Uint8Array): Uint8Array | undefined {
  const c1 = multiplyBase(k);
  const shared = multiply(publicKey, k);
  if (c1 === undefined || shared === undefined) return undefined;
  const { masked, zero } = mask(shared, plain);
  const sealed = zero ? undefined : concatBytes(c1, checkValue(shared, plain), masked);
  shared.fill(0);
  return sealed;
}

/**
 * C1‖C3‖C2: 97 bytes more than `plain`. CRYPTO_PUBLIC_KEY when the key is not a point; CRYPTO_PARAMETER for an empty text
 * (the standard asks for at least one bit).
 */
export function sm2Encrypt(publicKey: Uint8Array, plain: Uint8Array): Uint8Array {
  requirePublicKey(publicKey);
  if (plain.length === 0) throw new YqError('CRYPTO_PARAMETER', { detail: 'nothing to encrypt' });
  for (;;) {
    const k = randomBytes(32);
    const sealed = isScalar(k) ? encryptWithNonce(publicKey, plain, k) : undefined;
    k.fill(0);
    if (sealed !== undefined) return sealed;
  }
}

/**
 * The plain text of C1‖C3‖C2 (`order` 'C1C3C2') or of the order before 2012 ('C1C2C3'); C1 with its leading 04.
 * CRYPTO_DECRYPT, without saying which check failed, on a point off the curve, a wrong key or changed data.
 */
export function sm2Decrypt(
  privateKey: Uint8Array,
  ciphertext: Uint8Array,
  order: 'C1C3C2' | 'C1C2C3' = 'C1C3C2',
): Uint8Array {
  requirePrivateKey(privateKey);
  const c1 = ciphertext.subarray(0, C1);
  if (ciphertext.length <= C1 + C3 || c1[0] !== 4) throw new YqError('CRYPTO_DECRYPT');
  const [c3, c2] =
    order === 'C1C3C2'
      ? [ciphertext.subarray(C1, C1 + C3), ciphertext.subarray(C1 + C3)]
      : [ciphertext.subarray(ciphertext.length - C3), ciphertext.subarray(C1, ciphertext.length - C3)];
  const shared = multiply(c1, privateKey);
  if (shared === undefined) throw new YqError('CRYPTO_DECRYPT');
  const { masked: plain, zero } = mask(shared, c2);
  const good = equalBytes(checkValue(shared, plain), c3) && !zero;
  shared.fill(0);
  if (!good) {
    plain.fill(0);
    throw new YqError('CRYPTO_DECRYPT');
  }
  return plain;
}
