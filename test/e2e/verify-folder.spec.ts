/** What strangers' files go through in the real app: folders with progress and cancel, passwords, revisions, reports, files that change. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { PDFDocument } from 'pdf-lib';
import { sm3, toHex } from '../../src/core/crypto/index.ts';
import type { FolderProgress } from '../../src/shared/models.ts';
import { chooseFiles, deskAt, item, saveTo, type DeskDriver } from './desk-driver.ts';
import { root } from './electron.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';

test.describe.configure({ mode: 'serial' });

const GOOD = 48;
const CHANGED = 6;
const ODD = 6;

let hospital: Hospital;
let desk: DeskDriver;
let folder: string;
/** Signed by two. */
let signed: string;

test.beforeAll(async () => {
  hospital = await openHospital();
  desk = deskAt(hospital);
  await desk.open();
  await desk.signIn();
  const record = (await desk.waiting()).find((r) => r.type === '日常病程记录')!;
  const opened = await desk.call('records:open', { recordId: record.id, version: record.version });
  const { results } = await desk.call('sign:approve', { items: [item(opened)], pin: demoPin });
  signed = results[0]!.signed!.path;
  folder = join(desk.home, '归档 2026');
  mkdirSync(join(folder, '三病区', '夜班'), { recursive: true });
  const bytes = readFileSync(signed);
  const changed = Uint8Array.from(bytes);
  changed[200]! ^= 1;
  for (let i = 0; i < GOOD; i++) writeFileSync(join(folder, i % 2 ? '三病区' : '', `病历${i}.pdf`), bytes);
  for (let i = 0; i < CHANGED; i++) writeFileSync(join(folder, '三病区', '夜班', `改${i}.pdf`), changed);
  for (let i = 0; i < ODD; i++) writeFileSync(join(folder, `=odd${i}.pdf`), 'not a PDF');
  writeFileSync(join(folder, 'readme.txt'), 'not looked at');
  await desk.page.evaluate(() => {
    const told: unknown[] = [];
    (window as unknown as { told: unknown[] }).told = told;
    window.yiqian.on('verify:folderProgress', (p) => told.push(p));
  });
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

const told = async (jobId: string): Promise<FolderProgress[]> =>
  (await desk.page.evaluate(() => (window as unknown as { told: FolderProgress[] }).told)).filter(
    (p) => p.jobId === jobId,
  );
const ended = (jobId: string) =>
  expect.poll(async () => (await told(jobId)).at(-1)?.state ?? 'running', { timeout: 60_000 }).not.toBe('running');
const chooseFolder = (...paths: readonly string[]): Promise<void> => chooseFiles(desk, ...paths);

test('sixty files: progress in batches, each row once, a table as CSV and JSON, a row opens', async () => {
  await chooseFolder(folder);
  const begun = performance.now();
  const job = (await desk.call('verify:folder', { path: null }))!;
  expect(job.total).toBe(60);
  await ended(job.jobId);
  const took = performance.now() - begun;
  const events = await told(job.jobId);
  expect(events.length).toBeLessThanOrEqual(took / 100 + 2);
  expect(events.at(-1)).toMatchObject({
    ...{ folder: '归档 2026', state: 'finished', total: 60, done: 60 },
    ...{ passed: GOOD, failed: CHANGED, indeterminate: 0, unreadable: ODD },
  });
  const rows = events.flatMap((e) => e.rows);
  expect(new Set(rows.map((r) => r.name)).size).toBe(60);
  expect(rows).toHaveLength(60);
  const good = rows.find((r) => r.name === '三病区/病历1.pdf')!;
  expect(good).toMatchObject({ verdict: 'PASSED', signatures: 2, level: 'B-T', reason: null });
  expect(good.signers.join()).toContain('李医师');
  expect(rows.find((r) => r.name === '三病区/夜班/改0.pdf')).toMatchObject({ verdict: 'FAILED' });
  test.info().annotations.push({ type: 'folder', description: `${events.length} events, ${Math.round(took)} ms` });

  const csv = join(desk.home, 'table.csv');
  await saveTo(desk, csv);
  await desk.call('verify:folderExport', { jobId: job.jobId, kind: 'csv' });
  const lines = readFileSync(csv, 'utf8').split('\r\n');
  expect(lines).toHaveLength(62);
  expect(lines[1]).toMatch(/^'=odd0\.pdf,/);
  const json = join(desk.home, 'table.json');
  await saveTo(desk, json);
  await desk.call('verify:folderExport', { jobId: job.jobId, kind: 'json' });
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ total: 60, state: 'finished' });

  const opened = await desk.call('verify:folderOpen', { jobId: job.jobId, name: '三病区/夜班/改0.pdf' });
  expect(opened.report.verdict).toBe('FAILED');
  expect(await desk.refusal('verify:folderOpen', { jobId: job.jobId, name: '../signed.pdf' })).toBe(
    'FOLDER_JOB_UNKNOWN',
  );
});

test('cancelled at once: the rest is not judged, what came can be exported; no folder chosen is no job', async () => {
  const many = join(desk.home, 'many');
  for (let i = 0; i < 8; i++) cpSync(folder, join(many, `${i}`), { recursive: true });
  const job = (await desk.call('verify:folder', { path: many }))!;
  expect(job.total).toBe(480);
  await desk.call('verify:folderCancel', { jobId: job.jobId });
  await ended(job.jobId);
  const last = (await told(job.jobId)).at(-1)!;
  expect(last.state).toBe('cancelled');
  expect(last.done).toBeLessThan(480);
  const csv = join(desk.home, 'some.csv');
  await saveTo(desk, csv);
  await desk.call('verify:folderExport', { jobId: job.jobId, kind: 'csv' });
  expect(readFileSync(csv, 'utf8').split('\r\n')).toHaveLength(last.done + 2);
  await chooseFolder();
  expect(await desk.call('verify:folder', { path: null })).toBeNull();
  expect(await desk.refusal('verify:folder', { path: join(desk.home, 'none') })).toBe('FOLDER_UNREADABLE');
});

test('an encrypted file: nothing is said of it without the password, a wrong one is told, the right one opens it', async () => {
  const file = join(root, 'test/fixtures/pdf/encrypted/aes-256.pdf');
  const [judged] = await desk.call('verify:paths', { paths: [file] });
  expect(judged!.report).toMatchObject({ verdict: 'INDETERMINATE', encrypted: true, signatures: [] });
  expect(judged!.report.findings.map((f) => f.code)).toEqual(['PDF_ENCRYPTED']);
  const { handle } = judged!.document;
  expect(await desk.refusal('verify:unlock', { handle, password: 'guess' })).toBe('PDF_PASSWORD');
  const opened = await desk.call('verify:unlock', { handle, password: 'user' });
  expect(opened.document.handle).toBe(handle);
  expect(opened.report).toMatchObject({ encrypted: true, findings: [{ code: 'NO_SIGNATURE' }] });
});

test('each revision is served as the file had it; one that is not there is refused', async () => {
  const [judged] = await desk.call('verify:paths', { paths: [signed] });
  const { report, document } = judged!;
  expect(report.revisions).toBeGreaterThanOrEqual(3);
  const bytes = readFileSync(signed);
  let size = 0;
  for (let revision = 1; revision <= report.revisions; revision++) {
    const { url } = await desk.call('verify:revision', { handle: document.handle, revision });
    const shown = await desk.page.evaluate(async (u) => {
      const body = await (await fetch(u)).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', body));
      return { size: body.byteLength, sha256: [...hash].map((b) => b.toString(16).padStart(2, '0')).join('') };
    }, url);
    expect(shown.size).toBeGreaterThan(size);
    size = shown.size;
    const front = bytes.subarray(0, size);
    expect(shown.sha256).toBe(createHash('sha256').update(front).digest('hex'));
    expect(front.subarray(-8).toString('latin1')).toContain('%%EOF');
  }
  expect(size).toBe(bytes.length);
  const none = { handle: document.handle, revision: report.revisions + 1 };
  expect(await desk.refusal('verify:revision', none)).toBe('IPC_REJECTED');
});

test('the report as JSON and as a PDF with its evidence', async () => {
  const [judged] = await desk.call('verify:paths', { paths: [signed] });
  const { handle } = judged!.document;
  const json = join(desk.home, 'report.json');
  await saveTo(desk, json);
  expect(await desk.call('verify:exportReport', { handle, kind: 'json' })).toEqual({ path: json });
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ verdict: 'PASSED', sm3: judged!.document.sm3 });
  const pdf = join(desk.home, 'report.pdf');
  await saveTo(desk, pdf);
  await desk.call('verify:exportReport', { handle, kind: 'pdf' });
  expect(readFileSync(pdf).subarray(0, 5).toString('latin1')).toBe('%PDF-');
  expect(existsSync(`${pdf}.part`)).toBe(false);
  // What we say of a file is no signed file itself.
  const [own] = await desk.call('verify:paths', { paths: [pdf] });
  expect(own!.report.findings.map((f) => f.code)).toContain('NO_SIGNATURE');
});

