/** RFC 3161 TimeStampResp: the client's checks in order, each failure an error of its own. */
import { asYqError, isErrorCode, YqError } from '#core/errors/index.ts';
import { childrenOf, DerCursor, readDer, readNamedBits, readSmallInteger, Tag, type DerElement } from '../der.ts';
import { decodeString } from '../name.ts';
import type { TrustMaterial } from '../types.ts';
import { parseTimeStampRequest } from './request.ts';
import { verifyFreshToken, type TimeStampReport } from './token.ts';

/** PKIFailureInfo bits (RFC 3161 §2.4.2). */
export const FailureInfo = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const;
export type FailureName = keyof typeof FailureInfo;

const statusNames = [
  'granted',
  'grantedWithMods',
  'rejection',
  'waiting',
  'revocationWarning',
  'revocationNotification',
];

export interface TimeStampResponseView {
  readonly status: number;
  readonly statusText: string;
  readonly failures: readonly string[];
  /** DER ContentInfo as received; kept unchanged in the signature. */
  readonly token: Uint8Array | undefined;
}

/** @throws YqError TSA_MALFORMED */
export function parseTimeStampResponse(der: Uint8Array): TimeStampResponseView {
  try {
    const outer = new DerCursor(readDer(new Uint8Array(der), Tag.sequence));
    const info = new DerCursor(outer.next(Tag.sequence));
    const token = outer.optional(Tag.sequence);
    outer.end();
    const status = readSmallInteger(info.next(Tag.integer).value);
    const text = info.optional(Tag.sequence);
    const failure = info.optional(Tag.bitString);
    info.end();
    const names = new Map<number, string>(Object.entries(FailureInfo).map(([name, bit]) => [bit, name]));
    return {
      status,
      statusText:
        text === undefined
          ? ''
          : childrenOf(text)
              .map((t: DerElement) => decodeString(t) ?? '')
              .join(' '),
      failures: failure === undefined ? [] : readNamedBits(failure).map((bit) => names.get(bit) ?? `bit${bit}`),
      token: token?.bytes,
    };
  } catch (e) {
    const { code, message } = asYqError(e, 'TSA_MALFORMED');
    throw new YqError('TSA_MALFORMED', { cause: e, detail: `${code} ${message}` });
  }
}

export interface ResponseCheckOptions {
  readonly trust: TrustMaterial;
  readonly now: Date;
  /** Milliseconds between genTime and the local clock; 300 000 when absent. */
  readonly tolerance?: number;
}

const DEFAULT_CLOCK_TOLERANCE = 300_000;

/**
 * Checks an answer against the request that was sent and gives the token.
 * @param requestDer the request as sent
 * @throws YqError TSA_MALFORMED, TSA_REJECTED, TSA_NOT_TOKEN, TSA_WRONG_IMPRINT, TSA_WRONG_NONCE, TSA_WRONG_POLICY, TSA_SIGNER_MISSING,
 *   TSA_BAD_DIGEST, TSA_BAD_SIGNATURE, TSA_WRONG_USAGE, TSA_WRONG_SIGNER, TSA_CERTIFICATE_INVALID, TSA_CLOCK, TSA_ALGORITHM_PROTECTION
 */
export function checkTimeStampResponse(
  responseDer: Uint8Array,
  requestDer: Uint8Array,
  { trust, now, tolerance = DEFAULT_CLOCK_TOLERANCE }: ResponseCheckOptions,
): TimeStampReport & { readonly time: Date } {
  const response = parseTimeStampResponse(responseDer);
  if (response.status > 1) throw rejection(response);
  if (response.token === undefined) throw new YqError('TSA_MALFORMED', { detail: 'granted, but no token' });
  const request = parseTimeStampRequest(requestDer);
  const report = verifyFreshToken(response.token, trust, { request, now, tolerance });
  const problem = report.findings.find((f) => f.verdict !== 'PASSED');
  if (problem === undefined && report.time !== undefined) return { ...report, time: report.time };
  const code = problem !== undefined && isErrorCode(problem.code) ? problem.code : 'TSA_BAD_SIGNATURE';
  const seconds = Math.round(Math.abs((report.info?.time.getTime() ?? 0) - now.getTime()) / 1000);
  throw new YqError(code, {
    ...(code === 'TSA_CLOCK' ? { params: { seconds } } : {}),
    detail: `${problem?.code ?? report.verdict} ${problem?.detail ?? ''}`.trim(),
  });
}

function rejection({ status, statusText, failures }: TimeStampResponseView): YqError {
  const name = statusNames[status] ?? `status ${status}`;
  const reason = [failures.join(', ') || name, statusText]
    .filter((s) => s !== '')
    .join(': ')
    .slice(0, 200);
  return new YqError('TSA_REJECTED', { params: { reason }, detail: `${name}; ${failures.join(', ')}` });
}
