/**
 * Signing by phone in two browsers at once: the built desk with its window, and a phone's browser. Enrolled with a code from a desk where the
 * person has signed in by certificate; then the phone signs in, signs a record, a batch, a consent form. What comes out is judged by us and by
 * BouncyCastle; what lies in the phone, in the service and in logs is searched for what must not lie there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import { checkCosignStore } from '../faults/cosign-check.ts';
import { javaMissing, pdfCheck } from '../interop/java.ts';
import { patientSigned, signedByPatient, staffSigned, twoDisplays, verdicts } from './consent-driver.ts';
import { deskAt, item, saveTo, type DeskDriver } from './desk-driver.ts';
import { checkOn, deskPhone, deskShows, picture, pictureOf, showLoginCode } from './phone-desk.ts';
import { phoneAt, type PhoneDriver } from './phone-driver.ts';
import { openPhoneHospital, type PhoneHospital } from './phone-hospital.ts';
import { openOnScreen, signInOnScreen } from './screen.ts';
import { openWay, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

const PIN = '864209';
const BATCH = 20;
const work = /^POST \/api\/v1\/cosign\/keys\/[^/]+\/phone\/work$/;
const events = /^GET \/api\/v1\/phone\/requests\/[^/]+\/events$/;
let hospital: PhoneHospital;
/** Of the desk, and of the phone, to the service. */
let deskWay: WayToServices;
let phoneWay: WayToServices;
let desk: DeskDriver;
let phone: PhoneDriver;
const at = deskPhone(() => desk);
/** Names of all patients of the list. */
let patients: string[];

test.beforeAll(async () => {
  hospital = await openPhoneHospital(BATCH);
  deskWay = await openWay(hospital.url);
  phoneWay = await openWay(hospital.url);
  desk = deskAt(hospital, {
    YIQIAN_BACKEND_URL: deskWay.url,
    YIQIAN_PHONE_URL: phoneWay.url,
    STANDIN_DISPLAYS: JSON.stringify(twoDisplays),
  });
  phone = phoneAt(phoneWay.url);
  await desk.open();
  await at.listen();
  await desk.signIn();
  patients = (await desk.call('worklist:get', { refresh: true })).records.map((r) => r.patient.name);
  await desk.call('session:signOut', undefined);
});
test.afterAll(async () => {
  await phone?.dispose();
  await desk?.dispose();
  await deskWay?.close();
  await phoneWay?.close();
  await hospital?.dispose();
});

const state = async (): Promise<string> => (await desk.call('session:get', undefined)).state;
/** What stands on the desk's screen goes to the phone through its camera; both show the same number. */
async function scanScreen(): Promise<void> {
  await phone.see(await pictureOf(desk.page));
  expect(await phone.check()).toBe(await checkOn(desk.page));
}
async function signInByPhone(): Promise<void> {
  await showLoginCode(desk.page);
  await scanScreen();
  await phone.approve(PIN);
  await expect.poll(state, { timeout: 20_000 }).toBe('signed-in');
  expect(await phone.ended()).toBe(phone.words.done.login);
}
/** From the list to the code that stands beside the record's name. */
async function askForRecord(): Promise<string> {
  const [record] = await desk.waiting();
  await openOnScreen(desk.page, record!.id);
  await desk.page.keyboard.press('Control+Enter');
  await deskShows(desk.page, 'waiting');
  return record!.id;
}
const newFiles = (before: readonly string[]): string[] =>
  desk.files().filter((f) => !f.startsWith('.') && !before.includes(f));

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
  await signInOnScreen(desk.page);
  await desk.page.keyboard.press('Control+4');
  await desk.page.locator('[data-add-phone]').click();
  await desk.page.locator('[data-phone-enrol=ready]').waitFor();
  const code = (await desk.page.locator('[data-phone-code]').innerText()).replace(/\s/g, '');
  await phone.see(await pictureOf(desk.page));
  await expect(phone.page.locator('.facts .mono')).toHaveText(code.replace(/(.{4})(?=.)/g, '$1 '), { timeout: 20_000 });
  await picture('flow-1-enrol', desk.page, phone.page);
  await phone.enrol(null, PIN);
  await expect(phone.page.locator('.person')).toHaveText('李医师');
  await desk.page.keyboard.press('Escape');
  await expect(desk.page.locator('[data-my-key][data-state=active]')).toHaveCount(1);

  const other = phoneAt(phoneWay.url);
  try {
    await other.open(`${phoneWay.url}/phone/#e=${code}`);
    for (const field of await other.page.locator('input[type=password]').all()) await field.fill(PIN);
    await other.page.locator('button[type=submit]').tap();
    await other.expectError('COSIGN_CODE');
  } finally {
    await other.dispose();
  }
  await desk.call('session:signOut', undefined);
});