test('a file that changes after it was judged is served no more, copied no more, and the desk says why', async () => {
  const file = join(desk.home, 'living.pdf');
  copyFileSync(signed, file);
  const [judged] = await desk.call('verify:paths', { paths: [file] });
  const { handle, url } = judged!.document;
  const status = () => desk.page.evaluate((u) => fetch(u).then((r) => r.status), url);
  expect(await status()).toBe(200);
  appendFileSync(file, '\n% more');
  expect(await status()).toBe(410);
  expect(await desk.refusal('verify:revision', { handle, revision: 1 })).toBe('DOCUMENT_CHANGED');
  const copy = join(desk.home, 'copy.pdf');
  await saveTo(desk, copy);
  expect(await desk.refusal('documents:saveAs', { handle })).toBe('DOCUMENT_CHANGED');
  expect(await desk.refusal('verify:exportReport', { handle, kind: 'pdf' })).toBe('DOCUMENT_CHANGED');
  expect(existsSync(copy)).toBe(false);
  renameSync(file, `${file}.away`);
  expect(await status()).toBe(410);
});

/** The record system hands out a document that runs a script when it is opened. */
async function addScript(recordId: string): Promise<void> {
  const db = new DatabaseSync(join(hospital.home, 'backend', 'backend.sqlite'));
  try {
    const row = db.prepare('SELECT document_sm3 FROM versions WHERE record = ?').get(recordId);
    const documents = join(hospital.home, 'backend', 'documents');
    const document = await PDFDocument.load(readFileSync(join(documents, `${String(row!['document_sm3'])}.pdf`)));
    document.addJavaScript('hello', 'app.alert("hello")');
    const bytes = await document.save();
    const digest = toHex(sm3(bytes));
    writeFileSync(join(documents, `${digest}.pdf`), bytes);
    db.prepare('UPDATE versions SET document_sm3 = ?, original_sm3 = ?, document_size = ? WHERE record = ?').run(
      ...[digest, digest, bytes.length, recordId],
    );
  } finally {
    db.close();
  }
}

