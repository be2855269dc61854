/**
 * Signing by phone in two browsers at once: the built desk with its window, and a phone's browser. Enrolled with a code from a desk where the
 * person has signed in by certificate; then the phone signs in, signs a record, a batch, a consent form. What comes out is judged by us and by
 * BouncyCastle; what lies in the phone, in the service and in logs is searched for what must not lie there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import { checkCosignStore } from '../faults/cosign-check.ts';
import { javaMissing, pdfCheck } from '../interop/java.ts';
import { patientSigned, signedByPatient, staffSigned, twoDisplays, verdicts } from './consent-driver.ts';
import { deskAt, item, saveTo, type DeskDriver } from './desk-driver.ts';
import { deskPhone } from './phone-desk.ts';
import { phoneAt, type PhoneDriver } from './phone-driver.ts';
import { openPhoneHospital, type PhoneHospital } from './phone-hospital.ts';
import { openWay, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

const PIN = '864209';
const BATCH = 20;
const events = /^GET \/api\/v1\/phone\/requests\/[^/]+\/events$/;
let hospital: PhoneHospital;
/** Of the desk, and of the phone, to the service. */
let deskWay: WayToServices;
let phoneWay: WayToServices;
let desk: DeskDriver;
let phone: PhoneDriver;
const at = deskPhone(() => desk);

test.beforeAll(async () => {
  hospital = await openPhoneHospital(BATCH + 2);
  deskWay = await openWay(hospital.url);
  phoneWay = await openWay(hospital.url);
  desk = deskAt(hospital, {
    YIQIAN_BACKEND_URL: deskWay.url,
    YIQIAN_PHONE_URL: phoneWay.url,
    STANDIN_DISPLAYS: JSON.stringify(twoDisplays),
  });
  phone = phoneAt(phoneWay.url);
  await desk.open();
});
test.afterAll(async () => {
  await phone?.dispose();
  await desk?.dispose();
  await deskWay?.close();
  await phoneWay?.close();
  await hospital?.dispose();
});

async function signInByPhone(): Promise<void> {
  const request = await at.ask({ kind: 'login' });
  const check = await phone.scan(request.qr);
  expect((await at.until(request, 'scanned')).check).toBe(check);
  await phone.approve(PIN);
  const { ticket, tokenId, keyId, person } = await at.approved(request);
  expect(person).toBe('李医师');
  const session = await desk.call('session:signIn', { tokenId, keyId, pin: ticket });
  expect(session).toMatchObject({ state: 'signed-in', person: { name: '李医师' }, tokenId });
  expect(await phone.ended()).toBe(phone.words.done.login);
}

const root = (): string => readFileSync(join(desk.home, 'trust', 'root.pem'), 'utf8');
async function expectGood(paths: readonly string[]): Promise<void> {
  const roots = Certificate.parseAll(Buffer.from(root()));
  for (const path of paths) {
    const report = await verifyPdf(bytesSource(readFileSync(path)), { name: path, trust: { roots } });
    expect(report.verdict, path).toBe('PASSED');
    expect(report.signatures.at(-1)?.trustedTime ?? null, path).not.toBeNull();
  }
  if (javaMissing === undefined) {
    const seen = pdfCheck(paths, root()).map(({ ok, signatures }) => [ok, signatures.every(({ ts }) => ts !== null)]);
    expect(seen).toEqual(paths.map(() => [true, true]));
  }
}

test('a person who has signed in by certificate enrols the phone with a code; the code serves once', async () => {
  expect(await desk.refusal('phone:enrolCode', undefined)).toBe('NOT_SIGNED_IN');
  await desk.signIn();
  const { code, qr } = await desk.call('phone:enrolCode', undefined);
  expect(qr).toBe(`${phoneWay.url}/phone/#e=${code}`);
  await phone.enrol(qr, PIN);
  await expect(phone.page.locator('.person')).toHaveText('李医师');
  const { keys } = await desk.call('phone:mine', undefined);
  expect(keys).toMatchObject([{ place: 'phone', state: 'active' }]);
  await desk.call('session:signOut', undefined);

  const other = phoneAt(phoneWay.url);
  try {
    await other.open(qr);
    for (const field of await other.page.locator('input[type=password]').all()) await field.fill(PIN);
    await other.page.locator('button[type=submit]').tap();
    await other.expectError('COSIGN_CODE');
  } finally {
    await other.dispose();
  }
});

test('the desk is signed in by scanning, locked, and opened again by scanning', async () => {
  await signInByPhone();
  await desk.call('session:lock', undefined);
  expect(await desk.refusal('phone:ask', { kind: 'batch', listId: 'x', digest: 'x' })).toBe('DESK_LOCKED');
  await signInByPhone();
});

test('one record: the phone shows what is signed, the desk goes on by itself', async () => {
  const [opened] = await desk.openFirst();
  const request = await at.ask({
    kind: 'records',
    items: [{ handle: opened!.document.handle, sealId: opened!.sealId }],
  });
  expect(request.count).toBe(1);
  await phone.scan(request.qr);
  const shown = phone.page.locator('main');
  await expect(shown).toContainText(request.desk);
  await expect(shown).toContainText(opened!.record.type);
  await expect(shown).not.toContainText(opened!.record.patient.name);
  await phone.approve(PIN);
  const { ticket } = await at.approved(request);
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: ticket });
  expect(results).toMatchObject([{ outcome: 'signed', error: null, signed: { uploaded: true } }]);
  expect(await phone.ended()).toBe(phone.words.done.signed);
  await expectGood([results[0]!.signed!.path]);
  // The approval was for this once.
  const [next] = await desk.openFirst();
  expect(await desk.refusal('sign:approve', { items: [item(next!)], pin: ticket })).toBe('PHONE_TICKET');
});

