/**
 * SM4 (GB/T 32907-2016) over blocks in memory: S-box and linear layer L joined in four tables of 1 KB. Table look-ups depend on
 * the key, so somebody who shares the processor's cache could learn about it; SM4 keys here guard data at rest for one user.
 */

const SBOX: usize = memory.data<u8>([
  0xd6, 0x90, 0xe9, 0xfe, 0xcc, 0xe1, 0x3d, 0xb7, 0x16, 0xb6, 0x14, 0xc2, 0x28, 0xfb, 0x2c, 0x05, 0x2b, 0x67, 0x9a, 0x76, 0x2a, 0xbe, 0x04, 0xc3, 0xaa, 0x44, 0x13, 0x26, 0x49, 0x86, 0x06, 0x99,
  0x9c, 0x42, 0x50, 0xf4, 0x91, 0xef, 0x98, 0x7a, 0x33, 0x54, 0x0b, 0x43, 0xed, 0xcf, 0xac, 0x62, 0xe4, 0xb3, 0x1c, 0xa9, 0xc9, 0x08, 0xe8, 0x95, 0x80, 0xdf, 0x94, 0xfa, 0x75, 0x8f, 0x3f, 0xa6,
  0x47, 0x07, 0xa7, 0xfc, 0xf3, 0x73, 0x17, 0xba, 0x83, 0x59, 0x3c, 0x19, 0xe6, 0x85, 0x4f, 0xa8, 0x68, 0x6b, 0x81, 0xb2, 0x71, 0x64, 0xda, 0x8b, 0xf8, 0xeb, 0x0f, 0x4b, 0x70, 0x56, 0x9d, 0x35,
  0x1e, 0x24, 0x0e, 0x5e, 0x63, 0x58, 0xd1, 0xa2, 0x25, 0x22, 0x7c, 0x3b, 0x01, 0x21, 0x78, 0x87, 0xd4, 0x00, 0x46, 0x57, 0x9f, 0xd3, 0x27, 0x52, 0x4c, 0x36, 0x02, 0xe7, 0xa0, 0xc4, 0xc8, 0x9e,
  0xea, 0xbf, 0x8a, 0xd2, 0x40, 0xc7, 0x38, 0xb5, 0xa3, 0xf7, 0xf2, 0xce, 0xf9, 0x61, 0x15, 0xa1, 0xe0, 0xae, 0x5d, 0xa4, 0x9b, 0x34, 0x1a, 0x55, 0xad, 0x93, 0x32, 0x30, 0xf5, 0x8c, 0xb1, 0xe3,
  0x1d, 0xf6, 0xe2, 0x2e, 0x82, 0x66, 0xca, 0x60, 0xc0, 0x29, 0x23, 0xab, 0x0d, 0x53, 0x4e, 0x6f, 0xd5, 0xdb, 0x37, 0x45, 0xde, 0xfd, 0x8e, 0x2f, 0x03, 0xff, 0x6a, 0x72, 0x6d, 0x6c, 0x5b, 0x51,
  0x8d, 0x1b, 0xaf, 0x92, 0xbb, 0xdd, 0xbc, 0x7f, 0x11, 0xd9, 0x5c, 0x41, 0x1f, 0x10, 0x5a, 0xd8, 0x0a, 0xc1, 0x31, 0x88, 0xa5, 0xcd, 0x7b, 0xbd, 0x2d, 0x74, 0xd0, 0x12, 0xb8, 0xe5, 0xb4, 0xb0,
  0x89, 0x69, 0x97, 0x4a, 0x0c, 0x96, 0x77, 0x7e, 0x65, 0xb9, 0xf1, 0x09, 0xc5, 0x6e, 0xc6, 0x84, 0x18, 0xf0, 0x7d, 0xec, 0x3a, 0xdc, 0x4d, 0x20, 0x79, 0xee, 0x5f, 0x3e, 0xd7, 0xcb, 0x39, 0x48,
]);
const FK: usize = memory.data<u32>([0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc]);
/** L(S(x) << 24) for each byte x, and the same turned right by 8, 16 and 24. Made at first use. */
const TABLES: usize = memory.data(4096, 16);
let tablesReady = false;

const KEYS: usize = memory.data(36 * 4, 16);
/** The running IV or counter block, and two blocks of key stream. */
export const IV: usize = memory.data(16, 16);
const STREAM: usize = memory.data(32, 16);

