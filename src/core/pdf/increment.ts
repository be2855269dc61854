/**
 * An incremental update (ISO 32000-1, 7.5.6): new and changed objects, one cross-reference section of the same kind as the
 * newest one in the file, and its trailer. The bytes before it stay as they are.
 */
import { deflateSync } from 'node:zlib';
import { digest } from '#core/crypto/index.ts';
import { damaged, overLimit } from './failures.ts';
import { limits } from './limits.ts';
import type { PdfDict } from './objects.ts';
import { dict, duplicateKeyIn, isArray, name, PdfRef, PdfStream, PdfString, type PdfObject } from './objects.ts';
import { ascii, concat, write, writeIndirect } from './serialize.ts';
import type { PdfFile } from './types.ts';

/** What an increment's trailer takes over from the one before it. */
const KEPT_IN_TRAILER = ['Root', 'Info', 'Encrypt'] as const;

/** Flate. */
export const pack = (data: Uint8Array): Uint8Array => new Uint8Array(deflateSync(data));

export class Increment {
  readonly #file: PdfFile;
  readonly #objects = new Map<number, { ref: PdfRef; bytes: Uint8Array }>();
  #next: number;

  constructor(file: PdfFile) {
    this.#file = file;
    // 0 is the head of the free list, never an object.
    this.#next = Math.max(1, file.objectLimit);
  }

  /** A number that the file has not used. */
  reserve(): PdfRef {
    if (this.#next > limits.objectNumber) throw overLimit('xref', 'no object number is left');
    return new PdfRef(this.#next++);
  }

  add(value: PdfObject): PdfRef {
    const ref = this.reserve();
    this.put(ref, value);
    return ref;
  }

  /** A stream that is packed here. */
  addStream(entries: PdfDict, data: Uint8Array): PdfRef {
    return this.addPacked(entries, pack(data));
  }

  /** A stream whose data `pack` has made; /Filter and /Length are set here. */
  addPacked(entries: PdfDict, packed: Uint8Array): PdfRef {
    return this.add(new PdfStream(entries.with({ Filter: name('FlateDecode'), Length: packed.length }), packed));
  }

  /**
   * Sets a new object or replaces one of the file.
   * @throws PDF_DAMAGED when a dictionary of the file has a key twice: writing it anew would decide between readers which one counts
   */
  put(ref: PdfRef, value: PdfObject): void {
    const twice = duplicateKeyIn(value);
    if (twice !== undefined) throw damaged(`object ${ref.num}`, `/${twice} stands twice`);
    this.putRaw(ref, writeIndirect(ref, this.secured(ref, value)));
  }

  /** A value as it must stand in the object `ref`: its strings and data encrypted where the document is. */
  secured(ref: PdfRef, value: PdfObject): PdfObject {
    return this.#file.security?.encrypt(ref, value) ?? value;
  }

  /** @param bytes the whole of `num gen obj … endobj` with its line end, strings `secured` */
  putRaw(ref: PdfRef, bytes: Uint8Array): void {
    this.#objects.set(ref.num, { ref, bytes });
  }

  /** The bytes to append, and at which of them each object starts. `last`, where given, is written behind all others. */
  async finish(last?: PdfRef): Promise<{ bytes: Uint8Array; starts: ReadonlyMap<number, number> }> {
    const size = this.#file.size;
    const final = (await this.#file.source.read(size - 1, 1))[0];
    const parts: Uint8Array[] = final === 10 || final === 13 ? [] : [ascii('\n')];
    let at = parts.length;
    const starts = new Map<number, number>();
    const ordered = [...this.#objects.values()].sort((a, b) => a.ref.num - b.ref.num);
    for (const { ref, bytes } of [
      ...ordered.filter((o) => o.ref.num !== last?.num),
      ...ordered.filter((o) => o.ref.num === last?.num),
    ]) {
      starts.set(ref.num, at);
      parts.push(bytes);
      at += bytes.length;
    }
    const asStream = this.#file.xrefKind === 'stream';
    const own = asStream ? this.reserve() : undefined;
    const rows = ordered.map(({ ref }) => ({ num: ref.num, gen: ref.gen, offset: size + (starts.get(ref.num) ?? 0) }));
    if (own !== undefined) rows.push({ num: own.num, gen: 0, offset: size + at });
    const trailer = await this.#trailer(concat(parts));
    parts.push(own === undefined ? xrefTable(rows, trailer) : xrefStream(own, rows, trailer));
    if (size + at > limits.fileSize) throw overLimit('size', `${size + at} bytes`);
    parts.push(ascii(`startxref\n${size + at}\n%%EOF\n`));
    return { bytes: concat(parts), starts };
  }

  async #trailer(increment: Uint8Array): Promise<PdfDict> {
    const old = this.#file.trailer;
    const kept = Object.fromEntries(KEPT_IN_TRAILER.filter((key) => old.has(key)).map((key) => [key, old.get(key)]));
    const previous = this.#file.revisions.at(-1)?.startXref;
    return dict({ Size: this.#next, ...kept, ID: await this.#identifier(increment), Prev: previous });
  }

  /** The first identifier names the document for good, the second one this state of it (14.4). */
  async #identifier(increment: Uint8Array): Promise<PdfObject | undefined> {
    const id = await this.#file.resolve(this.#file.trailer.get('ID'));
    if (!isArray(id)) return undefined;
    const [first, second] = await Promise.all([this.#file.resolve(id[0]), this.#file.resolve(id[1])]);
    if (!(first instanceof PdfString) || !(second instanceof PdfString)) return undefined;
    const state = digest('sha256', second.bytes, increment).slice(0, 16);
    return [new PdfString(first.bytes, true), new PdfString(state, true)];
  }
}

interface Row {
  readonly num: number;
  readonly gen: number;
  readonly offset: number;
}

/** Runs of consecutive object numbers. */
function subsections(rows: readonly Row[]): Row[][] {
  const runs: Row[][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run?.at(-1)?.num === row.num - 1) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

function xrefTable(rows: readonly Row[], trailer: PdfDict): Uint8Array {
  const digits = (value: number, count: number): string => String(value).padStart(count, '0');
  const runs = subsections(rows).map(
    (run) =>
      `${run[0]?.num} ${run.length}\n${run.map((r) => `${digits(r.offset, 10)} ${digits(r.gen, 5)} n \n`).join('')}`,
  );
  return ascii(`xref\n${runs.join('')}trailer\n${write(trailer)}\n`);
}

function xrefStream(own: PdfRef, rows: readonly Row[], trailer: PdfDict): Uint8Array {
  const offsetBytes = Math.max(...rows.map((row) => row.offset)) > 0xffffffff ? 8 : 4;
  const width = 1 + offsetBytes + 2;
  const data = new Uint8Array(rows.length * width);
  const view = new DataView(data.buffer);
  rows.forEach((row, i) => {
    view.setUint8(i * width, 1);
    if (offsetBytes === 8) view.setBigUint64(i * width + 1, BigInt(row.offset));
    else view.setUint32(i * width + 1, row.offset);
    view.setUint16(i * width + 1 + offsetBytes, row.gen);
  });
  const packed = pack(data);
  const entries = dict({
    Type: name('XRef'),
    W: [1, offsetBytes, 2],
    Index: subsections(rows).flatMap((run) => [run[0]?.num ?? 0, run.length]),
    Filter: name('FlateDecode'),
    Length: packed.length,
    // The own number is the highest, so that /Size counts it.
    ...Object.fromEntries(trailer.with({ Size: own.num + 1 }).entries()),
  });
  return writeIndirect(own, new PdfStream(entries, packed));
}
