/** The record service as the desk sees it (src/backend/openapi.json). Answers are parsed; failures are YqErrors with the service's own code. */
import { z } from 'zod';
import { YqError } from '#core/errors/index.ts';
import type { HttpClient, HttpResponse } from '#core/pki/types.ts';
import { phoneKey, type PhoneKey } from '#shared/phone.ts';
import { person, placement, placementRule } from '#shared/models.ts';
import { listedRecord, type ListedRecord } from './listed-record.ts';
import { lifeClient, type LifeClient } from './life/life-client.ts';
import { LONG, placeOf, serviceCalls, type PutClient } from './service-calls.ts';

export type { PutClient } from './service-calls.ts';

const healthAnswer = z.object({
  status: z.literal('ok'),
  backendId: z.string(),
  version: z.string(),
  time: z.string(),
  tsa: z.object({ url: z.string(), policy: z.string() }).optional(),
});
const challengeAnswer = z.object({ challengeId: z.string(), nonce: z.string(), backendId: z.string() });
const sessionAnswer = z.object({ token: z.string(), person, expiresAt: z.string() });
const recordsAnswer = z.object({ records: z.array(listedRecord), at: z.string() });
const versionAnswer = z.object({
  record: listedRecord,
  state: z.enum(['waiting', 'signed', 'returned', 'withdrawn', 'superseded']),
  document: z.object({ sm3: z.string(), size: z.number() }),
  changes: z.array(
    z.object({ where: z.string(), before: z.string(), after: z.string(), by: z.string(), at: z.string() }),
  ),
  rule: z.object({
    placement: placement.nullable(),
    /** Where one place is not enough; an older service does not know it. */
    layout: placementRule.nullish(),
    /** esID of the seal to sign with. */
    seal: z.string().nullish(),
    text: z.object({ zh: z.string(), en: z.string() }),
    appearance: z.enum(['handwriting', 'none']),
    role: z.string(),
  }),
});
const sealsAnswer = z.object({ seals: z.array(z.object({ seal: z.base64() })) });
const receiptAnswer = z.object({ recordId: z.string(), sm3After: z.string() });
export type RecordVersion = z.output<typeof versionAnswer>;
export type BackendSession = z.output<typeof sessionAnswer>;
export type BackendHealth = z.output<typeof healthAnswer>;

export interface SignedUpload {
  readonly recordId: string;
  readonly version: number;
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly pdf: Uint8Array;
}

