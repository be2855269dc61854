/** Parsing at a file offset through windows that grow until the object is whole. */
import { damaged, overLimit } from './failures.ts';
import { MoreBytesNeeded, PdfParser } from './parser.ts';
import { YqError } from '#core/errors/index.ts';
import { peekAt } from './source.ts';
import type { ByteSource } from './types.ts';

export interface ParseAtOptions {
  /** What stands there, for error texts, e.g. `object 12`. */
  readonly what: string;
  /** Bytes of the first window. */
  readonly window?: number;
  /** Largest window. */
  readonly limit: number;
}

/** How much larger each window is than the one before. */
const GROWTH = 8;
/** Bytes of a sliding window: most tables fit in the first. */
const FIRST_SLIDE = 4096;
const LARGEST_SLIDE = 256 << 10;

/** Runs `parse` on a parser that stands at `offset`. It may run more than once, each time from the start. */
export async function parseAt<T>(
  source: ByteSource,
  offset: number,
  parse: (parser: PdfParser) => T,
  { what, window = 2048, limit }: ParseAtOptions,
): Promise<T> {
  const where = `${what} @ ${offset}`;
  if (offset >= source.size) throw damaged(where, 'lies beyond the end of the file');
  for (let size = window; ; size *= GROWTH) {
    const length = Math.min(size, source.size - offset, limit);
    const reachesEnd = offset + length === source.size;
    const bytes = await peekAt(source, offset, length);
    try {
      return parse(new PdfParser(bytes, { base: offset, reachesEnd }));
    } catch (error) {
      if (error instanceof MoreBytesNeeded) {
        if (length === limit) throw overLimit(where, `longer than ${limit} bytes`);
      } else throw placed(error, where);
    }
  }
}

const placed = (error: unknown, where: string): unknown =>
  error instanceof YqError && error.code === 'PDF_DAMAGED'
    ? damaged(where, error.detail ?? 'not readable', error)
    : error;

/** Parses piece after piece of something long through a window that slides along, so that none of it is read twice or kept. */
export class SlidingWindow {
  readonly #source: ByteSource;
  readonly #where: string;
  readonly #what: string;
  #parser: PdfParser;
  #size = FIRST_SLIDE;

  private constructor(source: ByteSource, what: string, where: string, parser: PdfParser) {
    this.#source = source;
    this.#what = what;
    this.#where = where;
    this.#parser = parser;
  }

  static at(source: ByteSource, offset: number, what: string): SlidingWindow {
    const empty = new PdfParser(new Uint8Array(0), { base: offset, reachesEnd: false });
    return new SlidingWindow(source, what, `${what} @ ${offset}`, empty);
  }

  /** Offset in the file of the next byte. */
  get offset(): number {
    return this.#parser.offset;
  }

  /** Runs `parse` where the last one ended. It runs again from there, with more bytes, when it throws MoreBytesNeeded. */
  async take<T>(parse: (parser: PdfParser) => T): Promise<T> {
    for (;;) {
      const start = this.#parser.pos;
      try {
        return parse(this.#parser);
      } catch (error) {
        if (!(error instanceof MoreBytesNeeded)) throw placed(error, this.#where);
        await this.#slideTo(this.#parser.base + start, start === 0);
      }
    }
  }

  async #slideTo(offset: number, stuck: boolean): Promise<void> {
    if (offset >= this.#source.size) throw damaged(this.#where, 'the file ends here');
    if (stuck && this.#parser.bytes.length === LARGEST_SLIDE)
      throw overLimit(`${this.#what} @ ${offset}`, `a piece longer than ${LARGEST_SLIDE} bytes`);
    const length = Math.min(this.#size, this.#source.size - offset);
    const bytes = await this.#source.read(offset, length);
    this.#parser = new PdfParser(bytes, { base: offset, reachesEnd: offset + length === this.#source.size });
    this.#size = Math.min(LARGEST_SLIDE, this.#size * GROWTH);
  }
}
