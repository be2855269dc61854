/** SM2 signatures (GB/T 32918.2-2016, 6 and 7) on a digest e, as 64 bytes r‖s. */
import { YqError } from '#core/errors/index.ts';
import { equalBytes, requireLength } from '../bytes.ts';
import { randomBytes } from '../random.ts';
import { hmacSm3 } from '../sm3/keyed.ts';
import { signWithNonce, verify } from './arithmetic.ts';
import { MINUS_G } from './parameters.ts';
import { isScalar, requirePrivateKey, sm2PublicKey } from './keys.ts';

/**
 * Signs e (32 bytes, from sm2Digest) with d: 64 bytes r‖s. CRYPTO_PARAMETER on a key or e of the wrong form.
 *
 * The nonce is HMAC-SM3(fresh 32 random bytes, d ‖ e ‖ counter): as good as the system's randomness, and still different for
 * every (d, e) should that ever repeat (a snapshot of a virtual machine taken back, a broken generator). The result is
 * verified before it is given out, so that a fault in the arithmetic can't leak the key through a wrong signature.
 *
 * @param publicKey 04‖X‖Y of d where it is at hand: spares its computation. CRYPTO_PARAMETER when it is not the one of d.
 */
export function sm2Sign(privateKey: Uint8Array, e: Uint8Array, publicKey?: Uint8Array): Uint8Array {
  requirePrivateKey(privateKey);
  requireLength('e', e, 32);
  const entropy = randomBytes(32);
  let signature: Uint8Array | undefined;
  for (let counter = 0; signature === undefined; counter++) {
    const nonce = hmacSm3(entropy, privateKey, e, Uint8Array.of(counter));
    if (isScalar(nonce)) signature = signWithNonce(privateKey, e, nonce);
    nonce.fill(0);
  }
  entropy.fill(0);
  if (!sm2Verify(publicKey ?? sm2PublicKey(privateKey), e, signature)) {
    throw new YqError('CRYPTO_PARAMETER', { detail: 'the signature just made does not verify under the public key' });
  }
  return signature;
}

/** True when r‖s (64 bytes) is the signature of e (32 bytes) under the key. False, never an error, on any malformed value. */
export function sm2Verify(publicKey: Uint8Array, e: Uint8Array, signature: Uint8Array): boolean {
  const sized = (bytes: Uint8Array, length: number): boolean => bytes instanceof Uint8Array && bytes.length === length;
  if (!sized(publicKey, 65) || !sized(e, 32) || !sized(signature, 64) || equalBytes(publicKey, MINUS_G)) return false;
  return verify(publicKey, e, signature);
}
