/** Values that must not pass, and odd ones that must: each line of the fixtures says what it is. */
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  isSm2PublicKey,
  sm2CiphertextFromDer,
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
  sm2Za,
  toHex,
} from '#core/crypto/index.ts';
import { fixture, hex, text } from './fixtures.ts';
import { noble } from './oracles.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

const signatures =
  fixture<{ what: string; publicKey: string; e: string; r: string; s: string; valid: boolean }[]>('sm2-verify.json');

describe('sm2Verify', () => {
  it.each(signatures)('$what', ({ what, publicKey, e, r, s, valid }) => {
    expect(sm2Verify(hex(publicKey), hex(e), hex(r + s))).toBe(valid);
    // The one place where the house is stricter than the formulas: the key −G.
    if (!what.startsWith('The key is -G')) expect(noble.verify(hex(publicKey), hex(e), hex(r + s))).toBe(valid);
  });

  it('gives false, not an error, on values of the wrong length', () => {
    const good = signatures[0] as (typeof signatures)[0];
    const [publicKey, e, rs] = [hex(good.publicKey), hex(good.e), hex(good.r + good.s)];
    expect(sm2Verify(publicKey, e, rs)).toBe(true);
    expect(sm2Verify(publicKey, e, sm2SignatureToDer(rs))).toBe(false);
    expect(sm2Verify(publicKey, e, rs.subarray(0, 63))).toBe(false);
    expect(sm2Verify(publicKey, e, new Uint8Array(0))).toBe(false);
    expect(sm2Verify(publicKey, e.subarray(1), rs)).toBe(false);
    expect(sm2Verify(publicKey.subarray(1), e, rs)).toBe(false);
    expect(sm2Verify(publicKey, e, undefined as unknown as Uint8Array)).toBe(false);
  });

  it('gives false for a key off the curve, also right after a good one', () => {
    const good = signatures[0] as (typeof signatures)[0];
    for (const { publicKey, valid } of fixture<{ publicKey: string; valid: boolean }[]>('sm2-public-keys.json')) {
      if (!valid) expect(sm2Verify(hex(publicKey), hex(good.e), hex(good.r + good.s))).toBe(false);
    }
  });

  it('a user ID other than the signer’s gives another e', () => {
    const { privateKey, publicKey } = sm2GenerateKeyPair();
    const message = text('住院病案首页');
    const signature = sm2Sign(privateKey, sm2Digest(publicKey, message));
    expect(sm2Verify(publicKey, sm2Digest(publicKey, message), signature)).toBe(true);
    for (const id of [text(''), text('1234567812345679'), text('123456781234567'), new Uint8Array(8191)]) {
      expect(sm2Verify(publicKey, sm2Digest(publicKey, message, id), signature)).toBe(false);
    }
  });
});

describe('public keys', () => {
  it.each(fixture<{ what: string; publicKey: string; valid: boolean }[]>('sm2-public-keys.json'))(
    '$what',
    ({ publicKey, valid }) => {
      expect(isSm2PublicKey(hex(publicKey))).toBe(valid);
      if (valid) expect(sm2Za(hex(publicKey))).toHaveLength(32);
      else {
        expect(() => sm2Za(hex(publicKey))).toThrow(code('CRYPTO_PUBLIC_KEY'));
        expect(() => sm2Encrypt(hex(publicKey), text('x'))).toThrow(code('CRYPTO_PUBLIC_KEY'));
      }
    },
  );
});

