/** Shapes of the crypto room. Bytes are Uint8Array; hex and base64 exist only at the edges. */

export type DigestName = 'sm3' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** A running hash. `clone` keeps the state so far, so that two ranges of one file share their common prefix. */
export interface Hash {
  readonly name: DigestName;
  /** Digest length in bytes. */
  readonly size: number;
  update(data: Uint8Array): this;
  /** Finishes the hash; the object must not be used afterwards. */
  digest(): Uint8Array;
  clone(): Hash;
}

export interface Sm2KeyPair {
  /** d, 32 bytes, 1 ≤ d ≤ n−2 (GB/T 32918.1). */
  readonly privateKey: Uint8Array;
  /** 04‖X‖Y, 65 bytes. */
  readonly publicKey: Uint8Array;
}