function makeTables(): void {
  for (let i: usize = 0; i < 256; i++) {
    const b = <u32>load<u8>(SBOX + i) << 24;
    const t = b ^ rotl<u32>(b, 2) ^ rotl<u32>(b, 10) ^ rotl<u32>(b, 18) ^ rotl<u32>(b, 24);
    for (let k: usize = 0; k < 4; k++) store<u32>(TABLES + 1024 * k + 4 * i, rotr<u32>(t, 8 * <u32>k));
  }
  tablesReady = true;
}

// @ts-ignore: decorator
@inline
function transform(x: u32): u32 {
  return (
    load<u32>(TABLES + ((x >>> 24) << 2)) ^
    load<u32>(TABLES + (((x >>> 16) & 0xff) << 2), 1024) ^
    load<u32>(TABLES + (((x >>> 8) & 0xff) << 2), 2048) ^
    load<u32>(TABLES + ((x & 0xff) << 2), 3072)
  );
}

function substitute(x: u32): u32 {
  return (
    (<u32>load<u8>(SBOX + (x >>> 24)) << 24) |
    (<u32>load<u8>(SBOX + ((x >>> 16) & 0xff)) << 16) |
    (<u32>load<u8>(SBOX + ((x >>> 8) & 0xff)) << 8) |
    <u32>load<u8>(SBOX + (x & 0xff))
  );
}

/** Sets the 32 round keys for all that follows until sm4Forget; `decrypting` turns their order round. */
export function sm4SetKey(key: usize, decrypting: i32): void {
  if (!tablesReady) makeTables();
  for (let i: usize = 0; i < 4; i++) store<u32>(KEYS + 4 * i, bswap<u32>(load<u32>(key + 4 * i)) ^ load<u32>(FK + 4 * i));
  for (let i: usize = 0; i < 32; i++) {
    // CK_i: its bytes are 7·(4i + j) mod 256.
    let ck: u32 = 0;
    for (let j: usize = 0; j < 4; j++) ck = (ck << 8) | <u32>(((4 * i + j) * 7) & 0xff);
    const at = KEYS + 4 * i;
    const b = substitute(load<u32>(at, 4) ^ load<u32>(at, 8) ^ load<u32>(at, 12) ^ ck);
    store<u32>(at, load<u32>(at) ^ b ^ rotl<u32>(b, 13) ^ rotl<u32>(b, 23), 16);
  }
  memory.copy(KEYS, KEYS + 16, 128);
  memory.fill(KEYS + 128, 0, 16);
  if (decrypting) {
    for (let i: usize = 0; i < 64; i += 4) {
      const first = load<u32>(KEYS + i);
      store<u32>(KEYS + i, load<u32>(KEYS + 124 - i));
      store<u32>(KEYS + 124 - i, first);
    }
  }
}

/** One block. */
function crypt(to: usize, from: usize): void {
  let a = bswap<u32>(load<u32>(from, 0));
  let b = bswap<u32>(load<u32>(from, 4));
  let c = bswap<u32>(load<u32>(from, 8));
  let d = bswap<u32>(load<u32>(from, 12));
  for (let k = KEYS; k < KEYS + 128; k += 16) {
    a ^= transform(b ^ c ^ d ^ load<u32>(k, 0));
    b ^= transform(c ^ d ^ a ^ load<u32>(k, 4));
    c ^= transform(d ^ a ^ b ^ load<u32>(k, 8));
    d ^= transform(a ^ b ^ c ^ load<u32>(k, 12));
  }
  store<u32>(to, bswap<u32>(d), 0);
  store<u32>(to, bswap<u32>(c), 4);
  store<u32>(to, bswap<u32>(b), 8);
  store<u32>(to, bswap<u32>(a), 12);
}

