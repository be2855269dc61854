/** Points in the requests: before one is sent, when the answer's head is there, when its body is there. */
import { point } from './death.ts';

/** Ids and versions are taken out, so that one kind of request has one name. */
export const kindOfRequest = (method: string, url: string): string =>
  `${method} ${new URL(url).pathname
    .replace(/\/api\/v1/, '')
    .replace(/(\/records\/)[^/]+/, '$1:id')
    .replace(/(\/versions\/)\d+/, '$1:n')
    .replace(/\/[\w-]*\d[\w-]{7,}/g, '/:id')}`;

export function watchNetwork(): void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    const words = `network ${kindOfRequest(init?.method ?? 'GET', url)}`;
    point(`${words} before`);
    const response = await real(input, init);
    point(`${words} answered`);
    return response;
  };
}
