/** Judging a chain: which entries were changed, removed, put in, moved or cut off, and until when it is proven. */
import type { TrustMaterial } from '#core/pki/index.ts';
import { judgeAnchor } from './anchor.ts';
import { seedOf } from './chain.ts';
import { inOrder, placeByFollower, rowOf, startRow, type Row } from './rows.ts';
import type { AuditAnchor, AuditChain, AuditFault, AuditVerdict, ChainPlace } from './types.ts';
import { fault } from './words.ts';

export interface VerifyChainOptions {
  /** Roots of the time stamp service. Without them anchors prove nothing and are not judged. */
  readonly trust?: TrustMaterial;
  /** Entries as somebody else keeps them (the record service): in any order, any part of the chain. */
  readonly copy?: Iterable<ChainPlace>;
  /** Called between slices of work, so that whoever shares the thread can go on; by default the event loop has its turn. */
  readonly pause?: () => Promise<void>;
}

/** Entries judged at a stretch: a few milliseconds. */
const SLICE = 100;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Never throws over what a chain holds. */
export async function verifyChain(chain: AuditChain, options: VerifyChainOptions = {}): Promise<AuditVerdict> {
  const { trust, copy, pause = nextTurn } = options;
  const start = chain.start ?? seedOf(chain.desk, chain.createdAt);
  const rows: Row[] = [];
  let before = startRow(start);
  for await (const entry of chain.entries) {
    const row = rowOf(entry, before);
    if (rows.length > 0) placeByFollower(before, row);
    rows.push(row);
    before = row;
    if (rows.length % SLICE === 0) await pause();
  }

  const faults = new Faults();
  const kept = sortOut(rows, start, attestedBy(chain, copy), faults);
  const last = [...kept.keys()].at(-1) ?? start.index;
  checkGaps(kept, start, faults);
  checkLinks(kept, start, faults);

  const good = trust ? await checkAnchors(chain.anchors, { trust, kept, start, last, faults, pause }) : undefined;
  if (start.index > 0 && trust && !isAnchored(start, chain.anchors, trust)) {
    faults.add(fault('beginning', start.index));
  }
  const confirmedIndex = copy === undefined ? undefined : checkCopy(copy, kept, last, faults);
  checkEnd(chain.end, kept, last, faults);
  const anchoredIndex = good?.index ?? (trust && isAnchored(start, chain.anchors, trust) ? start.index : 0);
  return {
    entries: rows.length,
    anchors: chain.anchors.length,
    anchoredUntil: good?.time,
    anchoredIndex,
    unanchored: [...kept.keys()].filter((index) => index > anchoredIndex).length,
    confirmedIndex,
    faults: faults.list(),
  };
}

/** One fault per entry: the first that was found says most. */
class Faults {
  readonly #byIndex = new Map<string, AuditFault>();
  readonly #changed = new Set<number>();

