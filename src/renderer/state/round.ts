/** 逐份审阅: what was selected is shown one after the other; each is approved or left out, and the one PIN comes at the end. */
import type { RecordSummary } from '#shared/models.ts';
import { approvedKeys, go, openRecord, withdraw } from './actions.ts';
import { proposeApproved } from './batch.ts';
import { recordKey } from './list.ts';
import { get, set } from './store.ts';

export interface Round {
  /** In the order of the list when it began. */
  readonly keys: readonly string[];
  readonly leftOut: ReadonlySet<string>;
}

/** Where a round stands; `at` is the 1-based place of the record in hand, 0 when it is none of the round's. */
export interface RoundPlace {
  readonly at: number;
  readonly of: number;
  readonly approved: number;
  readonly leftOut: number;
  readonly open: number;
}

export function startRound(records: readonly RecordSummary[], first?: RecordSummary): void {
  const to = first ?? records[0];
  if (to === undefined) return;
  set({ round: { keys: records.map(recordKey), leftOut: new Set() } });
  void openRecord(to);
}

/** Records of the round by their keys, those that have left the list meanwhile excepted. */
function inRound(): RecordSummary[] {
  const { round, worklist, mine } = get();
  if (round === null) return [];
  const byKey = new Map([...(mine?.records ?? []), ...(worklist?.records ?? [])].map((r) => [recordKey(r), r]));
  return round.keys.flatMap((k) => byKey.get(k) ?? []);
}

export function roundPlace(): RoundPlace | null {
  const { round, review, approved } = get();
  if (round === null) return null;
  const done = approvedKeys(approved);
  const here = review === null ? '' : recordKey(review.opened.record);
  const count = round.keys.filter((k) => done.has(k)).length;
  return {
    at: round.keys.indexOf(here) + 1,
    of: round.keys.length,
    approved: count,
    leftOut: round.leftOut.size,
    open: round.keys.filter((k) => !done.has(k) && !round.leftOut.has(k)).length,
  };
}

/** The next record of the round that is neither approved nor left out, from the one in hand on and round again. */
export function nextUndecided(): RecordSummary | undefined {
  const { round, review, approved } = get();
  if (round === null) return undefined;
  const all = inRound();
  const done = approvedKeys(approved);
  const here = all.findIndex((r) => review !== null && recordKey(r) === recordKey(review.opened.record));
  const open = (r: RecordSummary) => !done.has(recordKey(r)) && !round.leftOut.has(recordKey(r));
  return [...all.slice(here + 1), ...all.slice(0, Math.max(0, here))].find(open);
}

/** In a round one may go back to what is decided already, to think better of it. */
export function roundNeighbour(by: 1 | -1): RecordSummary | undefined {
  const { review } = get();
  const all = inRound();
  const here = all.findIndex((r) => review !== null && recordKey(r) === recordKey(review.opened.record));
  return here < 0 ? all[0] : all[here + by];
}

/** On to what is not decided; when all is, to the list and its PIN. */
export function goOn(): void {
  const next = nextUndecided();
  if (next !== undefined) void openRecord(next);
  else if (get().round === null) return;
  else if (get().approved.length > 0) void proposeApproved();
  else {
    endRound();
    go('worklist');
  }
}

/** Not this one: it stays in the work list, unsigned. */
export function leaveOut(): void {
  const { review, round } = get();
  if (review === null || round === null) return;
  const key = recordKey(review.opened.record);
  if (!round.keys.includes(key)) return;
  withdraw(review.opened.record);
  set((s) => ({
    round: { keys: round.keys, leftOut: new Set([...round.leftOut, key]) },
    selected: new Set([...s.selected].filter((k) => k !== key)),
  }));
  goOn();
}

/** Taken in again. */
export function takeIn(key: string): void {
  set((s) =>
    s.round === null ? {} : { round: { ...s.round, leftOut: new Set([...s.round.leftOut].filter((k) => k !== key)) } },
  );
}

export const endRound = (): void => set({ round: null });
