/** SM3 (GB/T 32905-2016, GM/T 0004-2012): 32-byte digest, streaming, with state that can be copied cheaply. */
import type { Hash } from '../types.ts';
import { compress } from './compress.ts';
import { YqError } from '#core/errors/index.ts';

const BLOCK = 64;
const INITIAL = Int32Array.of(
  0x7380166f,
  0x4914b2b9,
  0x172442d7,
  0xda8a0600,
  0xa96f30bc,
  0x163138aa,
  0xe38dee4d,
  0xb0fb0e4e,
);

/** The eight chaining words, the unfinished block and the length: all there is to a running SM3, so a copy is 100 bytes. */
export class Sm3 implements Hash {
  readonly name = 'sm3' as const;
  readonly size = 32;
  readonly #state: Int32Array;
  readonly #rest = new Uint8Array(BLOCK);
  /** Bytes hashed so far; exact up to 2^53. */
  #length = 0;
  #finished = false;

  constructor() {
    this.#state = INITIAL.slice();
  }

  update(data: Uint8Array): this {
    if (this.#finished) throw new YqError('CRYPTO_PARAMETER', { detail: 'update after digest' });
    let at = 0;
    const held = this.#length % BLOCK;
    this.#length += data.length;
    if (held > 0) {
      at = Math.min(BLOCK - held, data.length);
      this.#rest.set(data.subarray(0, at), held);
      if (held + at < BLOCK) return this;
      compress(this.#state, this.#rest, 0, 1);
    }
    const whole = Math.floor((data.length - at) / BLOCK);
    if (whole > 0) compress(this.#state, data, at, whole);
    this.#rest.set(data.subarray(at + whole * BLOCK));
    return this;
  }

  digest(): Uint8Array {
    if (this.#finished) throw new YqError('CRYPTO_PARAMETER', { detail: 'digest taken twice' });
    this.#finished = true;
    const held = this.#length % BLOCK;
    const tail = new Uint8Array(held < 56 ? BLOCK : 2 * BLOCK);
    tail.set(this.#rest.subarray(0, held));
    tail[held] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(this.#length / 0x2000_0000));
    view.setUint32(tail.length - 4, (this.#length * 8) % 0x1_0000_0000);
    compress(this.#state, tail, 0, tail.length / BLOCK);
    const digest = new Uint8Array(32);
    const out = new DataView(digest.buffer);
    for (let i = 0; i < 8; i++) out.setInt32(4 * i, this.#state[i] as number);
    this.#state.fill(0);
    this.#rest.fill(0);
    return digest;
  }

  /** The eight chaining words behind whole blocks (a padded HMAC key); the state itself, not a copy. */
  get chainingValue(): Int32Array {
    return this.#state;
  }

  clone(): Sm3 {
    if (this.#finished) throw new YqError('CRYPTO_PARAMETER', { detail: 'clone after digest' });
    const copy = new Sm3();
    copy.#state.set(this.#state);
    copy.#rest.set(this.#rest);
    copy.#length = this.#length;
    return copy;
  }
}

/** SM3 of the parts, taken as if they stood in one piece: 32 bytes. */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = new Sm3();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
