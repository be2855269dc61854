/**
 * Keeps the page's own files, so that it opens without a network. A cache per build: a new build fetches all of its files anew and the old
 * cache goes with the old worker. What is asked of the service (/api) never passes through here.
 */

/** Put in by the build: every file of the page, as a path below the scope. */
declare const __SHELL_FILES__: readonly string[];

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

const worker = self as unknown as WorkerScope;
const PREFIX = 'yiqian-phone-';
const CACHE = `${PREFIX}__SHELL_VERSION__`;
const scope = new URL(worker.registration.scope);

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  // From the server, not from the browser's own cache: a file of the build before must not get in.
  await cache.addAll(__SHELL_FILES__.map((name) => new Request(new URL(name, scope), { cache: 'reload' })));
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.mode === 'navigate' ? scope : request, { ignoreSearch: true });
  return kept ?? fetch(request);
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('message', ({ data }) => {
  if (data === 'take-over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  event.respondWith(answer(request));
});
