/** The judge's report: one per file, one entry per signature. JSON-serialisable apart from Date, which becomes ISO 8601. */
import type { Finding, Verdict } from '../pki/types.ts';
import type { PlacementMm } from '../pdf/types.ts';

export interface CertificateSummary {
  readonly subject: string;
  readonly commonName: string;
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface SignatureReport {
  readonly index: number;
  readonly fieldName: string;
  readonly kind: 'signature' | 'document-timestamp';
  readonly subFilter: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly signer: CertificateSummary | undefined;
  readonly chain: readonly CertificateSummary[];
  readonly algorithm: string | undefined;
  readonly digest: string | undefined;
  readonly claimedTime: string | undefined;
  /** From a time stamp that passed every check. */
  readonly trustedTime: string | undefined;
  readonly timeStampAuthority: CertificateSummary | undefined;
  readonly level: 'B-B' | 'B-T' | 'none';
  readonly revocation: 'good' | 'revoked' | 'unknown' | 'not-checked';
  readonly coverage: {
    readonly byteRange: readonly number[];
    /** Revision this signature covers, 1-based, out of `revisions`. */
    readonly revision: number | undefined;
    readonly wholeFile: boolean;
  };
  /** What came after, and whether it is on the white list. */
  readonly changesAfter: readonly ChangeReport[];
  readonly placement: PlacementMm | undefined;
  readonly reason: string | undefined;
}

export interface ChangeReport {
  readonly revision: number;
  readonly allowed: boolean;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly object?: number;
  readonly page?: number;
}

export interface VerifyReport {
  readonly file: string;
  readonly size: number;
  /** Empty for a file beyond 1 GiB that cannot be judged at all. */
  readonly sm3: string;
  readonly verdict: Verdict;
  /** About the file as a whole: NO_SIGNATURE, UNSIGNED_BYTES_AT_END, PDF_DAMAGED … */
  readonly findings: readonly Finding[];
  readonly revisions: number;
  readonly signatures: readonly SignatureReport[];
  readonly judgedAt: string;
}
