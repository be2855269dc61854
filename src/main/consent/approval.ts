/** Forms as a phone is to approve them: what is shown there, and the digest by which its approval holds for these forms and no others. */
import { YqError } from '#core/errors/index.ts';
import { formsDigest, type ListToApprove } from '../phone/lists.ts';
import type { Form } from './form-store.ts';

/** Hex SM3 of the document that the patient was shown. */
const presented = ({ state }: Form): string => {
  if (state.document === null) throw new YqError('CONSENT_KEPT', { detail: 'document' });
  return state.document;
};

export const digestOf = (forms: readonly Form[]): string =>
  formsDigest(forms.map((form) => ({ id: form.id, document: presented(form) })));

/** `isRecorded`: the staff member's key has signed the record of an act without network already. */
export const listToApprove = (forms: readonly Form[], isRecorded: (form: Form) => boolean): ListToApprove => ({
  digest: digestOf(forms),
  documents: forms.map((form) => ({
    type: form.state.template.title,
    patientName: form.state.patient.name,
    sm3: presented(form),
    // The form itself; and that record, should the network be gone.
    signatures: isRecorded(form) ? 1 : 2,
    seal: false,
  })),
});
