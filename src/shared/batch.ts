/**
 * A batch (批量签署): many records under one PIN. The person approves a *list*: records with the digests of their documents, counted and
 * totalled; the approval names the SM3 of that list, and what no longer fits the list is taken out and named before the PIN is used.
 */
import { z } from 'zod';
import { wireError } from './errors.ts';
import { openedDocument, placement, placementRule, signingStep, verifyReport } from './models.ts';

const version = z.number().int().positive();

/** One record that is to be signed. `handle` null: 全部签署, main fetches the document and takes the record type's rule. */
export const batchItem = z.object({
  recordId: z.string(),
  version,
  /** Of the document that was shown (逐份审阅). */
  handle: z.string().nullable(),
  placement: placement.nullable(),
  layout: placementRule.nullable(),
  sealId: z.string().nullable(),
  dropActive: z.boolean(),
  reason: z.string().max(200),
});
export type BatchItem = z.infer<typeof batchItem>;

export const approvedRow = z.object({
  recordId: z.string(),
  version,
  title: z.string(),
  type: z.string(),
  patientName: z.string(),
  admissionNumber: z.string(),
  /** Hex SM3 of the document that will be signed. */
  sm3: z.string(),
  size: z.number().int(),
  /** Each was shown to the person; false: 全部签署. */
  reviewed: z.boolean(),
});

/** What the person sees before the PIN. */
export const approvedList = z.object({
  listId: z.string(),
  /** Hex SM3 over the list's canonical form (docs/formats.md). */
  digest: z.string(),
  rows: z.array(approvedRow),
  count: z.number().int(),
  patients: z.number().int(),
  bytes: z.number().int(),
  /** Records per type, most first. */
  types: z.array(z.object({ type: z.string(), count: z.number().int() })),
  /** Asked for, but not in the list, with the reason: changed since, policy wants it read, damaged, keyword absent … */
  excluded: z.array(z.object({ recordId: z.string(), version, title: z.string(), error: wireError })),
  /** CKA_ALWAYS_AUTHENTICATE: the key wants the PIN again for each record; said before the start. */
  alwaysAuthenticate: z.boolean(),
  /** Tries left before the PIN is typed; null when the token does not tell. */
  triesLeft: z.number().int().nullable(),
  /** A trusted time can't be had now and policy allows to add it later. */
  timeLater: z.boolean(),
});
export type ApprovedList = z.infer<typeof approvedList>;

/** Every record ends as exactly one of signed, failed, not-begun; before that it waits or is in hand. */
export const batchRow = z.object({
  recordId: z.string(),
  version,
  title: z.string(),
  patientName: z.string(),
  state: z.enum(['waiting', 'in-hand', 'signed', 'failed', 'not-begun']),
  step: signingStep.nullable(),
  /** Cause and next step of `failed`; why `not-begun`; with `signed`: why it is below the level asked for, or not uploaded. */
  error: wireError.nullable(),
  claimedTime: z.string().nullable(),
  trustedTime: z.string().nullable(),
  /** 已签名，等待可信时间. */
  awaitsTime: z.boolean(),
  uploaded: z.boolean(),
  milliseconds: z.number().nullable(),
});
export type BatchRow = z.infer<typeof batchRow>;

const counts = {
  batchId: z.string(),
  state: z.enum(['running', 'cancelling', 'finished', 'interrupted']),
  total: z.number().int(),
  signed: z.number().int(),
  failed: z.number().int(),
  notBegun: z.number().int(),
  awaitsTime: z.number().int(),
  awaitsUpload: z.number().int(),
  startedAt: z.string(),
  /** ms from the start to now, or to the end. */
  elapsed: z.number(),
  /** ms; null while it can't be told. */
  left: z.number().nullable(),
};
/** `interrupted`: the program ended in mid-batch; what is signed is signed, the rest may go on after a new PIN. */
export const batchView = z.object({ ...counts, rows: z.array(batchRow) });
export type BatchView = z.infer<typeof batchView>;
/** At most ten a second; only rows that changed. */
export const batchProgress = z.object({ ...counts, rows: z.array(batchRow) });
export type BatchProgress = z.infer<typeof batchProgress>;

export const batchCalls = {
  /** Fetches what is not open yet, checks everything that can be checked without the key, and makes the list to be approved. */
  'batch:propose': { input: z.object({ items: z.array(batchItem).min(1).max(1000) }), output: approvedList },
  /** While a list is being made: how many documents are fetched. Ends the making. */
  'batch:withdrawProposal': { input: z.undefined(), output: z.undefined() },
  /** BATCH_LIST_CHANGED when the digest is not that of the list. Rejects with what the token says of the PIN; answers once the key is open. */
  'batch:start': {
    input: z.object({ listId: z.string(), digest: z.string(), pin: z.string().min(1).max(64) }),
    output: z.object({ batchId: z.string() }),
  },
  'batch:cancel': { input: z.undefined(), output: z.undefined() },
  /** The batch that runs, or the last one of this person that was interrupted or not yet put away; null: none. */
  'batch:get': { input: z.undefined(), output: batchView.nullable() },
  /** A new list of what was not begun (and of what failed and may be tried again). */
  'batch:resume': { input: z.object({ batchId: z.string() }), output: approvedList },
  /** The person has seen how it ended. */
  'batch:putAway': { input: z.object({ batchId: z.string() }), output: z.undefined() },
  /** A signed document of a batch, to be looked at. */
  'batch:open': {
    input: z.object({ batchId: z.string(), recordId: z.string(), version }),
    output: z.object({ document: openedDocument, report: verifyReport }),
  },
} as const;

export const batchEvents = {
  'batch:progress': batchProgress,
  'batch:fetching': z.object({ done: z.number().int(), total: z.number().int() }),
} as const;
