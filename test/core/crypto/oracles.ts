/** Independent implementations that ours are held against: sm-crypto, @noble/curves and the openssl command. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { fromHex, toHex } from '#core/crypto/index.ts';

interface SmCrypto {
  sm2: {
    doSignature(message: number[], privateKey: string, options: object): string;
    doVerifySignature(message: number[], signature: string, publicKey: string, options: object): boolean;
    doEncrypt(message: number[], publicKey: string, mode: 0 | 1): string;
    doDecrypt(cipher: string, privateKey: string, mode: 0 | 1, options: { output: 'array' }): number[];
  };
  sm3(message: number[], options?: { key: string; mode: 'hmac' }): string;
  sm4: { encrypt(data: number[], key: number[], options: object): number[] };
}
export const smCrypto = createRequire(import.meta.url)('sm-crypto') as SmCrypto;

export const lowerHex = (bytes: Uint8Array): string => toHex(bytes).toLowerCase();

const n = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const Point = weierstrass({
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  n,
  h: 1n,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
});
const big = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const mod = (x: bigint): bigint => ((x % n) + n) % n;
const bytes32 = (x: bigint): string => x.toString(16).padStart(64, '0');

/** SM2 on @noble/curves, from the formulas of the standard. */
export const noble = {
  multiplyBase: (k: Uint8Array): Uint8Array => Point.BASE.multiply(big(k)).toBytes(false),
  multiply: (point: Uint8Array, k: Uint8Array): Uint8Array => Point.fromBytes(point).multiply(big(k)).toBytes(false),
  sign(d: Uint8Array, e: Uint8Array, nonce: Uint8Array): Uint8Array {
    const k = big(nonce);
    const r = mod(big(e) + Point.BASE.multiply(k).toAffine().x);
    const s = mod(Point.Fn.inv(mod(1n + big(d))) * (k - r * big(d)));
    return fromHex(bytes32(r) + bytes32(s));
  },
  verify(point: Uint8Array, e: Uint8Array, rs: Uint8Array): boolean {
    const [r, s] = [big(rs.subarray(0, 32)), big(rs.subarray(32))];
    const t = mod(r + s);
    if (r < 1n || r >= n || s < 1n || s >= n || t === 0n) return false;
    const sum = Point.BASE.multiplyUnsafe(s).add(Point.fromBytes(point).multiplyUnsafe(t));
    return !sum.is0() && mod(big(e) + sum.toAffine().x) === r;
  },
};

export const hasOpenssl = /^OpenSSL 3/.test(spawnSync('openssl', ['version'], { encoding: 'utf8' }).stdout ?? '');

export function openssl(args: readonly string[], input: Uint8Array = new Uint8Array(0)): Buffer {
  return execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
}

/** Runs `work` with a directory of its own; `file` writes into it and gives the path. */
export function inFolder<T>(work: (file: (name: string, bytes: Uint8Array | string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'yiqian-crypto-'));
  try {
    return work((name, bytes) => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    });
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
  }
}

/** SubjectPublicKeyInfo and PKCS#8 of SM2 keys, as OpenSSL reads them. */
export const spki = (publicKey: Uint8Array): Uint8Array =>
  fromHex(`3059301306072A8648CE3D020106082A811CCF5501822D034200${toHex(publicKey)}`);
export const pkcs8 = (privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array =>
  fromHex(
    `308187020100301306072A8648CE3D020106082A811CCF5501822D046D306B0201010420${toHex(privateKey)}A144034200${toHex(publicKey)}`,
  );
