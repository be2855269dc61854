/** Raster pictures as image XObjects: PNG, BMP and GIF by their samples, JPG by its own compressed data (DCTDecode). */
import { pack, type Increment } from '../increment.ts';
import { dict, name, PdfStream, type PdfRef } from '../objects.ts';
import type { PictureFormat } from '../types.ts';
import { readBmp } from './bmp.ts';
import { readGif } from './gif.ts';
import { readJpeg, type Jpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import type { Samples } from './samples.ts';
import type { EmbeddablePicture } from './types.ts';

export type RasterFormat = Exclude<PictureFormat, 'SVG'>;

/** @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED, PDF_IMAGE_LIMIT */
export function rasterOf(format: RasterFormat, bytes: Uint8Array): EmbeddablePicture {
  switch (format) {
    case 'PNG':
      return fromSamples(readPng(bytes));
    case 'BMP':
      return fromSamples(readBmp(bytes));
    case 'GIF':
      return fromSamples(readGif(bytes));
    case 'JPG':
      return fromJpeg(readJpeg(bytes));
  }
}

const imageOf = (width: number, height: number) => ({
  Type: name('XObject'),
  Subtype: name('Image'),
  Width: width,
  Height: height,
  BitsPerComponent: 8,
});

const sizeOf = ({ width, height, density }: Pick<Samples, 'width' | 'height' | 'density'>) =>
  density === undefined ? undefined : { width: width / density.x, height: height / density.y };

/** Packed once, put into as many documents as come: in a batch it is the same seal each time. */
function fromSamples(picture: Samples): EmbeddablePicture {
  const { width, height, colors } = picture;
  const common = imageOf(width, height);
  let unpacked: Samples | undefined = picture;
  let samples: Uint8Array = new Uint8Array();
  let alpha: Uint8Array | undefined;
  const embed = (increment: Increment): PdfRef => {
    if (unpacked !== undefined) {
      samples = pack(unpacked.samples);
      alpha = unpacked.alpha === undefined ? undefined : pack(unpacked.alpha);
      unpacked = undefined;
    }
    const mask =
      alpha === undefined ? undefined : increment.addPacked(dict({ ...common, ColorSpace: name('DeviceGray') }), alpha);
    const colorSpace = name(colors === 1 ? 'DeviceGray' : 'DeviceRGB');
    return increment.addPacked(dict({ ...common, ColorSpace: colorSpace, SMask: mask }), samples);
  };
  return { width, height, sizeMm: sizeOf(picture), embed };
}

const JPEG_SPACES = { 1: 'DeviceGray', 3: 'DeviceRGB', 4: 'DeviceCMYK' } as const;

function fromJpeg(picture: Jpeg): EmbeddablePicture {
  const { width, height, components, inverted, data } = picture;
  const entries = dict({
    ...imageOf(width, height),
    ColorSpace: name(JPEG_SPACES[components]),
    Decode: inverted ? [1, 0, 1, 0, 1, 0, 1, 0] : undefined,
    Filter: name('DCTDecode'),
    Length: data.length,
  });
  return { width, height, sizeMm: sizeOf(picture), embed: (increment) => increment.add(new PdfStream(entries, data)) };
}
