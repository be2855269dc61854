/** Builds the renderer as it ships and serves it with main's own content security policy, on loopback, beside the stand-in for main. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import type { SealDrawing } from '../../../src/shared/models.ts';
import { contentSecurityPolicy, createNonce } from '../../../src/main/protocol/csp.ts';
import { buildConsent, consentPicture, type ConsentHarness } from './consent-data.ts';
import { handwriting } from './consent-ink.ts';
import { buildHarness } from './data.ts';
import { drawSeal } from './seal-pictures.ts';

const root = resolve(import.meta.dirname, '../../..');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
};

export interface HarnessServer {
  readonly url: string;
  close(): Promise<void>;
}

/** One build serves all spec files of a run. */
let built: Promise<unknown> | undefined;
const folder = join(tmpdir(), `yiqian-renderer-${process.pid}`);

export async function startHarness(): Promise<HarnessServer> {
  built ??= build({
    configFile: false,
    logLevel: 'error',
    root: join(root, 'src/renderer'),
    base: './',
    plugins: [react()],
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1e5,
      rolldownOptions: {
        input: { index: join(root, 'src/renderer/index.html'), patient: join(root, 'src/renderer/patient.html') },
      },
    },
  });
  await built;
  const { data, documents } = await buildHarness();
  const picture = await readFile(join(root, 'resources/demo/handwriting-li.png'));

  /** Made when a page asks for it first: drawing the form takes a second. */
  let consent: Promise<ConsentHarness> | undefined;

  async function answer(
    path: string,
    query: URLSearchParams,
  ): Promise<{ type: string; body: Uint8Array | string; nonce?: string }> {
    if (path === '/' || path === '/index.html' || path === '/patient.html') {
      const patient = path === '/patient.html';
      const nonce = createNonce();
      const page = await readFile(join(folder, patient ? 'patient.html' : 'index.html'), 'utf8');
      const body = page
        .replaceAll('__CSP_NONCE__', nonce)
        .replace(
          '<script ',
          `<script type="module" src="/harness/${patient ? 'patient' : 'desk'}-api.js"></script>\n    <script `,
        );
      return { type: types['.html'] ?? '', body, nonce };
    }
    const script = /^\/harness\/([a-z-]+)\.(?:js|ts)$/.exec(path)?.[1];
    if (script !== undefined) {
      const source = await readFile(join(import.meta.dirname, `${script}.ts`), 'utf8');
      return { type: types['.js'] ?? '', body: stripTypeScriptTypes(source) };
    }
    const drawing = /^\/picture\/drawn\/(.+)$/.exec(path)?.[1];
    if (drawing !== undefined)
      return { type: 'image/svg+xml', body: drawSeal(JSON.parse(decodeURIComponent(drawing)) as SealDrawing) };
    if (path === '/favicon.ico') return { type: 'image/png', body: '' };
    if (path === '/harness/consent.json')
      return { type: 'application/json', body: JSON.stringify((await (consent ??= buildConsent())).data) };
    if (path === '/harness/strokes.json')
      return { type: 'application/json', body: JSON.stringify(handwriting(Number(query.get('n') ?? '99'))) };
    const consentName = /^\/picture\/consent\/([\w-]+)$/.exec(path)?.[1];
    const drawn = consentName === undefined ? undefined : consentPicture(consentName);
    if (drawn !== undefined) return drawn;
    if (path === '/harness/data.json') return { type: 'application/json', body: JSON.stringify(data) };
    if (path === '/picture/handwriting') return { type: 'image/png', body: picture };
    const document = /^\/document\/([0-9a-f-]+)$/.exec(path)?.[1];
    if (document !== undefined) {
      const bytes = documents.get(document) ?? (await consent)?.documents.get(document);
      if (bytes === undefined) throw new Error('no such document');
      return { type: 'application/pdf', body: bytes };
    }
    const file = path.startsWith('/pdfjs/') ? join(root, 'node_modules/pdfjs-dist', path.slice(7)) : join(folder, path);
    return { type: types[extname(file)] ?? 'application/octet-stream', body: await readFile(file) };
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    answer(pathname, searchParams)
      .then(({ type, body, nonce }) => {
        if (nonce !== undefined) response.setHeader('content-security-policy', contentSecurityPolicy(nonce));
        response.writeHead(200, { 'content-type': type }).end(body);
      })
      .catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}
