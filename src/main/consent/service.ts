/** The record service's consent room (src/backend/openapi.json), as the desk sees it. */
import { z } from 'zod';
import type { CertifyRequest, FormTemplate } from '#core/consent/index.ts';
import { YqError } from '#core/errors/index.ts';
import { Certificate, type HttpClient } from '#core/pki/index.ts';
import { consentTemplate, type Writer } from '#shared/consent.ts';
import { patient } from '#shared/models.ts';
import { LONG, serviceCalls } from '../desk/service-calls.ts';
import type { Offer } from './catalogue.ts';

const templatesAnswer = z.object({
  hospital: z.string().optional(),
  templates: z.array(z.custom<FormTemplate>((t) => consentTemplate.safeParse(t).success)),
});
const patientsAnswer = z.object({ patients: z.array(patient) });
const escrowAnswer = z.object({ certificate: z.base64() });
const certificateAnswer = z.object({ certificate: z.base64(), chain: z.array(z.base64()) });
const receiptAnswer = z.object({ consentId: z.string(), sm3: z.string() });

export interface FinishedConsent {
  readonly id: string;
  readonly pdf: Uint8Array;
  /** Hex SM3 of the PDF. */
  readonly sm3: string;
  readonly packages: Readonly<Partial<Record<Writer, Uint8Array>>>;
  /** The record made at the act when there was no network. */
  readonly act: Uint8Array | undefined;
}

export interface ConsentService {
  /** Templates, patients of the person's ward, escrow certificate. */
  offer(bearer: string): Promise<Offer>;
  /** The one-off certificate for a key made for this act. */
  certify(
    bearer: string,
    request: CertifyRequest,
  ): Promise<{ readonly certificate: Certificate; readonly chain: readonly Certificate[] }>;
  /** Idempotent: the same document is taken once. */
  deliver(bearer: string, finished: FinishedConsent): Promise<void>;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

export function consentService(url: string, http: HttpClient): ConsentService {
  const { ask, parsed } = serviceCalls(url, http);
  return {
    async offer(token) {
      const [forms, people, escrow] = await Promise.all([
        ask('/consent/templates', { token }),
        ask('/patients', { token }),
        ask('/consent/escrow', { token }),
      ]);
      const { hospital, templates } = parsed(templatesAnswer, forms);
      return {
        hospital: hospital ?? '',
        templates,
        patients: parsed(patientsAnswer, people).patients,
        escrow: parsed(escrowAnswer, escrow).certificate,
      };
    },
    async certify(token, { binding, csr }) {
      const path = `/consent/${encodeURIComponent(binding.eventId)}/certificates`;
      const r = await ask(path, { method: 'POST', token, json: { party: binding.party, csr: base64(csr) } });
      const { certificate, chain } = parsed(certificateAnswer, r);
      return {
        certificate: Certificate.parse(bytesOf(certificate)),
        chain: chain.map((c) => Certificate.parse(bytesOf(c))),
      };
    },
    async deliver(token, { id, pdf, sm3, packages, act }) {
      const json = {
        pdf: base64(pdf),
        packages: Object.entries(packages).map(([party, bytes]) => ({ party, package: base64(bytes) })),
        ...(act && { act: base64(act) }),
      };
      const r = await ask(`/consent/${encodeURIComponent(id)}`, { method: 'POST', token, json, timeout: LONG });
      const receipt = parsed(receiptAnswer, r);
      if (receipt.sm3.toUpperCase() !== sm3) throw new YqError('BACKEND_REFUSED', { params: { reason: 'receipt' } });
    },
  };
}
