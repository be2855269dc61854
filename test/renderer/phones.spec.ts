/** Signing in and signing by phone as the person at the desk meets them: the code, the number, the end, and the way out of each. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { openDesk, problems, startBrowser, type View } from './harness/browser.ts';
import { startHarness, type HarnessServer } from './harness/server.ts';
import { list, open } from './harness/ways.ts';
import { select } from './harness/ways-shift.ts';

test.describe.configure({ timeout: 45_000 });

let server: HarnessServer;
let browser: Browser;
test.beforeAll(async () => {
  server = await startHarness();
  browser = await startBrowser();
});
test.afterAll(async () => {
  await browser?.close();
  await server?.close();
});
const desk = (view: View = {}): Promise<Page> => openDesk(browser, server.url, { width: 1366, height: 768 }, view);
const calls = (p: Page, name: string): Promise<unknown[]> =>
  p.evaluate(
    (n) =>
      (window as unknown as { harness: { calls: [string, unknown][] } }).harness.calls
        .filter(([called]) => called === n)
        .map(([, input]) => input),
    name,
  );
const told = (p: Page, patch: Record<string, unknown>): Promise<void> =>
  p.evaluate(
    (given) =>
      (window as unknown as { harness: { emit: (name: string, payload: unknown) => void } }).harness.emit(
        'phone:progress',
        { state: 'waiting', check: null, approved: null, error: null, way: 'events', ...given },
      ),
    patch,
  );
const TICKET = `phone:${'T'.repeat(22)}`;
const approval = { ticket: TICKET, tokenId: 'phone:Xk3vB9mQ2LrT8wYz', keyId: 'kp', person: '李医师' };
const stage = (p: Page, name: string) => p.locator(`[data-phone=${name}]`);

test('signing in: a code, the number, the approval; no PIN is asked for here', async () => {
  const page = await desk({ scenario: 'signed-out,no-token' });
  await page.locator('[data-by-phone]').click();
  await stage(page, 'waiting').waitFor();
  await expect(page.getByRole('img', { name: /二维码/ })).toBeVisible();
  const box = await page.locator('.phone-qr svg').boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(220);
  await expect(page.locator('.phone-left')).toContainText(/\d:\d\d 后失效/);
  // Of a request that is over.
  await told(page, { requestId: 'r0', state: 'scanned', check: '11' });
  await expect(stage(page, 'waiting')).toBeVisible();
  await told(page, { requestId: 'r1', state: 'scanned', check: '47' });
  await expect(page.locator('[data-phone-check]')).toHaveText('47');
  await expect(page.locator('.ant-qrcode')).toHaveCount(0);
  await told(page, { requestId: 'r1', state: 'approved', check: '47', approved: approval });
  await page.locator('.desk').waitFor();
  expect(await calls(page, 'session:signIn')).toEqual([{ tokenId: approval.tokenId, keyId: 'kp', pin: TICKET }]);
  expect(await calls(page, 'phone:cancel')).toEqual([]);
  expect(problems.get(page)).toEqual([]);
  await page.close();
});

test('black on white in the dark too', async () => {
  const page = await desk({ scenario: 'signed-out', theme: 'dark' });
  await page.locator('[data-by-phone]').click();
  await stage(page, 'waiting').waitFor();
  const [around, fills] = await page
    .locator('.phone-qr')
    .evaluate((qr) => [
      getComputedStyle(qr).backgroundColor,
      [...qr.querySelectorAll('path')].map((p) => p.getAttribute('fill')),
    ]);
  expect([around, fills]).toEqual(['rgb(255, 255, 255)', ['#ffffff', '#000000']]);
  await page.close();
});

test('an approval that the desk can’t use is told, and a new code is for the person to ask for', async () => {
  const page = await desk({ scenario: 'signed-out,phone-ticket' });
  await page.locator('[data-by-phone]').click();
  await stage(page, 'waiting').waitFor();
  await told(page, { requestId: 'r1', state: 'approved', approved: approval });
  await expect(page.locator('.notice.rose')).toContainText('PHONE_TICKET');
  await expect(stage(page, 'idle')).toBeVisible();
  expect(await calls(page, 'phone:ask')).toHaveLength(1);
  await page.locator('[data-phone-again]').click();
  await stage(page, 'waiting').waitFor();
  expect(await calls(page, 'phone:ask')).toHaveLength(2);
  await page.close();
});

test('a code that has expired: Enter makes a new one, and what comes of the old one counts no more', async () => {
  const page = await desk({ scenario: 'signed-out,phone-expired' });
  await page.locator('[data-by-phone]').click();
  await expect(page.locator('.notice.amber')).toContainText('二维码已过期');
  await expect(page.locator('[data-phone-again]')).toBeFocused();
  await page.keyboard.press('Enter');
  await stage(page, 'waiting').waitFor();
  await told(page, { requestId: 'r1', state: 'approved', approved: approval });
  await told(page, { requestId: 'r2', state: 'scanned', check: '08' });
  await expect(page.locator('[data-phone-check]')).toHaveText('08');
  expect(await calls(page, 'session:signIn')).toEqual([]);
  await page.close();
});

test('whoever turns away lets the request go: back to the key, and Esc in front of a list', async () => {
  const door = await desk({ scenario: 'signed-out' });
  await door.locator('[data-by-phone]').click();
  await stage(door, 'waiting').waitFor();
  await door.locator('[data-by-key]').click();
  await door.locator('#pin').waitFor();
  expect(await calls(door, 'phone:cancel')).toEqual([{ requestId: 'r1' }]);
  await door.close();

  const page = await desk({ scenario: 'by-phone' });
  await open(page);
  await page.keyboard.press('Control+Enter');
  await stage(page, 'waiting').waitFor();
  // Enter presses nothing while the code is shown.
  await page.keyboard.press('Enter');
  await expect(stage(page, 'waiting')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog')).toHaveCount(0);
  expect(await calls(page, 'phone:cancel')).toEqual([{ requestId: 'r1' }]);
  expect(await calls(page, 'sign:approve')).toEqual([]);
  await page.close();
});

test('a record: the phone is asked for the very bytes that are signed with its ticket', async () => {
  const page = await desk({ scenario: 'by-phone' });
  await open(page);
  await page.keyboard.press('Control+Enter');
  await stage(page, 'waiting').waitFor();
  await expect(page.locator('dialog .approved li')).toBeVisible();
  await expect(page.locator('#pin')).toHaveCount(0);
  await told(page, { requestId: 'r1', state: 'approved', approved: approval });
  await page.locator('[data-outcome=signed]').waitFor();
  const [asked] = (await calls(page, 'phone:ask')) as { items: { handle: string; sealId: string | null }[] }[];
  const [signed] = (await calls(page, 'sign:approve')) as { items: { handle: string }[]; pin: string }[];
  expect(signed?.pin).toBe(TICKET);
  expect(asked).toEqual({ kind: 'records', items: [{ handle: signed?.items[0]?.handle, sealId: null }] });
  expect(await calls(page, 'phone:cancel')).toEqual([]);
  await page.close();
});

test('a batch: the list stays beside the code; refused, nothing begins; approved, it runs while the phone stays open', async () => {
  const page = await desk({ scenario: 'by-phone,phone-refused,batch-hold' });
  await select(page, 12);
  await page.keyboard.press('b');
  await expect(page.locator('.phone-code .notice.rose')).toContainText('手机上已拒绝');
  await expect(page.locator('.approved-row').first()).toBeVisible();
  expect(await calls(page, 'batch:start')).toEqual([]);
  await page.locator('[data-phone-again]').click();
  await expect(page.locator('[data-phone-check]')).toHaveText('47');
  await expect(page.locator('[data-digest]')).toBeVisible();
  await told(page, { requestId: 'r2', state: 'approved', approved: approval });
  await expect(page.locator('[data-batch=running] .keep-open')).toBeVisible();
  const [ask] = (await calls(page, 'phone:ask')) as { listId: string; digest: string }[];
  const [start] = (await calls(page, 'batch:start')) as { listId: string; digest: string; pin: string }[];
  expect(start).toEqual({ listId: ask?.listId, digest: ask?.digest, pin: TICKET });
  await page.close();
});

test('what the desk can’t begin with is told; one more code when it is asked for, and only one', async () => {
  const page = await desk({ scenario: 'by-phone,start-fails,batch-hold' });
  await select(page, 12);
  await page.keyboard.press('b');
  await stage(page, 'waiting').waitFor();
  await told(page, { requestId: 'r1', state: 'approved', approved: approval });
  await expect(page.locator('.dialog-foot .notice.rose')).toContainText('PHONE_TICKET');
  await page.locator('[data-phone-again]').click();
  await stage(page, 'waiting').waitFor();
  await told(page, { requestId: 'r2', state: 'approved', approved: approval });
  await page.locator('[data-batch=running]').waitFor();
  expect(await calls(page, 'phone:ask')).toHaveLength(2);
  expect(await calls(page, 'phone:cancel')).toEqual([]);
  await page.close();
});

test('the list was changed meanwhile: said beside it, and no code by itself for what the person has not seen', async () => {
  const page = await desk({ scenario: 'by-phone,phone-approve,list-changed' });
  await select(page, 5);
  await page.keyboard.press('b');
  await expect(page.locator('dialog .notice.rose')).toBeVisible();
  expect(await calls(page, 'phone:ask')).toHaveLength(1);
  await expect(page.locator('[data-phone]')).toHaveCount(0);
  await page.close();
});

test('enrolling: the code in fours, the page without it; a lost phone is stopped with its reason', async () => {
  const page = await desk();
  await list(page);
  await page.keyboard.press('Control+4');
  await page.locator('[data-add-phone]').click();
  await expect(page.locator('[data-phone-code]')).toHaveText('K7QF 2M9X HT4B');
  await expect(page.locator('.phone-enrol')).toContainText('https://emr.hospital.example/phone/，');
  await expect(page.getByRole('img', { name: '登记手机的二维码' })).toBeVisible();
  await page.keyboard.press('Escape');

  const row = page.locator('[data-my-key]').first();
  await expect(row).toHaveAttribute('data-state', 'active');
  await row.getByRole('button').click();
  const stop = page.locator('dialog footer button').last();
  await expect(stop).toBeDisabled();
  await page.getByRole('button', { name: '手机丢失' }).click();
  await stop.click();
  await expect(row).toHaveAttribute('data-state', 'suspended');
  await expect(row.getByRole('button')).toHaveCount(0);
  expect(await calls(page, 'phone:stop')).toEqual([{ keyId: 'Xk3vB9mQ2LrT8wYz', reason: '手机丢失' }]);
  await page.close();
});

test('locked by who came by phone: no code before it is asked for, and no key of a phone among those that want a PIN', async () => {
  const page = await desk({ scenario: 'locked,by-phone' });
  await stage(page, 'idle').waitFor();
  expect(await calls(page, 'phone:ask')).toEqual([]);
  await page.locator('[data-by-key]').click();
  await expect(page.locator('.key-card')).toHaveCount(2);
  await expect(page.locator('.key-card', { hasText: '手机密钥' })).toHaveCount(0);
  await page.close();
});
