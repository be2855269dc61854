/** A folder of files being judged: rows come with events, a lot at a time. */
import type { FolderProgress, FolderRow } from '#shared/models.ts';
import type { WireError } from '#shared/errors.ts';
import { ask, get, set, type Checked } from './store.ts';

export type FolderFilter = 'all' | 'PASSED' | 'FAILED' | 'INDETERMINATE' | 'unreadable';
export type FolderSort = 'name' | 'verdict' | 'signers' | 'time' | 'level';

export interface FolderState {
  readonly jobId: string;
  readonly progress: Omit<FolderProgress, 'rows'>;
  readonly rows: readonly FolderRow[];
  readonly filter: FolderFilter;
  readonly sort: { readonly by: FolderSort; readonly down: boolean };
  /** Name of the row in hand. */
  readonly cursor: string | null;
  readonly scroll: number;
  readonly stopping: boolean;
  readonly opening: boolean;
  readonly opened: Checked | null;
  readonly error: WireError | null;
}

/** Events of a job whose answer is still on its way. */
const early = new Map<string, FolderProgress[]>();
/** Rows that wait to be shown together: one repaint for many small events. */
let waiting: FolderRow[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
/** ms */
const TOGETHER = 40;

const change = (patch: Partial<FolderState>): void =>
  set((s) => (s.folder === null ? {} : { folder: { ...s.folder, ...patch } }));

export async function verifyFolder(path: string | null): Promise<void> {
  if (get().checking) return;
  set({ place: 'verify', checking: true, verifyError: null });
  const r = await ask('verify:folder', { path });
  if (!r.ok) return set({ checking: false, verifyError: r.error });
  set({ checking: false });
  if (r.value === null) return;
  const { jobId, total } = r.value;
  waiting = [];
  set({
    folder: {
      jobId,
      progress: {
        jobId,
        folder: '',
        total,
        done: 0,
        passed: 0,
        failed: 0,
        indeterminate: 0,
        unreadable: 0,
        state: total === 0 ? 'finished' : 'running',
      },
      rows: [],
      filter: 'all',
      sort: { by: 'name', down: false },
      cursor: null,
      scroll: 0,
      stopping: false,
      opening: false,
      opened: null,
      error: null,
    },
  });
  early.get(jobId)?.forEach(folderProgressed);
  early.clear();
}

export function folderProgressed(p: FolderProgress): void {
  const { folder } = get();
  if (folder?.jobId !== p.jobId) {
    early.set(p.jobId, [...(early.get(p.jobId) ?? []), p]);
    return;
  }
  const { rows, ...progress } = p;
  waiting.push(...rows);
  if (progress.state !== 'running') return flush(progress);
  clearTimeout(timer);
  timer = setTimeout(() => flush(progress), TOGETHER);
}

function flush(progress: FolderState['progress']): void {
  clearTimeout(timer);
  const rows = waiting;
  waiting = [];
  set((s) =>
    s.folder?.jobId === progress.jobId ? { folder: { ...s.folder, progress, rows: [...s.folder.rows, ...rows] } } : {},
  );
}

export function stopFolder(): void {
  const { folder } = get();
  if (folder === null) return;
  change({ stopping: true });
  void ask('verify:folderCancel', { jobId: folder.jobId });
}

export function closeFolder(): void {
  const { folder } = get();
  if (folder?.progress.state === 'running') stopFolder();
  backToFolder();
  set({ folder: null });
}

export async function openRow(name: string): Promise<void> {
  const { folder } = get();
  if (folder === null || folder.opening) return;
  change({ opening: true, cursor: name, error: null });
  const r = await ask('verify:folderOpen', { jobId: folder.jobId, name });
  change(r.ok ? { opening: false, opened: r.value } : { opening: false, error: r.error });
}

export function backToFolder(): void {
  const opened = get().folder?.opened ?? null;
  if (opened !== null) void ask('documents:close', { handle: opened.document.handle });
  change({ opened: null });
}

export const setFolderView = (
  patch: Partial<Pick<FolderState, 'filter' | 'sort' | 'cursor' | 'scroll' | 'opened'>>,
): void => change(patch);

const order: Readonly<Record<string, number>> = { FAILED: 0, INDETERMINATE: 1, unreadable: 2, PASSED: 3 };
const levels = ['none', 'B-B', 'B-T', 'B-LT', 'B-LTA'];
const verdictOf = (r: FolderRow): string => r.verdict ?? 'unreadable';

const compare: Readonly<Record<FolderSort, (a: FolderRow, b: FolderRow) => number>> = {
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  verdict: (a, b) => (order[verdictOf(a)] ?? 9) - (order[verdictOf(b)] ?? 9),
  signers: (a, b) => a.signers.join().localeCompare(b.signers.join(), 'zh'),
  time: (a, b) => (a.trustedTime ?? '').localeCompare(b.trustedTime ?? ''),
  level: (a, b) => levels.indexOf(a.level) - levels.indexOf(b.level),
};

/** The rows as the person sees them; equal ones by name. */
export function arrangeRows(rows: readonly FolderRow[], filter: FolderFilter, sort: FolderState['sort']): FolderRow[] {
  const shown = rows.filter((r) => filter === 'all' || verdictOf(r) === filter);
  const by = compare[sort.by];
  return shown.sort((a, b) => (sort.down ? -1 : 1) * by(a, b) || compare.name(a, b));
}
