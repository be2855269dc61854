import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concatBytes, createHash, sm2GenerateKeyPair, sm2Sign, sm2SignatureToDer } from '#core/crypto/index.ts';
import { readPublicKey, sm2Spki } from '#core/pki/index.ts';
import { readEcPoint } from '#core/token/keys.ts';
import { normaliseSm2, verifyDigest } from '#core/token/signature-value.ts';

const e = new Uint8Array(32).fill(0x5a);
const pair = sm2GenerateKeyPair();
const raw = sm2Sign(pair.privateKey, e);
const der = sm2SignatureToDer(raw);
const zero = new Uint8Array(32);
const blob = concatBytes(zero, raw.subarray(0, 32), zero, raw.subarray(32));

describe('an SM2 value from a token', () => {
  it('is brought to r‖s from each of the three forms', () => {
    expect(normaliseSm2(raw, 'raw')).toEqual(raw);
    expect(normaliseSm2(der, 'der')).toEqual(raw);
    expect(normaliseSm2(blob, 'blob')).toEqual(raw);
  });
  it('in DER may be followed by the rest of the buffer, as some modules give it', () => {
    expect(normaliseSm2(concatBytes(der, new Uint8Array(72 - der.length + 8)), 'der')).toEqual(raw);
  });
  it.each([
    ['raw', der],
    ['raw', raw.subarray(0, 63)],
    ['der', raw],
    ['der', der.subarray(0, -1)],
    ['der', new Uint8Array()],
    ['blob', raw],
    ['blob', concatBytes(raw.subarray(0, 32), zero, raw.subarray(32), zero)],
  ] as const)('of another form than the profile’s %s is refused', (format, value) => {
    expect(() => normaliseSm2(value, format)).toThrow('TOKEN_SIGNATURE_WRONG');
  });
});

describe('CKA_EC_POINT', () => {
  const point = pair.publicKey;
  it('is read in its three forms', () => {
    expect(readEcPoint(concatBytes(Uint8Array.of(4, 65), point))).toEqual(point);
    expect(readEcPoint(point)).toEqual(point);
    expect(readEcPoint(point.subarray(1))).toEqual(point);
  });
  it.each([0, 33, 63, 66, 97])('of %i bytes is refused', (length) => {
    expect(() => readEcPoint(new Uint8Array(length))).toThrow('TOKEN_POINT_INVALID');
  });
  it('that begins with another tag is refused', () => {
    expect(() => readEcPoint(concatBytes(Uint8Array.of(3, 65), point))).toThrow('TOKEN_POINT_INVALID');
  });
});

describe('verification before use', () => {
  const message = new TextEncoder().encode('record');
  const digest = createHash('sha256').update(message).digest();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keyOf = (key: typeof rsa.publicKey) =>
    readPublicKey(Uint8Array.from(key.export({ type: 'spki', format: 'der' })));
  const cases = [
    ['SM2', readPublicKey(sm2Spki(pair.publicKey)), e, raw],
    ['RSA', keyOf(rsa.publicKey), digest, Uint8Array.from(sign('sha256', message, rsa.privateKey))],
    [
      'P-256',
      keyOf(ec.publicKey),
      digest,
      Uint8Array.from(sign('sha256', message, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })),
    ],
  ] as const;

  it.each(cases)('%s: accepts the right value and no other', (_, key, of, value) => {
    expect(verifyDigest(key, of, value)).toBe(true);
    for (const at of [0, value.length >> 1, value.length - 1]) {
      const bent = value.slice();
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(verifyDigest(key, of, bent)).toBe(false);
    }
    expect(verifyDigest(key, new Uint8Array(32), value)).toBe(false);
    expect(verifyDigest(key, of, value.subarray(1))).toBe(false);
    expect(verifyDigest(key, of, new Uint8Array(value.length))).toBe(false);
  });

  it('RSA: a value one modulus too large is refused, though it is congruent', () => {
    const [, key, of, value] = cases[1];
    const n = BigInt(`0x${Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`);
    const larger = BigInt(`0x${Buffer.from(value).toString('hex')}`) + n;
    const text = larger.toString(16);
    expect(
      verifyDigest(key, of, Uint8Array.from(Buffer.from(text.padStart(text.length + (text.length % 2), '0'), 'hex'))),
    ).toBe(false);
  });

  it('P-256: ECDSA’s mirror value (r, n − s) is a valid signature and accepted, as tokens give either', () => {
    const [, key, of, value] = cases[2];
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = n - BigInt(`0x${Buffer.from(value.subarray(32)).toString('hex')}`);
    const mirror = concatBytes(
      value.subarray(0, 32),
      Uint8Array.from(Buffer.from(s.toString(16).padStart(64, '0'), 'hex')),
    );
    expect(verifyDigest(key, of, mirror)).toBe(true);
  });
});
