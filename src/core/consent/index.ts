/** Consent by handwriting: ink, forms, evidence, event certificates, the signatures of one form (docs/design/017-the-clinicians-day.md). */
export type * from './types.ts';
export { checkInk, checkStroke, INK_LIMITS, isBlank } from './ink/check.ts';
export { inkPicture, type InkPicture } from './ink/picture.ts';
export { checkEscrow, requireEscrow } from './evidence/escrow.ts';
export { decodeEvidence, encodeEvidence } from './evidence/content.ts';
export { openEvidence, readSealed, sealEvidence, unwrapWith, writerOf, type SealedPackage } from './evidence/seal.ts';
export { FORM_FIELDS } from './form/fields.ts';
export { renderForm, type RenderedForm } from './form/render.ts';
export { filledIn, formParagraphs, missingBlanks, requireComplete, shownValue, ticked } from './form/text.ts';
export { GREY, INK, MM, Paper, type PaperSettings, type TextStyle, type Weight } from './form/paper.ts';
export { checkEventCertificate, type Certify, type CertifyRequest, type EventAct } from './act/event-key.ts';
export { judgeForm, type FormExpectation, type SignedForm } from './act/judge-form.ts';
export { reasonOf, ROLE_NAMES } from './act/reason.ts';
export {
  dropUnfinished,
  signConsent,
  unfinishedPath,
  type ConsentSigningRequest,
  type ConsentSigningResult,
  type PartyToSign,
} from './act/sign-consent.ts';
export { checkAct, requireAct, signAct, type ActRecord, type CheckedAct, type SignedAct } from './act/act-record.ts';
export { compareWithForm, type Difference, type FormComparison } from './evidence/against-form.ts';
