/** The page around it: without a network, in two tabs, in a browser that lacks something, the way back. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { zh } from '../../../src/phone/i18n/zh.ts';
import { ground } from './ground.ts';
import { listen } from './phone.ts';
import { scanned } from './walk.ts';

const g = ground();
const { at, button, enrolled, says } = g;

test.describe('without a network', () => {
  test('it opens, shows the key that lies here and says what signing needs; then goes on', async () => {
    await enrolled();
    await g.page.evaluate(() => navigator.serviceWorker.ready);
    await g.clinic.stop();
    await g.page.reload();
    await expect(g.page.locator('.person')).toHaveText('李医师');
    await expect(g.page.locator('.notice.warn')).toContainText(zh.home.offlineNext);
    await g.phone.follow(`${g.clinic.url}/phone/#s=${'A'.repeat(22)}`);
    await says('COSIGN_UNREACHABLE');
    await g.clinic.start();
    await button(zh.ways.again).tap();
    await says('PHONE_NOT_A_CODE');
    // Nothing of the service's answers was ever kept.
    const cached = await g.page.evaluate(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(
        names.map(async (name) => (await (await caches.open(name)).keys()).map((r) => r.url)),
      );
      return lists.flat();
    });
    expect(cached.length).toBeGreaterThan(5);
    expect(cached.filter((url) => !url.startsWith(`${g.clinic.url}/phone/`))).toEqual([]);
  });

  test('a newer build takes over while nothing is done, and the old files go', async () => {
    await g.page.evaluate(() => navigator.serviceWorker.ready);
    const before = await g.page.evaluate(() => caches.keys());
    expect(before).toHaveLength(1);
    const worker = join(g.clinic.page, 'sw.js');
    const old = readFileSync(worker, 'utf8');
    const version = (before[0] ?? '').replace('yiqian-phone-', '');
    expect(old).toContain(version);
    await g.clinic.stop();
    writeFileSync(worker, old.replaceAll(version, 'newer'));
    await g.clinic.start();
    await g.page.reload();
    await expect.poll(() => g.page.evaluate(() => caches.keys()).catch(() => [])).toEqual(['yiqian-phone-newer']);
    await at('home').waitFor();
  });
});

test.describe('two tabs', () => {
  test('the second says so, and can go on in the place of the first', async () => {
    await enrolled();
    const second = await g.phone.context.newPage();
    listen(second, g.phone.complaints);
    await second.goto(`${g.clinic.url}/phone/`);
    await expect(second.locator('h2')).toHaveText(zh.elsewhere.second);
    await button(zh.elsewhere.here, second).tap();
    await second.locator('[data-state=active]').waitFor();
    await expect(g.page.locator('h2')).toHaveText(zh.elsewhere.taken);
  });

  test('a tab that the camera app opens goes on by itself where the first does nothing, and asks where it works', async () => {
    await enrolled();
    const asked = await g.clinic.login();
    const second = await g.phone.context.newPage();
    listen(second, g.phone.complaints);
    await second.goto(asked.link);
    await second.locator('[data-check]').waitFor();
    await expect(g.page.locator('h2')).toHaveText(zh.elsewhere.taken);
    const other = await g.clinic.login();
    const third = await g.phone.context.newPage();
    listen(third, g.phone.complaints);
    await third.goto(other.link);
    await expect(third.locator('h2')).toHaveText(zh.elsewhere.working);
    await button(zh.elsewhere.here, third).tap();
    await third.locator('[data-check]').waitFor();
    await expect(second.locator('h2')).toHaveText(zh.elsewhere.taken);
    expect((await g.clinic.view(other)).state).toBe('scanned');
  });
});

test.describe('a browser that can’t', () => {
  test('keeps nothing: said at once', async () => {
    await g.page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
    await g.page.reload();
    await says('PHONE_STORAGE');
  });

  test('was not opened over a secure connection: said at once', async () => {
    await g.page.route('http://hospital.example/**', async (route) => {
      const response = await route.fetch({
        url: route.request().url().replace('http://hospital.example', g.clinic.url),
      });
      await route.fulfill({ response });
    });
    await g.page.goto('http://hospital.example/phone/');
    await says('PHONE_INSECURE');
  });

  test('has no camera, or does not let the page use it: said, and the code can be typed', async () => {
    await button(zh.welcome.scan).tap();
    await says('PHONE_CAMERA');
    await button(zh.scan.type).tap();
    await g.page.locator('#typed').fill(g.clinic.enrolment().link);
    await button(zh.scan.go).tap();
    await at('enrol').waitFor();
  });
});

test('the phone’s own way back leads through the screens, and out of no request', async () => {
  await enrolled();
  await button(zh.home.settings).tap();
  await button(zh.settings.renew).tap();
  await at('renew').waitFor();
  await g.page.goBack();
  await at('settings').waitFor();
  await g.page.goBack();
  await at('home').waitFor();
  const asked = await g.clinic.login();
  await scanned(g.phone, asked);
  await button(zh.asked.ok).tap();
  await g.page.goBack();
  await expect(button(zh.asked.ok)).toBeVisible();
  await g.page.goBack();
  await expect(button(zh.asked.ok)).toBeVisible();
  expect(g.page.url()).toBe(`${g.clinic.url}/phone/`);
});
