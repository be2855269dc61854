/** One cross-reference section: a table with its trailer (ISO 32000-1, 7.5.4 and 7.5.5) or a stream (7.5.8). */
import { damaged, overLimit } from './failures.ts';
import { decodeStream } from './filters.ts';
import { limits } from './limits.ts';
import { isArray, isCount, isName, PdfDict, type PdfObject } from './objects.ts';
import { MoreBytesNeeded, type PdfParser } from './parser.ts';
import type { ByteSource } from './types.ts';
import { parseAt, SlidingWindow } from './window.ts';
import { sharedNumber, XrefEntries } from './xref-entries.ts';

export interface XrefSection {
  readonly kind: 'table' | 'stream';
  readonly offset: number;
  readonly trailer: PdfDict;
  readonly entries: XrefEntries;
  /** What stands behind it: the `startxref` number and the end of `%%EOF`, when they follow at once. */
  readonly follower: { readonly startXref: number; readonly eof: number } | undefined;
}

export async function readXrefSection(source: ByteSource, offset: number): Promise<XrefSection> {
  const isTable = await parseAt(source, offset, (parser) => parser.tryKeyword('xref'), {
    what: 'xref',
    window: 256,
    limit: 256,
  });
  return isTable ? readTable(source, offset) : readXrefStream(source, offset);
}

async function readTable(source: ByteSource, offset: number): Promise<XrefSection> {
  const where = `xref @ ${offset}`;
  const table = SlidingWindow.at(source, offset, 'xref');
  await table.take((parser) => parser.expectKeyword('xref'));
  const entries = new XrefEntries();
  const runs: (readonly [number, number])[] = [];
  for (;;) {
    const run = await table.take(parseRunHead);
    if (run === undefined) break;
    const [first, count] = run;
    if (first + count > limits.objectNumber + 1 || entries.length + count > limits.entries)
      throw overLimit(where, `${count} entries from ${first}`);
    runs.push(run);
    for (let num = first; num < first + count;) {
      const from = num;
      num = await table.take((parser) => parseRows(parser, from, first + count, entries));
    }
  }
  const twice = sharedNumber(runs);
  if (twice !== undefined) throw damaged(where, `object ${twice} has two entries in one table`);
  return parseAt(
    source,
    table.offset,
    (parser) => {
      const trailer = parser.object();
      if (!(trailer instanceof PdfDict)) throw parser.fail('trailer is no dictionary');
      return { kind: 'table', offset, trailer, entries, follower: parseFollower(parser) };
    },
    { what: 'trailer', window: 4096, limit: limits.objectText },
  );
}

/** First number and count of the next subsection; undefined when the trailer follows. */
function parseRunHead(parser: PdfParser): readonly [number, number] | undefined {
  parser.skipSpace();
  if (parser.tryKeyword('trailer')) return undefined;
  return [parser.expectCount('first object number'), parser.expectCount('number of entries')];
}

/** Takes rows as far as the window reaches, at least one; gives the number that is next. */
function parseRows(parser: PdfParser, first: number, end: number, entries: XrefEntries): number {
  for (let num = first; num < end; num++) {
    const start = parser.pos;
    try {
      const place = parser.expectCount('entry');
      const gen = parser.expectCount('generation');
      parser.skipSpace();
      const used = parser.tryKeyword('n');
      if (!used && !parser.tryKeyword('f')) throw parser.fail(`entry of object ${num} is neither n nor f`);
      // No object stands at 0: some writers list unused numbers as "0000000000 00000 n".
      entries.push(num, used && place > 0 ? 'offset' : 'free', used ? place : 0, gen);
    } catch (error) {
      if (!(error instanceof MoreBytesNeeded) || num === first) throw error;
      parser.pos = start;
      return num;
    }
  }
  return end;
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
  if (length > limits.xrefStream) throw overLimit(where, `${length} bytes`);
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

function parseEntries(raw: Uint8Array, trailer: PdfDict, where: string): XrefEntries {
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

  const runs = Array.from({ length: index.length / 2 }, (_, i) => [index[2 * i] ?? 0, index[2 * i + 1] ?? 0] as const);
  const twice = sharedNumber(runs);
  if (twice !== undefined) throw damaged(where, `object ${twice} has two entries in one stream`);

  const entries = new XrefEntries();
  let at = 0;
  const field = (length: number, fallback: number): number => {
    if (length === 0) return fallback;
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + (data[at++] ?? 0);
    return value;
  };
  for (const [first, length] of runs) {
    for (let num = first; num < first + length; num++) {
      const type = field(w0, 1);
      const place = field(w1, 0);
      const minor = field(w2, 0);
      // The standard takes types beyond 2 for null (7.5.8.3), but readers in use rebuild the table instead, each in its way.
      if (type > 2) throw damaged(where, `entry of object ${num} has the unknown type ${type}`);
      if (type === 0 || (type === 1 && place === 0)) entries.push(num, 'free', 0, minor);
      else entries.push(num, type === 1 ? 'offset' : 'compressed', place, minor);
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
