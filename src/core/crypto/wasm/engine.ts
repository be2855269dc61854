/**
 * The one instance of our WebAssembly module (assembly/*.as) and the ways into its memory. Everything here is synchronous, so a
 * call is over before the next begins: no state of a caller stays behind, and any number of hashes and ciphers share the instance.
 */
import { fromBase64 } from '../bytes.ts';
import { engineBase64 } from './engine.generated.ts';

interface EngineExports {
  readonly memory: WebAssembly.Memory;
  readonly exchange: WebAssembly.Global<'i32'>;
  readonly staging: WebAssembly.Global<'i32'>;
  readonly stagingSize: WebAssembly.Global<'i32'>;
  readonly sm4Iv: WebAssembly.Global<'i32'>;
  readonly ghashValue: WebAssembly.Global<'i32'>;
  sm2IsPoint(point: number): number;
  sm2MultiplyBase(out: number, k: number): number;
  sm2Multiply(out: number, point: number, k: number): number;
  sm2SignWithNonce(out: number, d: number, e: number, k: number): number;
  sm2Verify(point: number, e: number, signature: number): number;
  sm2Forget(): void;
  sm2TwoPartyForget(): void;
  sm2ScalarSum(out: number, a: number, b: number): void;
  sm2ScalarDifference(out: number, a: number, b: number): void;
  sm2ScalarProduct(out: number, a: number, b: number): void;
  sm2ScalarInverse(out: number, a: number): void;
  sm2MultiplyAdd(out: number, point: number, a: number, b: number): number;
  sm3Compress(state: number, data: number, count: number): void;
  sm3Forget(): void;
  sm3Pbkdf2(inner: number, outer: number, u: number, sum: number, count: number): void;
  sm4SetKey(key: number, decrypting: number): void;
  sm4Ecb(data: number, length: number): void;
  sm4CbcEncrypt(data: number, length: number): void;
  sm4CbcDecrypt(data: number, length: number): void;
  sm4Ctr(data: number, length: number, narrow: number): void;
  sm4Forget(): void;
  ghashStart(h: number): void;
  ghashUpdate(data: number, length: number): void;
  ghashForget(): void;
}

// The module is far below the size where a browser would refuse to compile it synchronously.
const module = new WebAssembly.Module(fromBase64(engineBase64) as Uint8Array<ArrayBuffer>);
export const engine = new WebAssembly.Instance(module, {}).exports as unknown as EngineExports;

/** The module's memory never grows, so its buffer never changes. */
export const memory = new Uint8Array(engine.memory.buffer);

/** Address and size of the room for small values. */
export const EXCHANGE = engine.exchange.value;
export const EXCHANGE_SIZE = 1024;
/** Address and size of the room for data that are hashed or encrypted piece by piece. */
export const STAGING = engine.staging.value;
export const STAGING_SIZE = engine.stagingSize.value;
/** Address of the running IV or counter block of SM4 and of the running value of GHASH, 16 bytes each. */
export const SM4_IV = engine.sm4Iv.value;
export const GHASH_VALUE = engine.ghashValue.value;

/** Lays bytes at `offset` of the exchange; gives their address. */
export function put(offset: number, bytes: Uint8Array): number {
  memory.set(bytes, EXCHANGE + offset);
  return EXCHANGE + offset;
}

/** A copy of `length` bytes at an address. */
export function take(address: number, length: number): Uint8Array {
  return memory.slice(address, address + length);
}

/** Clears the exchange. */
export function clearExchange(): void {
  memory.fill(0, EXCHANGE, EXCHANGE + EXCHANGE_SIZE);
}
