/** A seal picture to draw. Same fields as the desk's SealDrawing. */
export type SealDrawing =
  | {
      readonly kind: 'round';
      /** Round the star, on the arc. */
      readonly organisation: string;
      /** Below the star, level: what the seal is for. May be empty. */
      readonly centre: string;
      /** On the arc at the bottom, e.g. a registration number. May be empty. */
      readonly number: string;
      readonly diameterMm: number;
    }
  | {
      readonly kind: 'department';
      readonly organisation: string;
      readonly department: string;
      readonly widthMm: number;
    }
  | { readonly kind: 'name'; readonly name: string; readonly sideMm: number }
  | { readonly kind: 'handwriting'; readonly name: string };

/** TTF or OTF bytes. */
export interface SealFonts {
  /** Of the seals' characters. */
  readonly text: Uint8Array;
  /** Of handwriting, where there is one; `text` with a brush's stroke when absent. */
  readonly hand?: Uint8Array;
}

/** An SVG that carries outlines, no text: it looks the same everywhere, with or without the font. */
export interface DrawnSeal {
  readonly svg: string;
  readonly widthMm: number;
  readonly heightMm: number;
}
