/** SM2 signatures (GB/T 32918.2-2016, 6 and 7) on a digest e, as 64 bytes r‖s. */
import { YqError } from '#core/errors/index.ts';
import { requireLength } from '../bytes.ts';
import { randomBytes } from '../random.ts';
import { hmacSm3 } from '../sm3/keyed.ts';
import { multiplyBase, signWithNonce, verify } from './arithmetic.ts';
import { isScalar, isSm2PublicKey, requirePrivateKey } from './keys.ts';

/**
 * Signs e (32 bytes, from sm2Digest) with d: 64 bytes r‖s. CRYPTO_PARAMETER on a key or e of the wrong form.
 *
 * The nonce is HMAC-SM3(fresh 32 random bytes, d ‖ e ‖ counter): as good as the system's randomness, and still different for
 * every (d, e) should that ever repeat (a snapshot of a virtual machine taken back, a broken generator). The result is
 * verified before it is given out, so that a fault in the arithmetic can't leak the key through a wrong signature.
 */
export function sm2Sign(privateKey: Uint8Array, e: Uint8Array): Uint8Array {
  requirePrivateKey(privateKey);
  requireLength('e', e, 32);
  const entropy = randomBytes(32);
  for (let counter = 0; ; counter++) {
    const nonce = hmacSm3(entropy, privateKey, e, Uint8Array.of(counter));
    const signature = isScalar(nonce) ? signWithNonce(privateKey, e, nonce) : undefined;
    nonce.fill(0);
    if (signature === undefined) continue;
    entropy.fill(0);
    if (!verify(multiplyBase(privateKey), e, signature)) {
      throw new YqError('CRYPTO_PARAMETER', { detail: 'a signature just made does not verify' });
    }
    return signature;
  }
}

/** True when r‖s (64 bytes) is the signature of e (32 bytes) under the key. False, never an error, on any malformed value. */
export function sm2Verify(publicKey: Uint8Array, e: Uint8Array, signature: Uint8Array): boolean {
  if (!(e instanceof Uint8Array) || e.length !== 32) return false;
  if (!(signature instanceof Uint8Array) || signature.length !== 64) return false;
  return isSm2PublicKey(publicKey) && verify(publicKey, e, signature);
}
