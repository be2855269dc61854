/**
 * app://bundle, the only origin the desk window ever has: the built renderer, and the documents and pictures that main holds.
 * app://patient is the patient's: the same bundle, but a store of its own with the one form that is being shown. Each is served in
 * its own session, so that neither window can reach the other's documents whatever its page asks for.
 * A path that leaves the renderer's folder, another host, or another method than GET and HEAD gets nothing.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { ByteSource } from '#core/pdf/index.ts';
import type { DocumentStore } from '../desk/documents.ts';
import { cameraPolicy, contentSecurityPolicy, createNonce, hardeningHeaders, pictureSecurityPolicy } from './csp.ts';

export const scheme = 'app';
export const host = 'bundle';
export const origin = `${scheme}://${host}`;
export const entryUrl = `${origin}/index.html`;
export const patientHost = 'patient';
export const patientOrigin = `${scheme}://${patientHost}`;
export const patientUrl = `${patientOrigin}/patient.html`;

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

/** Bytes read from a document at a time. */
const CHUNK = 256 * 1024;

/** What follows `first` up to `end`, read as the page takes it. A source that fails ends the answer with an error. */
function bodyOf(source: ByteSource, first: Uint8Array, from: number, end: number): ReadableStream<Uint8Array> {
  let next: Uint8Array | undefined = first;
  let at = from + first.length;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = next ?? (await source.read(at, Math.min(CHUNK, end - at)));
        if (!next) at += bytes.length;
        next = undefined;
        controller.enqueue(bytes);
        if (at >= end) controller.close();
      },
    },
    // Nothing is read before the page asks for it.
    { highWaterMark: 0 },
  );
}

/**
 * Answers whole, or one byte range (RFC 9110 §14.2), which pdf.js asks for. Small parts are read before the answer begins, so that a
 * document that cannot be read any more is a 410 and not a broken answer.
 */
export async function answerDocument(source: ByteSource, type: string, range: string | null): Promise<Response> {
  const { size } = source;
  const headers = { ...hardeningHeaders, 'content-type': type, 'cache-control': 'no-store', 'accept-ranges': 'bytes' };
  const asked = range === null ? null : /^bytes=(\d+)-(\d*)$/.exec(range);
  const from = Number(asked?.[1] ?? 0);
  const end = Math.min(asked?.[2] ? Number(asked[2]) + 1 : size, size);
  if (asked && from >= end) {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  }
  let body: ReadableStream | Uint8Array<ArrayBuffer>;
  try {
    const first = await source.read(from, Math.min(CHUNK, end - from));
    body = from + first.length === end ? new Uint8Array(first) : bodyOf(source, first, from, end);
  } catch {
    return refuse(410);
  }
  return new Response(body, {
    status: asked ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - from),
      ...(asked && { 'content-range': `bytes ${from}-${end - 1}/${size}` }),
    },
  });
}

export interface BundleOptions {
  /** Folder of the built renderer. */
  readonly root: string;
  readonly documents: Pick<DocumentStore, 'served' | 'picture'>;
  /** Default `bundle`. */
  readonly host?: string;
  /** The only page of this origin; default index.html. */
  readonly entry?: string;
  /** Whether its page may use the camera (guards/permissions.ts decides; this only lets it ask). */
  readonly camera?: boolean;
}

/** The handler for `protocol.handle('app', …)`. */
export function bundleHandler(o: BundleOptions): (request: Request) => Promise<Response> {
  const { root, documents, entry = 'index.html' } = o;
  const pageHeaders =
    o.camera === true ? { ...hardeningHeaders, 'permissions-policy': cameraPolicy } : hardeningHeaders;
  return async (request) => {
    const url = new URL(request.url);
    if (url.host !== (o.host ?? host)) return refuse(404);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405);

    const [, kind, id] = /^\/(document|picture)\/([0-9a-f-]{36})$/.exec(url.pathname) ?? [];
    if (kind !== undefined && id !== undefined) {
      if (kind === 'document') {
        const source = documents.served(id);
        return source ? answerDocument(source, 'application/pdf', request.headers.get('range')) : refuse(404);
      }
      const picture = documents.picture(id);
      if (!picture) return refuse(404);
      return new Response(picture.bytes, {
        headers: {
          ...hardeningHeaders,
          'content-type': picture.type,
          'content-length': String(picture.bytes.length),
          'cache-control': 'no-store',
          // A seal's SVG comes from strangers: it draws, and does nothing else, even opened by itself.
          'content-security-policy': pictureSecurityPolicy,
        },
      });
    }

    const file = bundlePath(root, url.pathname);
    const type = file === undefined ? undefined : mediaTypes[extname(file).toLowerCase()];
    if (file === undefined || type === undefined) return refuse(404);
    // Each origin has one page: the other window's is not among them.
    if (type.startsWith('text/html') && file !== join(root, entry)) return refuse(404);
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
        ...pageHeaders,
        'content-type': type,
        'cache-control': 'no-store',
        'content-security-policy': contentSecurityPolicy(nonce),
      },
    });
  };
}
