/**
 * A key of two parties under everything the desk does with a key: fifty records under one PIN, the app killed and the service gone in the
 * middle, a consent form. What comes out is judged by us and by strangers; an independent script looks for numbers that were used twice.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import type { ApprovedList, BatchView } from '../../src/shared/batch.ts';
import { openHospitalProcess, type HospitalProcess } from '../chaos/hospital-process.ts';
import { addRecords } from '../chaos/records.ts';
import { checkCosignStore } from '../faults/cosign-check.ts';
import { javaMissing, pdfCheck } from '../interop/java.ts';
import { patientSigned, signedByPatient, staffSigned, twoDisplays, verdicts } from './consent-driver.ts';
import { deskAt, saveTo, type DeskDriver } from './desk-driver.ts';
import { killApp } from './kill-app.ts';
import { openWay, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

const PIN = '864209';
const WHOLE = 50;
const BROKEN = 45;
const sign = /^POST \/api\/v1\/cosign\/keys\/[^/]+\/sign$/;
let hospital: HospitalProcess;
let way: WayToServices;
let desk: DeskDriver;
let key: { tokenId: string; keyId: string };

test.beforeAll(async () => {
  hospital = await openHospitalProcess(addRecords(WHOLE + BROKEN));
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_BACKEND_URL: way.url, STANDIN_DISPLAYS: JSON.stringify(twoDisplays) });
  await desk.open();
  await desk.signIn();
  const { code } = await desk.call('cosign:code', { moves: null });
  await desk.call('session:signOut', undefined);
  const { tokenId, tokens } = await desk.call('cosign:enrol', { code, pin: PIN });
  key = { tokenId, keyId: tokens.tokens.find((t) => t.id === tokenId)!.keys[0]!.keyId };
  await signIn();
});
test.afterAll(async () => {
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

const signIn = () => desk.call('session:signIn', { ...key, pin: PIN });
const get = async (): Promise<BatchView> => (await desk.call('batch:get', undefined))!;
const propose = async (ids: readonly string[]): Promise<ApprovedList> => {
  const records = (await desk.waiting()).filter((r) => ids.includes(r.id));
  const items = records.map(({ id, version }) => ({
    recordId: id,
    version,
    handle: null,
    placement: null,
    layout: null,
    sealId: null,
    dropActive: false,
    reason: '审阅并签署',
  }));
  return desk.call('batch:propose', { items });
};
const start = ({ listId, digest }: ApprovedList) => desk.call('batch:start', { listId, digest, pin: PIN });
const untilSigned = (count: number): Promise<void> =>
  expect.poll(async () => (await get()).signed, { intervals: [50], timeout: 60_000 }).toBeGreaterThanOrEqual(count);
const untilEnded = (): Promise<void> =>
  expect.poll(async () => (await get()).state, { intervals: [100], timeout: 90_000 }).toBe('finished');
const uploaded = (): Promise<void> => expect.poll(() => desk.queue(), { timeout: 60_000 }).toEqual([]);
const signedFiles = (): string[] => desk.files().filter((f) => !f.startsWith('.'));
const numbers = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `CH${String(from + i).padStart(5, '0')}`);
const whole = numbers(1, WHOLE);
const broken = numbers(WHOLE + 1, BROKEN);

/** Signatures in the books of the service: of each record, and by the co-sign key. */
function books(): { records: Map<string, number>; byKey: number } {
  const db = new DatabaseSync(join(hospital.data, 'backend.sqlite'), { readOnly: true });
  try {
    const rows = db.prepare(`SELECT record, count(*) AS n FROM signers WHERE state = 'signed' GROUP BY record`).all();
    const log = db.prepare(`SELECT count(*) AS n FROM cosign_log WHERE act = 'sign attributes' AND result = 'done'`);
    return {
      records: new Map(rows.map((row) => [String(row['record']), Number(row['n'])])),
      byKey: Number(log.get()?.['n']),
    };
  } finally {
    db.close();
  }
}

/** Ours, of every file; qpdf, PDFBox and BouncyCastle, of five of them. */
async function expectGood(files: readonly string[]): Promise<void> {
  const root = readFileSync(join(desk.home, 'trust', 'root.pem'), 'utf8');
  const roots = Certificate.parseAll(Buffer.from(root));
  for (const file of files) {
    const report = await verifyPdf(bytesSource(readFileSync(join(desk.signed, file))), {
      name: file,
      trust: { roots },
    });
    expect([report.verdict, report.signatures.length], file).toEqual(['PASSED', 1]);
  }
  const sample = files.filter((_, i) => i % Math.ceil(files.length / 5) === 0).map((f) => join(desk.signed, f));
  for (const file of sample) execFileSync('qpdf', ['--check', file], { stdio: 'ignore' });
  if (javaMissing === undefined) expectStrangersAgree(sample, root);
}
function expectStrangersAgree(files: readonly string[], root: string): void {
  const seen = pdfCheck(files, root).map(({ ok, signatures }) => [ok, signatures.every(({ ts }) => ts !== null)]);
  expect(seen).toEqual(files.map(() => [true, true]));
}

