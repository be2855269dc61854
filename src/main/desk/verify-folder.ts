/** A folder that is being judged: rows go to the window a few times a second, and the table stays here until it is exported. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { reportCsv, reportRow, type ReportRow } from '#core/report/index.ts';
import {
  isUnreadable,
  listPdfFiles,
  verifyFolder,
  type FileOutcome,
  type FolderFile,
  type JudgePool,
} from '#core/verify/folder/index.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { FolderProgress, FolderRow } from '#shared/models.ts';
import type { DeskPorts } from './ports.ts';
import { saveFile } from './save.ts';

/** ms between two events: the window is told at most ten times a second. */
const PERIOD = 100;
/** Tables kept for export; the oldest goes when another folder is begun. */
const JOBS_KEPT = 4;

interface Job {
  readonly id: string;
  readonly folder: string;
  readonly files: ReadonlyMap<string, FolderFile>;
  readonly rows: ReportRow[];
  readonly abort: AbortController;
  readonly begunAt: string;
  state: FolderProgress['state'];
  /** Rows that the window has been told of. */
  told: number;
  timer: NodeJS.Timeout | undefined;
}

export interface FolderJobs {
  start(path: string | null): Promise<CallOutput<'verify:folder'>>;
  cancel(jobId: string): void;
  /** Path of a row's file. Throws FOLDER_JOB_UNKNOWN. */
  path(jobId: string, name: string): string;
  export(input: CallInput<'verify:folderExport'>): Promise<{ path: string | null }>;
  /** While held back nothing is told; what came meanwhile is told in one go afterwards. */
  holdBack(held: boolean): void;
  /** Cancels what runs and forgets all tables: the next person must not see them. */
  clear(): void;
}

export interface FolderJobsDeps {
  readonly ports: DeskPorts;
  readonly trust: () => Promise<TrustMaterial>;
  readonly pool: JudgePool;
}

/** A file whose structure cannot be read, or whose judging was given up, has no verdict: nothing in it was judged. */
function rowOf(outcome: FileOutcome): ReportRow {
  const { name, size } = outcome.file;
  if ('report' in outcome) {
    const row = reportRow(name, outcome.report);
    return isUnreadable(outcome.report) ? { ...row, verdict: undefined } : row;
  }
  const { error } = outcome;
  return {
    ...{ name, size, verdict: undefined, signatures: 0, signers: [], trustedTime: undefined, level: '', sm3: '' },
    reason: { code: error.code, zh: error.text('zh').what, en: error.text('en').what },
  };
}

const viewOf = ({ sm3: _, ...row }: ReportRow): FolderRow => ({
  ...row,
  verdict: row.verdict ?? null,
  signers: [...row.signers],
  trustedTime: row.trustedTime ?? null,
  reason: row.reason ?? null,
});

export function createFolderJobs({ ports, trust, pool }: FolderJobsDeps): FolderJobs {
  const jobs = new Map<string, Job>();
  let isHeld = false;

  const count = (job: Job, verdict: ReportRow['verdict']): number =>
    job.rows.filter((r) => r.verdict === verdict).length;
  const tell = (job: Job): void => {
    clearTimeout(job.timer);
    job.timer = undefined;
    if (isHeld || !jobs.has(job.id)) return;
    const rows = job.rows.slice(job.told).map(viewOf);
    job.told = job.rows.length;
    ports.tell('verify:folderProgress', {
      jobId: job.id,
      folder: basename(job.folder),
      total: job.files.size,
      done: job.rows.length,
      passed: count(job, 'PASSED'),
      failed: count(job, 'FAILED'),
      indeterminate: count(job, 'INDETERMINATE'),
      unreadable: count(job, undefined),
      state: job.state,
      rows,
    });
  };
  const run = async (job: Job): Promise<void> => {
    const { signal } = job.abort;
    const outcomes = verifyFolder([...job.files.values()], { pool, trust: await trust(), at: ports.now(), signal });
    for await (const outcome of outcomes) {
      job.rows.push(rowOf(outcome));
      job.timer ??= setTimeout(() => {
        tell(job);
      }, PERIOD);
    }
    job.state = signal.aborted ? 'cancelled' : 'finished';
    tell(job);
  };
  const find = (jobId: string): Job => {
    const job = jobs.get(jobId);
    if (!job) throw new YqError('FOLDER_JOB_UNKNOWN');
    return job;
  };

  return {
    async start(given) {
      const folder = given ?? (await ports.dialogs.openFolder());
      if (folder === undefined) return null;
      const abort = new AbortController();
      const files = await listPdfFiles(folder, { signal: abort.signal });
      if (files.length === 0) throw new YqError('FOLDER_EMPTY', { params: { folder: basename(folder) } });
      for (const old of [...jobs.keys()].slice(0, Math.max(0, jobs.size + 1 - JOBS_KEPT))) {
        jobs.get(old)?.abort.abort();
        jobs.delete(old);
      }
      const job: Job = {
        id: randomUUID(),
        folder,
        files: new Map(files.map((f) => [f.name, f])),
        rows: [],
        abort,
        begunAt: ports.now().toISOString(),
        state: 'running',
        told: 0,
        timer: undefined,
      };
      jobs.set(job.id, job);
      run(job).catch((e: unknown) => {
        ports.log.error('folder', e);
        job.state = 'cancelled';
        tell(job);
      });
      return { jobId: job.id, total: files.length };
    },
    cancel(jobId) {
      jobs.get(jobId)?.abort.abort();
    },
    path(jobId, name) {
      const file = find(jobId).files.get(name);
      if (!file) throw new YqError('FOLDER_JOB_UNKNOWN');
      return file.path;
    },
    async export({ jobId, kind }) {
      const job = find(jobId);
      const rows = [...job.rows].sort((a, b) => (a.name < b.name ? -1 : 1));
      const content =
        kind === 'csv'
          ? reportCsv(rows, ports.settings.get().language)
          : `${JSON.stringify({ folder: job.folder, judgedAt: job.begunAt, total: job.files.size, state: job.state, files: rows }, null, 2)}\n`;
      return saveFile(ports, `${basename(job.folder)}-verify.${kind}`, kind, content);
    },
    holdBack(held) {
      isHeld = held;
      if (!held) for (const job of jobs.values()) if (job.told < job.rows.length || job.state !== 'running') tell(job);
    },
    clear() {
      for (const job of jobs.values()) {
        job.abort.abort();
        clearTimeout(job.timer);
      }
      jobs.clear();
    },
  };
}
