/**
 * How the server's shares lie in the store: SM4-GCM under a key-encryption key that is not in the store. It comes from a signature of an RSA key
 * that lives where the CA's keys live: in a file of the data directory, or on a PKCS#11 token (`--keys`, kinds with `rsa`).
 */
import { equalBytes, hmacSm3, randomBytes, sm4Gcm, wipe } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { KeySigner } from '#core/pki/index.ts';

export interface ShareVault {
  /** nonce ‖ ciphertext ‖ tag; `context` is needed again to open. */
  seal(secret: Uint8Array, context: string): Uint8Array;
  /** @throws YqError CRYPTO_DECRYPT */
  open(sealed: Uint8Array, context: string): Uint8Array;
}

const NONCE = 12;

export function shareVault(root: Uint8Array): ShareVault {
  const full = hmacSm3(root, new TextEncoder().encode('YIQIAN-COSIGN-VAULT-1'));
  const key = full.slice(0, 16);
  wipe(full);
  const aad = (context: string): Uint8Array => new TextEncoder().encode(context);
  return {
    seal(secret, context) {
      const nonce = randomBytes(NONCE);
      const sealed = sm4Gcm.encrypt(key, nonce, secret, aad(context));
      const out = new Uint8Array(NONCE + sealed.length);
      out.set(nonce);
      out.set(sealed, NONCE);
      return out;
    },
    open: (sealed, context) => sm4Gcm.decrypt(key, sealed.subarray(0, NONCE), sealed.subarray(NONCE), aad(context)),
  };
}

const VAULT_TEXT = new TextEncoder().encode('YIQIAN-COSIGN-VAULT-KEY-1');

/**
 * The vault's key from a signature that only `key` can make: RSA PKCS#1 v1.5 gives the same value each time, so nothing has to be kept, and with
 * the key on a token a copy of the whole data directory opens no share.
 * @throws YqError BACKEND_INTERNAL when the key's signatures are not the same each time
 */
export async function keyShareVault(key: KeySigner): Promise<ShareVault> {
  const root = await key.sign(VAULT_TEXT);
  const again = await key.sign(VAULT_TEXT);
  if (key.publicKey.kind !== 'rsa' || !equalBytes(root, again)) {
    throw new YqError('BACKEND_INTERNAL', { detail: 'the co-signing vault wants an RSA key with PKCS#1 v1.5' });
  }
  const vault = shareVault(root);
  wipe(root, again);
  return vault;
}
