/**
 * Arithmetic modulo n, the order of G. Numbers are limbs as in limbs.as, always from 0 to n − 1 with limbs from 0 to 2^29 − 1.
 * Few operations a signature, so plain Montgomery multiplication (R = 2^261) does. No branch or address depends on a value.
 */
import { FE, canonical, copy, limbsFromBytes } from './limbs';

const MASK: i64 = 0x1fffffff;
/** −n^−1 mod 2^29. */
const INVERSE: i64 = 0x12350975;
const N0: i64 = 0x19d54123;
const N1: i64 = 0x1ddfa049;
const N2: i64 = 0x11814ad4;
const N3: i64 = 0x07bed643;
const N4: i64 = 0x1ffff720;
const N5: i64 = 0x1fffffff;
const N6: i64 = 0x1fffffff;
const N7: i64 = 0x1fdfffff;
const N8: i64 = 0x00ffffff;

export const N: usize = memory.data<i32>([
  0x19d54123, 0x1ddfa049, 0x11814ad4, 0x07bed643, 0x1ffff720, 0x1fffffff, 0x1fffffff, 0x1fdfffff, 0x00ffffff,
]);
const R_SQUARED: usize = memory.data<i32>([
  0x159b7552, 0x15c38c55, 0x0b5ce697, 0x1164d74c, 0x151153b6, 0x1875ffc1, 0x1620fc84, 0x00559e9d, 0x00d7904b,
]);
const PLAIN_ONE: usize = memory.data<i32>([
  0x00000001, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
]);
const R_MOD_N: usize = memory.data<i32>([
  0x0557dba0, 0x040bf6c6, 0x0fd6a562, 0x0825378e, 0x00011bf8, 0x00000000, 0x00000000, 0x04000000, 0x00000000,
]);
/** n − 2, big-endian bytes: the exponent of inversion (Fermat). */
const N_MINUS_2: usize = memory.data<u8>([
  0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x21,
]);

/** 32 big-endian bytes (below 2^256 < 2n) modulo n. */
export function scalarFromBytes(r: usize, bytes: usize): void {
  limbsFromBytes(r, bytes);
  canonical(r, N);
}

/** 1 when the 32 big-endian bytes are a number from 1 to n − 1, else 0; r becomes it modulo n. */
export function scalarInRange(r: usize, bytes: usize): i32 {
  limbsFromBytes(r, bytes);
  let borrow: i32 = 0;
  let bits: i32 = 0;
  for (let i: usize = 0; i < 36; i += 4) {
    bits |= load<i32>(r + i);
    borrow = (load<i32>(r + i) - load<i32>(N + i) + borrow) >> 29;
  }
  canonical(r, N);
  return -borrow & i32(bits != 0);
}

/** r = a + b mod n. */
export function scalarAdd(r: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < 36; i += 4) store<i32>(r + i, load<i32>(a + i) + load<i32>(b + i));
  canonical(r, N);
}

/** r = a − b mod n. */
export function scalarSub(r: usize, a: usize, b: usize): void {
  for (let i: usize = 0; i < 36; i += 4) store<i32>(r + i, load<i32>(a + i) - load<i32>(b + i) + load<i32>(N + i));
  canonical(r, N);
}

