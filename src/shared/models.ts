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

export const finding = z.object({
  code: z.string(),
  verdict,
  zh: z.string(),
  en: z.string(),
  detail: z.string().optional(),
});
export type FindingView = z.infer<typeof finding>;

/** Pages a rule means: all, every other one, or a list such as `1,3-5,-1`. */
export const pageSelection = z.union([z.enum(['all', 'odd', 'even']), z.object({ list: z.string().min(1).max(200) })]);
export type PageSelection = z.infer<typeof pageSelection>;

/** How a person or a record type says where a seal stands; the same shape as core/pdf's PlacementRule. */
export const placementRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fixed'), page: z.number().int(), x: z.number(), y: z.number() }),
  z.object({ kind: z.literal('pages'), pages: pageSelection, x: z.number(), y: z.number() }),
  z.object({
    kind: z.literal('keyword'),
    text: z.string().min(1).max(100),
    hit: z.union([z.number().int(), z.literal('all')]).optional(),
    pages: pageSelection.optional(),
    anchor: z.enum(['centre', 'right', 'below', 'over-left']).optional(),
    dx: z.number().optional(),
    dy: z.number().optional(),
  }),
  z.object({ kind: z.literal('field'), name: z.string().min(1).max(200) }),
  z.object({
    kind: z.literal('riding'),
    edge: z.enum(['left', 'right', 'top', 'bottom']),
    groupSize: z.number().int().min(2).max(100).optional(),
    pages: pageSelection.optional(),
    offset: z.number().optional(),
    margin: z.number().min(0).max(50).optional(),
  }),
]);
export type PlacementRuleView = z.infer<typeof placementRule>;

export const placedPicture = z.object({
  place: placement,
  /** Part of the picture shown there, as fractions of it; the whole when absent. */
  part: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).optional(),
});
export type PlacedPicture = z.infer<typeof placedPicture>;

/** A rule worked out in one document. */
export const resolvedPlacement = z.object({
  widget: placedPicture.nullable(),
  fieldName: z.string().nullable(),
  copies: z.array(placedPicture),
});
export type ResolvedPlacementView = z.infer<typeof resolvedPlacement>;

/** A seal this person may use. */
export const sealView = z.object({
  id: z.string(),
  name: z.string(),
  type: z.number().int(),
  version: z.union([z.literal(1), z.literal(4), z.literal(5)]),
  /** Common names of those who may sign with it; a digest's first digits where the seal names only digests. */
  holders: z.array(z.string()),
  maker: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
  widthMm: z.number(),
  heightMm: z.number(),
  /** Picture, served by main. */
  pictureUrl: z.string().nullable(),
  source: z.enum(['imported', 'backend']),
  verdict,
  findings: z.array(finding),
  /** Whether the signed-in person's certificate is among the holders. */
  mine: z.boolean(),
});
export type SealView = z.infer<typeof sealView>;

/** A picture drawn for demo, training and a hospital's own trust domain. */
export const sealDrawing = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('round'),
    organisation: z.string().min(1).max(40),
    centre: z.string().max(20),
    number: z.string().max(20),
    diameterMm: z.number().min(20).max(60),
  }),
  z.object({
    kind: z.literal('department'),
    organisation: z.string().min(1).max(40),
    department: z.string().min(1).max(20),
    widthMm: z.number().min(20).max(60),
  }),
  z.object({ kind: z.literal('name'), name: z.string().min(1).max(8), sideMm: z.number().min(10).max(30) }),
  z.object({ kind: z.literal('handwriting'), name: z.string().min(1).max(8) }),
]);
export type SealDrawing = z.infer<typeof sealDrawing>;

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
  /** The record type wants each one read: 全部签署 leaves it out. */
  mustReview: z.boolean(),
  /** What the record is to me; absent from older services: to be signed. */
  mine: z.enum(['to-sign', 'returned-to-me', 'signed-by-me']).default('to-sign'),
  /** My level's place in the chain of signers, 1-based, and how many there are. */
  level: z.object({ at: z.number().int(), of: z.number().int() }).nullable().default(null),
  dueAt: z.string().nullable().default(null),
  /** Why it came back, while it stands. */
  returnReason: z.string().nullable().default(null),
  byIntern: z.boolean().default(false),
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

