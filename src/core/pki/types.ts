/** Shapes of the pki room: public keys, findings, chains, signers. */
import type { DigestName } from '../crypto/types.ts';
import type { Certificate } from './certificate.ts';

/** P-384 and P-521 are verified but never signed with. 'other': a key this product can show but not verify with (Ed25519 …). */
export type PublicKeyKind = 'sm2' | 'rsa' | 'ec-p256' | 'ec-p384' | 'ec-p521' | 'other';

export interface PublicKey {
  readonly kind: PublicKeyKind;
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** 04‖X‖Y (65 bytes), for SM2 only. */
  readonly point?: Uint8Array;
}

/** A verdict is never a bare tick (pains.md): FAILED beats INDETERMINATE beats PASSED. */
export type Verdict = 'PASSED' | 'FAILED' | 'INDETERMINATE';

/** One reason behind a verdict: a stable code, how it bears on the verdict, and one sentence in both languages. */
export interface Finding {
  /** Upper snake case, stable, e.g. CERT_EXPIRED. */
  readonly code: string;
  readonly verdict: Verdict;
  readonly zh: string;
  readonly en: string;
  /** For the expert: offsets, OIDs, serials. */
  readonly detail?: string;
}

/** What a certificate is asked to be good for. */
export type CertificatePurpose = 'signing' | 'timeStamping' | 'ocspSigning' | 'ca' | 'keyEncipherment';

export interface TrustMaterial {
  readonly roots: readonly Certificate[];
  readonly intermediates?: readonly Certificate[];
  /** DER CertificateLists and BasicOCSPResponses/OCSPResponses, as received. */
  readonly crls?: readonly Uint8Array[];
  readonly ocspResponses?: readonly Uint8Array[];
  /**
   * Who may make seals: makers' own certificates, or CAs that issue to makers alone. Absent: everybody with a signing certificate under
   * the roots, a doctor too, so a trust domain that has seals should name its makers.
   */
  readonly sealMakers?: readonly Certificate[];
}

export interface ChainOptions {
  /** The time the chain is judged at. */
  readonly at: Date;
  readonly purpose: CertificatePurpose;
  /** false: `at` is only "now" or a claim, so that an expired certificate leaves the matter open instead of failing. */
  readonly atIsProven?: boolean;
  /** What the leaf signed is proven to have existed then (a later time stamp): a revocation after that says nothing about it. */
  readonly existedAt?: Date;
}

export interface ChainReport {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Leaf first, trust anchor last; as far as it could be built. */
  readonly chain: readonly Certificate[];
  /** 'good' and 'revoked' need evidence that covers the time asked for; else 'unknown'. */
  readonly revocation: 'good' | 'revoked' | 'unknown' | 'not-checked';
}

/**
 * A private key somewhere (token, software, co-sign), seen by CMS, certificates and time stamps.
 * The same interface serves SM2 (OID …1.501, e = SM3(Z_A ‖ tbs), default user ID), RSA PKCS#1 v1.5 and ECDSA P-256 (SHA-256).
 */
export interface Signer {
  readonly certificate: Certificate;
  /** Further certificates for the SignedData (issuing CA …), without the leaf. */
  readonly chain: readonly Certificate[];
  readonly digest: DigestName;
  /** How many signatures may be asked for at a time, where that is quicker than one by one; absent: one. */
  readonly together?: number;
  /** Signs the bytes (hashing included). Gives the value as it stands in a SignerInfo: SM2 and ECDSA as DER SEQUENCE{r,s}. */
  sign(toBeSigned: Uint8Array): Promise<Uint8Array>;
}

/** A key that signs before it has a certificate: for requests and self-signed roots. A Signer's key fits by `keySignerOf`. */
export interface KeySigner {
  readonly publicKey: PublicKey;
  readonly digest: DigestName;
  /** As Signer.sign. */
  sign(toBeSigned: Uint8Array): Promise<Uint8Array>;
}

/** Injected network: core never opens a connection by itself. Rejects with the TSA_ or PKI_ family of errors' cause. */
export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Milliseconds until the call is given up. */
  readonly timeout: number;
  /** Bytes; a longer body is refused. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
export type HttpClient = (request: HttpRequest) => Promise<HttpResponse>;
