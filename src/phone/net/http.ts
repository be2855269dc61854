/** The HttpClient of the page: fetch to the service it came from, with a time-out and a limit on what is read. */
import type { HttpClient } from '#core/pki/types.ts';

/** The service is where the page's own code comes from: a length that it hides could harm no more than the code it serves. */
async function readLimited(response: Response, maxBytes: number): Promise<Uint8Array> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  const body = declared > maxBytes ? undefined : new Uint8Array(await response.arrayBuffer());
  if (body === undefined || body.length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
  return body;
}

/** Rejects on a time-out, on an abort, on a redirect, without a network, and when the answer is longer than `maxBytes`. */
export const fetchClient: HttpClient = async ({ url, method, headers, body, timeout, maxBytes, signal }) => {
  const ends = new AbortController();
  const stop = (): void => ends.abort(signal?.reason);
  // Not AbortSignal.any: phones of three years ago lack it.
  const timer = setTimeout(stop, timeout);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop);
  try {
    const response = await fetch(url, {
      method,
      ...(headers && { headers: { ...headers } }),
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      signal: ends.signal,
      redirect: 'error',
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readLimited(response, maxBytes),
    };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
};
