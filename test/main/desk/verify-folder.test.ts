/** Telling the window of a folder: in batches, not while locked, never of another person's. The judges are played. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { YqError } from '../../../src/core/errors/index.ts';
import type { JudgeJob, JudgePool, Judged } from '../../../src/core/verify/folder/index.ts';
import type { VerifyReport } from '../../../src/core/verify/types.ts';
import type { DeskPorts } from '../../../src/main/desk/ports.ts';
import { createFolderJobs, type FolderJobs } from '../../../src/main/desk/verify-folder.ts';
import type { FolderProgress } from '../../../src/shared/models.ts';

let folder: string;
let told: FolderProgress[];
let chosen: string | undefined;
let jobs: FolderJobs;
/** Called with each file the pool gets. */
let judge: (job: JudgeJob) => Promise<Judged>;

const report = (verdict: VerifyReport['verdict'], code?: string): VerifyReport =>
  ({
    file: 'x',
    size: 3,
    sm3: 'AB',
    verdict,
    findings: code === undefined ? [] : [{ code, verdict, zh: `${code}。`, en: `${code}.` }],
    signatures: [],
  }) as unknown as VerifyReport;
const judged = (r: VerifyReport): Promise<Judged> => Promise.resolve({ report: r, revisionEnds: [] });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-jobs-'));
  told = [];
  chosen = folder;
  judge = () => judged(report('PASSED'));
  const ports = {
    dialogs: {
      openFolder: () => Promise.resolve(chosen),
      saveFile: (name: string) => Promise.resolve(join(folder, `saved-${name.split('-').at(-1) ?? ''}`)),
    },
    settings: { get: () => ({ language: 'zh' }) },
    log: { write: () => undefined, error: () => undefined },
    now: () => new Date(0),
    tell: (_name: string, progress: FolderProgress) => void told.push(progress),
  } as unknown as DeskPorts;
  const pool: JudgePool = {
    workers: 2,
    judge: (job) =>
      new Promise((resolve, reject) => {
        job.signal?.addEventListener('abort', () => reject(new YqError('SIGN_CANCELLED')));
        judge(job).then(resolve, reject);
      }),
    close: () => undefined,
  };
  jobs = createFolderJobs({ ports, trust: () => Promise.resolve({ roots: [] }), pool });
});
afterEach(() => {
  jobs.clear();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const fill = (...names: readonly string[]): void => {
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), 'pdf');
  }
};
const last = () => told.at(-1);
const ended = () => expect.poll(() => last()?.state ?? 'running').not.toBe('running');

it('each row is told once, the counts add up, the end is told at once', async () => {
  fill('a.pdf', 'b.pdf', 'c/d.pdf', 'e.pdf', 'f.pdf');
  judge = ({ path }) => {
    const name = basename(path);
    if (name === 'b.pdf') return judged(report('FAILED', 'CHANGED_AFTER_SIGNING'));
    if (name === 'd.pdf') return judged(report('INDETERMINATE', 'PDF_NOT_PDF'));
    if (name === 'e.pdf') return Promise.reject(new YqError('VERIFY_STOPPED', { params: { file: name } }));
    if (name === 'f.pdf') return judged(report('INDETERMINATE', 'NO_SIGNATURE'));
    return judged(report('PASSED'));
  };
  const job = await jobs.start(folder);
  expect(job).toMatchObject({ total: 5 });
  await ended();
  expect(last()).toMatchObject({
    ...{ jobId: job!.jobId, folder: basename(folder), state: 'finished', total: 5, done: 5 },
    ...{ passed: 1, failed: 1, indeterminate: 1, unreadable: 2 },
  });
  const rows = told.flatMap((t) => t.rows);
  expect(rows.map((r) => r.name).sort()).toEqual(['a.pdf', 'b.pdf', 'c/d.pdf', 'e.pdf', 'f.pdf']);
  expect(rows.find((r) => r.name === 'c/d.pdf')).toMatchObject({ verdict: null, reason: { code: 'PDF_NOT_PDF' } });
  expect(rows.find((r) => r.name === 'e.pdf')).toMatchObject({ verdict: null, reason: { code: 'VERIFY_STOPPED' } });
  expect(rows.find((r) => r.name === 'a.pdf')).toMatchObject({ verdict: 'PASSED', reason: null });
});

