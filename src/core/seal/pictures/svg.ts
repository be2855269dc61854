import { decimal, pathData, type Outline } from './outline.ts';
import type { DrawnSeal } from './types.ts';

/** The red of seal paste (印泥红, cinnabar). */
export const SEAL_RED = '#C23A2B';
/** Blue-black fountain pen ink. */
export const INK = '#18254E';

/** A ring or frame: two outlines of which the inner one is a hole. */
export const holed = (outlines: readonly Outline[], colour: string): string =>
  `<path fill="${colour}" fill-rule="evenodd" d="${outlines.map(pathData).join('')}"/>`;

/** Each outline by itself, as glyphs' contours overlap. @param weight mm of stroke that is added to the outlines */
export function filled(outlines: readonly Outline[], colour: string, weight = 0): string {
  const pen = weight === 0 ? '' : ` stroke="${colour}" stroke-width="${decimal(weight)}" stroke-linejoin="round"`;
  return `<g fill="${colour}"${pen}>${outlines.map((outline) => `<path d="${pathData(outline)}"/>`).join('')}</g>`;
}

export function drawn(widthMm: number, heightMm: number, content: readonly string[]): DrawnSeal {
  const [width, height] = [decimal(widthMm), decimal(heightMm)];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">` +
    `${content.join('')}</svg>`;
  return { svg, widthMm, heightMm };
}
