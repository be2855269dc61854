/** Object streams (ISO 32000-1, 7.5.7): unpacked when one of their objects is asked for, and kept while there is room. */
import { damaged, overLimit } from './failures.ts';
import { decodeStream } from './filters.ts';
import { limits } from './limits.ts';
import { isCount, isName, PdfRef, type PdfObject, type PdfStream } from './objects.ts';
import { PdfParser } from './parser.ts';

/** What reading a document has cost so far; shared by its revisions. */
export class ReadingCost {
  readonly #most: number;
  #unpacked = 0;

  /** @param size bytes of the document: a large one may have more in it */
  constructor(size: number) {
    this.#most = limits.objectStreamsTotal + Math.min(4 * size, limits.objectStreamsOfLarge);
  }

  unpack(bytes: number, where: string): void {
    this.#unpacked += bytes;
    if (this.#unpacked > this.#most) throw overLimit(where, 'object streams unpack to too much');
  }
}

/** Bytes that the list of an object stream's members is reckoned to cost, each. */
const MEMBER_COST = 64;

interface ObjectStream {
  readonly parser: PdfParser;
  /** Object number and position in the unpacked data, by index. */
  readonly members: readonly (readonly [number, number])[];
}

/** Gives the stream object `num` and its data, decrypted but filtered. It may not wait for an object that is packed itself. */
export type LoadContainer = (
  num: number,
  where: string,
) => Promise<{ readonly stream: PdfStream; readonly data: Uint8Array }>;

export class ObjectStreams {
  readonly #load: LoadContainer;
  readonly #cost: ReadingCost;
  readonly #kept = new Map<number, Promise<ObjectStream>>();
  #keptBytes = 0;

  constructor(load: LoadContainer, cost: ReadingCost) {
    this.#load = load;
    this.#cost = cost;
  }

  clear(): void {
    this.#kept.clear();
    this.#keptBytes = 0;
  }

  /** The object, and how many bytes of text it was made of. */
  async member(
    num: number,
    { container, index }: { readonly container: number; readonly index: number },
  ): Promise<{ readonly value: PdfObject; readonly length: number }> {
    const where = `object ${num} in ${container}`;
    let loading = this.#kept.get(container);
    if (loading === undefined) {
      loading = this.#open(container);
      this.#kept.set(container, loading);
      const { length } = (await loading).parser.bytes;
      this.#keptBytes += length;
      // All are let go at once: this is rare, and simple.
      if (this.#keptBytes > limits.objectStreamsKept) {
        this.#kept.clear();
        this.#kept.set(container, loading);
        this.#keptBytes = length;
      }
    }
    const { parser, members } = await loading;
    const member = members[index];
    if (member?.[0] !== num) throw damaged(where, `not at index ${index} of its object stream`);
    const own = new PdfParser(parser.bytes, { pos: member[1] });
    const value = own.object();
    if (value instanceof PdfRef) throw damaged(where, 'an object stream holds a bare reference');
    return { value, length: own.pos - member[1] };
  }

  async #open(num: number): Promise<ObjectStream> {
    const where = `object stream ${num}`;
    const { stream, data: raw } = await this.#load(num, where);
    if (!isName(stream.dict.get('Type'), 'ObjStm')) throw damaged(where, 'no object stream');
    const count = stream.dict.get('N');
    const first = stream.dict.get('First');
    if (!isCount(count) || !isCount(first)) throw damaged(where, 'bad /N or /First');
    const data = decodeStream(raw, stream.dict, where, limits.objectStream);
    this.#cost.unpack(data.length + count * MEMBER_COST, where);
    if (count > data.length || first > data.length) throw damaged(where, '/N or /First beyond its data');
    const parser = new PdfParser(data);
    const members: [number, number][] = [];
    for (let i = 0; i < count; i++) members.push([parser.expectCount('number'), first + parser.expectCount('offset')]);
    return { parser, members };
  }
}
