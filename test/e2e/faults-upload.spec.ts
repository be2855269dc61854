/** Signed, and the record service will not take it: told in the list with what to do, over a restart too, until the person dismisses it. */
import { expect, test } from '@playwright/test';
import { errorText, type ErrorCode } from '../../src/core/errors/index.ts';
import { deskAt, item, type DeskDriver } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { rowOf, signInOnScreen } from './screen.ts';
import { openWay, type Treatment, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let way: WayToServices;
let desk: DeskDriver;
const upload = /^PUT .*\/signed$/;
const problem = (status: number, code: string): Treatment => ({
  status,
  type: 'application/problem+json',
  body: JSON.stringify({ type: 'about:blank', title: '记录已有新版本', status, code }),
});

test.beforeAll(async () => {
  hospital = await openHospital();
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_BACKEND_URL: way.url });
  await desk.open();
  await signInOnScreen(desk.page);
});
test.afterAll(async () => {
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

const signFirst = async () => {
  const [opened] = await desk.openFirst();
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: demoPin });
  return { record: opened!.record, result: results[0]! };
};

for (const [status, code] of [
  [409, 'RECORD_CHANGED'],
  [422, 'UPLOAD_NOT_ORIGINAL'],
] as readonly [number, ErrorCode][]) {
  test(`refused with ${status} ${code}: the list says so with the next step, after a restart too; dismissed, it is gone`, async () => {
    way.treat(upload, problem(status, code));
    const { record, result } = await signFirst();
    expect(result).toMatchObject({ outcome: 'signed', error: { code }, signed: { uploaded: false } });
    expect(desk.queue()).toEqual([`${record.id} refused`]);
    const { what } = errorText(code, 'zh');
    await desk.page.keyboard.press('Control+1');
    await expect(rowOf(desk.page, record.id)).toContainText(what);
    expect(await desk.record(record.id)).toMatchObject({ state: 'failed', error: { code } });
    await desk.close();

    // A refusal is final: with the way free again nothing is sent.
    way.clear();
    await desk.open();
    await signInOnScreen(desk.page);
    await expect(rowOf(desk.page, record.id)).toContainText(what);
    expect(desk.queue()).toEqual([`${record.id} refused`]);
    const notice = desk.page.locator(`[data-refused="${record.id}"]`);
    await expect(notice).toContainText(what);
    await notice.locator('[data-conflict]').click();
    await desk.page.locator('[data-dismiss]').click();
    await expect(notice).toHaveCount(0);
    expect(await desk.record(record.id)).toMatchObject({ state: 'waiting', error: null });
    expect(desk.queue()).toEqual([]);
    await expect(rowOf(desk.page, record.id)).not.toContainText(what);
  });
}

test('refused, and the service has dropped the record from the list: it is shown all the same', async () => {
  way.treat(upload, problem(409, 'RECORD_CHANGED'));
  const { record } = await signFirst();
  way.treat(/^GET .*\/records\?state=waiting$/, {
    status: 200,
    type: 'application/json',
    body: JSON.stringify({ records: [], at: new Date().toISOString() }),
  });
  await desk.close();
  await desk.open();
  await signInOnScreen(desk.page);
  const { records } = await desk.call('worklist:get', { refresh: true });
  expect(records).toMatchObject([
    { id: record.id, title: record.title, state: 'failed', error: { code: 'RECORD_CHANGED' } },
  ]);
  await expect(rowOf(desk.page, record.id)).toContainText(record.title);
  const list = await desk.call('uploads:dismiss', { recordId: record.id, version: record.version });
  expect(list.records).toEqual([]);
  way.clear();
});

test('signed anew and taken: the old refusal is settled with it', async () => {
  way.treat(upload, problem(422, 'UPLOAD_SIGNATURE'));
  const { record } = await signFirst();
  expect(desk.queue()).toEqual([`${record.id} refused`]);
  way.clear();
  const again = await desk.call('records:open', { recordId: record.id, version: record.version });
  const { results } = await desk.call('sign:approve', { items: [item(again)], pin: demoPin });
  expect(results).toMatchObject([{ outcome: 'signed', error: null, signed: { uploaded: true } }]);
  expect(desk.queue()).toEqual([]);
  expect(await desk.record(record.id)).toBeUndefined();
});

test('a proxy answers with its own page: no refusal; it waits, is not signed twice, and goes when the way is free', async () => {
  way.treat(upload, { status: 403, type: 'text/html', body: '<h1>Access denied by your organisation</h1>' });
  const { record, result } = await signFirst();
  expect(result).toMatchObject({ outcome: 'signed', error: { code: 'BACKEND_REFUSED' }, signed: { uploaded: false } });
  expect(desk.queue()).toEqual([`${record.id} pending`]);
  expect(await desk.record(record.id)).toMatchObject({ state: 'upload-pending', error: { code: 'BACKEND_REFUSED' } });
  // Dismissing touches refusals only.
  await desk.call('uploads:dismiss', { recordId: record.id, version: record.version });
  expect(desk.queue()).toEqual([`${record.id} pending`]);
  way.clear();
  await expect.poll(() => desk.queue(), { timeout: 30_000 }).toEqual([]);
  expect(await desk.record(record.id)).toBeUndefined();
});
