/** What main and the renderer tell each other, as zod schemas. Times are ISO 8601 in UTC; lengths mm; durations ms. */
import { z } from 'zod';
import { wireError } from './errors.ts';

export const verdict = z.enum(['PASSED', 'FAILED', 'INDETERMINATE']);
export const language = z.enum(['zh', 'en']);
export const theme = z.enum(['system', 'light', 'dark']);

export const settings = z.object({
  language,
  theme,
  /** Names of settings that a policy locks; shown as locked. */
  locked: z.array(z.string()),
});
export type Settings = z.infer<typeof settings>;

export const pinTries = z.union([
  z.object({ kind: z.literal('count'), left: z.number().int().nonnegative() }),
  z.object({ kind: z.enum(['full', 'low', 'final', 'locked', 'unknown']) }),
]);
export type PinTries = z.infer<typeof pinTries>;

export const certificateView = z.object({
  commonName: z.string(),
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
  daysLeft: z.number().int(),
  keyUsage: z.array(z.string()),
});
export type CertificateView = z.infer<typeof certificateView>;

export const tokenKeyView = z.object({
  keyId: z.string(),
  label: z.string(),
  kind: z.enum(['sm2', 'rsa', 'ec-p256']),
  usage: z.enum(['signing', 'encryption', 'both', 'unknown']),
  alwaysAuthenticate: z.boolean(),
  certificate: certificateView.nullable(),
  /** Set when the key cannot sign: expired, not yet valid, encryption only … */
  unusable: wireError.nullable(),
});
export type TokenKeyView = z.infer<typeof tokenKeyView>;

export const tokenView = z.object({
  id: z.string(),
  label: z.string(),
  serial: z.string(),
  manufacturer: z.string(),
  model: z.string(),
  profile: z.string(),
  driverPath: z.string(),
  slotDescription: z.string(),
  pinTries,
  testOnly: z.boolean(),
  keys: z.array(tokenKeyView),
});
export type TokenView = z.infer<typeof tokenView>;

export const driverView = z.object({
  driver: z.string(),
  profile: z.string(),
  path: z.string(),
  state: z.enum(['ready', 'absent', 'broken', 'crashed', 'starting']),
  version: z.string().optional(),
  slots: z.number().optional(),
  error: wireError.optional(),
});
export type DriverView = z.infer<typeof driverView>;

export const tokensView = z.object({ drivers: z.array(driverView), tokens: z.array(tokenView) });
export type TokensView = z.infer<typeof tokensView>;

export const person = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  department: z.string(),
  ward: z.string(),
});

export const sessionView = z.object({
  state: z.enum(['signed-out', 'signed-in', 'locked']),
  person: person.nullable(),
  tokenId: z.string().nullable(),
  tokenLabel: z.string().nullable(),
  keyId: z.string().nullable(),
  certificate: certificateView.nullable(),
});
export type SessionView = z.infer<typeof sessionView>;

export const patient = z.object({
  id: z.string(),
  name: z.string(),
  pinyin: z.string(),
  sex: z.enum(['male', 'female']),
  age: z.number().int(),
  bed: z.string(),
  admissionNumber: z.string(),
  admittedOn: z.string(),
});

export const placement = z.object({
  page: z.number().int().positive(),
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});
export type Placement = z.infer<typeof placement>;

export const recordSummary = z.object({
  id: z.string(),
  version: z.number().int().positive(),
  type: z.string(),
  title: z.string(),
  department: z.string(),
  ward: z.string(),
  patient,
  /** Who signed already, lowest level first. */
  signedBy: z.array(z.object({ name: z.string(), title: z.string(), at: z.string() })),
  author: z.string(),
  submittedAt: z.string(),
  urgent: z.boolean(),
  mustReview: z.boolean(),
  state: z.enum(['waiting', 'signing', 'signed', 'failed', 'upload-pending']),
  /** Cause of the last failure. */
  error: wireError.nullable(),
});
export type RecordSummary = z.infer<typeof recordSummary>;

export const worklist = z.object({
  records: z.array(recordSummary),
  refreshedAt: z.string().nullable(),
  /** Set when the list shown is an old one because the backend cannot be reached. */
  stale: wireError.nullable(),
});
export type Worklist = z.infer<typeof worklist>;

export const finding = z.object({
  code: z.string(),
  verdict,
  zh: z.string(),
  en: z.string(),
  detail: z.string().optional(),
});
export type FindingView = z.infer<typeof finding>;

const certificateSummary = z.object({
  subject: z.string(),
  commonName: z.string(),
  issuer: z.string(),
  serial: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
});

