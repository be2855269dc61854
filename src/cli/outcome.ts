/** How a command ends: its exit status, and an error as JSON. */
import type { YqError } from '#core/errors/index.ts';

export const EXIT = { ok: 0, failed: 1, indeterminate: 2, unreadable: 3, usage: 64 } as const;

/** How an error stands in JSON: the same shape as over IPC. */
export function wireError(error: YqError): Record<string, unknown> {
  return {
    code: error.code,
    zh: error.text('zh'),
    en: error.text('en'),
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  };
}
