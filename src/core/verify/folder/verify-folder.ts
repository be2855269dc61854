/** Judging many files at once. */
import { asYqError, type YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
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
  'PDF_PASSWORD',
  'PDF_ENCRYPTION',
  'PDF_LIMIT',
  'FILE_UNREADABLE',
]);
export const isUnreadable = (report: VerifyReport): boolean => report.findings.some((f) => UNREADABLE.has(f.code));
