/** The pki room: certificates, chains, revocation, CMS SignedData, RFC 3161 time stamps. */
export type * from './types.ts';
export { Certificate } from './certificate.ts';
export type { Extension, KeyUsageName } from './extensions.ts';
export type { DistinguishedName, NameAttribute } from './name.ts';
export { Oid } from './oids.ts';
export { readPem, toPem } from './pem.ts';
export { readPublicKey, rsaModulusBits, sm2Spki } from './public-key.ts';
export { trimDerPadding } from './ber.ts';
/** DER for other structures of this field (seals): reading over received bytes, writing. */
export {
  bitString,
  der,
  DerCursor,
  generalizedTime,
  integer,
  octetString,
  oid,
  readBitStringBytes,
  readBoolean,
  readDer,
  readHeader,
  readOid,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
  utf8String,
  type DerElement,
  type DerLimits,
} from './der.ts';
export {
  diagnoseSm2Failure,
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
export { createCertificateRequest } from './requests/create.ts';
export { verifyCertificateRequest, type CertificateRequest } from './requests/verify.ts';
export { addUnsignedTimeStamp, buildSignedData, type SignedDataRequest } from './cms/build.ts';
export {
  findSignerCertificate,
  parseSignedData,
  signatureTimeStamps,
  type CmsAttribute,
  type SignedDataView,
  type SignerIdentifier,
  type SignerInfoView,
} from './cms/view.ts';
export { verifySignerInfo, type SignedContent, type SignerInfoReport, type VerifySignerOptions } from './cms/verify.ts';
export {
  EVENT_BINDING,
  EVENT_POLICY,
  eventExtensions,
  readEventBinding,
  type EventBinding,
} from './event-certificate.ts';
export { validateChain } from './chain.ts';
export { worstVerdict } from './findings.ts';
export {
  CrlReason,
  issueCrl,
  parseCrl,
  type CrlEntry,
  type CrlRequest,
  type CrlView,
  type RevokedCertificate,
} from './revocation/crl.ts';
export {
  certIdMatches,
  createOcspRequest,
  issueOcspResponse,
  ocspErrorResponse,
  parseOcspRequest,
  parseOcspResponse,
  type CertId,
  type OcspAnswer,
  type OcspRequestView,
  type OcspResponseRequest,
  type OcspSingleResponse,
  type OcspStatus,
  type OcspView,
} from './revocation/ocsp.ts';
export { judgeRevocation, readEvidence, type Evidence, type RevocationReport } from './revocation/status.ts';
export {
  createTimeStampRequest,
  parseTimeStampRequest,
  type TimeStampQuery,
  type TimeStampRequestView,
} from './tsp/request.ts';
export { parseTstInfo, type TstInfoView } from './tsp/tst-info.ts';
export { verifyTimeStampToken, type ImprintSource, type TimeStampReport } from './tsp/token.ts';
export {
  checkTimeStampResponse,
  FailureInfo,
  parseTimeStampResponse,
  type FailureName,
  type ResponseCheckOptions,
  type TimeStampResponseView,
} from './tsp/response.ts';
export { answerTimeStampQuery, issueTimeStamp, timeStampRejection, type IssueTimeStampOptions } from './tsp/issue.ts';
export { MAX_RESPONSE_BYTES, requestTimeStamp, type TimeStamp, type TimeStampSettings } from './tsp/client.ts';
