/** The stand-in itself, on a small app of its own. Skipped on real Electron, which needs no proof. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type ElectronApplication, type Page } from '@playwright/test';
import { launchDesk, shellInUse } from '../e2e/electron.ts';

const sample = join(import.meta.dirname, 'sample-app');
const test = base.extend<{ userData: string; app: ElectronApplication; page: Page }>({
  userData: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'yq-standin-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  },
  app: async ({ userData }, use) => {
    const app = await launchDesk({ userData, app: sample });
    await use(app);
    await app.close().catch(() => {});
  },
  page: async ({ app }, use) => {
    const page = await app.firstWindow();
    await page.waitForSelector('h1');
    await use(page);
  },
});
test.skip(shellInUse() === 'real', 'real Electron runs here');

test('values, errors and functions cross the bridge as in Electron', async ({ page }) => {
  const seen = await page.evaluate(async () => {
    const { x } = window as any;
    (window as any).polluted = 1;
    (Array.prototype as any).evil = 1;
    const f = () => 5;
    const message = (e: any) => `${e.constructor.name} ${e.message}`;
    const v = await x.invoke('echo', {
      d: new Date(5),
      m: new Map([['k', new Set([1])]]),
      u: undefined,
      b: new Uint8Array([1, 2]),
      n: 12n,
      nan: NaN,
      $: 'x',
    });
    const out = {
      value: [
        +v.d,
        [...v.m.get('k')],
        'u' in v,
        v.b instanceof Uint8Array && [...v.b],
        v.n === 12n,
        Number.isNaN(v.nan),
        v.$,
      ],
      early: (window as any).early,
      denied: x.denied,
      deep: x.nested.deep.f() + x.nested.deep.n,
      callback: x.callback((a: any, double: any) => JSON.stringify(a) + double(21)),
      promise: await x.promise,
      reject: await x.reject().catch(message),
      same: x.same(f) === f,
      tampered: x.tampered(),
      frozen: Object.isFrozen(x) && Object.isFrozen(x.nested.deep),
      fail: await x.invoke('fail').catch(message),
      none: await x.invoke('zzz').catch(message),
      unsendable: await x.invoke('unsendable').catch(message),
      fn: await x.invoke('echo', () => 1).catch(message),
      frame: await x.invoke('frame'),
      sync: '',
      globals: Object.getOwnPropertyNames(window).filter((k) => /standin|preloadSecret|electron/i.test(k)),
    };
    try {
      x.boom();
    } catch (e) {
      out.sync = message(e);
    }
    delete (Array.prototype as any).evil;
    return out;
  });
  expect(seen).toEqual({
    value: [5, [1], true, [1, 2], true, true, 'x'],
    early: 'object',
    denied: ['module not found: fs', 'module not found: child_process', 'module not found: node:net'],
    deep: 'deep1',
    callback: '{"got":1}42',
    promise: 7,
    reject: 'Error async no',
    same: true,
    tampered: 'undefined|undefined',
    frozen: true,
    fail: "Error Error invoking remote method 'fail': RangeError: main said no",
    none: "Error Error invoking remote method 'zzz': Error: No handler registered for 'zzz'",
    unsendable: expect.stringContaining('An object could not be cloned.'),
    fn: expect.stringContaining('could not be cloned'),
    frame: ['app://bundle/index.html', 'app://bundle', null],
    sync: 'Error boom from preload',
    globals: [],
  });
});

test('main pushes, and an ended subscription hears nothing more', async ({ page }) => {
  const seen = await page.evaluate(async () => {
    let n = 0;
    const off = (window as any).x.onTick(() => n++);
    while (n < 2) await new Promise((r) => setTimeout(r, 20));
    off();
    const at = n;
    await new Promise((r) => setTimeout(r, 400));
    return n - at;
  });
  expect(seen).toBe(0);
});

test('custom scheme: worker, POST, range, image by both spellings; webRequest cancels and adds headers', async ({
  page,
}) => {
  const seen = await page.evaluate(async () => {
    const port = await (window as any).x.invoke('port');
    const image = (src: string) =>
      new Promise((ok) => {
        const i = new Image();
        i.onload = () => ok('shown');
        i.onerror = () => ok('refused');
        i.src = src;
      });
    return {
      worker: await new Promise((ok) => {
        const w = new Worker('worker.js');
        w.onmessage = (e) => ok(e.data);
        w.onerror = () => ok('worker error');
        w.postMessage(1);
      }),
      post: await (await fetch('post', { method: 'POST', body: 'hé', headers: { 'x-h': '1' } })).text(),
      range: await (await fetch('range', { headers: { range: 'bytes=1-2' } })).text(),
      relative: await image('pixel.png'),
      absolute: await image('app://bundle/pixel.png'),
      server: await fetch(`http://127.0.0.1:${port}/a`).then(
        async (r) => [await r.text(), r.headers.get('x-added')],
        String,
      ),
      blocked: await fetch(`http://127.0.0.1:${port}/blocked`).then(
        () => 'fetched',
        () => 'blocked',
      ),
      missing: (await fetch('nope.png')).status,
      secure: isSecureContext,
    };
  });
  expect(seen).toEqual({
    worker: 2,
    post: 'POST 1 hé',
    range: 'bytes=1-2',
    relative: 'shown',
    absolute: 'shown',
    server: ['served', 'yes'],
    blocked: 'blocked',
    missing: 404,
    secure: true,
  });
});

test('windows: navigation inside, a popup that is allowed, one that is not, all closed and opened again', async ({
  app,
  page,
}) => {
  await page.click('#away', { noWaitAfter: true });
  await page.click('#two');
  await expect(page.locator('h1')).toHaveText('two');
  expect(await app.evaluate(() => (globalThis as any).sample.navigations)).toEqual([
    'https://example.invalid/',
    'app://bundle/two.html',
  ]);
  const [popup] = await Promise.all([
    app.waitForEvent('window'),
    page.evaluate(() => {
      window.open('two.html');
    }),
  ]);
  await expect.poll(() => popup.evaluate(() => typeof (window as any).x).catch(() => '')).toBe('object');
  await page.evaluate(() => {
    window.open('https://example.invalid/');
  });
  await expect.poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(2);
  const pdf = await app.evaluate(async ({ BrowserWindow }) =>
    (await BrowserWindow.getAllWindows()[0]!.webContents.printToPDF({})).subarray(0, 5).toString(),
  );
  expect(pdf).toBe('%PDF-');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((w) => w.close()));
  await expect.poll(() => app.evaluate(() => (globalThis as any).sample.allClosed)).toBe(true);
  const [again] = await Promise.all([app.waitForEvent('window'), app.evaluate(() => void (globalThis as any).make())]);
  await expect(again.locator('h1')).toHaveText('one');
});

test('a renderer that crashes is told of and can be loaded again', async ({ app, page }) => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer());
  await expect.poll(() => app.evaluate(() => (globalThis as any).sample.gone)).toEqual(['crashed']);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.loadURL('app://bundle/two.html'));
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL()))
    .toBe('app://bundle/two.html');
  expect(page).toBeDefined();
});

test('utilityProcess: spawn, messages both ways, arguments, output, exit code, kill of a hung one', async ({
  page,
}) => {
  const invoke = (message: unknown) => page.evaluate((m) => (window as any).x.invoke('utility', m), message);
  expect(await invoke({ bytes: new Uint8Array([1, 2, 3]), n: 4 })).toMatchObject({
    pid: 'number',
    code: 7,
    after: undefined,
    out: 'utility out\n',
    messages: [
      {
        t: 'answer',
        argv: ['one'],
        env: 'm',
        leaked: [],
        type: 'utility',
        send: 'undefined',
        sm3: 'Digest method not supported',
      },
    ],
  });
  expect(await invoke('hang')).toMatchObject({ code: 15 });
});

test('node:crypto lacks what BoringSSL lacks', async ({ page }) => {
  expect(await page.evaluate(() => (window as any).x.invoke('sm3'))).toBe('Digest method not supported');
});

test('webUtils.getPathForFile knows the path of a chosen file and no path of one the page made', async ({
  page,
  userData,
}) => {
  const file = join(userData, 'chosen.pdf');
  writeFileSync(file, '%PDF-');
  await page.setInputFiles('#file', file);
  await expect.poll(() => page.evaluate(() => (window as any).paths)).toEqual([file]);
  expect(await page.evaluate(() => (window as any).x.path(new File(['a'], 'made.pdf')))).toBe('');
});

test('one instance: the second tells the first and ends', async ({ app, userData, page }) => {
  expect(page).toBeDefined();
  const second = await launchDesk({ userData, app: sample, args: ['--hello'] }).catch((e: unknown) => e as Error);
  if (!(second instanceof Error)) await second.close().catch(() => {});
  await expect.poll(() => app.evaluate(() => (globalThis as any).sample.second)).toBe(true);
});

test('what is not imitated fails by name', async ({ app, page }) => {
  expect(page).toBeDefined();
  const message = (e: Error): string => e.message;
  expect(await app.evaluate(({ app: a }) => a.setJumpList([])).catch(message)).toContain(
    'app.setJumpList is not implemented',
  );
  expect(await app.evaluate((e) => (e as any).desktopCapturer).catch(message)).toContain(
    'electron.desktopCapturer is not implemented',
  );
  expect(await app.evaluate(({ dialog }) => dialog.showOpenDialog({})).catch(message)).toContain(
    'nobody answers showOpenDialog',
  );
});
