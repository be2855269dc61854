/** Reads where the CA's keys live from a JSON file, for `--keys FILE`. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { fileKeys, type KeyVault } from './keys.ts';
import { pkcs11Keys } from './pkcs11-keys.ts';

const schema = z.strictObject({
  /** PKCS#11 library. */
  library: z.string().min(1),
  /** Id of resources/vendor-profiles. */
  profile: z.string().min(1),
  /** Environment of the driver's process. */
  env: z.record(z.string(), z.string()).default({}),
  tokenLabel: z.string().min(1),
  /** File that holds the user PIN; its line end is not part of it. Relative to this file. */
  pinFile: z.string().min(1),
  /** Kinds of keys to keep on the token; the others stay in files. */
  kinds: z.array(z.enum(['sm2', 'rsa'])).default(['sm2']),
});

/** `dir` holds what is not on the token. */
export async function vaultFromFile(file: string, dir: string): Promise<KeyVault> {
  const settings = schema.parse(JSON.parse(await readFile(file, 'utf8')));
  const pinFile = path.resolve(path.dirname(file), settings.pinFile);
  return pkcs11Keys({
    driver: { id: 'backend', path: settings.library, profile: settings.profile, env: settings.env },
    tokenLabel: settings.tokenLabel,
    pin: async () => (await readFile(pinFile, 'utf8')).replace(/\r?\n$/, ''),
    dir,
    kinds: settings.kinds,
    others: fileKeys(dir),
  });
}
