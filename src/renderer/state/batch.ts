/**
 * 批量签署: a list is proposed, looked at, approved with one PIN, and signed by main; here is what main tells of it. The PIN goes to
 * main and is kept nowhere here.
 */
import type { ApprovedList, BatchItem, BatchProgress, BatchRow, BatchView } from '#shared/batch.ts';
import type { WireError } from '#shared/errors.ts';
import type { RecordSummary } from '#shared/models.ts';
import { go, refreshTokens, refreshWorklist } from './actions.ts';
import { recordKey } from './list.ts';
import { itemOf, toSign } from './signing.ts';
import { ask, get, set, type Checked } from './store.ts';

/** What main takes in one list. */
export const MOST = 1000;

/** From asking for a list to the PIN. */
export interface Proposal {
  /** What was asked for; null: what an earlier batch left. */
  readonly items: readonly BatchItem[] | null;
  readonly batchId: string | null;
  readonly reviewed: boolean;
  /** Selected, but more than one list takes. */
  readonly beyond: number;
  readonly fetched: { readonly done: number; readonly total: number };
  /** Null while it is being made. */
  readonly list: ApprovedList | null;
  readonly error: WireError | null;
  /** The PIN is with main. */
  readonly busy: boolean;
}

export type BatchFilter = 'all' | BatchRow['state'] | 'awaits-time';

export interface BatchState {
  readonly view: BatchView;
  readonly filter: BatchFilter;
  readonly failuresFirst: boolean;
  /** Key of the line in hand. */
  readonly cursor: string | null;
  readonly opening: string | null;
  readonly opened: Checked | null;
  readonly error: WireError | null;
}

export const rowKey = (r: { recordId: string; version: number }): string => `${r.recordId}@${r.version}`;

const fresh = (patch: Partial<Proposal>): Proposal => ({
  items: null,
  batchId: null,
  reviewed: false,
  beyond: 0,
  fetched: { done: 0, total: 0 },
  list: null,
  error: null,
  busy: false,
  ...patch,
});

async function make(proposal: Proposal): Promise<void> {
  set({ proposal });
  void refreshTokens();
  const r =
    proposal.items !== null
      ? await ask('batch:propose', { items: [...proposal.items] })
      : await ask('batch:resume', { batchId: proposal.batchId ?? '' });
  // Withdrawn, or asked anew, while the answer was on its way.
  if (!same(get().proposal, proposal)) return;
  set((s) => ({
    proposal: s.proposal && { ...s.proposal, list: r.ok ? r.value : null, error: r.ok ? null : r.error },
  }));
}
const same = (a: Proposal | null, b: Proposal): boolean =>
  a !== null && a.items === b.items && a.batchId === b.batchId && a.list === null;

/** 逐份审阅 done, or any approved records: the very bytes that were shown. */
export async function proposeApproved(): Promise<void> {
  const items = toSign();
  if (items.length === 0 || get().proposal !== null) return;
  await make(
    fresh({
      items: items.slice(0, MOST).map(itemOf),
      reviewed: true,
      beyond: Math.max(0, items.length - MOST),
      fetched: { done: 0, total: items.length },
    }),
  );
}

/** 全部签署: main fetches what is not open, leaves out what must be read, and says so. What was approved already keeps its bytes. */
export async function proposeAll(records: readonly RecordSummary[]): Promise<void> {
  if (records.length === 0 || get().proposal !== null) return;
  const approved = new Map(get().approved.map((a) => [recordKey(a.opened.record), a]));
  const items = records.slice(0, MOST).map((r): BatchItem => {
    const held = approved.get(recordKey(r));
    return held !== undefined ? itemOf(held) : unread(r);
  });
  await make(fresh({ items, beyond: Math.max(0, records.length - MOST), fetched: { done: 0, total: items.length } }));
}
const unread = (r: RecordSummary): BatchItem => ({
  recordId: r.id,
  version: r.version,
  handle: null,
  placement: null,
  layout: null,
  sealId: null,
  dropActive: false,
  reason: '',
});

export async function resume(): Promise<void> {
  const { batch, proposal } = get();
  if (batch === null || proposal !== null) return;
  await make(fresh({ batchId: batch.view.batchId, fetched: { done: 0, total: leftOver(batch.view) } }));
}
/** Records that another PIN would go on with. */
export const leftOver = (view: BatchView): number =>
  view.rows.filter((r) => r.state === 'not-begun' || r.state === 'failed').length;

export function proposeAgain(): void {
  const { proposal } = get();
  if (proposal !== null) void make({ ...proposal, list: null, error: null, busy: false });
}

export function withdrawProposal(): void {
  const { proposal } = get();
  if (proposal === null || proposal.busy) return;
  set({ proposal: null });
  void ask('batch:withdrawProposal', undefined);
}

export function fetchedForProposal(fetched: { done: number; total: number }): void {
  set((s) => (s.proposal === null ? {} : { proposal: { ...s.proposal, fetched } }));
}