test('a document that runs a script is not signed; a copy without it is, when the person says so', async () => {
  const record = (await desk.waiting()).find((r) => r.type === '会诊记录')!;
  await addScript(record.id);
  const opened = await desk.call('records:open', { recordId: record.id, version: record.version });
  expect(opened.blocked).toMatchObject({ code: 'PDF_ACTIVE_CONTENT' });
  expect(opened.blocked!.zh.what).toContain('JavaScript');
  // Said before the PIN, which is wrong, is tried.
  const refused = await desk.call('sign:approve', { items: [item(opened)], pin: '000000' });
  expect(refused.results).toMatchObject([{ outcome: 'failed', error: { code: 'PDF_ACTIVE_CONTENT' } }]);
  const { results } = await desk.call('sign:approve', { items: [{ ...item(opened), dropActive: true }], pin: demoPin });
  expect(results, JSON.stringify(results[0]!.error)).toMatchObject([{ outcome: 'signed', error: null }]);
  const { report, path } = results[0]!.signed!;
  expect(report.verdict).toBe('PASSED');
  // What was shown is still the beginning of the file; what came after it took the script out.
  const shown = await desk.page.evaluate(
    (u) => fetch(u).then(async (r) => (await r.arrayBuffer()).byteLength),
    opened.document.url,
  );
  expect(readFileSync(path).length).toBeGreaterThan(shown);
});

test('locked: a folder goes on in silence and is told of afterwards; signed out: its table is gone', async () => {
  const job = (await desk.call('verify:folder', { path: folder }))!;
  await desk.call('session:lock', undefined);
  expect(await desk.refusal('verify:folderExport', { jobId: job.jobId, kind: 'csv' })).toBe('DESK_LOCKED');
  const before = (await told(job.jobId)).length;
  // A whole folder could have been told of meanwhile.
  expect(await desk.refusal('verify:folderCancel', { jobId: job.jobId })).toBe('DESK_LOCKED');
  expect((await told(job.jobId)).length).toBe(before);
  await desk.signIn();
  await ended(job.jobId);
  expect((await told(job.jobId)).at(-1)).toMatchObject({ state: 'finished', done: 60 });
  await desk.call('session:signOut', undefined);
  expect(await desk.refusal('verify:folderOpen', { jobId: job.jobId, name: '=odd0.pdf' })).toBe('FOLDER_JOB_UNKNOWN');
});
