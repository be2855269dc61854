/** Published vectors of SM2, SM3 and SM4 (test/fixtures/crypto). */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_USER_ID,
  hmacSm3,
  pbkdf2HmacSm3,
  sm2CiphertextFromDer,
  sm2CiphertextToDer,
  sm2Decrypt,
  sm2Digest,
  sm2PublicKey,
  sm2SignatureFromDer,
  sm2SignatureToDer,
  sm2Verify,
  sm2Za,
  sm3,
  sm4Cbc,
  sm4Ecb,
  sm4Gcm,
  toHex,
} from '#core/crypto/index.ts';
import { multiplyBase, signWithNonce } from '../../../src/core/crypto/sm2/arithmetic.ts';
import { encryptWithNonce } from '../../../src/core/crypto/sm2/encryption.ts';
import { fixture, hex } from './fixtures.ts';

const sm3Vectors = fixture<{
  digests: { what: string; message: string; digest: string }[];
  hmac: { what: string; key: string; message: string; mac: string }[];
  pbkdf2: { what: string; password: string; salt: string; iterations: number; length: number; key: string }[];
}>('sm3.json');
const sm4Vectors = fixture<{
  ecb: { what: string; key: string; plain: string; cipher: string }[];
  million: { key: string; plain: string; cipher: string };
  cbc: { what: string; key: string; iv: string; plain: string; cipher: string }[];
  gcm: { what: string; key: string; iv: string; aad: string; plain: string; sealed: string }[];
}>('sm4.json');
const sm2Vectors = fixture<{
  sign: Record<'privateKey' | 'publicKey' | 'userId' | 'message' | 'za' | 'e' | 'k' | 'r' | 's' | 'der', string>;
  second: Record<'privateKey' | 'publicKey' | 'message' | 'der', string>;
  encrypt: Record<'message' | 'der', string>;
  multiples: { what: string; k: string; point: string }[];
  userIds: { what: string; repeat: string; times: number; za: string }[];
}>('sm2-standard.json');

describe('SM3', () => {
  it.each(sm3Vectors.digests)('$what', ({ message, digest }) => {
    expect(toHex(sm3(hex(message)))).toBe(digest);
  });
  it.each(sm3Vectors.hmac)('HMAC: $what', ({ key, message, mac }) => {
    expect(toHex(hmacSm3(hex(key), hex(message)))).toBe(mac);
  });
  it.each(sm3Vectors.pbkdf2)('PBKDF2: $what', ({ password, salt, iterations, length, key }) => {
    expect(toHex(pbkdf2HmacSm3(hex(password), hex(salt), iterations, length))).toBe(key);
  });
});

describe('SM4', () => {
  it.each(sm4Vectors.ecb)('ECB: $what', ({ key, plain, cipher }) => {
    expect(toHex(sm4Ecb.encrypt(hex(key), hex(plain)))).toBe(cipher);
    expect(toHex(sm4Ecb.decrypt(hex(key), hex(cipher)))).toBe(plain);
  });
  it('ECB: one block enciphered a million times', () => {
    // CBC over zeros with the block as IV is the same chain: C1 = E(IV), C2 = E(C1), …
    const { key, plain, cipher } = sm4Vectors.million;
    const chain = sm4Cbc.encrypt(hex(key), hex(plain), new Uint8Array(16_000_000));
    expect(toHex(chain.subarray(15_999_984, 16_000_000))).toBe(cipher);
  });
  it.each(sm4Vectors.cbc)('CBC: $what', ({ key, iv, plain, cipher }) => {
    const sealed = sm4Cbc.encrypt(hex(key), hex(iv), hex(plain));
    expect(sealed.length).toBe(cipher.length / 2 + 16);
    expect(toHex(sealed.subarray(0, -16))).toBe(cipher);
    expect(toHex(sm4Cbc.decrypt(hex(key), hex(iv), sealed))).toBe(plain);
  });
  it.each(sm4Vectors.gcm)('GCM: $what', ({ key, iv, aad, plain, sealed }) => {
    expect(toHex(sm4Gcm.encrypt(hex(key), hex(iv), hex(plain), hex(aad)))).toBe(sealed);
    expect(toHex(sm4Gcm.decrypt(hex(key), hex(iv), hex(sealed), hex(aad)))).toBe(plain);
  });
});

describe('SM2', () => {
  const { sign, second, encrypt } = sm2Vectors;
  const publicKey = hex(sign.publicKey);

  it('the published signature, step by step: P, Z_A, e, r, s, DER', () => {
    expect(toHex(sm2PublicKey(hex(sign.privateKey)))).toBe(sign.publicKey);
    expect(toHex(DEFAULT_USER_ID)).toBe(sign.userId);
    expect(toHex(sm2Za(publicKey))).toBe(sign.za);
    const e = sm2Digest(publicKey, hex(sign.message));
    expect(toHex(e)).toBe(sign.e);
    const signature = signWithNonce(hex(sign.privateKey), e, hex(sign.k)) as Uint8Array;
    expect(toHex(signature)).toBe(sign.r + sign.s);
    expect(toHex(sm2SignatureToDer(signature))).toBe(sign.der);
    expect(sm2Verify(publicKey, e, sm2SignatureFromDer(hex(sign.der)))).toBe(true);
  });
  it('the message in parts gives the same e', () => {
    const message = hex(sign.message);
    expect(toHex(sm2Digest(publicKey, [message.subarray(0, 5), new Uint8Array(0), message.subarray(5)]))).toBe(sign.e);
  });
  it('a second published signature', () => {
    expect(toHex(sm2PublicKey(hex(second.privateKey)))).toBe(second.publicKey);
    const e = sm2Digest(hex(second.publicKey), hex(second.message));
    expect(sm2Verify(hex(second.publicKey), e, sm2SignatureFromDer(hex(second.der)))).toBe(true);
  });
  it('the published encryption, both ways', () => {
    const sealed = sm2CiphertextFromDer(hex(encrypt.der));
    expect(toHex(sm2Decrypt(hex(sign.privateKey), sealed))).toBe(encrypt.message.toUpperCase());
    const made = encryptWithNonce(publicKey, hex(encrypt.message), hex(sign.k)) as Uint8Array;
    expect(toHex(sm2CiphertextToDer(made))).toBe(encrypt.der);
  });
  it.each(sm2Vectors.multiples)('$what', ({ k, point }) => {
    expect(toHex(multiplyBase(hex(k)) as Uint8Array)).toBe(point);
  });
  it.each(sm2Vectors.userIds)('user ID: $what', ({ repeat, times, za }) => {
    expect(toHex(sm2Za(publicKey, hex(repeat.repeat(times))))).toBe(za);
    expect(za).not.toBe(sign.za);
  });
  it('a user ID of 8192 bytes is refused: its bits do not fit two bytes', () => {
    expect(() => sm2Za(publicKey, new Uint8Array(8192))).toThrow(expect.objectContaining({ code: 'CRYPTO_USER_ID' }));
  });
});
