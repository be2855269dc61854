/** Filtering, sorting and grouping of the work list: plain functions over what main sent. Quick enough for 5,000 records per key press. */
import type { RecordSummary, Worklist } from '#shared/models.ts';

export type SortKey = 'newest' | 'oldest' | 'byPatient' | 'byType' | 'due';
/** What the record is to me: to be signed, returned to me, signed by me and not yet by the next. */
export type ListTab = RecordSummary['mine'];
export interface ListView {
  readonly tab: ListTab;
  readonly search: string;
  readonly type: string | null;
  readonly sort: SortKey;
  readonly grouped: boolean;
}

const fold = (s: string): string => s.toLowerCase().replace(/\s+/g, '');

interface Words {
  /** Name, pinyin, admission number, title, bed: one text, parted by a sign that nobody types. */
  readonly text: string;
  readonly initials: string;
}
/** Made once per record, a slice at a time (`prepare`), or when a search first meets it. */
const words = new WeakMap<RecordSummary, Words>();

function wordsOf(r: RecordSummary): Words {
  let w = words.get(r);
  if (w === undefined) {
    const { name, pinyin, admissionNumber, bed } = r.patient;
    w = {
      text: [name, pinyin, admissionNumber, r.title, bed].map(fold).join('\u0000'),
      initials: pinyin
        .split(/[\s']+/)
        .map((s) => s[0] ?? '')
        .join('')
        .toLowerCase(),
    };
    words.set(r, w);
  }
  return w;
}

/** Records per slice: some 2 ms of work. */
const SLICE = 500;
/** Makes the search words of a long list in slices between frames, so that the first key press finds them ready. */
export function prepare(
  records: readonly RecordSummary[],
  later: (work: () => void) => void = (work) => void setTimeout(work),
): () => void {
  let stopped = false;
  const slice = (from: number): void => {
    if (stopped) return;
    for (const r of records.slice(from, from + SLICE)) wordsOf(r);
    if (from + SLICE < records.length) later(() => slice(from + SLICE));
  };
  if (records.length > 0) later(() => slice(0));
  return () => {
    stopped = true;
  };
}

/** Name, full pinyin, pinyin initials (`lys` finds `li yi sheng`), admission number, bed, title. */
export function matches(r: RecordSummary, search: string): boolean {
  const q = fold(search);
  if (q === '') return true;
  const w = wordsOf(r);
  return w.text.includes(q) || w.initials.startsWith(q);
}

/** ISO times and pinyin are ASCII: code units order them as a collator would, at a hundredth of its time. */
const plain = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const newest = (a: RecordSummary, b: RecordSummary): number => plain(b.submittedAt, a.submittedAt);

const compare: Readonly<Record<SortKey, (a: RecordSummary, b: RecordSummary) => number>> = {
  newest,
  oldest: (a, b) => plain(a.submittedAt, b.submittedAt),
  byPatient: (a, b) => plain(a.patient.pinyin, b.patient.pinyin) || plain(a.patient.id, b.patient.id) || newest(a, b),
  byType: (a, b) => plain(a.type, b.type) || newest(a, b),
  // Without a due time: last.
  due: (a, b) => plain(a.dueAt ?? '\uffff', b.dueAt ?? '\uffff') || newest(a, b),
};

interface Ordered {
  readonly sort: SortKey;
  readonly records: readonly RecordSummary[];
}
/** The whole list in its order, kept as long as main's list is the same: a key press in the search only filters. */
const ordered = new WeakMap<readonly RecordSummary[], Ordered>();

function inOrder(records: readonly RecordSummary[], sort: SortKey): readonly RecordSummary[] {
  const kept = ordered.get(records);
  if (kept?.sort === sort) return kept.records;
  const sorted = [...records].sort(
    (a, b) => (sort === 'byPatient' ? 0 : Number(b.urgent) - Number(a.urgent)) || compare[sort](a, b),
  );
  ordered.set(records, { sort, records: sorted });
  return sorted;
}

/** Urgent records stand first, whatever the order; by patient they stay with theirs. */
export function arrange(
  records: readonly RecordSummary[],
  view: Pick<ListView, 'search' | 'type' | 'sort'>,
): readonly RecordSummary[] {
  const all = inOrder(records, view.sort);
  if (view.type === null && view.search.trim() === '') return all;
  return all.filter((r) => (view.type === null || r.type === view.type) && matches(r, view.search));
}

interface Sorted {
  readonly mine: Worklist | null;
  readonly tabs: Readonly<Record<ListTab, readonly RecordSummary[]>>;
}
const NONE: readonly RecordSummary[] = [];
const sorted = new WeakMap<Worklist, Sorted>();

/**
 * The records of one tab: the work list's, and what `life:mine` adds to it (a record that stands in both is the work list's). The same
 * array as long as main has sent nothing new.
 */
export function mineOf(list: Worklist | null, mine: Worklist | null, tab: ListTab): readonly RecordSummary[] {
  if (list === null) return NONE;
  let s = sorted.get(list);
  if (s === undefined || s.mine !== mine) {
    const here = new Set(list.records.map(recordKey));
    const all = [...list.records, ...(mine?.records ?? []).filter((r) => !here.has(recordKey(r)))].filter(listed);
    const of = (t: ListTab) => all.filter((r) => r.mine === t);
    s = {
      mine,
      tabs: {
        'to-sign': of('to-sign'),
        'returned-to-me': of('returned-to-me'),
        'signed-by-me': of('signed-by-me'),
      },
    };
    sorted.set(list, s);
  }
  return s.tabs[tab];
}

export type ListRow =
  | { readonly kind: 'record'; readonly record: RecordSummary }
  | { readonly kind: 'group'; readonly patient: RecordSummary['patient']; readonly count: number };

export function rowsOf(records: readonly RecordSummary[], grouped: boolean): ListRow[] {
  if (!grouped) return records.map((record) => ({ kind: 'record', record }));
  const groups = new Map<string, RecordSummary[]>();
  for (const r of records) {
    const group = groups.get(r.patient.id);
    if (group === undefined) groups.set(r.patient.id, [r]);
    else group.push(r);
  }
  return [...groups.values()].flatMap((g): ListRow[] => {
    const first = g[0];
    return first === undefined
      ? []
      : [
          { kind: 'group', patient: first.patient, count: g.length },
          ...g.map((record): ListRow => ({ kind: 'record', record })),
        ];
  });
}

export const waiting = (r: RecordSummary): boolean =>
  r.state === 'waiting' || r.state === 'failed' || r.state === 'signing';
/** Shown on the list: what waits, what I signed and may take back, and what is signed but not handed in yet. */
export const listed = (r: RecordSummary): boolean =>
  waiting(r) || r.state === 'upload-pending' || r.mine === 'signed-by-me';
/** Can be put on a list for one PIN. */
export const selectable = (r: RecordSummary): boolean => waiting(r) && r.mine !== 'signed-by-me';
export const recordKey = (r: { id: string; version: number }): string => `${r.id}@${r.version}`;

/** A signed document that the record service refused for good; it stays in the list until the person has seen it. */
export const refusedUpload = (r: RecordSummary): boolean =>
  r.state === 'failed' &&
  r.error !== null &&
  (/^UPLOAD_/.test(r.error.code) ||
    ['RECORD_CHANGED', 'RECORD_NOT_YOURS', 'RECORD_NOT_FOUND', 'BACKEND_TOO_LARGE'].includes(r.error.code));
/** The record moved on while the signed document waited for its upload. */
export const movedOn = (r: RecordSummary): boolean => refusedUpload(r) && r.error?.code === 'RECORD_CHANGED';