  add(f: AuditFault): void {
    const key = `${f.index} ${f.kind === 'inserted' || f.kind === 'anchor' ? f.kind : ''}`;
    if (this.#byIndex.has(key)) return;
    this.#byIndex.set(key, f);
    if (f.kind === 'changed' || f.kind === 'unreadable') this.#changed.add(f.index);
  }
  /** Whether it is known already that an entry is not what it was. */
  isChanged = (index: number): boolean => this.#changed.has(index);

  list(): readonly AuditFault[] {
    return [...this.#byIndex.values()].sort((a, b) => a.index - b.index);
  }
}

/** Hashes that an anchor, a copy or the file's last line names. */
function attestedBy(chain: AuditChain, copy: Iterable<ChainPlace> | undefined): ReadonlySet<string> {
  const hashes = new Set<string>();
  for (const { hash } of [...chain.anchors, ...(copy ?? []), ...(chain.end ? [chain.end] : [])]) hashes.add(hash);
  return hashes;
}

/** Gives the entries in the order of their indexes, each index once; what does not belong is named. */
function sortOut(
  rows: readonly Row[],
  start: ChainPlace,
  attested: ReadonlySet<string>,
  faults: Faults,
): ReadonlyMap<number, Row> {
  const named = new Map<number, Set<string>>();
  for (const r of rows) {
    if (!r.whole) continue;
    const names = named.get(r.stated - 1) ?? new Set<string>();
    named.set(r.stated - 1, names.add(r.previous));
  }
  const byIndex = new Map<number, Row[]>();
  for (const r of rows) {
    const same = byIndex.get(r.at);
    if (same) same.push(r);
    else byIndex.set(r.at, [r]);
  }
  const predecessors = (index: number): readonly Row[] =>
    index === start.index ? [startRow(start)] : (byIndex.get(index) ?? []);
  const places = new Map(rows.map((r, place) => [r, place]));
  /** How many of its two neighbours in the file are its neighbours in the chain: tells a copy from what it was copied from. */
  const stands = (r: Row): number => {
    const place = places.get(r) ?? 0;
    const [left, right] = [place === 0 ? start.index : rows[place - 1]?.at, rows[place + 1]?.at];
    return (left === r.at - 1 ? 1 : 0) + (right === r.at + 1 ? 1 : 0);
  };
  const worth = (r: Row): number => {
    if (r.unreadable !== undefined) return -1;
    const isNamed = named.get(r.at)?.has(r.hash) === true || (!r.whole && named.get(r.at)?.has(r.computed) === true);
    const follows = predecessors(r.at - 1).some((p) => p.hash === r.previous || p.computed === r.previous);
    return (isNamed ? 8 : 0) + (attested.has(r.hash) ? 4 : 0) + (r.whole ? 2 : 0) + (follows ? 1 : 0) + stands(r) / 4;
  };
  const alien = new Set<Row>();
  for (const [, same] of byIndex) {
    if (same.length === 1) continue;
    const best = same.reduce((a, b) => (worth(b) > worth(a) ? b : a));
    for (const r of same) if (r !== best) alien.add(r);
  }
  const single = rows.filter((r) => !alien.has(r));
  const moved = new Set<Row>();
  for (const r of outOfOrder(single, start)) {
    const belongs =
      r.whole &&
      (named.get(r.at)?.has(r.hash) === true ||
        predecessors(r.at - 1).some((p) => p.hash === r.previous || p.computed === r.previous));
    if (belongs) moved.add(r);
    else alien.add(r);
  }
  // At the very end nothing names an entry: what neither holds nor follows, and would not hold if it followed, was put there.
  const lastRow = single.at(-1);
  if (lastRow && !lastRow.whole && !lastRow.mended && lastRow.unreadable === undefined && !attested.has(lastRow.hash)) {
    const p = single.at(-2) ?? startRow(start);
    if (lastRow.previous !== p.hash && lastRow.previous !== p.computed) alien.add(lastRow);
  }
  let place = start.index;
  for (const r of rows) {
    if (r.unreadable !== undefined) faults.add(fault('unreadable', place + 1, r.unreadable));
    else if (alien.has(r)) faults.add(fault('inserted', place + 1));
    else if (moved.has(r)) faults.add(fault('reordered', r.at));
    if (!alien.has(r) && !moved.has(r)) place = r.at;
  }
  return new Map(
    rows
      .filter((r) => !alien.has(r))
      .sort((a, b) => a.at - b.at)
      .map((r) => [r.at, r]),
  );
}

/** The fewest entries that must have moved. Where exchanging some explains as much as moving some, it was an exchange. */
function outOfOrder(rows: readonly Row[], start: ChainPlace): readonly Row[] {
  const ordered = inOrder(rows.map((r) => r.at));
  const moved = rows.filter((_, place) => !ordered.has(place));
  const misplaced = rows.filter((r, place) => r.at !== start.index + 1 + place);
  return misplaced.length <= moved.length ? misplaced : moved;
}

function checkGaps(kept: ReadonlyMap<number, Row>, start: ChainPlace, faults: Faults): void {
  let expected = start.index + 1;
  for (const index of kept.keys()) {
    if (index > expected) faults.add(fault('removed', expected, index - 1));
    expected = index + 1;
  }
}

function checkLinks(kept: ReadonlyMap<number, Row>, start: ChainPlace, faults: Faults): void {
  for (const [index, row] of kept) {
    if (!row.whole) {
      if (row.unreadable === undefined) faults.add(fault('changed', index));
      continue;
    }
    const before = index - 1 === start.index ? startRow(start) : kept.get(index - 1);
    if (!before || before.unreadable !== undefined) continue;
    if (row.previous === before.hash || row.previous === before.computed) continue;
    if (index - 1 === start.index) faults.add(fault('start', index));
    else if (!faults.isChanged(index - 1)) faults.add(fault('rewritten', index - 1));
  }
}

interface AnchorCheck {
  readonly trust: TrustMaterial;
  readonly kept: ReadonlyMap<number, Row>;
  readonly start: ChainPlace;
  readonly last: number;
  readonly faults: Faults;
  readonly pause: () => Promise<void>;
}

/** Gives the newest anchor that holds and stands over an entry of this chain. */
async function checkAnchors(
  anchors: readonly AuditAnchor[],
  { trust, kept, start, last, faults, pause }: AnchorCheck,
): Promise<AuditAnchor | undefined> {
  let good: AuditAnchor | undefined;
  for (const anchor of [...anchors].sort((a, b) => a.index - b.index)) {
    await pause();
    const judged = judgeAnchor(anchor, trust);
    if ('reason' in judged) {
      faults.add(fault('anchor', anchor.index, judged.reason));
      continue;
    }
    if (anchor.index < start.index) continue;
    const row = anchor.index === start.index ? startRow(start) : kept.get(anchor.index);
    if (row && (row.hash === anchor.hash || row.computed === anchor.hash)) good = anchor;
    else if (row) faults.add(fault('stamped', anchor.index));
    else if (anchor.index > last) faults.add(fault('cut-off', last + 1));
  }
  return good;
}

const isAnchored = (place: ChainPlace, anchors: readonly AuditAnchor[], trust: TrustMaterial): boolean =>
  anchors.some((a) => a.index === place.index && a.hash === place.hash && 'time' in judgeAnchor(a, trust));

/** Only the first difference is named: a chain that was written anew differs from there to its end. */
function checkCopy(copy: Iterable<ChainPlace>, kept: ReadonlyMap<number, Row>, last: number, faults: Faults): number {
  let confirmed = 0;
  for (const { index, hash } of [...copy].sort((a, b) => a.index - b.index)) {
    const row = kept.get(index);
    if (row && (row.hash === hash || row.computed === hash)) {
      confirmed = index;
      continue;
    }
    if (row && !row.whole) continue; // named already, or unreadable
    if (row) {
      faults.add(fault('copy', index));
      return confirmed;
    }
    if (index > last) {
      faults.add(fault('cut-off', last + 1));
      return confirmed;
    }
  }
  return confirmed;
}

function checkEnd(
  end: ChainPlace | null | undefined,
  kept: ReadonlyMap<number, Row>,
  last: number,
  faults: Faults,
): void {
  if (end === undefined) return;
  if (end === null) faults.add(fault('no-end', last + 1));
  else if (end.index > last) faults.add(fault('cut-off', last + 1));
  else {
    const row = kept.get(end.index);
    if (row?.whole === true && row.hash !== end.hash) faults.add(fault('rewritten', end.index));
  }
}
