/** Which act a form's stage allows, and what is missing in it. */
import type { FormTemplate } from '#core/consent/types.ts';
import { YqError } from '#core/errors/index.ts';
import type { ConsentSigner, ConsentStage } from '#shared/consent.ts';
import type { Form } from './form-store.ts';

/** Being filled in. */
export const OPEN: readonly ConsentStage[] = ['filling', 'signer'];
/** With the patient's side, the witness, or ready for the staff member's key; its bytes are fixed. */
export const PRESENTED: readonly ConsentStage[] = ['patient', 'witness', 'staff'];
/** Sealed: only certificates, signatures and times are still to come. */
export const SEALED: readonly ConsentStage[] = ['finishing', 'queued'];

const stageWords: Readonly<Record<ConsentStage, readonly [zh: string, en: string]>> = {
  filling: ['正在填写', 'it is being filled in'],
  signer: ['正在填写', 'it is being filled in'],
  patient: ['正由患者一方签署', 'it is with the patient’s side'],
  witness: ['正由见证人签署', 'it is with the witness'],
  staff: ['等待医护人员签署', 'it waits for the staff member’s signature'],
  finishing: ['正在完成签署', 'it is being finished'],
  queued: ['证据已封存，等待网络', 'its evidence is sealed, it waits for the network'],
  done: ['已经完成', 'it is done'],
  abandoned: ['已经作废', 'it was abandoned'],
};

export const notNow = (zh: string, en: string): YqError =>
  new YqError('CONSENT_STAGE', { params: { 'reason.zh': zh, 'reason.en': en } });

/** Throws CONSENT_FINISHED, CONSENT_STAGE. */
export function requireStage(form: Form, stages: readonly ConsentStage[]): void {
  if (stages.includes(form.stage)) return;
  if (form.stage === 'done') throw new YqError('CONSENT_FINISHED');
  throw notNow(...stageWords[form.stage]);
}

const incomplete = (missing: readonly { readonly zh: string; readonly en: string }[]): YqError =>
  new YqError('CONSENT_INCOMPLETE', {
    params: {
      'fields.zh': missing.map((m) => m.zh).join('、'),
      'fields.en': missing.map((m) => m.en).join(', '),
    },
  });

/** Blanks that must be filled in before the form is shown to anybody. Throws CONSENT_INCOMPLETE with their names. */
export function requireFilled(
  template: FormTemplate,
  values: Readonly<Record<string, string>>,
  signer: ConsentSigner,
  witness: { readonly name: string } | null,
): void {
  const missing: { zh: string; en: string }[] = template.fields
    .filter((f) => f.required && (values[f.id] ?? '').trim() === '')
    .map((f) => f.label);
  if (signer.name.trim() === '') missing.push({ zh: '签署人姓名', en: 'name of who signs' });
  if (signer.role !== 'self') {
    if (signer.relation.trim() === '') missing.push({ zh: '与患者的关系', en: 'relation to the patient' });
    if (signer.reason.trim() === '') missing.push({ zh: '由他人签署的原因', en: 'why another person signs' });
  }
  if (template.witness === 'required' && witness === null) missing.push({ zh: '见证人', en: 'witness' });
  if (missing.length > 0) throw incomplete(missing);
}

/** What must be there before the staff member signs. Throws CONSENT_INCOMPLETE, CONSENT_DECLINED. */
export function requireComplete({ state }: Form): void {
  if (state.declined) throw new YqError('CONSENT_DECLINED');
  const missing: { zh: string; en: string }[] = [];
  if (!state.parts.patient?.confirmedAt) missing.push({ zh: '患者一方的手写签名', en: 'the patient’s handwriting' });
  if (state.witness && !state.parts.witness?.confirmedAt) {
    missing.push({ zh: '见证人的手写签名', en: 'the witness’s handwriting' });
  }
  if (state.template.fingerprint === 'required' && !state.fingerprint) missing.push({ zh: '指纹', en: 'fingerprint' });
  if (state.template.photo === 'required' && !state.photo) missing.push({ zh: '照片', en: 'photo' });
  if (missing.length > 0) throw incomplete(missing);
}

/** Where a presented form stands by what is there. */
export function presentedStage({ state }: Form): ConsentStage {
  if (!state.parts.patient?.confirmedAt) return 'patient';
  if (state.witness && !state.parts.witness?.confirmedAt) return 'witness';
  return 'staff';
}
