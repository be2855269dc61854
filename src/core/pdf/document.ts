/** A document read through its cross-reference chain: objects, streams, catalog. */
import { openLock, type Lock, type Opener } from './encryption/lock.ts';
import type { DocumentSecurity } from './encryption/security.ts';
import { damaged, overLimit } from './failures.ts';
import { fieldsOf } from './fields.ts';
import { decodeStream } from './filters.ts';
import { limits } from './limits.ts';
import { PdfDict, PdfRef, PdfStream, isCount, isName, type PdfObject } from './objects.ts';
import { ObjectStreams, ReadingCost } from './object-streams.ts';
import { PageTree } from './pages.ts';
import type { PdfParser } from './parser.ts';
import { signaturesOf, strictestDocMdp } from './signatures.ts';
import { frontOf } from './source.ts';
import type { ByteSource, EmbeddedSignature, FormField, PdfFile, PdfPage, PdfRevision } from './types.ts';
import { parseAt } from './window.ts';
import { readXrefChain, type XrefChain } from './xref-chain.ts';
import type { XrefEntry } from './xref-index.ts';
import { streamStart } from './xref-section.ts';

const OBJECTS_KEPT = 4_096;
/** Bytes of text that the kept objects were read from: what they make of it is several times as large. */
const TEXT_KEPT = 8 << 20;
/** References to references: never seen in honest files, so few are followed. */
const REFERENCE_HOPS = 8;

export interface ReadPdfOptions {
  /** Of the user or the owner, for an encrypted document. Without it the empty one is tried. */
  readonly password?: string | undefined;
}

/**
 * Reads a document's structure; pages, fields and objects are read when asked for.
 * @throws PDF_NOT_PDF, PDF_DAMAGED, PDF_LIMIT; PDF_ENCRYPTED when it needs a password, PDF_PASSWORD when that is wrong, PDF_ENCRYPTION
 * when it is encrypted in a way that is not supported
 */
export async function readPdf(source: ByteSource, { password }: ReadPdfOptions = {}): Promise<PdfFile> {
  return openDocument(source, new ReadingCost(source.size), { password });
}

async function openDocument(source: ByteSource, cost: ReadingCost, opener: Opener): Promise<PdfFile> {
  const file = new PdfDocument(source, await readXrefChain(source), cost, opener);
  await file.unlock();
  await file.catalog();
  return file;
}

class PdfDocument implements PdfFile {
  readonly source: ByteSource;
  readonly #chain: XrefChain;
  readonly #objects = new Map<number, Promise<PdfObject>>();
  #textKept = 0;
  readonly #objectStreams: ObjectStreams;
  readonly #cost: ReadingCost;
  readonly #pageTree: PageTree;
  readonly #opener: Opener;
  #lock: Lock | undefined;
  /** Number of the /Encrypt dictionary, whose own strings are not encrypted. */
  #encryptNumber: number | undefined;
  #fields: Promise<readonly FormField[]> | undefined;
  #signatures: Promise<readonly EmbeddedSignature[]> | undefined;

  constructor(source: ByteSource, chain: XrefChain, cost: ReadingCost, opener: Opener) {
    this.source = source;
    this.#opener = opener;
    this.#cost = cost;
    this.#chain = chain;
    this.#objectStreams = new ObjectStreams((num, where) => this.#container(num, where), cost);
    this.#pageTree = new PageTree(this);
  }

