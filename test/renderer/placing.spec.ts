/** Where a seal stands: dragged, nudged, typed, by rule; seals in the list and in the making. */
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
  const page = await openDesk(browser, server.url, { width: 1366, height: 768 }, view);
  await screens[name]?.go(page);
  return page;
};
const calls = (p: Page, name: string): Promise<Record<string, unknown>[]> =>
  p.evaluate(
    (n) =>
      (window as unknown as { harness: { calls: [string, Record<string, unknown>][] } }).harness.calls
        .filter(([c]) => c === n)
        .map(([, input]) => input),
    name,
  );
const lead = (p: Page) => p.locator('.stamp').first();
/** mm from the left and from the top, as the screen reader hears them. */
const position = async (p: Page): Promise<number[]> =>
  /距左 ([\d.]+) mm · 距上 ([\d.]+) mm/
    .exec((await lead(p).getAttribute('aria-label')) ?? '')
    ?.slice(1)
    .map(Number) ?? [];
const tenth = (n: number): number => Math.round(n * 10) / 10;
async function drag(p: Page, dx: number, dy: number): Promise<void> {
  const box = await lead(p).boundingBox();
  if (box === null) throw new Error('no stamp');
  await p.mouse.move(box.x + 5, box.y + 5);
  await p.mouse.down();
  await p.mouse.move(box.x + 5 + dx, box.y + 5 + dy, { steps: 4 });
  await p.mouse.up();
}
const sign = async (p: Page): Promise<Record<string, unknown>> => {
  await p.keyboard.press('Control+Enter');
  await p.locator('#pin').fill('123456');
  await p.keyboard.press('Enter');
  await p.locator('[data-outcome=signed]').waitFor();
  return ((await calls(p, 'sign:approve'))[0]?.['items'] as Record<string, unknown>[])[0] ?? {};
};

test('nudged by 1, 0.1 and 10 mm; dragged on whole mm, kept on the page, drawn to the rule; typed; put back', async () => {
  const page = await at('review');
  await page.getByRole('button', { name: '在页面上看' }).click();
  const [x0 = 0, y0 = 0] = await position(page);
  await lead(page).focus();
  await page.keyboard.press('ArrowLeft');
  expect(await position(page)).toEqual([x0 - 1, y0]);
  await page.keyboard.press('Shift+ArrowUp');
  expect(await position(page)).toEqual([x0 - 1, tenth(y0 - 0.1)]);
  await page.keyboard.press('Alt+ArrowLeft');
  expect(await position(page)).toEqual([x0 - 11, tenth(y0 - 0.1)]);
  await drag(page, -3000, -40);
  const [left, top = 0] = await position(page);
  expect([left, Number.isInteger(top)]).toEqual([0, true]);
  await page.getByRole('button', { name: '恢复规则位置' }).click();
  expect(await position(page)).toEqual([x0, y0]);
  await drag(page, 3, 3);
  expect(await position(page)).toEqual([x0, y0]);
  await page.getByLabel('距左 mm').fill('31.4');
  await page.keyboard.press('Tab');
  expect((await position(page))[0]).toBe(31.4);
  expect(await sign(page)).toMatchObject({ placement: { page: 1, x: 31.4, y: y0 }, layout: null, sealId: null });
  await page.close();
});

test('to the next page by drag and by keyboard', async () => {
  const page = await at('review-riding');
  await page.locator('.placing .ant-select').nth(1).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
  await expect(page.locator('[data-placing=fixed]')).toHaveCount(1);
  const where = () => page.locator('[data-page]:has(.stamp)').getAttribute('data-page');
  const before = await where();
  await page.getByRole('button', { name: '在页面上看' }).click();
  await lead(page).focus();
  await page.keyboard.press(before === '1' ? 'PageDown' : 'PageUp');
  const after = before === '1' ? '2' : '1';
  expect(await where()).toBe(after);
  await expect(lead(page)).toBeFocused();
  // Near the lower end of page 1, 60 mm further down is page 2.
  if (after === '2') await page.keyboard.press('PageUp');
  await page.getByLabel('距上 mm').fill('265');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: '在页面上看' }).click();
  const sheet = await page.locator('[data-page="1"]').boundingBox();
  await drag(page, 0, ((sheet?.width ?? 0) / 210) * 60);
  expect(await where()).toBe('2');
  await page.close();
});

test('a seal stands at its true size and is what is signed with', async () => {
  const page = await at('review-seal');
  const [box, sheet] = await Promise.all([lead(page).boundingBox(), page.locator('[data-page="1"]').boundingBox()]);
  if (box === null || sheet === null) throw new Error('no page');
  expect(box.width / sheet.width).toBeCloseTo(42 / 210, 2);
  expect(box.height / sheet.height).toBeCloseTo(42 / 297, 2);
  expect(await page.locator('.stamp img').getAttribute('src')).toContain('/picture/drawn/');
  expect(await sign(page)).toMatchObject({
    sealId: '44030000012345',
    placement: { width: 42, height: 42 },
    layout: null,
  });
  const landing = page.locator('.landing');
  await expect(landing).toHaveCount(1);
  const motion = () => landing.evaluate((el) => getComputedStyle(el).animation);
  expect(await motion()).toContain('none');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await motion()).toMatch(/0\.12s.*seal-lands/);
  expect(problems.get(page)).toEqual([]);
  await page.close();
});