/** r = a · b · R^−1 mod n. */
export function scalarMul(r: usize, a: usize, b: usize): void {
  const a0 = i64.load32_s(a, 0);
  const a1 = i64.load32_s(a, 4);
  const a2 = i64.load32_s(a, 8);
  const a3 = i64.load32_s(a, 12);
  const a4 = i64.load32_s(a, 16);
  const a5 = i64.load32_s(a, 20);
  const a6 = i64.load32_s(a, 24);
  const a7 = i64.load32_s(a, 28);
  const a8 = i64.load32_s(a, 32);
  const b0 = i64.load32_s(b, 0);
  const b1 = i64.load32_s(b, 4);
  const b2 = i64.load32_s(b, 8);
  const b3 = i64.load32_s(b, 12);
  const b4 = i64.load32_s(b, 16);
  const b5 = i64.load32_s(b, 20);
  const b6 = i64.load32_s(b, 24);
  const b7 = i64.load32_s(b, 28);
  const b8 = i64.load32_s(b, 32);
  let t: i64 = a0 * b0;
  const m0 = (t * INVERSE) & MASK;
  t += m0 * N0;
  t = (t >> 29) + a0 * b1 + a1 * b0 + m0 * N1;
  const m1 = (t * INVERSE) & MASK;
  t += m1 * N0;
  t = (t >> 29) + a0 * b2 + a1 * b1 + a2 * b0 + m0 * N2 + m1 * N1;
  const m2 = (t * INVERSE) & MASK;
  t += m2 * N0;
  t = (t >> 29) + a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + m0 * N3 + m1 * N2 + m2 * N1;
  const m3 = (t * INVERSE) & MASK;
  t += m3 * N0;
  t = (t >> 29) + a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + m0 * N4 + m1 * N3 + m2 * N2 + m3 * N1;
  const m4 = (t * INVERSE) & MASK;
  t += m4 * N0;
  t = (t >> 29) + a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + m0 * N5 + m1 * N4 + m2 * N3 + m3 * N2 + m4 * N1;
  const m5 = (t * INVERSE) & MASK;
  t += m5 * N0;
  t = (t >> 29) + a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + m0 * N6 + m1 * N5 + m2 * N4 + m3 * N3 + m4 * N2 + m5 * N1;
  const m6 = (t * INVERSE) & MASK;
  t += m6 * N0;
  t = (t >> 29) + a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + m0 * N7 + m1 * N6 + m2 * N5 + m3 * N4 + m4 * N3 + m5 * N2 + m6 * N1;
  const m7 = (t * INVERSE) & MASK;
  t += m7 * N0;
  t = (t >> 29) + a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 + m0 * N8 + m1 * N7 + m2 * N6 + m3 * N5 + m4 * N4 + m5 * N3 + m6 * N2 + m7 * N1;
  const m8 = (t * INVERSE) & MASK;
  t += m8 * N0;
  t = (t >> 29) + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + m1 * N8 + m2 * N7 + m3 * N6 + m4 * N5 + m5 * N4 + m6 * N3 + m7 * N2 + m8 * N1;
  i64.store32(r, t & MASK, 0);
  t = (t >> 29) + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + m2 * N8 + m3 * N7 + m4 * N6 + m5 * N5 + m6 * N4 + m7 * N3 + m8 * N2;
  i64.store32(r, t & MASK, 4);
  t = (t >> 29) + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + m3 * N8 + m4 * N7 + m5 * N6 + m6 * N5 + m7 * N4 + m8 * N3;
  i64.store32(r, t & MASK, 8);
  t = (t >> 29) + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + m4 * N8 + m5 * N7 + m6 * N6 + m7 * N5 + m8 * N4;
  i64.store32(r, t & MASK, 12);
  t = (t >> 29) + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + m5 * N8 + m6 * N7 + m7 * N6 + m8 * N5;
  i64.store32(r, t & MASK, 16);
  t = (t >> 29) + a6 * b8 + a7 * b7 + a8 * b6 + m6 * N8 + m7 * N7 + m8 * N6;
  i64.store32(r, t & MASK, 20);
  t = (t >> 29) + a7 * b8 + a8 * b7 + m7 * N8 + m8 * N7;
  i64.store32(r, t & MASK, 24);
  t = (t >> 29) + a8 * b8 + m8 * N8;
  i64.store32(r, t & MASK, 28);
  i64.store32(r, t >> 29, 32);
  canonical(r, N);
}

/** r = a · b mod n of plain numbers. */
export function scalarProduct(r: usize, a: usize, b: usize): void {
  scalarMul(r, a, b);
  scalarMul(r, r, R_SQUARED);
}

/** r = a^(n − 2) = a^−1 mod n of plain numbers; `powers` is room for 16 of them. */
export function scalarInvert(r: usize, a: usize, powers: usize): void {
  copy(powers, R_MOD_N);
  scalarMul(powers + FE, a, R_SQUARED);
  for (let i: usize = 2; i < 16; i++) scalarMul(powers + i * FE, powers + (i - 1) * FE, powers + FE);
  copy(r, R_MOD_N);
  for (let i: usize = 0; i < 64; i++) {
    scalarMul(r, r, r);
    scalarMul(r, r, r);
    scalarMul(r, r, r);
    scalarMul(r, r, r);
    const digit = <usize>((load<u8>(N_MINUS_2 + (i >> 1)) >> (i & 1 ? 0 : 4)) & 15);
    scalarMul(r, r, powers + digit * FE);
  }
  scalarMul(r, r, PLAIN_ONE);
}