  get size(): number {
    return this.source.size;
  }
  get version(): string {
    return this.#chain.version;
  }
  get trailer(): PdfDict {
    return this.#chain.trailer;
  }
  get xrefKind(): 'table' | 'stream' {
    return this.#chain.sections[0]?.kind ?? 'table';
  }
  get revisions(): readonly PdfRevision[] {
    return this.#chain.revisions;
  }
  get security(): DocumentSecurity | undefined {
    return this.#lock?.security;
  }
  get objectLimit(): number {
    const size = this.trailer.get('Size');
    return Math.max(this.#chain.index.end, isCount(size) ? size : 0);
  }

  /** To be called once, before anything but the trailer is read. */
  async unlock(): Promise<void> {
    const written = this.trailer.get('Encrypt') ?? null;
    if (written === null) return;
    this.#lock = await openLock(this.trailer, (value) => this.resolve(value), this.#opener);
    this.#encryptNumber = written instanceof PdfRef ? written.num : undefined;
    // What was read up to here was read as if nothing were encrypted.
    this.#objects.clear();
    this.#objectStreams.clear();
  }

  xrefEntry(num: number): XrefEntry | undefined {
    return this.#chain.index.get(num);
  }

  async object(num: number, gen?: number): Promise<PdfObject> {
    const entry = this.xrefEntry(num);
    if (entry === undefined || entry.kind === 'free') return null;
    if (gen !== undefined && gen !== (entry.kind === 'offset' ? entry.gen : 0)) return null;
    const known = this.#objects.get(num);
    if (known !== undefined) return known;
    const loading = entry.kind === 'offset' ? this.#direct(num, entry.offset, entry.gen) : this.#packed(num, entry);
    if (this.#objects.size >= OBJECTS_KEPT || this.#textKept > TEXT_KEPT) {
      this.#objects.clear();
      this.#textKept = 0;
    }
    this.#objects.set(num, loading);
    return loading;
  }

  async resolve(value: PdfObject | undefined): Promise<PdfObject> {
    let current = value ?? null;
    for (let hops = 0; current instanceof PdfRef; hops++) {
      if (hops >= REFERENCE_HOPS) throw damaged(`object ${current.num}`, 'references run in a circle');
      current = await this.object(current.num, current.gen);
    }
    return current;
  }

  /**
   * Reads the object that stands at an offset. To wait for another object here is to risk that it waits for this one: a stream's length
   * is therefore read past the cache, and that of an object stream may not be packed.
   */
  async #direct(num: number, offset: number, gen: number, lengthMayBePacked = true): Promise<PdfObject> {
    const what = `object ${num}`;
    const where = `${what} @ ${offset}`;
    const { value, start } = await parseAt(
      this.source,
      offset,
      (parser) => {
        const header = parser.objectHeader();
        if (header.num !== num || header.gen !== gen)
          throw parser.fail(
            `the cross-reference places ${num} ${gen} here, but ${header.num} ${header.gen} stands here`,
          );
        const object = parser.object();
        const data = object instanceof PdfDict ? streamStart(parser) : undefined;
        if (data === undefined) parser.expectKeyword('endobj');
        this.#textKept += parser.pos;
        return { value: object, start: data };
      },
      { what, limit: limits.objectText },
    );
    const ref = this.#isEncrypted(num, value, start !== undefined) ? new PdfRef(num, gen) : undefined;
    const decrypted = ref === undefined ? value : (this.security?.decryptStrings(ref, value) ?? value);
    if (start === undefined || !(decrypted instanceof PdfDict)) return decrypted;
    const length = await this.#streamLength(decrypted.get('Length'), where, lengthMayBePacked);
    if (start + length > this.size) throw damaged(where, 'the stream runs beyond the end of the file');
    await parseAt(this.source, start + length, (parser) => parser.expectKeyword('endstream'), {
      what: `endstream of ${num}`,
      window: 64,
      limit: 1 << 12,
    });
    return new PdfStream(decrypted, { offset: start, length, ...(ref === undefined ? {} : { keyOf: ref }) });
  }

  /** Neither the dictionary that says how to decrypt is encrypted itself nor a cross-reference stream (ISO 32000-2, 7.6.2). */
  #isEncrypted(num: number, value: PdfObject, isStream: boolean): boolean {
    if (this.#lock === undefined || num === this.#encryptNumber) return false;
    return !(isStream && value instanceof PdfDict && isName(value.get('Type'), 'XRef'));
  }

