/**
 * What a signature may claim to cover (ISO 32000-2 §12.8.1; pains.md: USF, ISA, SWA). Accepted is only [0, a, b, c] whose gap is
 * exactly the hex string of this very signature's /Contents and whose end is the end of a revision of the chain that was read.
 */
import type { ByteSource, EmbeddedSignature, PdfRevision } from '#core/pdf/index.ts';
import type { Finding } from '#core/pki/index.ts';
import { finding } from './findings.ts';

export interface Coverage {
  readonly a: number;
  readonly b: number;
  readonly end: number;
  /** 1-based revision that ends at `end`. */
  readonly revision: number;
}

export type CoverageResult =
  | { readonly coverage: Coverage; readonly findings: readonly [] }
  | { readonly coverage: undefined; readonly findings: readonly Finding[] };

const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;

export async function judgeByteRange(
  source: ByteSource,
  signature: EmbeddedSignature,
  revisions: readonly PdfRevision[],
): Promise<CoverageResult> {
  const refuse = (code: Parameters<typeof finding>[0], detail: string): CoverageResult => ({
    coverage: undefined,
    findings: [finding(code, { detail })],
  });
  const range = signature.byteRange;
  const shown = `ByteRange [${range.join(' ')}], file size ${source.size}`;
  const [start, a, b, length] = range;
  if (range.length !== 4 || start === undefined || a === undefined || b === undefined || length === undefined) {
    return refuse('BYTE_RANGE_MALFORMED', shown);
  }
  if (!range.every((n) => Number.isSafeInteger(n) && n >= 0) || start !== 0 || b <= a) {
    return refuse('BYTE_RANGE_MALFORMED', shown);
  }
  const end = b + length;
  if (end > source.size) return refuse('BYTE_RANGE_BEYOND_FILE', shown);
  const span = signature.contentsSpan;
  if (span === undefined) return refuse('BYTE_RANGE_GAP', `${shown}; /Contents cannot be located`);
  if (span[0] !== a || span[1] !== b) return refuse('BYTE_RANGE_GAP', `${shown}; /Contents at ${span[0]}–${span[1]}`);
  if (!(await isExactHexString(source, a, b, signature.contents))) {
    return refuse('BYTE_RANGE_GAP', `${shown}; the gap is not the plain hex string of /Contents`);
  }
  const index = await revisionEndingAt(source, revisions, end);
  if (index < 0)
    return refuse('BYTE_RANGE_END', `${shown}; revisions end at ${revisions.map((r) => r.eof).join(', ')}`);
  // The hole belongs to the revision it closes: a signature can't vouch for a revision written after it.
  if (a < (revisions[index - 1]?.eof ?? 0)) return refuse('BYTE_RANGE_END', `${shown}; hole before its own revision`);
  return { coverage: { a, b, end, revision: index + 1 }, findings: [] };
}

/** Index of the revision that ends at `end`: at its %%EOF or behind the line end that follows. -1 when there is none. */
async function revisionEndingAt(source: ByteSource, revisions: readonly PdfRevision[], end: number): Promise<number> {
  for (const [index, { eof }] of revisions.entries()) {
    if (end === eof) return index;
    if (end < eof || end > eof + 2) continue;
    const lineEnd = await source.read(eof, end - eof);
    const isLineEnd = lineEnd.every((byte) => byte === 0x0d || byte === 0x0a);
    if (isLineEnd) return index;
  }
  return -1;
}

/** The gap holds `<`, hex digits, `>` and nothing else, and they spell the contents: white space or comments could hide data. */
async function isExactHexString(source: ByteSource, a: number, b: number, contents: Uint8Array): Promise<boolean> {
  if (b - a !== 2 * contents.length + 2) return false;
  const gap = await source.read(a, b - a);
  if (gap[0] !== LESS_THAN || gap[gap.length - 1] !== GREATER_THAN) return false;
  for (let i = 0; i < contents.length; i++) {
    const high = hexValue(gap[1 + 2 * i]);
    const low = hexValue(gap[2 + 2 * i]);
    if (high < 0 || low < 0 || ((high << 4) | low) !== contents[i]) return false;
  }
  return true;
}

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Two signatures can't both cover the other's hole: where two claim the same end, at least one lies; neither is believed. */
export function sharedEnds(coverages: readonly (Coverage | undefined)[]): ReadonlySet<number> {
  const seen = new Set<number>();
  const shared = new Set<number>();
  for (const coverage of coverages) {
    if (coverage === undefined) continue;
    if (seen.has(coverage.end)) shared.add(coverage.end);
    seen.add(coverage.end);
  }
  return shared;
}
