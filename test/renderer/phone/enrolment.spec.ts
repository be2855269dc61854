/** How a key comes onto a phone, and off it again. */
import { expect, test } from '@playwright/test';
import { zh } from '../../../src/phone/i18n/zh.ts';
import { PIN } from './clinic.ts';
import { ground } from './ground.ts';
import { approved } from './walk.ts';

const g = ground();
const { at, button, enrolled, says } = g;

test.describe('enrolment', () => {
  test('a code that was used is told, and another can be typed at once', async () => {
    const { link, code } = g.clinic.enrolment();
    await g.phone.enrol(link);
    await button(zh.home.settings).tap();
    await button(zh.settings.enrol).tap();
    await g.page.locator('#typed').fill(code);
    await button(zh.scan.go).tap();
    await expect(g.page.locator('.notice.warn')).toContainText(zh.enrol.replaces);
    for (const field of await g.page.locator('input[type=password]').all()) await field.fill(PIN);
    await button(zh.enrol.make).tap();
    await says('COSIGN_CODE');
    await button(zh.ways.scan).tap();
    await at('scan').waitFor();
    expect(g.clinic.keyStates()).toEqual(['active']);
  });

  test('a name that is not one’s own: the key is stopped at the service and gone from the phone', async () => {
    await g.phone.follow(g.clinic.enrolment().link);
    await g.page.locator('input[type=password]').first().fill(PIN);
    await g.page.locator('input[type=password]').last().fill(`${PIN}1`);
    await button(zh.enrol.make).tap();
    await expect(g.page.locator('.notice.bad')).toContainText(zh.enrol.differ);
    await g.page.locator('input[type=password]').last().fill(PIN);
    await button(zh.enrol.make).tap();
    await expect(g.page.locator('.person')).toHaveText('李医师');
    await button(zh.enrolled.notMine).tap();
    await expect(g.page.locator('.notice.warn')).toContainText(zh.home.saidNotMine);
    await expect(g.page.locator('h2')).toHaveText(zh.welcome.title);
    expect(g.clinic.keyStates()).toEqual(['suspended']);
  });

  test('a second enrolment takes the place of the first, whose key is stopped', async () => {
    await enrolled();
    await enrolled();
    expect(g.clinic.keyStates()).toEqual(['suspended', 'active']);
    const asked = await g.clinic.login();
    await approved(g.phone, asked);
    await g.clinic.until(asked, 'approved');
    await g.clinic.end(asked);
  });

  test('cut off before the certificate came: the same code and PIN finish it', async () => {
    const { link, code } = g.clinic.enrolment();
    await g.page.route('**/certificate', (route) => route.abort());
    await g.phone.follow(link);
    for (const field of await g.page.locator('input[type=password]').all()) await field.fill(PIN);
    await g.page.locator('input[type=password]').last().fill(PIN);
    await g.page.locator('input[type=password]').first().fill(PIN);
    await button(zh.enrol.make).tap();
    await says('COSIGN_UNREACHABLE');
    await g.page.unroute('**/certificate');
    await g.page.reload();
    await expect(g.page.locator('.notice.warn')).toContainText(zh.welcome.cutOff);
    await button(zh.welcome.type).tap();
    await g.page.locator('#typed').fill(code);
    await button(zh.scan.go).tap();
    for (const field of await g.page.locator('input[type=password]').all()) await field.fill(PIN);
    await button(zh.enrol.make).tap();
    await button(zh.enrolled.mine).tap();
    await g.page.locator('[data-state=active]').waitFor();
    expect(g.clinic.keyStates()).toEqual(['active']);
  });
});

test('a damaged key is told, and a new one is enrolled in its place', async () => {
  await enrolled();
  await g.page.evaluate(damageKeys);
  await g.page.reload();
  await expect(g.page.locator('.notice.bad')).toContainText('COSIGN_KEY_FILE');
  await button(zh.ways.enrol).tap();
  await at('scan').waitFor();
  await enrolled();
  expect(await g.page.evaluate(keptKeys)).toHaveLength(1);
});

/** Runs in the page. */
async function damageKeys(): Promise<void> {
  const open = indexedDB.open('yiqian-phone');
  await new Promise((done) => (open.onsuccess = done));
  const transaction = open.result.transaction('keys', 'readwrite');
  const store = transaction.objectStore('keys');
  const ids = store.getAllKeys();
  await new Promise((done) => (ids.onsuccess = done));
  for (const keyId of ids.result) store.put({ keyId, text: '{"version":1' });
  await new Promise((done) => (transaction.oncomplete = done));
  open.result.close();
}

test('the key is taken off the phone, and stopped', async () => {
  await enrolled();
  await button(zh.home.settings).tap();
  await button(zh.settings.remove).tap();
  await button(zh.remove.go).tap();
  await expect(g.page.locator('.notice.good')).toContainText(zh.home.saidRemoved);
  await expect(g.page.locator('h2')).toHaveText(zh.welcome.title);
  expect(g.clinic.keyStates()).toEqual(['suspended']);
  expect(await g.page.evaluate(keptKeys)).toEqual([]);
});

/** Runs in the page. */
async function keptKeys(): Promise<unknown[]> {
  const open = indexedDB.open('yiqian-phone');
  await new Promise((done) => (open.onsuccess = done));
  const all = open.result.transaction('keys').objectStore('keys').getAllKeys();
  await new Promise((done) => (all.onsuccess = done));
  open.result.close();
  return all.result;
}
