/** Raster pictures as image XObjects: PNG, BMP and GIF by their samples, JPG as it is (DCTDecode). */
import { pack } from '../increment.ts';
import { dict, name } from '../objects.ts';
import { readPng, type Picture as Samples } from './png.ts';
import type { EmbeddablePicture } from './types.ts';

export type RasterFormat = 'PNG' | 'JPG' | 'BMP' | 'GIF';

export function rasterOf(format: RasterFormat, bytes: Uint8Array): EmbeddablePicture {
  switch (format) {
    case 'PNG':
      return fromSamples(readPng(bytes));
    default:
      throw new Error(format);
  }
}

/** Packed once, put into as many documents as come: in a batch it is the same seal each time. */
function fromSamples({ width, height, colors, samples, alpha }: Samples): EmbeddablePicture {
  const packed = pack(samples);
  const packedAlpha = alpha === undefined ? undefined : pack(alpha);
  const common = { Type: name('XObject'), Subtype: name('Image'), Width: width, Height: height, BitsPerComponent: 8 };
  return {
    width,
    height,
    embed: (increment) => {
      const mask =
        packedAlpha === undefined
          ? undefined
          : increment.addPacked(dict({ ...common, ColorSpace: name('DeviceGray') }), packedAlpha);
      const colorSpace = name(colors === 1 ? 'DeviceGray' : 'DeviceRGB');
      return increment.addPacked(dict({ ...common, ColorSpace: colorSpace, SMask: mask }), packed);
    },
  };
}
