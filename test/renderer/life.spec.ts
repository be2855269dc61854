/** A record's life and a shared PC as a person meets them. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { openDesk, startBrowser, type View } from './harness/browser.ts';
import { startHarness, type HarnessServer } from './harness/server.ts';
import { list, open } from './harness/ways.ts';
import { compare, drawn, life, settings } from './harness/ways-shift.ts';

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
const rows = (p: Page) => p.locator('.grid .body .row[data-record]');

test('the chain of signers says in words who signed, who is next, who waits', async () => {
  const page = await desk();
  await life(page);
  const steps = await page.locator('.chain-of-signers li').evaluateAll((all) => all.map((e) => e.textContent));
  expect(steps).toEqual([
    expect.stringMatching(/赵医师.*已签/),
    expect.stringMatching(/李医师.*我.*轮到签署/),
    expect.stringMatching(/周医师.*等待/),
  ]);
  await page.close();
});

test('two versions: what was put in and taken out is told by sign and line, not by colour alone', async () => {
  const page = await desk();
  await compare(page);
  const parts = await page.locator('.section-differences :is(ins, del)').evaluateAll((all) =>
    all.map((e) => ({
      tag: e.tagName,
      line: getComputedStyle(e).textDecorationLine,
      sign: e.querySelector('.sign')?.textContent,
      said: e.querySelector('.visually-hidden')?.textContent?.trim(),
    })),
  );
  expect(parts).toContainEqual({ tag: 'DEL', line: 'line-through', sign: '－', said: '删除' });
  expect(parts).toContainEqual({ tag: 'INS', line: 'underline', sign: '＋', said: '增加' });
  await expect(page.locator('.section-differences section')).toHaveCount(2);
  await page.locator('.difference-text input[type=checkbox]').check();
  await expect(page.locator('.section-differences section')).toHaveCount(3);
  await page.locator('.compare .ant-radio-button-wrapper').nth(1).click();
  await page.locator('[data-compare=ready]').waitFor();
  await expect(page.locator('.sheets canvas')).toHaveCount(2);
  await page.keyboard.press('Escape');
  await page.locator('.chain-of-signers').waitFor();
  await page.close();
});

test('a superior’s change needs a change and a reason, makes a version, and that opens for review', async () => {
  const page = await desk();
  await life(page);
  await page.keyboard.press('e');
  const make = page.locator('dialog [data-confirm]');
  await expect(make).toBeDisabled();
  await page.locator('#edit-reason').fill('补充检查');
  await expect(make).toBeDisabled();
  await page.locator('#section-plan').fill('1. 一级护理；2. 完善心脏彩超。');
  await expect(page.locator('#section-complaint')).toBeDisabled();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.tools .title')).toContainText('第 3 版');
  expect((await calls(page)).find(([n]) => n === 'life:edit')?.[1]).toMatchObject({
    reason: '补充检查',
    sections: [{ id: 'plan', text: '1. 一级护理；2. 完善心脏彩超。' }],
  });
  await page.close();
});

test('an older version is looked at with its signatures and cannot be signed there', async () => {
  const page = await desk();
  await life(page);
  await page.locator('[data-look="1"]').click();
  await page.locator('[data-looking="1"]').waitFor();
  await drawn(page);
  await expect(page.getByText('只读')).toBeVisible();
  await expect(page.getByRole('button', { name: /^签署/ })).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.locator('.go .buttons').waitFor();
  await page.close();
});

test('a record that is another’s to sign says whose', async () => {
  const page = await desk({ scenario: 'not-mine' });
  await open(page);
  await expect(page.locator('[data-not-mine]')).toContainText('现在不是由您签署');
  await expect(page.getByRole('button', { name: /^签署/ })).toBeDisabled();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('dialog')).toHaveCount(0);
  await page.close();
});

test('returned to me, with the reason; signed by me, to be withdrawn with a reason', async () => {
  const page = await desk();
  await list(page);
  await page.locator('[data-tab=returned-to-me] .tag').waitFor();
  await page.keyboard.press('t');
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).first()).toContainText('退回：');
  await rows(page).first().dblclick();
  await expect(page.locator('[data-returned]')).toContainText('过敏史');
  await drawn(page);
  await page.keyboard.press('Escape');
  await page.locator('[data-tab=signed-by-me]').click();
  await expect(rows(page)).toHaveCount(3);
  await rows(page).first().dblclick();
  await page.locator('[data-act=withdraw]').click();
  await expect(page.locator('dialog').getByRole('button', { name: /^撤回签名/ })).toBeDisabled();
  await page.locator('dialog textarea').fill('漏写过敏史');
  await page.keyboard.press('Control+Enter');
  await expect(rows(page)).toHaveCount(2);
  expect((await calls(page)).find(([n]) => n === 'life:withdraw')?.[1]).toMatchObject({ reason: '漏写过敏史' });
  await page.close();
});

test('urgent is marked in the record and in the list', async () => {
  const page = await desk();
  await life(page);
  await page.locator('[data-act=urge]').click();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('.strip .marks')).toContainText('加急');
  await page.close();
});

test('a record that moved on after it was signed: both sides, and put away by the person alone', async () => {
  const page = await desk({ scenario: 'conflict' });
  await page.locator('[data-conflict]').click();
  await page.locator('[data-sides="2"]').waitFor();
  await expect(page.locator('dialog')).toContainText('已经有更新的版本');
  await expect(page.locator('dialog')).toContainText('更正用药剂量');
  await page.locator('[data-side=mine]').click();
  await drawn(page);
  expect((await calls(page)).map(([n]) => n)).toContain('uploads:open');
  expect((await calls(page)).map(([n]) => n)).not.toContain('uploads:dismiss');
  await page.keyboard.press('Escape');
  await page.locator('[data-conflict]').click();
  await page.locator('[data-dismiss]').click();
  await expect(page.locator('[data-refused]')).toHaveCount(0);
  await page.close();
});

test('another person takes over a locked desk in one step, and nothing of the first is left', async () => {
  const page = await desk();
  await open(page);
  await page.keyboard.press('Space');
  await page.keyboard.press('Control+l');
  await page.locator('.key-card').nth(1).click();
  await expect(page.locator('#pin')).toBeFocused();
  await expect(page.locator('.door')).toContainText('用 赵医师 的密钥登录');
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  await rows(page).first().waitFor();
  await expect(page.locator('.who')).toContainText('赵医师');
  await expect(page.locator('.row .tag', { hasText: '已通过' })).toHaveCount(0);
  await page.keyboard.press('Control+2');
  await expect(page.locator('.empty')).toBeVisible();
  await page.close();
});

test('the keys of the door are reached with arrows', async () => {
  const page = await desk({ scenario: 'signed-out' });
  await page.locator('.key-card[aria-checked=true]').focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('.key-card').nth(1)).toBeFocused();
  await expect(page.locator('.key-card').nth(1)).toHaveAttribute('aria-checked', 'true');
  await page.close();
});

test('my acts are listed, the chain is checked and its faults are named, and it is exported', async () => {
  const page = await desk({ scenario: 'tampered' });
  await settings(page);
  expect(await page.locator('[data-audit]').count()).toBeLessThan(60);
  await page.locator('[data-audit-verify]').click();
  await expect(page.locator('[data-faults="2"]')).toContainText('第 212 条被改动过');
  await page.locator('[data-audit-export]').click();
  await expect(page.getByText('1342 条已导出到')).toBeVisible();
  await page.close();
});

test('an old list says how old it is', async () => {
  const page = await desk({ scenario: 'stale' });
  await expect(page.locator('[data-stale]')).toContainText(/下面是 .+（\d\d:\d\d:\d\d）的列表/);
  await page.close();
});
