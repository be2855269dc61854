import { describe, expect, test } from 'vitest';
import { readGif } from '../../../../src/core/pdf/picture/gif.ts';
import { readPng } from '../../../../src/core/pdf/picture/png.ts';
import { pictureFixture } from '../../../fixtures/pictures/index.ts';

/** A GIF of 2 × 1 pixels on a screen of 3 × 2: red, blue at 1, 1. Codes of 3 bits: clear 4, 0, 1, end 5. */
const tiny = Uint8Array.from(
  Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    Buffer.of(3, 0, 2, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255),
    Buffer.of(0x21, 0xfe, 2, 104, 105, 0), // a comment
    Buffer.of(0x2c, 1, 0, 1, 0, 2, 0, 1, 0, 0, 2, 2, 0b01000100, 0b1010, 0, 0x3b),
  ]),
);

describe('pixels', () => {
  test.each(['noise.gif', 'noise-interlaced.gif'])(
    '%s has the pixels of the PNG, with full code tables on the way',
    (name) => {
      const { samples, ...shape } = readGif(pictureFixture(name));
      const png = readPng(pictureFixture('noise.png'));
      expect(shape).toEqual({ width: 120, height: 90, colors: 3, alpha: undefined });
      expect(Buffer.from(samples).equals(Buffer.from(png.samples))).toBe(true);
    },
  );
  test('a transparent colour', () => {
    const { alpha } = readGif(pictureFixture('small-clear.gif'));
    expect([...(alpha ?? [])].filter((value) => value === 0)).toHaveLength(1);
    expect(alpha?.[0]).toBe(0);
  });
  test('an image smaller than its screen: the rest is transparent', () => {
    expect(readGif(tiny)).toEqual({
      width: 3,
      height: 2,
      colors: 3,
      samples: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255),
      alpha: Uint8Array.of(0, 0, 0, 0, 255, 255),
    });
  });
});

const changed = (at: number, ...values: number[]): Uint8Array => {
  const bytes = new Uint8Array(tiny);
  bytes.set(values, at);
  return bytes;
};

test.each([
  ['cut off', tiny.subarray(0, 38), 'PDF_IMAGE'],
  ['another version', changed(4, 0x36), 'PDF_IMAGE'],
  ['no image', Uint8Array.of(...tiny.subarray(0, 19), 0x3b), 'PDF_IMAGE'],
  ['an image beyond its screen', changed(26, 2), 'PDF_IMAGE'],
  ['a code size beyond 8', changed(35, 9), 'PDF_IMAGE'],
  ['a code that is not yet defined', changed(37, 0b11111100), 'PDF_IMAGE'],
  ['a screen too large', changed(6, 255, 255, 255, 255), 'PDF_IMAGE_LIMIT'],
] as const)('refused: %s', (_, bytes, code) => {
  expect(() => readGif(bytes)).toThrowError(expect.objectContaining({ code }));
});