const certificateSummary = z.object({
  subject: z.string(),
  commonName: z.string(),
  issuer: z.string(),
  serial: z.string(),
  notBefore: z.string(),
  notAfter: z.string(),
});

/** What the judge says of a GB/T 38540 seal. */
export const sealReport = z.object({
  verdict,
  findings: z.array(finding),
  carrier: z.enum(['attribute', 'contents']),
  version: z.union([z.literal(1), z.literal(4), z.literal(5)]),
  id: z.string(),
  name: z.string(),
  type: z.number().int(),
  maker: certificateSummary.nullable(),
  validFrom: z.string(),
  validTo: z.string(),
  signedAt: z.string(),
  /** `url`: the picture, served by main; null when its kind cannot be shown. */
  picture: z.object({
    format: z.string(),
    widthMm: z.number(),
    heightMm: z.number(),
    sm3: z.string(),
    url: z.string().nullable(),
  }),
});
export type SealReportView = z.infer<typeof sealReport>;

export const changeKind = z.enum([
  'signature',
  'time-stamp',
  'security-store',
  'seal-copy',
  'form-value',
  'annotation',
  'page',
  'content',
  'resource',
  'action',
  'metadata',
  'structure',
]);

export const changeReport = z.object({
  revision: z.number().int(),
  allowed: z.boolean(),
  code: z.string(),
  kind: changeKind,
  zh: z.string(),
  en: z.string(),
  object: z.number().int().optional(),
  page: z.number().int().optional(),
  before: z.string().optional(),
  after: z.string().optional(),
  place: placement.optional(),
});
export type ChangeReportView = z.infer<typeof changeReport>;

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
  level: z.enum(['B-B', 'B-T', 'B-LT', 'B-LTA', 'none']),
  timeBasis: z.enum(['trusted', 'claimed', 'now']),
  seal: sealReport.nullable(),
  /** DocMDP permission of a certification signature. */
  certification: z.union([z.literal(1), z.literal(2), z.literal(3)]).nullable(),
  revocation: z.enum(['good', 'revoked', 'unknown', 'not-checked']),
  coverage: z.object({
    byteRange: z.array(z.number()),
    revision: z.number().int().nullable(),
    wholeFile: z.boolean(),
  }),
  changesAfter: z.array(changeReport),
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
  /** Pages that may look different in two revisions; `verify:revision` gives either state to be shown side by side. */
  changedPages: z.array(
    z.object({
      page: z.number().int(),
      before: z.number().int(),
      after: z.number().int(),
      places: z.array(placement),
    }),
  ),
  encrypted: z.boolean(),
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
  /** The record type's rule where it is more than one place: keyword, riding seal, several pages. Goes into `sign:approve` as `layout`. */
  layout: placementRule.nullable(),
  /** Empty signature fields that the document brought along. */
  emptyFields: z.array(z.string()),
  /** The seal that the record type asks for, of those I may use. */
  sealId: z.string().nullable(),
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

/** One file of a folder that is being judged. */
export const folderRow = z.object({
  /** Path below the folder. */
  name: z.string(),
  size: z.number(),
  verdict: verdict.nullable(),
  signatures: z.number().int(),
  signers: z.array(z.string()),
  trustedTime: z.string().nullable(),
  level: z.string(),
  /** First reason, in words; for a file that could not be read, why. */
  reason: z.object({ code: z.string(), zh: z.string(), en: z.string() }).nullable(),
});
export type FolderRow = z.infer<typeof folderRow>;

export const folderProgress = z.object({
  jobId: z.string(),
  folder: z.string(),
  total: z.number().int(),
  done: z.number().int(),
  passed: z.number().int(),
  failed: z.number().int(),
  indeterminate: z.number().int(),
  unreadable: z.number().int(),
  state: z.enum(['running', 'cancelled', 'finished']),
  /** Rows that came since the last event. */
  rows: z.array(folderRow),
});
export type FolderProgress = z.infer<typeof folderProgress>;
