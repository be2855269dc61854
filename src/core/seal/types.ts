/** Shapes of the seal room: GM/T 0031-2014 (1), GB/T 38540-2020 (4), GM/T 0031-2025 (5). Times are Date, lengths mm. */
import type { Certificate, Finding, TrustMaterial, Verdict } from '#core/pki/index.ts';
import type { Picture } from '#core/pdf/types.ts';

export type SealVersion = 1 | 4 | 5;

export interface SealPicture extends Picture {
  readonly widthMm: number;
  readonly heightMm: number;
}

/** ExtData of a seal or a seal signature; none is known here, a critical one leaves the verdict open. */
export interface SealExtension {
  readonly id: string;
  readonly critical: boolean;
  /** Content of extnValue. */
  readonly value: Uint8Array;
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
  /** TimeStampToken over the signature value (5). */
  readonly timeStamp: Uint8Array | undefined;
  readonly extensions: readonly SealExtension[];
  /** What no signature covers is not written as DER asks, one line each: somebody may have rewritten it. */
  readonly irregularities: readonly string[];
}

/** SES_Signature as read. */
export interface SealSignature {
  readonly der: Uint8Array;
  readonly version: SealVersion;
  /** TBS_Sign.version as written. */
  readonly statedVersion: number;
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
  /** TimeStampToken over the signature value (4, 5); in a 2014 structure the token that stands in timeInfo. */
  readonly timeStamp: Uint8Array | undefined;
  readonly extensions: readonly SealExtension[];
  readonly irregularities: readonly string[];
}

export interface SealCheckOptions {
  /** Whose seals are accepted. */
  readonly makerTrust: TrustMaterial;
  readonly timeStampTrust?: TrustMaterial;
  /** The time the seal is judged at: signing time for a signature, now for a seal. */
  readonly at: Date;
  readonly now: Date;
}

export interface SealSignatureCheckOptions {
  /** Whose seals are accepted. */
  readonly makerTrust: TrustMaterial;
  /** Whose signers are accepted. */
  readonly signerTrust: TrustMaterial;
  readonly timeStampTrust?: TrustMaterial;
  /** SM3 over the protected data (in a PDF: the two ranges of ByteRange); undefined when they cannot be believed. */
  readonly dataHash: Uint8Array | undefined;
  /** /ByteRange of the dictionary that carries the seal signature, to be compared with propertyInfo. */
  readonly byteRange?: readonly number[];
  /** The carrier's time stamp proves this time, so that the seal needs none of its own. */
  readonly provenTime?: Date;
  readonly now: Date;
}

/** What checking an SES_Signature gives. */
export interface SealSignatureVerdict extends SealVerdict {
  /** undefined: the bytes are none. */
  readonly signature: SealSignature | undefined;
  readonly signer: Certificate | undefined;
  readonly signerChain: readonly Certificate[];
  readonly signerRevocation: 'good' | 'revoked' | 'unknown' | 'not-checked';
  /** Of the time stamp in the structure itself, when it passed. */
  readonly trustedTime: Date | undefined;
  readonly timeStampAuthority: Certificate | undefined;
}

export interface SealVerdict {
  readonly verdict: Verdict;
  /** In the order of ses-seal.md §7, §8; codes SEAL_*, SIGN_*, SIGNER_*, DOC_HASH. */
  readonly findings: readonly Finding[];
  readonly makerChain: readonly Certificate[];
}

/** Fetches a time stamp over a signature value: the token's DER. */
export type SealStamper = (signature: Uint8Array) => Promise<Uint8Array>;

export interface SealRequest {
  readonly version: 4 | 5;
  /** esID, printable ASCII: unique within the maker's seals. */
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
