import type { Increment } from '../increment.ts';
import type { PdfRef } from '../objects.ts';

/** A picture that was read and can be put into documents any number of times. */
export interface EmbeddablePicture {
  /** Its proportions: pixels of a raster, user units of a drawing. */
  readonly width: number;
  readonly height: number;
  /** Where the file gives a resolution or physical units. */
  readonly sizeMm: { readonly width: number; readonly height: number } | undefined;
  /** Adds its objects; the XObject that comes back fills the unit square, top upwards. */
  embed(increment: Increment): PdfRef;
}
