/**
 * Signing by phone (移动签名, 扫码; docs/design/026) as the window asks for it. An approval on the phone ends in a ticket, which takes the PIN's
 * place in the one call that it was asked for: `session:signIn`, `sign:approve`, `batch:start`, `consent:finish`, `consent:complete`.
 */
import { z } from 'zod';
import { wireError } from './errors.ts';

/** What the phone is to approve. Main makes the rows that the phone shows; the window only says which records. */
export const phoneAsk = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('login') }),
  /** For `sign:approve`. */
  z.object({
    kind: z.literal('records'),
    items: z
      .array(z.object({ handle: z.string(), sealId: z.string().nullable() }))
      .min(1)
      .max(1000),
  }),
  /** For `batch:start`: list and digest as `batch:propose` gave them. */
  z.object({ kind: z.literal('batch'), listId: z.string(), digest: z.string() }),
  /** For `consent:finish` (one) and `consent:complete`. */
  z.object({ kind: z.literal('consent'), ids: z.array(z.string()).min(1).max(200) }),
]);
export type PhoneAsk = z.input<typeof phoneAsk>;

export const phoneProgress = z.object({
  requestId: z.string(),
  state: z.enum(['waiting', 'scanned', 'approved', 'done', 'refused', 'expired', 'cancelled', 'lost']),
  /** Two digits that the phone shows too; from `scanned` on. */
  check: z.string().nullable(),
  /** From `approved` on: what takes the PIN's place, once, and the key that will sign. */
  approved: z.object({ ticket: z.string(), tokenId: z.string(), keyId: z.string(), person: z.string() }).nullable(),
  /** Why it ended, with the next step. */
  error: wireError.nullable(),
  /** How the desk hears of it. */
  way: z.enum(['events', 'polling']),
});
export type PhoneProgress = z.infer<typeof phoneProgress>;

export const phoneKey = z.object({
  keyId: z.string(),
  deviceName: z.string(),
  place: z.enum(['pc', 'phone']),
  state: z.enum(['pending', 'active', 'suspended', 'locked', 'revoked']),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type PhoneKey = z.infer<typeof phoneKey>;

export const phoneCalls = {
  /** Asks; `qr` is the text of the code. What becomes of it comes with `phone:progress`. One request at a time: a new one cancels the one before. */
  'phone:ask': {
    input: phoneAsk,
    output: z.object({
      requestId: z.string(),
      qr: z.string(),
      expiresAt: z.string(),
      desk: z.string(),
      count: z.number(),
    }),
  },
  'phone:cancel': { input: z.object({ requestId: z.string() }), output: z.undefined() },
  /** Puts the code's link into the clipboard: where the service is on this PC (a demonstration) a browser here plays the phone. */
  'phone:copyLink': { input: z.object({ requestId: z.string() }), output: z.undefined() },
  /** A one-time code to enrol a phone with, for me, who have signed in with a certificate; `qr` is the text of the code to scan. */
  'phone:enrolCode': {
    input: z.undefined(),
    output: z.object({ code: z.string(), qr: z.string(), expiresAt: z.string() }),
  },
  /** My co-sign keys wherever they live: phones, and other PCs. */
  'phone:mine': { input: z.undefined(), output: z.object({ keys: z.array(phoneKey) }) },
  /** A phone that was lost: from now on it can do nothing until the administrator lets it go on. */
  'phone:stop': {
    input: z.object({ keyId: z.string(), reason: z.string().min(1).max(200) }),
    output: z.object({ keys: z.array(phoneKey) }),
  },
} as const;

export const phoneEvents = { 'phone:progress': phoneProgress } as const;
