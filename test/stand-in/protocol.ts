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
const standard = new Set<string>();
/** Standard schemes that any session answers. */
const handled = new Set<string>();

const each = (text: string, f: (text: string, scheme: string) => string): string =>
  [...handled].filter((scheme) => standard.has(scheme)).reduce(f, text);

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

export interface Protocol {
  registerSchemesAsPrivileged(list: readonly { scheme: string; privileges?: { standard?: boolean } }[]): void;
  handle(scheme: string, handler: ProtocolHandler): void;
  unhandle(scheme: string): void;
  isProtocolHandled(scheme: string): boolean;
  _handlerFor(url: string): ProtocolHandler | undefined;
}

/** Each session has handlers of its own. */
export function makeProtocol(): Protocol {
  const handlers = new Map<string, ProtocolHandler>();
  return strict<Protocol>('protocol', {
    registerSchemesAsPrivileged(list) {
      if (state.ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
      for (const { scheme, privileges } of list) if (privileges?.standard) standard.add(scheme);
    },
    handle(scheme, handler) {
      if (handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
      if (!standard.has(scheme)) console.error(`stand-in: ${scheme} is not standard; only sub-resources can be served`);
      handlers.set(scheme, handler);
      handled.add(scheme);
    },
    unhandle(scheme) {
      handlers.delete(scheme);
    },
    isProtocolHandled: (scheme) =>
      handlers.has(scheme) || ['http', 'https', 'file', 'data', 'blob', 'about'].includes(scheme),
    _handlerFor: (url) => handlers.get(url.slice(0, url.indexOf(':'))),
  });
}
/** The default session's. */
export const protocol = makeProtocol();

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
    const handler = protocol._handlerFor(url.href);
    return handler ? handler(new Request(input, init)) : fetch(input, init);
  },
  isOnline: () => true,
  online: true,
});
