/** The last look before the rename: the file on the disk is judged as a stranger would judge it. */
import { YqError } from '#core/errors/index.ts';
import { fileSource, type PreparedSignature } from '#core/pdf/index.ts';
import { verifyPdf, type SignatureReport } from '#core/verify/index.ts';
import type { DraftFile } from './draft-file.ts';
import type { SignPdfRequest } from './types.ts';

export interface SelfCheckOrder {
  readonly draft: DraftFile;
  readonly request: SignPdfRequest;
  readonly prepared: PreparedSignature;
  /** SM3 that the file must have, hex. */
  readonly sm3After: string;
  readonly at: Date;
  readonly trustedTime: Date | undefined;
}

/**
 * What a stranger can't know but what doesn't make our signature wrong: the roots trusted here may be fewer than his, and
 * revocation lists may be missing. Anything else that is not PASSED stops the act.
 */
const MATTERS_OF_TRUST = new Set([
  'CHAIN_NO_TRUST_ANCHOR',
  'REVOCATION_NOT_CHECKED',
  'REVOCATION_STALE',
  'REVOCATION_UNKNOWN',
]);

/** Throws SIGN_SELF_CHECK when the new signature is not good, SIGN_EARLIER_INVALID when one that was there before isn't. */
export async function selfCheck({
  draft,
  request,
  prepared,
  sm3After,
  at,
  trustedTime,
}: SelfCheckOrder): Promise<void> {
  const source = await fileSource(draft.path);
  try {
    const report = await verifyPdf(source, {
      name: 'draft',
      trust: request.trust,
      ...(request.tsa === undefined ? {} : { timeStampTrust: request.tsa.roots }),
      at,
    });
    const own = report.signatures.find((s) => s.fieldName === prepared.fieldName);
    const refuse = (detail: string): YqError => new YqError('SIGN_SELF_CHECK', { detail });
    if (report.sm3 !== sm3After) throw refuse(`SM3 ${report.sm3} instead of ${sm3After}`);
    if (own === undefined) throw refuse(`no signature in field ${prepared.fieldName}; ${codes(report.findings)}`);
    const wrong = own.findings.filter((f) => f.verdict !== 'PASSED' && !MATTERS_OF_TRUST.has(f.code));
    if (wrong.length > 0)
      throw refuse(wrong.map((f) => `${f.code}${f.detail === undefined ? '' : ` (${f.detail})`}`).join(', '));
    if (!own.coverage.wholeFile) throw refuse('the signature does not cover the whole file');
    if (trustedTime !== undefined && own.trustedTime !== trustedTime.toISOString())
      throw refuse('the time stamp is lost');
    const earlier = report.signatures.find((s) => s !== own && s.verdict === 'FAILED');
    if (earlier !== undefined) throw earlierInvalid(earlier);
    if (report.findings.some((f) => f.verdict === 'FAILED')) throw refuse(codes(report.findings));
  } finally {
    await source.close();
  }
}

const codes = (findings: readonly { readonly code: string }[]): string => findings.map((f) => f.code).join(', ');

const earlierInvalid = ({ fieldName, findings }: SignatureReport): YqError =>
  new YqError('SIGN_EARLIER_INVALID', {
    params: { field: fieldName },
    detail: codes(findings.filter((f) => f.verdict === 'FAILED')),
  });
