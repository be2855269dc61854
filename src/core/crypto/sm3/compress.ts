/** The SM3 compression function, run in the WebAssembly engine over whole 64-byte blocks. */
import { EXCHANGE, STAGING, STAGING_SIZE, clearExchange, engine, memory } from '../wasm/engine.ts';

const BLOCK = 64;
const chaining = new Int32Array(memory.buffer, EXCHANGE, 8);
/** How far the staging room has been written since it was last cleared. */
let dirty = 0;

/** Runs `count` blocks of `data` from byte `at` into `state` (eight 32-bit words, changed in place). */
export function compress(state: Int32Array, data: Uint8Array, at: number, count: number): void {
  chaining.set(state);
  for (let left = count; left > 0;) {
    const blocks = Math.min(left, STAGING_SIZE / BLOCK);
    const end = at + blocks * BLOCK;
    memory.set(at === 0 && end === data.length ? data : data.subarray(at, end), STAGING);
    dirty = Math.max(dirty, blocks * BLOCK);
    engine.sm3Compress(EXCHANGE, STAGING, blocks);
    at = end;
    left -= blocks;
  }
  state.set(chaining);
}

/**
 * U_1 ⊕ … ⊕ U_iterations of PBKDF2 from U_1 (32 bytes), with the chaining values behind HMAC's two padded keys.
 * The caller clears the engine with forgetHashedData.
 */
export function iterateHmac(inner: Int32Array, outer: Int32Array, first: Uint8Array, iterations: number): Uint8Array {
  const [atInner, atOuter, atFirst, atSum] = [EXCHANGE, EXCHANGE + 32, EXCHANGE + 64, EXCHANGE + 96];
  chaining.set(inner);
  new Int32Array(memory.buffer, atOuter, 8).set(outer);
  memory.set(first, atFirst);
  memory.set(first, atSum);
  engine.sm3Pbkdf2(atInner, atOuter, atFirst, atSum, iterations - 1);
  return memory.slice(atSum, atSum + 32);
}

/** Clears what hashing leaves in the engine's memory; called after keys and other secrets have been hashed. */
export function forgetHashedData(): void {
  engine.sm3Forget();
  clearExchange();
  memory.fill(0, STAGING, STAGING + dirty);
  dirty = 0;
}
