/** Folders as they lie on a disk, judged by real workers. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { isUnreadable, judgePool, listPdfFiles, verifyFolder, type FileOutcome } from '#core/verify/folder/index.ts';
import { makePki, makeRecord, requestOf, scratchFolder, writeRecord } from '../../signing/material.ts';

const folder = scratchFolder();
const pool = judgePool({ workers: 2 });
let trust: TrustMaterial;

beforeAll(async () => {
  const pki = await makePki('sm2');
  trust = pki.trust;
  const record = await makeRecord();
  const source = await writeRecord(folder, record, 'unsigned.pdf');
  mkdirSync(join(folder, 'B', '内科'), { recursive: true });
  const signed = join(folder, 'B', '内科', '病程.PDF');
  await signPdf(requestOf(source, signed, await pki.issue('李医师'), trust));
  writeFileSync(join(folder, 'B', 'broken.pdf'), 'no PDF at all');
  writeFileSync(join(folder, 'B', 'notes.txt'), 'not looked at');
  symlinkSync('..', join(folder, 'B', 'up'));
});
afterAll(() => pool.close());

const all = async (signal?: AbortSignal): Promise<FileOutcome[]> => {
  const files = await listPdfFiles(folder);
  const outcomes: FileOutcome[] = [];
  for await (const o of verifyFolder(files, { pool, trust, at: new Date(), ...(signal && { signal }) })) {
    outcomes.push(o);
  }
  return outcomes.sort((a, b) => (a.file.name < b.file.name ? -1 : 1));
};

it('lists PDFs at every depth by name, follows no links', async () => {
  const files = await listPdfFiles(folder);
  expect(files.map((f) => f.name)).toEqual(['B/broken.pdf', 'B/内科/病程.PDF', 'unsigned.pdf']);
  expect(files[0]).toMatchObject({ path: join(folder, 'B/broken.pdf'), size: 13 });
  expect(await listPdfFiles(folder, { limit: 2 })).toHaveLength(2);
});

it('says what is wrong with a folder, and stops when told to', async () => {
  const codeOf = (work: Promise<unknown>) => work.catch((e: unknown) => (e as YqError).code);
  expect(await codeOf(listPdfFiles(join(folder, 'none')))).toBe('FOLDER_UNREADABLE');
  expect(await codeOf(listPdfFiles(join(folder, 'unsigned.pdf')))).toBe('FOLDER_UNREADABLE');
  expect(await codeOf(listPdfFiles(folder, { signal: AbortSignal.abort() }))).toBe('SIGN_CANCELLED');
});

it('judges each file; what is no PDF or is gone meanwhile stops nothing', async () => {
  const gone = join(folder, 'a-gone.pdf');
  writeFileSync(gone, 'x');
  const files = await listPdfFiles(folder);
  rmSync(gone);
  const outcomes = new Map<string, FileOutcome>();
  for await (const o of verifyFolder(files, { pool, trust, at: new Date() })) outcomes.set(o.file.name, o);
  const told = [...outcomes].map(([name, o]) => [
    name,
    'report' in o ? (isUnreadable(o.report) ? 'unreadable' : o.report.verdict) : o.error.code,
  ]);
  expect(Object.fromEntries(told)).toEqual({
    'a-gone.pdf': 'SIGN_INPUT',
    'B/broken.pdf': 'unreadable',
    'B/内科/病程.PDF': 'PASSED',
    'unsigned.pdf': 'INDETERMINATE',
  });
  const signed = outcomes.get('B/内科/病程.PDF');
  if (!signed || !('report' in signed)) throw new Error('it was judged');
  expect(signed.report.signatures[0]).toMatchObject({ verdict: 'PASSED', signer: { commonName: '李医师' } });
  // As the judge says it in this process, whatever way it came.
  expect(signed.report.sm3).toMatch(/^[0-9A-F]{64}$/);
});

it('gives nothing more after an abort', async () => {
  const stop = new AbortController();
  const files = Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, path: join(folder, 'unsigned.pdf'), size: 1 }));
  const seen: FileOutcome[] = [];
  for await (const o of verifyFolder(files, { pool, trust, at: new Date(), signal: stop.signal })) {
    seen.push(o);
    stop.abort();
  }
  expect(seen).toHaveLength(1);
  // The pool goes on to serve others.
  expect(await all()).toHaveLength(3);
});
