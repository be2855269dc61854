/**
 * Arithmetic modulo p of sm2p256v1, p = 2^256 − 2^224 − 2^96 + 2^64 − 1.
 *
 * An element is nine signed limbs of 29 bits, little-endian, each an i32 (36 bytes), in Montgomery form with R = 2^261.
 * Why this form: nine products of 29-bit limbs fit one 64-bit accumulator, so the inner loops have no carries; p ≡ −1 (mod 2^64),
 * so the Montgomery factor of a limb is the limb itself; and p is sparse, so adding m·p is four shifts and no multiplication.
 *
 * Bounds kept by all callers. A result of mul and square has |limb| ≤ 2^28 + 1 and |value| < 2p. Sums and differences are
 * plain limb-wise, without carries. Inputs of mul: the number of results summed up in the one times that in the other is at most 14
 * (9 · 14 · 2^56 < 2^63), else reduce() comes in between. No branch and no address here depends on a value.
 */
import { FE, canonical, copy, limbsAreZero, limbsFromBytes, limbsToBytes } from './limbs';

export { FE, copy } from './limbs';

const MASK: i64 = 0x1fffffff;
/** Added before an arithmetic shift by 29, rounds to nearest: limbs come out balanced around zero, which saves one bit. */
const HALF: i64 = 0x10000000;

/** r = a + b, limb by limb. */
export function add(r: usize, a: usize, b: usize): void {
  store<i32>(r, load<i32>(a, 0) + load<i32>(b, 0), 0);
  store<i32>(r, load<i32>(a, 4) + load<i32>(b, 4), 4);
  store<i32>(r, load<i32>(a, 8) + load<i32>(b, 8), 8);
  store<i32>(r, load<i32>(a, 12) + load<i32>(b, 12), 12);
  store<i32>(r, load<i32>(a, 16) + load<i32>(b, 16), 16);
  store<i32>(r, load<i32>(a, 20) + load<i32>(b, 20), 20);
  store<i32>(r, load<i32>(a, 24) + load<i32>(b, 24), 24);
  store<i32>(r, load<i32>(a, 28) + load<i32>(b, 28), 28);
  store<i32>(r, load<i32>(a, 32) + load<i32>(b, 32), 32);
}

/** r = a − b, limb by limb. */
export function sub(r: usize, a: usize, b: usize): void {
  store<i32>(r, load<i32>(a, 0) - load<i32>(b, 0), 0);
  store<i32>(r, load<i32>(a, 4) - load<i32>(b, 4), 4);
  store<i32>(r, load<i32>(a, 8) - load<i32>(b, 8), 8);
  store<i32>(r, load<i32>(a, 12) - load<i32>(b, 12), 12);
  store<i32>(r, load<i32>(a, 16) - load<i32>(b, 16), 16);
  store<i32>(r, load<i32>(a, 20) - load<i32>(b, 20), 20);
  store<i32>(r, load<i32>(a, 24) - load<i32>(b, 24), 24);
  store<i32>(r, load<i32>(a, 28) - load<i32>(b, 28), 28);
  store<i32>(r, load<i32>(a, 32) - load<i32>(b, 32), 32);
}

/** r = a · b · R^−1 mod p: column i of the product, then the multiple m_i of p that clears its low 29 bits. */
export function mul(r: usize, a: usize, b: usize): void {
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
  const m0 = t & MASK;
  t = (t >> 29) + a0 * b1 + a1 * b0;
  const m1 = t & MASK;
  t = (t >> 29) + a0 * b2 + a1 * b1 + a2 * b0 + (m0 << 6);
  const m2 = t & MASK;
  t = (t >> 29) + a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (m1 << 6) - (m0 << 9);
  const m3 = t & MASK;
  t = (t >> 29) + a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (m2 << 6) - (m1 << 9);
  const m4 = t & MASK;
  t = (t >> 29) + a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (m3 << 6) - (m2 << 9);
  const m5 = t & MASK;
  t = (t >> 29) + a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + (m4 << 6) - (m3 << 9);
  const m6 = t & MASK;
  t = (t >> 29) + a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + (m5 << 6) - (m4 << 9) - (m0 << 21);
  const m7 = t & MASK;
  t = (t >> 29) + a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 + (m6 << 6) - (m5 << 9) - (m1 << 21) + (m0 << 24);
  const m8 = t & MASK;
  t = (t >> 29) + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + (m7 << 6) - (m6 << 9) - (m2 << 21) + (m1 << 24);
  let c: i64 = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 0);
  t = c + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + (m8 << 6) - (m7 << 9) - (m3 << 21) + (m2 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 4);
  t = c + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 - (m8 << 9) - (m4 << 21) + (m3 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 8);
  t = c + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 - (m5 << 21) + (m4 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 12);
  t = c + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 - (m6 << 21) + (m5 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 16);
  t = c + a6 * b8 + a7 * b7 + a8 * b6 - (m7 << 21) + (m6 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 20);
  t = c + a7 * b8 + a8 * b7 - (m8 << 21) + (m7 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 24);
  t = c + a8 * b8 + (m8 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 28);
  i64.store32(r, c, 32);
}

