/** The page as it ships, under main's own content security policy, with an invented main: what a person sees and can do. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser, type Page } from '@playwright/test';
import { openDesk, problems, startBrowser, type View } from './harness/browser.ts';
import { screens } from './harness/screens.ts';
import { startHarness, type HarnessServer } from './harness/server.ts';

test.describe.configure({ timeout: 180_000 });

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

const full = { width: 1366, height: 768 };
const small = { width: 911, height: 512, scale: 1.5 };
const desk = (view: View = {}, size: typeof full & { scale?: number } = full): Promise<Page> =>
  openDesk(browser, server.url, size, view);
const rows = (p: Page) => p.locator('.grid .body .row[data-record]');
const calls = (p: Page) =>
  p.evaluate(() => (window as unknown as { harness: { calls: [string, unknown][] } }).harness.calls);

/** By turns light in Chinese and dark in English; every screen in both with YIQIAN_ALL_SCREENS=1. */
const all = process.env['YIQIAN_ALL_SCREENS'] === '1';
for (const [n, [name, screen]] of Object.entries(screens)
  .filter(([, s]) => s.rare !== 'picture')
  .entries()) {
  const inTurn = n % 2 === 0 ? 'light' : 'dark';
  for (const theme of screen.rare ? (['light'] as const) : all ? (['light', 'dark'] as const) : ([inTurn] as const)) {
    test(`${name}, ${theme}: nothing serious for axe, no complaint of the browser`, async () => {
      const page = await desk({ theme, language: theme === 'dark' ? 'en' : 'zh', scenario: screen.scenario ?? '' });
      await screen.go(page);
      const { violations } = await new AxeBuilder({ page }).exclude('.textLayer').analyze();
      const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      expect(grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
      expect(problems.get(page)).toEqual([]);
      await page.close();
    });
  }
}

for (const name of Object.keys(screens).filter((n) => !screens[n]?.rare)) {
  test(`${name} at 150 %: nothing sticks out, every button of the act is in view`, async () => {
    for (const language of ['zh', 'en'] as const) {
      const page = await desk({ language, scenario: screens[name]?.scenario ?? '' }, small);
      await screens[name]?.go(page);
      const lost = await page.evaluate(() =>
        [
          ...document.querySelectorAll<HTMLElement>(
            '.go button, .rail button, .dialog button, .status-line button, .bar button, .door button[type=submit]',
          ),
        ]
          .filter((b) => {
            const r = b.getBoundingClientRect();
            return r.right > innerWidth + 1 || r.bottom > innerHeight + 1 || r.left < -1 || r.top < -1;
          })
          .map((b) => b.textContent),
      );
      expect(lost).toEqual([]);
      expect(
        await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]),
      ).toEqual([911, 512]);
      await page.close();
    }
  });
}

test('the page has at least 62 % of the width at 1366', async () => {
  const page = await desk();
  await screens['review']?.go(page);
  const box = await page.locator('.pages').boundingBox();
  expect((box?.width ?? 0) / 1366).toBeGreaterThanOrEqual(0.62);
  await page.close();
});

test('by keyboard alone: search by pinyin, open, sign, next', async () => {
  const page = await desk();
  await rows(page).first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('wmm');
  await expect(rows(page)).toHaveCount(2);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.locator('.page .textLayer span').first().waitFor();
  await page.keyboard.press('Control+Enter');
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  await page.locator('[data-outcome=signed]').waitFor();
  await expect(page.locator('.steps li.done')).toHaveCount(6);
  const before = await page.locator('.strip .name').innerText();
  await page.keyboard.press('j');
  await page.locator('.page .textLayer span').first().waitFor();
  expect(await page.locator('.strip .name').innerText()).not.toBe(before);
  expect(problems.get(page)).toEqual([]);
  await page.close();
});

test('three records are approved one after the other and signed with one PIN', async () => {
  const page = await desk();
  await rows(page).first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  for (let n = 1; n <= 2; n++) {
    await page.locator('.page .textLayer span').first().waitFor();
    await page.keyboard.press('a');
    await expect(page.locator('.tools .title')).toContainText(`已通过 ${n} 份`);
  }
  await page.locator('.page .textLayer span').first().waitFor();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('[data-total=count]')).toHaveText('3');
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-batch=finished] [data-state=signed]')).toHaveCount(3);
  const asked = await calls(page);
  expect(asked.filter(([n]) => n === 'sign:approve')).toEqual([]);
  const propose = asked.filter(([n]) => n === 'batch:propose');
  expect(propose).toHaveLength(1);
  const { items } = propose[0]?.[1] as { items: { handle: string | null }[] };
  const closed = asked.filter(([n]) => n === 'documents:close').map(([, i]) => (i as { handle: string }).handle);
  // The very bytes that were shown, still open when the list was made.
  expect(items.map((i) => i.handle !== null && !closed.includes(i.handle))).toEqual([true, true, true]);
  await page.close();
});

