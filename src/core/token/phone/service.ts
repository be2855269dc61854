/** The service's endpoints for a desk that asks a phone (src/backend/openapi.json, /phone/…). */
import { z } from 'zod';
import { fromBase64, toBase64 } from '#core/crypto/index.ts';
import { isErrorCode, YqError } from '#core/errors/index.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '#core/pki/types.ts';
import { phoneState, type PhoneRow } from '../cosign/device/messages.ts';

/** ms. */
const TIMEOUT = 10_000;
/** A view with 500 values is about 60 KB. */
const MAX_ANSWER_BYTES = 1024 * 1024;

const base64 = z.string().transform((text, context): Uint8Array => {
  try {
    return fromBase64(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'base64' });
    return z.NEVER;
  }
});
const id = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

const asked = z.object({ id, secret: z.string().min(16).max(128), expiresAt: z.iso.datetime(), path: z.string() });
export type Asked = z.output<typeof asked>;

const view = z.object({
  id,
  kind: z.enum(['login', 'sign']),
  state: phoneState,
  check: z
    .string()
    .regex(/^[0-9]{2}$/)
    .nullable(),
  reason: z.string().nullable(),
  key: z
    .object({
      keyId: id,
      certificate: base64,
      chain: z.array(base64),
      person: z.object({ id: z.string(), name: z.string(), department: z.string() }),
    })
    .nullable(),
  approval: base64.nullable(),
  backendId: z.string(),
  signatures: z.array(
    z.union([
      z.object({ n: z.number().int(), signature: base64 }),
      z.object({ n: z.number().int(), failed: z.string() }),
    ]),
  ),
  expiresAt: z.iso.datetime(),
});
/** A request as its desk sees it. */
export type PhoneView = z.output<typeof view>;

const problem = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

export interface AskedList {
  /** Of the person's session with the service. */
  readonly bearer: string;
  readonly rows: readonly PhoneRow[];
  /** Hex. */
  readonly listDigest: string;
  /** At most. */
  readonly signatures: number;
  /** Data of GB/T 38540 seals may be among what is signed. */
  readonly seals: boolean;
}

export interface HandedOver {
  readonly n: number;
  readonly row: number;
  readonly message: Uint8Array;
}

interface Call {
  readonly method?: HttpRequest['method'];
  readonly bearer?: string;
  readonly json?: unknown;
}

export class PhoneService {
  readonly url: string;
  readonly #http: HttpClient;

  /** @param url without a slash at the end */
  constructor(url: string, http: HttpClient) {
    this.url = url;
    this.#http = http;
  }

  askLogin(desk: string): Promise<Asked> {
    return this.#parsed(asked, '/phone/logins', { json: { desk } });
  }

  askList(desk: string, { bearer, rows, listDigest, signatures, seals }: AskedList): Promise<Asked> {
    return this.#parsed(asked, '/phone/lists', { bearer, json: { desk, rows, listDigest, signatures, seals } });
  }

  view({ id, secret }: Pick<Asked, 'id' | 'secret'>): Promise<PhoneView> {
    return this.#parsed(view, `/phone/requests/${id}`, { bearer: secret });
  }

  /** Messages to be signed, and the numbers of values that this desk has; the same again is no harm. */
  handOver(
    { id, secret }: Pick<Asked, 'id' | 'secret'>,
    messages: readonly HandedOver[],
    taken: readonly number[],
  ): Promise<PhoneView> {
    const wire = messages.map(({ n, row, message }) => ({ n, row, message: toBase64(message) }));
    return this.#parsed(view, `/phone/requests/${id}/messages`, { bearer: secret, json: { messages: wire, taken } });
  }

  async end({ id, secret }: Pick<Asked, 'id' | 'secret'>): Promise<void> {
    const response = await this.#ask(`/phone/requests/${id}`, { method: 'DELETE', bearer: secret });
    if (response.status !== 204 && response.status !== 200) throw refusal(response);
  }

  /** Where and with what the events of a request are listened to. */
  events({ id, secret }: Pick<Asked, 'id' | 'secret'>): { url: string; headers: Readonly<Record<string, string>> } {
    return {
      url: `${this.url}/api/v1/phone/requests/${id}/events`,
      headers: { authorization: `Bearer ${secret}`, accept: 'text/event-stream' },
    };
  }

  async #ask(path: string, { method, bearer, json }: Call): Promise<HttpResponse> {
    return this.#http({
      url: `${this.url}/api/v1${path}`,
      method: method ?? (json === undefined ? 'GET' : 'POST'),
      headers: {
        accept: 'application/json, application/problem+json',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      ...(json === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(json)) }),
      timeout: TIMEOUT,
      maxBytes: MAX_ANSWER_BYTES,
    }).catch((cause: unknown) => {
      throw new YqError('BACKEND_UNREACHABLE', { cause, detail: cause instanceof Error ? cause.name : String(cause) });
    });
  }

  /** @throws YqError BACKEND_UNREACHABLE, the service's own code, BACKEND_REFUSED for an answer that is none of ours */
  async #parsed<S extends z.ZodType>(schema: S, path: string, call: Call): Promise<z.output<S>> {
    const response = await this.#ask(path, call);
    if (response.status < 200 || response.status > 299) throw refusal(response);
    const value = schema.safeParse(decode(response.body));
    if (value.success) return value.data;
    throw new YqError('BACKEND_REFUSED', { params: { reason: 'answer' }, detail: `${path}: does not fit` });
  }
}

/** The view in an event's data; undefined when it is none. */
export function viewOf(data: string): PhoneView | undefined {
  const parsed = view.safeParse(decode(new TextEncoder().encode(data)));
  return parsed.success ? parsed.data : undefined;
}

function decode(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function refusal({ status, body }: HttpResponse): YqError {
  const told = problem.safeParse(decode(body)).data ?? {};
  const detail = `HTTP ${status}`;
  // Of any server in between, or of one that is just starting: the next try may be answered.
  if (status >= 500) return new YqError('BACKEND_UNREACHABLE', { detail });
  const reason = told.title ?? detail;
  if (told.code === undefined || !isErrorCode(told.code))
    return new YqError('BACKEND_REFUSED', { params: { reason }, detail });
  return new YqError(told.code, { params: told.params ?? { reason }, detail });
}
