/** A record's life (三级医师审签): who signs in which order, versions and what differs between them, return, withdrawal, urgency. */
import { z } from 'zod';
import { openedDocument, verdict, verifyReport, worklist } from './models.ts';

const version = z.number().int().positive();
export const level = z.enum(['intern', 'resident', 'attending', 'chief']);
export type Level = z.infer<typeof level>;

/** One line of the chain of signers of a record. */
export const lifeStep = z.object({
  level,
  /** 住院医师 … as the record type words it. */
  role: z.object({ zh: z.string(), en: z.string() }),
  person: z.string(),
  state: z.enum(['waiting', 'next', 'signed', 'returned', 'withdrawn', 'not-needed']),
  /** The version this person signed. */
  version: version.nullable(),
  at: z.string().nullable(),
  reason: z.string().nullable(),
});
export type LifeStep = z.infer<typeof lifeStep>;

/** Of one version: who made it, why, who signed it. */
export const lifeVersion = z.object({
  version,
  author: z.string(),
  authorLevel: level.nullable(),
  submittedAt: z.string(),
  reason: z.string().nullable(),
  state: z.enum(['waiting', 'signed', 'returned', 'withdrawn', 'superseded']),
  signatures: z.array(z.object({ person: z.string(), role: z.string(), at: z.string(), verdict: verdict.nullable() })),
});
export type LifeVersion = z.infer<typeof lifeVersion>;

/** One section of a record that may be changed by a superior. */
export const recordSection = z.object({ id: z.string(), title: z.string(), text: z.string(), editable: z.boolean() });
export type RecordSection = z.infer<typeof recordSection>;

export const recordLife = z.object({
  recordId: z.string(),
  version,
  steps: z.array(lifeStep),
  versions: z.array(lifeVersion),
  sections: z.array(recordSection),
  urgent: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
  /** The last return, while it stands. */
  returned: z.object({ by: z.string(), at: z.string(), reason: z.string() }).nullable(),
  /** By when the rules of record writing want it signed (病历书写基本规范). */
  dueAt: z.string().nullable(),
  /** An intern's record: it needs a superior licensed here. */
  byIntern: z.boolean(),
  may: z.object({
    edit: z.boolean(),
    sign: z.boolean(),
    return: z.boolean(),
    withdraw: z.boolean(),
    urge: z.boolean(),
  }),
});
export type RecordLife = z.infer<typeof recordLife>;

/** A run of text: kept, taken out, put in. */
export const textPart = z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() });
export const sectionDifference = z.object({ id: z.string(), title: z.string(), parts: z.array(textPart) });
export const versionDifference = z.object({
  from: version,
  to: version,
  by: z.string(),
  at: z.string(),
  sections: z.array(sectionDifference),
  /** Both documents, so that their pages can be laid side by side; null when the service no longer has one. */
  before: openedDocument.nullable(),
  after: openedDocument.nullable(),
});
export type VersionDifference = z.infer<typeof versionDifference>;

const at = z.object({ recordId: z.string(), version });

export const lifeCalls = {
  'life:get': { input: at, output: recordLife },
  /** An older version with its signatures judged; read only. */
  'life:openVersion': { input: at, output: z.object({ document: openedDocument, report: verifyReport }) },
  'life:compare': { input: z.object({ recordId: z.string(), from: version, to: version }), output: versionDifference },
  /** A superior's change: makes the next version; earlier signatures stay with theirs. Gives its number. */
  'life:edit': {
    input: z.object({
      recordId: z.string(),
      version,
      sections: z
        .array(z.object({ id: z.string(), text: z.string().max(20_000) }))
        .min(1)
        .max(100),
      reason: z.string().min(1).max(500),
    }),
    output: z.object({ version }),
  },
  /** Takes back my own signature before the next level has signed. */
  'life:withdraw': { input: at.extend({ reason: z.string().min(1).max(500) }), output: worklist },
  'life:urge': { input: at.extend({ urgent: z.boolean(), reason: z.string().max(500) }), output: worklist },
  /** What I signed and may still withdraw, and what was returned to me. */
  'life:mine': { input: z.undefined(), output: worklist },
} as const;
