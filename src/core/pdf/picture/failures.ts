/** The ways a picture is refused. All three name what is wrong in words that need no translation. */
import { YqError } from '#core/errors/index.ts';

/** The bytes are not what their format says. */
export const badPicture = (format: string, detail: string, cause?: unknown): YqError =>
  new YqError('PDF_IMAGE', { detail: `${format}: ${detail}`, cause });

/** A sound picture that uses something not shown here. @param what e.g. `<filter>`, `BMP RLE8` */
export const unsupported = (what: string, detail = what): YqError =>
  new YqError('PDF_IMAGE_UNSUPPORTED', { params: { what }, detail });

export const tooLarge = (what: string): YqError => new YqError('PDF_IMAGE_LIMIT', { params: { what }, detail: what });
