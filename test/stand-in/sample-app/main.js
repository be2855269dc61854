// A small app that uses what the stand-in imitates; specs of the stand-in run it, not the desk.
import { createServer } from 'node:http';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, ipcMain, net, protocol, session, utilityProcess } from 'electron';

const here = import.meta.dirname;
const state = (globalThis.sample = { navigations: [], second: undefined, allClosed: false, gone: [] });
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
if (!app.requestSingleInstanceLock()) app.quit();
app.on('second-instance', (_event, argv) => (state.second = argv.includes('--hello')));
app.on('window-all-closed', () => (state.allClosed = true));

const csp =
  "default-src 'none'; script-src 'self'; img-src 'self' app:; connect-src 'self' http://127.0.0.1:*; worker-src 'self'";
const types = { html: 'text/html', js: 'text/javascript', png: 'image/png', json: 'application/json' };
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function serve(request) {
  const url = new URL(request.url);
  if (url.host !== 'bundle') return new Response('', { status: 404 });
  if (url.pathname === '/post')
    return new Response(`${request.method} ${request.headers.get('x-h')} ${await request.text()}`);
  if (url.pathname === '/range') return new Response(request.headers.get('range'), { status: 206 });
  if (url.pathname === '/pixel.png') return new Response(pixel, { headers: { 'content-type': 'image/png' } });
  try {
    const body = await readFile(join(here, url.pathname));
    return new Response(body, {
      headers: { 'content-type': types[url.pathname.split('.').at(-1)], 'content-security-policy': csp },
    });
  } catch {
    return new Response('', { status: 404 });
  }
}

app.whenReady().then(async () => {
  protocol.handle('app', serve);
  session.defaultSession.setPermissionRequestHandler((_c, permission, answer) =>
    answer(permission === 'local-network-access'),
  );
  session.defaultSession.setPermissionCheckHandler((_c, permission) => permission === 'local-network-access');
  session.defaultSession.webRequest.onBeforeRequest((d, callback) => callback({ cancel: d.url.endsWith('/blocked') }));
  session.defaultSession.webRequest.onHeadersReceived((d, callback) =>
    callback({ responseHeaders: { ...d.responseHeaders, 'x-added': ['yes'] } }),
  );
  const server = createServer((_q, r) =>
    r.setHeader('access-control-allow-origin', '*').setHeader('access-control-expose-headers', '*').end('served'),
  );
  await new Promise((ok) => server.listen(0, '127.0.0.1', ok));
  server.unref();

  ipcMain.handle('echo', (_e, v) => v);
  ipcMain.handle('fail', () => {
    throw new RangeError('main said no');
  });
  ipcMain.handle('frame', (e) => [e.senderFrame.url, e.senderFrame.origin, e.senderFrame.parent]);
  ipcMain.handle('unsendable', () => () => 1);
  ipcMain.handle('port', () => server.address().port);
  ipcMain.handle('netfetch', async () => (await net.fetch('app://bundle/two.json')).status);
  ipcMain.handle('sm3', () => {
    try {
      return createHash('sm3').digest('hex');
    } catch (e) {
      return e.message;
    }
  });
  ipcMain.handle('utility', (_e, message) => {
    const child = utilityProcess.fork(join(here, 'utility.js'), ['one'], { stdio: 'pipe', env: { MARK: 'm' } });
    return new Promise((ok) => {
      const seen = { messages: [], out: '' };
      child.once('spawn', () => {
        seen.pid = typeof child.pid;
        child.postMessage(message);
      });
      child.stdout.on('data', (d) => (seen.out += d));
      child.on('message', (m) => {
        seen.messages.push(m);
        if (m.t === 'answer') child.postMessage({ exit: 7 });
        if (m.t === 'ready-to-hang') child.kill();
      });
      child.once('exit', (code) => ok({ ...seen, code, after: child.pid }));
    });
  });

  globalThis.make = (page = 'index.html') => {
    const w = new BrowserWindow({ width: 900, height: 600, webPreferences: { preload: join(here, 'preload.cjs') } });
    w.webContents.setWindowOpenHandler(({ url }) => ({ action: url.startsWith('app://bundle/') ? 'allow' : 'deny' }));
    w.webContents.on('will-navigate', (e) => {
      state.navigations.push(e.url);
      if (!e.url.startsWith('app://bundle/')) e.preventDefault();
    });
    w.webContents.on('render-process-gone', (_e, d) => state.gone.push(d.reason));
    void w.loadURL(`app://bundle/${page}`);
    return w;
  };
  globalThis.make();
  let n = 0;
  setInterval(() => BrowserWindow.getAllWindows().forEach((w) => w.webContents.send('tick', ++n)), 100).unref();
});