test('a batch of twenty by one scan: progress on both sides', async () => {
  const records = (await desk.waiting()).filter((r) => r.id.startsWith('CH')).slice(0, BATCH);
  const list = await desk.call('batch:propose', {
    items: records.map(({ id, version }) => ({
      recordId: id,
      version,
      handle: null,
      placement: null,
      layout: null,
      sealId: null,
      dropActive: false,
      reason: '审阅并签署',
    })),
  });
  expect([list.count, list.excluded]).toEqual([BATCH, []]);
  const { listId, digest } = list;
  const request = await at.ask({ kind: 'batch', listId, digest });
  expect(request.count).toBe(BATCH);
  await phone.scan(request.qr);
  await expect(phone.page.locator('ol.rows > li')).toHaveCount(BATCH);
  await phone.approve(PIN);
  const { ticket } = await at.approved(request);
  await desk.call('batch:start', { listId, digest, pin: ticket });
  await expect(phone.page.locator('[data-signed]')).toBeVisible({ timeout: 20_000 });
  const state = async () => (await desk.call('batch:get', undefined))!.state;
  await expect.poll(state, { timeout: 60_000 }).toBe('finished');
  const view = (await desk.call('batch:get', undefined))!;
  expect(view).toMatchObject({ total: BATCH, signed: BATCH, failed: 0, notBegun: 0 });
  expect(await phone.ended()).toBe(phone.words.done.signed);
  await expect.poll(() => desk.queue(), { timeout: 30_000 }).toEqual([]);
  const files = desk.files().filter((f) => f.startsWith('CH'));
  expect(files).toHaveLength(BATCH);
  await expectGood(files.map((f) => join(desk.signed, f)));
  await desk.call('batch:putAway', { batchId: view.batchId });
  expect(new Set((await at.steps(request)).map((s) => s.way))).toEqual(new Set(['events']));
});

test('a consent form: the patient writes, the staff member approves on the phone', async () => {
  const id = await signedByPatient(desk, 'surgery');
  const request = await at.ask({ kind: 'consent', ids: [id] });
  await phone.scan(request.qr);
  await phone.approve(PIN);
  const { ticket } = await at.approved(request);
  const done = await desk.call('consent:finish', { id, pin: ticket });
  expect(done).toMatchObject({ stage: 'done', error: null });
  expect(verdicts(done)).toEqual([patientSigned, staffSigned]);
  const copy = join(desk.home, 'consent.pdf');
  await saveTo(desk, copy);
  await desk.call('documents:saveAs', { handle: done.signed!.document.handle });
  await expectGood([copy]);
  expect(await phone.ended()).toBe(phone.words.done.signed);
});

test('a proxy that holds event streams back: the desk asks again and again, and gets there', async () => {
  deskWay.treat(events, 'collect');
  const [opened] = await desk.openFirst();
  const request = await at.ask({
    kind: 'records',
    items: [{ handle: opened!.document.handle, sealId: opened!.sealId }],
  });
  const check = await phone.scan(request.qr);
  expect(await at.until(request, 'scanned')).toMatchObject({ check, way: 'polling' });
  await phone.approve(PIN);
  const { ticket } = await at.approved(request);
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: ticket });
  expect(results).toMatchObject([{ outcome: 'signed', error: null }]);
  expect(await phone.ended()).toBe(phone.words.done.signed);
  deskWay.clear();
});

test('no PIN, no ticket, no whole name of a patient lies where it must not; no number was used twice', async () => {
  const tickets = (await desk.page.evaluate(() => window.phoneSteps ?? [])).flatMap((s) => s.approved?.ticket ?? []);
  expect(tickets.length).toBeGreaterThan(4);
  const names = (await desk.call('worklist:get', { refresh: true })).records.map((r) => r.patient.name);
  const secrets = [PIN, ...tickets, ...names.filter((n) => n.length > 1)];
  await desk.close();
  await hospital.stop();

  const lies = (where: string, bytes: string | Buffer, what: readonly string[]): string[] =>
    what.filter((w) => bytes.includes(w)).map((w) => `${where}: ${w}`);
  const kept = await phone.kept();
  expect(kept).toContain('李医师'); // whose key it is: the search sees what lies there
  const found = [
    ...lies('phone', kept, secrets),
    ...lies('addresses', phone.asked.join('\n'), [...secrets, '#']),
    ...lies('what the service said', hospital.said(), secrets),
    ...readdirSync(join(desk.home, 'desk'), { recursive: true, withFileTypes: true })
      .filter((f) => f.isFile() && /logs|phone/.test(join(f.parentPath, f.name)))
      .flatMap((f) => lies(f.name, readFileSync(join(f.parentPath, f.name)), secrets)),
  ];
  expect(found).toEqual([]);
  expect(checkCosignStore(hospital.store).faults).toEqual([]);
});
