/**
 * The arithmetic of SM2 in the WebAssembly engine. Scalars are 32 bytes, points 04‖X‖Y (65 bytes), all big-endian; lengths are
 * the callers' duty. The engine's memory is cleared after each call that saw a secret, also when it fails.
 */
import { EXCHANGE, clearExchange, engine, put, take } from '../wasm/engine.ts';

// Places in the exchange.
const POINT = 0;
const FIRST = 80;
const SECOND = 112;
const THIRD = 144;
const OUT = 176;

function withSecrets<T>(work: () => T): T {
  try {
    return work();
  } finally {
    engine.sm2Forget();
    engine.sm2TwoPartyForget();
    clearExchange();
  }
}

/** True for 04‖X‖Y with coordinates below p on the curve. */
export function isPoint(point: Uint8Array): boolean {
  return point.length === 65 && engine.sm2IsPoint(put(POINT, point)) === 1;
}

/** k·G; undefined for the neutral element (k = 0 or n). */
export function multiplyBase(k: Uint8Array): Uint8Array | undefined {
  return withSecrets(() =>
    engine.sm2MultiplyBase(EXCHANGE + OUT, put(FIRST, k)) === 1 ? take(EXCHANGE + OUT, 65) : undefined,
  );
}

/** k·point; undefined when the point is not on the curve or the product is the neutral element. */
export function multiply(point: Uint8Array, k: Uint8Array): Uint8Array | undefined {
  return withSecrets(() =>
    engine.sm2Multiply(EXCHANGE + OUT, put(POINT, point), put(FIRST, k)) === 1 ? take(EXCHANGE + OUT, 65) : undefined,
  );
}

/** r‖s for the nonce k (1 … n−1); undefined when the standard asks for another one. */
export function signWithNonce(d: Uint8Array, e: Uint8Array, k: Uint8Array): Uint8Array | undefined {
  return withSecrets(() =>
    engine.sm2SignWithNonce(EXCHANGE + OUT, put(FIRST, d), put(SECOND, e), put(THIRD, k)) === 1
      ? take(EXCHANGE + OUT, 64)
      : undefined,
  );
}

/** True when r‖s (64 bytes) is a signature of e under the point; false too for r, s out of range or a bad point. */
export function verify(point: Uint8Array, e: Uint8Array, signature: Uint8Array): boolean {
  return engine.sm2Verify(put(POINT, point), put(FIRST, e), put(OUT, signature)) === 1;
}

/** a + b, a − b, a · b and a^−1 modulo n, on 32-byte numbers; 0 has 0 as its inverse. */
export const scalars = {
  sum: (a: Uint8Array, b: Uint8Array): Uint8Array =>
    withSecrets(() => {
      engine.sm2ScalarSum(EXCHANGE + OUT, put(FIRST, a), put(SECOND, b));
      return take(EXCHANGE + OUT, 32);
    }),
  difference: (a: Uint8Array, b: Uint8Array): Uint8Array =>
    withSecrets(() => {
      engine.sm2ScalarDifference(EXCHANGE + OUT, put(FIRST, a), put(SECOND, b));
      return take(EXCHANGE + OUT, 32);
    }),
  product: (a: Uint8Array, b: Uint8Array): Uint8Array =>
    withSecrets(() => {
      engine.sm2ScalarProduct(EXCHANGE + OUT, put(FIRST, a), put(SECOND, b));
      return take(EXCHANGE + OUT, 32);
    }),
  inverse: (a: Uint8Array): Uint8Array =>
    withSecrets(() => {
      engine.sm2ScalarInverse(EXCHANGE + OUT, put(FIRST, a));
      return take(EXCHANGE + OUT, 32);
    }),
};

/** a·point + b·G; undefined when the point is not on the curve or the sum is the neutral element. */
export function multiplyAdd(point: Uint8Array, a: Uint8Array, b: Uint8Array): Uint8Array | undefined {
  return withSecrets(() =>
    engine.sm2MultiplyAdd(EXCHANGE + OUT, put(POINT, point), put(FIRST, a), put(SECOND, b)) === 1
      ? take(EXCHANGE + OUT, 65)
      : undefined,
  );
}