export const signatureReport = z.object({
  index: z.number().int(),
  fieldName: z.string(),
  kind: z.enum(['signature', 'document-timestamp']),
  subFilter: z.string(),
  verdict,
  findings: z.array(finding),
  signer: certificateSummary.nullable(),
  chain: z.array(certificateSummary),
  algorithm: z.string().nullable(),
  digest: z.string().nullable(),
  claimedTime: z.string().nullable(),
  trustedTime: z.string().nullable(),
  timeStampAuthority: certificateSummary.nullable(),
  level: z.enum(['B-B', 'B-T', 'none']),
  revocation: z.enum(['good', 'revoked', 'unknown', 'not-checked']),
  coverage: z.object({
    byteRange: z.array(z.number()),
    revision: z.number().int().nullable(),
    wholeFile: z.boolean(),
  }),
  changesAfter: z.array(
    z.object({
      revision: z.number().int(),
      allowed: z.boolean(),
      code: z.string(),
      zh: z.string(),
      en: z.string(),
      object: z.number().int().optional(),
      page: z.number().int().optional(),
    }),
  ),
  placement: placement.nullable(),
  reason: z.string().nullable(),
});
export type SignatureReportView = z.infer<typeof signatureReport>;

export const verifyReport = z.object({
  file: z.string(),
  size: z.number().int(),
  sm3: z.string(),
  verdict,
  findings: z.array(finding),
  revisions: z.number().int(),
  signatures: z.array(signatureReport),
  judgedAt: z.string(),
});
export type VerifyReportView = z.infer<typeof verifyReport>;

/** A document the window may show: its bytes are served by main at `url` (app://bundle/document/…), and only those bytes can be signed. */
export const openedDocument = z.object({
  handle: z.string(),
  url: z.string(),
  name: z.string(),
  size: z.number().int(),
  /** Hex. */
  sm3: z.string(),
});
export type OpenedDocument = z.infer<typeof openedDocument>;

export const openedRecord = z.object({
  record: recordSummary,
  document: openedDocument,
  /** Verdicts of the signatures that the document already carries. */
  report: verifyReport,
  /** What changed since the last signed version, as the record service tells it. */
  changes: z.array(
    z.object({ where: z.string(), before: z.string(), after: z.string(), by: z.string(), at: z.string() }),
  ),
  /** Where the record type's rule puts my appearance, and why. */
  placement: placement.nullable(),
  placementRule: z.string(),
  /** Data URL-free: picture of my appearance served by main. */
  appearanceUrl: z.string().nullable(),
  /** Set when the document cannot be signed as it is (damaged, encrypted, locked …). */
  blocked: wireError.nullable(),
});
export type OpenedRecord = z.infer<typeof openedRecord>;

export const signingStep = z.enum(['prepare', 'sign', 'timestamp', 'seal', 'selfcheck', 'archive']);
export type SigningStep = z.infer<typeof signingStep>;

export const signProgress = z.object({
  jobId: z.string(),
  recordId: z.string(),
  step: signingStep,
  state: z.enum(['begun', 'done', 'failed']),
  milliseconds: z.number().optional(),
});
export type SignProgress = z.infer<typeof signProgress>;

export const signResult = z.object({
  recordId: z.string(),
  version: z.number().int(),
  outcome: z.enum(['signed', 'failed', 'not-begun']),
  error: wireError.nullable(),
  /** Only when signed. */
  signed: z
    .object({
      document: openedDocument,
      path: z.string(),
      sm3Before: z.string(),
      sm3After: z.string(),
      certificateSerial: z.string(),
      claimedTime: z.string(),
      trustedTime: z.string().nullable(),
      format: z.string(),
      milliseconds: z.record(signingStep, z.number()),
      report: verifyReport,
      /** False while the upload to the record service waits in the queue. */
      uploaded: z.boolean(),
    })
    .nullable(),
});
export type SignResult = z.infer<typeof signResult>;

export const healthDot = z.object({
  state: z.enum(['ok', 'slow', 'down', 'unknown']),
  latencyMs: z.number().nullable(),
  error: wireError.nullable(),
});
export const health = z.object({ token: healthDot, tsa: healthDot, backend: healthDot });
export type Health = z.infer<typeof health>;
export type HealthDot = z.infer<typeof healthDot>;

export const diagnosisLine = z.object({
  group: z.enum(['system', 'runtime', 'tokens', 'network', 'time', 'policy', 'storage']),
  id: z.string(),
  zh: z.string(),
  en: z.string(),
  value: z.string(),
  /** The value in words, where it has any; shown instead of `value`. */
  words: z.object({ zh: z.string(), en: z.string() }).optional(),
  state: z.enum(['ok', 'warning', 'error', 'info']),
  next: z.object({ zh: z.string(), en: z.string() }).optional(),
});
export const diagnosis = z.object({ lines: z.array(diagnosisLine), text: z.string(), at: z.string() });
export type Diagnosis = z.infer<typeof diagnosis>;
export type DiagnosisLine = z.infer<typeof diagnosisLine>;
