/** SM4 modes against OpenSSL, sm-crypto and themselves; tampering; padding; counters that turn over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomBytes, sm4Cbc, sm4Ctr, sm4Ecb, sm4Gcm, toHex } from '#core/crypto/index.ts';
import { cipher, useSm4 } from '../../../src/core/crypto/sm4/session.ts';
import { hex } from './fixtures.ts';
import { hasOpenssl, lowerHex, openssl, smCrypto } from './oracles.ts';

const decryptError: unknown = expect.objectContaining({ code: 'CRYPTO_DECRYPT' });
const parameterError: unknown = expect.objectContaining({ code: 'CRYPTO_PARAMETER' });
const key16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('SM4', () => {
  it('ECB and CBC are sm-crypto’s', () => {
    fc.assert(
      fc.property(key16, key16, fc.uint8Array({ maxLength: 100 }), (key, iv, plain) => {
        const cbc = smCrypto.sm4.encrypt([...plain], [...key], { mode: 'cbc', iv: [...iv], output: 'array' });
        expect([...sm4Cbc.encrypt(key, iv, plain)]).toEqual(cbc);
        const blocks = plain.subarray(0, plain.length - (plain.length % 16));
        const ecb = smCrypto.sm4.encrypt([...blocks], [...key], { padding: 'none', output: 'array' });
        expect([...sm4Ecb.encrypt(key, blocks)]).toEqual(blocks.length === 0 ? [] : ecb);
      }),
      { numRuns: 40 },
    );
  });

  it('every mode comes back whole at lengths around the block and the engine’s room, and leaves its input alone', () => {
    const [key, iv] = [randomBytes(16), randomBytes(16)];
    for (const length of [0, 1, 15, 16, 17, 31, 32, 65_535, 65_536, 65_537, 131_072, 200_003]) {
      const plain = randomBytes(length);
      const before = plain.slice();
      expect(sm4Cbc.decrypt(key, iv, sm4Cbc.encrypt(key, iv, plain))).toEqual(plain);
      expect(sm4Ctr.decrypt(key, iv, sm4Ctr.encrypt(key, iv, plain))).toEqual(plain);
      expect(sm4Gcm.decrypt(key, iv, sm4Gcm.encrypt(key, iv, plain, iv), iv)).toEqual(plain);
      expect(plain).toEqual(before);
    }
  });

  it.skipIf(!hasOpenssl)('CBC, CTR and ECB are OpenSSL’s over several rooms of data', () => {
    const [key, plain] = [randomBytes(16), randomBytes(150_016)];
    // The counters run over: the last 32, 64 and all 128 bits.
    const ivs = ['00112233445566778899AABBFFFFFFFE', '0011223344556677FFFFFFFFFFFFFFF0', 'F'.repeat(32)].map(hex);
    for (const iv of ivs) {
      const theirs = (mode: string): string =>
        openssl(['enc', `-sm4-${mode}`, '-K', toHex(key), '-iv', toHex(iv), '-nosalt'], plain).toString('hex');
      expect(lowerHex(sm4Cbc.encrypt(key, iv, plain))).toBe(theirs('cbc'));
      expect(lowerHex(sm4Ctr.encrypt(key, iv, plain))).toBe(theirs('ctr'));
    }
    const ecb = openssl(['enc', '-sm4-ecb', '-K', toHex(key), '-nopad'], plain).toString('hex');
    expect(lowerHex(sm4Ecb.encrypt(key, plain))).toBe(ecb);
  });

  it.each([
    ['all 128 bits (CTR)', false, '00000000000000000000000000000000'],
    ['only the last 32 (GCM)', true, 'FFFFFFFFFFFFFFFFFFFFFFFF00000000'],
  ] as const)('counters turn over in %s', (_, narrow, third) => {
    const key = randomBytes(16);
    const counters = hex(`FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF${third}`);
    const stream = useSm4(key, 'encrypt', () => {
      const zeros = new Uint8Array(48);
      cipher.setIv(counters.subarray(0, 16));
      cipher.ctr(zeros, narrow);
      return zeros;
    });
    expect(toHex(stream)).toBe(toHex(sm4Ecb.encrypt(key, counters)));
  });
});

describe('SM4-GCM refuses', () => {
  const [key, iv, aad, plain] = [randomBytes(16), randomBytes(12), randomBytes(20), randomBytes(50)];
  const sealed = sm4Gcm.encrypt(key, iv, plain, aad);

  it('any changed byte of text, tag, IV, key or associated data', () => {
    const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
      const changed = bytes.slice();
      changed[at]! ^= 0x40;
      return changed;
    };
    for (let at = 0; at < sealed.length; at++) {
      expect(() => sm4Gcm.decrypt(key, iv, flipped(sealed, at), aad), `byte ${at}`).toThrow(decryptError);
    }
    for (let at = 0; at < 12; at++)
      expect(() => sm4Gcm.decrypt(key, flipped(iv, at), sealed, aad)).toThrow(decryptError);
    for (let at = 0; at < 16; at++)
      expect(() => sm4Gcm.decrypt(flipped(key, at), iv, sealed, aad)).toThrow(decryptError);
    for (let at = 0; at < 20; at++)
      expect(() => sm4Gcm.decrypt(key, iv, sealed, flipped(aad, at))).toThrow(decryptError);
  });
  it('associated data moved into the text, a cut tag, an empty value', () => {
    expect(() => sm4Gcm.decrypt(key, iv, sealed)).toThrow(decryptError);
    expect(() => sm4Gcm.decrypt(key, iv, sealed.subarray(0, -1), aad)).toThrow(decryptError);
    expect(() => sm4Gcm.decrypt(key, iv, new Uint8Array(15), aad)).toThrow(decryptError);
    expect(() => sm4Gcm.decrypt(key, iv, new Uint8Array(0), aad)).toThrow(decryptError);
  });
  it('an empty IV and a key that is not 16 bytes', () => {
    expect(() => sm4Gcm.encrypt(key, new Uint8Array(0), plain)).toThrow(parameterError);
    for (const length of [0, 15, 17, 32]) {
      expect(() => sm4Gcm.encrypt(new Uint8Array(length), iv, plain)).toThrow(parameterError);
    }
  });
});

describe('SM4-CBC refuses', () => {
  const [key, iv] = [randomBytes(16), randomBytes(16)];
  /** A cipher text whose last block deciphers to the given bytes. */
  const endingIn = (last: string): Uint8Array => sm4Cbc.encrypt(key, iv, hex(last)).subarray(0, 16);

  it('every form of bad padding with the same error', () => {
    for (const last of [
      '000102030405060708090A0B0C0D0E00',
      '000102030405060708090A0B0C0D0E11',
      '000102030405060708090A0B0C0D0EFF',
      '000102030405060708090A0B0C0D0102',
      '000102030405060708090A0B03030203',
      '0F101010101010101010101010101010',
    ]) {
      expect(() => sm4Cbc.decrypt(key, iv, endingIn(last)), last).toThrow(decryptError);
    }
    expect(sm4Cbc.decrypt(key, iv, endingIn('10101010101010101010101010101010'))).toHaveLength(0);
    expect(sm4Cbc.decrypt(key, iv, endingIn('000102030405060708090A0B0C0D0E01'))).toHaveLength(15);
  });
  it('lengths that are not whole blocks, an empty text, an IV of another length', () => {
    for (const length of [0, 1, 15, 17]) {
      expect(() => sm4Cbc.decrypt(key, iv, new Uint8Array(length))).toThrow(decryptError);
    }
    expect(() => sm4Cbc.encrypt(key, iv.subarray(1), iv)).toThrow(parameterError);
    expect(() => sm4Ctr.encrypt(key, new Uint8Array(12), iv)).toThrow(parameterError);
    expect(() => sm4Ecb.encrypt(key, new Uint8Array(15))).toThrow(parameterError);
  });
});
