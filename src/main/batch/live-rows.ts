/**
 * The rows of a batch while it runs, and what the window is told of them: at most ten times a second, only what changed. The window's
 * picture is never ahead of the disk, since each change is written down first.
 */
import type { BatchProgress, BatchRow, BatchView } from '#shared/batch.ts';
import type { JournalBatch, JournalRow } from './journal.ts';

type Counts = Omit<BatchView, 'rows'>;

/** Ten a second. */
const INTERVAL = 100;

export const viewOfRow = (row: JournalRow): BatchRow => ({
  recordId: row.recordId,
  version: row.version,
  title: row.title,
  patientName: row.patientName,
  state: row.state,
  step: null,
  error: row.error,
  claimedTime: row.claimedTime,
  trustedTime: row.trustedTime,
  awaitsTime: row.awaitsTime,
  uploaded: row.state === 'signed' && row.queueId === null,
  milliseconds: row.milliseconds,
});

function countsOf(
  rows: readonly BatchRow[],
  batch: { readonly id: string; readonly startedAt: string },
  state: Counts['state'],
  elapsed: number,
): Counts {
  const count = (is: (row: BatchRow) => boolean): number => rows.reduce((n, row) => n + Number(is(row)), 0);
  const signed = count((r) => r.state === 'signed');
  const failed = count((r) => r.state === 'failed');
  const notBegun = count((r) => r.state === 'not-begun');
  const ended = signed + failed + notBegun;
  const isOpen = state === 'running' || state === 'cancelling';
  return {
    batchId: batch.id,
    state,
    total: rows.length,
    signed,
    failed,
    notBegun,
    awaitsTime: count((r) => r.awaitsTime),
    awaitsUpload: count((r) => r.state === 'signed' && !r.uploaded),
    startedAt: batch.startedAt,
    elapsed,
    left: isOpen && ended > 0 ? (elapsed / ended) * (rows.length - ended) : null,
  };
}

/** A batch that does not run, as the journal has it. */
export function viewOfJournal(batch: JournalBatch, rows: readonly JournalRow[]): BatchView {
  const views = rows.map(viewOfRow);
  const begun = Date.parse(batch.startedAt);
  const elapsed = batch.endedAt === null ? 0 : Math.max(0, Date.parse(batch.endedAt) - begun);
  return { ...countsOf(views, batch, batch.state === 'finished' ? 'finished' : 'interrupted', elapsed), rows: views };
}

export interface LiveRows {
  change(position: number, change: Partial<BatchRow>): void;
  state(state: Counts['state']): void;
  view(): BatchView;
  /** Tells what has not been told yet. */
  flush(): void;
}

export function createLiveRows(
  batch: JournalBatch,
  rows: readonly JournalRow[],
  tell: (progress: BatchProgress) => void,
  clock: () => number = () => performance.now(),
): LiveRows {
  const live = rows.map(viewOfRow);
  const changed = new Set<number>();
  const begun = clock();
  let state: Counts['state'] = 'running';
  let ended: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let toldAt = -Infinity;

  const counts = (): Counts => countsOf(live, batch, state, (ended ?? clock()) - begun);
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    toldAt = clock();
    const told = [...changed].sort((a, b) => a - b).flatMap((position) => live[position] ?? []);
    changed.clear();
    tell({ ...counts(), rows: told });
  };
  const soon = (): void => {
    timer ??= setTimeout(flush, Math.max(0, INTERVAL - (clock() - toldAt)));
  };
  return {
    change(position, change) {
      const row = live[position];
      if (!row) return;
      live[position] = { ...row, ...change };
      changed.add(position);
      soon();
    },
    state(now) {
      state = now;
      if (now === 'finished') {
        ended ??= clock();
        flush();
      } else {
        soon();
      }
    },
    view: () => ({ ...counts(), rows: live.map((row) => ({ ...row })) }),
    flush,
  };
}
