/** What the window does to its own state, and what it asks of main, with an answering machine for main. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedRecord, RecordSummary, SignResult } from '../../../src/shared/models.ts';
import { approve, markShown, neighbour, nobody, openRecord, withdraw } from '../../../src/renderer/state/actions.ts';
import { sign, signProgressed, toSign } from '../../../src/renderer/state/signing.ts';
import { get, set, useDesk } from '../../../src/renderer/state/store.ts';

const pristine = useDesk.getInitialState();
let asked: [string, Record<string, unknown>][] = [];
let answers: Record<string, (input: never) => unknown> = {};

const summary = (id: string): RecordSummary => ({
  id,
  version: 1,
  type: 't',
  title: 't',
  department: '',
  ward: '',
  patient: { id, name: id, pinyin: id, sex: 'male', age: 1, bed: '1', admissionNumber: '1', admittedOn: '2026-11-22' },
  signedBy: [],
  author: '',
  submittedAt: `2026-11-22T0${9 - Number(id)}:00:00Z`,
  urgent: false,
  mustReview: false,
  mine: 'to-sign',
  level: null,
  dueAt: null,
  returnReason: null,
  byIntern: false,
  state: 'waiting',
  error: null,
});
const openedOf = (id: string): OpenedRecord => ({
  record: summary(id),
  document: { handle: `h${id}`, url: `/document/${id}`, name: '', size: 1, sm3: '' },
  report: {
    file: '',
    size: 1,
    sm3: '',
    verdict: 'INDETERMINATE',
    findings: [],
    revisions: 1,
    signatures: [],
    changedPages: [],
    encrypted: false,
    judgedAt: '',
  },
  changes: [],
  placement: { page: 1, x: 1, y: 2, width: 40, height: 15 },
  placementRule: '',
  layout: null,
  emptyFields: [],
  sealId: null,
  appearanceUrl: null,
  blocked: null,
});
const result = (id: string, outcome: SignResult['outcome']): SignResult => ({
  recordId: id,
  version: 1,
  outcome,
  error: null,
  signed: null,
});
const settled = () => new Promise((done) => setTimeout(done));
const handles = (name: string) => asked.filter(([n]) => n === name).map(([, i]) => i['handle']);

beforeEach(() => {
  asked = [];
  answers = {
    'records:open': ({ recordId }: { recordId: string }) => openedOf(recordId),
    'documents:close': () => undefined,
  };
  set({ ...pristine, worklist: { records: ['1', '2', '3', '4'].map(summary), refreshedAt: null, stale: null } }, true);
  globalThis.window = {
    yiqian: {
      call: async (name: string, input: never) => {
        asked.push([name, input]);
        return { ok: true, value: answers[name]?.(input) };
      },
    },
  } as never;
});

/** As the viewer does when the first page is on the screen. */
const openShown = async (id: string): Promise<void> => {
  await openRecord(summary(id));
  markShown();
};

describe('opening', () => {
  it('lets the record before go', async () => {
    await openRecord(summary('1'));
    await openRecord(summary('2'));
    expect(get().review?.opened.record.id).toBe('2');
    expect(handles('documents:close')).toEqual(['h1']);
  });
  it('keeps open in main what was approved, and shows those bytes again', async () => {
    await openRecord(summary('1'));
    approve();
    await settled();
    expect(get().review?.opened.record.id).toBe('2');
    await openRecord(summary('1'));
    expect(asked.filter(([n]) => n === 'records:open')).toHaveLength(2);
    expect(handles('documents:close')).toEqual(['h2']);
    expect(toSign().map((a) => a.opened.document.handle)).toEqual(['h1']);
  });
  it('is refused while a record is being signed', async () => {
    await openRecord(summary('1'));
    set((s) => ({ review: s.review && { ...s.review, signing: true } }));
    await openRecord(summary('2'));
    expect(get().review?.opened.record.id).toBe('1');
  });
});

it('the neighbour leaves out what is approved and stays within the selection', async () => {
  await openRecord(summary('1'));
  approve();
  await settled();
  expect([neighbour(1)?.id, neighbour(-1)?.id]).toEqual(['3', undefined]);
  set({ selected: new Set(['2@1', '4@1']) });
  expect(neighbour(1)?.id).toBe('4');
});

describe('what the next PIN signs', () => {
  it('is the approved records and the one in hand, each once', async () => {
    await openShown('1');
    approve();
    await settled();
    expect(toSign().map((a) => a.opened.record.id)).toEqual(['1']); // the next one is not on the screen yet
    markShown();
    expect(toSign().map((a) => a.opened.record.id)).toEqual(['1', '2']);
    withdraw(summary('1'));
    expect(toSign().map((a) => a.opened.record.id)).toEqual(['2']);
  });
  it.each([
    ['cannot be signed', { blocked: { code: 'X', zh: { what: '', next: '' }, en: { what: '', next: '' } } }, {}],
    ['was not seen whole', {}, { unseen: true }],
    ['is not on the screen yet', {}, { shown: false }],
  ])('is not a record that %s', async (_, opened, review) => {
    await openShown('1');
    set((s) => ({ review: s.review && { ...s.review, ...review, opened: { ...s.review.opened, ...opened } } }));
    expect(toSign()).toEqual([]);
  });
});

describe('signing', () => {
  it('one record: its progress, its result; it leaves the selection', async () => {
    answers['sign:approve'] = () => ({ jobId: 'j', results: [result('1', 'signed')] });
    await openShown('1');
    set({ selected: new Set(['1@1', '2@1']) });
    const done = sign('123456');
    signProgressed({ jobId: 'j', recordId: '1', step: 'sign', state: 'done', milliseconds: 4 });
    signProgressed({ jobId: 'j', recordId: '9', step: 'seal', state: 'done' });
    await done;
    expect(get()).toMatchObject({
      signedCount: 1,
      review: { signing: false, result: { outcome: 'signed' }, progress: { sign: { milliseconds: 4 } } },
    });
    expect(get().review?.progress.seal).toBeUndefined();
    expect([...get().selected]).toEqual(['2@1']);
  });
  it('the PIN is nowhere in the state', async () => {
    answers['sign:approve'] = () => ({ jobId: 'j', results: [result('1', 'signed')] });
    await openShown('1');
    await sign('86420135');
    expect(asked.at(-1)?.[1]).toMatchObject({ pin: '86420135' });
    expect(JSON.stringify(get())).not.toContain('86420135');
  });
});

it('when a person signs out nothing of theirs is left', async () => {
  await openRecord(summary('1'));
  approve();
  await settled();
  set({ ...nobody });
  expect(get()).toMatchObject({ review: null, worklist: null, approved: [], checked: [], batch: null, cursor: null });
});
