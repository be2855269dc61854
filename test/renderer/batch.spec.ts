/** Batches as a person meets them: what is approved, what is left out and why, how it ends, and what stands there after a restart. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { openDesk, startBrowser, type View } from './harness/browser.ts';
import { startHarness, type HarnessServer } from './harness/server.ts';
import { list } from './harness/ways.ts';
import { batch, drawn, finished, proposed, round, select } from './harness/ways-shift.ts';

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
const calls = (p: Page) =>
  p.evaluate(() => (window as unknown as { harness: { calls: [string, never][] } }).harness.calls);
const count = (p: Page, filter: string) => p.locator(`[data-filter="${filter}"]`).getAttribute('data-count');

test('all that are selected: what must be read is left out and named, the rest is counted before the PIN', async () => {
  const page = await desk();
  await list(page);
  await page.keyboard.press('Control+a');
  const chosen = Number(/\d+/.exec(await page.locator('.chosen').innerText())?.[0]);
  await page.keyboard.press('b');
  await page.locator('[data-approval=ready]').waitFor();
  const left = Number(await page.locator('[data-excluded]').getAttribute('data-excluded'));
  expect(left).toBeGreaterThan(0);
  await expect(page.locator('.excluded li')).toHaveCount(left);
  await expect(page.locator('.excluded li').first()).toContainText('须逐份审阅');
  await expect(page.locator('[data-total=count]')).toHaveText(String(chosen - left));
  const digest = await page.locator('[data-digest]').getAttribute('data-digest');
  expect((await page.locator('[data-digest]').innerText()).replace(/[^0-9A-F]/g, '')).toBe(digest?.slice(0, 16));
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('[data-batch=finished]').waitFor();
  expect(await count(page, 'signed')).toBe(String(chosen - left));
  const start = (await calls(page)).find(([n]) => n === 'batch:start')?.[1];
  expect(start).toMatchObject({ digest });
  await page.close();
});

test('one by one: approved and left out are counted, undecided comes next by itself, the list follows at the end', async () => {
  const page = await desk();
  await round(page, 5, 2, 1);
  await expect(page.locator('.round')).toContainText('通过 2 · 不签 1 · 未看 2');
  await page.keyboard.press('k'); // back to the one that was left out
  await page.locator('[data-round="3"]').waitFor();
  await drawn(page);
  await page.keyboard.press('Space'); // and taken in after all
  await page.locator('[data-round="4"]').waitFor();
  await expect(page.locator('.round')).toContainText('通过 3 · 不签 0 · 未看 2');
  await drawn(page);
  await page.keyboard.press('x');
  await page.locator('[data-round="5"]').waitFor();
  await drawn(page);
  await page.keyboard.press('Space');
  await page.locator('[data-approval=ready]').waitFor();
  await expect(page.locator('[data-total=reviewed]')).toHaveText('4 / 4');
  await page.close();
});

test('a key held down approves one record, not the next ones unseen', async () => {
  const page = await desk();
  await round(page, 4);
  await page.keyboard.down('Space');
  await page.locator('[data-round="2"]').waitFor();
  await drawn(page);
  await page.keyboard.down('Space'); // repeats
  await page.keyboard.down('Space');
  await page.keyboard.up('Space');
  await expect(page.locator('.round')).toContainText('通过 1');
  await page.close();
});

test('what is not on the screen yet cannot be approved', async () => {
  const page = await desk();
  let release = (): void => undefined;
  const gate = new Promise<void>((done) => (release = done));
  await page.route('**/document/**', async (route) => {
    await gate;
    await route.continue();
  });
  await select(page, 3);
  await page.keyboard.press('Enter');
  await page.locator('[data-round="1"]').waitFor();
  await page.locator('.go .buttons button:disabled').first().waitFor();
  await page.keyboard.press('Space');
  await expect(page.locator('.round')).toContainText('通过 0');
  release();
  await drawn(page);
  await page.keyboard.press('Space');
  await page.locator('[data-round="2"]').waitFor();
  await expect(page.locator('.round')).toContainText('通过 1');
  await page.close();
});

test('a list that changed is refused, made anew, and says what was taken out', async () => {
  const page = await desk({ scenario: 'list-changed' });
  await proposed(page, 5);
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
  await expect(page.locator('dialog .notice.rose')).toContainText('清单在确认之后有变化');
  await expect(page.locator('#pin')).toHaveCount(0);
  await page.getByRole('button', { name: '重新核对清单' }).click();
  await expect(page.locator('[data-excluded="1"]')).toBeVisible();
  await expect(page.locator('[data-total=count]')).toHaveText('4');
  await page.close();
});

test('making a list can be given up, and the answer that comes late opens nothing', async () => {
  const page = await desk({ scenario: 'propose-hold' });
  await select(page, 4);
  await page.keyboard.press('b');
  await page.locator('[data-approval=making]').waitFor();
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog')).toHaveCount(0);
  expect((await calls(page)).map(([n]) => n)).toContain('batch:withdrawProposal');
  await page.close();
});

test('stopping: what is done stays, the rest is not begun, one more PIN goes on with exactly that', async () => {
  const page = await desk({ scenario: 'batch-hold' });
  await batch(page, 12);
  await page.locator('[data-state=in-hand]').waitFor();
  await page.locator('[data-stop]').click();
  await page.locator('[data-batch=finished]').waitFor();
  const [signed, rest] = [Number(await count(page, 'signed')), Number(await count(page, 'not-begun'))];
  expect(signed).toBeGreaterThan(0);
  expect(rest).toBeGreaterThan(0);
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-total=count]')).toHaveText(String(rest));
  await page.close();
});

test('failures come first on demand, each with its cause and what to do', async () => {
  const page = await desk({ scenario: 'batch-failures' });
  await finished(page, 24);
  const failed = Number(await count(page, 'failed'));
  expect(failed).toBeGreaterThan(1);
  await page.keyboard.press('f');
  const states = await page.locator('.batch-line').evaluateAll((all) => all.map((e) => e.getAttribute('data-state')));
  expect(states.slice(0, failed)).toEqual(Array(failed).fill('failed'));
  await expect(page.locator('.batch-line .why').first()).toContainText(/请.+[A-Z_]{6,}/);
  await page.locator('[data-filter=failed]').click();
  await expect(page.locator('.batch-line')).toHaveCount(failed);
  await page.close();
});

test('signed without a trusted time is a state of its own', async () => {
  const page = await desk({ scenario: 'later' });
  await proposed(page, 9);
  await expect(page.locator('[data-time-later]')).toBeVisible();
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('[data-batch=finished]').waitFor();
  const late = Number(await count(page, 'awaits-time'));
  expect(late).toBeGreaterThan(0);
  await page.locator('[data-filter=awaits-time]').click();
  await expect(page.locator('.batch-line', { hasText: '已签名，等待可信时间' })).toHaveCount(late);
  await page.close();
});

test('a key that wants its PIN each time is told before the PIN', async () => {
  const page = await desk({ scenario: 'always' });
  await proposed(page, 3);
  await expect(page.locator('[data-always-authenticate]')).toBeVisible();
  await page.close();
});

test('after a restart the interrupted batch is there at once: which is which, and on with the rest', async () => {
  const page = await desk({ scenario: 'interrupted' });
  await page.locator('[data-summary=interrupted]').waitFor();
  expect([await count(page, 'signed'), await count(page, 'failed'), await count(page, 'not-begun')]).toEqual([
    '15',
    '1',
    '8',
  ]);
  await page.locator('[data-filter=signed]').click();
  await page.locator('.batch-line').first().getByRole('button').click();
  await drawn(page);
  await page.locator('[data-back]').click();
  await page.locator('[data-resume]').click();
  await expect(page.locator('[data-total=count]')).toHaveText('9');
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('[data-batch=finished]').waitFor();
  expect(await count(page, 'signed')).toBe('9');
  await page.close();
});

test('a running batch is seen from the work list, and goes on while something else is done', async () => {
  const page = await desk({ scenario: 'batch-hold' });
  await batch(page, 12);
  await page.locator('[data-state=in-hand]').waitFor();
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-dock=running]')).toContainText('正在签署');
  await page.locator('[data-dock]').getByRole('button', { name: '查看' }).click();
  await expect(page.locator('[data-batch=running]')).toBeVisible();
  await page.close();
});

test('the PIN stays in no field, no state and no call but its own', async () => {
  const page = await desk();
  await finished(page, 4);
  const all = await calls(page);
  expect(all.filter(([, input]) => JSON.stringify(input ?? null).includes('123456')).map(([n]) => n)).toEqual([
    'batch:start',
  ]);
  expect(await page.content()).not.toContain('123456');
  await page.close();
});
