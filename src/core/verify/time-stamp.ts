/** Judges one RFC 3161 time stamp token, embedded in a signature or standing as a document time stamp. */
import type { DigestName } from '#core/crypto/index.ts';
import {
  parseSignedData,
  parseTstInfo,
  verifyTimeStampToken,
  type Certificate,
  type Finding,
  type SignedDataView,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { summarize } from './certificate-summary.ts';
import { strangeCertificates } from './embedded-certificates.ts';
import { finding } from './findings.ts';
import { basisOfToken, type LastingBasis } from './levels.ts';
import { unusualForm } from './unprotected-form.ts';
import type { CertificateSummary, SignatureReport } from './types.ts';

export interface JudgedTimeStamp {
  readonly findings: readonly Finding[];
  /** Only when every check passed. */
  readonly time: Date | undefined;
  readonly authority: CertificateSummary | undefined;
  readonly chain: readonly CertificateSummary[];
  readonly digest: string | undefined;
  readonly revocation: SignatureReport['revocation'];
  /** Only with `time`. */
  readonly basis: LastingBasis | undefined;
}

/** What the token must have stamped: bytes, or their digest by the algorithm that `imprintDigestOf` told. */
export type Stamped = { readonly data: Uint8Array } | { readonly digest: Uint8Array };

/** A stamp may be this far ahead of the clock that judges it, ms. */
const CLOCK_TOLERANCE = 300_000;

/**
 * @param at the moment of judging; a time that hasn't come yet proves nothing
 * @param existedAt a later stamp proves that the token existed then. Without one the certificates behind it must still be valid at `at`:
 * once they have expired, nobody watches over the key any more
 */
export function judgeTimeStamp(
  token: Uint8Array,
  stamped: Stamped,
  trust: TrustMaterial,
  at: Date,
  existedAt?: Date,
): JudgedTimeStamp {
  const report = verifyTimeStampToken(token, 'data' in stamped ? stamped.data : () => stamped.digest, trust, existedAt);
  const extra: Finding[] = [];
  if (report.time !== undefined && report.time.getTime() > at.getTime() + CLOCK_TOLERANCE) {
    extra.push(finding('TIMESTAMP_AHEAD', { detail: report.time.toISOString() }));
  }
  const { certificate, chain, info } = report;
  if (report.time !== undefined) extra.push(...judgeExistence(report.time, chain?.chain ?? [], at, existedAt));
  if (report.time !== undefined) {
    const view = parseSignedData(token);
    const odd = unusualForm(view);
    if (odd.length > 0) extra.push(finding('CONTENTS_IRREGULAR', { detail: `time stamp: ${odd.join(', ')}` }));
    const strange = strangeCertificates(view, trust, chain?.chain ?? []);
    if (strange.length > 0) {
      extra.push(finding('CERTIFICATE_IRREGULAR', { detail: `time stamp: ${strange.join(', ')}` }));
    }
  }
  return {
    findings: [...report.findings, ...extra],
    time: extra.length > 0 ? undefined : report.time,
    authority: certificate && summarize(certificate),
    chain: (chain?.chain ?? []).map(summarize),
    digest: info?.digestName?.toUpperCase(),
    revocation: chain?.revocation ?? 'not-checked',
    basis: extra.length > 0 ? undefined : basisOfToken(token, certificate, report.time, trust),
  };
}

function judgeExistence(time: Date, chain: readonly Certificate[], at: Date, existedAt: Date | undefined): Finding[] {
  if (existedAt !== undefined && existedAt.getTime() < time.getTime() - CLOCK_TOLERANCE) {
    return [finding('TIMESTAMP_ORDER', { detail: `${time.toISOString()}, covered at ${existedAt.toISOString()}` })];
  }
  const needed = existedAt ?? at;
  const expired = chain.find((certificate) => certificate.notAfter < needed);
  if (expired === undefined) return [];
  return [finding('TIMESTAMP_EXPIRED_SINCE', { detail: `${expired.subject} ${expired.notAfter.toISOString()}` })];
}

/** The algorithm a document time stamp was made with; undefined when the token can't be read or uses an unknown one. */
export function imprintDigestOf({ content }: SignedDataView): DigestName | undefined {
  try {
    return content === undefined ? undefined : parseTstInfo(content).digestName;
  } catch {
    return undefined;
  }
}
