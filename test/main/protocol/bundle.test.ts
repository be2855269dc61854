import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesSource } from '../../../src/core/pdf/index.ts';
import { answerDocument, bundleHandler, bundlePath } from '../../../src/main/protocol/bundle.ts';
import { contentSecurityPolicy, createNonce } from '../../../src/main/protocol/csp.ts';
import { createDocumentStore } from '../../../src/main/desk/documents.ts';

describe('paths of app://bundle', () => {
  it('stay below the folder', () => {
    expect(bundlePath('/r', '/a/b.js')).toBe(join('/r', 'a', 'b.js'));
    expect(bundlePath('/r', '/')).toBe(join('/r', 'index.html'));
    for (const path of [
      '/../x',
      '/a/../../x',
      '/%2e%2e/x',
      '/..%2fx',
      '/%5c..%5cx',
      '/a%00.js',
      '/%zz',
      '/%2e%2e%2fr2/x',
    ]) {
      expect(bundlePath('/r', path), path).toBeUndefined();
    }
  });
});

describe('byte ranges', () => {
  const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const ask = async (range: string | null) => {
    const r = await answerDocument(bytesSource(bytes), 'application/pdf', range);
    return [r.status, r.headers.get('content-range'), [...new Uint8Array(await r.arrayBuffer())].join('')];
  };
  it('follow RFC 9110: whole, part, open end, past the end', async () => {
    expect(await ask(null)).toEqual([200, null, '0123456789']);
    expect(await ask('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await ask('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await ask('bytes=7-99')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await ask('bytes=10-')).toEqual([416, 'bytes */10', '']);
    // Forms we do not serve are answered whole, as the standard allows.
    expect(await ask('bytes=-3')).toEqual([200, null, '0123456789']);
    expect(await ask('bytes=0-1,4-5')).toEqual([200, null, '0123456789']);
  });
});

describe('the handler', () => {
  let root: string;
  const documents = createDocumentStore();
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'yq-bundle-'));
    writeFileSync(join(root, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
    writeFileSync(join(root, 'a.js'), '1');
    writeFileSync(join(root, 'secret.key'), 'x');
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });
  const get = (url: string, init?: RequestInit) => bundleHandler({ root, documents })(new Request(url, init));

  it('puts one nonce into the page and its policy, another one per load', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const r = await get('app://bundle/index.html');
      const nonce = /content="([^"]+)"/.exec(await r.text())?.[1] ?? '';
      expect(r.headers.get('content-security-policy')).toBe(contentSecurityPolicy(nonce));
      expect(r.headers.get('x-content-type-options')).toBe('nosniff');
      seen.add(nonce);
    }
    expect(seen.size).toBe(3);
  });
  it('serves known types of the bundle only, by GET and HEAD, on its own host', async () => {
    expect((await get('app://bundle/a.js')).headers.get('content-type')).toContain('text/javascript');
    expect((await get('app://bundle/secret.key')).status).toBe(404);
    expect((await get('app://bundle/none.js')).status).toBe(404);
    expect((await get('app://other/a.js')).status).toBe(404);
    expect((await get('app://bundle/a.js', { method: 'DELETE' })).status).toBe(405);
  });
  it('serves held bytes while open, nothing while locked or after closing', async () => {
    const held = documents.add('a.pdf', new Uint8Array([37, 80, 68, 70]));
    const url = `app://bundle/document/${held.handle}`;
    expect(await (await get(url)).text()).toBe('%PDF');
    expect((await get(`app://bundle/picture/${held.handle}`)).status).toBe(404);
    documents.closed(true);
    expect((await get(url)).status).toBe(404);
    documents.closed(false);
    expect((await get(url)).status).toBe(200);
    documents.close(held.handle);
    expect((await get(url)).status).toBe(404);
  });
  it('each origin has its own host, its one page and its own documents', async () => {
    writeFileSync(join(root, 'patient.html'), 'patient');
    const own = createDocumentStore();
    const patient = bundleHandler({ root, documents: own, host: 'patient', entry: 'patient.html' });
    const [mine, theirs] = [own.add('a.pdf', new Uint8Array([1])), documents.add('b.pdf', new Uint8Array([2]))];
    const status = async (url: string): Promise<number> => (await patient(new Request(url))).status;
    expect(await status('app://patient/patient.html')).toBe(200);
    expect(await status(`app://patient/document/${mine.handle}`)).toBe(200);
    for (const url of [
      'app://patient/index.html',
      'app://patient/',
      'app://bundle/patient.html',
      `app://patient/document/${theirs.handle}`,
      `app://bundle/document/${mine.handle}`,
    ]) {
      expect(await status(url), url).toBe(404);
    }
    expect((await get('app://bundle/patient.html')).status).toBe(404);
    own.clear();
    expect(await status(`app://patient/document/${mine.handle}`)).toBe(404);
  });
  it('only the page that may take photos is let ask for the camera', async () => {
    const policy = async (camera: boolean): Promise<string | null> =>
      (await bundleHandler({ root, documents, camera })(new Request('app://bundle/index.html'))).headers.get(
        'permissions-policy',
      );
    expect(await policy(false)).toContain('camera=()');
    expect(await policy(true)).toContain('camera=(self)');
    expect(await policy(true)).toContain('microphone=()');
  });
});

describe('the policy', () => {
  it('opens nothing beyond the bundle: no unsafe-*, no scheme, no wildcard', () => {
    const policy = contentSecurityPolicy(createNonce());
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|data:|blob:|https?:/);
    expect(policy.match(/nonce-/g)).toHaveLength(1);
  });
});
