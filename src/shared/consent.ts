/**
 * Consent forms (知情同意): what the staff's window and the patient's window ask of main. Lengths mm, times ISO 8601 UTC, pressure 0 to 1.
 * The patient's window is a window of its own with an API of its own (patientCalls): it knows nothing of tokens, records or other patients.
 */
import { z } from 'zod';
import { wireError } from './errors.ts';
import { openedDocument, patient, verifyReport } from './models.ts';

/** Who writes by hand: the patient's side, a witness who is no member of staff. */
export const writer = z.enum(['patient', 'witness']);
export type Writer = z.infer<typeof writer>;

export const signerRole = z.enum(['self', 'guardian', 'relative', 'authorised', 'institution']);
export type SignerRole = z.infer<typeof signerRole>;

/** Who signs on the patient's side and why (病历书写基本规范 art. 10). Relation and reason are asked for unless the patient signs. */
export const consentSigner = z.object({
  role: signerRole,
  name: z.string().min(1).max(40),
  relation: z.string().max(40),
  reason: z.string().max(200),
  idKind: z.enum(['none', 'resident', 'passport', 'other']),
  idNumber: z.string().max(40),
  phone: z.string().max(20),
});
export type ConsentSigner = z.infer<typeof consentSigner>;

/** The same while it is being typed: nothing is required yet. Kept by `consent:fill` so that no word is lost on the way. */
export const signerDraft = consentSigner.extend({ name: z.string().max(40) });
export const witnessDraft = z.object({ name: z.string().max(40), relation: z.string().max(40) });
export type SignerDraft = z.infer<typeof signerDraft>;
export type WitnessDraft = z.infer<typeof witnessDraft>;

/** One blank of a form. */
export const templateField = z.object({
  id: z.string(),
  label: z.object({ zh: z.string(), en: z.string() }),
  kind: z.enum(['line', 'text', 'date', 'choice', 'checks']),
  options: z.array(z.string()),
  required: z.boolean(),
  value: z.string(),
});
export const consentTemplate = z.object({
  id: z.string(),
  version: z.number().int().positive(),
  /** 手术同意书, 麻醉知情同意书, 输血治疗同意书, 特殊检查及特殊治疗同意书, 病危(重)通知书, 其他知情同意书. */
  kind: z.enum(['surgery', 'anaesthesia', 'transfusion', 'special', 'critical', 'other']),
  title: z.string(),
  fields: z.array(templateField),
  witness: z.enum(['none', 'optional', 'required']),
  fingerprint: z.enum(['none', 'optional', 'required']),
  photo: z.enum(['none', 'optional', 'required']),
});
export type ConsentTemplate = z.infer<typeof consentTemplate>;

/** Points since the stroke's first one: [x mm, y mm, t ms, pressure, tiltX°, tiltY°]. */
export const inkPoint = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);
export const inkStroke = z.object({
  /** ms since the writing surface was opened. */
  at: z.number(),
  pointer: z.enum(['pen', 'touch', 'mouse']),
  points: z.array(inkPoint).min(1).max(20_000),
});
export type InkStrokeView = z.infer<typeof inkStroke>;

/** What was asked of the patient's side before anything biometric was taken, and what the answer was (个人信息保护法 art. 28–32). */
export const biometricConsent = z.object({
  handwriting: z.boolean(),
  fingerprint: z.boolean(),
  photo: z.boolean(),
  at: z.string(),
});

export const consentStage = z.enum([
  'filling', // staff fill the blanks
  'signer', // who signs, and why
  'patient', // the form is with the patient's side
  'witness', // with the witness
  'staff', // all is there; the staff member signs with the key
  'finishing', // certificates, signatures, time stamps are being made
  'queued', // complete; waits for the network to be certified
  'done',
  'abandoned',
]);
export type ConsentStage = z.infer<typeof consentStage>;

