import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { httpClient } from '../../src/cli/http.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(answer: RequestListener): Promise<string> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => void started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/` : expect.fail('no port');
}

const order = (url: string) =>
  ({ url, method: 'POST', body: Uint8Array.of(1, 2), timeout: 5000, maxBytes: 1000 }) as const;

it('sends the body and gives status, headers and body of the answer', async () => {
  const url = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () =>
      response.writeHead(201, { 'content-type': 'x/y' }).end(Buffer.concat([...chunks, ...chunks])),
    );
  });
  const { status, headers, body } = await httpClient(order(url));
  expect([status, headers['content-type'], [...body]]).toEqual([201, 'x/y', [1, 2, 1, 2]]);
});

it('gives up an answer that is too long, one that never comes, and a server that is not there', async () => {
  const long = await serve((_, response) => void response.end(Buffer.alloc(5000)));
  await expect(httpClient(order(long))).rejects.toMatchObject({ code: 'TSA_TOO_LARGE' });
  server?.close();
  const silent = await serve(() => undefined);
  await expect(httpClient({ ...order(silent), timeout: 50 })).rejects.toMatchObject({ code: 'TSA_TIMEOUT' });
  const stop = new AbortController();
  const waiting = httpClient({ ...order(silent), signal: stop.signal });
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'SIGN_CANCELLED' });
  server?.closeAllConnections();
  server?.close();
  await expect(httpClient(order(silent))).rejects.toMatchObject({ code: 'TSA_UNREACHABLE' });
  await expect(httpClient(order('file:///etc/passwd'))).rejects.toMatchObject({ code: 'TSA_UNREACHABLE' });
});
