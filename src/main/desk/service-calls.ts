/** One way to ask the record service: bearer, deadline, answers parsed, refusals as YqErrors with the service's own code and words. */
import { z } from 'zod';
import { isErrorCode, YqError } from '#core/errors/index.ts';
import type { HttpClient, HttpResponse } from '#core/pki/types.ts';

const problem = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

export const SHORT = 10_000;
export const LONG = 60_000;
const JSON_BYTES = 8 * 1024 * 1024;

export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly maxBytes?: number;
}
/** core's HttpRequest knows GET and POST; the upload is a PUT. */
export type PutClient = (
  url: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
) => Promise<HttpResponse>;

export interface ServiceCalls {
  /** `path` below /api/v1. Rejects with BACKEND_UNREACHABLE; a refusal is an answer. */
  ask(path: string, a?: Ask): Promise<HttpResponse>;
  /** The body of a 2xx answer; throws the service's refusal, or BACKEND_REFUSED for an answer that does not fit. */
  parsed<S extends z.ZodType>(schema: S, r: HttpResponse): z.output<S>;
  /** Throws what the service says against the request. */
  refuse(r: HttpResponse): never;
  /** Turns what goes wrong on the way into BACKEND_UNREACHABLE. */
  reach(call: () => Promise<HttpResponse>): Promise<HttpResponse>;
}

export function serviceCalls(url: string, http: HttpClient): ServiceCalls {
  const decode = (r: HttpResponse): unknown => {
    try {
      return JSON.parse(new TextDecoder().decode(r.body));
    } catch (cause) {
      throw new YqError('BACKEND_REFUSED', { params: { reason: `HTTP ${r.status}` }, cause, detail: 'not JSON' });
    }
  };
  const refuse = (r: HttpResponse): never => {
    let told: z.output<typeof problem> = {};
    try {
      told = problem.parse(decode(r));
    } catch {
      // A proxy's HTML page: the status is all there is to tell.
    }
    const reason = told.title ?? `HTTP ${r.status}`;
    const detail = `HTTP ${r.status}${told.detail === undefined ? '' : `: ${told.detail}`}`;
    if (told.code !== undefined && isErrorCode(told.code)) {
      // The service's own words for the places in ours; the title is a whole sentence.
      throw new YqError(told.code, { params: told.params ?? { reason }, detail });
    }
    throw new YqError(r.status === 409 ? 'RECORD_CHANGED' : 'BACKEND_REFUSED', { params: { reason }, detail });
  };
  const reach = async (call: () => Promise<HttpResponse>): Promise<HttpResponse> => {
    let response: HttpResponse;
    try {
      response = await call();
    } catch (cause) {
      throw new YqError('BACKEND_UNREACHABLE', { cause, detail: cause instanceof Error ? cause.name : String(cause) });
    }
    if (response.status === 502 || response.status === 503 || response.status === 504) {
      throw new YqError('BACKEND_UNREACHABLE', { detail: `HTTP ${response.status}` });
    }
    return response;
  };
  const ask = (path: string, a: Ask = {}): Promise<HttpResponse> =>
    reach(() =>
      http({
        url: `${url}/api/v1${path}`,
        method: a.method ?? 'GET',
        headers: {
          accept: 'application/json, application/problem+json',
          ...(a.token !== undefined && { authorization: `Bearer ${a.token}` }),
          ...(a.json !== undefined && { 'content-type': 'application/json' }),
          ...a.headers,
        },
        ...(a.json !== undefined && { body: new TextEncoder().encode(JSON.stringify(a.json)) }),
        timeout: a.timeout ?? SHORT,
        maxBytes: a.maxBytes ?? JSON_BYTES,
      }),
    );
  const parsed = <S extends z.ZodType>(schema: S, r: HttpResponse): z.output<S> => {
    if (r.status < 200 || r.status > 299) refuse(r);
    const value = schema.safeParse(decode(r));
    if (value.success) return value.data;
    const where = value.error.issues.map((i) => i.path.join('.')).join(', ');
    throw new YqError('BACKEND_REFUSED', { params: { reason: 'answer' }, detail: `answer does not fit: ${where}` });
  };
  return { ask, parsed, refuse, reach };
}

/** Where a version stands, below /api/v1. */
export const placeOf = (id: string, version: number): string =>
  `/records/${encodeURIComponent(id)}/versions/${version}`;
