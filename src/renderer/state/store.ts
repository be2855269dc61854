/** What the window knows. Main owns the truth; this is its last word plus what the person is doing. */
import { create } from 'zustand';
import type { CallInput, CallName, CallOutput } from '#shared/ipc.ts';
import type { WireError } from '#shared/errors.ts';
import type { RecordLife } from '#shared/life.ts';
import type {
  Diagnosis,
  Health,
  OpenedDocument,
  OpenedRecord,
  Placement,
  PlacementRuleView,
  ResolvedPlacementView,
  SealView,
  SessionView,
  Settings,
  SignProgress,
  SignResult,
  TokensView,
  VerifyReportView,
  Worklist,
} from '#shared/models.ts';
import type { PaperSize } from '../format/placement.ts';
import type { BatchState, Proposal } from './batch.ts';
import type { FolderState } from './folder.ts';
import type { Looking } from './life.ts';
import type { ListView } from './list.ts';
import type { Round } from './round.ts';

export type Place = 'worklist' | 'review' | 'batch' | 'consent' | 'verify' | 'keys' | 'diagnosis' | 'settings';
export type KeysTab = 'keys' | 'seals';
export interface Checked {
  readonly document: OpenedDocument;
  readonly report: VerifyReportView;
  /** Of an encrypted file, for the page's own reader; gone when the file is closed. */
  readonly password?: string;
}

/** A record as the person approved it: the very bytes shown, the place of the appearance, the reason. */
export interface Approved {
  readonly opened: OpenedRecord;
  readonly placement: Placement | null;
  /** Takes the place of `placement`: several places, a riding seal, a keyword, a field. */
  readonly layout: PlacementRuleView | null;
  /** A GB/T 38540 seal; null: the record type's own appearance. */
  readonly sealId: string | null;
  /** The person agreed to sign a copy without the content that can change the look. */
  readonly dropActive: boolean;
  readonly reason: string;
}

export interface ReviewState extends Approved {
  readonly signing: boolean;
  readonly progress: Readonly<Partial<Record<SignProgress['step'], SignProgress>>>;
  readonly result: SignResult | null;
  /** What `layout` comes to in this document; null while it is not known or does not fit. */
  readonly resolved: ResolvedPlacementView | null;
  readonly layoutError: WireError | null;
  /** How often the keyword stands in the document. */
  readonly hits: number | null;
  /** A page could not be shown: what is not seen must not be signed. */
  readonly unseen: boolean;
  /** The first page is on the screen: before that nothing was shown that could be approved. */
  readonly shown: boolean;
  /** The record's chain of signers and versions; null until it was read. */
  readonly life: RecordLife | null;
  readonly lifeError: WireError | null;
}

export interface DeskState {
  readonly place: Place;
  readonly settings: Settings;
  readonly session: SessionView | null;
  readonly tokens: TokensView | null;
  readonly worklist: Worklist | null;
  readonly health: Health | null;
  readonly version: string;
  readonly list: ListView;
  readonly cursor: string | null;
  readonly selected: ReadonlySet<string>;
  readonly opening: string | null;
  readonly openError: WireError | null;
  readonly review: ReviewState | null;
  /** mm, by page, of the document in hand; of pages not drawn yet the size of the first. */
  readonly paper: readonly PaperSize[];
  readonly approved: readonly Approved[];
  /** 逐份审阅 of what was selected. */
  readonly round: Round | null;
  /** A list that is to be approved with a PIN. */
  readonly proposal: Proposal | null;
  readonly batch: BatchState | null;
  /** What I signed and may still withdraw, and what was returned to me. */
  readonly mine: Worklist | null;
  /** A version that is only looked at, or two that are compared. */
  readonly looking: Looking | null;
  readonly signedCount: number;
  readonly checked: readonly Checked[];
  readonly checkedShown: number;
  readonly checking: boolean;
  readonly verifyError: WireError | null;
  readonly folder: FolderState | null;
  readonly diagnosis: Diagnosis | null;
  readonly diagnosisError: WireError | null;
  /** The service whose dot was clicked. */
  readonly lookAt: 'token' | 'tsa' | 'backend' | null;
  readonly shortcuts: boolean;
  readonly keysTab: KeysTab;
  /** Null until they were read. */
  readonly seals: readonly SealView[] | null;
  readonly sealsError: WireError | null;
}

export const useDesk = create<DeskState>(() => ({
  place: 'worklist',
  settings: { language: 'zh', theme: 'system', locked: [] },
  session: null,
  tokens: null,
  worklist: null,
  health: null,
  version: '',
  list: { tab: 'to-sign', search: '', type: null, sort: 'newest', grouped: false },
  cursor: null,
  selected: new Set(),
  opening: null,
  openError: null,
  review: null,
  paper: [],
  approved: [],
  round: null,
  proposal: null,
  batch: null,
  mine: null,
  looking: null,
  signedCount: 0,
  checked: [],
  checkedShown: 0,
  checking: false,
  verifyError: null,
  folder: null,
  diagnosis: null,
  diagnosisError: null,
  lookAt: null,
  shortcuts: false,
  keysTab: 'keys',
  seals: null,
  sealsError: null,
}));

export const set = useDesk.setState;
export const get = useDesk.getState;

export type Answer<N extends CallName> = { ok: true; value: CallOutput<N> } | { ok: false; error: WireError };

/** Calls main; never rejects. */
export function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<N>> {
  return window.yiqian.call(name, input);
}
