/** Consent by handwriting: ink, forms, evidence, event certificates, the signatures of one form (docs/design/017-the-clinicians-day.md). */
export type * from './types.ts';
export { checkInk, checkStroke, INK_LIMITS, isBlank } from './ink/check.ts';
export { inkPicture, type InkPicture } from './ink/picture.ts';
export { checkEscrow, requireEscrow } from './evidence/escrow.ts';
export { decodeEvidence, encodeEvidence } from './evidence/content.ts';
export { openEvidence, readSealed, sealEvidence, unwrapWith, writerOf, type SealedPackage } from './evidence/seal.ts';
