/** Shapes of the records room. Times are ISO 8601 in UTC; lengths mm from the top left corner of the page as shown; digests SM3 in upper case hex. */
import type { PlacementRule } from '#core/pdf/types.ts';

export interface Patient {
  readonly id: string;
  readonly name: string;
  readonly pinyin: string;
  readonly sex: 'male' | 'female';
  readonly age: number;
  readonly bed: string;
  readonly admissionNumber: string;
  /** YYYY-MM-DD. */
  readonly admittedOn: string;
}

export interface Placement {
  /** 1-based. */
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where and how one signer signs a version, and why there. */
export interface SigningRule {
  readonly placement: Placement | null;
  /** Where one place is not enough: keyword, riding seal, several pages. Takes the place of `placement`, which still gives the size. */
  readonly layout: PlacementRule | null;
  /** esID of the seal to sign with. */
  readonly seal: string | null;
  readonly text: { readonly zh: string; readonly en: string };
  readonly appearance: 'handwriting' | 'none';
  /** The line of the document that this signer signs, e.g. 主治医师. */
  readonly role: string;
}

export interface Change {
  readonly where: string;
  readonly before: string;
  readonly after: string;
  readonly by: string;
  readonly at: string;
}

export interface SignedBy {
  readonly name: string;
  readonly title: string;
  readonly at: string;
}

/** Lowest first. */
export const LEVELS = ['intern', 'resident', 'attending', 'chief'] as const;
export type Level = (typeof LEVELS)[number];

/** One section of a record's text. */
export interface RecordSection {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly editable: boolean;
}

export interface RecordSummary {
  readonly id: string;
  readonly version: number;
  readonly type: string;
  readonly title: string;
  readonly department: string;
  readonly ward: string;
  readonly patient: Patient;
  /** Lowest level first. */
  readonly signedBy: readonly SignedBy[];
  readonly author: string;
  readonly submittedAt: string;
  readonly urgent: boolean;
  readonly mustReview: boolean;
  /** What it is to the person who asks. */
  readonly mine: 'to-sign' | 'returned-to-me' | 'signed-by-me';
  /** The person's place in the chain of signers, 1-based. */
  readonly level: { readonly at: number; readonly of: number } | null;
  readonly dueAt: string | null;
  /** While the return stands. */
  readonly returnReason: string | null;
  readonly byIntern: boolean;
}

export interface RecordVersion {
  readonly record: RecordSummary;
  readonly state: 'waiting' | 'signed' | 'returned' | 'superseded';
  readonly document: { readonly url: string; readonly sm3: string; readonly size: number };
  readonly changes: readonly Change[];
  readonly rule: SigningRule;
  /** Empty where the version came as a document alone. */
  readonly sections: readonly RecordSection[];
}

export interface Receipt {
  readonly recordId: string;
  readonly version: number;
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly certificateSerial: string;
  readonly signedBy: string;
  readonly receivedAt: string;
  readonly state: 'waiting' | 'signed';
}

/** One line of the chain of signers as it is handed in. */
export interface NewSigner {
  readonly personId: string;
  readonly rule: SigningRule;
  /** Level this line asks for; unknown where a record system does not say. */
  readonly level?: Level | undefined;
  /** Signed on this earlier version, and not to be signed again. */
  readonly carried?: number | undefined;
}

/** What a record system hands in: a new record or the next version of one. */
export interface NewVersion {
  readonly id: string;
  readonly version: number;
  readonly type: string;
  readonly title: string;
  readonly department: string;
  readonly ward: string;
  readonly patient: Patient;
  readonly author: string;
  /** Person id; a return goes to him. */
  readonly authorId?: string | undefined;
  readonly submittedAt: string;
  readonly urgent: boolean;
  readonly mustReview: boolean;
  readonly byIntern?: boolean | undefined;
  readonly dueAt?: string | null | undefined;
  readonly changes: readonly Change[];
  /** Lowest level first. */
  readonly signers: readonly NewSigner[];
  /** What the form is rendered from (Forms); absent where there is a document alone. */
  readonly content?: string | undefined;
  /** Person id of who made this version, where it is not the author, and why. */
  readonly madeBy?: string | undefined;
  readonly reason?: string | undefined;
  /** SM3 of the request that asked for it: the same request again makes no second version. */
  readonly requestSm3?: string | undefined;
}
