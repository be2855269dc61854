/** A draft that gets increment after increment, with the hashes that run over all of it, so that nothing is read twice to be hashed. */
import { toHex, type DigestName, type Hash } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { fileSource, readPdf, type ByteSource, type PdfFile } from '#core/pdf/index.ts';
import type { DraftFile } from '../draft-file.ts';

export class GrowingDraft {
  readonly draft: DraftFile;
  readonly #hashes: ReadonlyMap<DigestName, Hash>;
  readonly #password: string | undefined;
  #size: number;

  /** @param hashes have run over the first `size` bytes; cloned here. SM3 is among them. */
  constructor(draft: DraftFile, size: number, hashes: ReadonlyMap<DigestName, Hash>, password: string | undefined) {
    this.draft = draft;
    this.#size = size;
    this.#hashes = new Map([...hashes].map(([name, hash]) => [name, hash.clone()]));
    this.#password = password;
  }

  get size(): number {
    return this.#size;
  }

  /** SM3 of all there is, hex. */
  sm3(): string {
    return toHex(this.hash('sm3').digest());
  }

  /** A hash that has run over all there is, to be carried on. */
  hash(name: DigestName): Hash {
    const hash = this.#hashes.get(name);
    if (hash === undefined) throw new YqError('INTERNAL', { detail: `no ${name} runs over the draft` });
    return hash.clone();
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.draft.write(bytes, this.#size);
    for (const hash of new Set(this.#hashes.values())) hash.update(bytes);
    this.#size += bytes.length;
  }

  /** The document as it stands; not to be used after `work`. */
  async reading<T>(work: (file: PdfFile) => Promise<T>): Promise<T> {
    return this.source(async (source) => work(await readPdf(source, { password: this.#password })));
  }

  async source<T>(work: (source: ByteSource) => Promise<T>): Promise<T> {
    const source = await fileSource(this.draft.path);
    try {
      return await work(source);
    } finally {
      await source.close();
    }
  }
}
