/**
 * The record service's consent room (src/backend/openapi.json), as the desk sees it. Every step may be asked for again: the same form, the
 * same package, the same finished document are taken once.
 */
import { z } from 'zod';
import type { Certify, FormTemplate } from '#core/consent/index.ts';
import { YqError } from '#core/errors/index.ts';
import { Certificate, type HttpClient } from '#core/pki/index.ts';
import { consentTemplate, type Writer } from '#shared/consent.ts';
import { patient } from '#shared/models.ts';
import type { BackendClient } from '../desk/backend-client.ts';
import { serviceCalls } from '../desk/service-calls.ts';

const templatesAnswer = z.object({
  templates: z.array(z.custom<FormTemplate>((t) => consentTemplate.safeParse(t).success)),
});
const patientsAnswer = z.object({ patients: z.array(patient) });
const escrowAnswer = z.object({ certificate: z.base64() });
const openedAnswer = z.object({ document: z.string(), state: z.enum(['open', 'archived']) });
const keptAnswer = z.object({ sm3: z.string() });
const certificateAnswer = z.object({ certificate: z.base64(), chain: z.array(z.base64()) });
const receiptAnswer = z.object({ consentId: z.string(), sm3: z.string() });

export type Patient = z.output<typeof patient>;

/** What a form may be begun with. */
export interface Offer {
  readonly templates: readonly FormTemplate[];
  /** Of the person's ward. */
  readonly patients: readonly Patient[];
  /** DER, base64. */
  readonly escrow: string;
}

export interface OpenedConsent {
  readonly id: string;
  readonly patientId: string;
  readonly template: { readonly id: string; readonly version: number };
  /** Hex SM3 of the form before any signature. */
  readonly document: string;
}

/** Sealed package of a writer, or the record of an offline act. */
export type PackagePart = Writer | 'act';

export interface ConsentService {
  offer(bearer: string): Promise<Offer>;
  /** Before anything of it is handed in. */
  open(bearer: string, consent: OpenedConsent): Promise<void>;
  /** `sm3`: hex, of the package. */
  handIn(bearer: string, id: string, part: PackagePart, bytes: Uint8Array, sm3: string): Promise<void>;
  certify(bearer: string): Certify;
  /** The finished document; `sm3`: hex. */
  deliver(bearer: string, id: string, pdf: Uint8Array, sm3: string): Promise<void>;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const certificateOf = (text: string): Certificate => Certificate.parse(new Uint8Array(Buffer.from(text, 'base64')));

export function consentService(backend: Pick<BackendClient, 'url' | 'put'>, http: HttpClient): ConsentService {
  const { ask, parsed } = serviceCalls(backend.url, http);
  const place = (id: string): string => `/consents/${encodeURIComponent(id)}`;
  const requireSame = (told: string, sent: string): void => {
    if (told.toUpperCase() === sent) return;
    throw new YqError('BACKEND_REFUSED', { params: { reason: 'receipt' }, detail: 'the answer names another digest' });
  };
  return {
    async offer(token) {
      const [forms, people, escrow] = await Promise.all([
        ask('/consent/templates', { token }),
        ask('/patients', { token }),
        ask('/consent/escrow', { token }),
      ]);
      return {
        templates: parsed(templatesAnswer, forms).templates,
        patients: parsed(patientsAnswer, people).patients,
        escrow: parsed(escrowAnswer, escrow).certificate,
      };
    },
    async open(token, { id, ...consent }) {
      const json = new TextEncoder().encode(JSON.stringify(consent));
      const r = await backend.put(token, place(id), json, { 'content-type': 'application/json' });
      requireSame(parsed(openedAnswer, r).document, consent.document);
    },
    async handIn(token, id, part, bytes, sm3) {
      const headers = { 'content-type': 'application/cms', 'yiqian-sm3': sm3 };
      const r = await backend.put(token, `${place(id)}/evidence/${part}`, bytes, headers);
      requireSame(parsed(keptAnswer, r).sm3, sm3);
    },
    certify:
      (token) =>
      async ({ binding, csr }) => {
        const path = `${place(binding.eventId)}/certificates`;
        const r = await ask(path, { method: 'POST', token, json: { csr: base64(csr) } });
        const { certificate, chain } = parsed(certificateAnswer, r);
        return { certificate: certificateOf(certificate), chain: chain.map(certificateOf) };
      },
    async deliver(token, id, pdf, sm3) {
      const headers = { 'content-type': 'application/pdf', 'yiqian-sm3': sm3 };
      const r = await backend.put(token, `${place(id)}/document`, pdf, headers);
      requireSame(parsed(receiptAnswer, r).sm3, sm3);
    },
  };
}