/** r = a² · R^−1 mod p, with each mixed product taken once and doubled. */
export function square(r: usize, a: usize): void {
  const a0 = i64.load32_s(a, 0);
  const a1 = i64.load32_s(a, 4);
  const a2 = i64.load32_s(a, 8);
  const a3 = i64.load32_s(a, 12);
  const a4 = i64.load32_s(a, 16);
  const a5 = i64.load32_s(a, 20);
  const a6 = i64.load32_s(a, 24);
  const a7 = i64.load32_s(a, 28);
  const a8 = i64.load32_s(a, 32);
  const d0 = a0 << 1;
  const d1 = a1 << 1;
  const d2 = a2 << 1;
  const d3 = a3 << 1;
  const d4 = a4 << 1;
  const d5 = a5 << 1;
  const d6 = a6 << 1;
  const d7 = a7 << 1;
  let t: i64 = a0 * a0;
  const m0 = t & MASK;
  t = (t >> 29) + d0 * a1;
  const m1 = t & MASK;
  t = (t >> 29) + d0 * a2 + a1 * a1 + (m0 << 6);
  const m2 = t & MASK;
  t = (t >> 29) + d0 * a3 + d1 * a2 + (m1 << 6) - (m0 << 9);
  const m3 = t & MASK;
  t = (t >> 29) + d0 * a4 + d1 * a3 + a2 * a2 + (m2 << 6) - (m1 << 9);
  const m4 = t & MASK;
  t = (t >> 29) + d0 * a5 + d1 * a4 + d2 * a3 + (m3 << 6) - (m2 << 9);
  const m5 = t & MASK;
  t = (t >> 29) + d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + (m4 << 6) - (m3 << 9);
  const m6 = t & MASK;
  t = (t >> 29) + d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + (m5 << 6) - (m4 << 9) - (m0 << 21);
  const m7 = t & MASK;
  t = (t >> 29) + d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + (m6 << 6) - (m5 << 9) - (m1 << 21) + (m0 << 24);
  const m8 = t & MASK;
  t = (t >> 29) + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + (m7 << 6) - (m6 << 9) - (m2 << 21) + (m1 << 24);
  let c: i64 = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 0);
  t = c + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + (m8 << 6) - (m7 << 9) - (m3 << 21) + (m2 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 4);
  t = c + d3 * a8 + d4 * a7 + d5 * a6 - (m8 << 9) - (m4 << 21) + (m3 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 8);
  t = c + d4 * a8 + d5 * a7 + a6 * a6 - (m5 << 21) + (m4 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 12);
  t = c + d5 * a8 + d6 * a7 - (m6 << 21) + (m5 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 16);
  t = c + d6 * a8 + a7 * a7 - (m7 << 21) + (m6 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 20);
  t = c + d7 * a8 - (m8 << 21) + (m7 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 24);
  t = c + a8 * a8 + (m8 << 24);
  c = (t + HALF) >> 29;
  i64.store32(r, t - (c << 29), 28);
  i64.store32(r, c, 32);
}

/**
 * r = k · a for a small whole k, with carries run and the multiple of 2^256 above taken off as a multiple of p:
 * |limb| ≤ 2^28 + 2^26, |value| < 0.51 · 2^256. `a` may hold limbs of up to 31 bits, |k · value| < 2^5 · p.
 */
