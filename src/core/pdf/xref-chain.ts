/** The chain of cross-reference sections, from `startxref` back through /Prev, and the revisions that it tells of. */
import { damaged, overLimit } from './failures.ts';
import { limits } from './limits.ts';
import { isCount, PdfDict, PdfRef, sameObject } from './objects.ts';
import { latin1, PdfParser } from './parser.ts';
import type { ByteSource, PdfRevision } from './types.ts';
import { sameEntry, XrefIndex } from './xref-index.ts';
import { parseFollower, readXrefSection, type XrefSection } from './xref-section.ts';
import { YqError } from '#core/errors/index.ts';

export interface XrefChain {
  readonly version: string;
  readonly startXref: number;
  /** Trailer of the newest section. */
  readonly trailer: PdfDict;
  /** Newest first, XRefStm sections behind the table they belong to. */
  readonly sections: readonly SectionHead[];
  readonly index: XrefIndex;
  /** Oldest first. */
  readonly revisions: readonly PdfRevision[];
}

/** A section without its entries: those are in the index. */
type SectionHead = Omit<XrefSection, 'entries'>;

/** Bytes at the end of a file in which `startxref` must stand, as readers have it since PDF 1.0. */
const TAIL = 1024 + 32;

export async function readXrefChain(source: ByteSource): Promise<XrefChain> {
  if (source.size > limits.fileSize) throw overLimit('size', `${source.size} bytes`);
  const version = await readHeader(source);
  const { startXref, eof } = await findStartXref(source);
  const sections: SectionHead[] = [];
  let entries = 0;
  const index = new XrefIndex();
  const seen = new Set<number>();
  for (let offset: number | undefined = startXref; offset !== undefined;) {
    if (seen.has(offset)) throw damaged(`xref @ ${offset}`, 'the chain of /Prev runs in a circle');
    seen.add(offset);
    if (sections.length >= limits.sections) throw overLimit(`xref @ ${offset}`, 'too many cross-reference sections');
    const section: XrefSection = await readXrefSection(source, offset);
    sections.push(headOf(section));
    const hidden = await readHybridPart(source, section, seen);
    if (hidden !== undefined) sections.push(headOf(hidden));
    entries += section.entries.length + (hidden?.entries.length ?? 0);
    if (entries > limits.entries) throw overLimit(`xref @ ${offset}`, `more than ${limits.entries} entries`);
    merge(index, section, hidden);
    offset = offsetOf(section.trailer, 'Prev', section.offset);
  }
  const trailer = sections[0]?.trailer ?? new PdfDict();
  checkEncryption(sections);
  if (!(trailer.get('Root') instanceof PdfRef)) throw damaged(`xref @ ${startXref}`, 'the trailer has no /Root');
  const size = trailer.get('Size');
  if (!isCount(size)) throw damaged(`xref @ ${startXref}`, 'the trailer has no /Size');
  if (size > limits.objectNumber + 1) throw overLimit(`xref @ ${startXref}`, `/Size ${size}`);
  return {
    version,
    startXref,
    trailer,
    sections,
    index,
    revisions: await revisionsOf(source, sections, startXref, eof),
  };
}

/** Each update repeats /Encrypt; the first part of a linearized file may go without. Readers do not agree on which of two counts. */
function checkEncryption(sections: readonly SectionHead[]): void {
  const newest = sections[0]?.trailer.get('Encrypt') ?? null;
  for (const { trailer, offset } of sections) {
    const own = trailer.get('Encrypt') ?? null;
    if (own !== null && !sameObject(own, newest))
      throw damaged(`xref @ ${offset}`, 'its /Encrypt is not that of the newest section');
  }
}

async function readHeader(source: ByteSource): Promise<string> {
  const head = latin1(await source.read(0, Math.min(1024, source.size)));
  const at = head.indexOf('%PDF-');
  if (at < 0) throw new YqError('PDF_NOT_PDF', { detail: 'no %PDF- in the first 1024 bytes' });
  // Readers disagree on whether offsets then count from the file's or from the header's start.
  if (at > 0) throw damaged('@ 0', `${at} bytes stand before %PDF-`);
  const version = /^%PDF-(\d\.\d)(?!\d)/.exec(head)?.[1];
  if (version === undefined) throw damaged('@ 0', 'the header has no version');
  return version;
}

