/** Signing the record in hand. The PIN goes to main and is kept nowhere here. */
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

/** Mine to sign by the chain of signers; while that is not known main and the service have the last word. */
export const mayNot = (review: ReviewState): boolean =>
  review.opened.record.mine === 'signed-by-me' || review.life?.may.sign === false;

/** Shown and seen whole, not blocked, mine to sign, and the seal's place is known. */
export const signable = (review: ReviewState): boolean =>
  review.shown && !review.unseen && !mayNot(review) && cleared(review) && placeable(review);

/** What the next PIN signs: the approved records and, unless it is among them or cannot be signed, the one in hand. */
export function toSign(): readonly Approved[] {
  const { approved, review, round } = get();
  if (review === null || review.result?.outcome === 'signed' || !signable(review)) return approved;
  const inHand = approvedOf(review);
  if (!isApproved(approved, review.opened.record)) {
    // In a round only what was approved counts: what is in hand may just have been left out.
    const undecided = round === null || (approved.length === 0 && !round.leftOut.has(recordKey(review.opened.record)));
    return undecided ? [...approved, inHand] : approved;
  }
  // Moved or reworded after it was approved: the last word counts.
  return approved.map((a) => (recordKey(a.opened.record) === recordKey(review.opened.record) ? inHand : a));
}

/** As main wants it, for a list and for one alone. */
export const itemOf = (a: Approved) => ({
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

/** One record under one PIN; a list goes by `proposeApproved`. */
export async function sign(pin: string): Promise<void> {
  const { review } = get();
  if (review === null || review.signing || !signable(review)) return;
  const { record, document } = review.opened;
  set({ review: { ...review, signing: true, progress: {}, result: null } });
  const r = await ask('sign:approve', { items: [itemOf(review)], pin });
  if (r.ok) settle(r.value.results);
  const now = get().review;
  if (now?.opened.document.handle !== document.handle) return;
  const failed = { recordId: record.id, version: record.version, outcome: 'failed' as const, signed: null };
  const result = r.ok ? (r.value.results[0] ?? null) : { ...failed, error: r.error };
  set({ review: { ...now, signing: false, result } });
}

export function cancelSigning(): void {
  void ask('sign:cancel', undefined);
}

export function signProgressed(p: SignProgress): void {
  const { review } = get();
  if (review?.opened.record.id !== p.recordId) return;
  set({ review: { ...review, progress: { ...review.progress, [p.step]: p } } });
}
