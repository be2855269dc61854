/** What the page cannot do: reach Node, run foreign code, leave, open, ask for permissions, talk past the contract. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixture.ts';

test('the page has the three functions of the bridge and nothing of Node or Electron', async ({ page }) => {
  const seen = await page.evaluate(() => {
    const g = globalThis as unknown as Record<string, unknown>;
    let overwrite = 'silent';
    try {
      Object.assign(window, { yiqian: 1 });
    } catch {
      overwrite = 'threw';
    }
    return {
      node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
        (k) => g[k] !== undefined,
      ),
      api: Object.keys(window.yiqian).sort(),
      frozen: Object.isFrozen(window.yiqian),
      overwrite,
      secure: isSecureContext,
    };
  });
  expect(seen).toEqual({
    node: [],
    api: ['call', 'on', 'pathForFile'],
    frozen: true,
    overwrite: 'threw',
    secure: true,
  });
});

test('window preferences: sandbox, isolation, no Node', async ({ app, page }) => {
  expect(page).toBeDefined();
  const preferences = await app.evaluate(({ webContents }) => {
    const [contents] = webContents.getAllWebContents() as unknown as {
      getLastWebPreferences?: () => Record<string, unknown>;
      _preferences?: Record<string, unknown>;
    }[];
    return '_preferences' in contents! ? contents._preferences : contents!.getLastWebPreferences?.();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  });
});

test('the content security policy holds: inline script and style, eval, foreign fetch, WebSocket, data: image, blob: worker', async ({
  page,
}) => {
  const seen = await page.evaluate(async () => {
    const violated: string[] = [];
    document.addEventListener('securitypolicyviolation', (e) => violated.push(e.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.injected = 1';
    document.body.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { outline: 7px solid rgb(1, 2, 3) }';
    document.body.append(style);
    const image = await new Promise((ok) => {
      const i = new Image();
      i.onload = () => ok('shown');
      i.onerror = () => ok('refused');
      i.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
    });
    const fetched = await fetch('https://example.invalid/').then(
      () => 'fetched',
      () => 'refused',
    );
    const socket = await new Promise((ok) => {
      try {
        const s = new WebSocket('wss://example.invalid/');
        s.onopen = () => ok('open');
        s.onerror = () => ok('refused');
      } catch {
        ok('refused');
      }
    });
    let evaluated = 'ran';
    try {
      (0, eval)('1');
    } catch (e) {
      evaluated = (e as Error).name;
    }
    let wasm = 'compiled';
    try {
      await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    } catch {
      wasm = 'refused';
    }
    const worker = await new Promise((ok) => {
      try {
        const w = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
        w.onmessage = () => ok('ran');
        w.onerror = () => ok('refused');
      } catch {
        ok('refused');
      }
    });
    const frame = document.createElement('iframe');
    frame.src = 'https://example.invalid/';
    document.body.append(frame);
    await new Promise((r) => setTimeout(r, 100));
    return {
      injected: typeof (window as unknown as { injected?: number }).injected,
      outline: getComputedStyle(document.body).outlineWidth === '7px',
      image,
      fetched,
      socket,
      evaluated,
      wasm,
      worker,
      violated: [...new Set(violated)].sort(),
    };
  });
  expect(seen).toEqual({
    injected: 'undefined',
    outline: false,
    image: 'refused',
    fetched: 'refused',
    socket: 'refused',
    evaluated: 'EvalError',
    wasm: 'refused',
    worker: 'refused',
    violated: ['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem', 'style-src-elem', 'worker-src'],
  });
});

test('a style with this load’s nonce applies, and the nonce is another one after a reload', async ({ page }) => {
  const run = () =>
    page.evaluate(() => {
      const nonce = document.querySelector('meta[name=csp-nonce]')?.getAttribute('content') ?? '';
      const style = document.createElement('style');
      style.nonce = nonce;
      style.textContent = 'body { outline: 7px solid rgb(1, 2, 3) }';
      document.body.append(style);
      return { nonce, applied: getComputedStyle(document.body).outlineWidth === '7px' };
    });
  const first = await run();
  expect(first.applied).toBe(true);
  expect(first.nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  await page.reload();
  expect((await run()).nonce).not.toBe(first.nonce);
});

test('unknown calls, malformed input and unknown events are refused in words, before and in main', async ({
  app,
  page,
}) => {
  const call = (name: string, input?: unknown) =>
    page.evaluate(([n, i]) => window.yiqian.call(n as never, i as never), [name, input] as const);
  for (const [name, input] of [
    ['shell:run', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
    ['settings:set', { theme: 'pink' }],
    ['settings:set', 'dark'],
    ['session:signIn', { tokenId: 't', keyId: 'k', pin: '' }],
    ['session:signIn', { tokenId: 't', keyId: 'k', pin: 'x'.repeat(65) }],
    ['sign:approve', { items: [], pin: '1' }],
    ['verify:paths', { paths: [] }],
  ] as const) {
    expect(await call(name, input), name).toMatchObject({ ok: false, error: { code: 'IPC_REJECTED' } });
  }
  // Past the preload: what a page that had broken out of it could send.
  const direct = await app.evaluate(async ({ ipcMain, webContents }) => {
    const handlers = ((
      ipcMain as unknown as { _invokeHandlers?: Map<string, unknown>; _handlers?: Map<string, unknown> }
    )._invokeHandlers ?? (ipcMain as unknown as { _handlers: Map<string, unknown> })._handlers) as Map<
      string,
      (event: object, ...args: unknown[]) => Promise<unknown>
    >;
    const sender = webContents.getAllWebContents()[0]!;
    const frame = { url: 'app://bundle/index.html', parent: null };
    const ask = (event: object, ...args: unknown[]) => handlers.get('settings:set')!(event, ...args);
    return {
      foreignOrigin: await ask({ sender, senderFrame: { ...frame, url: 'https://evil.invalid/' } }, {}),
      otherHost: await ask({ sender, senderFrame: { ...frame, url: 'app://evil/index.html' } }, {}),
      subFrame: await ask({ sender, senderFrame: { ...frame, parent: {} } }, {}),
      noFrame: await ask({ sender, senderFrame: null }, {}),
      unknownWindow: await ask({ sender: { id: 4711 }, senderFrame: frame }, {}),
      twoArguments: await ask({ sender, senderFrame: frame }, {}, {}),
      malformed: await ask({ sender, senderFrame: frame }, { theme: 'pink' }),
      good: await ask({ sender, senderFrame: frame }, {}),
    };
  });
  const rejected = (detail: string) => ({ ok: false, error: { code: 'IPC_REJECTED', detail } });
  expect(direct).toMatchObject({
    foreignOrigin: rejected('foreign origin'),
    otherHost: rejected('foreign origin'),
    subFrame: rejected('not the top frame'),
    noFrame: rejected('frame is gone'),
    unknownWindow: rejected('unknown window'),
    twoArguments: rejected('too many arguments'),
    malformed: rejected('settings:set: theme'),
    good: { ok: true },
  });
  await expect(page.evaluate(() => window.yiqian.on('shell:data' as never, () => {}))).rejects.toThrow('unknown event');
});

test('no way out: navigation, new windows, permissions', async ({ app, page }) => {
  await app.evaluate(({ shell }) => {
    (globalThis as { opened?: string[] }).opened = [];
    shell.openExternal = (url) => {
      (globalThis as unknown as { opened: string[] }).opened.push(url);
      return Promise.resolve();
    };
  });
  const url = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL());
  for (const target of [
    'https://example.invalid/',
    'file:///etc/passwd',
    'app://other/index.html',
    'data:text/html,x',
  ]) {
    await page.evaluate((t) => {
      const a = document.createElement('a');
      a.href = t;
      document.body.append(a);
      a.click();
    }, target);
  }
  await page.evaluate(() => {
    window.open('https://example.invalid/');
    window.open('index.html');
  });
  await page.waitForTimeout(300);
  expect(await url()).toBe('app://bundle/index.html');
  await expect.poll(() => app.windows().length).toBe(1);
  expect(await app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened)).toEqual([]);
  const permissions = await page.evaluate(async () => ({
    notification: Notification.permission,
    position: await new Promise((ok) =>
      navigator.geolocation.getCurrentPosition(
        () => ok('granted'),
        (e) => ok(e.code === 1 ? 'denied' : 'other'),
      ),
    ),
    camera: await navigator.mediaDevices?.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'denied',
    ),
    clipboard: await navigator.clipboard?.readText().then(
      () => 'granted',
      () => 'denied',
    ),
  }));
  expect(permissions).toEqual({ notification: 'denied', position: 'denied', camera: 'denied', clipboard: 'denied' });
});

test('app://bundle serves the bundle and held documents, nothing beside them', async ({ page, home }) => {
  const status = (path: string, method = 'GET') =>
    page.evaluate((a) => fetch(a.path, { method: a.method }).then((r) => r.status), { path, method });
  expect(await status('index.html')).toBe(200);
  expect(await status('index.html', 'POST')).toBe(405);
  for (const path of [
    'missing.js',
    '%2e%2e/%2e%2e/package.json',
    '..%2fmain/index.js',
    '%5c..%5cmain',
    'index.html%00.js',
    'document/00000000-0000-0000-0000-000000000000',
    'picture/00000000-0000-0000-0000-000000000000',
  ]) {
    expect(await status(path), path).toBe(404);
  }
  // The log holds the refusals' names and no path of this machine.
  const log = readFileSync(join(home, 'desk', 'logs', 'desk.log'), 'utf8');
  expect(log).toContain('"event":"started"');
  expect(log).not.toContain(home);
});
