/** SM2 keys and the user's Z_A (GB/T 32918.1-2016 6.1, 6.2; GB/T 32918.2-2016 5.5). */
import { YqError } from '#core/errors/index.ts';
import { equalBytes, requireLength } from '../bytes.ts';
import { sm3 } from '../sm3/sm3.ts';
import { randomBytes } from '../random.ts';
import type { Sm2KeyPair } from '../types.ts';
import { isPoint, multiplyBase } from './arithmetic.ts';
import { A, B, GX, GY, MINUS_G, N, N_MINUS_1 } from './parameters.ts';

/** The user ID everyone in this field uses when no other is agreed on (GM/T 0009-2012, 10): ASCII 1234567812345678. */
export const DEFAULT_USER_ID: Uint8Array = new TextEncoder().encode('1234567812345678');
/** ENTL counts bits in two bytes, so 65535 bits: 8191 whole bytes. */
const MAX_USER_ID = 8191;
const ZERO = new Uint8Array(32);

/** 1 as the big-endian 32-byte number a is below b, else 0; no branch on either, for private keys come through here. */
function below32(a: Uint8Array, b: Uint8Array): number {
  let borrow = 0;
  for (let i = 31; i >= 0; i--) borrow = ((a[i] as number) - (b[i] as number) - borrow) >>> 31;
  return borrow;
}

/** 1 ≤ k ≤ n−1: good as a nonce. */
export function isScalar(k: Uint8Array): boolean {
  return k.length === 32 && (below32(ZERO, k) & below32(k, N)) === 1;
}
/** 1 ≤ d ≤ n−2: good as a private key (d = n−1 would leave 1+d without an inverse). */
function isPrivateKey(d: Uint8Array): boolean {
  return isScalar(d) && below32(d, N_MINUS_1) === 1;
}

export function requirePrivateKey(privateKey: Uint8Array): void {
  requireLength('private key', privateKey, 32);
  if (!isPrivateKey(privateKey)) throw new YqError('CRYPTO_PARAMETER', { detail: 'private key outside 1 … n−2' });
}
export function requirePublicKey(publicKey: Uint8Array): void {
  if (!isSm2PublicKey(publicKey)) throw new YqError('CRYPTO_PUBLIC_KEY', { detail: `${publicKey.length} bytes` });
}

/** True for 04‖X‖Y (65 bytes) with both coordinates below p and the point on the curve and not −G; never throws. */
export function isSm2PublicKey(bytes: Uint8Array): boolean {
  return bytes instanceof Uint8Array && bytes.length === 65 && isPoint(bytes) && !equalBytes(bytes, MINUS_G);
}

function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  const publicKey = multiplyBase(privateKey);
  if (publicKey === undefined) throw new YqError('CRYPTO_PARAMETER', { detail: 'private key times G is neutral' });
  return publicKey;
}

/** The public key 04‖X‖Y of `privateKey` (32 bytes). CRYPTO_PARAMETER when d is not in 1 … n−2. */
export function sm2PublicKey(privateKey: Uint8Array): Uint8Array {
  requirePrivateKey(privateKey);
  return publicKeyOf(privateKey);
}

/** A fresh key pair from the system's randomness, by rejection (GB/T 32918.1-2016, 6.1). */
export function sm2GenerateKeyPair(): Sm2KeyPair {
  for (;;) {
    const privateKey = randomBytes(32);
    if (isPrivateKey(privateKey)) return { privateKey, publicKey: publicKeyOf(privateKey) };
  }
}

/**
 * Z_A = SM3(ENTL ‖ ID ‖ a ‖ b ‖ x_G ‖ y_G ‖ x_A ‖ y_A), 32 bytes (GB/T 32918.2-2016, 5.5).
 * @param userId 0 … 8191 bytes; CRYPTO_USER_ID when longer. CRYPTO_PUBLIC_KEY when the key is not a point.
 */
export function sm2Za(publicKey: Uint8Array, userId: Uint8Array = DEFAULT_USER_ID): Uint8Array {
  requirePublicKey(publicKey);
  if (userId.length > MAX_USER_ID) throw new YqError('CRYPTO_USER_ID', { detail: `${userId.length} bytes` });
  const bits = userId.length * 8;
  return sm3(Uint8Array.of(bits >>> 8, bits & 0xff), userId, A, B, GX, GY, publicKey.subarray(1));
}

/** e = SM3(Z_A ‖ M), 32 bytes: what SM2 signs. A message in parts counts as one piece. Errors as sm2Za. */
export function sm2Digest(
  publicKey: Uint8Array,
  message: Uint8Array | readonly Uint8Array[],
  userId: Uint8Array = DEFAULT_USER_ID,
): Uint8Array {
  const za = sm2Za(publicKey, userId);
  return message instanceof Uint8Array ? sm3(za, message) : sm3(za, ...message);
}
