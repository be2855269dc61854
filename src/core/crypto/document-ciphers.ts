/**
 * What the standard security handler of PDF is made of (ISO 32000-2, 7.6): MD5, RC4 and AES. Documents of others are read and continued
 * with them; nothing that this product protects by itself rests on them. RC4 is our own, since Electron's BoringSSL may go without it.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { requireLength } from './bytes.ts';

const BLOCK = 16;

/** MD5 (RFC 1321) of the parts, taken as if they stood in one piece: 16 bytes. Broken as a digest; a key schedule asks for it. */
export function md5(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** RC4 over the whole of `data`; encrypting and decrypting are the same. `key`: 1 to 256 bytes. */
export function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i);
  const swap = (a: number, b: number): void => {
    const kept = state[a] as number;
    state[a] = state[b] as number;
    state[b] = kept;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (state[i] as number) + (key[i % key.length] as number)) & 255;
    swap(i, j);
  }
  const out = new Uint8Array(data.length);
  for (let n = 0, i = 0, j = 0; n < data.length; n++) {
    i = (i + 1) & 255;
    j = (j + (state[i] as number)) & 255;
    swap(i, j);
    out[n] = (data[n] as number) ^ (state[((state[i] as number) + (state[j] as number)) & 255] as number);
  }
  return out;
}

/** AES in CBC mode without padding; `key` 16 or 32 bytes, `data` whole blocks of 16 bytes. CRYPTO_PARAMETER on any other length. */
export const aesCbc = {
  encrypt: (key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array => run(createCipheriv, key, iv, data),
  decrypt: (key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array => run(createDecipheriv, key, iv, data),
} as const;

/** One block of AES by itself. */
export const aesBlock = {
  encrypt: (key: Uint8Array, block: Uint8Array): Uint8Array => aesCbc.encrypt(key, new Uint8Array(BLOCK), block),
  decrypt: (key: Uint8Array, block: Uint8Array): Uint8Array => aesCbc.decrypt(key, new Uint8Array(BLOCK), block),
} as const;

function run(
  make: typeof createCipheriv | typeof createDecipheriv,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  if (key.length !== 32) requireLength('AES key', key, 16);
  requireLength('AES iv', iv, BLOCK);
  if (data.length % BLOCK !== 0) requireLength('AES data', data, Math.ceil(data.length / BLOCK) * BLOCK);
  const cipher = make(`aes-${8 * key.length}-cbc`, key, iv).setAutoPadding(false);
  const out = new Uint8Array(data.length);
  const first = cipher.update(data);
  out.set(first);
  out.set(cipher.final(), first.length);
  return out;
}
