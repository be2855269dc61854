/** Batches, in the page: a list is proposed, approved, signed line by line; how it goes is chosen by the scenario. */
import type { ApprovedList, BatchItem, BatchRow, BatchView } from '../../../src/shared/batch.ts';
import type { WireError } from '../../../src/shared/errors.ts';
import type { EventName } from '../../../src/shared/ipc.ts';
import type { RecordSummary } from '../../../src/shared/models.ts';
import type { HarnessData } from './data.ts';

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const steps = ['prepare', 'sign', 'timestamp', 'seal', 'selfcheck', 'archive'] as const;

export interface BatchRun {
  answer(name: string, given: Record<string, never>, d: HarnessData): Promise<unknown>;
}

export interface BatchDeps {
  readonly emit: (name: EventName, payload: unknown) => void;
  readonly is: (name: string) => boolean;
  readonly find: (id: string, version: number) => RecordSummary | undefined;
  /** Takes a signed record from the list. */
  readonly signed: (id: string) => Promise<void>;
}

export function batchRun({ emit, is, find, signed }: BatchDeps): BatchRun {
  let view: BatchView | null = null;
  let list: ApprovedList | null = null;
  let cancelled = false;
  let starts = 0;
  let proposals = 0;
  let tries = 0;

  const rowOf = (r: RecordSummary): BatchRow => ({
    recordId: r.id,
    version: r.version,
    title: r.title,
    patientName: r.patient.name,
    state: 'waiting',
    step: null,
    error: null,
    claimedTime: null,
    trustedTime: null,
    awaitsTime: false,
    uploaded: false,
    milliseconds: null,
  });
  const counted = (rows: BatchRow[], state: BatchView['state'], startedAt: string, elapsed: number): BatchView => {
    const n = (s: BatchRow['state']) => rows.filter((r) => r.state === s).length;
    const left = n('waiting') + n('in-hand');
    return {
      batchId: `b${starts}`,
      state,
      total: rows.length,
      signed: n('signed'),
      failed: n('failed'),
      notBegun: n('not-begun'),
      awaitsTime: rows.filter((r) => r.awaitsTime).length,
      awaitsUpload: rows.filter((r) => r.state === 'signed' && !r.uploaded).length,
      startedAt,
      elapsed,
      left: state === 'running' ? left * 190 : null,
      rows,
    };
  };

  function propose(items: readonly BatchItem[], d: HarnessData): ApprovedList {
    const excluded: ApprovedList['excluded'] = [];
    const rows: ApprovedList['rows'] = [];
    for (const [i, item] of items.entries()) {
      const r = find(item.recordId, item.version);
      if (r === undefined) continue;
      const error: WireError | undefined =
        r.mustReview && item.handle === null
          ? d.errors['mustReview']
          : is('list-changed') && proposals > 1 && i === 0
            ? d.errors['changed']
            : undefined;
      if (error !== undefined)
        excluded.push({ recordId: r.id, version: r.version, title: `${r.patient.name} ${r.title}`, error });
      else
        rows.push({
          recordId: r.id,
          version: r.version,
          title: r.title,
          type: r.type,
          patientName: r.patient.name,
          admissionNumber: r.patient.admissionNumber,
          sm3: 'A1'.repeat(32),
          size: 180_000 + ((i * 7919) % 90_000),
          reviewed: item.handle !== null,
        });
    }
    const types = new Map<string, number>();
    for (const r of rows) types.set(r.type, (types.get(r.type) ?? 0) + 1);
    return {
      listId: `l${proposals}`,
      digest: `3F2A91C04D7E5B86${proposals.toString(16).padStart(4, '0')}${'5c'.repeat(22)}`,
      rows,
      count: rows.length,
      patients: new Set(rows.map((r) => r.admissionNumber)).size,
      bytes: rows.reduce((n, r) => n + r.size, 0),
      types: [...types].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
      excluded,
      alwaysAuthenticate: is('always'),
      triesLeft: 5,
      timeLater: is('later'),
    };
  }

  async function run(d: HarnessData): Promise<void> {
    const begun = Date.now();
    const startedAt = new Date(begun).toISOString();
    let rows = view?.rows ?? [];
    const put = (
      i: number,
      patch: Partial<BatchRow>,
      state: BatchView['state'] = cancelled ? 'cancelling' : 'running',
    ) => {
      rows = rows.map((r, at) => (at === i ? { ...r, ...patch } : r));
      view = counted(rows, state, startedAt, Date.now() - begun);
      emit('batch:progress', { ...view, rows: rows.filter((_, at) => at === i) });
    };
    const end = (state: BatchRow['state'], error: WireError | null) => {
      rows = rows.map((r) => (r.state === 'waiting' || r.state === 'in-hand' ? { ...r, state, error, step: null } : r));
      view = counted(rows, 'finished', startedAt, Date.now() - begun);
      emit('batch:progress', view);
    };
    for (let i = 0; i < rows.length; i++) {
      if (cancelled) return end('not-begun', null);
      const row = rows[i] as BatchRow;
      for (const step of steps) {
        put(i, { state: 'in-hand', step });
        if (is('batch-hold') && i >= Math.floor(rows.length * 0.45) && step === 'timestamp') {
          while (!cancelled) await wait(10);
        }
        if (step === 'sign') await wait(is('brisk') ? 0 : 4);
        if (is('removed-later') && i === 2 && step === 'sign' && starts === 1) {
          put(i, { state: 'failed', step: null, error: d.errors['removed'] ?? null, milliseconds: 21 });
          return end('not-begun', null);
        }
      }
      if (is('batch-failures') && i % 9 === 4) {
        put(i, {
          state: 'failed',
          step: null,
          error: d.errors[i % 2 ? 'changed' : 'keyword'] ?? null,
          milliseconds: 34,
        });
        continue;
      }
      const now = new Date().toISOString();
      const late = is('later') && i % 3 === 1;
      put(i, {
        state: 'signed',
        step: null,
        claimedTime: now,
        trustedTime: late ? null : now,
        awaitsTime: late,
        uploaded: !late && !is('upload'),
        milliseconds: 148 + ((i * 37) % 90),
      });
      await signed(row.recordId);
    }
    end('not-begun', null);
  }

  /** What the program's end cut short: signed, failed, not begun. */
  function interrupted(d: HarnessData): BatchView {
    starts = Math.max(1, starts);
    const at = '2026-11-22T01:42:10Z';
    const rows = d.worklist.records.slice(0, 24).map((r, i): BatchRow => {
      if (i < 15)
        return {
          ...rowOf(r),
          state: 'signed',
          claimedTime: at,
          trustedTime: at,
          uploaded: i < 13,
          milliseconds: 140 + i,
        };
      if (i === 15) return { ...rowOf(r), state: 'failed', error: d.errors['changed'] ?? null, milliseconds: 60 };
      return { ...rowOf(r), state: 'not-begun' };
    });
    return { ...counted(rows, 'interrupted', at, 4100), batchId: 'b1' };
  }

  return {
    async answer(name, given, d) {
      const ok = (value: unknown) => ({ ok: true, value });
      const no = (error: string) => ({ ok: false, error: d.errors[error] });
      switch (name) {
        case 'batch:propose':
        case 'batch:resume': {
          proposals += 1;
          const items =
            name === 'batch:propose'
              ? (given['items'] as unknown as BatchItem[])
              : (view?.rows ?? [])
                  .filter((r) => r.state === 'not-begun' || r.state === 'failed')
                  .map((r) => ({ recordId: r.recordId, version: r.version, handle: 'kept' }) as unknown as BatchItem);
          const half = Math.ceil(items.length / 2);
          emit('batch:fetching', { done: half, total: items.length });
          if (is('propose-hold')) await new Promise(() => {});
          await wait(10);
          list = propose(items, d);
          return ok(list);
        }
        case 'batch:withdrawProposal':
          list = null;
          return ok(undefined);
        case 'batch:start': {
          if (given['pin'] === '000000') return no('pin');
          if (is('start-fails') && ++tries === 1) return no('phoneTicket');
          if (is('list-changed') && proposals === 1) return no('listChanged');
          if (list === null || given['digest'] !== list.digest) return no('listChanged');
          starts += 1;
          cancelled = false;
          const rows = list.rows.flatMap((x) => {
            const r = find(x.recordId, x.version);
            return r === undefined ? [] : [rowOf(r)];
          });
          view = counted(rows, 'running', new Date().toISOString(), 0);
          setTimeout(() => void run(d), 5);
          return ok({ batchId: view.batchId });
        }
        case 'batch:cancel':
          cancelled = true;
          return ok(undefined);
        case 'batch:get':
          if (view === null && is('interrupted')) view = interrupted(d);
          return ok(view);
        case 'batch:putAway':
          view = null;
          return ok(undefined);
        default:
          return ok(d.checked[0]);
      }
    },
  };
}
