/**
 * SM2 signing by two parties (协同签名), the arithmetic alone: who may ask for what, when, and how often stands in core/token/cosign and in the
 * server. No GM/T or GB/T number is confirmed for such a scheme; the form is (1 + d) = (d1·d2)^−1 of the patent literature.
 *
 *   keys      client d1, P1 = d1^−1·G;  server d2, P2 = d2^−1·G, P = d2^−1·P1 − G.  Nobody ever holds d = (d1·d2)^−1 − 1.
 *   client    k1, Q1 = k1·G
 *   server    k2, k3: r = x(k3·Q1 + k2·G) + e, s2 = d2·k3, s3 = d2·(r + k2)
 *   client    s = d1·k1·s2 + d1·s3 − r
 *
 * All numbers are 32 bytes big-endian, all points 04‖X‖Y. A function that finds a value out of range gives undefined and nothing else: what was
 * wrong is no business of the other side.
 */
import { concatBytes, equalBytes } from '../bytes.ts';
import { sm3 } from '../sm3/sm3.ts';
import { randomBytes } from '../random.ts';
import { isPoint, multiply, multiplyAdd, multiplyBase, scalars } from './arithmetic.ts';
import { isScalar, isSm2PublicKey } from './keys.ts';
import { N_MINUS_1 } from './parameters.ts';
import { sm2Verify } from './signature.ts';

const ZERO = new Uint8Array(32);
const isZero = (a: Uint8Array): boolean => equalBytes(a, ZERO);

/** Wipes numbers that nobody may see again, as far as the runtime lets us. */
export const wipe = (...secrets: (Uint8Array | undefined)[]): void => {
  for (const secret of secrets) secret?.fill(0);
};

/** A fresh number from 1 to n − 1, by rejection. */
export function randomScalar(): Uint8Array {
  for (;;) {
    const k = randomBytes(32);
    if (isScalar(k)) return k;
  }
}

/** A point that may come from the other side: 65 bytes, uncompressed, coordinates below p, on the curve; infinity has no such form. */
export const isUsablePoint = (point: unknown): point is Uint8Array =>
  point instanceof Uint8Array && point.length === 65 && isPoint(point);

/** One party's share and the point that stands for it: share^−1·G. */
export interface KeyShare {
  readonly share: Uint8Array;
  readonly point: Uint8Array;
}

/** The point of a share; undefined when the share is no number from 1 to n − 1. */
export function sharePoint(share: Uint8Array): Uint8Array | undefined {
  if (!isScalar(share)) return undefined;
  const inverse = scalars.inverse(share);
  const point = multiplyBase(inverse);
  wipe(inverse);
  return point;
}

export function makeShare(): KeyShare {
  for (;;) {
    const share = randomScalar();
    const point = sharePoint(share);
    if (point !== undefined) return { share, point };
  }
}

/** P = share^−1·(the other's point) − G: the key both stand for, the same from either side. Undefined: P would be no public key. */
export function jointPublicKey(share: Uint8Array, otherPoint: Uint8Array): Uint8Array | undefined {
  if (!isScalar(share) || !isUsablePoint(otherPoint)) return undefined;
  const inverse = scalars.inverse(share);
  const sum = multiplyAdd(otherPoint, inverse, N_MINUS_1);
  wipe(inverse);
  return sum !== undefined && isSm2PublicKey(sum) ? sum : undefined;
}

/** The client's first number and what he sends of it. Used for one signature, then wiped. */
export interface ClientNonce {
  readonly k1: Uint8Array;
  readonly q1: Uint8Array;
}

export function clientNonce(k1: Uint8Array = randomScalar()): ClientNonce | undefined {
  const q1 = isScalar(k1) ? multiplyBase(k1) : undefined;
  return q1 === undefined ? undefined : { k1, q1 };
}

/** The server's answer. */
export interface PartialSignature {
  readonly r: Uint8Array;
  readonly s2: Uint8Array;
  readonly s3: Uint8Array;
}

/** With given k2, k3: for the vector. Undefined when they must be drawn anew, or Q1 is no point. */
export function serverPartWithNonces(
  d2: Uint8Array,
  e: Uint8Array,
  q1: Uint8Array,
  k2: Uint8Array,
  k3: Uint8Array,
): PartialSignature | undefined {
  if (!isScalar(d2) || !isScalar(k2) || !isScalar(k3) || e.length !== 32 || !isUsablePoint(q1)) return undefined;
  const point = multiplyAdd(q1, k3, k2);
  if (point === undefined) return undefined;
  const r = scalars.sum(point.subarray(1, 33), e);
  const sum = scalars.sum(r, k2);
  if (isZero(r) || isZero(sum)) return undefined;
  const part = { r, s2: scalars.product(d2, k3), s3: scalars.product(d2, sum) };
  wipe(sum, point);
  return part;
}

