/** The page for phones: only its own files, each with its type and how long it keeps, under a policy that lets nothing else in. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemFor } from '../../src/backend/http/problems.ts';
import { servePhonePage } from '../../src/backend/phone/page.ts';
import { Hospital } from './hospital.ts';

const script = `console.log('${'x'.repeat(2000)}')`;
const FILES: Readonly<Record<string, string>> = {
  'index.html': '<!doctype html><title>医签</title>',
  'sw.js': 'self.addEventListener("fetch", () => {})',
  'manifest.webmanifest': '{"name":"医签"}',
  'icon-192.png': 'PNG',
  'assets/index-Bx3_9dQk.js': script,
  'assets/index-C0ffee42.css': 'body{}',
  'assets/engine-a1b2c3d4.wasm': 'wasm',
  'assets/noto-sc-12345678.woff2': 'font',
  'assets/plain.svg': '<svg/>',
  'readme.md': 'not for phones',
};
const dir = mkdtempSync(path.join(os.tmpdir(), 'yq-page-'));
let app: FastifyInstance;
let url = '';

async function serve(at: string | undefined): Promise<FastifyInstance> {
  const made = Fastify();
  made.setErrorHandler((error, _request, reply) => {
    const { status, problem } = problemFor(error);
    return reply.code(status).type('application/problem+json').send(JSON.stringify(problem));
  });
  servePhonePage(made, at);
  await made.listen({ port: 0, host: '127.0.0.1' });
  return made;
}
const at = (made: FastifyInstance): string => `http://127.0.0.1:${(made.server.address() as { port: number }).port}`;

/** The path as it stands, not as a browser would tidy it. */
function raw(
  route: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: http.OutgoingHttpHeaders } = {},
) {
  return new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>((done, failed) => {
    const asked = http.request(url, { method, path: route, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        done({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
      );
    });
    asked.on('error', failed).end();
  });
}

beforeAll(async () => {
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
  writeFileSync(path.join(dir, '..', `${path.basename(dir)}-secret.js`), 'secret');
  symlinkSync(path.join('..', `${path.basename(dir)}-secret.js`), path.join(dir, 'link.js'));
  app = await serve(dir);
  url = at(app);
});
afterAll(async () => {
  await app.close();
  rmSync(dir, { recursive: true, force: true });
  rmSync(`${dir}-secret.js`, { force: true });
});

describe('the page', () => {
  it('is served under its policy, and asked for anew each time', async () => {
    const { status, headers, body } = await raw('/phone/');
    expect([status, body.toString()]).toEqual([200, FILES['index.html']]);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers['permissions-policy']).toMatch(/^camera=\(self\),/);
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect((await raw('/phone/index.html')).body.toString()).toBe(FILES['index.html']);
    expect((await raw('/phone/?lang=en')).status).toBe(200);
  });

  it.each([
    ['sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['manifest.webmanifest', 'application/manifest+json; charset=utf-8', 'no-cache'],
    ['icon-192.png', 'image/png', 'no-cache'],
    ['assets/index-Bx3_9dQk.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['assets/index-C0ffee42.css', 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['assets/engine-a1b2c3d4.wasm', 'application/wasm', 'public, max-age=31536000, immutable'],
    ['assets/noto-sc-12345678.woff2', 'font/woff2', 'public, max-age=31536000, immutable'],
    ['assets/plain.svg', 'image/svg+xml', 'no-cache'],
  ])('%s is %s, %s', async (name, type, cacheControl) => {
    const { status, headers, body } = await raw(`/phone/${name}`);
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, cacheControl]);
    expect(body.toString()).toBe(FILES[name]);
    const head = await raw(`/phone/${name}`, { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(body.length), 0]);
    const again = await raw(`/phone/${name}`, { headers: { 'if-none-match': headers.etag } });
    expect([again.status, again.body.length, again.headers['cache-control']]).toEqual([304, 0, cacheControl]);
  });

  it('goes packed to who can unpack it, where it is shorter for it', async () => {
    const packed = await raw('/phone/assets/index-Bx3_9dQk.js', { headers: { 'accept-encoding': 'br, gzip' } });
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(packed.body.length).toBeLessThan(script.length / 10);
    expect(gunzipSync(packed.body).toString()).toBe(script);
    for (const accept of ['br', 'gzip;q=0', 'identity']) {
      const plain = await raw('/phone/assets/index-Bx3_9dQk.js', { headers: { 'accept-encoding': accept } });
      expect([plain.headers['content-encoding'], plain.body.toString()]).toEqual([undefined, script]);
    }
    const short = await raw('/phone/sw.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(short.headers['content-encoding']).toBeUndefined();
  });

  it('without its slash is a redirect to it', async () => {
    const { status, headers } = await raw('/phone');
    expect([status, headers.location]).toEqual([302, '/phone/']);
  });

  it('is its own files and nothing else, whatever the path says', async () => {
    const name = path.basename(dir);
    for (const route of [
      '/phone/../package.json',
      '/phone/..%2fpackage.json',
      '/phone/%2e%2e/%2e%2e/etc/passwd',
      '/phone/assets/../index.html',
      '/phone//index.html',
      `/phone/../${name}-secret.js`,
      `/phone/..%2f${name}-secret.js`,
      '/phone/link.js',
      '/phone/readme.md',
      '/phone/assets',
      '/phone/assets/',
      '/phone/index.html%00',
      '/phone/__proto__',
      '/phone/constructor',
      encodeURI(`/phone/${dir}/index.html`),
      '/phone/..\\..\\index.html',
      `/phone/${encodeURIComponent(path.join(dir, 'index.html'))}`,
    ]) {
      const { status, body } = await raw(route);
      expect([route, status]).toEqual([route, 404]);
      expect(JSON.parse(body.toString()).message ?? JSON.parse(body.toString()).code).toMatch(
        /not found|BACKEND_NOT_FOUND/i,
      );
    }
    expect((await raw('/phone/', { method: 'POST' })).status).toBe(404);
  });

  it('where it is not built says how it is built, and is there once it is', async () => {
    const later = path.join(dir, 'later');
    const made = await serve(later);
    const before = url;
    url = at(made);
    try {
      const { status, body } = await raw('/phone/');
      const problem = JSON.parse(body.toString());
      expect([status, problem.code]).toEqual([404, 'PHONE_PAGE_ABSENT']);
      expect(problem.en.next).toContain('npm run build');
      expect(problem.zh.next).toContain('npm run build');
      mkdirSync(later);
      writeFileSync(path.join(later, 'index.html'), 'built');
      expect((await raw('/phone/')).body.toString()).toBe('built');
    } finally {
      url = before;
      await made.close();
    }
  });

  it('stands beside the interface of a whole backend', async () => {
    const hospital = await Hospital.open();
    try {
      expect((await hospital.call('GET', '/phone/')).json).toMatchObject({ code: 'PHONE_PAGE_ABSENT', status: 404 });
      expect((await hospital.call('GET', '/api/v1/health')).status).toBe(200);
    } finally {
      await hospital.close();
    }
  });
});
