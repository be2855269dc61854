import { describe, expect, test } from 'vitest';
import { readJpeg } from '../../../../src/core/pdf/picture/jpeg.ts';
import { pictureFixture } from '../../../fixtures/pictures/index.ts';

const segment = (marker: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body]);

/** A segment put in right behind SOI. */
const withSegment = (bytes: Uint8Array, marker: number, body: Uint8Array): Uint8Array =>
  new Uint8Array(Buffer.concat([bytes.subarray(0, 2), segment(marker, body), bytes.subarray(2)]));

/** Exif with one entry: Orientation. */
function exif(orientation: number, little: boolean): Uint8Array {
  const tiff = Buffer.alloc(26);
  tiff.write(little ? 'II' : 'MM', 'latin1');
  const word = (value: number, at: number): unknown =>
    little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at);
  const long = (value: number, at: number): unknown =>
    little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at);
  word(42, 2);
  long(8, 4);
  word(1, 8);
  word(0x112, 10);
  word(3, 12);
  long(1, 14);
  word(orientation, 18);
  return Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
}

const rgb = pictureFixture('rgb.jpg');

describe('what a JPG says', () => {
  test.each([
    ['grey.jpg', 1, false],
    ['rgb.jpg', 3, false],
    ['progressive.jpg', 3, false],
    ['cmyk.jpg', 4, true],
  ] as const)('%s: %i components', (name, components, inverted) => {
    expect(readJpeg(pictureFixture(name))).toMatchObject({ width: 32, height: 16, components, inverted });
  });
  test('its resolution, when it has one', () => {
    expect(readJpeg(pictureFixture('density.jpg')).density).toEqual({ x: 10, y: 10 });
    expect(readJpeg(rgb).density).toBeUndefined();
  });
});

describe('the data pass through', () => {
  test('unchanged where there is nothing else in the file', () => {
    expect(Buffer.from(readJpeg(rgb).data).equals(Buffer.from(rgb))).toBe(true);
    const progressive = pictureFixture('progressive.jpg');
    expect(Buffer.from(readJpeg(progressive).data).equals(Buffer.from(progressive))).toBe(true);
  });
  test('without Exif, comments, thumbnails, and what follows the picture', () => {
    let bytes = withSegment(rgb, 0xe1, exif(1, true));
    bytes = withSegment(bytes, 0xfe, Buffer.from('Dr. Wang'));
    bytes = withSegment(bytes, 0xe2, Buffer.from('MPF'));
    const tail = new Uint8Array(Buffer.concat([bytes, Buffer.from('%PDF-1.7 hidden')]));
    expect(Buffer.from(readJpeg(tail).data).equals(Buffer.from(rgb))).toBe(true);
  });
});

describe('refused', () => {
  test.each([
    [6, true],
    [3, false],
  ])('a picture meant to be shown turned (orientation %i)', (orientation, little) => {
    expect(() => readJpeg(withSegment(rgb, 0xe1, exif(orientation, little)))).toThrowError(
      expect.objectContaining({
        code: 'PDF_IMAGE_UNSUPPORTED',
        params: { what: `JPG Exif Orientation ${orientation}` },
      }),
    );
  });
  const frame = Buffer.from(rgb).indexOf(Buffer.of(0xff, 0xc0));
  const at = (offset: number, ...values: number[]): Uint8Array => {
    const bytes = new Uint8Array(rgb);
    bytes.set(values, frame + offset);
    return bytes;
  };
  test.each([
    ['arithmetic coding', at(1, 0xc9), 'PDF_IMAGE_UNSUPPORTED'],
    ['lossless', at(1, 0xc3), 'PDF_IMAGE_UNSUPPORTED'],
    ['12 bits', at(4, 12), 'PDF_IMAGE_UNSUPPORTED'],
    ['no lines', at(5, 0, 0), 'PDF_IMAGE'],
    ['too many pixels', at(5, 0xff, 0xff, 0xff, 0xff), 'PDF_IMAGE_LIMIT'],
    ['a frame header of another length', at(9, 4), 'PDF_IMAGE'],
    ['cut off', rgb.subarray(0, rgb.length - 2), 'PDF_IMAGE'],
    ['no scan', Uint8Array.of(...rgb.subarray(0, 20), 0xff, 0xd9), 'PDF_IMAGE'],
    ['no SOI', rgb.subarray(2), 'PDF_IMAGE'],
  ] as const)('%s', (_, bytes, code) => {
    expect(() => readJpeg(bytes)).toThrowError(expect.objectContaining({ code }));
  });
});
