/** What a picture says of itself: format by content, pixels, and millimetres where it gives a resolution. */
import { YqError } from '#core/errors/index.ts';
import type { Picture, PictureFormat } from '../types.ts';
import { readPicture } from './read.ts';
import { sniffFormat } from './sniff.ts';

export interface PictureInfo {
  readonly format: PictureFormat;
  /** Of a raster. */
  readonly widthPx?: number;
  readonly heightPx?: number;
  /** From the resolution or the units that the file itself gives. */
  readonly widthMm?: number;
  readonly heightMm?: number;
}

/** Bytes from anywhere as a picture. @throws PDF_IMAGE when they are none of the formats known */
export function pictureOf(data: Uint8Array): Picture {
  const format = sniffFormat(data);
  if (format === undefined) throw new YqError('PDF_IMAGE', { detail: 'neither PNG, JPG, BMP, GIF nor SVG' });
  return { format, data };
}

/** Reads the whole picture: a good answer means that it can be shown. @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED, PDF_IMAGE_LIMIT */
export function pictureInfo(data: Uint8Array): PictureInfo {
  const picture = pictureOf(data);
  const { width, height, sizeMm } = readPicture(picture);
  return {
    format: picture.format,
    ...(picture.format === 'SVG' ? {} : { widthPx: width, heightPx: height }),
    ...(sizeMm === undefined ? {} : { widthMm: sizeMm.width, heightMm: sizeMm.height }),
  };
}
