/** The WebAssembly module: made from the sources beside it, clean after use; and nobody in src asks node:crypto for SM algorithms. */
import nodeCrypto from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  hmacSm3,
  pbkdf2HmacSm3,
  randomBytes,
  sm2Decrypt,
  sm2Encrypt,
  sm2GenerateKeyPair,
  sm2Sign,
  sm4Cbc,
  sm4Gcm,
} from '#core/crypto/index.ts';
import { compileEngine, engineSource } from '../../../src/core/crypto/wasm/assembly/build.ts';
import { memory } from '../../../src/core/crypto/wasm/engine.ts';

const src = fileURLToPath(new URL('../../../src/', import.meta.url));

describe('the engine', () => {
  it('compiled anew from its sources is byte for byte the committed one', async () => {
    const committed = readFileSync(`${src}core/crypto/wasm/engine.generated.ts`, 'utf8');
    expect(engineSource(await compileEngine())).toBe(committed);
  });

  it('imports nothing and keeps its memory at one size', () => {
    const size = memory.length;
    sm4Cbc.encrypt(randomBytes(16), randomBytes(16), new Uint8Array(1_000_000));
    expect(memory.length).toBe(size);
    expect(memory.buffer.byteLength).toBe(size);
  });

  it('holds no key, no nonce and no text after a call', () => {
    const { privateKey, publicKey } = sm2GenerateKeyPair();
    const [key, iv, plain] = [randomBytes(16), randomBytes(12), randomBytes(160)];
    const found = (secret: Uint8Array): boolean => {
      const heap = Buffer.from(memory.buffer);
      const reversed = secret.slice().reverse();
      // Whole and in halves, in both byte orders.
      return [secret, secret.subarray(0, 16), reversed, reversed.subarray(0, 16)].some((part) =>
        heap.includes(Buffer.from(part)),
      );
    };
    sm2Sign(privateKey, randomBytes(32), publicKey);
    expect(found(privateKey)).toBe(false);
    const sealed = sm2Encrypt(publicKey, plain);
    sm2Decrypt(privateKey, sealed);
    expect([found(privateKey), found(plain)]).toEqual([false, false]);
    sm4Gcm.decrypt(key, iv, sm4Gcm.encrypt(key, iv, plain));
    expect([found(key), found(plain)]).toEqual([false, false]);
    hmacSm3(key, plain);
    pbkdf2HmacSm3(plain, iv, 3, 32);
    expect([found(key), found(plain), found(key.map((byte) => byte ^ 0x36))]).toEqual([false, false, false]);
  });

  it('finds a secret that is there, so that the test above can fail', () => {
    const secret = randomBytes(32);
    const at = memory.length - 64;
    const before = memory.slice(at, at + 32);
    memory.set(secret, at);
    expect(Buffer.from(memory.buffer).includes(Buffer.from(secret))).toBe(true);
    memory.set(before, at);
  });
});

describe('node:crypto', () => {
  it('has no SM algorithm in this run, as in Electron', () => {
    expect(() => nodeCrypto.createHash('sm3')).toThrow();
    expect(() => nodeCrypto.createCipheriv('sm4-cbc', randomBytes(16), randomBytes(16))).toThrow();
    expect(() => nodeCrypto.createECDH('SM2')).toThrow();
    expect(nodeCrypto.getHashes().filter((name) => /sm3/i.test(name))).toEqual([]);
  });

  /** Calls in a source of what it imports from node:crypto (by name, as a whole, or by require) with an SM name as an argument. */
  function smCalls(source: string): string[] {
    const callees: string[] = [];
    for (const [, what] of source.matchAll(/import\s+(?!type\b)([^;]*?)\s+from\s+['"](?:node:)?crypto['"]/g)) {
      for (const name of (what as string).matchAll(/(?:\w+\s+as\s+)?(\w+)/g)) callees.push(name[1] as string);
    }
    if (/(?:require|import)\(['"](?:node:)?crypto['"]\)/.test(source)) callees.push('\\w*');
    const sm = String.raw`['"\`](?:RSA-)?sm[234]\b`;
    return callees.flatMap((name) => source.match(new RegExp(`\\b${name}(?:\\.\\w+)?\\([^()]*?${sm}`, 'gi')) ?? []);
  }

  it('is asked for none anywhere in src', () => {
    const offenders: string[] = [];
    let looked = 0;
    for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|tsx|mts|js|mjs)$/.test(name)) continue;
      looked++;
      for (const call of smCalls(readFileSync(src + name, 'utf8'))) offenders.push(`${name}: ${call}`);
    }
    expect(looked).toBeGreaterThan(20);
    expect(offenders).toEqual([]);
  });

  it.each([
    `import { createHash } from 'node:crypto'; createHash('sm3')`,
    `import { randomUUID, createHash as h } from "crypto"; h("SM3")`,
    `import nc from 'node:crypto'; nc.createCipheriv('sm4-cbc', key, iv)`,
    `import * as nc from 'node:crypto'; nc.generateKeyPairSync('ec', { namedCurve: 'SM2' })`,
    `const c = await import('node:crypto'); c.createHmac('sm3', key)`,
    `import { pbkdf2Sync } from 'node:crypto'; pbkdf2Sync(password, salt, 1000, 32, 'sm3')`,
  ])('would be caught: %s', (source) => {
    expect(smCalls(source)).toHaveLength(1);
  });
  it('our own createHash beside an import of node:crypto is left alone', () => {
    expect(
      smCalls(
        `import { createHash } from '#core/crypto/index.ts'; import { randomUUID } from 'node:crypto'; createHash('sm3')`,
      ),
    ).toEqual([]);
  });
});
