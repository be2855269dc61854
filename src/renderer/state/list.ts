/** Filtering, sorting and grouping of the work list: plain functions over what main sent. */
import type { RecordSummary } from '#shared/models.ts';

export type SortKey = 'newest' | 'oldest' | 'byPatient' | 'byType';
export interface ListView {
  readonly search: string;
  readonly type: string | null;
  readonly sort: SortKey;
  readonly grouped: boolean;
}

const fold = (s: string): string => s.toLowerCase().replace(/\s+/g, '');

/** Name, full pinyin, pinyin initials (`lys` finds `li yi sheng`), admission number, bed, title. */
export function matches(r: RecordSummary, search: string): boolean {
  const q = fold(search);
  if (q === '') return true;
  const initials = r.patient.pinyin
    .split(/[\s']+/)
    .map((s) => s[0] ?? '')
    .join('')
    .toLowerCase();
  return (
    [r.patient.name, r.patient.pinyin, r.patient.admissionNumber, r.title, r.patient.bed].some((s) =>
      fold(s).includes(q),
    ) || initials.startsWith(q)
  );
}

const compare: Readonly<Record<SortKey, (a: RecordSummary, b: RecordSummary) => number>> = {
  newest: (a, b) => b.submittedAt.localeCompare(a.submittedAt),
  oldest: (a, b) => a.submittedAt.localeCompare(b.submittedAt),
  byPatient: (a, b) => a.patient.pinyin.localeCompare(b.patient.pinyin) || b.submittedAt.localeCompare(a.submittedAt),
  byType: (a, b) => a.type.localeCompare(b.type) || b.submittedAt.localeCompare(a.submittedAt),
};

/** Urgent records stand first, whatever the order; by patient they stay with theirs. */
export function arrange(records: readonly RecordSummary[], view: ListView): RecordSummary[] {
  const shown = records.filter((r) => (view.type === null || r.type === view.type) && matches(r, view.search));
  return shown.sort(
    (a, b) => (view.sort === 'byPatient' ? 0 : Number(b.urgent) - Number(a.urgent)) || compare[view.sort](a, b),
  );
}

export type ListRow =
  | { readonly kind: 'record'; readonly record: RecordSummary }
  | { readonly kind: 'group'; readonly patient: RecordSummary['patient']; readonly count: number };

export function rowsOf(records: readonly RecordSummary[], grouped: boolean): ListRow[] {
  if (!grouped) return records.map((record) => ({ kind: 'record', record }));
  const groups = new Map<string, RecordSummary[]>();
  for (const r of records) groups.set(r.patient.id, [...(groups.get(r.patient.id) ?? []), r]);
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
/** Shown on the list: what waits, and what is signed but not handed in yet. */
export const listed = (r: RecordSummary): boolean => waiting(r) || r.state === 'upload-pending';
export const recordKey = (r: { id: string; version: number }): string => `${r.id}@${r.version}`;

/** A signed document that the record service refused for good; it stays in the list until the person has seen it. */
export const refusedUpload = (r: RecordSummary): boolean =>
  r.state === 'failed' &&
  r.error !== null &&
  (/^UPLOAD_/.test(r.error.code) ||
    ['RECORD_CHANGED', 'RECORD_NOT_YOURS', 'RECORD_NOT_FOUND', 'BACKEND_TOO_LARGE'].includes(r.error.code));
