/** What the rooms of consent share. */
import type { TrustMaterial } from '#core/pki/types.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { PatientPage } from '#shared/consent.ts';
import type { NotedFacts } from '../audit/audit-log.ts';
import type { DocumentStore } from '../desk/documents.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Session } from '../desk/session.ts';
import type { SignedFolder } from '../desk/signed-folder.ts';
import type { FormStore } from './form-store.ts';
import type { ConsentKeys, SystemSecrets } from './keys.ts';
import type { ConsentService } from './service.ts';

/** The patient's window as the use cases see it. */
export interface PatientDisplay {
  /** Opens it on the second display, or brings it to the front. */
  show(): void;
  close(): void;
  state(): { readonly open: boolean; readonly second: boolean };
  /** Called when it was opened, moved, or closed by whomever. */
  onChange(listener: () => void): void;
}

/** What Electron gives beyond DeskPorts; a desk without windows (tests, benches) does without. */
export interface ConsentWorld {
  readonly display: PatientDisplay;
  /** What the patient's origin may show: the present form and nothing else. */
  readonly documents: DocumentStore;
  readonly tellPatient: (page: PatientPage | null) => void;
  readonly secrets?: SystemSecrets;
}

export interface ConsentDeps {
  readonly ports: DeskPorts;
  readonly world: ConsentWorld;
  readonly session: Session;
  /** What the staff's window may show. */
  readonly documents: DocumentStore;
  readonly folder: SignedFolder;
  readonly keys: ConsentKeys;
  readonly store: FormStore;
  readonly service: ConsentService;
  readonly trust: () => Promise<TrustMaterial>;
  readonly refreshRevocation: (certificates: readonly Certificate[]) => Promise<void>;
  readonly font: () => Promise<Uint8Array>;
  readonly note: (facts: NotedFacts) => void;
}
