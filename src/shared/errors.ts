/** How an error crosses IPC: code, words in both languages, one detail line. Never a stack trace. */
import { z } from 'zod';

const text = z.object({ what: z.string(), next: z.string() });

export const wireError = z.object({
  code: z.string(),
  zh: text,
  en: text,
  detail: z.string().optional(),
});
export type WireError = z.infer<typeof wireError>;
