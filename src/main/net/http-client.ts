/** The HttpClient that core gets: Chromium's network stack (proxy, system roots), with a time-out and a limit on what is read. */
import type { HttpClient, HttpResponse } from '#core/pki/types.ts';

/** `fetch` of Electron's `net`, or Node's in tests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export class ResponseTooLarge extends Error {
  override readonly name = 'ResponseTooLarge';
}

async function readLimited(response: Response, maxBytes: number): Promise<Uint8Array> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw new ResponseTooLarge(`${declared} bytes declared, ${maxBytes} allowed`);
  const parts: Uint8Array[] = [];
  let size = 0;
  if (response.body) {
    // Not `for await`: the stream types of Electron and Node differ in being iterable.
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > maxBytes) {
        await reader.cancel();
        throw new ResponseTooLarge(`more than ${maxBytes} bytes`);
      }
      parts.push(value);
    }
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

export const createHttpClient =
  (fetch: Fetch): HttpClient =>
  async ({ url, method, headers, body, timeout, maxBytes, signal }) => {
    const timer = AbortSignal.timeout(timeout);
    const response = await fetch(url, {
      method,
      ...(headers && { headers: { ...headers } }),
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      signal: signal ? AbortSignal.any([signal, timer]) : timer,
      // A record service or TSA that redirects is not the one that was configured.
      redirect: 'error',
      cache: 'no-store',
      credentials: 'omit',
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readLimited(response, maxBytes),
    };
  };

const PUT_TIMEOUT = 120_000;
const PUT_ANSWER_BYTES = 1024 * 1024;

/** For the one PUT the desk makes: handing in a signed document. */
export const createPutClient =
  (fetch: Fetch) =>
  async (url: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<HttpResponse> => {
    const response = await fetch(url, {
      method: 'PUT',
      headers: { ...headers },
      body: body as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(PUT_TIMEOUT),
      redirect: 'error',
      credentials: 'omit',
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await readLimited(response, PUT_ANSWER_BYTES),
    };
  };
