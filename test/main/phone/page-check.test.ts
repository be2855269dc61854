/** What the diagnosis says of the page for phones: there, not built, another site's, by an address that no phone takes for secure. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { HttpClient } from '../../../src/core/pki/types.ts';
import { createHttpClient } from '../../../src/main/net/http-client.ts';
import { checkPhonePage } from '../../../src/main/phone/page-check.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => server?.close(done));
});
async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const http = createHttpClient(fetch);
const page: RequestListener = (_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!doctype html>');

it('is well where the page is served', async () => {
  let asked = '';
  const url = await serve((request, response) => {
    asked = request.url ?? '';
    page(request, response);
  });
  const { value, state, next } = await checkPhonePage(url, http);
  expect([state, next, asked]).toEqual(['ok', undefined, '/phone/']);
  expect(value).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/phone\/ · \d+ ms$/);
});

it('names a page that is not there, and one that is none', async () => {
  const absent = await serve((_request, response) => response.writeHead(404).end());
  expect(await checkPhonePage(absent, http)).toMatchObject({ value: `${absent}/phone/ · HTTP 404`, state: 'warning' });
  server?.closeAllConnections();
  const other = await serve((_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('x'));
  expect(await checkPhonePage(other, http)).toMatchObject({ value: `${other}/phone/ · HTTP 200`, state: 'warning' });
});

it('warns of plain http, which phones take for insecure, and says when nobody answers', async () => {
  const url = await serve(page);
  const there: HttpClient = (request) => http({ ...request, url: request.url.replace('http://ward.example', url) });
  const plain = await checkPhonePage('http://ward.example', there);
  expect([plain.state, plain.next?.en]).toEqual(['warning', expect.stringContaining('https')]);
  server?.closeAllConnections();
  await new Promise((done) => server?.close(done));
  const gone = await checkPhonePage(url, http);
  expect([gone.state, JSON.stringify(gone.value)]).toEqual(['warning', expect.stringContaining('BACKEND_UNREACHABLE')]);
});
