/** One request to the co-signing service: sealed, sent, its answer parsed, its refusals turned into errors. */
import type { z } from 'zod';
import { randomBytes, toBase64Url } from '#core/crypto/portable/index.ts';
import { isErrorCode, YqError } from '#core/errors/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { answers, seal, type AnswerOf, type DeviceKey } from './messages.ts';

export interface ServiceSettings {
  /** Without a slash at the end. */
  readonly url: string;
  readonly http: HttpClient;
  readonly now: () => Date;
  /** ms; default 10 000. */
  readonly timeout?: number;
}

const paths: Readonly<Record<keyof typeof answers, (keyId: string) => string>> = {
  begin: () => '/keys',
  open: (id) => `/keys/${id}/open`,
  certificate: (id) => `/keys/${id}/certificate`,
  unlock: (id) => `/keys/${id}/unlock`,
  sign: (id) => `/keys/${id}/sign`,
  changePin: (id) => `/keys/${id}/pin`,
  refreshBegin: (id) => `/keys/${id}/refresh/begin`,
  refreshOpen: (id) => `/keys/${id}/refresh/open`,
  refreshTest: (id) => `/keys/${id}/refresh/test`,
  refreshCommit: (id) => `/keys/${id}/refresh/commit`,
  refreshDone: (id) => `/keys/${id}/refresh/done`,
  state: (id) => `/keys/${id}/state`,
  suspend: (id) => `/keys/${id}/suspend`,
  phoneScan: (id) => `/keys/${id}/phone/scan`,
  phoneRefuse: (id) => `/keys/${id}/phone/refuse`,
  phoneApprove: (id) => `/keys/${id}/phone/approve`,
  phoneWork: (id) => `/keys/${id}/phone/work`,
};

/** A message of 350 000 characters has room in it (phoneWork). */
const MAX_ANSWER_BYTES = 512 * 1024;

export interface AskOptions {
  /** ms beyond the service's default, for an answer that is waited for on purpose. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
}

export const freshId = (): string => toBase64Url(randomBytes(16));

export class CosignService {
  readonly #settings: ServiceSettings;

  constructor(settings: ServiceSettings) {
    this.#settings = settings;
  }

  get url(): string {
    return this.#settings.url;
  }

  /**
   * @throws YqError COSIGN_UNREACHABLE when no answer came (what became of the request is then unknown), the service's own code when it
   * refused, COSIGN_REFUSED when the answer is none of ours; the signal's reason when it was aborted
   */
  async ask<O extends keyof typeof answers>(
    op: O,
    keyId: string,
    payload: Readonly<Record<string, unknown>>,
    device: DeviceKey,
    { wait = 0, signal }: AskOptions = {},
  ): Promise<AnswerOf<O>> {
    const { url, http, now, timeout = 10_000 } = this.#settings;
    const whole = {
      op,
      ...(op === 'begin' ? {} : { keyId }),
      requestId: freshId(),
      time: now().toISOString(),
      ...payload,
    };
    const response = await http({
      url: `${url}/api/v1/cosign${paths[op](keyId)}`,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, application/problem+json' },
      body: new TextEncoder().encode(seal(whole, device)),
      timeout: timeout + wait,
      maxBytes: MAX_ANSWER_BYTES,
      ...(signal === undefined ? {} : { signal }),
    }).catch((e: unknown) => {
      signal?.throwIfAborted();
      throw new YqError('COSIGN_UNREACHABLE', { cause: e });
    });
    const body = decode(response.body);
    if (response.status < 200 || response.status > 299) throw refusal(response.status, body);
    const parsed = (answers[op] as unknown as z.ZodType<AnswerOf<O>>).safeParse(body);
    if (!parsed.success) throw new YqError('COSIGN_REFUSED', { detail: `${op}: the answer does not fit` });
    return parsed.data;
  }
}

function decode(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/** The codes this service has of its own; any other answer (a proxy's page) says only that it did not work. */
function refusal(status: number, body: unknown): YqError {
  const { code, params } = (body ?? {}) as { code?: unknown; params?: Record<string, string | number> };
  if (typeof code === 'string' && /^(COSIGN|PHONE)_/.test(code) && isErrorCode(code)) {
    return new YqError(code, params === undefined ? {} : { params });
  }
  if (status >= 500) return new YqError('COSIGN_UNREACHABLE', { detail: `HTTP ${status}` });
  return new YqError('COSIGN_REFUSED', { detail: `HTTP ${status}` });
}