test('the desk is signed in by scanning its screen, locked, and opened again by scanning', async () => {
  await showLoginCode(desk.page);
  await scanScreen();
  await picture('flow-2-login', desk.page, phone.page);
  await phone.refuse('other');
  await signInByPhone();
  await desk.page.keyboard.press('Control+l');
  await expect.poll(state).toBe('locked');
  expect(await desk.refusal('phone:ask', { kind: 'batch', listId: 'x', digest: 'x' })).toBe('DESK_LOCKED');
  await signInByPhone();
});

test('one record: the phone shows what is signed, the desk goes on by itself', async () => {
  const before = desk.files();
  const id = await askForRecord();
  const record = (await desk.record(id))!;
  await scanScreen();
  const shown = phone.page.locator('main');
  await expect(shown).toContainText(record.type);
  await expect(shown).not.toContainText(record.patient.name);
  await picture('flow-3-record', desk.page, phone.page);
  await phone.approve(PIN);
  await desk.page.locator('[data-outcome]').waitFor({ timeout: 60_000 });
  expect(await phone.ended()).toBe(phone.words.done.signed);
  const files = newFiles(before);
  expect(files).toHaveLength(1);
  await expectGood(files.map((f) => join(desk.signed, f)));
  await expect.poll(() => desk.queue(), { timeout: 30_000 }).toEqual([]);
});

test('a ticket serves once, and for the list that it was given for', async () => {
  const [one, other] = await desk.openFirst(2);
  const ask = async (): Promise<string> => {
    const request = await at.ask({ kind: 'records', items: [{ handle: one!.document.handle, sealId: one!.sealId }] });
    await phone.scan(request.qr);
    await phone.approve(PIN);
    return (await at.approved(request)).ticket;
  };
  const refused = (what: typeof one, pin: string) => desk.refusal('sign:approve', { items: [item(what!)], pin });
  expect(await refused(other, await ask())).toBe('PHONE_LIST_CHANGED');
  expect(await phone.ended()).toBe(phone.words.trouble.title);
  const ticket = await ask();
  const { results } = await desk.call('sign:approve', { items: [item(one!)], pin: ticket });
  expect(results).toMatchObject([{ outcome: 'signed', error: null, signed: { uploaded: true } }]);
  expect(await refused(other, ticket)).toBe('PHONE_TICKET');
});

