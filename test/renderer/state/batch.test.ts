/** What the window makes of what main tells of a batch, with an answering machine for main. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ApprovedList, BatchProgress, BatchRow, BatchView } from '../../../src/shared/batch.ts';
import {
  approveList,
  arrangeLines,
  batchProgressed,
  leftOver,
  loadBatch,
  MOST,
  proposeAll,
  withdrawProposal,
} from '../../../src/renderer/state/batch.ts';
import { get, set, useDesk } from '../../../src/renderer/state/store.ts';
import { record } from './records.ts';

const pristine = useDesk.getInitialState();
let asked: [string, unknown][] = [];
let answers: Record<string, (input: never) => unknown> = {};

const row = (id: string, state: BatchRow['state'], over: Partial<BatchRow> = {}): BatchRow => ({
  recordId: id,
  version: 1,
  title: 't',
  patientName: 'p',
  state,
  step: null,
  error: null,
  claimedTime: null,
  trustedTime: null,
  awaitsTime: false,
  uploaded: false,
  milliseconds: null,
  ...over,
});
const view = (rows: BatchRow[], over: Partial<BatchView> = {}): BatchView => ({
  batchId: 'b',
  state: 'running',
  total: rows.length,
  signed: rows.filter((r) => r.state === 'signed').length,
  failed: rows.filter((r) => r.state === 'failed').length,
  notBegun: rows.filter((r) => r.state === 'not-begun').length,
  awaitsTime: 0,
  awaitsUpload: 0,
  startedAt: '2026-11-22T00:00:00Z',
  elapsed: 0,
  left: null,
  rows,
  ...over,
});
const listOf = (ids: string[]): ApprovedList => ({
  listId: 'l',
  digest: 'd1',
  rows: ids.map((recordId) => ({
    recordId,
    version: 1,
    title: 't',
    type: 't',
    patientName: 'p',
    admissionNumber: '1',
    sm3: '',
    size: 1,
    reviewed: false,
  })),
  count: ids.length,
  patients: 1,
  bytes: 1,
  types: [],
  excluded: [],
  alwaysAuthenticate: false,
  triesLeft: null,
  timeLater: false,
});

beforeEach(() => {
  asked = [];
  answers = { 'tokens:list': () => ({ drivers: [], tokens: [] }) };
  set(pristine, true);
  globalThis.window = {
    yiqian: {
      call: async (name: string, input: never) => {
        asked.push([name, input]);
        return { ok: true, value: await answers[name]?.(input) };
      },
    },
  } as never;
});

describe('a list to be approved', () => {
  it('asks for what is not open without a handle, and for no more than main takes', async () => {
    answers['batch:propose'] = () => listOf(['1']);
    await proposeAll(Array.from({ length: MOST + 7 }, (_, i) => record(String(i))));
    const { items } = asked.find(([n]) => n === 'batch:propose')?.[1] as { items: { handle: null }[] };
    expect([items.length, items[0]?.handle, get().proposal?.beyond]).toEqual([MOST, null, 7]);
  });
  it('that was given up is not shown when its answer comes', async () => {
    let answer = (_: ApprovedList): void => undefined;
    answers['batch:propose'] = () => new Promise<ApprovedList>((done) => (answer = done));
    const made = proposeAll([record('1')]);
    await Promise.resolve();
    withdrawProposal();
    answer(listOf(['1']));
    await made;
    expect(get().proposal).toBeNull();
  });
  it('is started by the digest that was shown; what it took leaves the selection, the PIN leaves no trace', async () => {
    answers['batch:propose'] = () => listOf(['1']);
    answers['batch:start'] = () => ({ batchId: 'b' });
    answers['batch:get'] = () => view([row('1', 'waiting')]);
    set({ selected: new Set(['1@1', '2@1']) });
    await proposeAll([record('1'), record('2')]);
    await approveList('86420135');
    expect(asked.find(([n]) => n === 'batch:start')?.[1]).toEqual({ listId: 'l', digest: 'd1', pin: '86420135' });
    expect([[...get().selected], get().place, get().proposal]).toEqual([['2@1'], 'batch', null]);
    expect(JSON.stringify(get())).not.toContain('86420135');
  });
});

describe('progress', () => {
  const rows = [row('1', 'waiting'), row('2', 'waiting')];
  it('changes the lines it names and counts what was signed', async () => {
    answers['batch:get'] = () => view(rows);
    await loadBatch();
    const now: BatchProgress = { ...view(rows), signed: 1, rows: [row('2', 'signed')] };
    batchProgressed(now);
    expect(get().batch?.view.rows.map((r) => r.state)).toEqual(['waiting', 'signed']);
    expect(get().signedCount).toBe(1);
  });
  it('that comes while the whole is read has the whole read again: nothing older wins', async () => {
    let reads = 0;
    answers['batch:get'] = () => {
      reads += 1;
      if (reads === 1) batchProgressed({ ...view(rows), signed: 1, rows: [row('1', 'signed')] });
      return view([row('1', reads === 1 ? 'waiting' : 'signed'), row('2', 'waiting')]);
    };
    await loadBatch();
    expect(get().batch?.view.rows.map((r) => r.state)).toEqual(['signed', 'waiting']);
  });
});

it('failures first keeps the order within a kind; another PIN goes on with what failed and what was not begun', () => {
  const rows = [row('a', 'signed'), row('b', 'failed'), row('c', 'not-begun'), row('d', 'failed'), row('e', 'signed')];
  const ids = (failuresFirst: boolean, filter: 'all' | 'failed' | 'awaits-time' = 'all') =>
    arrangeLines(rows, { filter, failuresFirst }).map((r) => r.recordId);
  expect([ids(false), ids(true), ids(true, 'failed'), ids(false, 'awaits-time')]).toEqual([
    ['a', 'b', 'c', 'd', 'e'],
    ['b', 'd', 'c', 'a', 'e'],
    ['b', 'd'],
    [],
  ]);
  expect(leftOver(view(rows))).toBe(3);
});
