/** Whether a seal's picture is what it says: by the first bytes, never by a name. */
import type { PictureFormat } from '#core/pdf/types.ts';
import type { SealPicture } from './types.ts';

/** Longest side of a seal, mm. */
export const MAX_SIDE_MM = 500;

const starts = (data: Uint8Array, ...bytes: readonly number[]): boolean => bytes.every((b, i) => data[i] === b);

/** undefined: none of the five kinds that seals may have. */
export function sniffPicture(data: Uint8Array): PictureFormat | undefined {
  if (starts(data, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'PNG';
  if (starts(data, 0xff, 0xd8, 0xff)) return 'JPG';
  if (starts(data, 0x42, 0x4d)) return 'BMP';
  if (starts(data, 0x47, 0x49, 0x46, 0x38)) return 'GIF';
  const text = new TextDecoder('utf-8').decode(data.subarray(0, 4096));
  return /^\uFEFF?\s*(<\?xml|<!--|<svg)/.test(text) && text.includes('<svg') ? 'SVG' : undefined;
}

/** What is wrong with it; undefined when nothing is. */
export function judgePicture({ format, data, widthMm, heightMm }: SealPicture): string | undefined {
  const found = sniffPicture(data);
  if (found !== format) return `${format} is stated, ${found ?? 'an unknown kind'} found`;
  const inRange = (mm: number): boolean => mm >= 1 && mm <= MAX_SIDE_MM;
  return inRange(widthMm) && inRange(heightMm) ? undefined : `${widthMm} × ${heightMm} mm`;
}
