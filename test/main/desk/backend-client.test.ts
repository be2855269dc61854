import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackendClient, loginText, type BackendClient } from '../../../src/main/desk/backend-client.ts';
import { createHttpClient, createPutClient } from '../../../src/main/net/http-client.ts';

let server: Server;
let client: BackendClient;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
beforeEach(async () => {
  server = createServer((q, r) => {
    answer(q, r);
  });
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = createBackendClient({ url, http: createHttpClient(fetch), put: createPutClient(fetch) });
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
const json = (status: number, body: unknown, type = 'application/json') => {
  answer = (q, r) => {
    q.resume();
    r.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
};
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (e: { code: string }) => e.code,
  );

it('the signed text cannot be taken for anything but a login at this service', () => {
  expect(new TextDecoder().decode(loginText('b', 'c', 'n'))).toBe('YIQIAN-LOGIN-1\nb\nc\nn');
});
describe('failures have their own names', () => {
  it('the service’s code where it gives one we know, in its own words otherwise', async () => {
    json(409, { code: 'RECORD_CHANGED', title: 'moved on' }, 'application/problem+json');
    expect(await code(client.giveBack('t', 'r', 1, 'x'))).toBe('RECORD_CHANGED');
    json(401, { code: 'LOGIN_REQUIRED', title: 'no session' });
    expect(await code(client.waiting('t'))).toBe('LOGIN_REQUIRED');
    json(422, { code: 'SOMETHING_NEW', title: 'no' });
    expect(await code(client.waiting('t'))).toBe('BACKEND_REFUSED');
    json(403, '<html>proxy</html>', 'text/html');
    expect(await code(client.waiting('t'))).toBe('BACKEND_REFUSED');
  });
  it('not there, or a gateway that says so', async () => {
    json(503, 'x');
    expect(await code(client.waiting('t'))).toBe('BACKEND_UNREACHABLE');
    server.close();
    server.closeAllConnections();
    expect(await code(client.health())).toBe('BACKEND_UNREACHABLE');
  });
  it('an answer of another shape is not believed', async () => {
    for (const body of ['{', '[]', { records: [{ id: 1 }], at: 'x' }]) {
      json(200, body);
      expect(await code(client.waiting('t')), JSON.stringify(body)).toBe('BACKEND_REFUSED');
    }
  });
});
it('a receipt for other bytes is no receipt', async () => {
  const signed = { recordId: 'r', version: 1, sm3Before: 'AA', sm3After: 'BB', pdf: new Uint8Array([1]) };
  json(201, { recordId: 'r', sm3After: 'CC' });
  expect(await code(client.upload('t', signed))).toBe('BACKEND_REFUSED');
  let seen: unknown;
  answer = (q, r) => {
    seen = [q.method, q.url, q.headers['yiqian-sm3-before'], q.headers['yiqian-sm3-after'], q.headers.authorization];
    q.resume();
    r.writeHead(201).end('{"recordId":"r","sm3After":"BB"}');
  };
  await client.upload('t', signed);
  expect(seen).toEqual(['PUT', '/api/v1/records/r/versions/1/signed', 'AA', 'BB', 'Bearer t']);
});
it('an id from the service cannot leave its place in the address', async () => {
  let seen = '';
  answer = (q, r) => {
    seen = q.url ?? '';
    r.writeHead(404).end('{}');
  };
  await code(client.version('t', '../../admin?x=', 1));
  expect(seen).toBe('/api/v1/records/..%2F..%2Fadmin%3Fx%3D/versions/1');
});
it('no appearance is none, not a failure; the document comes with the digest named for it', async () => {
  json(404, { code: 'BACKEND_NOT_FOUND' });
  expect(await client.appearance('t')).toBeUndefined();
  answer = (_q, r) => r.writeHead(200, { etag: '"ab12"' }).end('%PDF');
  expect(await client.document('t', 'r', 1)).toEqual({ bytes: new TextEncoder().encode('%PDF'), sm3: 'AB12' });
});
