/**
 * The group of sm2p256v1 in homogeneous coordinates (X : Y : Z), x = X/Z, y = Y/Z, the neutral element (0 : 1 : 0).
 *
 * Additions are the complete formulas for a = −3 of Renes, Costello and Batina, "Complete addition formulas for prime order
 * elliptic curves" (2015), algorithms 4 and 5. They hold for every pair of points, equal, opposite or neutral, so there are no
 * special cases to forget and nothing to branch on.
 *
 * Coordinates of a point are always outputs of reduce() or mul(), so sums of two may be multiplied (field.as, bounds).
 */
import { B, FE, ONE, add, copy, fromBytes, invert, isZero, mul, reduce, square, sub, toBytes } from './field';

/** Bytes of a point (three elements and four of padding) and of an affine table entry (two elements): whole eight-byte words. */
export const POINT: usize = 112;
export const AFFINE: usize = 2 * FE;

/** Temporaries; wiped by forget(). */
const TEMPORARIES: usize = memory.data(16 * 36, 16);
const t0: usize = TEMPORARIES;
const t1: usize = TEMPORARIES + FE;
const t2: usize = TEMPORARIES + 2 * FE;
const t3: usize = TEMPORARIES + 3 * FE;
const t4: usize = TEMPORARIES + 4 * FE;
const u: usize = TEMPORARIES + 5 * FE;
const v: usize = TEMPORARIES + 6 * FE;
const w: usize = TEMPORARIES + 7 * FE;
const POWERS: usize = memory.data(16 * 36, 16);

export function forget(): void {
  memory.fill(TEMPORARIES, 0, 16 * FE);
  memory.fill(POWERS, 0, 16 * FE);
}

export function setNeutral(r: usize): void {
  memory.fill(r, 0, POINT);
  copy(r + FE, ONE);
}

/**
 * The common end of both additions. Before: t0 = X1·X2, t1 = Y1·Y2, t2 = Z1·Z2, t3 = X1·Y2 + X2·Y1, t4 = Y1·Z2 + Y2·Z1,
 * u = X1·Z2 + X2·Z1.
 */
function finishAddition(r: usize): void {
  mul(v, B, t2);
  sub(v, u, v);
  reduce(v, v, 3); // 3·(u − b·t2)
  sub(w, t1, v);
  reduce(w, w, 1);
  add(v, t1, v);
  reduce(v, v, 1);
  mul(u, B, u);
  sub(u, u, t0);
  sub(u, u, t2);
  sub(u, u, t2);
  sub(u, u, t2);
  reduce(u, u, 3); // 3·(b·u − t0 − 3·t2)
  sub(t0, t0, t2);
  reduce(t0, t0, 3); // 3·(t0 − t2)
  mul(t1, t4, u);
  mul(t2, t0, u);
  mul(u, v, w);
  add(u, u, t2);
  mul(v, t3, v);
  sub(v, v, t1);
  mul(w, t4, w);
  mul(t1, t3, t0);
  add(w, w, t1);
  reduce(r, v, 1);
  reduce(r + FE, u, 1);
  reduce(r + 2 * FE, w, 1);
}

/** r = a + b; any two points, r may be a or b. */
export function addPoints(r: usize, a: usize, b: usize): void {
  mul(t0, a, b);
  mul(t1, a + FE, b + FE);
  mul(t2, a + 2 * FE, b + 2 * FE);
  add(u, a, a + FE);
  add(v, b, b + FE);
  mul(t3, u, v);
  sub(t3, t3, t0);
  sub(t3, t3, t1);
  add(u, a + FE, a + 2 * FE);
  add(v, b + FE, b + 2 * FE);
  mul(t4, u, v);
  sub(t4, t4, t1);
  sub(t4, t4, t2);
  add(v, a, a + 2 * FE);
  add(w, b, b + 2 * FE);
  mul(u, v, w);
  sub(u, u, t0);
  sub(u, u, t2);
  finishAddition(r);
}

