/**
 * One co-sign key on this PC: a JSON file, readable by its owner alone, written whole by rename. The device's secrets in it are wrapped by
 * `protect` (the system's store where there is one), so that a copy on another PC opens nothing; the share itself needs the PIN and the server
 * on top of that. During a refresh the next share stands beside the present one until the server has acknowledged.
 */
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { YqError } from '#core/errors/index.ts';
import { toWire } from './messages.ts';

const bytes = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/)
  .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')));

const sealedShare = z.object({ epoch: z.number().int().positive(), locked: bytes, serverPoint: bytes });
export type SealedShare = z.output<typeof sealedShare>;

const keyFile = z.object({
  version: z.literal(1),
  keyId: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  /** Service that holds the other share, without a slash at the end. */
  url: z.string(),
  person: z.object({ id: z.string(), name: z.string(), department: z.string() }),
  publicKey: bytes,
  /** Device secret (32) ‖ device private key (32), wrapped by `protect`. */
  secrets: bytes,
  devicePublicKey: bytes,
  share: sealedShare,
  /** Of a refresh that is not acknowledged yet. */
  next: sealedShare.nullable(),
  /** DER; null until issued. */
  certificate: bytes.nullable(),
  chain: z.array(bytes),
  /** As last told by the server. */
  triesLeft: z.number().int(),
  /** Answers of the server that did not verify; at three the key is not used any more on this PC. */
  serverFaults: z.number().int(),
  /** Hex SM3 of the code it was begun with: with it an enrolment that was cut off is finished. */
  codeSm3: z.string(),
  createdAt: z.string(),
  /** When the shares were renewed last. */
  refreshedAt: z.string(),
});
export type CosignKeyFile = z.output<typeof keyFile>;

const SUFFIX = '.cosign.json';

export class KeyFolder {
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
      const parsed = keyFile.parse(JSON.parse(await readFile(this.path(keyId), 'utf8')));
      if (parsed.keyId !== keyId) throw new Error('the file names another key');
      return parsed;
    } catch (cause) {
      throw new YqError('COSIGN_KEY_FILE', { params: { file }, cause });
    }
  }

  async write(key: CosignKeyFile): Promise<void> {
    const target = this.path(key.keyId);
    const draft = `${target}.new`;
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(toWire(key), null, 1));
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
