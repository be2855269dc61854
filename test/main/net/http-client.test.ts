import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createHttpClient, createPutClient, ResponseTooLarge } from '../../../src/main/net/http-client.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});
async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((ok) => server?.listen(0, '127.0.0.1', ok));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const http = createHttpClient(fetch);
const limits = { method: 'GET', timeout: 5_000, maxBytes: 1000 } as const;

it('gives status, headers and body; sends what it is told', async () => {
  const url = await serve((q, r) => {
    const parts: Buffer[] = [];
    q.on('data', (d: Buffer) => parts.push(d)).on('end', () => {
      r.writeHead(201, { 'x-seen': `${q.method} ${q.headers['content-type']}` }).end(Buffer.concat(parts));
    });
  });
  const headers = { 'content-type': 'application/timestamp-query' };
  const answer = await http({ url, ...limits, method: 'POST', headers, body: new Uint8Array([1, 2, 3]) });
  expect(answer).toMatchObject({ status: 201, body: new Uint8Array([1, 2, 3]) });
  expect(answer.headers['x-seen']).toBe('POST application/timestamp-query');
  expect((await createPutClient(fetch)(url, new Uint8Array([9]), headers)).headers['x-seen']).toContain('PUT');
});
it('a body beyond the limit is refused, declared or not', async () => {
  const url = await serve((q, r) => {
    if (q.headers['x-declared']) r.setHeader('content-length', 5000);
    r.write(Buffer.alloc(2500));
    r.end(Buffer.alloc(2500));
  });
  await expect(http({ url, ...limits })).rejects.toThrow(ResponseTooLarge);
  await expect(http({ url, ...limits, headers: { 'x-declared': '1' } })).rejects.toThrow(ResponseTooLarge);
});
it('a server that does not answer is given up; a caller may give up sooner', async () => {
  const url = await serve(() => {});
  await expect(http({ url, ...limits, timeout: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
  await expect(http({ url, ...limits, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});
it('a redirect is a failure: nobody else answers for the configured service', async () => {
  const url = await serve((_q, r) => r.writeHead(302, { location: 'http://127.0.0.1:9/' }).end());
  await expect(http({ url, ...limits })).rejects.toThrow();
});
