/** SM4-GCM (GB/T 36624, RFC 8998 for the 12-byte IV; NIST SP 800-38D). */
import { YqError } from '#core/errors/index.ts';
import { concatBytes, equalBytes } from '../bytes.ts';
import { BLOCK, cipher, useSm4 } from './session.ts';

const TAG = 16;
const NONE = new Uint8Array(0);

/** The bit lengths of two parts as two 64-bit numbers: the last block of GHASH. */
function lengths(first: number, second: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(first) * 8n);
  view.setBigUint64(8, BigInt(second) * 8n);
  return bytes;
}

/** Inside useSm4: H set, J0 (SP 800-38D, 7.1, step 2). */
function start(iv: Uint8Array): Uint8Array {
  const h = new Uint8Array(BLOCK);
  cipher.ecb(h);
  cipher.ghashStart(h);
  let j0 = concatBytes(iv, Uint8Array.of(0, 0, 0, 1));
  if (iv.length !== 12) {
    cipher.ghash(iv);
    cipher.ghash(lengths(0, iv.length));
    j0 = cipher.ghashValue();
    cipher.ghashStart(h);
  }
  h.fill(0);
  return j0;
}

/** Adds the key stream that follows J0. */
function applyStream(j0: Uint8Array, data: Uint8Array): void {
  const counter = j0.slice();
  const view = new DataView(counter.buffer);
  view.setUint32(12, view.getUint32(12) + 1);
  cipher.setIv(counter);
  cipher.ctr(data, true);
}

function tagOf(j0: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array {
  cipher.ghash(aad);
  cipher.ghash(sealed);
  cipher.ghash(lengths(aad.length, sealed.length));
  const tag = cipher.ghashValue();
  cipher.setIv(j0);
  cipher.ctr(tag, true);
  return tag;
}

function requireIv(iv: Uint8Array): void {
  if (iv.length === 0) throw new YqError('CRYPTO_PARAMETER', { detail: 'SM4-GCM IV is empty' });
}

/**
 * Galois/counter mode with a key of 16 bytes and a tag of 16 bytes at the end of the cipher text. IV: 12 bytes, or any other
 * length from 1; never twice with one key.
 */
export const sm4Gcm = {
  encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array, aad: Uint8Array = NONE): Uint8Array {
    requireIv(iv);
    return useSm4(key, 'encrypt', () => {
      const j0 = start(iv);
      const out = new Uint8Array(plain.length + TAG);
      out.set(plain);
      const sealed = out.subarray(0, plain.length);
      applyStream(j0, sealed);
      out.set(tagOf(j0, sealed, aad), plain.length);
      return out;
    });
  },
  /** CRYPTO_DECRYPT when the tag does not fit; the text is not even deciphered then. */
  decrypt(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array, aad: Uint8Array = NONE): Uint8Array {
    requireIv(iv);
    if (sealed.length < TAG) throw new YqError('CRYPTO_DECRYPT');
    return useSm4(key, 'encrypt', () => {
      const text = sealed.subarray(0, sealed.length - TAG);
      const j0 = start(iv);
      if (!equalBytes(tagOf(j0, text, aad), sealed.subarray(text.length))) throw new YqError('CRYPTO_DECRYPT');
      const plain = new Uint8Array(text);
      applyStream(j0, plain);
      return plain;
    });
  },
};