export interface BackendClient extends LifeClient {
  readonly url: string;
  health(): Promise<BackendHealth>;
  /** `sign` gives the signature over the login text as it stands in a SignerInfo (SM2, P-256: DER). */
  login(certificate: Uint8Array, sign: (text: Uint8Array) => Promise<Uint8Array>): Promise<BackendSession>;
  logout(token: string): Promise<void>;
  waiting(token: string): Promise<readonly ListedRecord[]>;
  version(token: string, id: string, version: number): Promise<RecordVersion>;
  /** The bytes and the SM3 the service names for them (hex). */
  document(token: string, id: string, version: number): Promise<{ bytes: Uint8Array; sm3: string }>;
  /** PNG, or undefined when the person has none. */
  appearance(token: string): Promise<Uint8Array | undefined>;
  /** The person's seals, DER. */
  seals(token: string): Promise<readonly Uint8Array[]>;
  upload(token: string, signed: SignedUpload): Promise<void>;
  giveBack(token: string, id: string, version: number, reason: string): Promise<void>;
  /** A one-time code to make a co-sign key with; `replaces`: the key that ends when the new one is made. */
  cosignCode(token: string, replaces: string | null): Promise<{ code: string; expiresAt: string }>;
  /** The person's co-sign keys, on phones and PCs. */
  cosignMine(token: string): Promise<readonly PhoneKey[]>;
  /** One of these can do nothing any more until the administrator lets it go on. */
  cosignStop(token: string, keyId: string, reason: string): Promise<void>;
  /** PUT below /api/v1. Rejects with BACKEND_UNREACHABLE; a refusal is an answer. */
  put(token: string, path: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<HttpResponse>;
}

const keysAnswer = z.object({ keys: z.array(phoneKey) });
const codeAnswer = z.object({ code: z.string(), expiresAt: z.string() });

/** Largest record taken from the service. */
const DOCUMENT_BYTES = 256 * 1024 * 1024;

/** What is signed at login; it can't be mistaken for a document's digest because of its first line and the service's identity. */
export const loginText = (backendId: string, challengeId: string, nonce: string): Uint8Array =>
  new TextEncoder().encode(`YIQIAN-LOGIN-1\n${backendId}\n${challengeId}\n${nonce}`);

export interface BackendClientOptions {
  readonly url: string;
  readonly http: HttpClient;
  readonly put: PutClient;
}

export function createBackendClient({ url, http, put }: BackendClientOptions): BackendClient {
  const { ask, parsed, refuse, reach } = serviceCalls(url, http);

  return {
    url,
    ...lifeClient({ ask, parsed, refuse, reach }),
    health: async () => parsed(healthAnswer, await ask('/health', { timeout: 5_000 })),
    async login(certificate, sign) {
      const c = parsed(challengeAnswer, await ask('/login/challenge', { method: 'POST' }));
      const signature = await sign(loginText(c.backendId, c.challengeId, c.nonce));
      const json = {
        challengeId: c.challengeId,
        certificate: Buffer.from(certificate).toString('base64'),
        signature: Buffer.from(signature).toString('base64'),
      };
      return parsed(sessionAnswer, await ask('/login', { method: 'POST', json }));
    },
    async logout(token) {
      await ask('/logout', { method: 'POST', token, timeout: 3_000 });
    },
    waiting: async (token) => parsed(recordsAnswer, await ask('/records?state=waiting', { token })).records,
    version: async (token, id, version) => parsed(versionAnswer, await ask(placeOf(id, version), { token })),
    async document(token, id, version) {
      const r = await ask(`${placeOf(id, version)}/document`, {
        token,
        headers: { accept: 'application/pdf, application/problem+json' },
        timeout: LONG,
        maxBytes: DOCUMENT_BYTES,
      });
      if (r.status !== 200) refuse(r);
      const sm3 = (r.headers['etag'] ?? '').replace(/^W\//, '').replaceAll('"', '').toUpperCase();
      return { bytes: r.body, sm3 };
    },
    async appearance(token) {
      const r = await ask('/me/appearance', { token, headers: { accept: 'image/png' } });
      if (r.status === 404) return undefined;
      if (r.status !== 200) refuse(r);
      return r.body;
    },
    async seals(token) {
      const { seals } = parsed(sealsAnswer, await ask('/seals', { token }));
      return seals.map((s) => new Uint8Array(Buffer.from(s.seal, 'base64')));
    },
    async upload(token, s) {
      const r = await reach(() =>
        put(`${url}/api/v1${placeOf(s.recordId, s.version)}/signed`, s.pdf, {
          authorization: `Bearer ${token}`,
          'content-type': 'application/pdf',
          'yiqian-sm3-before': s.sm3Before,
          'yiqian-sm3-after': s.sm3After,
        }),
      );
      const receipt = parsed(receiptAnswer, r);
      if (receipt.sm3After !== s.sm3After) {
        throw new YqError('BACKEND_REFUSED', { params: { reason: 'receipt' }, detail: 'receipt names another digest' });
      }
    },
    put: (token, path, body, headers) =>
      reach(() => put(`${url}/api/v1${path}`, body, { authorization: `Bearer ${token}`, ...headers })),
    cosignCode: async (token, replaces) =>
      parsed(
        codeAnswer,
        await ask(`/cosign/codes/mine${replaces === null ? '' : `?replaces=${encodeURIComponent(replaces)}`}`, {
          method: 'POST',
          token,
        }),
      ),
    cosignMine: async (token) => parsed(keysAnswer, await ask('/cosign/mine', { token })).keys,
    async cosignStop(token, keyId, reason) {
      const r = await ask(`/cosign/mine/${encodeURIComponent(keyId)}/suspend`, {
        method: 'POST',
        token,
        json: { reason },
      });
      if (r.status > 299) refuse(r);
    },
    async giveBack(token, id, version, reason) {
      const r = await ask(`${placeOf(id, version)}/return`, { method: 'POST', token, json: { reason } });
      if (r.status > 299) refuse(r);
    },
  };
}
