/** One use of SM4 in the WebAssembly engine: key in, data through in pieces, everything cleared. */
import { requireLength } from '../bytes.ts';
import {
  GHASH_VALUE,
  SM4_IV,
  STAGING,
  STAGING_SIZE,
  clearExchange,
  engine,
  memory,
  put,
  take,
} from '../wasm/engine.ts';

export const BLOCK = 16;

/** The steps a mode is made of. Valid only inside useSm4, which is synchronous: nobody else's call can come in between. */
export const cipher = {
  setIv: (iv: Uint8Array): void => memory.set(iv, SM4_IV),
  ecb: (data: Uint8Array): void => pieces(data, (length) => engine.sm4Ecb(STAGING, length)),
  cbcEncrypt: (data: Uint8Array): void => pieces(data, (length) => engine.sm4CbcEncrypt(STAGING, length)),
  cbcDecrypt: (data: Uint8Array): void => pieces(data, (length) => engine.sm4CbcDecrypt(STAGING, length)),
  /** `narrow`: only the last 32 bits of the counter count up. */
  ctr: (data: Uint8Array, narrow: boolean): void =>
    pieces(data, (length) => engine.sm4Ctr(STAGING, length, narrow ? 1 : 0)),
  ghashStart: (h: Uint8Array): void => engine.ghashStart(put(0, h)),
  /** Data up to a multiple of 16 bytes; zeros are taken to follow. */
  ghash(data: Uint8Array): void {
    for (let at = 0; at < data.length; at += STAGING_SIZE) {
      const piece = data.subarray(at, at + STAGING_SIZE);
      memory.set(piece, STAGING);
      engine.ghashUpdate(STAGING, piece.length);
    }
  },
  ghashValue: (): Uint8Array => take(GHASH_VALUE, BLOCK),
};

/** Changes `data` in place, piece by piece in the staging room. */
function pieces(data: Uint8Array, work: (length: number) => void): void {
  for (let at = 0; at < data.length; at += STAGING_SIZE) {
    const piece = data.subarray(at, at + STAGING_SIZE);
    memory.set(piece, STAGING);
    work(piece.length);
    piece.set(memory.subarray(STAGING, STAGING + piece.length));
  }
}

/** Runs `work` with the key (16 bytes) set, then clears key, counters and data. CRYPTO_PARAMETER on another key length. */
export function useSm4<T>(key: Uint8Array, direction: 'encrypt' | 'decrypt', work: () => T): T {
  requireLength('SM4 key', key, BLOCK);
  try {
    engine.sm4SetKey(put(0, key), direction === 'decrypt' ? 1 : 0);
    return work();
  } finally {
    engine.sm4Forget();
    engine.ghashForget();
    clearExchange();
    memory.fill(0, STAGING, STAGING + STAGING_SIZE);
  }
}
