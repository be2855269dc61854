/**
 * What a phone is shown of the documents to be signed, and the digests that bind its approval to them (docs/formats.md §13). A batch has a
 * digest of its own (batch/approved-list.ts).
 */
import { sm3, toHex } from '#core/crypto/index.ts';
import { PHONE_LOGIN_DIGEST, type PhoneRow } from '#core/token/index.ts';
import { initials } from './initials.ts';

/** A login names no documents. */
export const LOGIN_DIGEST = PHONE_LOGIN_DIGEST;

/** One document of a list that a phone is to approve. */
export interface DocumentToApprove {
  /** Kind of record or form, e.g. 首次病程记录. */
  readonly type: string;
  readonly patientName: string;
  /** Hex SM3 of the document. */
  readonly sm3: string;
  /** Signatures that the key is asked for at most. */
  readonly signatures: number;
  /** One of them may be a GB/T 38540 seal's. */
  readonly seal: boolean;
}

export interface ListToApprove {
  readonly documents: readonly DocumentToApprove[];
  /** Hex. */
  readonly digest: string;
}

const TYPE_LENGTH = 60;

export const rowsOf = (documents: readonly DocumentToApprove[]): readonly PhoneRow[] =>
  documents.map(({ type, patientName, sm3: digest }) => ({
    // Never half of a character beyond the basic plane.
    type: type.slice(0, TYPE_LENGTH).replace(/[\uD800-\uDBFF]$/, ''),
    initials: initials(patientName),
    digest,
  }));

type Cell = string | number | null;
/** Hex SM3 of UTF-8 lines: the mark, then a JSON array per document in the order of the list. */
const digestOf = (mark: string, lines: readonly (readonly Cell[])[]): string =>
  toHex(sm3(new TextEncoder().encode([mark, ...lines.map((l) => JSON.stringify(l)), ''].join('\n'))));

export interface RecordToApprove {
  readonly recordId: string;
  readonly version: number;
  readonly sm3: string;
  readonly sealId: string | null;
}

/** Of `sign:approve`: which bytes of which records, and with which seals. */
export const recordsDigest = (records: readonly RecordToApprove[]): string =>
  digestOf(
    'YIQIAN-PHONE-RECORDS-1',
    records.map((r) => [r.recordId, r.version, r.sm3.toUpperCase(), r.sealId]),
  );

/** Of `consent:finish` and `consent:complete`: which forms, by the documents that their patients were shown. */
export const formsDigest = (forms: readonly { readonly id: string; readonly document: string }[]): string =>
  digestOf(
    'YIQIAN-PHONE-CONSENT-1',
    forms.map((f) => [f.id, f.document.toUpperCase()]),
  );
