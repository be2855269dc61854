/**
 * What main and a signing worker tell each other; plain values only, so that a thread and a utility process carry them alike. The worker
 * has no key, no network and no PIN: what it needs of them it asks of main, one `ask` with one `answer` each.
 */
import type { PlacementMm, PlacementRule, SignatureAppearance } from '#core/pdf/types.ts';
import type { HttpRequest, HttpResponse } from '#core/pki/types.ts';
import type { SignatureLevel, SigningPoint, SigningStep } from '#core/signing/types.ts';
import type { WireFault, WireTrust } from '#core/verify/folder/index.ts';

/** How a record will look when it is signed, before the place is worked out in the document. */
export interface SigningPlan {
  /** Null: an invisible signature. */
  readonly place:
    | { readonly kind: 'placement'; readonly placement: PlacementMm }
    | {
        readonly kind: 'rule';
        readonly rule: PlacementRule;
        readonly size: { readonly widthMm: number; readonly heightMm: number };
      }
    | null;
  /** Without the font, which the worker has itself. */
  readonly appearance: Omit<SignatureAppearance, 'font'>;
  readonly seal: { readonly der: Uint8Array; readonly carrier: 'attribute' | 'contents' } | null;
}

export interface WireTsa {
  readonly url: string;
  /** ms per try. */
  readonly timeout: number;
}

export interface InspectTask {
  readonly kind: 'inspect';
  readonly path: string;
  readonly at: string;
  /** Undefined: whether the document can be signed at all, not yet where. */
  readonly plan?: SigningPlan;
  readonly dropActive: boolean;
}
export interface Inspected {
  /** Hex. */
  readonly sm3: string;
  readonly size: number;
  /** Why it cannot be signed as it is. */
  readonly blocked?: WireFault;
}

export interface SignTask {
  readonly kind: 'sign';
  readonly source: string;
  readonly target: string;
  /** Hex. */
  readonly expectedSm3: string;
  readonly signer: {
    readonly certificate: Uint8Array;
    readonly chain: readonly Uint8Array[];
    readonly digest: 'sm3' | 'sha256';
  };
  readonly plan: SigningPlan;
  readonly level: SignatureLevel;
  readonly dropActive: boolean;
  readonly reason: string;
  readonly tsa: WireTsa;
  readonly timeStampLater: boolean;
}
export interface Signed {
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly certificateSerial: string;
  /** ISO 8601. */
  readonly claimedTime: string;
  readonly trustedTime: string | null;
  readonly format: string;
  readonly shortfall: WireFault | null;
  readonly awaitsTime: boolean;
  readonly milliseconds: Readonly<Record<SigningStep, number>>;
}

export interface StampTask {
  readonly kind: 'stamp';
  readonly file: string;
  /** Raised to this level once the time stamp is in; a level that cannot be reached is told as shortfall. */
  readonly level: SignatureLevel;
  readonly tsa: WireTsa;
}
export interface Stamped {
  readonly sm3After: string;
  readonly trustedTime: string;
  readonly shortfall: WireFault | null;
}

export interface DigestTask {
  readonly kind: 'digest';
  readonly path: string;
}
export interface Digested {
  readonly sm3: string;
  readonly size: number;
}

export type Task = InspectTask | SignTask | StampTask | DigestTask;
export interface Results {
  readonly inspect: Inspected;
  readonly sign: Signed;
  readonly stamp: Stamped;
  readonly digest: Digested;
}
export type ResultOf<T extends Task> = Results[T['kind']];

/** What a worker asks of main in the middle of a task. */
export type Question =
  | { readonly kind: 'sign'; readonly bytes: Uint8Array }
  | { readonly kind: 'http'; readonly request: Omit<HttpRequest, 'signal'> }
  /** Which time stamp service to ask next; `tried`: those that this record has asked in vain. Null: there is none left. */
  | { readonly kind: 'tsa-turn'; readonly tried: readonly string[] }
  | { readonly kind: 'tsa-told'; readonly url: string; readonly fault: WireFault | null };
export type Answer =
  | { readonly kind: 'sign'; readonly signature: Uint8Array }
  | { readonly kind: 'http'; readonly response: HttpResponse }
  | { readonly kind: 'tsa-turn'; readonly url: string | null }
  | { readonly kind: 'tsa-told' };

export type ToWorker =
  | { readonly kind: 'trust'; readonly trust: WireTrust; readonly fonts: readonly string[] }
  | { readonly kind: 'task'; readonly id: number; readonly task: Task }
  | { readonly kind: 'answer'; readonly ask: number; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly ask: number; readonly fault: WireFault; readonly thrown: 'fault' | 'timeout' };

export type FromWorker =
  | { readonly kind: 'done'; readonly id: number; readonly result: Results[keyof Results] }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: WireFault }
  | {
      readonly kind: 'step';
      readonly id: number;
      readonly step: SigningStep;
      readonly state: 'begun' | 'done';
      readonly milliseconds?: number;
    }
  | { readonly kind: 'ask'; readonly id: number; readonly ask: number; readonly question: Question }
  /** While there is work, so that main sees that a document does not hold the worker fast. */
  | { readonly kind: 'alive' };

export type { SigningPoint };
