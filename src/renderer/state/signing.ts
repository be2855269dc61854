/** Signing the approved list. The PIN goes to main and is kept nowhere here. */
import type { SignProgress, SignResult } from '#shared/models.ts';
import { approvedOf, isApproved } from './actions.ts';
import { placeable } from './placing.ts';
import { recordKey } from './list.ts';
import { ask, get, set, type Approved, type ReviewState } from './store.ts';

/** The document can change what it shows; a copy without that can be signed. */
export const ACTIVE_CONTENT = 'PDF_ACTIVE_CONTENT';

/** What stands against signing this document was met by the person's decision to sign a copy. */
export const cleared = (review: ReviewState): boolean =>
  review.opened.blocked === null || (review.opened.blocked.code === ACTIVE_CONTENT && review.dropActive);

/** Seen whole, not blocked, and the seal's place is known. */
export const signable = (review: ReviewState): boolean => !review.unseen && cleared(review) && placeable(review);

/** What the next PIN signs: the approved records and, unless it is among them or cannot be signed, the one in hand. */
export function toSign(): readonly Approved[] {
  const { approved, review } = get();
  if (review === null || review.result?.outcome === 'signed' || !signable(review)) return approved;
  const inHand = approvedOf(review);
  if (!isApproved(approved, review.opened.record)) return [...approved, inHand];
  // Moved or reworded after it was approved: the last word counts.
  return approved.map((a) => (recordKey(a.opened.record) === recordKey(review.opened.record) ? inHand : a));
}

const input = (a: Approved) => ({
  recordId: a.opened.record.id,
  version: a.opened.record.version,
  handle: a.opened.document.handle,
  placement: a.placement,
  layout: a.layout,
  sealId: a.sealId,
  dropActive: a.dropActive,
  reason: a.reason,
});

/** Signed records leave the approved list and the selection. */
function settle(results: readonly SignResult[]): void {
  const signed = new Set(
    results.filter((r) => r.outcome === 'signed').map((r) => recordKey({ id: r.recordId, version: r.version })),
  );
  set((s) => ({
    signedCount: s.signedCount + signed.size,
    approved: s.approved.filter((a) => !signed.has(recordKey(a.opened.record))),
    selected: new Set([...s.selected].filter((k) => !signed.has(k))),
  }));
}

export async function sign(pin: string): Promise<void> {
  const items = toSign();
  const { review, batch } = get();
  if (items.length === 0 || review?.signing === true || batch?.results === null) return;
  if (items.length === 1 && review !== null && items[0]?.opened === review.opened) return signOne(pin);
  set({
    batch: {
      items,
      inHand: null,
      finished: new Set(),
      failed: new Set(),
      cancelling: false,
      results: null,
      error: null,
    },
    review: null,
    approved: items, // also the record in hand: whatever is not signed waits for the next PIN
  });
  const r = await ask('sign:approve', { items: items.map(input), pin });
  if (r.ok) settle(r.value.results);
  set((s) =>
    s.batch === null
      ? {}
      : { batch: { ...s.batch, inHand: null, results: r.ok ? r.value.results : [], error: r.ok ? null : r.error } },
  );
}

async function signOne(pin: string): Promise<void> {
  const { review } = get();
  if (review === null) return;
  const { record, document } = review.opened;
  set({ review: { ...review, signing: true, progress: {}, result: null } });
  const r = await ask('sign:approve', { items: [input(review)], pin });
  if (r.ok) settle(r.value.results);
  const now = get().review;
  if (now?.opened.document.handle !== document.handle) return;
  const failed = { recordId: record.id, version: record.version, outcome: 'failed' as const, signed: null };
  const result = r.ok ? (r.value.results[0] ?? null) : { ...failed, error: r.error };
  set({ review: { ...now, signing: false, result } });
}

export function cancelSigning(): void {
  set((s) => (s.batch === null ? {} : { batch: { ...s.batch, cancelling: true } }));
  void ask('sign:cancel', undefined);
}

export function signProgressed(p: SignProgress): void {
  const { review, batch } = get();
  if (batch !== null && batch.results === null) {
    const finished =
      p.state === 'done' && p.step === 'archive' ? new Set([...batch.finished, p.recordId]) : batch.finished;
    const failed = p.state === 'failed' ? new Set([...batch.failed, p.recordId]) : batch.failed;
    set({ batch: { ...batch, inHand: p, finished, failed } });
  } else if (review?.opened.record.id === p.recordId) {
    set({ review: { ...review, progress: { ...review.progress, [p.step]: p } } });
  }
}
