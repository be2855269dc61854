/** A picture read once, and put into an increment once. */
import { YqError } from '#core/errors/index.ts';
import type { Increment } from '../increment.ts';
import { limits } from '../limits.ts';
import type { PdfRef } from '../objects.ts';
import type { Picture } from '../types.ts';
import { tooLarge } from './failures.ts';
import { rasterOf } from './raster.ts';
import { readSvg } from './svg/render.ts';
import type { EmbeddablePicture } from './types.ts';

/** Reading and packing a seal costs more than all the rest, and in a batch it is the same seal each time. */
const read = new WeakMap<Uint8Array, EmbeddablePicture>();

/** @throws PDF_IMAGE, PDF_IMAGE_UNSUPPORTED, PDF_IMAGE_LIMIT */
export function readPicture({ format, data }: Picture): EmbeddablePicture {
  let picture = read.get(data);
  if (picture === undefined) {
    if (data.length > limits.imageBytes) throw tooLarge(`${data.length} B`);
    if (data.length === 0) throw new YqError('PDF_IMAGE', { detail: 'no bytes' });
    picture = format === 'SVG' ? readSvg(data) : rasterOf(format, data);
    read.set(data, picture);
  }
  return picture;
}

const embedded = new WeakMap<Increment, Map<EmbeddablePicture, PdfRef>>();

/** The picture's XObject in this increment, which fills the unit square; one for all its places. */
export function pictureObject(increment: Increment, picture: EmbeddablePicture): PdfRef {
  const known = embedded.get(increment) ?? new Map<EmbeddablePicture, PdfRef>();
  embedded.set(increment, known);
  const ref = known.get(picture) ?? picture.embed(increment);
  known.set(picture, ref);
  return ref;
}
