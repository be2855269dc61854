/** The only door to randomness in core: the operating system's generator behind Web Crypto, which Node, Electron and browsers share. */

/** What getRandomValues gives in one call (Web Cryptography, 10.1.1). */
const QUOTA = 65_536;

/** `length` bytes from the operating system's CSPRNG, in memory of their own (never a slice of a shared pool). */
export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += QUOTA) globalThis.crypto.getRandomValues(bytes.subarray(at, at + QUOTA));
  return bytes;
}
