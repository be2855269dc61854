/** Parsing at a file offset through windows that grow until the object is whole. */
import { damaged, overLimit } from './failures.ts';
import { MoreBytesNeeded, PdfParser } from './parser.ts';
import { YqError } from '#core/errors/index.ts';
import type { ByteSource } from './types.ts';

export interface ParseAtOptions {
  /** What stands there, for error texts, e.g. `object 12`. */
  readonly what: string;
  /** Bytes of the first window. */
  readonly window?: number;
  /** Largest window. */
  readonly limit: number;
}

/** Runs `parse` on a parser that stands at `offset`. It may run more than once, each time from the start. */
export async function parseAt<T>(
  source: ByteSource,
  offset: number,
  parse: (parser: PdfParser) => T,
  { what, window = 2048, limit }: ParseAtOptions,
): Promise<T> {
  const where = `${what} @ ${offset}`;
  if (offset >= source.size) throw damaged(where, 'lies beyond the end of the file');
  for (let size = window; ; size *= 8) {
    const length = Math.min(size, source.size - offset, limit);
    const reachesEnd = offset + length === source.size;
    const bytes = await source.read(offset, length);
    try {
      return parse(new PdfParser(bytes, { base: offset, reachesEnd }));
    } catch (error) {
      if (error instanceof MoreBytesNeeded) {
        if (length === limit) throw overLimit(where, `longer than ${limit} bytes`);
      } else if (error instanceof YqError && error.code === 'PDF_DAMAGED')
        throw damaged(where, error.detail ?? 'not readable', error);
      else throw error;
    }
  }
}
