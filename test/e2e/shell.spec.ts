/** The shell around the page: one instance, the window's place, menu, theme, lock, crash. */
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, start, test } from './fixture.ts';

test('a second start brings the first window to the front and ends', async ({ app, page, home }) => {
  expect(page).toBeDefined();
  await app.evaluate(({ app: a, BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]!.minimize();
    a.on('second-instance', () => ((globalThis as { told?: boolean }).told = true));
  });
  const second = await start(home).catch((e: unknown) => e as Error);
  if (!(second instanceof Error)) await second.close().catch(() => {});
  await expect.poll(() => app.evaluate(() => (globalThis as { told?: boolean }).told)).toBe(true);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isMinimized())).toBe(false);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('size and place of the window are kept; a place on no display is not', async ({ app, page, home }) => {
  expect(page).toBeDefined();
  const bounds = { x: 40, y: 30, width: 1000, height: 600 };
  await app.evaluate(({ BrowserWindow }, b) => BrowserWindow.getAllWindows()[0]!.setBounds(b), bounds);
  await app.close();
  const file = join(home, 'desk', 'window.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ bounds, maximized: false });

  const again = await start(home);
  await again.firstWindow();
  expect(await again.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds())).toEqual(bounds);
  await again.close();

  writeFileSync(file, JSON.stringify({ bounds: { ...bounds, x: 90_000 }, maximized: false }));
  const third = await start(home);
  await third.firstWindow();
  const { x } = await third.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getBounds());
  expect(x).toBeLessThan(5_000);
  await third.close();
});

test('menu items reach the page as commands, in the language of the settings', async ({ app, page }) => {
  await page.evaluate(() => {
    (window as unknown as { heard: string[] }).heard = [];
    window.yiqian.on('desk:command', ({ command }) => (window as unknown as { heard: string[] }).heard.push(command));
  });
  const ids = [
    'go-worklist',
    'go-review',
    'go-verify',
    'go-keys',
    'go-diagnosis',
    'open-file',
    'refresh',
    'show-shortcuts',
  ];
  await app.evaluate(({ Menu }, all) => {
    for (const id of all) Menu.getApplicationMenu()!.getMenuItemById(id)!.click();
  }, ids);
  await expect.poll(() => page.evaluate(() => (window as unknown as { heard: string[] }).heard)).toEqual(ids);
  const label = () => app.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('go-verify')!.label);
  expect(await label()).toBe('验签');
  await page.evaluate(() => window.yiqian.call('settings:set', { language: 'en' }));
  await expect.poll(label).toBe('Verify');
});

test('settings: theme reaches the page, both survive a restart', async ({ app, page, home }) => {
  await page.evaluate(() => window.yiqian.call('settings:set', { theme: 'dark', language: 'en' }));
  await expect.poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  await app.close();
  const again = await start(home);
  const window2 = await again.firstWindow();
  await window2.waitForFunction(() => typeof window.yiqian === 'object');
  expect(await window2.evaluate(() => window.yiqian.call('settings:get', undefined))).toEqual({
    ok: true,
    value: { theme: 'dark', language: 'en', locked: [] },
  });
  await again.close();
});

test('a renderer that crashes is loaded again', async ({ app, page }) => {
  expect(page).toBeDefined();
  const gone = app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    return new Promise<string>((resolve) => {
      contents.once('render-process-gone', (_event, { reason }) => resolve(reason));
      contents.forcefullyCrashRenderer();
    });
  });
  expect(await gone).toMatch(/crashed|killed/);
  const bridge = () =>
    app
      .evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript('typeof window.yiqian.call'),
      )
      .catch(() => 'not there yet');
  await expect.poll(bridge).toBe('function');
});

test('with nobody signed in the desk says so, and says what is wrong with the services', async ({ page }) => {
  const get = (name: string, input?: unknown) =>
    page.evaluate(([n, i]) => window.yiqian.call(n as never, i as never), [name, input] as const);
  expect(await get('session:get')).toMatchObject({ ok: true, value: { state: 'signed-out', person: null } });
  expect(await get('worklist:get', { refresh: true })).toMatchObject({ ok: false, error: { code: 'NOT_SIGNED_IN' } });
  expect(await get('tokens:list')).toEqual({ ok: true, value: { drivers: [], tokens: [] } });
  const health = async () =>
    ((await get('health:get')) as { value: { backend: { state: string } } }).value.backend.state;
  await expect.poll(health).toBe('down');
  const diagnosis = (await get('diagnose:run')) as {
    ok: true;
    value: { lines: { id: string; state: string }[]; text: string };
  };
  const state = (id: string) => diagnosis.value.lines.find((l) => l.id === id)?.state;
  expect([state('os'), state('drivers'), state('backend'), state('tsa'), state('trust'), state('data')]).toEqual([
    'info',
    'warning',
    'error',
    'error',
    'error',
    'ok',
  ]);
});

test('the diagnosis is copied as shown, without the person’s home folder', async ({ app, page }) => {
  await page.evaluate(() => window.yiqian.call('diagnose:copy', undefined));
  const text = await app.evaluate(({ clipboard }) => clipboard.readText());
  expect(text).toContain('医签');
  expect(text).toContain('network/backend');
  expect(text).not.toContain(homedir());
});
