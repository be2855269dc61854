/** SM4 in ECB, CBC and CTR (GB/T 17964-2021). Keys, IVs and blocks have 16 bytes. Nothing given is changed. */
import { YqError } from '#core/errors/index.ts';
import { requireLength } from '../bytes.ts';
import { BLOCK, cipher, useSm4 } from './session.ts';

function ecb(key: Uint8Array, data: Uint8Array, direction: 'encrypt' | 'decrypt'): Uint8Array {
  if (data.length % BLOCK !== 0) {
    throw new YqError('CRYPTO_PARAMETER', { detail: `SM4-ECB: ${data.length} bytes, not whole blocks` });
  }
  return useSm4(key, direction, () => {
    const out = new Uint8Array(data);
    cipher.ecb(out);
    return out;
  });
}

/** Electronic code book, whole blocks, no padding: for key blobs (SM2EnvelopedKey) only. */
export const sm4Ecb = {
  encrypt: (key: Uint8Array, plain: Uint8Array): Uint8Array => ecb(key, plain, 'encrypt'),
  decrypt: (key: Uint8Array, sealed: Uint8Array): Uint8Array => ecb(key, sealed, 'decrypt'),
};

/** How many bytes of PKCS#7 padding the last block ends in; 0 when it is not padding. No early exit. */
function paddingLength(plain: Uint8Array): number {
  const padding = plain[plain.length - 1] as number;
  let wrong = Number(padding < 1 || padding > BLOCK);
  for (let i = 1; i <= BLOCK; i++) {
    const byte = plain[plain.length - i] as number;
    wrong |= (byte ^ padding) & -Number(i <= padding);
  }
  return wrong === 0 ? padding : 0;
}

/** Cipher block chaining with PKCS#7 padding. No integrity: prefer GCM. */
export const sm4Cbc = {
  encrypt(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
    requireLength('SM4-CBC IV', iv, BLOCK);
    const padding = BLOCK - (plain.length % BLOCK);
    return useSm4(key, 'encrypt', () => {
      const out = new Uint8Array(plain.length + padding).fill(padding, plain.length);
      out.set(plain);
      cipher.setIv(iv);
      cipher.cbcEncrypt(out);
      return out;
    });
  },
  /** CRYPTO_DECRYPT on any bad length or padding, without saying which. */
  decrypt(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array {
    requireLength('SM4-CBC IV', iv, BLOCK);
    if (sealed.length === 0 || sealed.length % BLOCK !== 0) throw new YqError('CRYPTO_DECRYPT');
    return useSm4(key, 'decrypt', () => {
      const out = new Uint8Array(sealed);
      cipher.setIv(iv);
      cipher.cbcDecrypt(out);
      const padding = paddingLength(out);
      if (padding > 0) return out.slice(0, out.length - padding);
      out.fill(0);
      throw new YqError('CRYPTO_DECRYPT');
    });
  },
};

function ctr(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  requireLength('SM4-CTR IV', iv, BLOCK);
  return useSm4(key, 'encrypt', () => {
    const out = new Uint8Array(data);
    cipher.setIv(iv);
    cipher.ctr(out, false);
    return out;
  });
}
/** Counter mode; the whole 16-byte IV counts up, big-endian. No integrity: prefer GCM. */
export const sm4Ctr = { encrypt: ctr, decrypt: ctr };
