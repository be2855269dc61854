/**
 * Templates, patients and the escrow certificate: from the service, or as they were last when it can't be reached, so that a ward goes on
 * while the network is down. Old copies have an end: a form that was withdrawn long ago must not come back with the network gone.
 */
import { z } from 'zod';
import type { FormTemplate } from '#core/consent/types.ts';
import { checkEscrow } from '#core/consent/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/index.ts';
import { consentTemplate, type ConsentTemplate } from '#shared/consent.ts';
import type { WireError } from '#shared/errors.ts';
import { patient } from '#shared/models.ts';
import { toWireError } from '../wire-error.ts';
import type { ConsentDeps } from './deps.ts';
import type { Offer, Patient } from './service.ts';

const kept = z.object({
  templates: z.array(z.custom<FormTemplate>((t) => consentTemplate.safeParse(t).success)),
  patients: z.array(patient),
  /** DER, base64. */
  escrow: z.string(),
});

export interface Catalogue {
  /** Throws CONSENT_CACHE when the service can't be reached and what is kept is missing or too old. */
  offer(): Promise<Offer & { readonly stale: WireError | null }>;
  /** Throws CONSENT_CACHE, CONSENT_ESCROW_CERTIFICATE. */
  escrow(): Promise<Certificate>;
  /** What goes to the window: without the texts that only the printed form needs, and without a photo where the policy has none. */
  shown(template: FormTemplate): ConsentTemplate;
}

const NAME = 'offer';
const DAY = 86_400_000;

export function createCatalogue(deps: ConsentDeps): Catalogue {
  const { ports, session, store, service } = deps;

  const offer: Catalogue['offer'] = async () => {
    const { bearer, person } = session.identity();
    try {
      const told = await service.offer(bearer);
      ports.redact.learn(told.patients.flatMap((p: Patient) => [p.name, p.admissionNumber, p.id]));
      store.cache(person.id, NAME, told, ports.now().toISOString());
      return { ...told, stale: null };
    } catch (e) {
      const error = asYqError(e, 'BACKEND_UNREACHABLE');
      const last = store.cached(person.id, NAME);
      const value = kept.safeParse(last?.value);
      const age = last ? ports.now().getTime() - Date.parse(last.at) : Infinity;
      if (!value.success || age > ports.configuration.consentOfflineDays.value * DAY) {
        throw new YqError('CONSENT_CACHE', { cause: error, ...(last && { detail: `kept since ${last.at}` }) });
      }
      ports.redact.learn(value.data.patients.flatMap((p: Patient) => [p.name, p.admissionNumber, p.id]));
      return { ...value.data, stale: toWireError(error) };
    }
  };
  return {
    offer,
    async escrow() {
      const certificate = Certificate.parse(new Uint8Array(Buffer.from((await offer()).escrow, 'base64')));
      checkEscrow(certificate, await deps.trust(), ports.now());
      return certificate;
    },
    shown: (template) => {
      const shown = consentTemplate.parse(template);
      return ports.configuration.consentPhotos.value ? shown : { ...shown, photo: 'none' };
    },
  };
}