export function reduce(r: usize, a: usize, k: i64): void {
  let t: i64 = i64.load32_s(a, 0) * k;
  let c: i64 = (t + HALF) >> 29;
  const r0 = t - (c << 29);
  t = c + i64.load32_s(a, 4) * k;
  c = (t + HALF) >> 29;
  const r1 = t - (c << 29);
  t = c + i64.load32_s(a, 8) * k;
  c = (t + HALF) >> 29;
  const r2 = t - (c << 29);
  t = c + i64.load32_s(a, 12) * k;
  c = (t + HALF) >> 29;
  const r3 = t - (c << 29);
  t = c + i64.load32_s(a, 16) * k;
  c = (t + HALF) >> 29;
  const r4 = t - (c << 29);
  t = c + i64.load32_s(a, 20) * k;
  c = (t + HALF) >> 29;
  const r5 = t - (c << 29);
  t = c + i64.load32_s(a, 24) * k;
  c = (t + HALF) >> 29;
  const r6 = t - (c << 29);
  t = c + i64.load32_s(a, 28) * k;
  c = (t + HALF) >> 29;
  const r7 = t - (c << 29);
  t = c + i64.load32_s(a, 32) * k;
  // Bits from 2^256 on stand from bit 24 of the ninth limb. q · 2^256 ≡ q · (2^224 + 2^96 − 2^64 + 1).
  const q = (t + 0x800000) >> 24;
  i64.store32(r, r0 + q, 0);
  i64.store32(r, r1, 4);
  i64.store32(r, r2 - (q << 6), 8);
  i64.store32(r, r3 + (q << 9), 12);
  i64.store32(r, r4, 16);
  i64.store32(r, r5, 20);
  i64.store32(r, r6, 24);
  i64.store32(r, r7 + (q << 21), 28);
  i64.store32(r, t - (q << 24), 32);
}

/** p, and 1, b, G in Montgomery form. */
export const P: usize = memory.data<i32>([
  0x1fffffff, 0x1fffffff, 0x0000003f, 0x1ffffe00, 0x1fffffff, 0x1fffffff, 0x1fffffff, 0x1fdfffff, 0x00ffffff,
]);
export const ONE: usize = memory.data<i32>([
  0x00000020, 0x00000000, 0x1ffff800, 0x00003fff, 0x00000000, 0x00000000, 0x00000000, 0x04000000, 0x00000000,
]);
export const B: usize = memory.data<i32>([
  0x181ba844, 0x1230632b, 0x09bd5b86, 0x0de6c26d, 0x1878e39e, 0x1505ea51, 0x04293cc0, 0x0368838b, 0x0081fc31,
]);
export const GX: usize = memory.data<i32>([
  0x030053d2, 0x128990f4, 0x16027e89, 0x007b9b29, 0x07867cf3, 0x199ac24c, 0x02eb50f6, 0x1dc704ec, 0x0022cf4b,
]);
export const GY: usize = memory.data<i32>([
  0x05a1bbac, 0x154e593c, 0x14afd309, 0x195e3b4c, 0x11f183eb, 0x1066e2a4, 0x1ec6a67d, 0x13875cd6, 0x0079acba,
]);
const R_SQUARED: usize = memory.data<i32>([
  0x00000c00, 0x00004000, 0x1fff0000, 0x0017ffff, 0x00400000, 0x02000000, 0x00000000, 0x00000001, 0x00000010,
]);
const PLAIN_ONE: usize = memory.data<i32>([
  0x00000001, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
]);
/** p − 2, big-endian bytes: the exponent of inversion (Fermat). */
const P_MINUS_2: usize = memory.data<u8>([
  0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfd,
]);

/** Takes 32 big-endian bytes (a number below 2^256) into Montgomery form. */
export function fromBytes(r: usize, bytes: usize): void {
  limbsFromBytes(r, bytes);
  mul(r, r, R_SQUARED);
}

/** Writes the number from 0 to p − 1 as 32 big-endian bytes; `a` is left as that number in plain (not Montgomery) limbs. */
export function toBytes(bytes: usize, a: usize): void {
  mul(a, a, PLAIN_ONE);
  canonical(a, P);
  limbsToBytes(bytes, a);
}

/** 1 when a ≡ 0 (mod p), else 0; `a` is left as a plain number. */
export function isZero(a: usize): i32 {
  mul(a, a, PLAIN_ONE);
  canonical(a, P);
  return limbsAreZero(a);
}

/** r = a^(p − 2) = a^−1, 0 for 0. Four bits of the (public) exponent at a time; `powers` is room for 16 elements. */
export function invert(r: usize, a: usize, powers: usize): void {
  copy(powers, ONE);
  for (let i: usize = 1; i < 16; i++) mul(powers + i * FE, powers + (i - 1) * FE, a);
  copy(r, ONE);
  for (let i: usize = 0; i < 64; i++) {
    square(r, r);
    square(r, r);
    square(r, r);
    square(r, r);
    const digit = <usize>((load<u8>(P_MINUS_2 + (i >> 1)) >> (i & 1 ? 0 : 4)) & 15);
    mul(r, r, powers + digit * FE);
  }
}
