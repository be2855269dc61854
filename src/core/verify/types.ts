/** The judge's report: one per file, one entry per signature. JSON-serialisable apart from Date, which becomes ISO 8601. */
import type { EventBinding } from '../pki/index.ts';
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
  /** As reached and checked; `none` for signatures that are no PAdES. */
  readonly level: 'B-B' | 'B-T' | 'B-LT' | 'B-LTA' | 'none';
  /** Which time the certificate was judged at: a proven one, the signer's claim, or now. */
  readonly timeBasis: 'trusted' | 'claimed' | 'now';
  /** The GB/T 38540 seal signature, whichever way the file carries it. */
  readonly seal: SealReport | undefined;
  /** DocMDP permission when this is a certification signature. */
  readonly certification: 1 | 2 | 3 | undefined;
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
  /** Only when the signer's certificate is an event certificate (事件证书): issued for this one act, and what it binds the act to. */
  readonly event?: EventBinding;
}

/** What the judge says of a seal: ses-seal.md §7 and §8, every step with its own finding. */
export interface SealReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly carrier: 'attribute' | 'contents';
  /** 1: GM/T 0031-2014, 4: GB/T 38540-2020, 5: GM/T 0031-2025. */
  readonly version: 1 | 4 | 5;
  readonly id: string;
  readonly name: string;
  readonly type: number;
  readonly maker: CertificateSummary | undefined;
  readonly validFrom: string;
  readonly validTo: string;
  readonly signedAt: string;
  readonly picture: {
    readonly format: string;
    readonly widthMm: number;
    readonly heightMm: number;
    /** SM3 (hex) of the picture's bytes. */
    readonly sm3: string;
    readonly data: Uint8Array;
  };
}

/** What sort of thing was changed, for filters and icons. */
export type ChangeKind =
  | 'signature'
  | 'time-stamp'
  | 'security-store'
  | 'seal-copy'
  | 'form-value'
  | 'annotation'
  | 'page'
  | 'content'
  | 'resource'
  | 'action'
  | 'metadata'
  | 'structure';

export interface ChangeReport {
  readonly kind: ChangeKind;
  /** Old and new where they can be shown: a form value, text taken from the content, a box. */
  readonly before?: string;
  readonly after?: string;
  /** Where to look on `page`. */
  readonly place?: PlacementMm;
  readonly revision: number;
  readonly allowed: boolean;
  /** How it bears on the signature: PASSED when allowed, INDETERMINATE when nobody can tell. */
  readonly verdict: Verdict;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly object?: number;
  readonly page?: number;
  /** Fully qualified name of the form or signature field it concerns. */
  readonly field?: string;
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
  /** Pages that look or may look different in two revisions, for the desk to show side by side. `end`: bytes of the file up to there. */
  readonly changedPages: readonly {
    readonly page: number;
    readonly before: { readonly revision: number; readonly end: number };
    readonly after: { readonly revision: number; readonly end: number };
    readonly places: readonly PlacementMm[];
  }[];
  readonly encrypted: boolean;
  readonly judgedAt: string;
}
