/** YqError → WireError: the words of the catalogue in both languages and the one line for IT. */
import { asYqError, type ErrorCode } from '#core/errors/index.ts';
import type { WireError } from '#shared/errors.ts';

export function toWireError(e: unknown, fallback: ErrorCode = 'INTERNAL'): WireError {
  const error = asYqError(e, fallback);
  return {
    code: error.code,
    zh: error.text('zh'),
    en: error.text('en'),
    ...(error.detail !== undefined && { detail: error.detail }),
  };
}