/** Two blocks that do not depend on each other, side by side: while one waits for its table, the other computes. */
function cryptTwo(to: usize, from: usize): void {
  let a = bswap<u32>(load<u32>(from, 0));
  let b = bswap<u32>(load<u32>(from, 4));
  let c = bswap<u32>(load<u32>(from, 8));
  let d = bswap<u32>(load<u32>(from, 12));
  let e = bswap<u32>(load<u32>(from, 16));
  let f = bswap<u32>(load<u32>(from, 20));
  let g = bswap<u32>(load<u32>(from, 24));
  let h = bswap<u32>(load<u32>(from, 28));
  for (let k = KEYS; k < KEYS + 128; k += 16) {
    a ^= transform(b ^ c ^ d ^ load<u32>(k, 0));
    e ^= transform(f ^ g ^ h ^ load<u32>(k, 0));
    b ^= transform(c ^ d ^ a ^ load<u32>(k, 4));
    f ^= transform(g ^ h ^ e ^ load<u32>(k, 4));
    c ^= transform(d ^ a ^ b ^ load<u32>(k, 8));
    g ^= transform(h ^ e ^ f ^ load<u32>(k, 8));
    d ^= transform(a ^ b ^ c ^ load<u32>(k, 12));
    h ^= transform(e ^ f ^ g ^ load<u32>(k, 12));
  }
  store<u32>(to, bswap<u32>(d), 0);
  store<u32>(to, bswap<u32>(c), 4);
  store<u32>(to, bswap<u32>(b), 8);
  store<u32>(to, bswap<u32>(a), 12);
  store<u32>(to, bswap<u32>(h), 16);
  store<u32>(to, bswap<u32>(g), 20);
  store<u32>(to, bswap<u32>(f), 24);
  store<u32>(to, bswap<u32>(e), 28);
}

// @ts-ignore: decorator
@inline
function xorBlock(to: usize, a: usize, b: usize): void {
  store<u64>(to, load<u64>(a) ^ load<u64>(b));
  store<u64>(to, load<u64>(a, 8) ^ load<u64>(b, 8), 8);
}

// @ts-ignore: decorator
@inline
function copyBlock(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
}

/** Each block by itself, in place. */
export function sm4Ecb(data: usize, length: usize): void {
  const end = data + length;
  for (; data + 32 <= end; data += 32) cryptTwo(data, data);
  if (data < end) crypt(data, data);
}

/** In place; the last cipher block stays in IV for the next piece. */
export function sm4CbcEncrypt(data: usize, length: usize): void {
  let previous = IV;
  for (const end = data + length; data < end; data += 16) {
    xorBlock(data, data, previous);
    crypt(data, data);
    previous = data;
  }
  copyBlock(IV, previous);
}

/** In place, two blocks at a time; the last cipher block stays in IV for the next piece. */
export function sm4CbcDecrypt(data: usize, length: usize): void {
  const end = data + length;
  for (; data + 32 <= end; data += 32) {
    cryptTwo(STREAM, data);
    xorBlock(STREAM, STREAM, IV);
    xorBlock(STREAM + 16, STREAM + 16, data);
    copyBlock(IV, data + 16);
    copyBlock(data, STREAM);
    copyBlock(data + 16, STREAM + 16);
  }
  if (data < end) {
    crypt(STREAM, data);
    xorBlock(STREAM, STREAM, IV);
    copyBlock(IV, data);
    copyBlock(data, STREAM);
  }
}

/** Counts IV up: as one number of 128 bits, or only its last 32 bits (GCM) when `narrow`. */
// @ts-ignore: decorator
@inline
function countUp(narrow: i32): void {
  if (narrow) store<u32>(IV, bswap<u32>(bswap<u32>(load<u32>(IV, 12)) + 1), 12);
  else {
    const low = bswap<u64>(load<u64>(IV, 8)) + 1;
    store<u64>(IV, bswap<u64>(low), 8);
    if (low == 0) store<u64>(IV, bswap<u64>(bswap<u64>(load<u64>(IV)) + 1));
  }
}

/** XORs the key stream on, in place; IV is the running counter block. */
export function sm4Ctr(data: usize, length: usize, narrow: i32): void {
  const end = data + length;
  for (; data + 32 <= end; data += 32) {
    copyBlock(STREAM, IV);
    countUp(narrow);
    copyBlock(STREAM + 16, IV);
    countUp(narrow);
    cryptTwo(STREAM, STREAM);
    xorBlock(data, data, STREAM);
    xorBlock(data + 16, data + 16, STREAM + 16);
  }
  while (data < end) {
    crypt(STREAM, IV);
    countUp(narrow);
    const stop = min<usize>(data + 16, end);
    for (let i: usize = 0; data < stop; i++, data++) store<u8>(data, load<u8>(data) ^ load<u8>(STREAM + i));
  }
}

export function sm4Forget(): void {
  memory.fill(KEYS, 0, 36 * 4);
  memory.fill(IV, 0, 16);
  memory.fill(STREAM, 0, 32);
}
