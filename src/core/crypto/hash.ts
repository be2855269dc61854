/** One door for every digest of the house: SM3 is ours, SHA comes from node:crypto (which Electron's BoringSSL has too). */
import { createHash as createNodeHash, type Hash as NodeHash } from 'node:crypto';
import { YqError } from '#core/errors/index.ts';
import { Sm3 } from './sm3/sm3.ts';
import type { DigestName, Hash } from './types.ts';

const shaSizes = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;

class ShaHash implements Hash {
  readonly name: keyof typeof shaSizes;
  readonly size: number;
  readonly #inner: NodeHash;
  #finished = false;

  constructor(name: keyof typeof shaSizes, inner: NodeHash) {
    this.name = name;
    this.size = shaSizes[name];
    this.#inner = inner;
  }

  update(data: Uint8Array): this {
    this.#running('update').update(data);
    return this;
  }

  digest(): Uint8Array {
    const digest = new Uint8Array(this.#running('digest').digest());
    this.#finished = true;
    return digest;
  }

  clone(): Hash {
    return new ShaHash(this.name, this.#running('clone').copy());
  }

  #running(verb: string): NodeHash {
    if (this.#finished) throw new YqError('CRYPTO_PARAMETER', { detail: `${verb} after digest` });
    return this.#inner;
  }
}

/** A running hash. CRYPTO_ALGORITHM for a name that is not a DigestName. */
export function createHash(name: DigestName): Hash {
  if (name === 'sm3') return new Sm3();
  if (!Object.hasOwn(shaSizes, name)) throw new YqError('CRYPTO_ALGORITHM', { params: { algorithm: String(name) } });
  return new ShaHash(name, createNodeHash(name));
}

/** The digest of the parts, taken as if they stood in one piece. */
export function digest(name: DigestName, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}