test('fifty records under one PIN: each signed once, judged good by us and by strangers', async () => {
  const list = await propose(whole);
  expect([list.count, list.excluded, list.triesLeft]).toEqual([WHOLE, [], 5]);
  await desk.page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { seenSigned: seen });
    window.yiqian.on('batch:progress', ({ signed }) => seen.push(signed));
  });
  // As over a hospital's network: what is ready while a request is under way goes with the next one.
  way.treat(sign, { delay: 40 });
  const before = way.delivered(sign);
  await start(list);
  await untilEnded();
  way.clear();
  expect(way.delivered(sign) - before).toBeLessThan(WHOLE);
  expect(await get()).toMatchObject({ total: WHOLE, signed: WHOLE, failed: 0, notBegun: 0, awaitsTime: 0 });
  const progress = await desk.page.evaluate(() => (window as unknown as { seenSigned: number[] }).seenSigned);
  expect(progress.at(-1)).toBe(WHOLE);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.filter((n) => n > 0 && n < WHOLE).length, 'progress is told on the way').toBeGreaterThan(3);
  await uploaded();
  const { records, byKey } = books();
  expect(whole.map((id) => records.get(id))).toEqual(whole.map(() => 1));
  expect(byKey).toBe(WHOLE);
  await expectGood(signedFiles());
  await desk.call('batch:putAway', { batchId: (await get()).batchId });
});

test('killed with -9 in mid-batch: nothing is lost, nothing doubled, and the rest goes on under a new PIN', async () => {
  const list = await propose(broken);
  expect([list.count, list.excluded]).toEqual([BROKEN, []]);
  way.treat(sign, { delay: 80 });
  await start(list);
  await untilSigned(5);
  await killApp(desk.app);
  way.clear();
  await desk.close();
  await desk.open();
  await signIn();
  const view = await get();
  expect(view).toMatchObject({ state: 'interrupted', total: BROKEN, failed: 0 });
  expect(view.signed).toBeGreaterThanOrEqual(5);
  expect(view.notBegun).toBe(BROKEN - view.signed);
  const codes = view.rows.filter((r) => r.state === 'not-begun').map((r) => r.error?.code);
  expect(new Set(codes)).toEqual(new Set(['BATCH_INTERRUPTED']));
  await uploaded();
  expect(desk.files().filter((f) => f.startsWith('.'))).toEqual([]);
  expect(signedFiles()).toHaveLength(WHOLE + view.signed);
  const { records } = books();
  for (const row of view.rows)
    expect(records.get(row.recordId) ?? 0, row.recordId).toBe(row.state === 'signed' ? 1 : 0);
});

test('the service goes in mid-batch and comes back: each row says why it was not begun, and the rest is signed', async () => {
  const before = await get();
  const rest = await desk.call('batch:resume', { batchId: before.batchId });
  expect([rest.count, rest.excluded]).toEqual([before.notBegun, []]);
  way.treat(sign, { delay: 40 });
  await start(rest);
  await untilSigned(4);
  // The next request is held before the service; what was signed before it comes to its end. Then the service is gone.
  const asked = (): number => way.asked().filter((line) => sign.test(line)).length;
  const already = asked();
  way.treat(sign, 'hold-before');
  await expect.poll(asked, { timeout: 20_000 }).toBeGreaterThan(already);
  const atTheirEnds = async (): Promise<boolean> =>
    (await get()).rows.every(({ state, step }) => state !== 'in-hand' || step === 'prepare' || step === 'sign');
  await expect.poll(atTheirEnds, { timeout: 20_000 }).toBe(true);
  await hospital.kill();
  await way.down();
  await untilEnded();
  const view = await get();
  expect(view.signed).toBeGreaterThanOrEqual(4);
  const ends = (state: string) => view.rows.filter((r) => r.state === state).map((r) => r.error?.code);
  // Those that were in the requests on their way, and nothing else.
  expect(new Set(ends('failed'))).toEqual(new Set(['COSIGN_UNREACHABLE']));
  expect(ends('not-begun').length).toBeGreaterThan(0);
  expect(new Set(ends('not-begun'))).toEqual(new Set(['COSIGN_UNREACHABLE']));
  await hospital.start();
  way.clear();
  await way.up();
  await signIn();
  const again = await desk.call('batch:resume', { batchId: view.batchId });
  expect(again.count).toBe(view.notBegun + view.failed);
  await start(again);
  await untilEnded();
  expect(await get()).toMatchObject({ failed: 0, notBegun: 0, awaitsTime: 0 });
  await uploaded();
  const { records } = books();
  expect(broken.map((id) => records.get(id))).toEqual(broken.map(() => 1));
  expect(signedFiles()).toHaveLength(WHOLE + BROKEN);
  await expectGood(signedFiles().filter((f) => broken.includes(f.slice(0, 7))));
  await desk.call('batch:putAway', { batchId: (await get()).batchId });
});

test('a consent form: the patient writes, the staff member signs with the key of two parties', async () => {
  const id = await signedByPatient(desk, 'surgery');
  expect(await desk.refusal('consent:finish', { id, pin: '000000' })).toBe('TOKEN_PIN_INCORRECT');
  const done = await desk.call('consent:finish', { id, pin: PIN });
  expect(done).toMatchObject({ stage: 'done', error: null });
  expect(verdicts(done)).toEqual([patientSigned, staffSigned]);
  expect(done.signed?.uploaded).toBe(true);
  const root = readFileSync(join(desk.home, 'trust', 'root.pem'), 'utf8');
  const copy = join(desk.home, 'consent.pdf');
  await saveTo(desk, copy);
  await desk.call('documents:saveAs', { handle: done.signed!.document.handle });
  if (javaMissing === undefined) expectStrangersAgree([copy], root);
});

test('an independent look at the store of the service: no number used twice, nothing left half done', () => {
  const found = checkCosignStore(join(hospital.data, 'backend.sqlite'));
  expect(found.faults).toEqual([]);
  expect(found.keys).toEqual({ active: 1 });
  expect(found.signatures).toBeGreaterThanOrEqual(WHOLE + BROKEN);
});
