/** The way of one signature (design.md): prepare → sign → time stamp → fill → self-check → rename. */
import type { HttpClient, Signer, TrustMaterial } from '../pki/types.ts';
import type { SignatureAppearance, PlacementMm } from '../pdf/types.ts';

export type SigningStep = 'prepare' | 'sign' | 'timestamp' | 'seal' | 'selfcheck' | 'archive';

/**
 * The points between which a machine may die (design.md, "The way of one signature"): the source is open, copied and hashed, the
 * increment stands, the token has signed, the time stamp is there, the hole is filled and synced, the file is verified, renamed.
 */
export type SigningPoint =
  'opened' | 'copied' | 'prepared' | 'signed' | 'timestamped' | 'sealed' | 'checked' | 'archived';

export interface StepReport {
  readonly step: SigningStep;
  readonly state: 'begun' | 'done';
  /** Milliseconds the step took; only with state 'done'. */
  readonly milliseconds?: number;
}

export interface TsaSettings {
  readonly url: string;
  readonly roots: TrustMaterial;
  readonly digest?: 'sm3' | 'sha256';
  readonly policy?: string;
  /** ms per try, default 10 000; one retry with a new nonce. */
  readonly timeout?: number;
  /** Tolerated difference to the local clock, ms; default 300 000. */
  readonly clockTolerance?: number;
}

export interface SignPdfRequest {
  /** Source file; its bytes are never changed. */
  readonly source: string;
  /** Final path; written as a temporary file beside it, synced, verified, then renamed. */
  readonly target: string;
  /** SM3 (hex) of the document that was shown; SIGN_DOCUMENT_CHANGED when the source differs. */
  readonly expectedSm3?: string;
  readonly signer: Signer;
  readonly trust: TrustMaterial;
  readonly placement?: PlacementMm;
  readonly appearance?: SignatureAppearance;
  readonly fieldName?: string;
  readonly reason?: string;
  readonly location?: string;
  readonly tsa?: TsaSettings;
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly onStep?: (report: StepReport) => void;
  readonly signal?: AbortSignal;
  /** Default true: an existing target is replaced by the rename. False: SIGN_TARGET_EXISTS, even in a race. */
  readonly replace?: boolean;
  /** For tests of faults: awaited at each point. */
  readonly atPoint?: (point: SigningPoint) => void | Promise<void>;
}

export interface SignPdfResult {
  readonly target: string;
  /** Hex. */
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly fieldName: string;
  readonly certificateSerial: string;
  readonly signerName: string;
  readonly algorithm: 'SM2' | 'RSA' | 'ECDSA';
  readonly claimedTime: Date;
  readonly trustedTime: Date | undefined;
  readonly format: 'PAdES B-B' | 'PAdES B-T';
  readonly milliseconds: Readonly<Record<SigningStep, number>>;
}
