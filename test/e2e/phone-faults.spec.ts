/**
 * What can go wrong in the middle of a list that a phone signs: the phone is closed, lost, stopped, without network, or says stop. Each row
 * says what became of it, a new scan goes on with the rest, and no record is signed twice.
 */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { errorText, type ErrorCode } from '../../src/core/errors/index.ts';
import type { BatchView } from '../../src/shared/batch.ts';
import { checkCosignStore } from '../faults/cosign-check.ts';
import { deskAt, type DeskDriver } from './desk-driver.ts';
import { checkOn, deskShows, pictureOf, showLoginCode } from './phone-desk.ts';
import { phoneAt, type PhoneDriver } from './phone-driver.ts';
import { openPhoneHospital, type PhoneHospital } from './phone-hospital.ts';
import { openWay, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial', timeout: 120_000 });

const PIN = '864209';
const LI = '10023';
/** Of each list: more than the first values and those that a desk then asks for at a time, so that some are never begun. */
const ROWS = 18;
const LISTS = 7;
const work = /^POST \/api\/v1\/cosign\/keys\/[^/]+\/phone\/work$/;
let hospital: PhoneHospital;
/** Between phone and service. */
let way: WayToServices;
let desk: DeskDriver;
let phone: PhoneDriver;

test.beforeAll(async () => {
  test.setTimeout(120_000);
  hospital = await openPhoneHospital(ROWS * LISTS);
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_PHONE_URL: way.url });
  phone = phoneAt(way.url);
  await desk.open();
  await phone.enrol(`${way.url}/phone/#e=${await hospital.enrolCode(LI)}`, PIN);
  await signIn();
});
test.afterAll(async () => {
  await phone?.dispose();
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

async function signIn(): Promise<void> {
  await showLoginCode(desk.page);
  await approveOnScreen();
  await expect.poll(async () => (await desk.call('session:get', undefined)).state).toBe('signed-in');
  expect(await phone.ended()).toBe(phone.words.done.login);
}
/** The phone's camera reads the desk's screen; both show the same number; the PIN. */
async function approveOnScreen(): Promise<void> {
  await phone.see(await pictureOf(desk.page));
  expect(await phone.check()).toBe(await checkOn(desk.page));
  await phone.approve(PIN);
}

const get = async (): Promise<BatchView> => (await desk.call('batch:get', undefined))!;
/** A list of the first records, on the screen, with the code beside it. */
async function propose(): Promise<void> {
  const { keyboard } = desk.page;
  await desk.page.locator('.grid .body .row[data-record]').first().waitFor();
  await keyboard.press('Escape');
  await keyboard.press('/');
  await desk.page.locator('.search input').fill('试');
  await keyboard.press('Enter');
  for (let n = 0; n < ROWS; n++) {
    await keyboard.press('x');
    await keyboard.press('j');
  }
  await keyboard.press('b');
  await proposed(ROWS);
}
async function proposed(count: number): Promise<void> {
  await desk.page.locator('[data-approval=ready]').waitFor();
  await expect(desk.page.locator('[data-total=count]')).toHaveText(String(count));
  await deskShows(desk.page, 'waiting');
}
/** The first values have come, the next ones are held on their way from the phone. */
async function inTheMiddle(): Promise<void> {
  const before = asked();
  way.treat(work, 'hold-before');
  // One may wait for work already, one hands in the first values.
  way.treat(work, 'pass', 2);
  await propose();
  await approveOnScreen();
  await expect.poll(() => asked() - before, { timeout: 30_000, intervals: [20] }).toBeGreaterThanOrEqual(3);
  await expect.poll(async () => (await get()).signed, { timeout: 30_000, intervals: [50] }).toBeGreaterThan(0);
}
/** What was held is cut off, as by a network that was gone for a moment; the phone asks again. */
async function release(): Promise<void> {
  way.clear();
  await way.down();
  await way.up();
}
const asked = (): number => way.asked().filter((line) => work.test(line)).length;
const untilEnded = (): Promise<void> =>
  expect.poll(async () => (await get()).state, { intervals: [100], timeout: 60_000 }).toBe('finished');

/** Records with one signature more than the demo gave them, by the service's books; a record that is signed twice is told twice. */
function signedIds(): string[] {
  const db = new DatabaseSync(hospital.store, { readOnly: true });
  try {
    const rows = db.prepare(`SELECT record FROM signers WHERE state = 'signed' AND record LIKE 'CH%' ORDER BY record`);
    return rows.all().map((row) => String(row['record']));
  } finally {
    db.close();
  }
}

/** The list has ended for this reason, and the screen says so of each record; the books say what the desk says. */
async function expectStopped(code: ErrorCode): Promise<void> {
  await untilEnded();
  const line = desk.page.locator('.batch-line[data-state=not-begun]').first();
  await expect(line).toContainText(errorText(code, 'zh').what);
  await expect(line).toContainText(errorText(code, 'zh').next);
  const view = await get();
  expect(view.notBegun).toBeGreaterThan(0);
  const reasons = view.rows.filter((r) => r.state !== 'signed').map((r) => r.error?.code);
  expect(new Set(reasons)).toEqual(new Set([code]));
  await expect.poll(() => desk.queue(), { timeout: 30_000 }).toEqual([]);
  const signed = view.rows.filter((r) => r.state === 'signed').map((r) => r.recordId);
  const inBooks = signedIds();
  expect(new Set(inBooks).size).toBe(inBooks.length);
  expect(view.rows.filter((r) => inBooks.includes(r.recordId)).map((r) => r.recordId)).toEqual(signed);
}

const putAway = async (): Promise<void> => {
  await desk.page.locator('[data-put-away]').click();
  await expect.poll(() => desk.call('batch:get', undefined)).toBeNull();
  await desk.page.keyboard.press('Control+1');
};
const keyId = async (): Promise<string> => (await desk.call('phone:mine', undefined)).keys[0]!.keyId;

test('the phone is closed: what is signed is signed, and a new scan goes on with the rest', async () => {
  await inTheMiddle();
  await phone.close();
  await hospital.ahead(50_000);
  await expectStopped('PHONE_LOST');
  await hospital.ahead(0);
  way.clear();
  const rest = ROWS - (await get()).signed;
  await desk.page.locator('[data-resume]').click();
  await proposed(rest);
  await approveOnScreen();
  await expect.poll(async () => (await get()).total).toBe(rest);
  await untilEnded();
  expect(await get()).toMatchObject({ signed: rest, failed: 0, notBegun: 0 });
  expect(await phone.ended()).toBe(phone.words.done.signed);
  expect(signedIds()).toHaveLength(ROWS);
  expect(new Set(signedIds()).size).toBe(ROWS);
  await putAway();
});

test('the phone’s network goes and comes back: the list goes on by itself', async () => {
  await inTheMiddle();
  const failed = phone.page.waitForEvent('requestfailed', (r) => r.url().endsWith('/phone/work'));
  await phone.setOffline(true);
  await release();
  await failed;
  expect((await get()).state).toBe('running');
  await phone.setOffline(false);
  await untilEnded();
  expect(await get()).toMatchObject({ signed: ROWS, failed: 0, notBegun: 0 });
  expect(await phone.ended()).toBe(phone.words.done.signed);
  await putAway();
});

test('the phone’s network is gone for good: the desk says that it is not heard, the phone too', async () => {
  await inTheMiddle();
  await phone.setOffline(true);
  await release();
  await hospital.ahead(50_000);
  await expectStopped('PHONE_LOST');
  await phone.setOffline(false);
  await phone.expectError('PHONE_LOST');
  await hospital.ahead(0);
  await putAway();
});

test('the person stops it on the phone', async () => {
  await inTheMiddle();
  await phone.button(phone.words.signing.stop).tap();
  await phone.page.locator('dialog').getByRole('button', { name: phone.words.signing.stop, exact: true }).tap();
  await expectStopped('PHONE_REFUSED');
  await phone.expectError('PHONE_REFUSED');
  way.clear();
  await putAway();
});

test('the desk stops it: the phone does not say that everything is signed', async () => {
  await inTheMiddle();
  await desk.call('batch:cancel', undefined);
  await release();
  await untilEnded();
  const view = await get();
  expect(view.notBegun).toBeGreaterThan(0);
  await phone.ended();
  await phone.expectError('PHONE_OVER');
  await expect(phone.page.locator('main')).toContainText(`已签 ${view.signed} 份，其余没有签`);
  await putAway();
});

test('stopped from the desk in the middle: nothing more is signed, and the phone hears why', async () => {
  await inTheMiddle();
  const { keys } = await desk.call('phone:stop', { keyId: await keyId(), reason: '手机丢失' });
  expect(keys).toMatchObject([{ state: 'suspended' }]);
  await expectStopped('PHONE_KEY_STOPPED');
  await release();
  await phone.ended();
  await expect(phone.page.locator('.notice.bad')).toBeVisible();
  await putAway();
});

test('stopped before the scan: the phone is told, until IT lets it go on', async () => {
  await propose();
  await phone.see(await pictureOf(desk.page));
  await phone.expectError('COSIGN_SUSPENDED');
  await deskShows(desk.page, 'waiting');
  await hospital.administer(await keyId(), 'resume');
  await approveOnScreen();
  await desk.page.locator('[data-batch=finished]').waitFor({ timeout: 60_000 });
  expect(await get()).toMatchObject({ signed: ROWS, failed: 0, notBegun: 0 });
  expect(await phone.ended()).toBe(phone.words.done.signed);
});

test('nothing was used twice', () => {
  const { faults, keys } = checkCosignStore(hospital.store);
  expect(faults).toEqual([]);
  expect(keys).toEqual({ active: 1 });
  const ids = signedIds();
  expect(new Set(ids).size).toBe(ids.length);
});
