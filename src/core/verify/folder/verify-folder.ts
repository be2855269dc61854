/** Judging many files at once, one row of a table for each. */
import { asYqError, type YqError } from '#core/errors/index.ts';
import type { TrustMaterial, Verdict } from '#core/pki/types.ts';
import type { VerifyReport } from '../types.ts';
import type { JudgePool } from './judge-pool.ts';
import type { FolderFile } from './walk.ts';

export type FileOutcome =
  | { readonly file: FolderFile; readonly report: VerifyReport }
  /** It could not be read, or judging it was given up. */
  | { readonly file: FolderFile; readonly error: YqError };

export interface VerifyFolderOptions {
  readonly pool: JudgePool;
  readonly trust: TrustMaterial;
  /** The moment of judging, one for all files. */
  readonly at: Date;
  readonly signal?: AbortSignal;
}

/**
 * Judges `files` with all workers of the pool and gives each outcome as it comes, in no fixed order. After an abort no more come;
 * what was given stays good. One bad file never ends the rest.
 */
export async function* verifyFolder(
  files: readonly FolderFile[],
  { pool, trust, at, signal }: VerifyFolderOptions,
): AsyncGenerator<FileOutcome> {
  const rest = files.values();
  const running = new Map<FolderFile, Promise<FileOutcome>>();
  const judge = async (file: FolderFile): Promise<FileOutcome> => {
    try {
      const { report } = await pool.judge({
        ...file,
        trust,
        at,
        ...(signal && { signal }),
      });
      return { file, report };
    } catch (e) {
      return { file, error: asYqError(e, 'INTERNAL') };
    }
  };
  for (;;) {
    // One more than there are workers, so that none waits for the next order.
    while (running.size <= pool.workers && !signal?.aborted) {
      const { value: file, done } = rest.next();
      if (done) break;
      running.set(file, judge(file));
    }
    if (running.size === 0) return;
    const outcome = await Promise.race(running.values());
    running.delete(outcome.file);
    if ('error' in outcome && outcome.error.code === 'SIGN_CANCELLED') continue;
    yield outcome;
  }
}

/** Findings with which nothing of the file could be judged. */
const UNREADABLE: ReadonlySet<string> = new Set([
  'PDF_NOT_PDF',
  'PDF_DAMAGED',
  'PDF_ENCRYPTED',
  'PDF_LIMIT',
  'FILE_UNREADABLE',
]);
export const isUnreadable = (report: VerifyReport): boolean => report.findings.some((f) => UNREADABLE.has(f.code));

/** One line of the table: what a records office wants to see of a file. */
export interface FolderRow {
  readonly name: string;
  readonly size: number;
  /** Null when nothing could be judged. */
  readonly verdict: Verdict | null;
  /** Without document time stamps. */
  readonly signatures: number;
  /** Common names, in order of signing. */
  readonly signers: readonly string[];
  /** The latest proven time. */
  readonly trustedTime: string | null;
  /** The lowest that a signature of the file reaches. */
  readonly level: string;
  /** The weightiest reason for a verdict that is not PASSED. */
  readonly reason: { readonly code: string; readonly zh: string; readonly en: string } | null;
}

const LEVELS = ['none', 'B-B', 'B-T', 'B-LT', 'B-LTA'] as const;

export function folderRow(outcome: FileOutcome): FolderRow {
  const { file } = outcome;
  if ('error' in outcome) {
    const { error } = outcome;
    const reason = { code: error.code, zh: error.text('zh').what, en: error.text('en').what };
    return { ...headOf(file), verdict: null, signatures: 0, signers: [], trustedTime: null, level: 'none', reason };
  }
  const { report } = outcome;
  const signatures = report.signatures.filter((s) => s.kind === 'signature');
  const times = signatures.flatMap((s) => s.trustedTime ?? []).sort();
  return {
    ...headOf(file),
    size: report.size,
    verdict: isUnreadable(report) ? null : report.verdict,
    signatures: signatures.length,
    signers: signatures.map((s) => s.signer?.commonName ?? '?'),
    trustedTime: times.at(-1) ?? null,
    level: LEVELS.find((level) => signatures.some((s) => s.level === level)) ?? 'none',
    reason: reasonOf(report),
  };
}

const headOf = ({ name, size }: FolderFile): Pick<FolderRow, 'name' | 'size'> => ({ name, size });

function reasonOf(report: VerifyReport): FolderRow['reason'] {
  const findings = [...report.findings, ...report.signatures.flatMap((s) => s.findings)];
  const found = findings.find((f) => f.verdict === 'FAILED') ?? findings.find((f) => f.verdict === 'INDETERMINATE');
  return found ? { code: found.code, zh: found.zh, en: found.en } : null;
}
