/** Which format a picture has, told by its first bytes; file names and declared types lie. */
import type { PictureFormat } from '../types.ts';

const STARTS: readonly (readonly [PictureFormat, readonly number[]])[] = [
  ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['JPG', [0xff, 0xd8, 0xff]],
  ['GIF', [0x47, 0x49, 0x46, 0x38]],
  ['BMP', [0x42, 0x4d]],
];

/** Undefined when it is none of the five. */
export function sniffFormat(bytes: Uint8Array): PictureFormat | undefined {
  const found = STARTS.find(([, start]) => start.every((byte, i) => bytes[i] === byte));
  if (found !== undefined) return found[0];
  // Comments may stand before the root element; 4 KB of them are plenty.
  const head = Buffer.from(bytes.subarray(0, 4096))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '');
  return /^\s*</.test(head) && /<(?:[\w-]+:)?svg[\s>]/.test(head) ? 'SVG' : undefined;
}
