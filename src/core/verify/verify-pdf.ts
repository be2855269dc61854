/**
 * The judge: one report per file, one entry per signature, and never PASSED unless every question was answered with yes. The file
 * is hashed in one pass; everything else reads only what it needs.
 */
import { toHex } from '#core/crypto/index.ts';
import { isYqError, type YqError } from '#core/errors/index.ts';
import {
  inspectActiveContent,
  readPdf,
  type ByteSource,
  type EmbeddedSignature,
  type PdfFile,
} from '#core/pdf/index.ts';
import type { Finding, TrustMaterial } from '#core/pki/index.ts';
import { changedPages } from './changed-pages.ts';
import { judgeByteRange, sharedEnds, type Coverage } from './byte-range.ts';
import { FINDINGS, finding, worst, type FindingCode } from './findings.ts';
import { judgeSignature } from './judge-signature.ts';
import { digestRanges, type HashedPrefix, type RangeOrder } from './range-digests.ts';
import { RevisionHistory } from './revision-history.ts';
import { readContents, type SignedContents } from './signed-contents.ts';
import { reachedLevels } from './levels.ts';
import { storedMaterial, withStored } from './stored-material.ts';
import { judgeAlongTime, type ProofOfExistence } from './time-line.ts';
import { pictureFindings } from './seal-picture.ts';
import { signatureReport } from './signature-report.ts';
import type { SignatureReport, VerifyReport } from './types.ts';

export interface VerifyOptions {
  /** File name for the report; no path. */
  readonly name: string;
  readonly trust: TrustMaterial;
  /** Who may stamp time; `trust` when absent. */
  readonly timeStampTrust?: TrustMaterial;
  /** Whose seals are accepted; `trust` when absent. */
  readonly sealTrust?: TrustMaterial;
  /** The moment of judging; now when absent. */
  readonly at?: Date;
  /** Opens an encrypted document. */
  readonly password?: string;
  /** For core/signing alone, which has hashed these bytes while writing them and has read them back. */
  readonly hashedPrefix?: HashedPrefix;
}

/** Bytes of a file that is hashed although nothing in it can be judged. */
const LARGEST_UNJUDGED = 1 << 30;
/** More signatures than any record carries; each costs a hash and a comparison. */
const MAX_SIGNATURES = 200;

/**
 * Judges every signature of `source`. Content, however hostile, never makes it reject: what cannot be read becomes a finding and
 * INDETERMINATE or FAILED. Rejects only when `source` itself does (the disk fails).
 */
export async function verifyPdf(source: ByteSource, options: VerifyOptions): Promise<VerifyReport> {
  const at = options.at ?? new Date();
  const opened = await openForJudging(source, options.password);
  if (opened.file === undefined) {
    const sm3 = source.size > LARGEST_UNJUDGED ? '' : toHex((await digestRanges(source, [])).file);
    const encrypted = LOCKED.has(opened.finding.code);
    return summary(source, options, at, sm3, {
      revisions: 0,
      findings: [opened.finding],
      signatures: [],
      changedPages: [],
      encrypted,
    });
  }
  const { file, signatures } = opened;
  const candidates = await Promise.all(signatures.map((signature) => examine(source, file, signature)));
  const shared = sharedEnds(candidates.map((c) => c.coverage));

  const orders: RangeOrder[] = [];
  const orderOf = new Map<Candidate, number>();
  for (const candidate of candidates) {
    const { coverage, contents } = candidate;
    if (coverage === undefined || contents?.rangeDigest === undefined || shared.has(coverage.end)) continue;
    orderOf.set(candidate, orders.length);
    orders.push({ digest: contents.rangeDigest, a: coverage.a, b: coverage.b, end: coverage.end });
  }
  const digests = await digestRanges(source, orders, options.hashedPrefix);

  const stored = await storedMaterial(file);
  const trust = withStored(options.trust, stored);
  const timeStampTrust = withStored(options.timeStampTrust ?? options.trust, stored);
  const sealTrust = withStored(options.sealTrust ?? options.trust, stored);
  const entries = candidates.map((candidate) => {
    const order = orderOf.get(candidate);
    const extra = shared.has(candidate.coverage?.end ?? -1) ? [finding('BYTE_RANGE_SHARED')] : [];
    const question = {
      signature: candidate.signature,
      contents: candidate.contents,
      rangeDigest: order === undefined ? undefined : digests.ranges[order],
      findings: [...candidate.findings, ...extra],
      trust,
      timeStampTrust,
      sealTrust,
      at,
    };
    return {
      end: order === undefined ? undefined : candidate.coverage?.end,
      judge: (proof: ProofOfExistence | undefined) => judgeSignature({ ...question, proof }),
    };
  });
  const { judged, proofs } = judgeAlongTime(entries);
  const questions = judged.map((one, i) => ({ ...one, end: entries[i]?.end }));
  const levels = await reachedLevels(file, stored, questions, proofs);

  const history = new RevisionHistory(file, candidates, judged);
  const reports: SignatureReport[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const one = judged[index];
    if (one === undefined) continue;
    const changesAfter = candidate.coverage === undefined ? [] : await history.changesAfter(candidate);
    const picture = one.seal === undefined ? [] : await pictureFindings(file, candidate.signature, one.seal);
    reports.push(
      signatureReport(
        index,
        candidate,
        { ...one, findings: [...one.findings, ...picture], level: levels[index] ?? one.level },
        changesAfter,
        source.size,
      ),
    );
  }
  return summary(source, options, at, toHex(digests.file), {
    revisions: file.revisions.length,
    findings: [...fileFindings(source, file, candidates), ...(await contentFindings(file, candidates))],
    signatures: reports,
    changedPages: changedPages(
      reports.flatMap((report) => report.changesAfter),
      file.revisions,
    ),
    encrypted: file.security !== undefined,
  });
}

