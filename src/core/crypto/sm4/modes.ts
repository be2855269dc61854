/** SM4 in ECB, CBC, CTR and GCM (GB/T 17964-2021; GCM: RFC 8998, NIST SP 800-38D). Keys and IVs are bytes, 16 unless said otherwise. */
import { YqError } from '#core/errors/index.ts';
import { concatBytes, equalBytes, requireLength } from '../bytes.ts';
import { block, roundKeys } from './cipher.ts';

const BLOCK = 16;
const TAG = 16;

function requireBlocks(data: Uint8Array): void {
  if (data.length % BLOCK !== 0)
    throw new YqError('CRYPTO_PARAMETER', { detail: `${data.length} bytes, not whole blocks` });
}

function ecb(key: Uint8Array, data: Uint8Array, reversed: boolean): Uint8Array {
  requireBlocks(data);
  const keys = roundKeys(key, reversed);
  const out = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += BLOCK) block(keys, data, at, out, at);
  keys.fill(0);
  return out;
}

/** Electronic code book, whole blocks, no padding: for key blobs (SM2EnvelopedKey) only. */
export const sm4Ecb = {
  encrypt: (key: Uint8Array, plain: Uint8Array): Uint8Array => ecb(key, plain, false),
  decrypt: (key: Uint8Array, cipher: Uint8Array): Uint8Array => ecb(key, cipher, true),
};

/** Cipher block chaining with PKCS#7 padding. decrypt: CRYPTO_DECRYPT on any bad length or padding, without saying which. */
export const sm4Cbc = {
  encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
    requireLength('SM4-CBC IV', iv, BLOCK);
    const keys = roundKeys(key);
    const padding = BLOCK - (plain.length % BLOCK);
    const out = new Uint8Array(plain.length + padding).fill(padding, plain.length);
    out.set(plain);
    let previous = iv;
    for (let at = 0; at < out.length; at += BLOCK) {
      for (let i = 0; i < BLOCK; i++) out[at + i]! ^= previous[i] as number;
      block(keys, out, at, out, at);
      previous = out.subarray(at, at + BLOCK);
    }
    keys.fill(0);
    return out;
  },
  decrypt(key: Uint8Array, iv: Uint8Array, cipher: Uint8Array): Uint8Array {
    requireLength('SM4-CBC IV', iv, BLOCK);
    if (cipher.length === 0 || cipher.length % BLOCK !== 0) throw new YqError('CRYPTO_DECRYPT');
    const keys = roundKeys(key, true);
    const out = new Uint8Array(cipher.length);
    let previous = iv;
    for (let at = 0; at < cipher.length; at += BLOCK) {
      block(keys, cipher, at, out, at);
      for (let i = 0; i < BLOCK; i++) out[at + i]! ^= previous[i] as number;
      previous = cipher.subarray(at, at + BLOCK);
    }
    keys.fill(0);
    const padding = out[out.length - 1] as number;
    let wrong = padding < 1 || padding > BLOCK ? 1 : 0;
    for (let i = 0; i < BLOCK; i++) {
      const due = i < padding ? padding : (out[out.length - 1 - i] as number);
      wrong |= (out[out.length - 1 - i] as number) ^ due;
    }
    if (wrong !== 0) {
      out.fill(0);
      throw new YqError('CRYPTO_DECRYPT');
    }
    return out.slice(0, out.length - padding);
  },
};

/** XORs the key stream of counter blocks from `counter` on; `width` bytes at its end count up (16: CTR, 4: GCM). */
function counterMode(keys: Int32Array, counter: Uint8Array, data: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(data.length);
  const running = counter.slice();
  const stream = new Uint8Array(BLOCK);
  for (let at = 0; at < data.length; at += BLOCK) {
    block(keys, running, 0, stream, 0);
    const end = Math.min(BLOCK, data.length - at);
    for (let i = 0; i < end; i++) out[at + i] = data[at + i]! ^ stream[i]!;
    for (let i = BLOCK - 1; i >= BLOCK - width; i--) if (++running[i]! !== 0 && running[i] !== 0) break;
  }
  return out;
}

function ctr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  requireLength('SM4-CTR IV', iv, BLOCK);
  const keys = roundKeys(key);
  const out = counterMode(keys, iv, data, BLOCK);
  keys.fill(0);
  return out;
}
/** Counter mode; the whole 16-byte IV counts up, big-endian. No integrity: prefer GCM. */
export const sm4Ctr = { encrypt: ctr, decrypt: ctr };

/** GHASH of SP 800-38D, 6.4, over parts that are each padded to whole blocks. Bits are numbered from the left, hence the 0xE1. */
function ghash(h: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const hv = BigInt(`0x${Buffer.from(h).toString('hex')}`);
  let y = 0n;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += BLOCK) {
      const b = new Uint8Array(BLOCK);
      b.set(part.subarray(at, at + BLOCK));
      let x = y ^ BigInt(`0x${Buffer.from(b).toString('hex')}`);
      let z = 0n;
      let v = hv;
      for (let bit = 127n; bit >= 0n; bit--) {
        if ((x >> bit) & 1n) z ^= v;
        v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n;
      }
      y = z;
      x = 0n;
    }
  }
  return Uint8Array.from(Buffer.from(y.toString(16).padStart(32, '0'), 'hex'));
}
function lengths(a: number, b: number): Uint8Array {
  const bytes = new Uint8Array(BLOCK);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(a) * 8n);
  view.setBigUint64(8, BigInt(b) * 8n);
  return bytes;
}
function gcm(key: Uint8Array, iv: Uint8Array, text: Uint8Array, aad: Uint8Array, encrypting: boolean) {
  if (iv.length === 0) throw new YqError('CRYPTO_PARAMETER', { detail: 'SM4-GCM IV is empty' });
  const keys = roundKeys(key);
  const h = new Uint8Array(BLOCK);
  block(keys, h, 0, h, 0);
  const j0 = iv.length === 12 ? concatBytes(iv, Uint8Array.of(0, 0, 0, 1)) : ghash(h, [iv, lengths(0, iv.length)]);
  const first = j0.slice();
  for (let i = 15; i >= 12; i--) if (++first[i]! !== 0 && first[i] !== 0) break;
  const out = counterMode(keys, first, text, 4);
  const cipher = encrypting ? out : text;
  const tag = counterMode(keys, j0, ghash(h, [aad, cipher, lengths(aad.length, cipher.length)]), 4);
  keys.fill(0);
  return { out, tag };
}

const NONE = new Uint8Array(0);

/** Galois/counter mode. IV: 12 bytes (RFC 8998) or any other length ≥ 1; tag 16 bytes, at the end of the cipher text. */
export const sm4Gcm = {
  encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array, aad: Uint8Array = NONE): Uint8Array {
    const { out, tag } = gcm(key, iv, plain, aad, true);
    return concatBytes(out, tag);
  },
  /** CRYPTO_DECRYPT when the tag does not fit; nothing of the plain text is given out then. */
  decrypt(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array, aad: Uint8Array = NONE): Uint8Array {
    if (sealed.length < TAG) throw new YqError('CRYPTO_DECRYPT');
    const { out, tag } = gcm(key, iv, sealed.subarray(0, sealed.length - TAG), aad, false);
    if (equalBytes(tag, sealed.subarray(sealed.length - TAG))) return out;
    out.fill(0);
    throw new YqError('CRYPTO_DECRYPT');
  },
};
