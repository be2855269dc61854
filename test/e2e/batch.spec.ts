/**
 * Fifty records under one approval, through everything that ends a batch early: kill -9 in mid-batch, cancel, the key pulled. Each time the
 * desk says of every record what became of it and goes on with the rest; at the end each stands signed once in the service's books.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import type { ApprovedList, BatchView } from '../../src/shared/batch.ts';
import { openHospitalProcess, type HospitalProcess } from '../chaos/hospital-process.ts';
import { addRecords } from '../chaos/records.ts';
import { deskAt, tokenFault, type DeskDriver } from './desk-driver.ts';
import { demoPin } from './hospital.ts';
import { killApp } from './kill-app.ts';

test.describe.configure({ mode: 'serial', timeout: 180_000 });

const RECORDS = 50;
let hospital: HospitalProcess;
let desk: DeskDriver;
let ids: string[];

test.beforeAll(async () => {
  test.setTimeout(180_000);
  hospital = await openHospitalProcess(addRecords(RECORDS));
  tokenFault(hospital);
  desk = deskAt(hospital);
  await desk.open();
  await desk.signIn();
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

const get = async (): Promise<BatchView> => (await desk.call('batch:get', undefined))!;
const start = (list: ApprovedList) =>
  desk.call('batch:start', { listId: list.listId, digest: list.digest, pin: demoPin });
const untilSigned = (count: number): Promise<void> =>
  expect.poll(async () => (await get()).signed, { intervals: [100], timeout: 60_000 }).toBeGreaterThanOrEqual(count);
const untilEnded = (): Promise<void> =>
  expect.poll(async () => (await get()).state, { intervals: [200], timeout: 120_000 }).toBe('finished');
const signedFiles = (): string[] => desk.files().filter((f) => !f.startsWith('.'));

/** Signatures of a record in the service's own books. */
function inTheBooks(): Map<string, number> {
  const db = new DatabaseSync(join(hospital.data, 'backend.sqlite'), { readOnly: true });
  try {
    const rows = db.prepare(`SELECT record, count(*) AS n FROM signers WHERE state = 'signed' GROUP BY record`).all();
    return new Map(rows.map((row) => [String(row['record']), Number(row['n'])]));
  } finally {
    db.close();
  }
}

/** What must hold whenever a batch has come to rest: every record in one state, every signature whole, and none twice. */
async function expectSettled(view: BatchView, soFar: number): Promise<void> {
  expect(view.signed + view.failed + view.notBegun).toBe(view.total);
  expect(view.rows.every((r) => ['signed', 'failed', 'not-begun'].includes(r.state))).toBe(true);
  await expect.poll(() => desk.queue(), { timeout: 60_000 }).toEqual([]);
  expect(desk.files().filter((f) => f.startsWith('.'))).toEqual([]);
  expect(signedFiles()).toHaveLength(soFar);
  const books = inTheBooks();
  for (const row of view.rows) expect(books.get(row.recordId) ?? 0, row.recordId).toBe(row.state === 'signed' ? 1 : 0);
}

test('killed in mid-batch: the desk says which are signed and which are not, and nothing is half', async () => {
  const records = (await desk.waiting()).filter((r) => r.id.startsWith('CH'));
  ids = records.map((r) => r.id);
  expect(ids).toHaveLength(RECORDS);
  const items = records.map((r) => ({
    recordId: r.id,
    version: r.version,
    handle: null,
    placement: null,
    layout: null,
    sealId: null,
    dropActive: false,
    reason: '审阅并签署',
  }));
  const list = await desk.call('batch:propose', { items });
  expect([list.count, list.excluded]).toEqual([RECORDS, []]);
  tokenFault(hospital, 'slot0.sign.delay_ms=60');
  await start(list);
  await untilSigned(8);
  await killApp(desk.app);
  tokenFault(hospital);

  await desk.open();
  await desk.signIn();
  const view = await get();
  expect(view).toMatchObject({ state: 'interrupted', total: RECORDS, failed: 0 });
  expect(view.signed).toBeGreaterThanOrEqual(8);
  expect(view.notBegun).toBeGreaterThan(0);
  const untouched = view.rows.filter((r) => r.state === 'not-begun');
  expect(new Set(untouched.map((r) => r.error?.code))).toEqual(new Set(['BATCH_INTERRUPTED']));
  expect(view.rows.filter((r) => r.state === 'signed').every((r) => r.trustedTime !== null)).toBe(true);
  await expectSettled(view, view.signed);
  const copies = join(desk.home, 'desk', 'batch');
  expect(existsSync(copies) ? readdirSync(copies) : []).toEqual([]);
});

test('the rest goes on under a new PIN; cancelled, it goes on once more', async () => {
  const before = await get();
  const rest = await desk.call('batch:resume', { batchId: before.batchId });
  expect([rest.count, rest.excluded]).toEqual([before.notBegun, []]);
  tokenFault(hospital, 'slot0.sign.delay_ms=60');
  const { batchId } = await start(rest);
  await untilSigned(4);
  await desk.call('batch:cancel', undefined);
  await untilEnded();
  const view = await get();
  expect(view).toMatchObject({ batchId, state: 'finished', failed: 0 });
  expect(view.notBegun).toBeGreaterThan(0);
  await expectSettled(view, before.signed + view.signed);
});

test('the key is pulled in mid-batch; put back, the PIN opens the desk and the batch goes on', async () => {
  const before = await get();
  const rest = await desk.call('batch:resume', { batchId: before.batchId });
  const already = signedFiles().length;
  await start(rest);
  await untilSigned(4);
  tokenFault(hospital, 'slot0.sign.delay_ms=60', 'slot0.present=0');
  await expect.poll(async () => (await desk.call('session:get', undefined)).state, { timeout: 30_000 }).toBe('locked');
  tokenFault(hospital);
  await desk.signIn();
  await untilEnded();
  const view = await get();
  expect(view.notBegun).toBeGreaterThan(0);
  for (const row of view.rows) if (row.state !== 'signed') expect(row.error?.code).toMatch(/^TOKEN_(REMOVED|ABSENT)$/);
  await expectSettled(view, already + view.signed);
});

test('at the end each of the fifty is signed once, whole, and good', async () => {
  const before = await get();
  const rest = await desk.call('batch:resume', { batchId: before.batchId });
  expect(rest.count).toBe(before.notBegun + before.failed);
  await start(rest);
  await untilEnded();
  const view = await get();
  expect(view).toMatchObject({ failed: 0, notBegun: 0, awaitsTime: 0, awaitsUpload: 0 });
  await expectSettled(view, RECORDS);
  const books = inTheBooks();
  expect(ids.map((id) => books.get(id))).toEqual(ids.map(() => 1));
  const roots = Certificate.parseAll(readFileSync(join(desk.home, 'trust', 'root.pem')));
  for (const file of signedFiles()) {
    const report = await verifyPdf(bytesSource(readFileSync(join(desk.signed, file))), {
      name: file,
      trust: { roots },
    });
    expect([report.verdict, report.signatures.length], file).toEqual(['PASSED', 1]);
  }
  expect(new Set(signedFiles().map((f) => f.slice(0, 7)))).toEqual(new Set(ids));
  await desk.call('batch:putAway', { batchId: view.batchId });
  expect(await desk.call('batch:get', undefined)).toBeNull();
  expect((await desk.waiting()).filter((r) => r.id.startsWith('CH'))).toEqual([]);
});
