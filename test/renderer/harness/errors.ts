/** Errors in the words that a person reads: of the catalogue, and invented ones where a room may still change its own. */
import { errorText, type ErrorCode } from '../../../src/core/errors/index.ts';
import type { WireError } from '../../../src/shared/errors.ts';

export const wire = (code: ErrorCode, params: Record<string, string | number> = {}, detail?: string): WireError => ({
  code,
  zh: errorText(code, 'zh', params),
  en: errorText(code, 'en', params),
  ...(detail !== undefined && { detail }),
});

/** Errors of rooms that may be written later than this page. */
export const invented = (
  code: string,
  zh: string,
  zhNext: string,
  en: string,
  enNext: string,
  detail?: string,
): WireError => ({
  code,
  zh: { what: zh, next: zhNext },
  en: { what: en, next: enNext },
  ...(detail !== undefined && { detail }),
});