/** The PIN for the list as it was shown. */
export async function approveList(pin: string): Promise<void> {
  const { proposal } = get();
  const list = proposal?.list ?? null;
  if (proposal === null || list === null || proposal.busy) return;
  set({ proposal: { ...proposal, busy: true, error: null } });
  const r = await ask('batch:start', { listId: list.listId, digest: list.digest, pin });
  if (!r.ok) {
    set((s) => ({ proposal: s.proposal && { ...s.proposal, busy: false, error: r.error } }));
    void refreshTokens();
    return;
  }
  const taken = new Set(list.rows.map(rowKey));
  set((s) => ({
    proposal: null,
    round: null,
    looking: null,
    review: s.review !== null && taken.has(recordKey(s.review.opened.record)) ? null : s.review,
    approved: s.approved.filter((a) => !taken.has(recordKey(a.opened.record))),
    selected: new Set([...s.selected].filter((k) => !taken.has(k))),
  }));
  remember(proposal, taken);
  await loadBatch();
  go('batch');
}

/** Handles of documents that the running batch was given; closed when it is put away. */
let lent: string[] = [];
function remember(proposal: Proposal, taken: ReadonlySet<string>): void {
  lent.push(...(proposal.items ?? []).flatMap((i) => (i.handle !== null && taken.has(rowKey(i)) ? [i.handle] : [])));
}

const shown = (view: BatchView): BatchState => ({
  view,
  filter: 'all',
  failuresFirst: false,
  cursor: null,
  opening: null,
  opened: null,
  error: null,
});

let loading: Promise<BatchView | null> | null = null;
/** Something was told while the whole was on its way: it may be older than that. */
let told = false;

/** The batch that runs, or the last one that was interrupted or not put away. */
export function loadBatch(): Promise<BatchView | null> {
  loading ??= read().finally(() => (loading = null));
  return loading;
}
async function read(): Promise<BatchView | null> {
  let view: BatchView | null = null;
  // A few times at most: the next event brings what this one misses.
  for (let again = 0; again === 0 || (told && again < 4); again++) {
    told = false;
    const r = await ask('batch:get', undefined);
    if (!r.ok) return null;
    view = r.value;
  }
  const now = view;
  set((s) => ({
    batch: now === null ? null : s.batch?.view.batchId === now.batchId ? { ...s.batch, view: now } : shown(now),
  }));
  return view;
}

export function batchProgressed(p: BatchProgress): void {
  if (loading !== null) {
    told = true;
    return;
  }
  const { batch } = get();
  if (batch === null || batch.view.batchId !== p.batchId) return void loadBatch();
  const { rows, ...counts } = p;
  const was = batch.view;
  const changed = new Map(rows.map((r) => [rowKey(r), r]));
  const view = {
    ...was,
    ...counts,
    rows: rows.length === 0 ? was.rows : was.rows.map((r) => changed.get(rowKey(r)) ?? r),
  };
  const justSigned = Math.max(0, p.signed - was.signed);
  set((s) => ({ batch: { ...batch, view }, signedCount: s.signedCount + justSigned }));
  if (p.state === 'finished' && was.state !== 'finished') void refreshWorklist(false);
}

/** Stops after the record in hand; what is done stays. */
export function stopBatch(): void {
  set((s) => (s.batch === null ? {} : { batch: { ...s.batch, view: { ...s.batch.view, state: 'cancelling' } } }));
  void ask('batch:cancel', undefined);
}

export const setBatchView = (patch: Partial<Pick<BatchState, 'filter' | 'failuresFirst' | 'cursor'>>): void =>
  set((s) => (s.batch === null ? {} : { batch: { ...s.batch, ...patch } }));

export const running = (view: BatchView): boolean => view.state === 'running' || view.state === 'cancelling';

/** The person has seen how it ended. */
export async function putAway(): Promise<void> {
  const { batch } = get();
  if (batch === null || running(batch.view)) return;
  closeOpened();
  await ask('batch:putAway', { batchId: batch.view.batchId });
  for (const handle of lent) void ask('documents:close', { handle });
  lent = [];
  set({ batch: null });
  go('worklist');
}

export async function openSigned(row: BatchRow): Promise<void> {
  const { batch } = get();
  if (batch === null || batch.opening !== null || row.state !== 'signed') return;
  const key = rowKey(row);
  const change = (patch: Partial<BatchState>) =>
    set((s) => (s.batch === null ? {} : { batch: { ...s.batch, ...patch } }));
  change({ opening: key, cursor: key, error: null });
  const r = await ask('batch:open', { batchId: batch.view.batchId, recordId: row.recordId, version: row.version });
  change(r.ok ? { opening: null, opened: r.value } : { opening: null, error: r.error });
}
export function closeOpened(): void {
  const opened = get().batch?.opened ?? null;
  if (opened === null) return;
  void ask('documents:close', { handle: opened.document.handle });
  set((s) => ({ batch: s.batch && { ...s.batch, opened: null } }));
}

const order: Readonly<Record<BatchRow['state'], number>> = {
  failed: 0,
  'in-hand': 1,
  'not-begun': 2,
  waiting: 3,
  signed: 4,
};
/** The lines as the person wants them; within a kind in the order of the list. */
export function arrangeLines(
  rows: readonly BatchRow[],
  { filter, failuresFirst }: Pick<BatchState, 'filter' | 'failuresFirst'>,
): readonly BatchRow[] {
  const kept =
    filter === 'all' ? rows : rows.filter((r) => (filter === 'awaits-time' ? r.awaitsTime : r.state === filter));
  return failuresFirst ? [...kept].sort((a, b) => order[a.state] - order[b.state]) : kept;
}
