/** The network for core: node:http(s) with a deadline, a size limit and no redirects (a time stamp service has one address). */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { YqError } from '#core/errors/index.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '#core/pki/index.ts';

export const httpClient: HttpClient = (order) =>
  new Promise<HttpResponse>((resolve, reject) => {
    const url = parseUrl(order.url);
    if (url === undefined) {
      return reject(new YqError('TSA_UNREACHABLE', { detail: `no http or https address: ${order.url}` }));
    }
    const timedOut = (): YqError =>
      new YqError('TSA_TIMEOUT', {
        params: { seconds: Math.max(1, Math.round(order.timeout / 1000)) },
        detail: order.url,
      });
    const signal = AbortSignal.any([AbortSignal.timeout(order.timeout), ...(order.signal ? [order.signal] : [])]);
    const fail = (e: unknown): void => {
      if (order.signal?.aborted) return reject(new YqError('SIGN_CANCELLED'));
      if (signal.aborted) return reject(timedOut());
      if (e instanceof YqError) return reject(e);
      reject(
        new YqError('TSA_UNREACHABLE', { cause: e, detail: `${order.url}: ${e instanceof Error ? e.message : ''}` }),
      );
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, { method: order.method, headers: headersOf(order), signal }, (response) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      response.on('data', (chunk: Uint8Array) => {
        size += chunk.length;
        if (size > order.maxBytes) {
          response.destroy(new YqError('TSA_TOO_LARGE', { params: { limit: order.maxBytes } }));
        } else chunks.push(chunk);
      });
      response.on('error', fail);
      response.on('end', () => {
        const headers: Record<string, string> = {};
        for (const [name, value] of Object.entries(response.headers)) {
          if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
        }
        resolve({ status: response.statusCode ?? 0, headers, body: new Uint8Array(Buffer.concat(chunks)) });
      });
    });
    request.on('error', fail);
    request.end(order.body);
  });

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url : undefined;
}

const headersOf = ({ headers, body }: HttpRequest): Record<string, string> => ({
  ...headers,
  ...(body === undefined ? {} : { 'content-length': String(body.length) }),
});
