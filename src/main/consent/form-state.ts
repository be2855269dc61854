/** What a consent form consists of between two acts, besides its bytes: kept as one encrypted piece. Times ISO 8601 UTC. */
import { z } from 'zod';
import type { FormTemplate } from '#core/consent/types.ts';
import {
  biometricConsent,
  consentSigner,
  consentTemplate,
  signerDraft,
  witnessDraft,
  writer,
} from '#shared/consent.ts';
import { wireError } from '#shared/errors.ts';
import { patient } from '#shared/models.ts';

/** One writer's way through his part. */
const part = z.object({
  /** When his surface was opened first: what the strokes' times count from. */
  openedAt: z.string(),
  allowed: biometricConsent.nullable(),
  confirmedAt: z.string().nullable(),
  /** When the hand was lifted last before that. */
  writtenAt: z.string().nullable(),
  /** How many there were when they were confirmed; the strokes themselves go once they are sealed. */
  strokes: z.number().int(),
});

const taken = z.object({ source: z.string(), simulated: z.boolean(), at: z.string() });

/** How far the signatures have come; what is done is never done again. */
const act = z.object({
  /** Hex SM3 of the sealed packages. */
  evidence: z.partialRecord(writer, z.string()),
  sealedAt: z.string(),
  /** When the staff member's key signed the record of the act: his claimed time. */
  claimedAt: z.string(),
  offline: z.boolean(),
});

const signedFile = z.object({
  path: z.string(),
  sm3: z.string(),
  upload: z.enum(['pending', 'uploaded', 'refused']),
  attempts: z.number().int(),
  /** ms since 1970: not before. */
  nextAt: z.number(),
});

export const formState = z.object({
  // The whole template as the service gave it, more than the window is told: its texts are what is printed.
  template: z.custom<FormTemplate>((value) => consentTemplate.safeParse(value).success),
  patient,
  hospital: z.object({ name: z.string(), department: z.string(), ward: z.string() }),
  values: z.record(z.string(), z.string()),
  draft: z.object({ signer: signerDraft.nullable(), witness: witnessDraft.nullable() }),
  signer: consentSigner.nullable(),
  witness: z.object({ name: z.string(), relation: z.string() }).nullable(),
  /** Hex SM3 of the form's bytes once they are fixed. */
  document: z.string().nullable(),
  /** The form's text in order, for large type and reading aloud. */
  paragraphs: z.array(z.object({ kind: z.enum(['title', 'heading', 'text', 'item']), text: z.string() })),
  parts: z.partialRecord(writer, part),
  fingerprint: taken.nullable(),
  photo: taken.nullable(),
  declined: z.object({ writer, reason: z.string(), at: z.string() }).nullable(),
  offline: z.boolean(),
  writtenAt: z.string().nullable(),
  act: act.nullable(),
  trustedTime: z.string().nullable(),
  signed: signedFile.nullable(),
  error: wireError.nullable(),
  abandoned: z.string().nullable(),
});
export type FormState = z.output<typeof formState>;
export type WriterPart = z.output<typeof part>;
