/** Fetching a time stamp: bounded in time and size, one more try with a new nonce when the network failed, and only then. */
import { randomBytes } from '#core/crypto/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import type { HttpClient, HttpResponse, TrustMaterial } from '../types.ts';
import { createTimeStampRequest } from './request.ts';
import { checkTimeStampResponse } from './response.ts';
import type { TimeStampReport } from './token.ts';

export interface TimeStampSettings {
  readonly url: string;
  readonly roots: TrustMaterial;
  /** Digest of the imprint; SM3 when absent. */
  readonly digest?: 'sm3' | 'sha256';
  readonly policy?: string;
  /** ms per try, 10 000 when absent. */
  readonly timeout?: number;
  /** ms, 300 000 when absent. */
  readonly clockTolerance?: number;
  /** Further headers, e.g. Authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface TimeStamp {
  /** DER ContentInfo exactly as received. */
  readonly token: Uint8Array;
  readonly time: Date;
  readonly report: TimeStampReport;
}

export const MAX_RESPONSE_BYTES = 64 * 1024;
const DEFAULT_TIMEOUT = 10_000;
const accepted = ['application/timestamp-reply', 'application/timestamp-response', 'application/octet-stream'];

/**
 * Has a digest stamped.
 * @param imprint digest of the data by `settings.digest`; for PAdES B-T the digest of the SignerInfo's signature value
 * @param now the local clock, read when the answer is in
 * @throws YqError of the TSA_ family
 */
export async function requestTimeStamp(
  imprint: Uint8Array,
  settings: TimeStampSettings,
  http: HttpClient,
  now: () => Date,
): Promise<TimeStamp> {
  const attempt = async (): Promise<TimeStamp> => {
    const query = createTimeStampRequest({
      digestName: settings.digest ?? 'sm3',
      imprint,
      nonce: newNonce(),
      certReq: true,
      ...(settings.policy === undefined ? {} : { policy: settings.policy }),
    });
    const body = checkHttp(await send(query, settings, http));
    const report = checkTimeStampResponse(body, query, {
      trust: settings.roots,
      now: now(),
      ...(settings.clockTolerance === undefined ? {} : { tolerance: settings.clockTolerance }),
    });
    return { token: report.token, time: report.time, report };
  };
  try {
    return await attempt();
  } catch (e) {
    const networkFailed = isYqError(e) && (e.code === 'TSA_UNREACHABLE' || e.code === 'TSA_TIMEOUT');
    if (!networkFailed || settings.signal?.aborted === true) throw e;
    return attempt();
  }
}

/** 8 random bytes, positive and without leading zeros, so that every TSA echoes the same octets. */
function newNonce(): Uint8Array {
  const nonce = randomBytes(8);
  nonce[0] = ((nonce[0] ?? 0) & 0x7f) | 0x40;
  return nonce;
}

async function send(query: Uint8Array, settings: TimeStampSettings, http: HttpClient): Promise<HttpResponse> {
  const timeout = settings.timeout ?? DEFAULT_TIMEOUT;
  const deadline = new AbortController();
  const signal = settings.signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, settings.signal]);
  let timer: NodeJS.Timeout | undefined;
  // The deadline holds even when the client that was passed in ignores its own.
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new YqError('TSA_TIMEOUT', { params: { seconds: timeout / 1000 } }));
      deadline.abort();
    }, timeout);
  });
  const answer = http({
    url: settings.url,
    method: 'POST',
    headers: {
      'Content-Type': 'application/timestamp-query',
      Accept: 'application/timestamp-reply',
      ...settings.headers,
    },
    body: query,
    timeout,
    maxBytes: MAX_RESPONSE_BYTES,
    signal,
  });
  try {
    return await Promise.race([answer, late]);
  } catch (e) {
    throw asNetworkError(e, timeout);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}

function asNetworkError(e: unknown, timeout: number): YqError {
  if (isYqError(e)) return e;
  const detail = e instanceof Error ? `${e.name}: ${e.message}` : String(e);
  if (e instanceof Error && e.name === 'TimeoutError') {
    return new YqError('TSA_TIMEOUT', { params: { seconds: timeout / 1000 }, cause: e, detail });
  }
  return new YqError('TSA_UNREACHABLE', { cause: e, detail });
}

function checkHttp({ status, headers, body }: HttpResponse): Uint8Array {
  if (status !== 200) throw new YqError('TSA_HTTP', { params: { status } });
  const header = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const type = (header.split(';')[0] ?? '').trim().toLowerCase();
  if (type !== '' && !accepted.includes(type))
    throw new YqError('TSA_CONTENT_TYPE', { params: { type: type.slice(0, 80) } });
  if (body.length > MAX_RESPONSE_BYTES) throw new YqError('TSA_TOO_LARGE', { params: { limit: MAX_RESPONSE_BYTES } });
  return body;
}
