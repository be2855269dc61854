import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, fromHex, randomBytes, toHex } from '#core/crypto/index.ts';

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
