/** Judges one RFC 3161 time stamp token, embedded in a signature or standing as a document time stamp. */
import type { DigestName } from '#core/crypto/index.ts';
import type { Finding, TrustMaterial } from '#core/pki/index.ts';
import { finding } from './findings.ts';
import type { CertificateSummary, SignatureReport } from './types.ts';

export interface JudgedTimeStamp {
  readonly findings: readonly Finding[];
  /** Only when every check passed. */
  readonly time: Date | undefined;
  readonly authority: CertificateSummary | undefined;
  readonly chain: readonly CertificateSummary[];
  readonly digest: string | undefined;
  readonly revocation: SignatureReport['revocation'];
}

/** What the token must have stamped: bytes, or their digest by the token's own algorithm. */
export type Stamped = { readonly data: Uint8Array } | { readonly digest: Uint8Array };

export function judgeTimeStamp(
  _token: Uint8Array,
  _stamped: Stamped,
  _trust: TrustMaterial,
  _at: Date,
): JudgedTimeStamp {
  return {
    findings: [finding('TIMESTAMP_UNTRUSTED')],
    time: undefined,
    authority: undefined,
    chain: [],
    digest: undefined,
    revocation: 'not-checked',
  };
}

export function imprintDigestOf(_token: Uint8Array): DigestName | undefined {
  return undefined;
}
