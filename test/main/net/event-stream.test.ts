/** A stream of events through the desk's network: its bytes as they come, and its end when nobody listens any more. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { isYqError } from '../../../src/core/errors/index.ts';
import { createEventStream } from '../../../src/main/net/event-stream.ts';

const open = createEventStream(fetch);
let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => server?.close(done));
});
async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const listen = (url: string, signal = new AbortController().signal) =>
  open({ url, headers: { authorization: 'Bearer secret' }, signal });
const refusal = (url: string): Promise<string> =>
  listen(url).then(
    () => 'a stream',
    (e: unknown) => (isYqError(e) ? `${e.code} ${e.detail ?? ''}` : String(e)),
  );

it('gives the bytes chunk by chunk, and asks as it was told to', async () => {
  let headers: unknown;
  let line: ServerResponse | undefined;
  const url = await serve((request, response) => {
    headers = [request.headers.accept, request.headers.authorization];
    line = response;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('data: 1\n\n');
  });
  const stream = (await listen(url))[Symbol.asyncIterator]();
  const text = async (): Promise<string> => new TextDecoder().decode((await stream.next()).value as Uint8Array);
  expect(await text()).toBe('data: 1\n\n');
  line!.write('data: 2\n\n');
  expect(await text()).toBe('data: 2\n\n');
  line!.end();
  expect((await stream.next()).done).toBe(true);
  expect(headers).toEqual(['text/event-stream', 'Bearer secret']);
});

it('lets the connection go when nobody listens any more, and when it is told to', async () => {
  const gone: Promise<unknown>[] = [];
  const url = await serve((_request, response) => {
    gone.push(once(response, 'close'));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': here\n\n');
  });
  for await (const chunk of await listen(url)) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  const stop = new AbortController();
  const stream = (await listen(url, stop.signal))[Symbol.asyncIterator]();
  await stream.next();
  stop.abort();
  await expect(stream.next()).rejects.toThrow();
  await Promise.all(gone);
  expect(gone).toHaveLength(2);
});

it.each([
  [
    'another type',
    { 'content-type': 'application/json' },
    200,
    'BACKEND_UNREACHABLE no events: HTTP 200 application/json',
  ],
  [
    'a refusal',
    { 'content-type': 'text/event-stream' },
    403,
    'BACKEND_UNREACHABLE no events: HTTP 403 text/event-stream',
  ],
  ['a way elsewhere', { location: '/elsewhere' }, 302, 'BACKEND_UNREACHABLE TypeError'],
])('%s is no stream', async (_, headers, status, told) => {
  const url = await serve((_request, response) => response.writeHead(status, headers).end('{}'));
  expect(await refusal(url)).toBe(told);
});

it('nobody there is no stream either', async () => {
  const url = await serve(() => undefined);
  await new Promise((done) => server?.close(done));
  expect(await refusal(url)).toBe('BACKEND_UNREACHABLE TypeError');
});
