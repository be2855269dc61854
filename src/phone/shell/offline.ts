/** The service worker: fetched files of a newer build take over only while this page does nothing. */

/** Registers the worker; `idle` is asked before a newer build takes the page over. A browser without workers goes on without. */
export async function keepShell(idle: () => boolean): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return;
  const first = serviceWorker.controller === null;
  const registration = await serviceWorker.register('/phone/sw.js', { scope: '/phone/' }).catch(() => undefined);
  if (registration === undefined) return;
  const takeOver = (): void => {
    if (idle()) registration.waiting?.postMessage('take-over');
  };
  serviceWorker.addEventListener('controllerchange', () => {
    if (!first && idle()) location.reload();
  });
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', takeOver);
  });
  takeOver();
}