  async #streamLength(written: PdfObject | undefined, where: string, mayBePacked: boolean): Promise<number> {
    let length: PdfObject | undefined = written;
    if (written instanceof PdfRef) {
      const entry = this.xrefEntry(written.num);
      if (entry?.kind === 'offset' && entry.gen === written.gen)
        length = await this.#plainNumber(written, entry.offset);
      else if (entry?.kind === 'compressed' && written.gen === 0 && mayBePacked)
        length = await this.#packed(written.num, entry);
    }
    if (!isCount(length)) throw damaged(where, 'the stream has no length that can be read');
    return length;
  }

  #plainNumber({ num, gen }: PdfRef, offset: number): Promise<number> {
    const parse = (parser: PdfParser): number => {
      const header = parser.objectHeader();
      if (header.num !== num || header.gen !== gen) throw parser.fail(`${num} ${gen} obj expected`);
      return parser.expectCount('length');
    };
    return parseAt(this.source, offset, parse, { what: `length ${num}`, window: 256, limit: 1 << 12 });
  }

  async #packed(num: number, entry: Extract<XrefEntry, { kind: 'compressed' }>): Promise<PdfObject> {
    const { value, length } = await this.#objectStreams.member(num, entry);
    this.#textKept += length;
    return value;
  }

  async #container(num: number, where: string): Promise<{ stream: PdfStream; data: Uint8Array }> {
    const entry = this.xrefEntry(num);
    if (entry?.kind !== 'offset') throw damaged(where, 'not in the cross-reference as an object of its own');
    const stream = await this.#direct(num, entry.offset, entry.gen, false);
    if (!(stream instanceof PdfStream)) throw damaged(where, 'no object stream');
    // Its filters must be direct: to follow a reference here could mean to wait for this very stream.
    return { stream, data: await this.#dataOf(stream, stream.dict) };
  }

  async rawStream(stream: PdfStream): Promise<Uint8Array> {
    return this.#dataOf(stream, this.#lock === undefined ? stream.dict : await this.#directFilters(stream.dict));
  }

  /** @param entries the stream's dictionary with its filters direct */
  async #dataOf(stream: PdfStream, entries: PdfDict): Promise<Uint8Array> {
    if (stream.data instanceof Uint8Array) return stream.data;
    const { offset, length, keyOf } = stream.data;
    if (length > limits.decodedStream) throw overLimit(`stream @ ${offset}`, `${length} bytes`);
    const data = await this.source.read(offset, length);
    return keyOf === undefined ? data : (this.security?.decryptStream(keyOf, entries, data) ?? data);
  }

  async streamData(stream: PdfStream): Promise<Uint8Array> {
    const where = stream.data instanceof Uint8Array ? 'stream' : `stream @ ${stream.data.offset}`;
    const entries = await this.#directFilters(stream.dict);
    return decodeStream(await this.#dataOf(stream, entries), entries, where, limits.decodedStream);
  }

  /** /Filter and /DecodeParms with their references followed. */
  async #directFilters(stream: PdfDict): Promise<PdfDict> {
    const follow = async (value: PdfObject | undefined): Promise<PdfObject> => {
      const direct = await this.resolve(value);
      return Array.isArray(direct) ? Promise.all(direct.map((item: PdfObject) => this.resolve(item))) : direct;
    };
    return stream.with({
      Filter: await follow(stream.get('Filter')),
      DecodeParms: await follow(stream.get('DecodeParms')),
    });
  }

  async catalog(): Promise<PdfDict> {
    const root = await this.resolve(this.trailer.get('Root'));
    if (!(root instanceof PdfDict)) throw damaged('catalog', '/Root is no dictionary');
    if (!isName(await this.resolve(root.get('Type')), 'Catalog')) throw damaged('catalog', '/Type is not /Catalog');
    return root;
  }

  pageCount(): Promise<number> {
    return this.#pageTree.count();
  }
  page(number: number): Promise<PdfPage> {
    return this.#pageTree.page(number);
  }
  pages(): Promise<readonly PdfPage[]> {
    return this.#pageTree.all();
  }

  fields(): Promise<readonly FormField[]> {
    return (this.#fields ??= fieldsOf(this));
  }
  async signatureFields(): Promise<readonly FormField[]> {
    return (await this.fields()).filter((field) => field.type === 'Sig');
  }
  signatures(): Promise<readonly EmbeddedSignature[]> {
    return (this.#signatures ??= signaturesOf(this));
  }
  docMdp(): Promise<1 | 2 | 3 | undefined> {
    return strictestDocMdp(this);
  }
  async hasDss(): Promise<boolean> {
    return (await this.resolve((await this.catalog()).get('DSS'))) instanceof PdfDict;
  }
  revisionAt(end: number): Promise<PdfFile> {
    return openDocument(frontOf(this.source, end), this.#cost, { ...this.#opener, lock: this.#lock });
  }
}
