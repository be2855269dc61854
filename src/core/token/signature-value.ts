/** Signature values at the boundary of a token: brought into one form, and verified in software before anybody uses them. */
import { createPublicKey } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { concatBytes, equalBytes, fromHex, sm2SignatureFromDer, sm2Verify } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { PublicKey } from '#core/pki/types.ts';
import type { SignatureFormat } from './profile.ts';

/** DigestInfo of SHA-256 without the digest (RFC 8017 §9.2, note 1). */
const SHA256_DIGEST_INFO = fromHex('3031300d060960864801650304020105000420');
export const sha256DigestInfo = (digest: Uint8Array): Uint8Array => concatBytes(SHA256_DIGEST_INFO, digest);

const wrong = (detail: string): YqError => new YqError('TOKEN_SIGNATURE_WRONG', { detail });

/** SM2 value as the profile says it comes → r‖s, 64 bytes. @throws YqError TOKEN_SIGNATURE_WRONG when it is not of that form */
export function normaliseSm2(value: Uint8Array, format: SignatureFormat): Uint8Array {
  if (format === 'raw') {
    if (value.length !== 64) throw wrong(`${value.length} bytes where r‖s (64) is due`);
    return value;
  }
  if (format === 'blob') {
    const zero = new Uint8Array(32);
    const blob =
      value.length === 128 && equalBytes(value.subarray(0, 32), zero) && equalBytes(value.subarray(64, 96), zero);
    if (!blob) throw wrong(`${value.length} bytes are not an ECCSIGNATUREBLOB (128, right-aligned)`);
    return concatBytes(value.subarray(32, 64), value.subarray(96));
  }
  // Some modules give the buffer's length back: what follows the SEQUENCE is cut, what is inside it is judged strictly.
  const length = value[0] === 0x30 && value[1] !== undefined && value[1] < 0x80 ? value[1] + 2 : value.length;
  try {
    return sm2SignatureFromDer(value.subarray(0, length));
  } catch (cause) {
    throw new YqError('TOKEN_SIGNATURE_WRONG', { detail: 'not a DER SEQUENCE{r, s}', cause });
  }
}

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

/** RSASSA-PKCS1-v1_5 on a SHA-256 digest (RFC 8017 §8.2.2): the encoded message is built and compared, never parsed. */
function verifyRsa(spki: Uint8Array, digest: Uint8Array, value: Uint8Array): boolean {
  const { n = '', e = '' } = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).export({
    format: 'jwk',
  });
  const modulusBytes = Buffer.from(n, 'base64url');
  const modulus = toBigInt(modulusBytes);
  const s = toBigInt(value);
  if (value.length !== modulusBytes.length || s >= modulus) return false;
  let result = 1n;
  let base = s;
  for (let exponent = toBigInt(Buffer.from(e, 'base64url')); exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  const info = sha256DigestInfo(digest);
  const padding = new Uint8Array(modulusBytes.length - info.length - 3).fill(0xff);
  const expected = concatBytes(Uint8Array.of(0, 1), padding, Uint8Array.of(0), info);
  return result === toBigInt(expected);
}

/** @param point 04‖X‖Y at the end of the SPKI */
function verifyP256(spki: Uint8Array, digest: Uint8Array, value: Uint8Array): boolean {
  if (value.length !== 64) return false;
  return p256.verify(value, digest, spki.subarray(-65), { prehash: false, lowS: false });
}

/** Whether the value (SM2 and P-256: r‖s; RSA: modulus length) is a signature of the digest under the key. */
export function verifyDigest(key: PublicKey, digest: Uint8Array, value: Uint8Array): boolean {
  try {
    if (key.kind === 'sm2')
      return key.point !== undefined && value.length === 64 && sm2Verify(key.point, digest, value);
    if (key.kind === 'rsa') return verifyRsa(key.spki, digest, value);
    return key.kind === 'ec-p256' && verifyP256(key.spki, digest, value);
  } catch {
    return false; // a value that cannot even be read is no signature
  }
}
