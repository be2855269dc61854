/**
 * The YqError family. Every failure that can reach a person is one of these: a stable machine code, the cause kept
 * for the log, and one zh-CN and one en text that say what happened and what to do next. The texts live in
 * ./catalog/, one file per family, so that main, the command line and the tests read the same words.
 */
import { catalog, type ErrorCode } from './catalog/index.ts';

export type { ErrorCode } from './catalog/index.ts';
export type Language = 'zh' | 'en';

/**
 * What a person reads: `what` happened, and what to do `next`. `{name}` places are filled from the error's params; a param named
 * `name.zh` or `name.en` serves one language only.
 */
export interface ErrorText {
  readonly what: string;
  readonly next: string;
}

export interface ErrorDetail {
  /** Values for the `{name}` places in the texts. Never a PIN, never a patient's name. */
  readonly params?: Readonly<Record<string, string | number>>;
  readonly cause?: unknown;
  /** One line for the log and for IT: numbers, offsets, a driver's own code. Not shown large. */
  readonly detail?: string;
}

export class YqError extends Error {
  override readonly name = 'YqError';
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, { params = {}, cause, detail }: ErrorDetail = {}) {
    super(`${code}${detail === undefined ? '' : `: ${detail}`}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.params = params;
    this.detail = detail;
  }

  text(language: Language): ErrorText {
    return errorText(this.code, language, this.params);
  }
}

export function errorText(
  code: ErrorCode,
  language: Language,
  params: Readonly<Record<string, string | number>> = {},
): ErrorText {
  const fill = (s: string): string =>
    s.replace(/\{(\w+)\}/g, (whole, key: string) => String(params[`${key}.${language}`] ?? params[key] ?? whole));
  const entry = catalog[code][language];
  return { what: fill(entry.what), next: fill(entry.next) };
}

export function isYqError(e: unknown): e is YqError {
  return e instanceof YqError;
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalog, code);
}

/** Wraps anything thrown into a YqError, keeping a YqError as it is. */
export function asYqError(e: unknown, fallback: ErrorCode): YqError {
  if (isYqError(e)) return e;
  return new YqError(fallback, { cause: e, detail: e instanceof Error ? e.message : String(e) });
}