export const consentView = z.object({
  id: z.string(),
  stage: consentStage,
  template: consentTemplate,
  patient,
  values: z.record(z.string(), z.string()),
  signer: consentSigner.nullable(),
  witness: z.object({ name: z.string(), relation: z.string() }).nullable(),
  /** The form as it will be signed; null while it is being filled. */
  document: openedDocument.nullable(),
  allowed: biometricConsent.nullable(),
  /** Per writer: strokes kept so far, and a picture of them served by main. */
  ink: z.record(
    writer,
    z.object({ strokes: z.number().int(), pictureUrl: z.string().nullable(), confirmed: z.boolean() }),
  ),
  fingerprint: z
    .object({ pictureUrl: z.string(), source: z.string(), simulated: z.boolean(), at: z.string() })
    .nullable(),
  photo: z.object({ pictureUrl: z.string(), at: z.string() }).nullable(),
  /** The patient's window is open, and on which display. */
  display: z.object({ open: z.boolean(), second: z.boolean() }),
  offline: z.boolean(),
  /** What `consent:fill` kept of the signer and the witness before the form was presented. */
  draft: z.object({ signer: signerDraft.nullable(), witness: witnessDraft.nullable() }).optional(),
  /** The patient's side said no in its window; the form goes on only after `consent:reopen`, or is abandoned. */
  declined: z.object({ writer, reason: z.string(), at: z.string() }).nullable().optional(),
  createdAt: z.string(),
  /** When the hand was lifted last: the claimed time. */
  writtenAt: z.string().nullable(),
  trustedTime: z.string().nullable(),
  error: wireError.nullable(),
  signed: z.object({ document: openedDocument, report: verifyReport, uploaded: z.boolean() }).nullable(),
});
export type ConsentView = z.infer<typeof consentView>;

/** One line of the list of consent forms of this person. */
export const consentSummary = consentView
  .pick({ id: true, stage: true, createdAt: true, writtenAt: true, offline: true, error: true })
  .extend({
    title: z.string(),
    patientName: z.string(),
    bed: z.string(),
  });
export type ConsentSummary = z.infer<typeof consentSummary>;

export const fingerprintReader = z.object({
  id: z.string(),
  name: z.string(),
  simulated: z.boolean(),
  ready: z.boolean(),
});

const id = z.object({ id: z.string() });

export const consentCalls = {
  /** From the service, or as they were last when it can't be reached. */
  'consent:templates': {
    input: z.undefined(),
    output: z.object({ templates: z.array(consentTemplate), patients: z.array(patient), stale: wireError.nullable() }),
  },
  'consent:list': { input: z.undefined(), output: z.array(consentSummary) },
  'consent:start': { input: z.object({ patientId: z.string(), templateId: z.string() }), output: consentView },
  'consent:get': { input: id, output: consentView },
  /** Keeps what was typed so far, whole or not; what is left out stays as it is. */
  'consent:fill': {
    input: id.extend({
      values: z.record(z.string(), z.string().max(4000)),
      signer: signerDraft.nullable().optional(),
      witness: witnessDraft.nullable().optional(),
    }),
    output: consentView,
  },
  /** Fixes the form: from here on its bytes are what everybody signs. CONSENT_INCOMPLETE names the blanks. */
  'consent:present': {
    input: id.extend({
      signer: consentSigner,
      witness: z.object({ name: z.string().min(1).max(40), relation: z.string().max(40) }).nullable(),
    }),
    output: consentView,
  },
  /** Back to the blanks; what was written by hand is kept until the form is presented anew and then asked for again. */
  'consent:reopen': { input: id, output: consentView },
  /** Opens the patient's window on the second display (on this one when there is no other). */
  'consent:showPatient': { input: id.extend({ writer }), output: consentView },
  'consent:hidePatient': { input: id, output: consentView },
  'consent:readers': { input: z.undefined(), output: z.array(fingerprintReader) },
  'consent:takeFingerprint': { input: id.extend({ reader: z.string() }), output: consentView },
  /** From a file; asks for it. */
  'consent:importFingerprint': { input: id, output: consentView },
  'consent:dropFingerprint': { input: id, output: consentView },
  /** JPEG or PNG of the camera. */
  'consent:setPhoto': { input: id.extend({ image: z.instanceof(Uint8Array) }), output: consentView },
  'consent:dropPhoto': { input: id, output: consentView },
  /** Evidence sealed, event certificates, the patient's, the witness's and the staff member's signature: all of it, or queued when offline. */
  'consent:finish': { input: id.extend({ pin: z.string().min(1).max(64) }), output: consentView },
  /** Completes what was queued offline: one PIN for all of them. */
  'consent:complete': {
    input: z.object({ ids: z.array(z.string()).min(1).max(100), pin: z.string().min(1).max(64) }),
    output: z.array(consentSummary),
  },
  'consent:abandon': { input: id.extend({ reason: z.string().min(1).max(200) }), output: z.array(consentSummary) },
} as const;