/** The server's part of one signature over e, with numbers of its own that live for this call alone. Undefined: Q1 is no usable point. */
export function serverPart(d2: Uint8Array, e: Uint8Array, q1: Uint8Array): PartialSignature | undefined {
  if (!isScalar(d2) || e.length !== 32 || !isUsablePoint(q1)) return undefined;
  for (;;) {
    const k2 = randomScalar();
    const k3 = randomScalar();
    const part = serverPartWithNonces(d2, e, q1, k2, k3);
    wipe(k2, k3);
    if (part !== undefined) return part;
  }
}

/**
 * The signature r‖s, or undefined: the server's numbers are not those of its share, or the whole does not verify under P. Nothing computed from
 * d1 leaves before both checks have passed (a server that sends s2 = 0 would otherwise learn d1 = (s + r)/s3 from any s it gets to see).
 *
 * The first check is of the server's part alone: x((k1·s2 + s3)·P2 − r·G) + e = r. It is the verification's own equation with P2 in the place of
 * P + G, asked before d1 is used: for a bad answer nothing is ever computed from the share.
 */
export function clientFinish(
  key: { readonly d1: Uint8Array; readonly publicKey: Uint8Array; readonly serverPoint: Uint8Array },
  k1: Uint8Array,
  e: Uint8Array,
  { r, s2, s3 }: PartialSignature,
): Uint8Array | undefined {
  const { d1, publicKey, serverPoint } = key;
  if (![d1, k1, r, s2, s3].every(isScalar) || e.length !== 32) return undefined;
  const inner = scalars.product(k1, s2);
  const factor = scalars.sum(inner, s3);
  const point = multiplyAdd(serverPoint, factor, scalars.difference(ZERO, r));
  const isServers = point !== undefined && equalBytes(scalars.sum(point.subarray(1, 33), e), r);
  // d1·(k1·s2 + s3) − r
  const product = isServers ? scalars.product(d1, factor) : undefined;
  const s = product === undefined ? undefined : scalars.difference(product, r);
  wipe(inner, factor, product);
  if (s === undefined || isZero(s) || isZero(scalars.sum(s, r))) return undefined;
  const signature = concatBytes(r, s);
  wipe(s);
  if (sm2Verify(publicKey, e, signature)) return signature;
  wipe(signature);
  return undefined;
}

/** After a refresh with t: the client's share is d1·t, the server's d2·t^−1, and P stays. Undefined: t is no number from 1 to n − 1. */
export function refreshShare(share: Uint8Array, t: Uint8Array, side: 'client' | 'server'): KeyShare | undefined {
  if (!isScalar(share) || !isScalar(t)) return undefined;
  const factor = side === 'client' ? t.slice() : scalars.inverse(t);
  const fresh = scalars.product(share, factor);
  wipe(factor);
  const point = sharePoint(fresh);
  return point === undefined ? undefined : { share: fresh, point };
}

/** The other side's point after a refresh with t, by whoever knows t: t·point for the server's, whose share became d2·t^−1. */
export const refreshedServerPoint = (point: Uint8Array, t: Uint8Array): Uint8Array | undefined =>
  isUsablePoint(point) && isScalar(t) ? multiply(point, t) : undefined;

/** 32 bytes as a number from 1 to n − 1; undefined for the two values that are 0 modulo n. */
export function toScalar(bytes: Uint8Array): Uint8Array | undefined {
  const number = scalars.sum(bytes, ZERO);
  return isZero(number) ? undefined : number;
}

/** Schnorr's proof that one knows share^−1, the discrete logarithm of the share's point: c ‖ z, 64 bytes, bound to `context`. */
export function proveShare({ share, point }: KeyShare, context: Uint8Array): Uint8Array {
  const secret = scalars.inverse(share);
  for (;;) {
    const nonce = clientNonce();
    if (nonce === undefined) continue;
    const c = challenge(point, nonce.q1, context);
    const product = scalars.product(c, secret);
    const z = scalars.sum(nonce.k1, product);
    wipe(nonce.k1, product);
    if (isZero(c) || isZero(z)) continue;
    wipe(secret);
    return concatBytes(c, z);
  }
}

/** True when the proof is good for this point and this context. False, never an error, on any malformed value. */
export function verifyShareProof(point: Uint8Array, proof: Uint8Array, context: Uint8Array): boolean {
  if (!isUsablePoint(point) || proof.length !== 64) return false;
  const c = proof.subarray(0, 32);
  const z = proof.subarray(32);
  if (!isScalar(c) || !isScalar(z)) return false;
  // z·G − c·point is the commitment again.
  const commitment = multiplyAdd(point, scalars.difference(ZERO, c), z);
  return commitment !== undefined && equalBytes(challenge(point, commitment, context), c);
}

const PROOF = new TextEncoder().encode('Yiqian co-signing share proof 1');

/** SM3 of everything said, modulo n. */
function challenge(point: Uint8Array, commitment: Uint8Array, context: Uint8Array): Uint8Array {
  return scalars.sum(sm3(PROOF, sm3(context), point, commitment), ZERO);
}
