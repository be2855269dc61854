/** The key files of this PC: JSON, readable by their owner alone, each written whole by rename. */
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import { keyFileText, parseKeyFile, type CosignKeyFile, type KeyStore } from './device/key-file.ts';

const SUFFIX = '.cosign.json';

export class KeyFolder implements KeyStore {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  path(keyId: string): string {
    return join(this.#dir, `${keyId}${SUFFIX}`);
  }

  /** Ids of the keys of this PC. */
  async list(): Promise<string[]> {
    const names = await readdir(this.#dir).catch((e: NodeJS.ErrnoException) => {
      if (e.code === 'ENOENT') return [];
      throw e;
    });
    return names.flatMap((name) => (name.endsWith(SUFFIX) ? [name.slice(0, -SUFFIX.length)] : [])).sort();
  }

  /** @throws YqError COSIGN_KEY_FILE */
  async read(keyId: string): Promise<CosignKeyFile> {
    const file = `${keyId}${SUFFIX}`;
    try {
      return parseKeyFile(await readFile(this.path(keyId), 'utf8'), keyId);
    } catch (cause) {
      throw new YqError('COSIGN_KEY_FILE', { params: { file }, cause });
    }
  }

  async write(key: CosignKeyFile): Promise<void> {
    const target = this.path(key.keyId);
    const draft = `${target}.new`;
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(keyFileText(key));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  }

  async remove(keyId: string): Promise<void> {
    await rm(this.path(keyId), { force: true });
    await rm(`${this.path(keyId)}.new`, { force: true });
  }
}
