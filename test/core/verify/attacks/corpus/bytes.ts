/** Rewriting a file in place: what is shorter is filled up with blanks, so that no offset moves. */
import { fromLatin1, lastSignature, latin1 } from '../forge.ts';

/** Replaces the last match; throws when there is none or when the new text is longer. */
export function replaceLast(bytes: Uint8Array, pattern: RegExp, to: string | ((found: string) => string)): Uint8Array {
  const text = latin1(bytes);
  const found = [...text.matchAll(new RegExp(pattern.source, 'g'))].at(-1);
  if (found === undefined) throw new Error(`nothing matches ${pattern.source}`);
  const next = typeof to === 'string' ? to : to(found[0]);
  if (next.length > found[0].length) throw new Error('the replacement is longer than what it replaces');
  return fromLatin1(
    text.slice(0, found.index) + next.padEnd(found[0].length) + text.slice(found.index + found[0].length),
  );
}

export const BYTE_RANGE = /\/ByteRange\s*\[[^\]]*\]/;
export const CONTENTS = /\/Contents\s*<[0-9a-fA-F]*>/;

/** The last signature's ByteRange written anew. */
export async function withByteRange(
  bytes: Uint8Array,
  change: (range: readonly [number, number, number, number]) => string,
): Promise<Uint8Array> {
  const { byteRange } = await lastSignature(bytes);
  const [a = 0, b = 0, c = 0, d = 0] = byteRange;
  return replaceLast(bytes, BYTE_RANGE, `/ByteRange ${change([a, b, c, d])}`);
}