type Opened =
  | { readonly file: PdfFile; readonly signatures: readonly EmbeddedSignature[] }
  | { readonly file: undefined; readonly finding: Finding };

/** Findings about an encrypted file that could not be opened. */
const LOCKED: ReadonlySet<string> = new Set(['PDF_ENCRYPTED', 'PDF_PASSWORD', 'PDF_ENCRYPTION']);

async function openForJudging(source: ByteSource, password: string | undefined): Promise<Opened> {
  try {
    const file = await readPdf(source, { password });
    const signatures = await file.signatures();
    if (signatures.length > MAX_SIGNATURES) {
      return { file: undefined, finding: finding('TOO_MANY_SIGNATURES', { detail: String(signatures.length) }) };
    }
    return { file, signatures };
  } catch (e) {
    if (!isYqError(e)) throw e;
    return { file: undefined, finding: unreadable(e) };
  }
}

function unreadable(e: YqError): Finding {
  const code: FindingCode = Object.hasOwn(FINDINGS, e.code) ? (e.code as FindingCode) : 'FILE_UNREADABLE';
  return finding(code, { detail: e.detail ?? e.message });
}

/** A signature with what can be said before anything is hashed. */
export interface Candidate {
  readonly signature: EmbeddedSignature;
  readonly coverage: Coverage | undefined;
  readonly contents: SignedContents | undefined;
  readonly findings: readonly Finding[];
}

async function examine(source: ByteSource, file: PdfFile, signature: EmbeddedSignature): Promise<Candidate> {
  const irregular =
    signature.irregularities.length === 0
      ? []
      : [finding('SIGNATURE_IRREGULAR', { detail: signature.irregularities.join('; ') })];
  const covered = await judgeByteRange(source, signature, file.revisions);
  const read = readContents(signature);
  return {
    signature,
    coverage: covered.coverage,
    contents: read.contents,
    findings: [...irregular, ...covered.findings, ...read.findings],
  };
}

const isTimeStamp = ({ signature }: Candidate): boolean => signature.subFilter === 'ETSI.RFC3161';

function fileFindings(source: ByteSource, file: PdfFile, candidates: readonly Candidate[]): readonly Finding[] {
  const findings: Finding[] = [];
  if (candidates.length === 0) findings.push(finding('NO_SIGNATURE'));
  // Anybody can have a document stamped; that nobody has signed it must not look like a pass.
  else if (candidates.every(isTimeStamp)) findings.push(finding('ONLY_TIMESTAMPS'));
  const last = file.revisions.at(-1);
  const covered = Math.max(0, ...candidates.map((c) => c.coverage?.end ?? 0));
  // What stands behind the last revision's own end belongs to no revision, so no comparison would ever see it.
  const documentEnd = last === undefined ? 0 : Math.max(covered, covered < last.eof ? last.end : 0);
  if (candidates.length > 0 && covered > 0 && source.size > documentEnd) {
    findings.push(
      finding('UNSIGNED_BYTES_AT_END', { detail: `${source.size - documentEnd} bytes from ${documentEnd}` }),
    );
  }
  return findings;
}

/** What can be said of a signed document's content without its signatures. */
async function contentFindings(file: PdfFile, candidates: readonly Candidate[]): Promise<readonly Finding[]> {
  if (candidates.length === 0) return [];
  try {
    const things = await inspectActiveContent(file);
    const named = (refuses: boolean): string =>
      things
        .filter((thing) => thing.refuses === refuses)
        .map(({ code, where }) => `${code} (${where})`)
        .join(', ');
    const [active, noted] = [named(true), named(false)];
    return [
      ...(active === '' ? [] : [finding('ACTIVE_CONTENT', { detail: active })]),
      ...(noted === '' ? [] : [finding('CONTENT_NOTED', { detail: noted })]),
    ];
  } catch (e) {
    if (!isYqError(e)) throw e;
    return [unreadable(e)];
  }
}

function summary(
  source: ByteSource,
  { name }: VerifyOptions,
  at: Date,
  sm3: string,
  parts: Pick<VerifyReport, 'revisions' | 'findings' | 'signatures' | 'encrypted' | 'changedPages'>,
): VerifyReport {
  const verdicts = [...parts.findings, ...parts.signatures].map((x) => x.verdict);
  return {
    file: name,
    size: source.size,
    sm3,
    verdict: worst(verdicts),
    ...parts,
    judgedAt: at.toISOString(),
  };
}
