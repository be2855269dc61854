/** The inner loop of PBKDF2 (RFC 8018, 5.2) with HMAC-SM3: two compressions an iteration and nothing else. */
import { sm3Compress } from './sm3';

/** 32 bytes of U or of the inner digest, then the padding of a message of 64 + 32 bytes: a bit and the length 768. */
const BLOCK: usize = memory.data(64, 16);
const STATE: usize = memory.data(32, 16);

function compressFrom(start: usize): void {
  memory.copy(STATE, start, 32);
  sm3Compress(STATE, BLOCK, 1);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(BLOCK + i, bswap<u32>(load<u32>(STATE + i)));
}

/**
 * `inner` and `outer` are chaining values behind the padded key, u the 32 bytes of U_1; sum (32 bytes, U_1 at first) takes up
 * U_2 … U_(count + 1).
 */
export function sm3Pbkdf2(inner: usize, outer: usize, u: usize, sum: usize, count: i32): void {
  memory.fill(BLOCK, 0, 64);
  memory.copy(BLOCK, u, 32);
  store<u8>(BLOCK + 32, 0x80);
  store<u8>(BLOCK + 62, 0x03);
  for (; count > 0; count--) {
    compressFrom(inner);
    compressFrom(outer);
    for (let i: usize = 0; i < 32; i += 8) store<u64>(sum + i, load<u64>(sum + i) ^ load<u64>(BLOCK + i));
  }
  memory.fill(BLOCK, 0, 64);
  memory.fill(STATE, 0, 32);
}