test('a wrong PIN signs nothing and keeps the approved list', async () => {
  const page = await desk();
  await screens['review']?.go(page);
  await page.keyboard.press('a');
  await page.locator('.page[data-drawn]').first().waitFor();
  await page.keyboard.press('Control+Enter');
  await page.locator('#pin').fill('000000');
  await page.keyboard.press('Enter');
  await expect(page.locator('dialog .notice.rose')).toContainText('PIN 不正确');
  await expect(page.locator('#pin')).toHaveValue('');
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog')).toHaveCount(0);
  await expect(page.locator('.tools .title')).toContainText('已通过 1 份');
  await page.close();
});

test('search counts hits over the document and walks through them', async () => {
  const page = await desk();
  await screens['review']?.go(page);
  await page.keyboard.press('Control+f');
  await page.getByPlaceholder('在文中查找').fill('患者');
  await expect(page.locator('.hits')).toHaveText(/^1 \/ [2-9]\d*$/);
  await page.keyboard.press('Enter');
  await expect(page.locator('.hits')).toHaveText(/^2 \/ /);
  expect(
    await page.evaluate(() => [
      CSS.highlights.get('yiqian-find')?.size,
      CSS.highlights.get('yiqian-find-current')?.size,
    ]),
  ).toEqual([expect.any(Number), 1]);
  await page.getByPlaceholder('在文中查找').fill('不存在的字');
  await expect(page.locator('.hits')).toHaveText('没有找到');
  await page.keyboard.press('Escape');
  await expect(page.getByPlaceholder('在文中查找')).toHaveCount(0);
  await page.close();
});

test('five thousand records: only what is seen is in the page', async () => {
  const page = await desk({ scenario: 'many' });
  await rows(page).first().waitFor();
  await page.keyboard.press('End');
  await expect(page.locator('.row.cursor')).toBeInViewport();
  expect(await rows(page).count()).toBeLessThan(60);
  await page.close();
});

test('a dialog keeps the focus inside and gives it back', async () => {
  const page = await desk();
  await screens['review']?.go(page);
  await page.getByRole('button', { name: /^退回/ }).click();
  await expect(page.locator('dialog textarea')).toBeFocused();
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press('Tab');
    expect(
      await page.evaluate(
        () => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null,
      ),
    ).toBe(true);
  }
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog')).toHaveCount(0);
  await expect(page.getByRole('button', { name: /^退回/ })).toBeFocused();
  await page.close();
});

test('returning a record needs a reason and takes it from the list', async () => {
  const page = await desk();
  await screens['review']?.go(page);
  await page.keyboard.press('r');
  await expect(page.locator('dialog').getByRole('button', { name: /^退回/ })).toBeDisabled();
  await page.locator('dialog textarea').fill('诊断与检查不符');
  await page.keyboard.press('Control+Enter');
  await rows(page).first().waitFor();
  await expect(rows(page).filter({ hasText: '首次病程记录' })).toHaveCount(0);
  expect((await calls(page)).find(([n]) => n === 'records:return')?.[1]).toMatchObject({ reason: '诊断与检查不符' });
  await page.close();
});

test('a document that cannot be shown cannot be signed', async () => {
  const page = await desk();
  await page.route('**/document/**', (route) => route.fulfill({ body: 'not a PDF', contentType: 'application/pdf' }));
  await rows(page).first().waitFor();
  await rows(page).filter({ hasText: '首次病程记录' }).dblclick();
  await expect(page.locator('.notice.amber')).toContainText('看不到的内容不能签署');
  await expect(page.getByRole('button', { name: /^签署 Ctrl/ })).toBeDisabled();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('dialog')).toHaveCount(0);
  await page.close();
});

test('the desk locks: nothing of the record stays in the page', async () => {
  const page = await desk();
  await screens['review']?.go(page);
  await page.keyboard.press('Control+l');
  await page.locator('.gate').waitFor();
  expect(await page.locator('body').innerText()).not.toContain('王某某');
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('.page .textLayer span').first().waitFor();
  await page.close();
});

test('language and theme change at once; a locked setting says so', async () => {
  const page = await desk({ scenario: 'policy' });
  await screens['settings']?.go(page);
  await page.getByText('English').click();
  await expect(page.locator('h1')).toHaveText('Settings');
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
  await expect(page.getByText('Set by the hospital')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeDisabled();
  await page.close();
});
