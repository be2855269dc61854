/** From what a writer left to what is sealed: the evidence of one part, and the picture that stands in the PDF for it. */
import { arch, release, type } from 'node:os';
import { inkPicture } from '#core/consent/index.ts';
import type { ConsentParty, Evidence, EvidencePicture } from '#core/consent/types.ts';
import { YqError } from '#core/errors/index.ts';
import type { Picture } from '#core/pdf/types.ts';
import type { Writer } from '#shared/consent.ts';
import type { Form, FormStore, PictureKind } from './form-store.ts';
import { inkOf } from './views.ts';

const broken = (detail: string): YqError => new YqError('CONSENT_KEPT', { detail });

export function partyOf({ state }: Form, writer: Writer): ConsentParty {
  if (writer === 'patient' && state.signer) return { ...state.signer };
  if (writer === 'witness' && state.witness) {
    const { name, relation } = state.witness;
    return { role: 'witness', name, relation, reason: '', idKind: 'none', idNumber: '', phone: '' };
  }
  throw broken(`party ${writer}`);
}

/** The patient's side first: the order of signing. */
export const writersOf = ({ state }: Form): readonly Writer[] => (state.witness ? ['patient', 'witness'] : ['patient']);

export interface GatheredEvidence {
  readonly evidence: Evidence;
  readonly picture: Picture;
}

/** Throws CONSENT_KEPT when what was kept does not make an act. */
export function gather(
  store: FormStore,
  form: Form,
  writer: Writer,
  at: { readonly desk: string; readonly offline: boolean },
): GatheredEvidence {
  const { state } = form;
  const part = state.parts[writer];
  const ink = inkOf(store, form.id, writer);
  if (!part?.allowed || part.confirmedAt === null || !ink || state.document === null) throw broken(`part ${writer}`);
  const pictureOf = (kind: PictureKind): EvidencePicture | undefined => {
    const taken = state[kind];
    if (!taken || writer !== 'patient') return undefined;
    const kept = store.picture(form.id, kind);
    if (!kept) throw broken(kind);
    return { ...kept, ...taken };
  };
  const [fingerprint, photo] = [pictureOf('fingerprint'), pictureOf('photo')];
  return {
    evidence: {
      consentId: form.id,
      template: { id: state.template.id, version: state.template.version },
      document: state.document,
      patientId: state.patient.id,
      party: partyOf(form, writer),
      allowed: part.allowed,
      ink,
      ...(fingerprint && { fingerprint }),
      ...(photo && { photo }),
      device: {
        id: at.desk,
        pointer: [...new Set(ink.strokes.map((s) => s.pointer))].join(' '),
        system: `${type()} ${release()} ${arch()}`,
      },
      operator: form.personId,
      openedAt: part.openedAt,
      confirmedAt: part.confirmedAt,
      offline: at.offline,
    },
    picture: inkPicture(ink),
  };
}
