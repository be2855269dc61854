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

/** What the preload says when a call is malformed before it ever reaches main; the same words as main's catalogue entry IPC_REJECTED. */
export const ipcRejected = (detail: string): WireError => ({
  code: 'IPC_REJECTED',
  zh: { what: '界面请求不合规范，已拒绝。', next: '请重启程序；如再次出现请告诉信息科。' },
  en: {
    what: 'A request of the window was malformed and refused.',
    next: 'Restart the program; tell IT if it happens again.',
  },
  detail,
});
