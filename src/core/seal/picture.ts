/** Whether a seal's picture is what it says: by the first bytes, never by a name. */
import { sniffFormat } from '#core/pdf/index.ts';
import type { SealPicture } from './types.ts';

/** Longest side of a seal, mm. */
export const MAX_SIDE_MM = 500;

/** What is wrong with it; undefined when nothing is. */
export function judgePicture({ format, data, widthMm, heightMm }: SealPicture): string | undefined {
  const found = sniffFormat(data);
  if (found !== format) return `${format} is stated, ${found ?? 'an unknown kind'} found`;
  const inRange = (mm: number): boolean => mm >= 1 && mm <= MAX_SIDE_MM;
  return inRange(widthMm) && inRange(heightMm) ? undefined : `${widthMm} × ${heightMm} mm`;
}
