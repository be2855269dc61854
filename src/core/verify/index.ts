/** The judge: what may be said of every signature in a file. */
export type { Finding, Verdict } from '#core/pki/index.ts';
export type * from './types.ts';
export { verifyPdf, type VerifyOptions } from './verify-pdf.ts';
export type { HashedPrefix } from './range-digests.ts';
export { storedMaterial, withStored, type StoredMaterial } from './stored-material.ts';
