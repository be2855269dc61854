/**
 * What SM2 signing by two parties needs beside sm2.as: numbers modulo n and a sum of two multiples. Every pointer is to bytes in this
 * module's memory, every number 32 big-endian bytes, a point 04‖X‖Y. The host clears the memory (sm2Forget) after each call.
 */
import { FE } from './field';
import { addPoints, pointFromBytes, pointToBytes } from './point';
import { multiplyBase, multiplyPoint } from './multiply';
import { limbsToBytes } from './limbs';
import { scalarAdd, scalarFromBytes, scalarInvert, scalarProduct, scalarSub } from './scalar';

const WORKSPACE: usize = memory.data(512, 16);
const A: usize = WORKSPACE;
const B: usize = WORKSPACE + FE;
const Q1: usize = WORKSPACE + 4 * FE;
const Q2: usize = WORKSPACE + 8 * FE;
const POWERS: usize = memory.data(16 * 36, 16);

export function sm2TwoPartyForget(): void {
  memory.fill(WORKSPACE, 0, 512);
  memory.fill(POWERS, 0, 16 * FE);
}

function operands(a: usize, b: usize): void {
  scalarFromBytes(A, a);
  scalarFromBytes(B, b);
}

/** out = a + b mod n. */
export function sm2ScalarSum(out: usize, a: usize, b: usize): void {
  operands(a, b);
  scalarAdd(A, A, B);
  limbsToBytes(out, A);
}

/** out = a − b mod n. */
export function sm2ScalarDifference(out: usize, a: usize, b: usize): void {
  operands(a, b);
  scalarSub(A, A, B);
  limbsToBytes(out, A);
}

/** out = a · b mod n. */
export function sm2ScalarProduct(out: usize, a: usize, b: usize): void {
  operands(a, b);
  scalarProduct(A, A, B);
  limbsToBytes(out, A);
}

/** out = a^−1 mod n; 0 for a = 0. */
export function sm2ScalarInverse(out: usize, a: usize): void {
  scalarFromBytes(A, a);
  scalarInvert(B, A, POWERS);
  limbsToBytes(out, B);
}

/** out = a · point + b · G; 0 when the point is not on the curve or the sum neutral. */
export function sm2MultiplyAdd(out: usize, point: usize, a: usize, b: usize): i32 {
  if (!pointFromBytes(Q1, point)) return 0;
  multiplyPoint(Q1, Q1, a);
  multiplyBase(Q2, b);
  addPoints(Q1, Q1, Q2);
  return pointToBytes(out, Q1);
}
