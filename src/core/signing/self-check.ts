/** The last look before the rename: the file on the disk is judged as a stranger would judge it. */
import { YqError } from '#core/errors/index.ts';
import { createHash, equalBytes } from '#core/crypto/index.ts';
import { fileSource, type ByteSource, type PreparedSignature } from '#core/pdf/index.ts';
import { verifyPdf, type HashedPrefix, type SignatureReport, type VerifyReport } from '#core/verify/index.ts';
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
  /** The hashes that ran over the copied source, and its SHA-256. */
  readonly copied: HashedPrefix & { readonly sha256: Uint8Array };
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
  'SEAL_MAKER_UNKNOWN',
  'SIGNER_UNKNOWN',
]);

/** What speaks against a signature of our own, in one line; undefined when nothing but matters of trust does. */
export function whatIsWrong(own: SignatureReport): string | undefined {
  // A seal inside a CMS is one finding there, and its steps stand in the seal's own report.
  const steps = [...own.findings.filter((f) => f.code !== 'SEAL_UNCLEAR'), ...(own.seal?.findings ?? [])];
  const wrong = steps.filter((f) => f.verdict !== 'PASSED' && !MATTERS_OF_TRUST.has(f.code));
  if (wrong.length === 0) return undefined;
  return wrong.map((f) => `${f.code}${f.detail === undefined ? '' : ` (${f.detail})`}`).join(', ');
}

/** Throws SIGN_SELF_CHECK when the new signature is not good, SIGN_EARLIER_INVALID when one that was there before isn't. */
export async function selfCheck(order: SelfCheckOrder): Promise<VerifyReport> {
  const { draft, request, prepared, sm3After, at, trustedTime, copied } = order;
  const source = await fileSource(draft.path);
  try {
    // What stands on the disk is read back; being the bytes that SM3 has run over, they need not go through it again.
    if (!equalBytes(await sha256Of(source, copied.length), copied.sha256)) {
      throw new YqError('SIGN_SELF_CHECK', { detail: 'the copy on the disk differs from what was read' });
    }
    const report = await verifyPdf(source, {
      name: 'draft',
      trust: request.trust,
      ...(request.tsa === undefined ? {} : { timeStampTrust: request.tsa.roots }),
      ...(request.seal?.trust === undefined ? {} : { sealTrust: request.seal.trust }),
      at,
      ...(request.password === undefined ? {} : { password: request.password }),
      hashedPrefix: copied,
    });
    const own = report.signatures.find((s) => s.fieldName === prepared.fieldName);
    const refuse = (detail: string): YqError => new YqError('SIGN_SELF_CHECK', { detail });
    if (report.sm3 !== sm3After) throw refuse(`SM3 ${report.sm3} instead of ${sm3After}`);
    if (own === undefined) throw refuse(`no signature in field ${prepared.fieldName}; ${codes(report.findings)}`);
    if (request.seal !== undefined && own.seal === undefined) throw refuse('the seal is lost');
    const wrong = whatIsWrong(own);
    if (wrong !== undefined) throw refuse(wrong);
    if (!own.coverage.wholeFile) throw refuse('the signature does not cover the whole file');
    if (trustedTime !== undefined && own.trustedTime !== trustedTime.toISOString())
      throw refuse('the time stamp is lost');
    const earlier = report.signatures.find((s) => s !== own && s.verdict === 'FAILED');
    if (earlier !== undefined) throw earlierInvalid(earlier);
    if (report.findings.some((f) => f.verdict === 'FAILED')) throw refuse(codes(report.findings));
    return report;
  } finally {
    await source.close();
  }
}

const CHUNK = 1 << 20;

async function sha256Of(source: ByteSource, length: number): Promise<Uint8Array> {
  const hash = createHash('sha256');
  const readAt = (at: number): Promise<Uint8Array> => source.read(at, Math.min(CHUNK, length - at));
  let pending = length > 0 ? readAt(0) : undefined;
  for (let at = 0; pending !== undefined;) {
    const chunk = await pending;
    at += chunk.length;
    pending = at < length ? readAt(at) : undefined;
    hash.update(chunk);
  }
  return hash.digest();
}

const codes = (findings: readonly { readonly code: string }[]): string => findings.map((f) => f.code).join(', ');

const earlierInvalid = ({ fieldName, findings }: SignatureReport): YqError =>
  new YqError('SIGN_EARLIER_INVALID', {
    params: { field: fieldName },
    detail: codes(findings.filter((f) => f.verdict === 'FAILED')),
  });
