/** The desk's audit chain as the window sees it. */
import { z } from 'zod';
import { wireError } from './errors.ts';

export const auditRow = z.object({
  index: z.number().int().positive(),
  at: z.string(),
  act: z.string(),
  who: z.string(),
  subject: z.string(),
  digest: z.string(),
  trustedTime: z.string().nullable(),
  result: z.enum(['done', 'failed', 'begun']),
  code: z.string().nullable(),
});
export type AuditRow = z.infer<typeof auditRow>;

export const auditCalls = {
  /** My own acts, newest first. */
  'audit:mine': {
    input: z.object({ from: z.string().nullable(), limit: z.number().int().min(1).max(500) }),
    output: z.array(auditRow),
  },
  /** Saves the whole chain where the person says (JSON Lines, docs/formats.md). */
  'audit:export': {
    input: z.undefined(),
    output: z.object({ path: z.string().nullable(), entries: z.number().int() }),
  },
  'audit:verify': {
    input: z.undefined(),
    output: z.object({
      entries: z.number().int(),
      anchors: z.number().int(),
      /** Time of the newest good time stamp over the chain, and how many entries lie after it. */
      anchoredUntil: z.string().nullable(),
      unanchored: z.number().int(),
      faults: z.array(z.object({ index: z.number().int(), zh: z.string(), en: z.string() })),
    }),
  },
  /** What the person must know of the desk's own data since the program started (STORE_DAMAGED); asked at the start of the window, signed in or not. */
  'store:notice': { input: z.undefined(), output: wireError.nullable() },
  /** It was read. */
  'store:seen': { input: z.undefined(), output: z.undefined() },
} as const;
