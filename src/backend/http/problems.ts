/** RFC 9457 problem documents: what went wrong as a stable code with zh and en text, never a stack trace. */
import { asYqError, YqError, type ErrorCode } from '#core/errors/index.ts';

/** Bytes. A JSON body holds a certificate and a signature at most; a TimeStampReq or an OCSPRequest is smaller still. */
export const SMALL_BODY = 64 * 1024;

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  /** What fills the places in the texts, so that a client can set them in its own words. */
  readonly params?: Readonly<Record<string, string | number>>;
  readonly zh: { readonly what: string; readonly next: string };
  readonly en: { readonly what: string; readonly next: string };
}

/** Codes that are the caller's doing, with their HTTP status. Whatever is not named here is a fault of ours. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  BACKEND_REQUEST: 400,
  BACKEND_NOT_FOUND: 404,
  BACKEND_MEDIA_TYPE: 415,
  BACKEND_TOO_LARGE: 413,
  LOGIN_REQUIRED: 401,
  LOGIN_CHALLENGE: 401,
  LOGIN_SIGNATURE: 401,
  LOGIN_CERTIFICATE: 403,
  LOGIN_CERTIFICATE_REVOKED: 403,
  LOGIN_UNKNOWN_PERSON: 403,
  LOGIN_TOO_MANY: 429,
  RECORD_NOT_FOUND: 404,
  RECORD_NOT_YOURS: 403,
  RECORD_CHANGED: 409,
  RECORD_NOT_WITHDRAWABLE: 409,
  RECORD_LEVEL: 403,
  RECORD_NOT_EDITABLE: 422,
  RECORD_TEXT_UNPRINTABLE: 422,
  UPLOAD_DIGEST: 422,
  UPLOAD_NOT_ORIGINAL: 422,
  UPLOAD_SIGNATURE: 422,
  UPLOAD_SIGNER: 422,
  AUDIT_FORK: 409,
  AUDIT_GAP: 409,
  AUDIT_INVALID: 422,
  COSIGN_REFUSED: 403,
  COSIGN_CODE: 403,
  COSIGN_PIN: 403,
  COSIGN_LOCKED: 403,
  COSIGN_SUSPENDED: 403,
  COSIGN_REVOKED: 403,
  COSIGN_SESSION: 401,
  COSIGN_EPOCH: 409,
  COSIGN_TOO_MANY: 429,
  PHONE_OTHER_DESK: 403,
  PHONE_OTHER_PERSON: 403,
  PHONE_NOT_A_CODE: 404,
  PHONE_PAGE_ABSENT: 404,
  PHONE_TAKEN: 409,
  PHONE_LIMIT: 409,
  PHONE_REFUSED: 410,
  PHONE_EXPIRED: 410,
  PHONE_LOST: 410,
  PHONE_OVER: 410,
  CONSENT_NOT_FOUND: 404,
  CONSENT_NOT_YOURS: 403,
  CONSENT_FINISHED: 409,
  CONSENT_INTAKE: 422,
  CA_SECRET: 401,
  CA_REQUEST: 422,
  CA_UNKNOWN_SERIAL: 404,
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: Problem;
  /** Set when it is a fault of ours: for the log, not for the caller. */
  readonly fault: unknown;
}

export function problemFor(thrown: unknown): Answer {
  const error = fromFramework(thrown) ?? asYqError(thrown, 'BACKEND_INTERNAL');
  const known = STATUS[error.code];
  const shown = known === undefined ? new YqError('BACKEND_INTERNAL', { cause: error }) : error;
  const status = known ?? 500;
  const headers: Record<string, string> = {};
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  if (status === 429) headers['retry-after'] = String(shown.params['seconds'] ?? 60);
  return {
    status,
    headers,
    problem: {
      type: `urn:yiqian:problem:${shown.code}`,
      title: shown.text('en').what,
      status,
      ...(shown.detail === undefined ? {} : { detail: shown.detail }),
      code: shown.code,
      ...(Object.keys(shown.params).length === 0 ? {} : { params: shown.params }),
      zh: shown.text('zh'),
      en: shown.text('en'),
    },
    fault: known === undefined ? thrown : undefined,
  };
}

interface FrameworkError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly validation?: readonly {
    readonly keyword: string;
    readonly instancePath: string;
    readonly message?: string;
  }[];
  readonly validationContext?: string;
  readonly message: string;
}

/** What Fastify itself refuses: bodies that are no JSON, that do not fit the schema, that are too long. */
function fromFramework(thrown: unknown): YqError | undefined {
  if (!(thrown instanceof Error) || thrown instanceof YqError) return undefined;
  const e = thrown as Error & FrameworkError;
  if (e.validation !== undefined) {
    const first = e.validation[0];
    // A name in the path that is none of the known ones: there is nothing at that address.
    if (e.validationContext === 'params' && first?.keyword === 'enum')
      return new YqError('BACKEND_NOT_FOUND', { cause: e });
    const where = `${e.validationContext ?? 'body'}${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim();
    return new YqError('BACKEND_REQUEST', { params: { where }, cause: e });
  }
  switch (e.statusCode) {
    case 413:
      return new YqError('BACKEND_TOO_LARGE', { params: { limit: SMALL_BODY }, cause: e });
    case 415:
      return new YqError('BACKEND_MEDIA_TYPE', { params: { type: '?' }, cause: e });
    case 404:
      return new YqError('BACKEND_NOT_FOUND', { cause: e });
    default:
      if (e.statusCode !== undefined && e.statusCode >= 400 && e.statusCode < 500) {
        return new YqError('BACKEND_REQUEST', { params: { where: 'request' }, cause: e });
      }
      return undefined;
  }
}