describe('private keys', () => {
  it.each(fixture<{ what: string; privateKey: string; valid: boolean; publicKey?: string }[]>('sm2-private-keys.json'))(
    '$what',
    ({ privateKey, valid, publicKey }) => {
      const e = new Uint8Array(32).fill(7);
      if (valid) {
        expect(toHex(sm2PublicKey(hex(privateKey)))).toBe(publicKey);
        expect(sm2Verify(hex(publicKey as string), e, sm2Sign(hex(privateKey), e))).toBe(true);
      } else {
        expect(() => sm2PublicKey(hex(privateKey))).toThrow(code('CRYPTO_PARAMETER'));
        expect(() => sm2Sign(hex(privateKey), e)).toThrow(code('CRYPTO_PARAMETER'));
        expect(() => sm2Decrypt(hex(privateKey), new Uint8Array(120))).toThrow(code('CRYPTO_PARAMETER'));
      }
    },
  );

  it('signing under a public key of somebody else is refused instead of giving a worthless signature', () => {
    const [mine, other] = [sm2GenerateKeyPair(), sm2GenerateKeyPair()];
    const e = new Uint8Array(32).fill(1);
    expect(sm2Verify(mine.publicKey, e, sm2Sign(mine.privateKey, e, mine.publicKey))).toBe(true);
    expect(() => sm2Sign(mine.privateKey, e, other.publicKey)).toThrow(code('CRYPTO_PARAMETER'));
  });

  it('e must be 32 bytes', () => {
    const { privateKey } = sm2GenerateKeyPair();
    expect(() => sm2Sign(privateKey, new Uint8Array(31))).toThrow(code('CRYPTO_PARAMETER'));
  });
});

describe('DER of signatures', () => {
  it.each(fixture<{ what: string; der: string; rs?: string }[]>('sm2-signature-der.json'))('$what', ({ der, rs }) => {
    if (rs === undefined) expect(() => sm2SignatureFromDer(hex(der))).toThrow(code('CRYPTO_SIGNATURE_DER'));
    else {
      expect(toHex(sm2SignatureFromDer(hex(der)))).toBe(rs);
      expect(toHex(sm2SignatureToDer(hex(rs)))).toBe(der);
    }
  });
});

describe('SM2 ciphertexts', () => {
  const { privateKey, publicKey } = sm2GenerateKeyPair();
  const plain = text('会话密钥 16 字节');
  const sealed = sm2Encrypt(publicKey, plain);
  const der = sm2CiphertextToDer(sealed);

  it('come back whole, in both orders and through DER', () => {
    expect(sm2Decrypt(privateKey, sealed)).toEqual(plain);
    expect(sm2CiphertextFromDer(der)).toEqual(sealed);
    const old = concatBytes(sealed.subarray(0, 65), sealed.subarray(97), sealed.subarray(65, 97));
    expect(sm2Decrypt(privateKey, old, 'C1C2C3')).toEqual(plain);
    expect(() => sm2Decrypt(privateKey, old)).toThrow(code('CRYPTO_DECRYPT'));
  });
  it('fail as one and the same error whichever byte is changed', () => {
    for (let at = 0; at < sealed.length; at++) {
      const changed = sealed.slice();
      changed[at]! ^= 1;
      expect(() => sm2Decrypt(privateKey, changed), `byte ${at}`).toThrow(code('CRYPTO_DECRYPT'));
    }
  });
  it('fail under another key, cut short, empty, or without the 04', () => {
    expect(() => sm2Decrypt(sm2GenerateKeyPair().privateKey, sealed)).toThrow(code('CRYPTO_DECRYPT'));
    for (const length of [0, 1, 64, 65, 96, 97, sealed.length - 1]) {
      expect(() => sm2Decrypt(privateKey, sealed.subarray(0, length))).toThrow(code('CRYPTO_DECRYPT'));
    }
    expect(() => sm2Decrypt(privateKey, sealed.subarray(1))).toThrow(code('CRYPTO_DECRYPT'));
  });
  it('are never made of nothing', () => {
    expect(() => sm2Encrypt(publicKey, new Uint8Array(0))).toThrow(code('CRYPTO_PARAMETER'));
  });
  it('in DER are refused with a byte too many, a byte too few, a hash of another size', () => {
    expect(() => sm2CiphertextFromDer(concatBytes(der, Uint8Array.of(0)))).toThrow(code('CRYPTO_DECRYPT'));
    expect(() => sm2CiphertextFromDer(der.subarray(0, -1))).toThrow(code('CRYPTO_DECRYPT'));
    expect(() => sm2CiphertextFromDer(sealed)).toThrow(code('CRYPTO_DECRYPT'));
    expect(() => sm2CiphertextFromDer(hex('300A020101020101040101040101'))).toThrow(code('CRYPTO_DECRYPT'));
  });
});
