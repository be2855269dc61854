/** LZW and RunLength: the standard's own example, and everything that an encoder written for the test packs. */
import { describe, expect, test } from 'vitest';
import { decodeLzw, decodeRunLength } from '../../../src/core/pdf/filters-lzw.ts';
import { decodeStream } from '../../../src/core/pdf/filters.ts';
import { dict, name } from '../../../src/core/pdf/objects.ts';

const LIMIT = 1 << 20;

/** Packs with strings as keys, the textbook way: nothing in common with the decoder's tables. */
function packLzw(data: Uint8Array, early: 0 | 1): Uint8Array {
  const codes: [code: number, width: number][] = [[256, 9]];
  let table = new Map<string, number>();
  let width = 9;
  let word = '';
  const codeOf = (w: string): number => (w.length === 1 ? w.charCodeAt(0) : (table.get(w) ?? -1));
  for (const byte of data) {
    const longer = word + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      word = longer;
      continue;
    }
    codes.push([codeOf(word), width]);
    table.set(longer, 258 + table.size);
    // The decoder is one entry behind.
    const known = 258 + table.size - 1;
    if (known + early >= 1 << width && width < 12) width++;
    if (known >= 4094) {
      codes.push([256, width]);
      table = new Map();
      width = 9;
    }
    word = String.fromCharCode(byte);
  }
  if (word !== '') codes.push([codeOf(word), width]);
  if (258 + table.size + early >= 1 << width && width < 12) width++;
  codes.push([257, width]);
  const bits = codes.map(([code, w]) => code.toString(2).padStart(w, '0')).join('');
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (b) => parseInt(b.padEnd(8, '0'), 2));
}

/** Words over and over, as text is; then noise, which fills the table. */
function sample(length: number): Uint8Array {
  let seed = 12345;
  return Uint8Array.from({ length }, (_, i) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return i % 5000 < 3000 ? 65 + (i % 7) + (i % 3) : seed >> 16;
  });
}

describe('LZW', () => {
  test('the example of 7.4.4.2', () => {
    const packed = Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01);
    expect([...decodeLzw(packed, 1, 'test', LIMIT)]).toEqual([45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
  });

  test.each([
    [0, 0],
    [1, 1],
    [300, 1],
    [700, 0],
    [40_000, 0],
    [40_000, 1],
  ] as const)('%i bytes, EarlyChange %i', (length, early) => {
    const data = sample(length);
    expect(Buffer.compare(decodeLzw(packLzw(data, early), early, 'test', LIMIT), data)).toBe(0);
  });

  test('as a filter of a stream, EarlyChange 0', () => {
    const data = sample(2000);
    const stream = dict({ Filter: name('LZWDecode'), DecodeParms: dict({ EarlyChange: 0 }) });
    expect(Buffer.compare(decodeStream(packLzw(data, 0), stream, 'test', LIMIT), data)).toBe(0);
  });

  test('a code before its time is damage; the limit holds', () => {
    expect(() => decodeLzw(Uint8Array.of(0xff, 0xff), 1, 'test', LIMIT)).toThrow(
      expect.objectContaining({ code: 'PDF_DAMAGED' }),
    );
    expect(() => decodeLzw(packLzw(new Uint8Array(5000), 1), 1, 'test', 1000)).toThrow(
      expect.objectContaining({ code: 'PDF_LIMIT' }),
    );
  });
});

describe('RunLength', () => {
  test('runs, copies, the end', () => {
    const packed = Uint8Array.of(2, 7, 8, 9, 254, 5, 128, 1, 1);
    expect([...decodeRunLength(packed, 'test', LIMIT)]).toEqual([7, 8, 9, 5, 5, 5]);
  });
  test('the limit holds', () => {
    expect(() => decodeRunLength(Uint8Array.of(129, 0, 129, 0), 'test', 200)).toThrow(
      expect.objectContaining({ code: 'PDF_LIMIT' }),
    );
  });
});
