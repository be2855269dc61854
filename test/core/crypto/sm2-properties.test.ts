/** SM2 against sm-crypto, @noble/curves and OpenSSL on random and on awkward values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  randomBytes,
  sm2CiphertextToDer,
  sm2Decrypt,
  sm2Digest,
  sm2Encrypt,
  sm2GenerateKeyPair,
  sm2PublicKey,
  sm2Sign,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2Verify,
  toHex,
} from '#core/crypto/index.ts';
import { multiply, multiplyBase, signWithNonce } from '../../../src/core/crypto/sm2/arithmetic.ts';
import { hex, text } from './fixtures.ts';
import { hasOpenssl, inFolder, lowerHex, noble, openssl, pkcs8, smCrypto, spki } from './oracles.ts';

const N = 'FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123';
const n = BigInt(`0x${N}`);
const bytes32 = (x: bigint): Uint8Array => hex(x.toString(16).padStart(64, '0'));

/** Scalars from 1 to n−2: even ones, and those with long runs of equal bits or close to the ends, where carries run. */
const scalar = fc.oneof(
  fc.bigInt({ min: 1n, max: n - 2n }),
  fc.bigInt({ min: 1n, max: 40n }),
  fc.bigInt({ min: n - 40n, max: n - 2n }),
  fc
    .tuple(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 0, max: 254 }), fc.boolean())
    .map(([a, b, plus]) => (1n << BigInt(a)) + (plus ? 1n : -1n) * (1n << BigInt(b)))
    .filter((x) => x > 0n && x < n - 1n),
);
const digest = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.bigInt({ min: n - 3n, max: n + 3n }).map(bytes32),
  fc.bigInt({ min: (1n << 256n) - 3n, max: (1n << 256n) - 1n }).map(bytes32),
);

describe('multiplication', () => {
  it('of G is @noble/curves’', () => {
    fc.assert(
      fc.property(scalar, (k) => {
        expect(toHex(multiplyBase(bytes32(k)) as Uint8Array)).toBe(toHex(noble.multiplyBase(bytes32(k))));
      }),
      { numRuns: 150 },
    );
  });
  it('of any point is @noble/curves’', () => {
    fc.assert(
      fc.property(scalar, scalar, (a, k) => {
        const point = noble.multiplyBase(bytes32(a));
        expect(toHex(multiply(point, bytes32(k)) as Uint8Array)).toBe(toHex(noble.multiply(point, bytes32(k))));
      }),
      { numRuns: 60 },
    );
  });
  it('by every number up to 100 is repeated addition: no special case of the addition law is missed', () => {
    for (let k = 1n; k <= 100n; k++) {
      const expected = toHex(noble.multiplyBase(bytes32(k)));
      expect(toHex(multiplyBase(bytes32(k)) as Uint8Array)).toBe(expected);
      expect(toHex(multiply(noble.multiplyBase(bytes32(1n)), bytes32(k)) as Uint8Array)).toBe(expected);
    }
  });
  it('by 0 and n gives the neutral element, which has no coordinates', () => {
    for (const k of [0n, n]) {
      expect(multiplyBase(bytes32(k))).toBeUndefined();
      expect(multiply(noble.multiplyBase(bytes32(5n)), bytes32(k))).toBeUndefined();
    }
  });
});

