import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromHex,
  randomBytes,
  toBase64,
  toBase64Url,
  toHex,
} from '#core/crypto/index.ts';

describe('bytes', () => {
  it('hex goes both ways and takes either case', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes).toLowerCase())).toEqual(bytes);
      }),
    );
  });
  it.each(['0', 'GG', '0x00', '00 11', '00\n', 'é0'])('refuses %j as hex', (wrong) => {
    expect(() => fromHex(wrong)).toThrow(expect.objectContaining({ code: 'CRYPTO_PARAMETER' }));
  });
  it('base64 and base64url are those of Node, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const node = Buffer.from(bytes);
        expect(toBase64(bytes)).toBe(node.toString('base64'));
        expect(toBase64Url(bytes)).toBe(node.toString('base64url'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });
  it('whatever is read as base64 is the one text of its bytes', () => {
    const character = fc.constantFrom(...'ABab+/-_=09 é');
    fc.assert(
      fc.property(
        fc.array(character, { maxLength: 9 }).map((c) => c.join('')),
        (text) => {
          const [standard, url] = [() => fromBase64(text), () => fromBase64Url(text)];
          const node = Buffer.from(text, 'base64');
          if (node.toString('base64') === text) expect(standard()).toEqual(new Uint8Array(node));
          else expect(standard).toThrow(expect.objectContaining({ code: 'CRYPTO_PARAMETER' }));
          if (node.toString('base64url') === text) expect(url()).toEqual(new Uint8Array(node));
          else expect(url).toThrow(expect.objectContaining({ code: 'CRYPTO_PARAMETER' }));
        },
      ),
      { numRuns: 500 },
    );
  });
  it('randomBytes gives more than Web Crypto does in one call', () => {
    const bytes = randomBytes(200_000);
    expect(bytes.buffer.byteLength).toBe(200_000);
    for (const at of [65_535, 65_536, 131_072, 199_968]) {
      expect(bytes.subarray(at, at + 32).some((b) => b !== 0)).toBe(true);
    }
  });
  it('equalBytes compares content and length', () => {
    const bytes = fromHex('00FF10');
    expect(equalBytes(bytes, fromHex('00FF10'))).toBe(true);
    expect(equalBytes(bytes, fromHex('00FF11'))).toBe(false);
    expect(equalBytes(bytes, fromHex('00FF'))).toBe(false);
    expect(equalBytes(new Uint8Array(0), new Uint8Array(0))).toBe(true);
  });
  it('randomBytes gives memory of its own, of the length asked for', () => {
    const bytes = randomBytes(16);
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([16, 16]);
    expect(toHex(randomBytes(16))).not.toBe(toHex(bytes));
    expect(concatBytes(bytes, new Uint8Array(0), bytes)).toHaveLength(32);
  });
});
