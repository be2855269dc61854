/**
 * Which entry is which, when some were changed, left out, put in or moved. Every entry gets the index at which it belongs: its own where
 * its hash holds, the one its neighbours give it where it does not.
 */
import { hashOfEntry } from './chain.ts';
import type { AuditEntry, ChainPlace, UnreadableEntry } from './types.ts';

export interface Row {
  /** As the entry says; 0: unreadable. */
  readonly stated: number;
  /** Where it belongs. */
  at: number;
  readonly previous: string;
  readonly hash: string;
  /** What its hash should be. */
  readonly computed: string;
  /** Its hash holds. */
  readonly whole: boolean;
  /** Its hash would hold if it named the entry before it: only `previous` was changed. */
  readonly mended: boolean;
  readonly unreadable?: string;
}

/** Reads one entry after the other; `before` is the row read last. */
export function rowOf(entry: AuditEntry | UnreadableEntry, before: Row): Row {
  if ('unreadable' in entry) {
    return {
      stated: 0,
      at: before.at + 1,
      previous: '',
      hash: '',
      computed: '',
      whole: false,
      mended: false,
      unreadable: entry.unreadable,
    };
  }
  const computed = hashOfEntry(entry);
  const whole = computed === entry.hash;
  const follows = entry.previous === before.hash || entry.previous === before.computed;
  return {
    stated: entry.index,
    at: whole || !follows ? entry.index : before.at + 1,
    // One string in memory where the chain is as it should be.
    previous: entry.previous === before.hash ? before.hash : entry.previous,
    hash: entry.hash,
    computed: whole ? entry.hash : computed,
    whole,
    mended: !whole && hashOfEntry({ ...entry, previous: before.hash }) === entry.hash,
  };
}

/** A row for what the first entry continues. */
export const startRow = ({ index, hash }: ChainPlace): Row => ({
  stated: index,
  at: index,
  previous: '',
  hash,
  computed: hash,
  whole: true,
  mended: false,
});

/** An entry whose hash does not hold, and that does not follow the one before, belongs before the one that names it. */
export function placeByFollower(row: Row, follower: Row | undefined): void {
  if (row.whole || !follower?.whole) return;
  if (row.hash !== '' && (follower.previous === row.hash || follower.previous === row.computed)) {
    row.at = follower.stated - 1;
  }
}

/** Places in `numbers` that form a longest rising sequence: what has stayed in order. O(n log n). */
export function inOrder(numbers: readonly number[]): ReadonlySet<number> {
  /** By length − 1: place of the smallest end of a rising sequence of that length. */
  const ends: number[] = [];
  const before: number[] = new Array<number>(numbers.length).fill(-1);
  for (let place = 0; place < numbers.length; place++) {
    const n = numbers[place] ?? 0;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < n) low = middle + 1;
      else high = middle;
    }
    before[place] = ends[low - 1] ?? -1;
    ends[low] = place;
  }
  const kept = new Set<number>();
  for (let place = ends.at(-1) ?? -1; place >= 0; place = before[place] ?? -1) kept.add(place);
  return kept;
}
