/** The way of one signature (design.md): prepare → sign → time stamp → fill → self-check → rename. */
import type { TimeStamp } from '../pki/index.ts';
import type { HttpClient, Signer, TrustMaterial } from '../pki/types.ts';
import type { YqError } from '#core/errors/index.ts';
import type { ValidationCache } from './extend/fetching.ts';
import type { PlacedPicture, PlacementMm, SignatureAppearance, SignatureFieldRequest } from '../pdf/types.ts';

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
  /**
   * Asks in place of the one call to `url`: several services behind one door, a rate to be kept. Gets the digest to be stamped and a way
   * to ask one service by its address; rejects with TSA_*.
   */
  readonly ask?: (
    imprint: Uint8Array,
    one: (url: string) => Promise<TimeStamp>,
    signal: AbortSignal | undefined,
  ) => Promise<TimeStamp>;
}

/** B-B signature alone; B-T with a time stamp; B-LT with everything needed to check it later; B-LTA with an archive time stamp over that. */
export type SignatureLevel = 'B-B' | 'B-T' | 'B-LT' | 'B-LTA';

/** A GB/T 38540 seal to sign with, and how the file carries its SES_Signature (docs/formats.md). */
export interface SealToUse {
  /** DER SESeal, as issued. */
  readonly seal: Uint8Array;
  /** `attribute`: inside a CMS that any reader understands, as a signed attribute. `contents`: the SES_Signature itself fills /Contents. */
  readonly carrier: 'attribute' | 'contents';
  /** Whose seals are accepted: the seal makers' roots; `trust` of the request when absent. */
  readonly trust?: TrustMaterial;
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
  /** See SignatureFieldRequest: strip of the widget, further places, certification, field lock. */
  readonly part?: PlacedPicture['part'];
  readonly copies?: readonly PlacedPicture[];
  readonly certify?: SignatureFieldRequest['certify'];
  readonly lock?: SignatureFieldRequest['lock'];
  readonly seal?: SealToUse;
  /** What the file is to reach; B-B without and B-T with `tsa` when absent. B-T and above need `tsa`. */
  readonly level?: SignatureLevel;
  /** Lists and answers that the files of one batch share; only levels above B-T need any. */
  readonly cache?: ValidationCache;
  /** Opens an encrypted document (user or owner password). */
  readonly password?: string;
  /** A document that can change its look: refused (the default), or signed as a copy from which the named things are dropped. */
  readonly activeContent?: 'refuse' | 'drop';
  readonly reason?: string;
  readonly location?: string;
  readonly tsa?: TsaSettings;
  /** When no time stamp can be had: sign without one, with room kept for it (B-B); `stampLater` puts it in. Default: fail with TSA_*. */
  readonly timeStampLater?: boolean;
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
  readonly format: 'PAdES B-B' | 'PAdES B-T' | 'PAdES B-LT' | 'PAdES B-LTA' | 'GB/T 38540';
  /** Why the file stayed below the level that was asked for: it is signed, and `extendPdf` may raise it later. */
  readonly shortfall?: YqError;
  /** Signed without a trusted time, which `stampLater` may still put in; `shortfall` says why there is none. */
  readonly awaitsTime?: boolean;
  /** What was taken out of the copy that was signed, with activeContent `drop`. */
  readonly dropped?: readonly string[];
  readonly milliseconds: Readonly<Record<SigningStep, number>>;
}

/** Raises a signed file, ours or a stranger's, to B-LT or B-LTA, or renews its archive time stamp. The bytes before stay as they are. */
export interface ExtendPdfRequest {
  readonly source: string;
  readonly target: string;
  readonly level: 'B-LT' | 'B-LTA';
  readonly trust: TrustMaterial;
  /** Needed for B-LTA. */
  readonly tsa?: TsaSettings;
  readonly password?: string;
  /** B-LTA: leave a file alone whose newest archive time stamp is good for longer than this, days; default 0: always stamp. */
  readonly renewWithinDays?: number;
  /** Lists and answers that the files of one batch share. */
  readonly cache?: ValidationCache;
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly replace?: boolean;
}

export interface ExtendPdfResult {
  readonly target: string;
  readonly outcome: 'extended' | 'renewed' | 'not-needed';
  readonly level: SignatureLevel;
  readonly added: { readonly certificates: number; readonly crls: number; readonly ocspResponses: number };
  readonly archiveTime: Date | undefined;
  /** The day by which the newest archive time stamp must be renewed: the earlier of its certificate's end and its algorithm's. */
  readonly renewBy: Date | undefined;
  readonly sm3Before: string;
  readonly sm3After: string;
}

/** Puts the missing time stamp into the newest signature of a file that `signPdf` made with `timeStampLater`. */
export interface StampLaterRequest {
  /** The signed file. Only the bytes of its newest /Contents change. */
  readonly source: string;
  /** May be the source itself; it is then replaced by the rename, unless it was changed meanwhile. */
  readonly target: string;
  /** SM3 (hex) the source must have; SIGN_DOCUMENT_CHANGED when it differs. */
  readonly expectedSm3?: string;
  readonly trust: TrustMaterial;
  readonly sealTrust?: TrustMaterial;
  readonly tsa: TsaSettings;
  readonly password?: string;
  readonly http: HttpClient;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly replace?: boolean;
  /** For tests of faults: awaited at each point. */
  readonly atPoint?: (point: SigningPoint) => void | Promise<void>;
}

export interface StampLaterResult {
  readonly target: string;
  readonly fieldName: string;
  /** Hex. */
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly trustedTime: Date;
  /** `not-needed`: the newest signature has its time stamp already; nothing was written. */
  readonly outcome: 'stamped' | 'not-needed';
}
