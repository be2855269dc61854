/** Group and scalar arithmetic of SM2. Scalars are 32 bytes, points 04‖X‖Y, all big-endian. */
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { fromHex, toHex } from '../bytes.ts';
import * as curve from './parameters.ts';

const big = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const bytes32 = (x: bigint): Uint8Array => fromHex(x.toString(16).padStart(64, '0'));
const n = big(curve.N);
const mod = (x: bigint): bigint => ((x % n) + n) % n;
const Point = weierstrass({
  p: big(curve.P),
  n,
  h: 1n,
  a: big(curve.A),
  b: big(curve.B),
  Gx: big(curve.GX),
  Gy: big(curve.GY),
});
Point.BASE.precompute(8, false);

export function isPoint(point: Uint8Array): boolean {
  if (point.length !== 65 || point[0] !== 4) return false;
  try {
    Point.fromBytes(point).assertValidity();
    return true;
  } catch {
    return false;
  }
}
export const multiplyBase = (k: Uint8Array): Uint8Array => Point.BASE.multiply(big(k)).toBytes(false);
export const multiply = (point: Uint8Array, k: Uint8Array): Uint8Array =>
  Point.fromBytes(point).multiply(big(k)).toBytes(false);

export function signWithNonce(d: Uint8Array, e: Uint8Array, nonce: Uint8Array): Uint8Array | undefined {
  const k = big(nonce);
  const r = mod(big(e) + Point.BASE.multiply(k).toAffine().x);
  if (r === 0n || r + k === n) return undefined;
  const s = mod(Point.Fn.inv(mod(1n + big(d))) * (k + r) - r);
  if (s === 0n) return undefined;
  return fromHex(toHex(bytes32(r)) + toHex(bytes32(s)));
}

export function verify(point: Uint8Array, e: Uint8Array, rs: Uint8Array): boolean {
  const [r, s] = [big(rs.subarray(0, 32)), big(rs.subarray(32))];
  if (r < 1n || r >= n || s < 1n || s >= n) return false;
  const t = mod(r + s);
  if (t === 0n) return false;
  const Q = Point.BASE.multiplyUnsafe(s).add(Point.fromBytes(point).multiplyUnsafe(t));
  return !Q.is0() && mod(big(e) + Q.toAffine().x) === r;
}
