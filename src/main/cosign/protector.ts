/**
 * The device's secrets of a co-sign key: wrapped by the system's store where there is one, so that the file opens on no other PC and for no other
 * account; else under a key in a file that only this account can read, which the diagnosis says.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { concatBytes, randomBytes, sm4Gcm } from '#core/crypto/index.ts';
import type { Protector } from '#core/token/index.ts';

/** Electron's safeStorage. */
export interface SystemSecrets {
  available(): boolean;
  /** True where the system only obscures (Linux without a keyring). */
  isPlain(): boolean;
  encrypt(text: string): Uint8Array;
  decrypt(bytes: Uint8Array): string;
}

const BY_SYSTEM = 0x53;
const BY_FILE = 0x46;
const NONCE = 12;

export function deviceProtector(keyFile: string, system: SystemSecrets): Protector {
  const fileKey = async (): Promise<Uint8Array> => {
    await mkdir(dirname(keyFile), { recursive: true, mode: 0o700 });
    try {
      const handle = await open(keyFile, 'wx', 0o600);
      try {
        await handle.writeFile(randomBytes(16));
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
    }
    return new Uint8Array(await readFile(keyFile));
  };
  return {
    async protect(secret) {
      if (system.available() && !system.isPlain()) {
        const text = Buffer.from(secret).toString('base64');
        return concatBytes(Uint8Array.of(BY_SYSTEM), system.encrypt(text));
      }
      const nonce = randomBytes(NONCE);
      return concatBytes(Uint8Array.of(BY_FILE), nonce, sm4Gcm.encrypt(await fileKey(), nonce, secret));
    },
    async unprotect(wrapped) {
      const rest = wrapped.subarray(1);
      if (wrapped[0] === BY_SYSTEM) return new Uint8Array(Buffer.from(system.decrypt(rest), 'base64'));
      if (wrapped[0] !== BY_FILE) throw new Error('unknown protection');
      return sm4Gcm.decrypt(await fileKey(), rest.subarray(0, NONCE), rest.subarray(NONCE));
    },
  };
}
