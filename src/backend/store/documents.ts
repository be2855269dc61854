/** Documents by content: one file per SM3, written beside its place, synced, then renamed. A stored document never changes. */
import { createHash, toHex, type DigestName } from '#core/crypto/index.ts';
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { YqError } from '#core/errors/index.ts';

/** What names a document. */
const IDENTITY: DigestName = 'sm3';

export interface ReceivedDocument {
  /** Where it lies until it is kept or dropped. */
  readonly path: string;
  /** Upper case hex. */
  readonly sm3: string;
  readonly size: number;
}

export class Documents {
  readonly #dir: string;

  readonly #extension: string;

  private constructor(dir: string, extension: string) {
    this.#dir = dir;
    this.#extension = extension;
  }

  static async open(dir: string, extension = 'pdf'): Promise<Documents> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const documents = new Documents(dir, extension);
    await documents.#dropLeftovers();
    return documents;
  }

  path(sm3: string): string {
    if (!/^[0-9A-F]{64}$/.test(sm3)) throw new YqError('BACKEND_INTERNAL', { detail: 'not an SM3 value' });
    return path.join(this.#dir, `${sm3}.${this.#extension}`);
  }

  stream(sm3: string): NodeJS.ReadableStream {
    return createReadStream(this.path(sm3));
  }

  async has(sm3: string): Promise<boolean> {
    return stat(this.path(sm3)).then(
      () => true,
      () => false,
    );
  }

  /** Receives a body while hashing it. Rejects with BACKEND_TOO_LARGE beyond `limit` bytes; nothing is left behind then. */
  async receive(body: AsyncIterable<Uint8Array>, limit: number): Promise<ReceivedDocument> {
    const target = path.join(this.#dir, `.incoming-${randomUUID()}`);
    const file = await open(target, 'wx', 0o600);
    const hash = createHash(IDENTITY);
    let size = 0;
    try {
      for await (const chunk of body) {
        size += chunk.length;
        if (size > limit) throw new YqError('BACKEND_TOO_LARGE', { params: { limit } });
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
    } catch (e) {
      await file.close();
      await rm(target, { force: true });
      throw e;
    }
    await file.close();
    return { path: target, sm3: toHex(hash.digest()), size };
  }

  async keep(received: ReceivedDocument): Promise<void> {
    await rename(received.path, this.path(received.sm3));
    const dir = await open(this.#dir, 'r');
    await dir.sync().finally(() => dir.close());
  }

  /** Removes a stored document that nothing names. */
  async remove(sm3: string): Promise<void> {
    await rm(this.path(sm3), { force: true });
  }

  async drop(received: ReceivedDocument): Promise<void> {
    await rm(received.path, { force: true });
  }

  /** Puts bytes in directly (provisioning). Gives the SM3. */
  async put(bytes: Uint8Array): Promise<ReceivedDocument> {
    const received = await this.receive(once(bytes), Number.MAX_SAFE_INTEGER);
    await this.keep(received);
    return received;
  }

  /** Takes over a file from elsewhere, which is gone then. */
  async takeFile(file: string): Promise<ReceivedDocument> {
    const received = await this.receive(createReadStream(file), Number.MAX_SAFE_INTEGER);
    await this.keep(received);
    await rm(file, { force: true });
    return received;
  }

  /** What a killed process left half received. */
  async #dropLeftovers(): Promise<void> {
    for (const name of await readdir(this.#dir)) {
      if (name.startsWith('.incoming-')) await rm(path.join(this.#dir, name), { force: true });
    }
  }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
