/**
 * A consent form with two windows: the staff member's and the patient's, on two displays. The patient's side works its page as a person
 * does; the staff's side is driven past its screens. What comes out is judged; what must not be possible is tried.
 */
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { line, write } from '../renderer/harness/ways-consent.ts';
import {
  allow,
  confirm,
  kept,
  patientSigned,
  presented,
  shown,
  staffSigned,
  stage,
  twoDisplays,
  verdicts,
  witnessSigned,
} from './consent-driver.ts';
import { chooseFiles, deskAt, type DeskDriver } from './desk-driver.ts';
import { shellInUse, root } from './electron.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { killApp } from './kill-app.ts';

test.describe.configure({ mode: 'serial', timeout: 180_000 });

const finger = join(root, 'test/fixtures/pictures/scan.jpg');

let hospital: Hospital;
let desk: DeskDriver;

test.beforeAll(async () => {
  hospital = await openHospital();
  desk = deskAt(hospital, { STANDIN_DISPLAYS: JSON.stringify(twoDisplays) });
  await desk.open();
  await desk.signIn();
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

const patientPlace = () =>
  desk.app.evaluate(({ BrowserWindow }) => {
    const w = BrowserWindow.getAllWindows().find((x) => x.webContents.getURL().startsWith('app://patient'));
    return w && { x: w.getBounds().x, width: w.getBounds().width, fullScreen: w.isFullScreen() };
  });
const three = [patientSigned, witnessSigned, staffSigned];

test('patient, witness and staff sign; the judge passes all three', async () => {
  const { id } = await presented(desk, 'surgery', true);
  const page = await shown(desk, id, 'patient');
  if (shellInUse() === 'stand-in') expect(await patientPlace()).toEqual({ x: 1366, width: 1280, fullScreen: true });
  expect(await allow(page)).toEqual(['handwriting', 'fingerprint']);
  for (const [n, y] of [0.3, 0.5, 0.7].entries()) {
    await write(page, line(y));
    await kept(page, n + 1);
  }
  const { ink } = await desk.call('consent:get', { id });
  expect(ink.patient).toMatchObject({ strokes: 3, confirmed: false });
  await confirm(page);
  await expect.poll(() => stage(desk, id)).toBe('witness');

  await chooseFiles(desk, finger);
  expect((await desk.call('consent:importFingerprint', { id })).fingerprint).toMatchObject({ simulated: false });
  const witness = await shown(desk, id, 'witness');
  expect(await allow(witness)).toEqual(['handwriting']);
  await write(witness, line(0.4), { type: 'touch' });
  await kept(witness, 1);
  await confirm(witness);
  await expect.poll(() => stage(desk, id)).toBe('staff');

  const done = await desk.call('consent:finish', { id, pin: demoPin });
  expect(done).toMatchObject({ stage: 'done', error: null, display: { open: false } });
  expect(verdicts(done)).toEqual(three);
  expect(done.signed?.uploaded).toBe(true);
});

test('the patient’s window is a stranger: no call of the desk, no document but the one before it, none of a form that was put away', async () => {
  const first = await presented(desk, 'other');
  let page = await shown(desk, first.id, 'patient');
  const before = await page.evaluate(async () => {
    const r = await window.yiqianPatient.call('patient:page', undefined);
    return r.ok ? (r.value?.document.url ?? '') : '';
  });
  const fetched = (on: Page, url: string): Promise<number | string> =>
    on.evaluate(
      async (u) =>
        fetch(u)
          .then((r) => r.status)
          .catch(() => 'refused'),
      url,
    );
  expect(await fetched(page, before)).toBe(200);
  // The staff's copy of the same form, and the other way round.
  expect(await fetched(page, first.document!.url)).toBe(404);
  expect(await fetched(desk.page, first.document!.url)).toBe(200);
  expect(await fetched(desk.page, before)).toBe(404);
  expect(await fetched(page, `app://bundle${first.document!.url}`)).toBe('refused');
  expect(await fetched(page, '/index.html')).toBe(404);
  expect(await fetched(desk.page, '/patient.html')).toBe(404);

  const tried = await page.evaluate(async () => {
    const call = window.yiqianPatient.call as (name: string, input: unknown) => Promise<{ ok: boolean }>;
    const names = ['sign:approve', 'consent:finish', 'consent:list', 'worklist:get', 'session:get', 'tokens:list'];
    return {
      answers: await Promise.all(names.map(async (name) => (await call(name, undefined)).ok)),
      globals: [typeof window.yiqian, typeof (window as { require?: unknown }).require],
    };
  });
  expect(tried).toEqual({ answers: [false, false, false, false, false, false], globals: ['undefined', 'undefined'] });
  const camera = await page.evaluate(async () => (await navigator.permissions.query({ name: 'camera' })).state);
  expect(camera).toBe('denied');
  expect(await desk.page.evaluate(() => typeof window.yiqianPatient)).toBe('undefined');

  const second = await presented(desk, 'special');
  page = await shown(desk, second.id, 'patient');
  expect(await fetched(page, before)).toBe(404);
  await desk.call('consent:hidePatient', { id: second.id });
  await expect.poll(() => desk.app.windows().length).toBe(1);
  for (const { id } of [first, second]) await desk.call('consent:abandon', { id, reason: '演示' });
});

test('the second display is unplugged and comes back: the window moves, and nothing that was written goes', async () => {
  test.skip(shellInUse() === 'real', 'no display can be plugged in or out here');
  type Plugs = { _plug(display: object): void; _unplug(id: number): void };
  const { id } = await presented(desk, 'other');
  const page = await shown(desk, id, 'patient');
  await allow(page);
  await write(page, line(0.5));
  await kept(page, 1);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await desk.app.evaluate(({ screen }) => (screen as unknown as Plugs)._unplug(2));
  const moved = await patientPlace();
  expect(moved?.fullScreen).toBe(false);
  expect(moved!.x + moved!.width).toBeLessThanOrEqual(1366);
  expect((await desk.call('consent:get', { id })).display).toEqual({ open: true, second: false });
  await write(page, line(0.6));
  await kept(page, 2);
  await desk.app.evaluate(({ screen }, d) => (screen as unknown as Plugs)._plug(d), twoDisplays[1]);
  expect(await patientPlace()).toEqual({ x: 1366, width: 1280, fullScreen: true });
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  await kept(page, 2);
  // Whoever locks the desk takes the form out of sight.
  await desk.call('session:lock', undefined);
  await expect.poll(() => desk.app.windows().length).toBe(1);
  await desk.signIn();
  expect((await desk.call('consent:get', { id })).ink.patient.strokes).toBe(2);
  await desk.call('consent:abandon', { id, reason: '演示' });
});

test('kill -9 after three strokes: they are there, and the form goes on to its end', async () => {
  const { id } = await presented(desk, 'anaesthesia');
  const page = await shown(desk, id, 'patient');
  await allow(page);
  for (const [n, y] of [0.3, 0.5, 0.7].entries()) {
    await write(page, line(y));
    await kept(page, n + 1);
  }
  // The hand is on the paper when the power goes.
  await write(page, line(0.8), { end: 'none' });
  await killApp(desk.app);
  await desk.close();
  await desk.open();
  await desk.signIn();
  const view = await desk.call('consent:get', { id });
  expect(view).toMatchObject({ stage: 'patient', ink: { patient: { strokes: 3 } }, display: { open: false } });
  const again = await shown(desk, id, 'patient');
  await again.locator('.ink-surface').waitFor({ timeout: 20_000 });
  await kept(again, 3);
  await write(again, line(0.8));
  await kept(again, 4);
  await confirm(again);
  await expect.poll(() => stage(desk, id)).toBe('staff');
  const done = await desk.call('consent:finish', { id, pin: demoPin });
  expect(verdicts(done)).toEqual([patientSigned, staffSigned]);
});

test('without network the form is finished, and certified on return', async () => {
  const { id } = await presented(desk, 'transfusion');
  await hospital.stop();
  const page = await shown(desk, id, 'patient');
  await allow(page);
  await write(page, line(0.5));
  await kept(page, 1);
  await confirm(page);
  const queued = await desk.call('consent:finish', { id, pin: demoPin });
  expect(queued).toMatchObject({ stage: 'queued', offline: true, trustedTime: null });
  await hospital.start();
  await desk.signIn();
  expect(await desk.call('consent:complete', { ids: [id], pin: demoPin })).toContainEqual(
    expect.objectContaining({ id, stage: 'done', error: null }),
  );
  const done = await desk.call('consent:get', { id });
  expect(verdicts(done)).toEqual([patientSigned, staffSigned]);
  expect(done.signed?.report.signatures[0]?.reason).toContain('当时离线');
});
