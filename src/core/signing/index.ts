/** The way of one signature: a PDF in, a sealed, time-stamped, verified PDF out, or nothing changed at all. */
export type * from './types.ts';
export { requireUsable, whyUnusable } from './certificate-check.ts';
export { cleanLeftovers } from './draft-file.ts';
export { extendPdf } from './extend/extend-pdf.ts';
export { ValidationCache } from './extend/fetching.ts';
export { checkLastingSources, type SourcesQuestion } from './extend/reach-level.ts';
export { inputError, outputError } from './errno.ts';
export { prepareFields, type PrepareFieldsRequest, type PrepareFieldsResult } from './prepare-fields.ts';
export { signPdf } from './sign-pdf.ts';
export { SIGNING_STEPS } from './stages.ts';
export { stampLater } from './stamp-later.ts';
