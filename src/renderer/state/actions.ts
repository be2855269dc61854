/** Moving about and opening records. Each action asks main and puts the answer where the screens look. */
import type { OpenedRecord, RecordSummary } from '#shared/models.ts';
import { placeOpened } from './placing.ts';
import { loadLife, loadMine } from './life.ts';
import { arrange, mineOf, recordKey, waiting } from './list.ts';
import { goOn, roundNeighbour, takeIn } from './round.ts';
import { ask, get, set, type Approved, type DeskState, type Place, type ReviewState } from './store.ts';

/** What is left of the state when a person has signed out: nothing of theirs. */
export const nobody: Partial<DeskState> = {
  review: null,
  approved: [],
  round: null,
  proposal: null,
  batch: null,
  mine: null,
  looking: null,
  worklist: null,
  list: { tab: 'to-sign', search: '', type: null, sort: 'newest', grouped: false },
  cursor: null,
  selected: new Set(),
  signedCount: 0,
  checked: [],
  folder: null,
  openError: null,
  seals: null,
  sealsError: null,
  place: 'worklist',
};

export function go(place: Place): void {
  set({ place, lookAt: null });
  if (place === 'keys') void refreshTokens();
}

export async function refreshTokens(): Promise<void> {
  const r = await ask('tokens:list', undefined);
  if (r.ok) set({ tokens: r.value });
}

export async function refreshWorklist(refresh: boolean): Promise<void> {
  const r = await ask('worklist:get', { refresh });
  if (r.ok) set({ worklist: r.value });
  else {
    set((s) => ({
      worklist: { records: s.worklist?.records ?? [], refreshedAt: s.worklist?.refreshedAt ?? null, stale: r.error },
    }));
  }
}

/** The list as the person sees it: filter and order applied. */
export const shownRecords = (): readonly RecordSummary[] => {
  const { worklist, mine, list } = get();
  return arrange(mineOf(worklist, mine, list.tab), list).filter(waiting);
};

export const approvedKeys = (approved: readonly Approved[]): ReadonlySet<string> =>
  new Set(approved.map((a) => recordKey(a.opened.record)));
export const isApproved = (approved: readonly Approved[], record: { id: string; version: number }): boolean =>
  approved.some((a) => recordKey(a.opened.record) === recordKey(record));

/** What the person decided about the record in hand, as it will be signed. */
export const approvedOf = ({ opened, placement, layout, sealId, dropActive, reason }: Approved): Approved => ({
  opened,
  placement,
  layout,
  sealId,
  dropActive,
  reason,
});

/** A record as it comes: the record type's own rule and seal. */
const fresh = (opened: OpenedRecord): Approved => ({
  opened,
  placement: opened.placement,
  layout: opened.layout,
  sealId: opened.sealId,
  dropActive: false,
  reason: '',
});

const reviewOf = (a: Approved): ReviewState => ({
  ...a,
  signing: false,
  progress: {},
  result: null,
  unseen: false,
  shown: false,
  life: null,
  lifeError: null,
  resolved: null,
  layoutError: null,
  hits: null,
});

export async function openRecord(record: { id: string; version: number }): Promise<void> {
  const key = recordKey(record);
  const { opening, review: before, approved } = get();
  if (opening !== null || before?.signing === true) return;
  set({ place: 'review', cursor: key, openError: null, looking: null });
  if (before !== null && recordKey(before.opened.record) === key && before.result === null) return;
  // What waits for the PIN stays open in main; everything else is let go when the next record comes.
  const letGo = before !== null && !isApproved(approved, before.opened.record) ? before.opened.document.handle : null;
  const held = approved.find((a) => recordKey(a.opened.record) === key);
  if (held !== undefined) set({ review: reviewOf(held) });
  else {
    set({ opening: key, review: null });
    const r = await ask('records:open', { recordId: record.id, version: record.version });
    if (r.ok) set({ opening: null, review: reviewOf(fresh(r.value)) });
    else set({ opening: null, openError: r.error });
  }
  if (letGo !== null) void ask('documents:close', { handle: letGo });
  void placeOpened();
  void loadLife();
}

/** The record `by` places further in the list, leaving out what is approved already; the selected ones alone when there are any. */
export function neighbour(by: 1 | -1): RecordSummary | undefined {
  const { review, selected, approved, round } = get();
  if (round !== null) return roundNeighbour(by);
  const all = shownRecords();
  const chosen = selected.size > 0 ? all.filter((x) => selected.has(recordKey(x))) : all;
  const here = review === null ? null : recordKey(review.opened.record);
  const open = chosen.filter((x) => recordKey(x) === here || !isApproved(approved, x));
  const i = open.findIndex((x) => recordKey(x) === here);
  if (i >= 0) return open[i + by];
  return by === 1 ? open[0] : undefined;
}

export function setReason(reason: string): void {
  set((s) => (s.review === null ? {} : { review: { ...s.review, reason } }));
}
export function markUnseen(): void {
  set((s) => (s.review === null || s.review.unseen ? {} : { review: { ...s.review, unseen: true } }));
}

export function markShown(): void {
  set((s) => (s.review === null || s.review.shown ? {} : { review: { ...s.review, shown: true } }));
}

/** Sign a copy without the content that can change the look, or not after all. */
export function setDropActive(dropActive: boolean): void {
  set((s) => (s.review === null ? {} : { review: { ...s.review, dropActive } }));
}

/** Puts the record in hand on the list that the next PIN signs, and shows the next one. */
export function approve(): void {
  const { review } = get();
  if (review === null) return;
  const { opened } = review;
  const inRound = get().round !== null;
  const next = inRound ? undefined : neighbour(1);
  takeIn(recordKey(opened.record));
  set((s) => ({
    approved: [
      ...s.approved.filter((a) => recordKey(a.opened.record) !== recordKey(opened.record)),
      approvedOf(review),
    ],
  }));
  if (inRound) goOn();
  else if (next !== undefined) void openRecord(next);
}
export function withdraw(record: { id: string; version: number }): void {
  set((s) => ({ approved: s.approved.filter((a) => recordKey(a.opened.record) !== recordKey(record)) }));
}

export async function returnRecord(reason: string): Promise<Awaited<ReturnType<typeof ask<'records:return'>>> | null> {
  const { review } = get();
  if (review === null) return null;
  const { record } = review.opened;
  const r = await ask('records:return', { recordId: record.id, version: record.version, reason });
  if (r.ok) {
    withdraw(record);
    set({ worklist: r.value, review: null, place: 'worklist' });
    void loadMine();
  }
  return r;
}

/** The person has seen that the service refused a signed document. */
export async function dismissUpload(record: { id: string; version: number }): Promise<void> {
  const r = await ask('uploads:dismiss', { recordId: record.id, version: record.version });
  if (r.ok) set({ worklist: r.value });
}

export async function runDiagnosis(): Promise<void> {
  const r = await ask('diagnose:run', undefined);
  set(r.ok ? { diagnosis: r.value, diagnosisError: null } : { diagnosisError: r.error });
}
