/**
 * Scalar multiplication. The scalar's digits are signed windows of five bits (Booth), 52 of them, from −16 to 16; the same
 * doublings and additions run for every scalar, and a table is always read whole, so neither branches nor addresses tell a digit.
 */
import { FE, ONE, copy, invert, mul, reduce, GX, GY } from './field';
import { AFFINE, POINT, addAffine, addPoints, doubleRepeatedly, setNeutral } from './point';
import { WORK, turn } from './limbs';

const WINDOWS: usize = 52;
const ENTRIES: usize = 16;

/** entry j of window i: (j + 1) · 2^(5i) · G, affine. Made at first use: a millisecond of work instead of 60 KB in every copy. */
const BASE_TABLE: usize = memory.data(52 * 16 * 72, 16);
/** 1 … 16 times the point of multiplyPoint. */
const POINT_TABLE: usize = memory.data(16 * 112, 16);
/** The scalar as little-endian bytes one bit up, so that window 0 has a bit (0) below it. */
const SCALAR: usize = memory.data(48, 16);
const ENTRY: usize = memory.data(112, 16);
const SUM: usize = memory.data(112, 16);
let baseTableReady = false;

export function forgetScalars(): void {
  memory.fill(SCALAR, 0, 48);
  memory.fill(ENTRY, 0, 112);
  memory.fill(SUM, 0, 112);
  memory.fill(POINT_TABLE, 0, 16 * POINT);
}

function takeScalar(bytes: usize): void {
  turn(bytes);
  let carry: u64 = 0;
  for (let i: usize = 0; i < 40; i += 8) {
    const word = load<u64>(WORK + i);
    store<u64>(SCALAR + i, (word << 1) | carry);
    carry = word >> 63;
  }
  memory.fill(WORK, 0, 40);
}

/** The digit of window i: b0 + 2·b1 + 4·b2 + 8·b3 − 16·b4 + b(−1). */
function digitAt(i: usize): i32 {
  const bit = 5 * i;
  const bits = <i32>((load<u32>(SCALAR + (bit >> 3)) >> <u32>(bit & 7)) & 63);
  return (bits >> 1) + (bits & 1) - ((bits >> 5) << 5);
}

/** Copies entry |digit| − 1 (zeros for digit 0) to ENTRY and turns the sign of its second element by the digit's. */
function select(table: usize, size: usize, digit: i32): void {
  const sign = digit >> 31;
  const index = <i64>((digit ^ sign) - sign - 1);
  for (let at: usize = 0; at < size; at += 8) store<i64>(ENTRY + at, 0);
  for (let j: i64 = 0; j < <i64>ENTRIES; j++, table += size) {
    // All ones where j is the index, else zero.
    const mask = ((j ^ index) - 1) >> 63 & ~((j ^ index) >> 63);
    for (let at: usize = 0; at < size; at += 8) {
      store<i64>(ENTRY + at, load<i64>(ENTRY + at) | (load<i64>(table + at) & mask));
    }
  }
  for (let at: usize = FE; at < 2 * FE; at += 4) store<i32>(ENTRY + at, (load<i32>(ENTRY + at) ^ sign) - sign);
}

/** r = scalar · point for any scalar of 32 big-endian bytes; r may be the point. */
export function multiplyPoint(r: usize, point: usize, scalar: usize): void {
  takeScalar(scalar);
  memory.copy(POINT_TABLE, point, POINT);
  for (let j: usize = 1; j < ENTRIES; j++) addPoints(POINT_TABLE + j * POINT, POINT_TABLE + (j - 1) * POINT, POINT_TABLE);
  setNeutral(SUM);
  for (let i: usize = WINDOWS; i-- > 0; ) {
    if (i < WINDOWS - 1) doubleRepeatedly(SUM, 5);
    const digit = digitAt(i);
    select(POINT_TABLE, POINT, digit);
    // Digit 0 has found no entry: (0 : 0 : 0) becomes the neutral element (0 : 1 : 0).
    const zero = i32(digit == 0);
    for (let at: usize = 0; at < FE; at += 4) store<i32>(ENTRY + FE + at, load<i32>(ENTRY + FE + at) + load<i32>(ONE + at) * zero);
    addPoints(SUM, SUM, ENTRY);
  }
  memory.copy(r, SUM, POINT);
}

/** r = scalar · G for any scalar of 32 big-endian bytes: 52 additions and no doubling. */
export function multiplyBase(r: usize, scalar: usize): void {
  if (!baseTableReady) makeBaseTable();
  takeScalar(scalar);
  setNeutral(SUM);
  for (let i: usize = 0; i < WINDOWS; i++) {
    const digit = digitAt(i);
    select(BASE_TABLE + i * ENTRIES * AFFINE, AFFINE, digit);
    addAffine(r, SUM, ENTRY);
    // Digit 0 keeps the old sum.
    const keep = -i64(digit == 0);
    for (let at: usize = 0; at < POINT; at += 8) {
      const old = load<i64>(SUM + at);
      const fresh = load<i64>(r + at);
      store<i64>(SUM + at, fresh ^ ((fresh ^ old) & keep));
    }
  }
  memory.copy(r, SUM, POINT);
}

/** The multiples of G in homogeneous coordinates, then one inversion for all their Z (Montgomery's trick) a window. */
function makeBaseTable(): void {
  const multiples: usize = POINT_TABLE;
  reduce(SUM, GX, 1);
  reduce(SUM + FE, GY, 1);
  copy(SUM + 2 * FE, ONE);
  for (let i: usize = 0; i < WINDOWS; i++) {
    memory.copy(multiples, SUM, POINT);
    for (let j: usize = 1; j < ENTRIES; j++) addPoints(multiples + j * POINT, multiples + (j - 1) * POINT, multiples);
    addPoints(SUM, multiples + 15 * POINT, multiples + 15 * POINT);
    toAffine(multiples, BASE_TABLE + i * ENTRIES * AFFINE);
  }
  baseTableReady = true;
}

const PRODUCTS: usize = memory.data(16 * 36, 16);
const INVERSE: usize = memory.data(36, 16);
const INVERSE_Z: usize = memory.data(36, 16);
const POWERS: usize = memory.data(16 * 36, 16);

function toAffine(points: usize, table: usize): void {
  copy(PRODUCTS, points + 2 * FE);
  for (let j: usize = 1; j < ENTRIES; j++) mul(PRODUCTS + j * FE, PRODUCTS + (j - 1) * FE, points + j * POINT + 2 * FE);
  invert(INVERSE, PRODUCTS + 15 * FE, POWERS);
  for (let j: usize = ENTRIES; j-- > 0; ) {
    const point = points + j * POINT;
    if (j > 0) {
      mul(INVERSE_Z, INVERSE, PRODUCTS + (j - 1) * FE);
      mul(INVERSE, INVERSE, point + 2 * FE);
    } else copy(INVERSE_Z, INVERSE);
    const entry = table + j * AFFINE;
    mul(entry, point, INVERSE_Z);
    reduce(entry, entry, 1);
    mul(entry + FE, point + FE, INVERSE_Z);
    reduce(entry + FE, entry + FE, 1);
  }
}
