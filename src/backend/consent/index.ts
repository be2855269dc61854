/** The consent room of the backend: templates, escrow certificate, event certificates, intake of finished forms. */
import path from 'node:path';
import type { Authority } from '../ca/authority.ts';
import type { Revocation } from '../ca/revocation.ts';
import type { Store } from '../store/database.ts';
import { Documents } from '../store/documents.ts';
import { openEscrow, type Escrow } from './escrow.ts';
import { EventCertificates } from './event-certificates.ts';
import { Consents } from './register.ts';

export { consentHandlers } from './consent.ts';

export interface Consenting {
  readonly consents: Consents;
  /** Sealed packages by their digest. */
  readonly evidence: Documents;
  readonly escrow: Escrow;
  readonly eventCertificates: EventCertificates;
}

export interface ConsentingSettings {
  readonly dataDir: string;
  readonly store: Store;
  readonly authority: Authority;
  readonly revocation: Revocation;
  readonly organization: string;
  readonly clock: () => Date;
}

export async function openConsents(settings: ConsentingSettings): Promise<Consenting> {
  const { dataDir, store, authority, revocation, organization, clock } = settings;
  const consents = new Consents(store);
  return {
    consents,
    evidence: await Documents.open(path.join(dataDir, 'evidence'), 'p7m'),
    escrow: await openEscrow({
      dir: path.join(dataDir, 'ca'),
      keys: path.join(dataDir, 'keys'),
      authority,
      organization,
      clock,
    }),
    eventCertificates: new EventCertificates({ consents, authority, revocation, organization, clock }),
  };
}
