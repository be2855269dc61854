/** A record's life (三级医师审签): the chain, versions looked at and compared, a superior's change, withdrawal, urgency. */
import type { WireError } from '#shared/errors.ts';
import type { RecordLife, VersionDifference } from '#shared/life.ts';
import type { RecordSummary } from '#shared/models.ts';
import { go, openRecord } from './actions.ts';
import { recordKey } from './list.ts';
import { ask, get, set, type Checked } from './store.ts';

/** One version, read only; or two of them compared. */
export interface Looking {
  readonly record: RecordSummary;
  readonly version: number;
  /** Null while it is fetched. */
  readonly file: Checked | null;
  readonly life: RecordLife | null;
  readonly error: WireError | null;
  readonly comparing: Comparing | null;
}
export interface Comparing {
  readonly from: number;
  readonly to: number;
  readonly difference: VersionDifference | null;
  readonly error: WireError | null;
  readonly pictures: boolean;
}

/** The life of the record in hand; asked for after the page, so that nothing waits for it. */
export async function loadLife(): Promise<void> {
  const { review } = get();
  if (review === null || review.life !== null) return;
  const { record } = review.opened;
  const r = await ask('life:get', { recordId: record.id, version: record.version });
  set((s) =>
    s.review === null || recordKey(s.review.opened.record) !== recordKey(record)
      ? {}
      : { review: { ...s.review, life: r.ok ? r.value : null, lifeError: r.ok ? null : r.error } },
  );
}

export async function loadMine(): Promise<void> {
  const r = await ask('life:mine', undefined);
  if (r.ok) set({ mine: r.value });
}

let timer: ReturnType<typeof setTimeout> | undefined;
/** The list changes with every record of a batch; what is mine is asked for once it has come to rest. */
export function mineSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (get().session?.state === 'signed-in') void loadMine();
  }, 800);
}

const change = (at: Looking, patch: Partial<Looking>): void =>
  set((s) =>
    s.looking !== null && s.looking.record.id === at.record.id && s.looking.version === at.version
      ? { looking: { ...s.looking, ...patch } }
      : {},
  );

const letGo = (looking: Looking | null): void => {
  const handles = [
    looking?.file?.document.handle,
    looking?.comparing?.difference?.before?.handle,
    looking?.comparing?.difference?.after?.handle,
  ];
  for (const handle of handles) if (handle !== undefined) void ask('documents:close', { handle });
};

/** An older version, or one that I have signed: read only. */
export async function look(record: RecordSummary, version: number): Promise<void> {
  letGo(get().looking);
  const looking: Looking = { record, version, file: null, life: null, error: null, comparing: null };
  set({ looking, place: 'review' });
  const [file, life] = await Promise.all([
    ask('life:openVersion', { recordId: record.id, version }),
    ask('life:get', { recordId: record.id, version }),
  ]);
  change(looking, {
    file: file.ok ? file.value : null,
    error: file.ok ? null : file.error,
    life: life.ok ? life.value : null,
  });
}

/** The copy I signed that the service did not take, as this desk keeps it. */
export async function lookAtSigned(record: RecordSummary): Promise<void> {
  letGo(get().looking);
  const { version } = record;
  const looking: Looking = { record, version, file: null, life: null, error: null, comparing: null };
  set({ looking, place: 'review' });
  const file = await ask('uploads:open', { recordId: record.id, version });
  change(looking, { file: file.ok ? file.value : null, error: file.ok ? null : file.error });
}

export function stopLooking(): void {
  const { looking, review } = get();
  letGo(looking);
  set({ looking: null });
  if (review === null) go('worklist');
}

export async function compareVersions(record: RecordSummary, from: number, to: number): Promise<void> {
  const before = get().looking;
  const comparing: Comparing = { from, to, difference: null, error: null, pictures: false };
  const looking: Looking =
    before?.record.id === record.id
      ? { ...before, comparing }
      : { record, version: to, file: null, life: get().review?.life ?? null, error: null, comparing };
  if (before !== null && before.record.id !== record.id) letGo(before);
  set({ looking, place: 'review' });
  const r = await ask('life:compare', { recordId: record.id, from, to });
  change(looking, { comparing: { ...comparing, ...(r.ok ? { difference: r.value } : { error: r.error }) } });
}

/** Back to the version, or to the record in hand when the comparison was asked for there. */
export function stopComparing(): void {
  const { looking } = get();
  if (looking === null) return;
  if (looking.file === null && looking.error === null) stopLooking();
  else {
    letGo({ ...looking, file: null });
    set({ looking: { ...looking, comparing: null } });
  }
}
export const showPictures = (pictures: boolean): void =>
  set((s) =>
    s.looking?.comparing == null ? {} : { looking: { ...s.looking, comparing: { ...s.looking.comparing, pictures } } },
  );

/** A superior's change: the new version opens for review. */
export async function editRecord(
  record: RecordSummary,
  sections: readonly { id: string; text: string }[],
  reason: string,
): Promise<WireError | null> {
  const r = await ask('life:edit', { recordId: record.id, version: record.version, sections: [...sections], reason });
  if (!r.ok) return r.error;
  await openRecord({ id: record.id, version: r.value.version });
  return null;
}

export async function withdrawSignature(record: RecordSummary, reason: string): Promise<WireError | null> {
  const r = await ask('life:withdraw', { recordId: record.id, version: record.version, reason });
  if (!r.ok) return r.error;
  letGo(get().looking);
  set((s) => ({
    worklist: r.value,
    looking: null,
    review: s.review !== null && recordKey(s.review.opened.record) === recordKey(record) ? null : s.review,
  }));
  void loadMine();
  go('worklist');
  return null;
}

export async function urge(record: RecordSummary, urgent: boolean, reason: string): Promise<WireError | null> {
  const r = await ask('life:urge', { recordId: record.id, version: record.version, urgent, reason });
  if (!r.ok) return r.error;
  set((s) => ({
    worklist: r.value,
    review:
      s.review !== null && recordKey(s.review.opened.record) === recordKey(record)
        ? { ...s.review, life: null, opened: { ...s.review.opened, record: { ...s.review.opened.record, urgent } } }
        : s.review,
  }));
  void loadLife();
  return null;
}
