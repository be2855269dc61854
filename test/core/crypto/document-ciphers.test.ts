/** Published vectors: RFC 1321 A.5 (MD5), RFC 6229 (RC4), NIST SP 800-38A F.2 (AES-CBC) and FIPS 197 C (AES). */
import { describe, expect, test } from 'vitest';
import { aesBlock, aesCbc, fromHex, md5, rc4, toHex } from '#core/crypto/index.ts';

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

describe('MD5', () => {
  test.each([
    ['', 'D41D8CD98F00B204E9800998ECF8427E'],
    ['abc', '900150983CD24FB0D6963F7D28E17F72'],
    ['message digest', 'F96B697D7CB7938D525A2F31AAF161D0'],
  ])('of "%s"', (message, digest) => {
    expect(toHex(md5(text(message)))).toBe(digest);
  });
  test('of parts is that of the whole', () => {
    expect(md5(text('mess'), text(''), text('age digest'))).toEqual(md5(text('message digest')));
  });
});

describe('RC4', () => {
  test.each([
    ['0102030405', 'B2396305F03DC027CCC3524A0A1118A8', '6982944F18FC82D589C403A47A0D0919'],
    ['0102030405060708090A0B0C0D0E0F10', '9AC7CC9A609D1EF7B2932899CDE41B97', '5248C4959014126A6E8A84F11D1A9E1C'],
  ])('key stream of %s', (key, first, second) => {
    expect(toHex(rc4(fromHex(key), new Uint8Array(32)))).toBe(first + second);
  });
  test('undoes itself', () => {
    expect(rc4(text('Key'), rc4(text('Key'), text('Plaintext')))).toEqual(text('Plaintext'));
    expect(toHex(rc4(text('Key'), text('Plaintext')))).toBe('BBF316E8D940AF0AD3');
  });
});

describe('AES', () => {
  const iv = fromHex('000102030405060708090A0B0C0D0E0F');
  const plain = fromHex('6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51');
  test.each([
    ['2B7E151628AED2A6ABF7158809CF4F3C', '7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B2'],
    [
      '603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4',
      'F58C4C04D6E5F1BA779EABFB5F7BFBD69CFC4E967EDB808D679F777BC6702C7D',
    ],
  ])('CBC with key %s', (key, cipherText) => {
    expect(toHex(aesCbc.encrypt(fromHex(key), iv, plain))).toBe(cipherText);
    expect(aesCbc.decrypt(fromHex(key), iv, fromHex(cipherText))).toEqual(plain);
  });
  test('a block', () => {
    const key = fromHex('000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F');
    const block = fromHex('00112233445566778899AABBCCDDEEFF');
    expect(toHex(aesBlock.encrypt(key, block))).toBe('8EA2B7CA516745BFEAFC49904B496089');
    expect(aesBlock.decrypt(key, aesBlock.encrypt(key, block))).toEqual(block);
  });
  test('nothing is padded and no odd key taken', () => {
    expect(() => aesCbc.decrypt(new Uint8Array(16), iv, new Uint8Array(17))).toThrow(/CRYPTO_PARAMETER/);
    expect(() => aesCbc.decrypt(new Uint8Array(24), iv, new Uint8Array(16))).toThrow(/CRYPTO_PARAMETER/);
    expect(() => aesCbc.decrypt(new Uint8Array(16), new Uint8Array(8), new Uint8Array(16))).toThrow(/CRYPTO_PARAMETER/);
    expect(aesCbc.decrypt(new Uint8Array(16), iv, new Uint8Array(0))).toHaveLength(0);
  });
});
