/**
 * How the server's shares lie in the store: SM4-GCM under a key-encryption key that is not in the store. It comes from a file of the data
 * directory (mode 0600) or, where the CA's keys live on a PKCS#11 token, from a signature that only that token can make.
 */
import { open, readFile } from 'node:fs/promises';
import { hmacSm3, randomBytes, sm4Gcm, wipe } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';

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

/** 32 random bytes in a file of its owner alone; made on the first start. */
export async function fileShareVault(file: string): Promise<ShareVault> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(randomBytes(32));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
  }
  const root = new Uint8Array(await readFile(file));
  if (root.length !== 32) throw new YqError('BACKEND_INTERNAL', { detail: 'the co-signing vault key is not 32 bytes' });
  return shareVault(root);
}
