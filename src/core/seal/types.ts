/** Shapes of the seal room: GM/T 0031-2014 (1), GB/T 38540-2020 (4), GM/T 0031-2025 (5). Times are Date, lengths mm. */
import type { Certificate, Finding, TrustMaterial, Verdict } from '#core/pki/index.ts';
import type { Picture } from '#core/pdf/types.ts';

export type SealVersion = 1 | 4 | 5;

export interface SealPicture extends Picture {
  readonly widthMm: number;
  readonly heightMm: number;
}

/** SESeal as read. `der` and the signed parts are the bytes as received; nothing is ever re-encoded to be verified. */
export interface Seal {
  readonly der: Uint8Array;
  readonly version: SealVersion;
  /** SES_Header.version as written (2014 seals carry vendors' numbers). */
  readonly headerVersion: number;
  readonly vendor: string;
  /** esID. */
  readonly id: string;
  /** 1 unit, 2 personal in 2014; business defined later. */
  readonly type: number;
  readonly name: string;
  /** Signers by certificate (DER) or by digest of it. */
  readonly signers:
    | { readonly kind: 'certificates'; readonly certificates: readonly Uint8Array[] }
    | { readonly kind: 'digests'; readonly digests: readonly { readonly type: string; readonly value: Uint8Array }[] };
  readonly createdAt: Date;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly picture: SealPicture;
  readonly makerCertificate: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** What the maker signed: eSealInfo (4, 5) or SEQUENCE{eSealInfo, cert, algorithm} (1). */
  readonly signedBytes: Uint8Array;
  readonly timeStamp: Uint8Array | undefined;
}

/** SES_Signature as read. */
export interface SealSignature {
  readonly der: Uint8Array;
  readonly version: SealVersion;
  readonly seal: Seal;
  /** timeInfo; undefined when a 2014 structure holds a time stamp token instead, then in `timeStamp`. */
  readonly signedAt: Date | undefined;
  readonly dataHash: Uint8Array;
  readonly propertyInfo: string;
  readonly signerCertificate: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  /** DER(TBS_Sign) as received. */
  readonly signedBytes: Uint8Array;
  readonly timeStamp: Uint8Array | undefined;
}

export interface SealCheckOptions {
  /** Whose seals are accepted. */
  readonly makerTrust: TrustMaterial;
  readonly timeStampTrust?: TrustMaterial;
  /** The time the seal is judged at: signing time for a signature, now for a seal. */
  readonly at: Date;
  readonly now: Date;
}

export interface SealVerdict {
  readonly verdict: Verdict;
  /** In the order of ses-seal.md §7, §8; codes SEAL_*, SIGN_*, SIGNER_*, DOC_HASH. */
  readonly findings: readonly Finding[];
  readonly makerChain: readonly Certificate[];
}

export interface SealRequest {
  readonly version: 4 | 5;
  readonly id: string;
  readonly vendor: string;
  readonly type: number;
  readonly name: string;
  readonly signers: { readonly kind: 'certificates' | 'digests'; readonly certificates: readonly Certificate[] };
  readonly createdAt: Date;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly picture: SealPicture;
}