describe('signatures', () => {
  it('with a given nonce are @noble/curves’, bit for bit', () => {
    fc.assert(
      fc.property(scalar, digest, scalar, (d, e, k) => {
        const ours = signWithNonce(bytes32(d), e, bytes32(k));
        fc.pre(ours !== undefined);
        expect(toHex(ours as Uint8Array)).toBe(toHex(noble.sign(bytes32(d), e, bytes32(k))));
      }),
      { numRuns: 100 },
    );
  });
  it('of ours verify elsewhere, and with one bit changed nowhere', () => {
    fc.assert(
      fc.property(scalar, digest, fc.nat(511), (d, e, bit) => {
        const publicKey = sm2PublicKey(bytes32(d));
        const signature = sm2Sign(bytes32(d), e);
        expect(noble.verify(publicKey, e, signature)).toBe(true);
        signature[bit >> 3]! ^= 1 << (bit & 7);
        expect(sm2Verify(publicKey, e, signature)).toBe(false);
        expect(noble.verify(publicKey, e, signature)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
  it('go both ways with sm-crypto, DER and the user ID included', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ minLength: 1, maxLength: 40 }), (message, userId) => {
        const { privateKey, publicKey } = sm2GenerateKeyPair();
        const e = sm2Digest(publicKey, message, text(userId));
        const options = { hash: true, der: true, userId };
        const ours = sm2SignatureToDer(sm2Sign(privateKey, e));
        expect(smCrypto.sm2.doVerifySignature([...message], lowerHex(ours), lowerHex(publicKey), options)).toBe(true);
        const theirs = smCrypto.sm2.doSignature([...message], lowerHex(privateKey), {
          ...options,
          publicKey: lowerHex(publicKey),
        });
        expect(sm2Verify(publicKey, e, sm2SignatureFromDer(hex(theirs)))).toBe(true);
      }),
      { numRuns: 12 },
    );
  });
  it('differ each time: the nonce is fresh', () => {
    const { privateKey, publicKey } = sm2GenerateKeyPair();
    const e = randomBytes(32);
    const made = new Set(Array.from({ length: 20 }, () => toHex(sm2Sign(privateKey, e, publicKey))));
    expect(made.size).toBe(20);
  });
});

describe('keys', () => {
  it('fit together and never repeat', () => {
    const pairs = Array.from({ length: 30 }, () => sm2GenerateKeyPair());
    expect(new Set(pairs.map(({ privateKey }) => toHex(privateKey))).size).toBe(30);
    for (const { privateKey, publicKey } of pairs) {
      expect(toHex(noble.multiplyBase(privateKey))).toBe(toHex(publicKey));
    }
  });
});

describe('encryption', () => {
  it('goes both ways with sm-crypto in both orders', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 150 }), (plain) => {
        const { privateKey, publicKey } = sm2GenerateKeyPair();
        const ours = lowerHex(sm2Encrypt(publicKey, plain)).slice(2);
        expect(smCrypto.sm2.doDecrypt(ours, lowerHex(privateKey), 1, { output: 'array' })).toEqual([...plain]);
        for (const [mode, order] of [
          [1, 'C1C3C2'],
          [0, 'C1C2C3'],
        ] as const) {
          const theirs = hex(`04${smCrypto.sm2.doEncrypt([...plain], lowerHex(publicKey), mode)}`);
          expect(sm2Decrypt(privateKey, theirs, order)).toEqual(plain);
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe.skipIf(!hasOpenssl)('OpenSSL', () => {
  it('accepts our signatures under the user ID they were made for, and we accept its own', () => {
    for (const id of ['1234567812345678', 'ALICE123@YAHOO.COM', '']) {
      const { privateKey, publicKey } = sm2GenerateKeyPair();
      const message = randomBytes(5000);
      const e = sm2Digest(publicKey, message, text(id));
      inFolder((file) => {
        const [key, pub, data] = [
          file('key', pkcs8(privateKey, publicKey)),
          file('pub', spki(publicKey)),
          file('data', message),
        ];
        const ours = file('ours', sm2SignatureToDer(sm2Sign(privateKey, e)));
        const distid = id === '' ? [] : ['-sigopt', `distid:${id}`];
        const verify = ['dgst', '-sm3', ...distid, '-keyform', 'DER', '-verify', pub, '-signature', ours, data];
        expect(openssl(verify).toString()).toContain('Verified OK');
        const theirs = openssl(['dgst', '-sm3', ...distid, '-keyform', 'DER', '-sign', key, data]);
        expect(sm2Verify(publicKey, e, sm2SignatureFromDer(theirs))).toBe(true);
        if (id === '') {
          // What plain OpenSSL makes, with nothing set, no Chinese verifier takes: its user ID is empty.
          expect(sm2Verify(publicKey, sm2Digest(publicKey, message), sm2SignatureFromDer(theirs))).toBe(false);
        }
      });
    }
  });
  it('decrypts what we encrypt, and the other way', () => {
    const { privateKey, publicKey } = sm2GenerateKeyPair();
    const plain = text('信封里的密钥');
    inFolder((file) => {
      const key = file('key', pkcs8(privateKey, publicKey));
      const ours = file('ours', sm2CiphertextToDer(sm2Encrypt(publicKey, plain)));
      expect(new Uint8Array(openssl(['pkeyutl', '-decrypt', '-keyform', 'DER', '-inkey', key, '-in', ours]))).toEqual(
        plain,
      );
    });
  });
});
