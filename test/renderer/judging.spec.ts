/** Judging: what changed and where, two revisions compared, a password, paper, a folder of twelve hundred. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { openDesk, problems, startBrowser, type View } from './harness/browser.ts';
import { screens } from './harness/screens.ts';
import { startHarness, type HarnessServer } from './harness/server.ts';

test.describe.configure({ timeout: 120_000 });

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

const at = async (name: string, view: View = {}): Promise<Page> => {
  const scenario = view.scenario ?? screens[name]?.scenario ?? '';
  const page = await openDesk(browser, server.url, { width: 1366, height: 768 }, { ...view, scenario });
  await screens[name]?.go(page);
  return page;
};
const asked = (p: Page, name: string): Promise<unknown[]> =>
  p.evaluate(
    (n) =>
      (window as unknown as { harness: { calls: [string, unknown][] } }).harness.calls
        .filter(([c]) => c === n)
        .map(([, input]) => input),
    name,
  );

test('a card says level, time basis, seal, and changes by kind with old and new; a click shows the place', async () => {
  const page = await at('verify-failed');
  const cards = page.locator('[data-signature]');
  await expect(cards.nth(0).locator('.ladder li[data-reached=true]')).toHaveCount(2);
  await expect(cards.nth(2)).toContainText('只有声称时间');
  await expect(cards.nth(2).locator('.seal-block')).toContainText('示范医院病历专用章');
  const content = cards.nth(1).locator('[data-change-kind=content]');
  await expect(content.locator('del')).toContainText('心功能 III 级');
  await expect(content.locator('ins')).toContainText('心功能 I 级');
  await expect(cards.nth(1).locator('[data-change-kind=form-value]')).toContainText('青霉素过敏');
  await content.getByRole('button', { name: '看位置' }).click();
  await expect(page.locator('[data-change-mark=CONTENT_CHANGED][data-current=true]')).toBeInViewport();
  await page.close();
});

test('two revisions are compared: differences outlined, N and P walk, three ways to look', async () => {
  const page = await at('verify-compare');
  const count = (await page.locator('.compare .hits').innerText()).match(/\d+/g)?.map(Number);
  expect(count).toEqual([1, 2]);
  await expect(page.locator('.sheet-frame')).toHaveCount(2);
  const box = await page.locator('.sheet-frame').first().boundingBox();
  const mark = await page.locator('.sheet-frame').first().locator('.difference').first().boundingBox();
  if (box === null || mark === null) throw new Error('nothing drawn');
  // The forged words stand at 126 to 144 mm from the left and 142.5 to 148.5 mm from the top.
  const mm = (px: number) => (px / box.width) * 210;
  expect(mm(mark.x - box.x)).toBeGreaterThan(118);
  expect(mm(mark.x + mark.width - box.x)).toBeLessThan(152);
  expect(Math.abs(mm(mark.y + mark.height / 2 - box.y) - 145.5)).toBeLessThan(5);
  await page.keyboard.press('n');
  await expect(page.locator('.compare .hits')).toContainText('第 2 处');
  await page.keyboard.press('p');
  await expect(page.locator('.compare .hits')).toContainText('第 1 处');
  await page.locator('.compare .ant-radio-button-wrapper').nth(2).click();
  await expect(page.locator('.sheets')).toHaveAttribute('data-shows', 'after');
  await page.locator('.compare .tools').click({ position: { x: 500, y: 5 } });
  await page.keyboard.press('b');
  await expect(page.locator('.sheets')).toHaveAttribute('data-shows', 'before');
  await page.keyboard.press('Escape');
  await expect(page.locator('.page').first()).toBeVisible();
  expect(await asked(page, 'verify:revision')).toEqual(
    expect.arrayContaining([expect.objectContaining({ revision: 2 }), expect.objectContaining({ revision: 4 })]),
  );
  expect(problems.get(page)).toEqual([]);
  await page.close();
});

test('an encrypted file asks for its password, says when it is wrong, and then shows its report', async () => {
  const page = await at('verify-locked');
  await page.locator('#file-password').fill('falsch');
  await page.keyboard.press('Enter');
  await expect(page.locator('.notice.rose')).toContainText('口令不正确');
  await page.locator('#file-password').fill('record');
  await page.keyboard.press('Enter');
  await expect(page.locator('.strip[data-verdict=PASSED]')).toBeVisible();
  await page.locator('.page .textLayer span').first().waitFor();
  await page.close();
});

test('Ctrl+E exports the PDF report, the menu JSON', async () => {
  const page = await at('verify');
  await page.keyboard.press('Control+e');
  await page.getByRole('button', { name: '更多导出方式' }).click();
  await page.getByRole('menuitem', { name: '导出 JSON' }).click();
  await expect.poll(() => asked(page, 'verify:exportReport')).toMatchObject([{ kind: 'pdf' }, { kind: 'json' }]);
  await page.close();
});

test('on paper the report unfolds and the desk is gone', async () => {
  const page = await at('verify-failed', { theme: 'dark', scenario: 'one' });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(page.locator('.rail')).toBeHidden();
  await expect(page.locator('.pages')).toBeHidden();
  await expect(page.getByRole('heading', { name: /篡改/ })).toBeVisible();
  await expect(page.locator('[data-signature] .facts')).toHaveCount(3);
  const colours = (selector: string) =>
    page.locator(selector).evaluate((el) => [getComputedStyle(el).backgroundColor, getComputedStyle(el).color]);
  expect(await colours('.app-root')).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  await page.close();
});

test('a folder of 1,200: few rows in the page, filter, sort, open and come back, export', async () => {
  const page = await at('folder');
  await expect(page.locator('[data-folder]')).toHaveAttribute('data-done', '1200');
  expect(await page.locator('[data-file]').count()).toBeLessThan(60);
  await expect(page.locator('[data-file]').first()).toHaveAttribute('data-verdict', 'FAILED');
  await page.locator('[data-filter=INDETERMINATE]').click();
  expect(
    await page
      .locator('[data-file]')
      .evaluateAll((all) => [...new Set(all.map((r) => r.getAttribute('data-verdict')))]),
  ).toEqual(['INDETERMINATE']);
  await page.locator('[data-filter=all]').click();
  await page.locator('.file-grid .body').focus();
  await page.keyboard.press('End');
  await expect(page.locator('.file-grid .row.cursor')).toBeInViewport();
  const name = await page.locator('.file-grid .row.cursor').getAttribute('data-file');
  await page.keyboard.press('Enter');
  await page.locator('.strip[data-verdict]').waitFor();
  await expect(page.locator('.tools .title')).toContainText(String(name));
  await page.locator('[data-back]').click();
  await expect(page.locator(`[data-file="${name}"]`)).toBeInViewport();
  await page.getByRole('button', { name: '导出 CSV' }).click();
  await expect.poll(() => asked(page, 'verify:folderExport')).toEqual([{ jobId: 'f1', kind: 'csv' }]);
  expect(problems.get(page)).toEqual([]);
  await page.close();
});

test('a folder is stopped half way; what is done stays', async () => {
  const page = await at('folder-running');
  await page.locator('[data-stop]').click();
  await expect(page.locator('[data-folder=cancelled]')).toHaveAttribute('data-done', '400');
  await page.getByRole('button', { name: '关闭文件夹' }).click();
  await expect(page.locator('.drop')).toBeVisible();
  await page.close();
});
