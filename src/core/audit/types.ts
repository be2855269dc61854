/**
 * The audit chain: one entry per act, each carrying the SM3 of the one before, anchored by a time stamp per day. An entry that was changed,
 * removed or put in later breaks the chain at that place, and whoever has the newest anchor can show it.
 */

/** What was done. Open on purpose: a newer desk's acts must not make an older verifier fail. */
export type AuditAct =
  | 'sign-in'
  | 'sign-out'
  | 'lock'
  | 'approve-list'
  | 'sign'
  | 'time-stamp'
  | 'upload'
  | 'upload-refused'
  | 'return'
  | 'withdraw'
  | 'edit'
  | 'urge'
  | 'consent-start'
  | 'consent-allow'
  | 'consent-sign'
  | 'consent-abandon'
  | 'evidence-sealed'
  | 'verify'
  | 'export'
  | 'key-test'
  | 'pin-change'
  | 'store-repaired'
  | (string & {});

export interface AuditFacts {
  readonly act: AuditAct;
  /** Person id, as the record service names him; empty before anybody has signed in. Never a patient's name. */
  readonly who: string;
  /** Serial of the certificate used, where one was. */
  readonly certificate?: string;
  /** What it was done to: record id and version, consent id, list id. */
  readonly subject: string;
  /** Hex SM3 of the document or list before, and of what came of it. */
  readonly before?: string;
  readonly after?: string;
  /** ISO 8601 UTC: the desk's clock. */
  readonly claimed: string;
  /** ISO 8601 UTC: the time stamp's. */
  readonly trusted?: string;
  readonly result: 'begun' | 'done' | 'failed';
  /** Error code of a failure. */
  readonly code?: string;
}

export interface AuditEntry extends AuditFacts {
  /** 1-based, without gaps. */
  readonly index: number;
  /** Hex SM3 of the entry before; of the chain's seed for the first. */
  readonly previous: string;
  /** Hex SM3 over the canonical form of everything above (docs/formats.md). */
  readonly hash: string;
}

/** A time stamp over the newest entry of a day: the chain up to it existed then. */
export interface AuditAnchor {
  /** Index of the newest entry it covers. */
  readonly index: number;
  readonly hash: string;
  /** DER TimeStampToken over the entry's hash. */
  readonly token: Uint8Array;
  readonly time: string;
}

/** A whole chain, as exported, shipped and verified. */
export interface AuditChain {
  /** Which desk: random, made with the chain; goes into the seed. */
  readonly desk: string;
  readonly createdAt: string;
  /** What the first entry continues: absent, or index 0 and the seed, for a whole chain; later where retention has cut it behind an anchor. */
  readonly start?: ChainPlace;
  readonly entries: AsyncIterable<AuditEntry | UnreadableEntry> | Iterable<AuditEntry | UnreadableEntry>;
  readonly anchors: readonly AuditAnchor[];
  /** The newest entry as its keeper names it (last line of an export); null: the file ends without saying so. */
  readonly end?: ChainPlace | null;
}

/** An entry named by its hash. Index 0: the seed. */
export interface ChainPlace {
  readonly index: number;
  /** Hex SM3. */
  readonly hash: string;
}

/** A place where an entry should stand and something else does. */
export interface UnreadableEntry {
  readonly unreadable: string;
}

export type AuditFaultKind = 'changed' | 'removed' | 'inserted' | 'reordered' | 'cut-off' | 'anchor' | 'unreadable';

export interface AuditFault {
  readonly kind: AuditFaultKind;
  /** Entry where it shows. */
  readonly index: number;
  readonly zh: string;
  readonly en: string;
}

export interface AuditVerdict {
  readonly entries: number;
  readonly anchors: number;
  /** Time of the newest good anchor, the entry it stands over (0: none), and how many entries lie after it. */
  readonly anchoredUntil: string | undefined;
  readonly anchoredIndex: number;
  readonly unanchored: number;
  /** Newest entry that a copy kept elsewhere (the record service's) confirms; undefined: no copy was asked. */
  readonly confirmedIndex: number | undefined;
  readonly faults: readonly AuditFault[];
}
