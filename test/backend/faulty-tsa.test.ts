/** Each lie of the faulty service is told by the client as what it is. */
import { afterEach, describe, expect, it } from 'vitest';
import { requestTimeStamp, type HttpClient } from '../../src/core/pki/index.ts';
import { createFaultyTsa, type FaultyTsa, type FaultyTsaMode } from './faulty-tsa.ts';

const http: HttpClient = async ({ url, method, headers, body, timeout }) => {
  const response = await fetch(url, {
    method,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    signal: AbortSignal.timeout(timeout),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
};

const EXPECTED: Readonly<Record<Exclude<FaultyTsaMode, 'good'>, RegExp>> = {
  down: /^TSA_UNREACHABLE$/,
  slow: /^TSA_TIMEOUT$|^TSA_UNREACHABLE$/,
  wrongNonce: /^TSA_WRONG_NONCE$/,
  wrongImprint: /^TSA_WRONG_IMPRINT$/,
  wrongSigner: /^TSA_WRONG_SIGNER$/,
  noEku: /^TSA_WRONG_USAGE$/,
  badSignature: /^TSA_BAD_SIGNATURE$/,
  rejected: /^TSA_REJECTED$/,
  notDer: /^TSA_MALFORMED$/,
  http500: /^TSA_HTTP$/,
  hugeBody: /^TSA_TOO_LARGE$/,
  oldTime: /^TSA_CLOCK$/,
};

describe('a time stamp service that fails or lies', () => {
  let tsa: FaultyTsa | undefined;
  afterEach(async () => tsa?.close());

  const ask = (t: FaultyTsa, timeout = 10_000) =>
    requestTimeStamp(new Uint8Array(32).fill(7), { url: t.url, roots: t.trust, timeout }, http, () => new Date());

  it('good: the stamp is taken', async () => {
    tsa = await createFaultyTsa({ mode: 'good' });
    await expect(ask(tsa)).resolves.toMatchObject({ token: expect.any(Uint8Array) });
  });

  for (const [mode, code] of Object.entries(EXPECTED)) {
    it(`${mode}: ${code.source}`, async () => {
      tsa = await createFaultyTsa({ mode: mode as FaultyTsaMode });
      await expect(ask(tsa, mode === 'slow' ? 200 : 10_000)).rejects.toMatchObject({
        code: expect.stringMatching(code),
      });
    });
  }

  it('is good again after the given number of faults', async () => {
    tsa = await createFaultyTsa({ mode: 'rejected', faults: 1 });
    await expect(ask(tsa)).rejects.toMatchObject({ code: 'TSA_REJECTED' });
    await expect(ask(tsa)).resolves.toMatchObject({ time: expect.any(Date) });
  });
});
