import { deflateSync, crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readPng } from '../../../../src/core/pdf/picture/png.ts';

interface Options {
  readonly depth: number;
  readonly type: number;
  readonly interlace?: number;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

/** @param rows with their filter bytes */
function png(
  width: number,
  height: number,
  rows: readonly number[],
  { depth, type, interlace = 0, palette, transparency }: Options,
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, interlace], 8);
  const data = deflateSync(Uint8Array.from(rows));
  const half = data.length >> 1;
  return new Uint8Array(
    Buffer.concat([
      Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      chunk('IHDR', header),
      ...(palette === undefined ? [] : [chunk('PLTE', Uint8Array.from(palette))]),
      ...(transparency === undefined ? [] : [chunk('tRNS', Uint8Array.from(transparency))]),
      // Data in two chunks, as large pictures have it.
      chunk('IDAT', data.subarray(0, half)),
      chunk('IDAT', data.subarray(half)),
      chunk('IEND', new Uint8Array()),
    ]),
  );
}

describe('colour types', () => {
  test('RGB with alpha: colours and mask apart', () => {
    const picture = readPng(png(2, 1, [0, 255, 0, 0, 128, 0, 0, 255, 0], { depth: 8, type: 6 }));
    expect(picture).toMatchObject({ width: 2, height: 1, colors: 3 });
    expect([...picture.samples]).toEqual([255, 0, 0, 0, 0, 255]);
    expect([...(picture.alpha ?? [])]).toEqual([128, 0]);
  });
  test('an alpha channel that is opaque throughout is left out', () => {
    expect(readPng(png(1, 1, [0, 7, 255], { depth: 8, type: 4 }))).toEqual({
      width: 1,
      height: 1,
      colors: 1,
      samples: Uint8Array.of(7),
      alpha: undefined,
    });
  });
  test('grey of 1, 2, 4 and 16 bits', () => {
    expect([...readPng(png(3, 1, [0, 0b10100000], { depth: 1, type: 0 })).samples]).toEqual([255, 0, 255]);
    expect([...readPng(png(3, 1, [0, 0b00011011], { depth: 2, type: 0 })).samples]).toEqual([0, 85, 170]);
    expect([...readPng(png(2, 1, [0, 0x3f], { depth: 4, type: 0 })).samples]).toEqual([51, 255]);
    expect([...readPng(png(2, 1, [0, 0x12, 0x34, 0xff, 0], { depth: 16, type: 0 })).samples]).toEqual([0x12, 0xff]);
  });
  test('a palette, with transparency for its first colours', () => {
    const picture = readPng(
      png(3, 1, [0, 0b00011000], { depth: 2, type: 3, palette: [1, 2, 3, 4, 5, 6, 7, 8, 9], transparency: [0, 100] }),
    );
    expect([...picture.samples]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...(picture.alpha ?? [])]).toEqual([0, 100, 255]);
  });
  test('one colour that counts as transparent', () => {
    const picture = readPng(png(2, 1, [0, 1, 2, 3, 1, 2, 4], { depth: 8, type: 2, transparency: [0, 1, 0, 2, 0, 3] }));
    expect([...(picture.alpha ?? [])]).toEqual([0, 255]);
  });
  test('Adam7: a picture of 3 × 3 comes in passes 1, 4, 5, 6 and 7', () => {
    const rows = [0, 1, /* 4 */ 0, 3, /* 5 */ 0, 7, 9, /* 6 */ 0, 2, 0, 8, /* 7 */ 0, 4, 5, 6];
    const picture = readPng(png(3, 3, rows, { depth: 8, type: 0, interlace: 1 }));
    expect([...picture.samples]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('what is no whole PNG is PDF_IMAGE', () => {
  const good = png(2, 2, [0, 1, 2, 0, 3, 4], { depth: 8, type: 0 });
  test.each([
    ['a JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ['nothing', new Uint8Array()],
    ['cut off', good.subarray(0, good.length - 20)],
    ['without IEND', good.subarray(0, good.length - 12)],
    ['too few rows', png(2, 9, [0, 1, 2], { depth: 8, type: 0 })],
    ['no pixels', png(0, 2, [0], { depth: 8, type: 0 })],
    ['a depth that its type lacks', png(1, 1, [0, 1, 1, 1], { depth: 4, type: 2 })],
    ['no palette', png(1, 1, [0, 0], { depth: 8, type: 3 })],
    ['a colour beyond the palette', png(1, 1, [0, 5], { depth: 8, type: 3, palette: [1, 2, 3] })],
    ['an unknown row filter', png(1, 1, [7, 5], { depth: 8, type: 0 })],
  ])('%s', (_, bytes) => {
    expect(() => readPng(bytes)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE' }));
  });
});

test('more pixels than allowed are PDF_IMAGE_LIMIT before anything is unpacked', () => {
  const bytes = png(60_000, 60_000, [0], { depth: 8, type: 0 });
  expect(() => readPng(bytes)).toThrowError(expect.objectContaining({ code: 'PDF_IMAGE_LIMIT' }));
});
test('pHYs gives the size on paper', () => {
  const plain = png(1, 1, [0, 7], { depth: 8, type: 0 });
  const physical = chunk('pHYs', Uint8Array.of(0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1)); // 300 dpi
  const bytes = Buffer.concat([plain.subarray(0, 33), physical, plain.subarray(33)]);
  expect(readPng(new Uint8Array(bytes)).density).toEqual({ x: 11.811, y: 11.811 });
});
