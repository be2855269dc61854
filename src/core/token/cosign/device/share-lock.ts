/**
 * The client's share at rest. Its key needs the PIN, the device's own secret, and the server's help, which the server gives only for the right
 * PIN and only so many times: who has the file alone cannot test a guess, and who has the server's store alone cannot either, since what it
 * holds of the PIN is mixed with the device's 32 random bytes.
 *
 *   p    = PBKDF2-HMAC-SM3(PIN, device secret ‖ key id)      goes to the server
 *   help = HMAC-SM3(server's secret for this key, p)         comes back
 *   K    = HMAC-SM3(help, 'share' ‖ p ‖ device secret), the first 16 bytes an SM4 key
 */
import { concatBytes, hmacSm3, pbkdf2HmacSm3, randomBytes, sm4Gcm, wipe } from '#core/crypto/portable/index.ts';
import { YqError } from '#core/errors/index.ts';

/** Iterations: some ten ms. The real wall is the server's count of tries; this is for the case that both sides' secrets were stolen. */
const ITERATIONS = 20_000;
const LABEL = new TextEncoder().encode('YIQIAN-COSIGN-SHARE-1');
const NONCE = 12;

/** What goes to the server for a PIN. @throws YqError TOKEN_PIN_LENGTH (6 to 64 characters) */
export function pinProof(pin: string, deviceSecret: Uint8Array, keyId: string): Uint8Array {
  const text = new TextEncoder().encode(pin.normalize('NFC'));
  try {
    if (pin.length < 6 || pin.length > 64) throw new YqError('TOKEN_PIN_LENGTH');
    return pbkdf2HmacSm3(text, concatBytes(deviceSecret, new TextEncoder().encode(keyId)), ITERATIONS, 32);
  } finally {
    wipe(text);
  }
}

function lockKey(help: Uint8Array, proof: Uint8Array, deviceSecret: Uint8Array): Uint8Array {
  const full = hmacSm3(help, LABEL, proof, deviceSecret);
  const key = full.slice(0, 16);
  wipe(full);
  return key;
}

interface Lock {
  readonly help: Uint8Array;
  readonly proof: Uint8Array;
  readonly deviceSecret: Uint8Array;
  /** Key id and epoch: a share of another key or epoch does not open. */
  readonly context: Uint8Array;
}

/** nonce ‖ ciphertext ‖ tag. */
export function lockShare(share: Uint8Array, { help, proof, deviceSecret, context }: Lock): Uint8Array {
  const key = lockKey(help, proof, deviceSecret);
  const nonce = randomBytes(NONCE);
  const sealed = sm4Gcm.encrypt(key, nonce, share, context);
  wipe(key);
  return concatBytes(nonce, sealed);
}

/** @throws YqError CRYPTO_DECRYPT: damaged, or locked under another PIN, help or device */
export function unlockShare(locked: Uint8Array, { help, proof, deviceSecret, context }: Lock): Uint8Array {
  const key = lockKey(help, proof, deviceSecret);
  try {
    return sm4Gcm.decrypt(key, locked.subarray(0, NONCE), locked.subarray(NONCE), context);
  } finally {
    wipe(key);
  }
}

export const shareContext = (keyId: string, epoch: number): Uint8Array => new TextEncoder().encode(`${keyId} ${epoch}`);
