/** What the person can do. Each action asks main and puts the answer where the screens look. */
import type { Placement, RecordSummary } from '#shared/models.ts';
import { arrange, recordKey, waiting } from './list.ts';
import { ask, get, set, type Place } from './store.ts';

export function go(place: Place): void {
  set({ place });
  if (place === 'diagnosis') void runDiagnosis();
  if (place === 'keys') void refreshTokens();
}

export async function refreshTokens(): Promise<void> {
  const r = await ask('tokens:list', undefined);
  if (r.ok) set({ tokens: r.value });
}

export async function refreshWorklist(refresh: boolean): Promise<void> {
  const r = await ask('worklist:get', { refresh });
  if (r.ok) set({ worklist: r.value });
  else
    set((s) => ({
      worklist: { records: s.worklist?.records ?? [], refreshedAt: s.worklist?.refreshedAt ?? null, stale: r.error },
    }));
}

/** The list as the person sees it: filter and order applied. */
export const shownRecords = (): RecordSummary[] => arrange((get().worklist?.records ?? []).filter(waiting), get().list);

export async function openRecord(record: { id: string; version: number }): Promise<void> {
  const key = recordKey(record);
  if (get().opening !== null) return;
  const before = get().review;
  set({ opening: key, openError: null, place: 'review', cursor: key });
  const r = await ask('records:open', { recordId: record.id, version: record.version });
  if (before !== null) void ask('documents:close', { handle: before.opened.document.handle });
  if (r.ok)
    set({
      opening: null,
      review: { opened: r.value, placement: r.value.placement, reason: '', signing: false, progress: {}, result: null },
    });
  else set({ opening: null, openError: r.error, review: null });
}

/** The next waiting record after the one in hand; undefined at the end of the list. */
export function nextRecord(): RecordSummary | undefined {
  const { review, selected } = get();
  const all = shownRecords();
  const chosen = selected.size > 0 ? all.filter((x) => selected.has(recordKey(x))) : all;
  if (review === null) return chosen[0];
  const i = chosen.findIndex((x) => recordKey(x) === recordKey(review.opened.record));
  if (i >= 0) return chosen[i + 1];
  return chosen.find((x) => x.id !== review.opened.record.id);
}

export function place(placement: Placement | null): void {
  set((s) => (s.review === null ? {} : { review: { ...s.review, placement } }));
}
export function setReason(reason: string): void {
  set((s) => (s.review === null ? {} : { review: { ...s.review, reason } }));
}

/** Signs the record in hand; the PIN goes to main and is kept nowhere here. */
export async function sign(pin: string): Promise<void> {
  const review = get().review;
  if (review === null || review.signing) return;
  const { record, document } = review.opened;
  set({ review: { ...review, signing: true, progress: {}, result: null } });
  const r = await ask('sign:approve', {
    items: [
      {
        recordId: record.id,
        version: record.version,
        handle: document.handle,
        placement: review.placement,
        reason: review.reason,
      },
    ],
    pin,
  });
  const now = get().review;
  if (now === null || now.opened.document.handle !== document.handle) return;
  const result = r.ok
    ? (r.value.results[0] ?? null)
    : { recordId: record.id, version: record.version, outcome: 'failed' as const, error: r.error, signed: null };
  set((s) => ({
    review: { ...now, signing: false, result },
    signedCount: s.signedCount + (result?.outcome === 'signed' ? 1 : 0),
    selected: new Set([...s.selected].filter((k) => k !== recordKey(record))),
  }));
}

export async function returnRecord(reason: string): Promise<boolean> {
  const review = get().review;
  if (review === null) return false;
  const r = await ask('records:return', {
    recordId: review.opened.record.id,
    version: review.opened.record.version,
    reason,
  });
  if (!r.ok) {
    set({ openError: r.error });
    return false;
  }
  set({ worklist: r.value, review: null, place: 'worklist' });
  return true;
}

export async function verifyChosen(): Promise<void> {
  set({ place: 'verify', checking: true, verifyError: null });
  const r = await ask('verify:choose', undefined);
  takeChecked(r);
}
export async function verifyPaths(paths: string[]): Promise<void> {
  if (paths.length === 0) return;
  set({ place: 'verify', checking: true, verifyError: null });
  takeChecked(await ask('verify:paths', { paths }));
}
function takeChecked(r: Awaited<ReturnType<typeof ask<'verify:choose'>>>): void {
  if (!r.ok) return set({ checking: false, verifyError: r.error });
  set((s) => ({
    checking: false,
    checked: [...s.checked, ...r.value],
    checkedShown: r.value.length > 0 ? s.checked.length : s.checkedShown,
  }));
}
export function closeChecked(index: number): void {
  const c = get().checked[index];
  if (c !== undefined) void ask('documents:close', { handle: c.document.handle });
  set((s) => ({
    checked: s.checked.filter((_, i) => i !== index),
    checkedShown: Math.max(0, Math.min(s.checkedShown, s.checked.length - 2)),
  }));
}

export async function runDiagnosis(): Promise<void> {
  const r = await ask('diagnose:run', undefined);
  if (r.ok) set({ diagnosis: r.value });
}
