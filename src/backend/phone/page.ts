/**
 * The page that phones load. Its files are listed once; what a request asks for is looked up in that list and never on the disk, so that no
 * path leads anywhere else.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';

interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly bytes: Buffer;
  /** Made when first asked for; undefined where it would not be shorter. */
  zipped?: Buffer | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const ZIPPABLE = /^(text\/|application\/(json|manifest|wasm)|image\/svg)/;

/** `assets/name-Bx3_9dQk.js`: its name changes with its content. */
const HASHED = /^assets\/.*-[A-Za-z0-9_-]{8,}\.\w+$/;

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "media-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), usb=(), payment=()',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** `dir`: what the build of the page has made; where there is none, /phone/ says how it is made. */
export function servePhonePage(app: FastifyInstance, dir: string | undefined): void {
  let files = listed(dir);
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    // Built after the start: seen without another one.
    if (files.size === 0) files = listed(dir);
    if (files.size === 0) throw new YqError('PHONE_PAGE_ABSENT');
    const name = (request.params as { '*'?: string })['*'] ?? '';
    const file = files.get(name === '' ? 'index.html' : name);
    if (file === undefined) throw new YqError('BACKEND_NOT_FOUND');
    reply.headers(HEADERS).headers({ etag: file.etag, 'cache-control': file.cacheControl, vary: 'accept-encoding' });
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    reply.type(file.type);
    const zipped = acceptsGzip(request) ? zip(file) : undefined;
    return zipped === undefined ? reply.send(file.bytes) : reply.header('content-encoding', 'gzip').send(zipped);
  };
  app.get('/phone', (_request, reply) => reply.headers(HEADERS).redirect('/phone/', 302));
  app.get('/phone/', answer);
  app.get('/phone/*', answer);
}

function listed(dir: string | undefined): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  if (dir === undefined) return files;
  for (const entry of entries(dir)) {
    const type = TYPES[path.extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const whole = path.join(entry.parentPath, entry.name);
    const name = path.relative(dir, whole).split(path.sep).join('/');
    const bytes = readFileSync(whole);
    const cacheControl = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
    files.set(name, { type, etag: `"${toHex(sm3(bytes)).slice(0, 32)}"`, cacheControl, bytes });
  }
  return files.has('index.html') ? files : new Map();
}

function entries(dir: string) {
  try {
    return readdirSync(dir, { recursive: true, withFileTypes: true });
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw e;
  }
}

const acceptsGzip = ({ headers }: FastifyRequest): boolean =>
  /(^|,)\s*gzip\s*(;\s*q=(1|0?\.[0-9]*[1-9]))?\s*(,|$)/i.test(String(headers['accept-encoding'] ?? ''));

function zip(file: PageFile): Buffer | undefined {
  if (!ZIPPABLE.test(file.type)) return undefined;
  if (!('zipped' in file)) {
    const zipped = gzipSync(file.bytes, { level: 9 });
    file.zipped = zipped.length < file.bytes.length ? zipped : undefined;
  }
  return file.zipped;
}
