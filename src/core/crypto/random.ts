/** The only door to randomness in core: the operating system's generator behind node:crypto. */
import { randomBytes as systemRandomBytes } from 'node:crypto';

/** `length` bytes from the operating system's CSPRNG, in memory of their own (never a slice of a shared pool). */
export function randomBytes(length: number): Uint8Array {
  return new Uint8Array(systemRandomBytes(length));
}
