/**
 * app://bundle, the only origin the desk window ever has: the built renderer, and the documents and pictures that main holds.
 * A path that leaves the renderer's folder, another host, or another method than GET and HEAD gets nothing.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { DocumentStore } from '../desk/documents.ts';
import { contentSecurityPolicy, createNonce, hardeningHeaders } from './csp.ts';

export const scheme = 'app';
export const host = 'bundle';
export const origin = `${scheme}://${host}`;
export const entryUrl = `${origin}/index.html`;

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.pfb': 'application/octet-stream',
  '.bcmap': 'application/octet-stream',
  '.icc': 'application/vnd.iccprofile',
  '.wasm': 'application/wasm',
  '.pdf': 'application/pdf',
};

/** Where index.html wants the nonce of this load. */
const NONCE_PLACE = '__CSP_NONCE__';

/** The file behind a URL path, or undefined when the path is malformed or leaves `root`. */
export function bundlePath(root: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  if (decoded.includes('\0') || decoded.includes('\\') || decoded.split('/').includes('..')) return undefined;
  const file = join(root, decoded === '/' ? 'index.html' : decoded);
  return file.startsWith(root.endsWith(sep) ? root : root + sep) ? file : undefined;
}

const refuse = (status: number): Response => new Response(null, { status, headers: hardeningHeaders });

/** Answers whole, or one byte range (RFC 9110 §14.2), which pdf.js asks for. */
export function answerBytes(bytes: Uint8Array<ArrayBuffer>, type: string, range: string | null): Response {
  const headers = { ...hardeningHeaders, 'content-type': type, 'cache-control': 'no-store', 'accept-ranges': 'bytes' };
  const asked = range === null ? null : /^bytes=(\d+)-(\d*)$/.exec(range);
  if (!asked) return new Response(bytes, { headers: { ...headers, 'content-length': String(bytes.length) } });
  const from = Number(asked[1]);
  const to = Math.min(asked[2] ? Number(asked[2]) : bytes.length - 1, bytes.length - 1);
  if (from > to) {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${bytes.length}` } });
  }
  return new Response(bytes.slice(from, to + 1), {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(to + 1 - from),
      'content-range': `bytes ${from}-${to}/${bytes.length}`,
    },
  });
}

export interface BundleOptions {
  /** Folder of the built renderer. */
  readonly root: string;
  readonly documents: DocumentStore;
}

/** The handler for `protocol.handle('app', …)`. */
export function bundleHandler({ root, documents }: BundleOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    if (url.host !== host) return refuse(404);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);

    const [, kind, id] = /^\/(document|picture)\/([0-9a-f-]{36})$/.exec(url.pathname) ?? [];
    if (kind !== undefined && id !== undefined) {
      const bytes = kind === 'document' ? documents.bytes(id) : documents.picture(id);
      if (!bytes) return refuse(404);
      return answerBytes(bytes, kind === 'document' ? 'application/pdf' : 'image/png', request.headers.get('range'));
    }

    const file = bundlePath(root, url.pathname);
    const type = file === undefined ? undefined : mediaTypes[extname(file).toLowerCase()];
    if (file === undefined || type === undefined) return refuse(404);
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = new Uint8Array(await readFile(file));
    } catch {
      return refuse(404);
    }
    if (!type.startsWith('text/html')) {
      return new Response(bytes, {
        headers: { ...hardeningHeaders, 'content-type': type, 'cache-control': 'no-cache' },
      });
    }
    const nonce = createNonce();
    return new Response(new TextDecoder().decode(bytes).replaceAll(NONCE_PLACE, nonce), {
      headers: {
        ...hardeningHeaders,
        'content-type': type,
        'cache-control': 'no-store',
        'content-security-policy': contentSecurityPolicy(nonce),
      },
    });
  };
}
