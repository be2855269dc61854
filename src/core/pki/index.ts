/** The pki room: certificates, chains, revocation, CMS SignedData, RFC 3161 time stamps. */
export type * from './types.ts';
export { Certificate } from './certificate.ts';
export type { Extension, KeyUsageName } from './extensions.ts';
export type { DistinguishedName, NameAttribute } from './name.ts';
export { Oid } from './oids.ts';
export { readPem, toPem } from './pem.ts';
export { readPublicKey, sm2Spki } from './public-key.ts';
export { trimDerPadding } from './der.ts';
export {
  resolveAlgorithm,
  verifySignatureValue,
  type ResolvedAlgorithm,
  type SignatureAlgorithm,
} from './signature-value.ts';
export {
  exportPrivateKeyPem,
  exportPrivateKeyPkcs8,
  generateSoftwareKey,
  importPrivateKeyPkcs8,
  keySignerOf,
  softwareKeySigner,
  softwareSigner,
  type SoftwareKey,
} from './keys.ts';
export { issueCertificate, issueSelfSignedCertificate, type CertificateTemplate } from './issue-certificate.ts';
export { createCertificateRequest, verifyCertificateRequest, type CertificateRequest } from './request.ts';