it('a thousand rows are few events', async () => {
  fill(...Array.from({ length: 1000 }, (_, i) => `${i}.pdf`));
  const begun = performance.now();
  await jobs.start(folder);
  await ended();
  // At most one in a tenth of a second, and the last.
  expect(told.length).toBeLessThanOrEqual((performance.now() - begun) / 100 + 2);
  expect(last()?.done).toBe(1000);
  expect(told.flatMap((t) => t.rows)).toHaveLength(1000);
});

it('cancelled: no more rows, what came stays and can be exported, as CSV and as JSON', async () => {
  fill('a.pdf', 'b.pdf', '=c.pdf');
  let release = (): void => undefined;
  judge = ({ path }) =>
    basename(path) === '=c.pdf'
      ? judged(report('PASSED'))
      : new Promise((r) => (release = () => r(undefined as never)));
  const { jobId } = (await jobs.start(folder))!;
  await expect.poll(() => last()?.done).toBe(1);
  jobs.cancel(jobId);
  await ended();
  release();
  expect(last()).toMatchObject({ state: 'cancelled', done: 1, total: 3 });
  const { path } = await jobs.export({ jobId, kind: 'csv' });
  const csv = readFileSync(path!, 'utf8');
  expect(csv.startsWith('\uFEFF文件,')).toBe(true);
  expect(csv).toContain("'=c.pdf");
  const json = JSON.parse(readFileSync((await jobs.export({ jobId, kind: 'json' })).path!, 'utf8')) as unknown;
  expect(json).toMatchObject({ state: 'cancelled', total: 3, files: [{ name: '=c.pdf', verdict: 'PASSED' }] });
});

it('while the desk is locked nothing is told; afterwards all of it at once', async () => {
  fill('a.pdf', 'b.pdf');
  jobs.holdBack(true);
  let count = 0;
  judge = () => {
    count++;
    return judged(report('PASSED'));
  };
  const { jobId } = (await jobs.start(folder))!;
  await expect.poll(() => count).toBe(2);
  // The job itself has come to its end before anything is told.
  await expect
    .poll(
      async () =>
        (JSON.parse(readFileSync((await jobs.export({ jobId, kind: 'json' })).path!, 'utf8')) as { state: string })
          .state,
    )
    .toBe('finished');
  expect(told).toEqual([]);
  jobs.holdBack(false);
  expect(told).toMatchObject([{ state: 'finished', done: 2, rows: [{}, {}] }]);
});

it('signed out: what runs is stopped, no table is left, no row opens', async () => {
  fill('a.pdf');
  judge = () => new Promise(() => undefined);
  const { jobId } = (await jobs.start(folder))!;
  expect(jobs.path(jobId, 'a.pdf')).toBe(join(folder, 'a.pdf'));
  expect(() => jobs.path(jobId, '../a.pdf')).toThrow(expect.objectContaining({ code: 'FOLDER_JOB_UNKNOWN' }));
  jobs.clear();
  expect(() => jobs.path(jobId, 'a.pdf')).toThrow(expect.objectContaining({ code: 'FOLDER_JOB_UNKNOWN' }));
  await expect(jobs.export({ jobId, kind: 'csv' })).rejects.toMatchObject({ code: 'FOLDER_JOB_UNKNOWN' });
  expect(told).toEqual([]);
});

it('no folder chosen is no job; one without PDFs, or that is none, says so', async () => {
  expect(await jobs.start(folder).catch((e: unknown) => (e as YqError).code)).toBe('FOLDER_EMPTY');
  expect(await jobs.start(join(folder, 'none')).catch((e: unknown) => (e as YqError).code)).toBe('FOLDER_UNREADABLE');
  chosen = undefined;
  expect(await jobs.start(null)).toBeNull();
});
