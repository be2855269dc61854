/**
 * What certificates point to, over HTTP: CRLs, OCSP answers, issuers' certificates. The addresses are written by whoever issued the
 * certificate, so everything is bounded: schemes, redirects, bytes, seconds, calls.
 */
import { equalBytes, randomBytes } from '#core/crypto/index.ts';
import { isYqError, YqError } from '#core/errors/index.ts';
import {
  Certificate,
  createOcspRequest,
  parseCrl,
  parseOcspResponse,
  parseSignedData,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
} from '#core/pki/index.ts';

const TIMEOUT = 10_000;
/** National CAs' lists have some megabytes. */
const MAX_CRL = 24 << 20;
const MAX_OCSP = 256 << 10;
const MAX_CERTIFICATES = 256 << 10;
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Answers are asked for anew after this time, ms; until then files of one batch share them. */
const KEPT = 10 * 60_000;

/** Why a source gave nothing; goes into the error that a person reads. */
export class SourceFailure extends Error {
  readonly words: { readonly zh: string; readonly en: string };
  constructor(zh: string, en: string, cause?: unknown) {
    super(en, cause === undefined ? undefined : { cause });
    this.words = { zh, en };
  }
}

export interface FetchSettings {
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
}

interface Kept<T> {
  readonly at: number;
  readonly value: Promise<T>;
}

/** Shared by the files of a batch, so that one list is fetched once and not for every file. Holds nothing secret. */
export class ValidationCache {
  readonly #kept = new Map<string, Kept<unknown>>();

  /** A failure is not kept: the next file tries again. */
  async get<T>(key: string, now: Date, fetch: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key) as Kept<T> | undefined;
    if (known !== undefined && Math.abs(now.getTime() - known.at) < KEPT) return known.value;
    const value = fetch();
    this.#kept.set(key, { at: now.getTime(), value });
    value.catch(() => this.#kept.delete(key));
    return value;
  }
}

/** DER CertificateList. @throws SourceFailure, SIGN_CANCELLED */
export function fetchCrl(url: string, settings: FetchSettings, cache: ValidationCache): Promise<Uint8Array> {
  return cache.get(`crl ${url}`, settings.now(), async () => {
    const { body } = await get(url, MAX_CRL, settings);
    return understood(() => parseCrl(body).der, '不是吊销列表', 'the answer is no revocation list');
  });
}

/** DER OCSPResponse whose nonce is ours, or that has none: many services answer with prepared answers. @throws as fetchCrl */
export function fetchOcsp(
  url: string,
  certificate: Certificate,
  issuer: Certificate,
  settings: FetchSettings,
  cache: ValidationCache,
): Promise<Uint8Array> {
  return cache.get(`ocsp ${url} ${certificate.fingerprint}`, settings.now(), async () => {
    const nonce = randomBytes(16);
    const { body } = await request(
      {
        url,
        method: 'POST',
        headers: { 'Content-Type': 'application/ocsp-request', Accept: 'application/ocsp-response' },
        body: createOcspRequest(certificate, issuer, nonce),
        maxBytes: MAX_OCSP,
      },
      settings,
    );
    const view = understood(() => parseOcspResponse(body), '不是状态应答', 'the answer is no status answer');
    // The extension's value is the DER of an OCTET STRING around it; services differ in whether they wrap it again.
    const echoed = view.nonce;
    if (echoed !== undefined && !equalBytes(echoed.subarray(-nonce.length), nonce)) {
      throw new SourceFailure(
        '状态应答的随机数不符，可能是重放',
        'the nonce of the status answer is not ours; it may be a replay',
      );
    }
    return body;
  });
}

/** The certificates at a caIssuers address: one, a PEM text, or a certs-only SignedData. @throws as fetchCrl */
export function fetchIssuers(
  url: string,
  settings: FetchSettings,
  cache: ValidationCache,
): Promise<readonly Certificate[]> {
  return cache.get(`issuer ${url}`, settings.now(), async () => {
    const { body } = await get(url, MAX_CERTIFICATES, settings);
    return understood(() => readCertificates(body), '不是证书', 'the answer is no certificate');
  });
}

function readCertificates(body: Uint8Array): readonly Certificate[] {
  try {
    return Certificate.parseAll(body);
  } catch (e) {
    if (body[0] !== 0x30) throw e;
    return parseSignedData(body).certificates;
  }
}

function understood<T>(read: () => T, zh: string, en: string): T {
  try {
    return read();
  } catch (e) {
    throw new SourceFailure(zh, en, e);
  }
}

const get = (url: string, maxBytes: number, settings: FetchSettings): Promise<HttpResponse> =>
  request({ url, method: 'GET', maxBytes }, settings);

async function request(order: Omit<HttpRequest, 'timeout' | 'signal'>, settings: FetchSettings): Promise<HttpResponse> {
  let { url } = order;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    requireHttp(url);
    const response = await call({ ...order, url }, settings);
    if (response.status === 200) {
      if (response.body.length > order.maxBytes) throw new SourceFailure('回答过大', 'the answer is too large');
      return response;
    }
    const location = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'location')?.[1];
    if (!REDIRECTS.has(response.status) || location === undefined) {
      throw new SourceFailure(`回答了状态 ${response.status}`, `the answer had status ${response.status}`);
    }
    url = URL.parse(location, url)?.href ?? '';
  }
  throw new SourceFailure('转向次数过多', 'it redirects too often');
}

function requireHttp(url: string): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new SourceFailure('不是 http 或 https 地址', 'it is no http or https address');
}

async function call(
  order: Omit<HttpRequest, 'timeout' | 'signal'>,
  { http, signal }: FetchSettings,
): Promise<HttpResponse> {
  if (isAborted(signal)) throw new YqError('SIGN_CANCELLED');
  // The deadline holds even when the client that was passed in ignores its own.
  const deadline = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new SourceFailure(`${TIMEOUT / 1000} 秒内没有回答`, `no answer within ${TIMEOUT / 1000} s`));
      deadline.abort();
    }, TIMEOUT);
  });
  const both = signal === undefined ? deadline.signal : AbortSignal.any([deadline.signal, signal]);
  const answer = http({ ...order, timeout: TIMEOUT, signal: both });
  try {
    return await Promise.race([answer, late]);
  } catch (e) {
    if (isAborted(signal)) throw new YqError('SIGN_CANCELLED', { cause: e });
    if (e instanceof SourceFailure) throw e;
    throw new SourceFailure('连不上', `it cannot be reached${isYqError(e) ? ` (${e.code})` : ''}`, e);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}

// Asked through a function, for it changes while we wait.
const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
