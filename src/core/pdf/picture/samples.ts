/** A raster picture unpacked. */
export interface Samples {
  readonly width: number;
  readonly height: number;
  readonly colors: 1 | 3;
  /** 8 bits a sample, `colors` samples a pixel, rows from the top. */
  readonly samples: Uint8Array;
  /** 8 bits a pixel; undefined when all of it is opaque. */
  readonly alpha: Uint8Array | undefined;
  /** Pixels per mm, where the file gives them. */
  readonly density?: { readonly x: number; readonly y: number };
}