test('a batch of twenty by one scan: progress on both sides', async () => {
  const before = desk.files();
  await desk.page.keyboard.press('Control+1');
  await desk.page.locator('.search input').fill('试');
  await desk.page.locator('.grid .body .row[data-record]').first().click();
  await desk.page.keyboard.press('Control+a');
  await desk.page.keyboard.press('b');
  await desk.page.locator('[data-approval=ready]').waitFor();
  await expect(desk.page.locator('[data-total=count]')).toHaveText(String(BATCH));
  await deskShows(desk.page, 'waiting');
  await scanScreen();
  await expect(phone.page.locator('ol.rows > li')).toHaveCount(BATCH);
  await picture('flow-4-batch', desk.page, phone.page);
  // What follows the first values is held for a while, so that both sides are seen in the middle.
  phoneWay.treat(work, 'hold-before');
  phoneWay.treat(work, 'pass', 2);
  await phone.approve(PIN);
  await expect(phone.page.locator('[data-signed]')).toBeVisible({ timeout: 20_000 });
  await expect(desk.page.locator('[data-batch=running]')).toBeVisible();
  await expect.poll(async () => (await desk.call('batch:get', undefined))!.signed).toBeGreaterThan(0);
  await picture('flow-5-signing', desk.page, phone.page);
  phoneWay.clear();
  await phoneWay.down();
  await phoneWay.up();
  await expect(desk.page.locator('[data-batch=finished]')).toBeVisible({ timeout: 60_000 });
  const view = (await desk.call('batch:get', undefined))!;
  expect(view).toMatchObject({ total: BATCH, signed: BATCH, failed: 0, notBegun: 0 });
  expect(await phone.ended()).toBe(phone.words.done.signed);
  await expect.poll(() => desk.queue(), { timeout: 30_000 }).toEqual([]);
  const files = newFiles(before);
  expect(files).toHaveLength(BATCH);
  await expectGood(files.map((f) => join(desk.signed, f)));
  await desk.call('batch:putAway', { batchId: view.batchId });
  await desk.page.keyboard.press('Control+1');
  await desk.page.locator('.search input').fill('');
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

test('a proxy that holds event streams back: the desk asks again and again, says so, and gets there', async () => {
  deskWay.treat(events, 'collect');
  const before = desk.files();
  await askForRecord();
  await expect(desk.page.locator('.phone-said')).toContainText('改为每秒查询一次', { timeout: 20_000 });
  await scanScreen();
  await phone.approve(PIN);
  await desk.page.locator('[data-outcome]').waitFor({ timeout: 60_000 });
  expect(await phone.ended()).toBe(phone.words.done.signed);
  expect(newFiles(before)).toHaveLength(1);
  deskWay.clear();
});

/** Everything that the service has kept of phones and keys, as text. */
function inTheStore(): string {
  const db = new DatabaseSync(hospital.store, { readOnly: true });
  try {
    const tables = db.prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND (name GLOB 'phone*' OR name GLOB 'cosign*')`,
    );
    const names = tables.all().map((row) => String(row['name']));
    expect(names).toEqual(expect.arrayContaining(['phone_requests', 'phone_messages', 'cosign_log']));
    return JSON.stringify(names.map((name) => db.prepare(`SELECT * FROM "${name}"`).all()));
  } finally {
    db.close();
  }
}

test('no PIN, no ticket, no whole name of a patient lies where it must not; no number was used twice', async () => {
  const tickets = (await desk.page.evaluate(() => window.phoneSteps ?? [])).flatMap((s) => s.approved?.ticket ?? []);
  expect(tickets.length).toBeGreaterThan(4);
  const names = [...new Set(patients)].filter((n) => n.length > 1);
  expect(names.length).toBeGreaterThan(BATCH);
  const secrets = [PIN, ...tickets, ...names];
  await desk.close();
  await hospital.stop();

  const lies = (where: string, bytes: string | Buffer, what: readonly string[]): string[] =>
    what.filter((w) => bytes.includes(w)).map((w) => `${where}: ${w}`);
  const kept = await phone.kept();
  // Whose key it is, and what was done, lie there: the search sees what there is to see. The wrapping key is not given out.
  for (const there of ['李医师', '"count":20', '"extractable":false']) expect(kept).toContain(there);
  expect(kept).not.toContain('"extractable":true');
  const store = inTheStore();
  expect(store).toContain('YIQIAN-PHONE-1');
  const logs = readdirSync(join(desk.home, 'desk'), { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile() && /logs/.test(f.parentPath))
    .map((f) => [f.name, readFileSync(join(f.parentPath, f.name))] as const);
  expect(Buffer.concat(logs.map(([, bytes]) => bytes)).includes('phone')).toBe(true);
  const requested = [...phone.asked, ...phoneWay.asked(), ...deskWay.asked()].join('\n');
  expect(requested).toContain('/phone/work');
  expect([
    ...lies('phone', kept, secrets),
    ...lies('addresses', requested, [...secrets, '#', 's=']),
    ...lies('the service’s store', store, secrets),
    ...lies('what the service said', hospital.said(), secrets),
    ...logs.flatMap(([name, bytes]) => lies(name, bytes, secrets)),
  ]).toEqual([]);
  // The network was cut for a moment in mid-list; the page itself has nothing to complain of.
  expect(phone.complaints.filter((c) => !c.startsWith('Failed to load resource: net::ERR_'))).toEqual([]);
  expect(checkCosignStore(hospital.store)).toMatchObject({ faults: [], keys: { active: 1 } });
});
