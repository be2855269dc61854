import { describe, expect, it } from 'vitest';
import type { RecordSummary } from '../../../src/shared/models.ts';
import {
  arrange,
  listed,
  matches,
  mineOf,
  prepare,
  recordKey,
  rowsOf,
  waiting,
  type ListView,
} from '../../../src/renderer/state/list.ts';

const record = (
  id: string,
  over: Partial<RecordSummary> = {},
  patient: Partial<RecordSummary['patient']> = {},
): RecordSummary => ({
  id,
  version: 1,
  type: '日常病程记录',
  title: '日常病程记录',
  department: '',
  ward: '',
  patient: {
    id: 'p1',
    name: '王某某',
    pinyin: 'wang mou mou',
    sex: 'male',
    age: 63,
    bed: '15',
    admissionNumber: '0038271',
    admittedOn: '2026-11-22',
    ...patient,
  },
  signedBy: [],
  author: '赵医师',
  submittedAt: '2026-11-22T02:00:00Z',
  urgent: false,
  mustReview: false,
  mine: 'to-sign',
  level: null,
  dueAt: null,
  returnReason: null,
  byIntern: false,
  state: 'waiting',
  error: null,
  ...over,
});
const view = (over: Partial<ListView> = {}): ListView => ({
  tab: 'to-sign',
  search: '',
  type: null,
  sort: 'newest',
  grouped: false,
  ...over,
});

describe('search', () => {
  it.each(['王某', 'wang', 'Wang Mou', 'wangmou', 'wmm', 'WM', '0038271', '38271', '日常', ' 15 '])(
    'finds by %s',
    (q) => {
      expect(matches(record('a'), q)).toBe(true);
    },
  );
  it.each(['李', 'mwm', '99', 'wmmm'])('does not find by %s', (q) => {
    expect(matches(record('a'), q)).toBe(false);
  });
});

describe('order', () => {
  const early = record('early', { submittedAt: '2026-11-22T01:00:00Z' });
  const late = record('late', { submittedAt: '2026-11-22T03:00:00Z', type: '出院记录' }, { pinyin: 'an mou' });
  const urgent = record('urgent', { submittedAt: '2026-11-22T00:00:00Z', urgent: true }, { pinyin: 'zhou mou' });
  const ids = (over: Partial<ListView>) => arrange([early, late, urgent], view(over)).map((r) => r.id);
  it('newest first, urgent before all', () => expect(ids({})).toEqual(['urgent', 'late', 'early']));
  it('oldest first, urgent before all', () => expect(ids({ sort: 'oldest' })).toEqual(['urgent', 'early', 'late']));
  it('by patient keeps a patient’s records together', () =>
    expect(ids({ sort: 'byPatient' })).toEqual(['late', 'early', 'urgent']));
  it('one type alone', () => expect(ids({ type: '出院记录' })).toEqual(['late']));
  it('leaves what main sent as it was', () => {
    const all = [early, late, urgent];
    arrange(all, view());
    expect(all.map((r) => r.id)).toEqual(['early', 'late', 'urgent']);
  });
});

it('groups keep the order in which patients appear and count their records', () => {
  const rows = rowsOf([record('a'), record('b', {}, { id: 'p2', name: '陈某' }), record('c')], true);
  expect(rows.map((r) => (r.kind === 'group' ? `${r.patient.name} ${r.count}` : r.record.id))).toEqual([
    '王某某 2',
    'a',
    'c',
    '陈某 1',
    'b',
  ]);
  expect(rowsOf([record('a')], false)).toHaveLength(1);
});

it('what waits can be opened; what waits for upload is only shown; what is signed is gone', () => {
  const of = (state: RecordSummary['state']) => [waiting(record('a', { state })), listed(record('a', { state }))];
  expect({ waiting: of('waiting'), failed: of('failed'), upload: of('upload-pending'), signed: of('signed') }).toEqual({
    waiting: [true, true],
    failed: [true, true],
    upload: [false, true],
    signed: [false, false],
  });
});

it('two versions of a record are two records', () =>
  expect(recordKey({ id: 'a', version: 1 })).not.toBe(recordKey({ id: 'a', version: 2 })));

describe('tabs', () => {
  const list = { records: [record('a'), record('b', { mine: 'returned-to-me' })], refreshedAt: null, stale: null };
  const mine = {
    records: [record('b', { mine: 'returned-to-me' }), record('c', { mine: 'signed-by-me', state: 'signed' })],
    refreshedAt: null,
    stale: null,
  };
  const ids = (tab: ListView['tab']) => mineOf(list, mine, tab).map((r) => r.id);
  it('each record stands in one of them, once', () => {
    expect([ids('to-sign'), ids('returned-to-me'), ids('signed-by-me')]).toEqual([['a'], ['b'], ['c']]);
  });
  it('are the same arrays until main sends something new', () => {
    expect(mineOf(list, mine, 'to-sign')).toBe(mineOf(list, mine, 'to-sign'));
    expect(mineOf({ ...list }, mine, 'to-sign')).not.toBe(mineOf(list, mine, 'to-sign'));
  });
});

describe('a long list', () => {
  const many = Array.from({ length: 5000 }, (_, i) => record(String(i), {}, { pinyin: `wang mou ${i}` }));
  it('is sorted once; a search only filters, and without one it is the same array', () => {
    expect(arrange(many, view())).toBe(arrange(many, view({ search: '  ' })));
    expect(arrange(many, view({ search: 'mou4999' })).map((r) => r.id)).toEqual(['4999']);
  });
  it('has its search words made in slices of a few hundred, and not at all once it is gone', () => {
    const work: (() => void)[] = [];
    const stop = prepare(many, (slice) => work.push(slice));
    for (let i = 0; i < 3; i++) work[i]?.();
    expect(work).toHaveLength(4);
    stop();
    work[3]?.();
    expect(work).toHaveLength(4);
  });
  it('what is due first stands first, what is never due last', () => {
    const three = [
      record('never'),
      record('late', { dueAt: '2026-11-23T00:00:00Z' }),
      record('soon', { dueAt: '2026-11-22T09:00:00Z' }),
    ];
    expect(arrange(three, view({ sort: 'due' })).map((r) => r.id)).toEqual(['soon', 'late', 'never']);
  });
});
