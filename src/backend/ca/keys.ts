/**
 * Where the private keys of the CA and of the time stamp service live: PKCS#8 files (mode 0600) in the data directory by default, or
 * a PKCS#11 token (pkcs11-keys.ts). To the rooms above both are a KeySigner by name.
 */
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { exportPrivateKeyPem, generateSoftwareKey, importPrivateKeyPkcs8, softwareKeySigner } from '#core/pki/index.ts';
import type { KeySigner } from '#core/pki/index.ts';

export type KeyKind = 'sm2' | 'rsa';

export interface KeyVault {
  /** The key of this name; made on first use. */
  key(name: string, kind: KeyKind): Promise<KeySigner>;
  close(): Promise<void>;
}

export function fileKeys(dir: string): KeyVault {
  return {
    key: async (name, kind) => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const file = path.join(dir, `${name}.key.pem`);
      const stored = await readFile(file, 'utf8').catch((e: NodeJS.ErrnoException) => {
        if (e.code === 'ENOENT') return undefined;
        throw e;
      });
      if (stored !== undefined) return softwareKeySigner(importPrivateKeyPkcs8(stored));
      const fresh = generateSoftwareKey(kind);
      await writeOnce(file, exportPrivateKeyPem(fresh));
      return softwareKeySigner(fresh);
    },
    close: () => Promise.resolve(),
  };
}

/** Fails when the file is there: a key is never overwritten. */
async function writeOnce(file: string, pem: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(pem);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