/** What is being done while a form is finished; the order is that of the list, `sign` and `timestamp` once per party. */
export const consentStep = z.enum(['evidence', 'certificate', 'sign', 'timestamp', 'selfcheck', 'upload']);
export type ConsentStep = z.infer<typeof consentStep>;
export const consentProgress = z.object({
  id: z.string(),
  step: consentStep,
  /** Whose; null where it is everybody's. */
  party: z.enum(['patient', 'witness', 'staff']).nullable(),
  state: z.enum(['begun', 'done', 'failed']),
  milliseconds: z.number().optional(),
});
export type ConsentProgress = z.infer<typeof consentProgress>;

export const consentEvents = {
  'consent:changed': consentView,
  'consent:progress': consentProgress,
} as const;

/** What the patient's window is told: one form, one writer, nothing else. */
export const patientPage = z.object({
  consentId: z.string(),
  writer,
  /** Language of the page. */
  language: z.enum(['zh', 'en']),
  title: z.string(),
  /** Of the patient as the form names him. */
  patientName: z.string(),
  signerName: z.string(),
  role: signerRole.nullable(),
  document: openedDocument,
  /** The form's text, for large type and for reading aloud: paragraphs in order. */
  paragraphs: z.array(z.object({ kind: z.enum(['title', 'heading', 'text', 'item']), text: z.string() })),
  asks: z.object({ fingerprint: z.boolean(), photo: z.boolean() }),
  allowed: biometricConsent.nullable(),
  strokes: z.array(inkStroke),
  /** mm of the writing surface. */
  surface: z.object({ width: z.number(), height: z.number() }),
  confirmed: z.boolean(),
});
export type PatientPage = z.infer<typeof patientPage>;

export const patientCalls = {
  'patient:page': { input: z.undefined(), output: patientPage.nullable() },
  'patient:allow': { input: biometricConsent.omit({ at: true }), output: patientPage },
  /** Kept on the disk before it answers. `index` is the stroke's number: sent twice, it is kept once. */
  'patient:stroke': {
    input: z.object({ index: z.number().int().nonnegative(), stroke: inkStroke }),
    output: z.object({ kept: z.number().int() }),
  },
  /** Takes the last stroke back (undo), or all of them. */
  'patient:undo': { input: z.object({ all: z.boolean() }), output: z.object({ kept: z.number().int() }) },
  /** "This is my signature": nothing may be changed after it but by starting over. */
  'patient:confirm': { input: z.undefined(), output: patientPage },
  'patient:decline': { input: z.object({ reason: z.string().max(200) }), output: z.undefined() },
} as const;

export const patientEvents = {
  'patient:changed': patientPage.nullable(),
} as const;

export type PatientCallName = keyof typeof patientCalls;
export type PatientEventName = keyof typeof patientEvents;
/** The API the preload exposes to the patient's window as `window.yiqianPatient`; the page is app://patient/patient.html. */
export interface PatientApi {
  call<N extends PatientCallName>(
    name: N,
    input: z.input<(typeof patientCalls)[N]['input']>,
  ): Promise<
    { ok: true; value: z.output<(typeof patientCalls)[N]['output']> } | { ok: false; error: z.infer<typeof wireError> }
  >;
  on<N extends PatientEventName>(name: N, listener: (payload: z.output<(typeof patientEvents)[N]>) => void): () => void;
}