/** r = a + b with b affine (x, y), so not the neutral element. */
export function addAffine(r: usize, a: usize, b: usize): void {
  mul(t0, a, b);
  mul(t1, a + FE, b + FE);
  copy(t2, a + 2 * FE);
  add(u, a, a + FE);
  add(v, b, b + FE);
  mul(t3, u, v);
  sub(t3, t3, t0);
  sub(t3, t3, t1);
  mul(t4, b + FE, a + 2 * FE);
  add(t4, t4, a + FE);
  mul(u, b, a + 2 * FE);
  add(u, u, a);
  finishAddition(r);
}

/**
 * r = 2^count · r. Doublings in Jacobian coordinates (x = X/Z², y = Y/Z³; "dbl-2001-b" for a = −3) take 8 multiplications where
 * the complete formula takes 13, and need no exception on a curve of odd order, so a run of them is worth the change of coordinates.
 */
export function doubleRepeatedly(r: usize, count: i32): void {
  const x = r;
  const y = r + FE;
  const z = r + 2 * FE;
  mul(x, x, z);
  square(t0, z);
  mul(y, y, t0);
  for (; count > 0; count--) {
    square(t0, z); // δ
    square(t1, y); // γ
    mul(t2, x, t1); // β
    sub(u, x, t0);
    add(v, x, t0);
    mul(t3, u, v);
    add(u, t3, t3);
    add(t3, t3, u); // α = 3·(X − δ)·(X + δ)
    add(z, y, z);
    square(z, z);
    sub(z, z, t1);
    sub(z, z, t0);
    reduce(z, z, 1); // (Y + Z)² − γ − δ
    reduce(t2, t2, 4);
    square(x, t3);
    sub(x, x, t2);
    sub(x, x, t2);
    reduce(x, x, 1); // α² − 8·β
    sub(t2, t2, x);
    mul(y, t3, t2);
    square(t1, t1);
    reduce(t1, t1, 8);
    sub(y, y, t1);
    reduce(y, y, 1); // α·(4·β − X) − 8·γ²
  }
  mul(x, x, z);
  square(t0, z);
  mul(z, z, t0);
  // The neutral element has become (0 : 0 : 0); its Y is 1 again.
  const neutral = isNeutral(r);
  for (let i: usize = 0; i < FE; i += 4) store<i32>(y + i, load<i32>(y + i) + load<i32>(ONE + i) * neutral);
}

/** Reads 04‖X‖Y; 1 when both coordinates are below p and the point is on the curve y² = x³ − 3x + b, else 0. */
export function pointFromBytes(r: usize, bytes: usize): i32 {
  fromBytes(r, bytes + 1);
  fromBytes(r + FE, bytes + 33);
  copy(r + 2 * FE, ONE);
  square(t0, r);
  mul(t0, t0, r);
  sub(t0, t0, r);
  sub(t0, t0, r);
  sub(t0, t0, r);
  add(t0, t0, B);
  square(t1, r + FE);
  sub(t0, t0, t1);
  return i32(load<u8>(bytes) == 4) & belowP(bytes + 1) & belowP(bytes + 33) & isZero(t0);
}

/** 1 when the 32 big-endian bytes are their own canonical form modulo p. */
function belowP(bytes: usize): i32 {
  fromBytes(t1, bytes);
  toBytes(POWERS, t1);
  return i32(memory.compare(POWERS, bytes, 32) == 0);
}

/** Writes 04‖X‖Y of a point that is not neutral; 0 when it is. `a` is left as it was. */
export function pointToBytes(bytes: usize, a: usize): i32 {
  if (isNeutral(a)) return 0;
  invert(t0, a + 2 * FE, POWERS);
  store<u8>(bytes, 4);
  mul(t1, a, t0);
  toBytes(bytes + 1, t1);
  mul(t1, a + FE, t0);
  toBytes(bytes + 33, t1);
  return 1;
}

/** 1 for the neutral element, else 0. */
export function isNeutral(a: usize): i32 {
  copy(t0, a + 2 * FE);
  return isZero(t0);
}

/** 1 when the x coordinate of a, which is not neutral, is the 32-byte number; X = x·Z spares an inversion. */
export function hasX(a: usize, bytes: usize): i32 {
  fromBytes(t0, bytes);
  mul(t0, t0, a + 2 * FE);
  sub(t0, a, t0);
  return isZero(t0);
}
