/** Usability as numbers: what one does counts as an action; a key, a chord or a click each is one, a PIN is one thing typed. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { keymap } from '../../src/renderer/shell/keymap.ts';
import { openDesk, startBrowser, type View } from './harness/browser.ts';
import { startHarness, type HarnessServer } from './harness/server.ts';
import { list } from './harness/ways.ts';
import { drawn } from './harness/ways-shift.ts';

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
const desk = (view: View = {}, size = { width: 1366, height: 768 }): Promise<Page> =>
  openDesk(browser, server.url, size, view);

/** Counts what a person does. */
function hand(page: Page) {
  let keys = 0;
  let actions = 0;
  return {
    press: async (key: string) => {
      keys += 1;
      actions += 1;
      await page.keyboard.press(key);
    },
    type: async (text: string) => {
      keys += text.length;
      actions += 1;
      await page.keyboard.type(text);
    },
    counted: () => ({ keys, actions }),
  };
}

test('a record is reviewed and signed in at most four actions from the list', async () => {
  const page = await desk();
  await list(page);
  const me = hand(page);
  await me.press('Enter');
  await drawn(page);
  await me.press('Control+Enter');
  await page.locator('#pin:focus').waitFor();
  await me.type('123456');
  await me.press('Enter');
  await page.locator('[data-outcome=signed]').waitFor();
  const { actions } = me.counted();
  console.log(`reviewed and signed from the list: ${actions} actions`);
  expect(actions).toBeLessThanOrEqual(4);
  await page.close();
});

test('fifty records approved one by one with the keyboard alone: at most sixty keystrokes beyond one each', async () => {
  const page = await desk({ scenario: 'fifty,brisk' });
  await list(page);
  const me = hand(page);
  await me.press('Control+a');
  await me.press('Enter');
  for (let i = 1; i <= 50; i++) {
    await page.locator(`[data-round="${i}"]`).waitFor();
    await drawn(page);
    await me.press('Space');
  }
  await page.locator('[data-approval=ready]').waitFor();
  await expect(page.locator('[data-total=reviewed]')).toHaveText('50 / 50');
  await me.type('123456');
  await me.press('Enter');
  await page.locator('[data-batch=finished]').waitFor();
  await expect(page.locator('[data-filter=signed]')).toHaveAttribute('data-count', '50');
  const { keys } = me.counted();
  console.log(`fifty records one by one: ${keys} keystrokes, ${keys - 50} beyond one each`);
  expect(keys - 50).toBeLessThanOrEqual(60);
  await page.close();
});

test('all of the focus is seen: Tab goes through every control in the order of the page, each with a ring', async () => {
  const page = await desk();
  await list(page);
  const seen: { name: string; x: number; y: number; ring: boolean }[] = [];
  await page.locator('.rail button').first().focus();
  for (let i = 0; i < 40; i++) {
    const at = await page.evaluate(() => {
      const el = document.activeElement as HTMLElement | null;
      if (el === null || el === document.body) return null;
      // A field shows its ring on the box around it, a list on the line in hand.
      const shown = [el, el.parentElement, el.closest('.ant-input-affix-wrapper, .ant-select, .ant-checkbox-wrapper')];
      const ring = shown.some((x) => {
        if (x == null) return false;
        const s = getComputedStyle(x);
        return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
      });
      const r = el.getBoundingClientRect();
      return { name: `${el.tagName} ${el.className} ${el.textContent?.slice(0, 20) ?? ''}`, x: r.x, y: r.y, ring };
    });
    if (at === null || (seen[0]?.name === at.name && seen[0]?.y === at.y)) break;
    seen.push(at);
    await page.keyboard.press('Tab');
  }
  expect(seen.length).toBeGreaterThan(12);
  expect(seen.filter((s) => !s.ring && !s.name.includes('body')).map((s) => s.name)).toEqual([]);
  // The rail, then the status line, then the screen from the top.
  const rail = seen.filter((s) => s.x < 76);
  expect(seen.slice(0, rail.length)).toEqual(rail);
  await page.close();
});

test('the sheet of keys names every key of every screen, in both languages, and fits', async () => {
  for (const language of ['zh', 'en'] as const) {
    const page = await desk({ language });
    await list(page);
    await page.keyboard.press('?');
    const dialog = page.locator('dialog[open]');
    await expect(dialog.locator('[data-keys]')).toHaveCount(keymap.length);
    await expect(dialog.locator('dl > div')).toHaveCount(keymap.reduce((n, g) => n + g.rows.length, 0));
    const box = await dialog.evaluate((d) => ({ inner: d.scrollHeight, outer: d.clientHeight }));
    expect(box.inner).toBeLessThanOrEqual(box.outer + 1);
    expect(await dialog.innerText()).not.toContain('shortcuts.');
    await page.close();
  }
});

test('no letter key does anything that the sheet does not name', async () => {
  const page = await desk();
  await list(page);
  const named = new Set(
    keymap
      .filter((g) => g.places.includes('worklist') || g.places.length === 0)
      .flatMap((g) => g.rows.flatMap(([keys]) => keys.map((k) => k.toLowerCase()))),
  );
  await page.keyboard.press('j');
  const state = () => page.evaluate(() => document.querySelector('.desk')?.innerHTML.length ?? 0);
  for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
    if (named.has(letter)) continue;
    const before = await state();
    await page.keyboard.press(letter);
    expect([letter, await state()]).toEqual([letter, before]);
  }
  await page.close();
});

test('at 1366×768 and 150 % every screen of a shift keeps its main action in view', async () => {
  const page = await openDesk(browser, server.url, { width: 911, height: 512, scale: 1.5 }, { scenario: 'fifty' });
  await list(page);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('b');
  await page.locator('[data-approval=ready]').waitFor();
  await expect(page.locator('dialog [data-confirm]')).toBeInViewport({ ratio: 1 });
  await expect(page.locator('#pin')).toBeInViewport({ ratio: 1 });
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('[data-batch=finished]').waitFor();
  await expect(page.locator('[data-put-away]')).toBeInViewport({ ratio: 1 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(911);
  await page.close();
});
