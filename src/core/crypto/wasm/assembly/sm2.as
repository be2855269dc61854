/** SM2 for the host: every pointer is to bytes in this module's memory, every number 32 big-endian bytes, a point 04‖X‖Y. */
import { FE, P } from './field';
import { addPoints, forget, hasX, isNeutral, pointFromBytes, pointToBytes } from './point';
import { forgetScalars, multiplyBase, multiplyPoint } from './multiply';
import { addBelow, limbsAreZero, limbsToBytes } from './limbs';
import {
  N,
  scalarAdd,
  scalarFromBytes,
  scalarInRange,
  scalarInvert,
  scalarProduct,
  scalarSub,
} from './scalar';

const WORKSPACE: usize = memory.data(1024, 16);
const D: usize = WORKSPACE;
const E: usize = WORKSPACE + FE;
const K: usize = WORKSPACE + 2 * FE;
const R: usize = WORKSPACE + 3 * FE;
const S: usize = WORKSPACE + 4 * FE;
const T: usize = WORKSPACE + 5 * FE;
const BYTES: usize = WORKSPACE + 6 * FE; // 65, of a point
const Q1: usize = WORKSPACE + 9 * FE;
const Q2: usize = WORKSPACE + 13 * FE;
const POWERS: usize = memory.data(16 * 36, 16);

/** Clears everything the last call worked with; the host clears what it wrote itself. */
export function sm2Forget(): void {
  memory.fill(WORKSPACE, 0, 1024);
  memory.fill(POWERS, 0, 16 * FE);
  forget();
  forgetScalars();
}

export function sm2IsPoint(point: usize): i32 {
  return pointFromBytes(Q1, point);
}

/** out = k · G; 0 when that is the neutral element. */
export function sm2MultiplyBase(out: usize, k: usize): i32 {
  multiplyBase(Q1, k);
  return pointToBytes(out, Q1);
}

/** out = k · point; 0 when the point is not on the curve or the product neutral. */
export function sm2Multiply(out: usize, point: usize, k: usize): i32 {
  if (!pointFromBytes(Q1, point)) return 0;
  multiplyPoint(Q1, Q1, k);
  return pointToBytes(out, Q1);
}

/** out = r‖s (GB/T 32918.2-2016, 6.1, A3 to A6); 0 when k must be drawn anew. d from 1 to n − 2, k from 1 to n − 1. */
export function sm2SignWithNonce(out: usize, d: usize, e: usize, k: usize): i32 {
  multiplyBase(Q1, k);
  pointToBytes(BYTES, Q1);
  scalarFromBytes(D, d);
  scalarFromBytes(E, e);
  scalarFromBytes(K, k);
  scalarFromBytes(R, BYTES + 1);
  scalarAdd(R, R, E);
  scalarAdd(T, R, K);
  if (limbsAreZero(R) | limbsAreZero(T)) return 0;
  // s = (1 + d)^−1 · (k − r·d)
  scalarProduct(T, R, D);
  scalarSub(S, K, T);
  memory.fill(T, 0, FE);
  store<i32>(T, 1);
  scalarAdd(T, T, D);
  scalarInvert(T, T, POWERS);
  scalarProduct(S, S, T);
  if (limbsAreZero(S)) return 0;
  limbsToBytes(out, R);
  limbsToBytes(out + 32, S);
  return 1;
}

/** 1 when r‖s is a signature of e under the point (GB/T 32918.2-2016, 7.1), else 0, also for any value out of range. */
export function sm2Verify(point: usize, e: usize, signature: usize): i32 {
  if (!pointFromBytes(Q2, point)) return 0;
  if (!(scalarInRange(R, signature) & scalarInRange(S, signature + 32))) return 0;
  scalarAdd(T, R, S);
  if (limbsAreZero(T)) return 0;
  limbsToBytes(BYTES, T);
  multiplyPoint(Q2, Q2, BYTES);
  multiplyBase(Q1, signature + 32);
  addPoints(Q1, Q1, Q2);
  if (isNeutral(Q1)) return 0;
  // x1 ≡ r − e (mod n) leaves x1 = r − e mod n or, where that stays below p, r − e mod n + n.
  scalarFromBytes(E, e);
  scalarSub(T, R, E);
  limbsToBytes(BYTES, T);
  if (hasX(Q1, BYTES)) return 1;
  if (!addBelow(T, N, P)) return 0;
  limbsToBytes(BYTES, T);
  return hasX(Q1, BYTES);
}
