import { describe, expect, test } from 'vitest';
import { readBmp } from '../../../../src/core/pdf/picture/bmp.ts';
import { readPng } from '../../../../src/core/pdf/picture/png.ts';
import { pictureFixture } from '../../../fixtures/pictures/index.ts';

interface Options {
  readonly depth: number;
  readonly compression?: number;
  readonly palette?: readonly number[];
  readonly masks?: readonly number[];
  readonly headerSize?: number;
}

/** @param rows as they stand in the file, padded to four bytes each */
function bmp(width: number, height: number, rows: readonly number[], options: Options): Uint8Array {
  const { depth, compression = 0, palette = [], masks = [], headerSize = 40 } = options;
  const header = Buffer.alloc(14 + headerSize);
  header.write('BM', 'latin1');
  header.writeUInt32LE(headerSize, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(depth, 28);
  header.writeUInt32LE(compression, 30);
  header.writeInt32LE(10_000, 38); // 10 pixels a millimetre
  header.writeInt32LE(20_000, 42);
  header.writeUInt32LE(palette.length / 4, 46);
  masks.forEach((mask, i) => header.writeUInt32LE(mask, 54 + 4 * i)); // only headers of 56 bytes and more have the room
  const front = Buffer.concat([header, Buffer.from(palette)]);
  front.writeUInt32LE(front.length, 10);
  return new Uint8Array(Buffer.concat([front, Buffer.from(rows)]));
}

const withoutAlpha = ({ samples, width, height }: ReturnType<typeof readBmp>) => ({
  samples: [...samples],
  width,
  height,
});
/** A PNG's samples as RGB. */
function rgb(bytes: Uint8Array): { samples: number[]; width: number; height: number } {
  const { samples, colors, width, height } = readPng(bytes);
  return { width, height, samples: [...samples].flatMap((value) => (colors === 1 ? [value, value, value] : [value])) };
}

describe('depths', () => {
  test.each([
    ['small-1.bmp', 'bilevel.png'],
    ['small-4.bmp', 'small.png'],
    ['small-8.bmp', 'crop.png'],
    ['small-24.bmp', 'small.png'],
    ['small-32.bmp', 'small.png'],
  ])('%s has the pixels of %s', (own, other) => {
    expect(withoutAlpha(readBmp(pictureFixture(own)))).toEqual(rgb(pictureFixture(other)));
  });
  test('32 bits with an alpha mask are transparent, without one they are not', () => {
    expect(new Set(readBmp(pictureFixture('small-32.bmp')).alpha)).toEqual(new Set([128]));
    expect(readBmp(bmp(1, 1, [1, 2, 3, 99], { depth: 32 }))).toMatchObject({
      samples: Uint8Array.of(3, 2, 1),
      alpha: undefined,
    });
  });
  test('16 bits: 5-5-5, and 5-6-5 by bit fields', () => {
    expect([...readBmp(bmp(1, 1, [0x00, 0x7c, 0, 0], { depth: 16 })).samples]).toEqual([255, 0, 0]);
    const fields = { depth: 16, compression: 3, headerSize: 56, masks: [0xf800, 0x7e0, 0x1f, 0] };
    expect([...readBmp(bmp(1, 1, [0xe0, 0x07, 0, 0], fields)).samples]).toEqual([0, 255, 0]);
  });
  test('rows from the bottom, or from the top when the height is negative', () => {
    const rows = [1, 1, 1, 0, 2, 2, 2, 0];
    expect([...readBmp(bmp(1, 2, rows, { depth: 24 })).samples]).toEqual([2, 2, 2, 1, 1, 1]);
    expect([...readBmp(bmp(1, -2, rows, { depth: 24 })).samples]).toEqual([1, 1, 1, 2, 2, 2]);
  });
  test("OS/2's header of 12 bytes", () => {
    const file = Buffer.alloc(36);
    file.write('BM', 'latin1');
    file.writeUInt32LE(32, 10);
    file.writeUInt32LE(12, 14);
    [1, 1, 1, 1].forEach((value, i) => file.writeUInt16LE(value, 18 + 2 * i)); // width, height, planes, depth
    file.set([1, 2, 3, 4, 5, 6], 26);
    file.set([0x80, 0, 0, 0], 32);
    expect([...readBmp(new Uint8Array(file)).samples]).toEqual([6, 5, 4]);
  });
  test('its resolution', () => {
    expect(readBmp(bmp(1, 1, [0, 0, 0, 0], { depth: 24 })).density).toEqual({ x: 10, y: 20 });
  });
});

describe('refused', () => {
  test('run length encoding is named', () => {
    expect(() => readBmp(pictureFixture('small-rle.bmp'))).toThrowError(
      expect.objectContaining({ code: 'PDF_IMAGE_UNSUPPORTED', params: { what: 'BMP RLE8' } }),
    );
  });
  test.each([
    ['a PNG within', bmp(1, 1, [], { depth: 24, compression: 5 }), 'PDF_IMAGE_UNSUPPORTED'],
    ['2 bits', bmp(1, 1, [0, 0, 0, 0], { depth: 2 }), 'PDF_IMAGE_UNSUPPORTED'],
    ['too many pixels', bmp(30_000, 30_000, [], { depth: 24 }), 'PDF_IMAGE_LIMIT'],
    ['no pixels', bmp(0, 1, [], { depth: 24 }), 'PDF_IMAGE'],
    ['cut off', bmp(2, 2, [1, 2, 3], { depth: 24 }), 'PDF_IMAGE'],
    ['a colour beyond the palette', bmp(1, 1, [7, 0, 0, 0], { depth: 8, palette: [1, 2, 3, 0] }), 'PDF_IMAGE'],
    ['a palette longer than the depth', bmp(1, 1, [0, 0, 0, 0], { depth: 1, palette: Array(16).fill(0) }), 'PDF_IMAGE'],
    [
      'a bit field with a gap',
      bmp(1, 1, [0, 0, 0, 0], { depth: 32, compression: 3, headerSize: 56, masks: [0xa, 1, 4] }),
      'PDF_IMAGE',
    ],
    ['the first bytes only', bmp(1, 1, [], { depth: 24 }).subarray(0, 20), 'PDF_IMAGE'],
  ] as const)('%s', (_, bytes, code) => {
    expect(() => readBmp(bytes)).toThrowError(expect.objectContaining({ code }));
  });
});