test('a riding seal: strips on both pages and in the thumbnails join to the whole; moving one moves all', async () => {
  const page = await at('review-riding');
  const strips = page.locator('.stamp[data-stamp=strip]');
  await expect(strips).toHaveCount(2);
  await expect(page.locator('.thumbs .placed')).toHaveCount(2);
  const parts = await strips.evaluateAll((all) =>
    all.map((s) => {
      const box = s.getBoundingClientRect();
      const img = s.querySelector('img')?.getBoundingClientRect();
      const sheet = s.closest('[data-page]')?.getBoundingClientRect();
      return img === undefined || sheet === undefined
        ? null
        : {
            from: (box.left - img.left) / img.width,
            share: box.width / img.width,
            edge: Math.abs(sheet.right - box.right),
          };
    }),
  );
  expect(parts.map((p) => [tenth(p?.from ?? -1), tenth(p?.share ?? -1), Math.round(p?.edge ?? 9)])).toEqual([
    [0, 0.5, 0],
    [0.5, 0.5, 0],
  ]);
  await lead(page).focus();
  await page.keyboard.press('Alt+ArrowUp');
  const tops = await strips.evaluateAll((all) => all.map((s) => (s as HTMLElement).style.top));
  expect(tops[0]).toBe(tops[1]);
  await expect
    .poll(async () => ((await calls(page, 'placement:resolve')).at(-1)?.['rule'] as { offset?: number }).offset)
    .toBe(117.5);
  expect(await sign(page)).toMatchObject({ layout: { kind: 'riding', edge: 'right', offset: 117.5 } });
  await page.close();
});

test('a keyword: hits are counted and marked, an unknown one says so and signs nothing', async () => {
  const page = await at('review-keyword');
  await expect(page.locator('.placing')).toContainText('共 2 处');
  expect(await page.evaluate(() => CSS.highlights.get('yiqian-marks')?.size)).toBe(1);
  const words = page.locator('.placing .fields input[type=text]').first();
  await words.fill('没有这几个字');
  await expect(page.locator('.placing .notice')).toContainText('没有这个关键字');
  await expect(page.getByRole('button', { name: /^签署 Ctrl/ })).toBeDisabled();
  await page.locator('.tools .title').click();
  await page.keyboard.press('Control+Enter');
  await expect(page.locator('#pin')).toHaveCount(0);
  await words.fill('住院医师');
  await expect(page.locator('.stamp')).toHaveCount(1);
  expect(await sign(page)).toMatchObject({ layout: { kind: 'keyword', text: '住院医师' } });
  await page.close();
});

test('content that can change the look: listed, agreed to, signed as a copy without it', async () => {
  const page = await at('review-active', { scenario: 'active' });
  await expect(page.locator('dialog .things li')).toHaveText([
    '打开时运行的脚本（JavaScript）',
    '第 1 页：启动外部程序的按钮',
  ]);
  await page.locator('dialog').getByRole('button', { name: '取消' }).click();
  await expect(page.getByRole('button', { name: /^签署 Ctrl/ })).toBeDisabled();
  await page.locator('[data-drop-active]').click();
  await page.locator('dialog [data-confirm]').click();
  await expect(page.locator('[data-active-content=dropped] .things li')).toHaveCount(2);
  expect(await sign(page)).toMatchObject({ dropActive: true });
  await page.close();
});

test('seals: every step of a check, import, removal with a question first', async () => {
  const page = await at('seals');
  await expect(page.locator('[data-seal]')).toHaveCount(4);
  const bad = page.locator('[data-seal="FOREIGN-0007"]');
  await bad.locator('button[aria-expanded]').click();
  await expect(bad.locator('[data-check]')).toHaveCount(2);
  await expect(bad.locator('[data-check=SEAL_SIGNATURE]')).toHaveAttribute('data-verdict', 'FAILED');
  await bad.getByRole('button', { name: '移除' }).click();
  await page.locator('dialog').getByRole('button', { name: '取消' }).click();
  expect(await calls(page, 'seals:remove')).toEqual([]);
  await bad.getByRole('button', { name: '移除' }).click();
  await page.locator('dialog [data-confirm]').click();
  await expect(page.locator('[data-seal]')).toHaveCount(3);
  await page.getByRole('button', { name: '导入印章' }).click();
  await expect(page.locator('[data-seal]')).toHaveCount(4);
  await page.close();
});

test('a seal is made: preview, what is missing, a wrong PIN, saved', async () => {
  const page = await at('seal-make');
  await expect(page.locator('.form-end')).toContainText('还缺：名称、制章密钥与 PIN');
  await page.getByLabel('印章名称').fill('示范医院病历专用章');
  await page.locator('.make-seal .fields .ant-select').last().click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
  await page.locator('#maker-pin').fill('000000');
  await page.locator('.make-seal button[type=submit]').click();
  await expect(page.locator('.make-seal .notice.rose')).toContainText('PIN 不正确');
  await page.locator('#maker-pin').fill('123456');
  await page.locator('.make-seal button[type=submit]').click();
  await expect(page.locator('[data-seal="NEW-0001"]')).toBeVisible();
  expect((await calls(page, 'seals:make')).at(-1)).toMatchObject({
    type: 1,
    picture: { drawing: { kind: 'round', organisation: '示范医院', centre: '病历专用章', number: '', diameterMm: 42 } },
    maker: { tokenId: 't1', keyId: 'k1' },
  });
  expect(problems.get(page)).toEqual([]);
  await page.close();
});
