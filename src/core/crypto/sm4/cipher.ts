/** The SM4 block cipher (GB/T 32907-2016): 128-bit key and block, 32 rounds; S-box and linear layer joined in four tables. */
import { requireLength } from '../bytes.ts';

const SBOX = Uint8Array.from(
  (
    'D690E9FECCE13DB716B614C228FB2C052B679A762ABE04C3AA441326498606999C4250F491EF987A33540B43EDCFAC62' +
    'E4B31CA9C908E89580DF94FA758F3FA64707A7FCF37317BA83593C19E6854FA8686B81B27164DA8BF8EB0F4B70569D35' +
    '1E240E5E6358D1A225227C3B01217887D40046579FD327524C3602E7A0C4C89EEABF8AD240C738B5A3F7F2CEF96115A1' +
    'E0AE5DA49B341A55AD933230F58CB1E31DF6E22E8266CA60C02923AB0D534E6FD5DB3745DEFD8E2F03FF6A726D6C5B51' +
    '8D1BAF92BBDDBC7F11D95C411F105AD80AC13188A5CD7BBD2D74D012B8E5B4B08969974A0C96777E65B9F109C56EC684' +
    '18F07DEC3ADC4D2079EE5F3ED7CB3948'
  ).match(/../g) as string[],
  (pair) => Number.parseInt(pair, 16),
);
const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

const T0 = new Int32Array(256);
const T1 = new Int32Array(256);
const T2 = new Int32Array(256);
const T3 = new Int32Array(256);
for (let i = 0; i < 256; i++) {
  const b = (SBOX[i] as number) << 24;
  T0[i] = b ^ rotl(b, 2) ^ rotl(b, 10) ^ rotl(b, 18) ^ rotl(b, 24);
  T1[i] = rotl(T0[i]!, 24);
  T2[i] = rotl(T0[i]!, 16);
  T3[i] = rotl(T0[i]!, 8);
}
const transform = (x: number): number => T0[x >>> 24]! ^ T1[(x >>> 16) & 0xff]! ^ T2[(x >>> 8) & 0xff]! ^ T3[x & 0xff]!;

const FK = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc];

/** The 32 round keys; `reversed` gives those of decryption. CRYPTO_PARAMETER unless the key has 16 bytes. */
export function roundKeys(key: Uint8Array, reversed = false): Int32Array {
  requireLength('SM4 key', key, 16);
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const k = new Int32Array(36);
  for (let i = 0; i < 4; i++) k[i] = view.getInt32(4 * i) ^ FK[i]!;
  for (let i = 0; i < 32; i++) {
    let ck = 0;
    for (let j = 0; j < 4; j++) ck = (ck << 8) | (((4 * i + j) * 7) & 0xff);
    const x = k[i + 1]! ^ k[i + 2]! ^ k[i + 3]! ^ ck;
    const b =
      (SBOX[x >>> 24]! << 24) | (SBOX[(x >>> 16) & 0xff]! << 16) | (SBOX[(x >>> 8) & 0xff]! << 8) | SBOX[x & 0xff]!;
    k[i + 4] = k[i]! ^ b ^ rotl(b, 13) ^ rotl(b, 23);
  }
  const keys = k.slice(4);
  k.fill(0);
  return reversed ? keys.reverse() : keys;
}

/** One block from `source` to `target` (may be the same array and place). */
export function block(keys: Int32Array, source: Uint8Array, at: number, target: Uint8Array, to: number): void {
  const from = new DataView(source.buffer, source.byteOffset, source.byteLength);
  const into = new DataView(target.buffer, target.byteOffset, target.byteLength);
  let [a, b, c, d] = [from.getInt32(at), from.getInt32(at + 4), from.getInt32(at + 8), from.getInt32(at + 12)];
  for (let i = 0; i < 32; i += 4) {
    a ^= transform(b ^ c ^ d ^ keys[i]!);
    b ^= transform(c ^ d ^ a ^ keys[i + 1]!);
    c ^= transform(d ^ a ^ b ^ keys[i + 2]!);
    d ^= transform(a ^ b ^ c ^ keys[i + 3]!);
  }
  into.setInt32(to, d);
  into.setInt32(to + 4, c);
  into.setInt32(to + 8, b);
  into.setInt32(to + 12, a);
}
