/** SM3 and what is built on it against sm-crypto and OpenSSL; the streaming contract; many hashes over one engine. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  createHash,
  digest,
  hmacSm3,
  kdfSm3,
  randomBytes,
  sm3,
  toHex,
  type DigestName,
  type Hash,
} from '#core/crypto/index.ts';
import { text } from './fixtures.ts';
import { hasOpenssl, lowerHex, openssl, smCrypto } from './oracles.ts';

describe('SM3', () => {
  it('is sm-crypto’s at every length up to 300 bytes', () => {
    const bytes = randomBytes(300);
    for (let length = 0; length <= 300; length++) {
      const message = bytes.subarray(0, length);
      expect(lowerHex(sm3(message)), `${length} bytes`).toBe(smCrypto.sm3([...message]));
    }
  });
  it('does not depend on how the message is cut up', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 }), (chunks) => {
        const hash = createHash('sm3');
        for (const chunk of chunks) hash.update(chunk);
        expect(toHex(hash.digest())).toBe(toHex(sm3(concatBytes(...chunks))));
        expect(toHex(sm3(...chunks))).toBe(lowerHex(sm3(concatBytes(...chunks))).toUpperCase());
      }),
    );
  });
  it('takes a large message in one update, by pieces of the engine’s room and by odd pieces', () => {
    const message = randomBytes(300_001);
    const whole = toHex(sm3(message));
    for (const size of [65_536, 65_535, 64, 8_191, 150_000]) {
      const hash = createHash('sm3');
      for (let at = 0; at < message.length; at += size) hash.update(message.subarray(at, at + size));
      expect(toHex(hash.digest()), `${size} bytes a piece`).toBe(whole);
    }
  });
  it.skipIf(!hasOpenssl)('is OpenSSL’s, around the places where block and length field turn over', () => {
    for (const length of [0, 55, 56, 64, 65_536, 131_127, 2_000_003]) {
      const message = randomBytes(length);
      expect(lowerHex(sm3(message))).toBe(openssl(['dgst', '-sm3', '-r'], message).toString().slice(0, 64));
    }
  });
  it('counts its length in bits beyond 32 bits', () => {
    // 2^29 bytes are 2^32 bits: the upper word of the length becomes 1. The digest is OpenSSL's of the same zeros.
    const hash = createHash('sm3');
    const zeros = new Uint8Array(1 << 20);
    for (let i = 0; i < 512; i++) hash.update(zeros);
    expect(toHex(hash.digest())).toBe(ZEROS_512_MIB);
  });
  it('keeps any number of running hashes apart', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.uint8Array({ maxLength: 150 })), { maxLength: 40 }), (steps) => {
        const hashes = Array.from({ length: 5 }, () => createHash('sm3'));
        const fed: Uint8Array[][] = hashes.map(() => []);
        for (const [which, chunk] of steps) {
          (hashes[which] as Hash).update(chunk);
          (fed[which] as Uint8Array[]).push(chunk);
        }
        hashes.forEach((hash, i) => {
          expect(toHex(hash.digest())).toBe(toHex(sm3(concatBytes(...(fed[i] as Uint8Array[])))));
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe.each(['sm3', 'sha1', 'sha256', 'sha384', 'sha512'] satisfies DigestName[])('createHash(%s)', (name) => {
  it('clones with the state so far and goes separate ways', () => {
    const hash = createHash(name).update(text('共同的开头'));
    const copy = hash.clone();
    hash.update(text('甲'));
    copy.update(text('乙'));
    expect(toHex(hash.digest())).toBe(toHex(digest(name, text('共同的开头甲'))));
    expect(toHex(copy.digest())).toBe(toHex(digest(name, text('共同的开头乙'))));
  });
  it('says its name and size, and gives a digest of that size', () => {
    const hash = createHash(name);
    expect([hash.name, hash.digest().length]).toEqual([name, hash.size]);
  });
  it('refuses to go on after the digest', () => {
    const hash = createHash(name);
    hash.digest();
    expect(() => hash.update(text('x'))).toThrow(expect.objectContaining({ code: 'CRYPTO_PARAMETER' }));
    expect(() => hash.digest()).toThrow(expect.objectContaining({ code: 'CRYPTO_PARAMETER' }));
    expect(() => hash.clone()).toThrow(expect.objectContaining({ code: 'CRYPTO_PARAMETER' }));
  });
});

it('createHash refuses a name it does not know', () => {
  expect(() => createHash('md5' as DigestName)).toThrow(expect.objectContaining({ code: 'CRYPTO_ALGORITHM' }));
});

describe('HMAC-SM3 and the KDF', () => {
  it('HMAC is sm-crypto’s for keys and messages of any length', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 150 }),
        fc.uint8Array({ maxLength: 150 }),
        (key, message) => {
          const theirs = smCrypto.sm3([...message], { key: lowerHex(key), mode: 'hmac' });
          expect(lowerHex(hmacSm3(key, message))).toBe(theirs);
          const half = message.length >> 1;
          expect(lowerHex(hmacSm3(key, message.subarray(0, half), message.subarray(half)))).toBe(theirs);
        },
      ),
      { numRuns: 50 },
    );
  });
  it('a running hash survives HMACs in between, which clear the engine', () => {
    const hash = createHash('sm3').update(text('前半'));
    hmacSm3(text('key'), text('message'));
    expect(toHex(hash.update(text('后半')).digest())).toBe(toHex(sm3(text('前半后半'))));
  });
  it('the KDF is SM3(z‖1)‖SM3(z‖2)…, cut to length', () => {
    const z = randomBytes(64);
    const long = concatBytes(...[1, 2, 3].map((i) => sm3(z, Uint8Array.of(0, 0, 0, i))));
    for (const length of [0, 1, 31, 32, 33, 64, 96]) expect(kdfSm3(z, length)).toEqual(long.subarray(0, length));
  });
});

/** `head -c 536870912 /dev/zero | openssl dgst -sm3` */
const ZEROS_512_MIB = '7927CA8884A535D9A4D80986F7C478A790013EE370836DFB86A36B4443C86533';