async function findStartXref(source: ByteSource): Promise<{ startXref: number; eof: number }> {
  const base = Math.max(0, source.size - TAIL);
  const tail = await source.read(base, source.size - base);
  const at = latin1(tail).lastIndexOf('startxref');
  if (at < 0) throw damaged('startxref', 'not found at the end of the file');
  const follower = parseFollower(new PdfParser(tail, { base, pos: at }));
  if (follower === undefined) throw damaged('startxref', 'no %%EOF behind startxref');
  return follower;
}

/** The end of the line that `%%EOF` stands on. */
async function afterEof(source: ByteSource, eof: number): Promise<number> {
  const [first, second] = await source.read(eof, Math.min(2, source.size - eof));
  if (first === 13) return second === 10 ? eof + 2 : eof + 1;
  return first === 10 ? eof + 1 : eof;
}

function offsetOf(trailer: PdfDict, key: string, at: number): number | undefined {
  const value = trailer.get(key);
  if (value === undefined || value === null) return undefined;
  if (!isCount(value)) throw damaged(`xref @ ${at}`, `/${key} is no offset`);
  return value;
}

/** The cross-reference stream beside a hybrid file's table (7.5.8.4). */
async function readHybridPart(
  source: ByteSource,
  section: XrefSection,
  seen: Set<number>,
): Promise<XrefSection | undefined> {
  if (section.kind === 'stream') return undefined;
  const offset = offsetOf(section.trailer, 'XRefStm', section.offset);
  if (offset === undefined) return undefined;
  if (seen.has(offset)) throw damaged(`xref @ ${offset}`, 'the chain of /XRefStm runs in a circle');
  seen.add(offset);
  const hidden = await readXrefSection(source, offset);
  if (hidden.kind !== 'stream') throw damaged(`xref @ ${offset}`, '/XRefStm points to no stream');
  return hidden;
}

/**
 * Takes a section's entries over, newer ones standing. A table's free entries give way to its hybrid stream, which is what they are there
 * for; a table and its stream that place one object at two places would show different readers different documents.
 */
function merge(index: XrefIndex, table: XrefSection, hidden: XrefSection | undefined): void {
  if (hidden === undefined) {
    const { entries } = table;
    for (let at = 0; at < entries.length; at++) {
      const num = entries.number(at);
      if (!index.has(num)) index.set(num, entries.entry(at));
    }
    return;
  }
  const own = new Map(table.entries);
  for (const [num, entry] of hidden.entries) {
    const shown = own.get(num);
    if (shown !== undefined && shown.kind !== 'free' && entry.kind !== 'free' && !sameEntry(shown, entry))
      throw damaged(`xref @ ${table.offset}`, `table and stream place object ${num} at two places`);
    if (shown === undefined || shown.kind === 'free') own.set(num, entry);
  }
  for (const [num, entry] of own) if (!index.has(num)) index.set(num, entry);
}

const headOf = ({ kind, offset, trailer, follower }: XrefSection): SectionHead => ({ kind, offset, trailer, follower });

/**
 * A revision ends with the `startxref` that names its newest section. In a linearized file that line stands behind the
 * other, older section (Annex F.3.1), so all sections further down the chain are asked.
 */
async function revisionsOf(
  source: ByteSource,
  sections: readonly SectionHead[],
  startXref: number,
  eof: number,
): Promise<PdfRevision[]> {
  const revisions: PdfRevision[] = [{ startXref, eof, end: await afterEof(source, eof) }];
  for (const [i, section] of sections.entries()) {
    const older = sections.slice(i).find((other) => other.follower?.startXref === section.offset)?.follower?.eof;
    const newer = revisions[0];
    if (i === 0 || older === undefined || newer === undefined || older >= newer.eof) continue;
    revisions.unshift({ startXref: section.offset, eof: older, end: await afterEof(source, older) });
  }
  return revisions;
}
