/**
 * `protocol` and `net`. Stock Chromium has no app: scheme to navigate to, so app://host/x is shown to it as
 * https://host.app.invalid/x (a secure context that never resolves) and answered through CDP's Fetch domain; URLs are turned back
 * before any handler sees them.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { state } from './process-state.ts';
import { strict } from './strict.ts';

export type ProtocolHandler = (request: Request) => Response | Promise<Response>;
const handlers = new Map<string, ProtocolHandler>();
const standard = new Set<string>();

export const handlerFor = (url: string): ProtocolHandler | undefined => handlers.get(url.slice(0, url.indexOf(':')));

const each = (text: string, f: (text: string, scheme: string) => string): string =>
  [...handlers.keys()].filter((scheme) => standard.has(scheme)).reduce(f, text);

export const toChrome = (text: string): string =>
  each(text, (s, k) => s.replaceAll(new RegExp(`\\b${k}://([\\w.-]+)`, 'g'), `https://$1.${k}.invalid`));
export const fromChrome = (text: string): string =>
  each(text, (s, k) => s.replaceAll(new RegExp(`https://([\\w.-]+)\\.${k}\\.invalid`, 'g'), `${k}://$1`));
/** A policy keeps the spelling it has and gets Chromium's beside it. */
export const cspToChrome = (text: string): string =>
  each(text, (s, k) =>
    s
      .replaceAll(new RegExp(`\\b${k}://([\\w.-]+)`, 'g'), `$& https://$1.${k}.invalid`)
      .replaceAll(new RegExp(`(^|[\\s;])${k}:(?=[\\s;]|$)`, 'g'), `$& https://*.${k}.invalid`),
  );

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged(list: readonly { scheme: string; privileges?: { standard?: boolean } }[]) {
    if (state.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges } of list) if (privileges?.standard) standard.add(scheme);
  },
  handle(scheme: string, handler: ProtocolHandler) {
    if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    if (!standard.has(scheme)) console.error(`stand-in: ${scheme} is not standard; only sub-resources can be served`);
    handlers.set(scheme, handler);
  },
  unhandle(scheme: string) {
    handlers.delete(scheme);
  },
  isProtocolHandled: (scheme: string) =>
    handlers.has(scheme) || ['http', 'https', 'file', 'data', 'blob', 'about'].includes(scheme),
});

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain',
  '.pdf': 'application/pdf',
  '.ico': 'image/x-icon',
};

async function fetchFile(url: string): Promise<Response> {
  try {
    const type = mediaTypes[extname(new URL(url).pathname)] ?? 'application/octet-stream';
    return new Response(new Uint8Array(await readFile(fileURLToPath(url))), { headers: { 'content-type': type } });
  } catch {
    throw new Error('net::ERR_FILE_NOT_FOUND');
  }
}

export const net = strict('net', {
  /** Node's fetch where Electron has Chromium's: no proxy settings, no system certificates of Chromium. */
  async fetch(input: string | Request, init?: RequestInit): Promise<Response> {
    const url = new URL(typeof input === 'string' ? input : input.url);
    if (url.protocol === 'file:') return fetchFile(url.href);
    const handler = handlers.get(url.protocol.slice(0, -1));
    return handler ? handler(new Request(input, init)) : fetch(input, init);
  },
  isOnline: () => true,
  online: true,
});
