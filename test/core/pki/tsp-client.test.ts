import { beforeAll, describe, expect, it } from 'vitest';
import { sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import {
  answerTimeStampQuery,
  MAX_RESPONSE_BYTES,
  parseTimeStampRequest,
  requestTimeStamp,
  timeStampRejection,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type TimeStampSettings,
} from '#core/pki/index.ts';
import { makeHierarchy, noon, type Hierarchy } from './demo-hierarchy.ts';
import { codeOfAsync } from './vectors.ts';

const imprint = sm3(new TextEncoder().encode('签名值'));
const reply = { 'content-type': 'application/timestamp-reply' };
let h: Hierarchy;
let settings: TimeStampSettings;
beforeAll(async () => {
  h = await makeHierarchy('sm2');
  settings = { url: 'http://tsa.example/', roots: { roots: [h.root] } };
});

const stamp = async (request: HttpRequest): Promise<HttpResponse> => ({
  status: 200,
  headers: reply,
  body: await answerTimeStampQuery(request.body ?? new Uint8Array(), {
    signer: h.tsa,
    serial: Uint8Array.of(1),
    genTime: noon,
    policy: '1.2.3',
  }),
});
const now = (): Date => noon;

/** A client that plays the given answers in turn and remembers what it was asked. */
function script(...answers: readonly HttpClient[]): { readonly http: HttpClient; readonly asked: HttpRequest[] } {
  const asked: HttpRequest[] = [];
  const http: HttpClient = (request) => {
    asked.push(request);
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    return answer === undefined ? Promise.reject(new Error('nothing left')) : answer(request);
  };
  return { http, asked };
}
const refuse =
  (e: unknown): HttpClient =>
  () =>
    Promise.reject(e as Error);
const answer =
  (response: Partial<HttpResponse>): HttpClient =>
  () =>
    Promise.resolve({ status: 200, headers: reply, body: new Uint8Array(), ...response });

describe('asking for a time stamp', () => {
  it('posts a query with nonce and size limit, and keeps the token as received', async () => {
    const { http, asked } = script(stamp);
    const result = await requestTimeStamp(imprint, settings, http, now);
    expect(result.time).toEqual(noon);
    expect(result.report.verdict).toBe('PASSED');
    const [request] = asked;
    expect(request).toMatchObject({ method: 'POST', url: settings.url, timeout: 10_000, maxBytes: MAX_RESPONSE_BYTES });
    expect(request?.headers).toMatchObject({ 'Content-Type': 'application/timestamp-query' });
    const view = parseTimeStampRequest(request?.body ?? new Uint8Array());
    expect(view).toMatchObject({ digestName: 'sm3', imprint, certReq: true });
    expect(view.nonce?.length).toBe(8);
  });

  it('tries once more after a network failure, with a new nonce', async () => {
    const { http, asked } = script(refuse(new Error('ECONNRESET')), stamp);
    await requestTimeStamp(imprint, settings, http, now);
    const nonces = asked.map((r) => toHex(parseTimeStampRequest(r.body ?? new Uint8Array()).nonce ?? new Uint8Array()));
    expect(nonces.length).toBe(2);
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('gives up after the second failure', async () => {
    const { http, asked } = script(refuse(new Error('ECONNREFUSED')));
    expect(await codeOfAsync(() => requestTimeStamp(imprint, settings, http, now))).toBe('TSA_UNREACHABLE');
    expect(asked.length).toBe(2);
  });

  it.each([
    ['TSA_HTTP', { status: 503 }],
    ['TSA_CONTENT_TYPE', { headers: { 'Content-Type': 'text/html; charset=utf-8' } }],
    ['TSA_TOO_LARGE', { body: new Uint8Array(MAX_RESPONSE_BYTES + 1) }],
    ['TSA_MALFORMED', { body: Uint8Array.of(0x30) }],
    ['TSA_REJECTED', { body: timeStampRejection('systemFailure', '') }],
  ] as const)('%s is final: no second try', async (code, response) => {
    const { http, asked } = script(answer(response));
    expect(await codeOfAsync(() => requestTimeStamp(imprint, settings, http, now))).toBe(code);
    expect(asked.length).toBe(1);
  });

  it('an old answer played again is refused for its nonce', async () => {
    let old: HttpResponse | undefined;
    const replay: HttpClient = async (request) => (old ??= await stamp(request));
    await requestTimeStamp(imprint, settings, replay, now);
    expect(await codeOfAsync(() => requestTimeStamp(imprint, settings, replay, now))).toBe('TSA_WRONG_NONCE');
  });

  it('a client that never answers meets our own deadline', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const hang: HttpClient = (request) => {
      signals.push(request.signal);
      return new Promise(() => undefined);
    };
    expect(await codeOfAsync(() => requestTimeStamp(imprint, { ...settings, timeout: 20 }, hang, now))).toBe(
      'TSA_TIMEOUT',
    );
    expect(signals.map((s) => s?.aborted)).toEqual([true, true]);
  });

  it('a time-out reported by the client is one too; errors of ours pass unchanged', async () => {
    const late = Object.assign(new Error('late'), { name: 'TimeoutError' });
    expect(await codeOfAsync(() => requestTimeStamp(imprint, settings, refuse(late), now))).toBe('TSA_TIMEOUT');
    const own = refuse(new YqError('TSA_TOO_LARGE'));
    expect(await codeOfAsync(() => requestTimeStamp(imprint, settings, own, now))).toBe('TSA_TOO_LARGE');
  });

  it('a person who gives up is not made to wait for a second try', async () => {
    const abort = new AbortController();
    const { http, asked } = script((request) => {
      abort.abort();
      return Promise.reject(request.signal?.reason as Error);
    });
    const code = await codeOfAsync(() => requestTimeStamp(imprint, { ...settings, signal: abort.signal }, http, now));
    expect(code).toBe('TSA_UNREACHABLE');
    expect(asked.length).toBe(1);
  });
});
