/** What a picture's header says of it: format by content, pixels, and millimetres where it gives a resolution. */
import { YqError } from '#core/errors/index.ts';
import type { Picture, PictureFormat } from '../types.ts';
import { sniffFormat } from './sniff.ts';
import { viewportOf } from './svg/viewport.ts';
import { parseXml } from './svg/xml.ts';

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

/** @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED, PDF_IMAGE_LIMIT */
export function pictureInfo(data: Uint8Array): PictureInfo {
  const { format } = pictureOf(data);
  if (format === 'SVG') {
    const { widthMm, heightMm } = viewportOf(parseXml(data));
    return { format, ...(widthMm === undefined ? {} : { widthMm }), ...(heightMm === undefined ? {} : { heightMm }) };
  }
  return { format };
}
