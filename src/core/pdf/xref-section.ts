/** One cross-reference section: a table with its trailer (ISO 32000-1, 7.5.4 and 7.5.5) or a stream (7.5.8). */
import { damaged, overLimit } from './failures.ts';
import { decodeStream } from './filters.ts';
import { limits } from './limits.ts';
import { isArray, isCount, isName, PdfDict, type PdfObject } from './objects.ts';
import type { PdfParser } from './parser.ts';
import type { ByteSource } from './types.ts';
import { parseAt } from './window.ts';
import type { XrefEntry } from './xref-index.ts';

export interface XrefSection {
  readonly kind: 'table' | 'stream';
  readonly offset: number;
  readonly trailer: PdfDict;
  readonly entries: readonly (readonly [number, XrefEntry])[];
  /** What stands behind it: the `startxref` number and the end of `%%EOF`, when they follow at once. */
  readonly follower: { readonly startXref: number; readonly eof: number } | undefined;
}

export async function readXrefSection(source: ByteSource, offset: number): Promise<XrefSection> {
  const options = { what: 'xref', window: 4096, limit: source.size };
  const isTable = await parseAt(source, offset, (parser) => parser.tryKeyword('xref'), options);
  return isTable
    ? parseAt(source, offset, (parser) => parseTable(parser, offset), options)
    : readXrefStream(source, offset);
}

function parseTable(parser: PdfParser, offset: number): XrefSection {
  parser.expectKeyword('xref');
  const entries: [number, XrefEntry][] = [];
  const seen = new Set<number>();
  for (;;) {
    parser.skipSpace();
    if (parser.tryKeyword('trailer')) break;
    const first = parser.expectCount('first object number');
    const count = parser.expectCount('number of entries');
    if (first + count > limits.objectNumber + 1 || count > limits.entries)
      throw overLimit(`xref @ ${offset}`, `${count} entries from ${first}`);
    for (let num = first; num < first + count; num++) {
      const place = parser.expectCount('entry');
      const gen = parser.expectCount('generation');
      parser.skipSpace();
      const used = parser.tryKeyword('n');
      if (!used && !parser.tryKeyword('f')) throw parser.fail(`entry of object ${num} is neither n nor f`);
      // No object stands at 0: some writers list unused numbers as "0000000000 00000 n".
      const entry: XrefEntry = used && place > 0 ? { kind: 'offset', offset: place, gen } : { kind: 'free', gen };
      if (seen.has(num)) throw parser.fail(`object ${num} has two entries in one table`);
      seen.add(num);
      entries.push([num, entry]);
    }
  }
  parser.skipSpace();
  const trailer = parser.object();
  if (!(trailer instanceof PdfDict)) throw parser.fail('trailer is no dictionary');
  return { kind: 'table', offset, trailer, entries, follower: parseFollower(parser) };
}

/** Object number, dictionary and span of the raw data of a stream whose /Length is direct. */
async function readXrefStream(source: ByteSource, offset: number): Promise<XrefSection> {
  const where = `xref @ ${offset}`;
  const { trailer, start } = await parseAt(
    source,
    offset,
    (parser) => {
      parser.objectHeader();
      const dict = parser.object();
      if (!(dict instanceof PdfDict) || !isName(dict.get('Type'), 'XRef'))
        throw parser.fail('neither table nor stream');
      return { trailer: dict, start: streamStart(parser) };
    },
    { what: 'xref', limit: limits.objectText },
  );
  if (start === undefined) throw damaged(where, 'the cross-reference stream has no data');
  const length = trailer.get('Length');
  if (!isCount(length)) throw damaged(where, 'the length of a cross-reference stream must be direct');
  if (start + length > source.size) throw damaged(where, 'the stream runs beyond the end of the file');
  const follower = await parseAt(
    source,
    start + length,
    (parser) => {
      parser.expectKeyword('endstream');
      parser.expectKeyword('endobj');
      return parseFollower(parser);
    },
    { what: 'endstream', window: 256, limit: 1 << 16 },
  );
  const raw = await source.read(start, length);
  return { kind: 'stream', offset, trailer, entries: parseEntries(raw, trailer, where), follower };
}

/** The parser stands behind a stream's dictionary: gives the offset of the first data byte, undefined when no stream follows. */
export function streamStart(parser: PdfParser): number | undefined {
  parser.skipSpace();
  if (!parser.tryKeyword('stream')) return undefined;
  if (parser.peek() === 13) parser.pos++;
  if (parser.peek() !== 10) throw parser.fail("no line feed behind 'stream'");
  parser.pos++;
  return parser.offset;
}

function parseEntries(raw: Uint8Array, trailer: PdfDict, where: string): [number, XrefEntry][] {
  const size = trailer.get('Size');
  if (!isCount(size)) throw damaged(where, 'no /Size');
  const widths = countList(trailer.get('W'));
  const index = trailer.has('Index') ? countList(trailer.get('Index')) : [0, size];
  const [w0 = 0, w1 = 0, w2 = 0] = widths ?? [];
  if (widths?.length !== 3 || Math.max(w0, w1, w2) > 8 || w1 === 0) throw damaged(where, 'bad /W');
  if (index === undefined || index.length % 2 !== 0) throw damaged(where, 'bad /Index');
  const width = w0 + w1 + w2;
  const count = index.reduce((sum, n, i) => (i % 2 === 1 ? sum + n : sum), 0);
  if (count > limits.entries) throw overLimit(where, `${count} entries`);
  // Some writers leave a few bytes more than the entries need.
  const data = decodeStream(raw, trailer, where, count * (width + 1) + 65_536);
  if (data.length < count * width) throw damaged(where, `${data.length} bytes are too few for ${count} entries`);

  const entries: [number, XrefEntry][] = [];
  const seen = new Set<number>();
  let at = 0;
  const field = (length: number, fallback: number): number => {
    if (length === 0) return fallback;
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + (data[at++] ?? 0);
    return value;
  };
  for (let i = 0; i < index.length; i += 2) {
    const first = index[i] ?? 0;
    for (let num = first; num < first + (index[i + 1] ?? 0); num++) {
      const type = field(w0, 1);
      const place = field(w1, 0);
      const minor = field(w2, 0);
      // The standard takes types beyond 2 for null (7.5.8.3), but readers in use rebuild the table instead, each in its way.
      if (type > 2) throw damaged(where, `entry of object ${num} has the unknown type ${type}`);
      const entry: XrefEntry =
        type === 0 || (type === 1 && place === 0)
          ? { kind: 'free', gen: minor }
          : type === 1
            ? { kind: 'offset', offset: place, gen: minor }
            : { kind: 'compressed', container: place, index: minor };
      if (seen.has(num)) throw damaged(where, `object ${num} has two entries in one stream`);
      seen.add(num);
      entries.push([num, entry]);
    }
  }
  return entries;
}

function countList(value: PdfObject | undefined): number[] | undefined {
  return isArray(value) && value.every(isCount) ? [...value] : undefined;
}

/** `startxref`, a number and `%%EOF`; undefined when something else follows. */
export function parseFollower(parser: PdfParser): XrefSection['follower'] {
  parser.skipSpace();
  if (!parser.tryKeyword('startxref')) return undefined;
  parser.skipSpace();
  const startXref = parser.tryCount();
  if (startXref === undefined) return undefined;
  while ([0, 9, 10, 12, 13, 32].includes(parser.peek())) parser.pos++;
  for (const c of '%%EOF') {
    if (parser.peek() !== c.charCodeAt(0)) return undefined;
    parser.pos++;
  }
  return { startXref, eof: parser.offset };
}
