/** A folder's rows: events that outrun the answer, order, filter. */
import { beforeEach, expect, it } from 'vitest';
import type { FolderRow } from '../../../src/shared/models.ts';
import {
  arrangeRows,
  backToFolder,
  folderProgressed,
  openRow,
  verifyFolder,
} from '../../../src/renderer/state/folder.ts';
import { get, set, useDesk } from '../../../src/renderer/state/store.ts';

const pristine = useDesk.getInitialState();
const row = (name: string, verdict: FolderRow['verdict'], over: Partial<FolderRow> = {}): FolderRow => ({
  name,
  size: 1,
  verdict,
  signatures: 1,
  signers: [],
  trustedTime: null,
  level: 'B-T',
  reason: null,
  ...over,
});
const progress = (jobId: string, rows: FolderRow[], state: 'running' | 'finished') => ({
  jobId,
  folder: 'x',
  total: 3,
  done: rows.length,
  passed: 0,
  failed: 0,
  indeterminate: 0,
  unreadable: 0,
  state,
  rows,
});
let answers: Record<string, unknown> = {};
let asked: string[] = [];

beforeEach(() => {
  set(pristine, true);
  asked = [];
  globalThis.window = {
    yiqian: {
      call: (name: string) => {
        asked.push(name);
        return Promise.resolve({ ok: true, value: answers[name] });
      },
    },
  } as never;
});

it('rows that come before the answer are not lost, rows of another job are not shown', async () => {
  answers = { 'verify:folder': { jobId: 'mine', total: 3 } };
  folderProgressed(progress('mine', [row('a', 'PASSED')], 'running'));
  folderProgressed(progress('other', [row('z', 'PASSED')], 'finished'));
  await verifyFolder('/x');
  folderProgressed(progress('mine', [row('b', 'FAILED'), row('c', null)], 'finished'));
  expect(get().folder?.rows.map((r) => r.name)).toEqual(['a', 'b', 'c']);
  expect(get().folder?.progress).toMatchObject({ state: 'finished' });
});

it('nothing was chosen: nothing is shown', async () => {
  answers = { 'verify:folder': null };
  await verifyFolder(null);
  expect(get()).toMatchObject({ folder: null, checking: false, place: 'verify' });
});

it('a row is opened and let go again', async () => {
  const document = { handle: 'h', url: '', name: 'a', size: 1, sm3: '' };
  answers = { 'verify:folder': { jobId: 'j', total: 1 }, 'verify:folderOpen': { document, report: {} } };
  await verifyFolder('/x');
  await openRow('a');
  expect(get().folder).toMatchObject({ cursor: 'a', opening: false, opened: { document } });
  backToFolder();
  expect(get().folder?.opened).toBeNull();
  expect(asked.at(-1)).toBe('documents:close');
});

it('what needs attention sorts first; equal rows by name; the unreadable have a filter of their own', () => {
  const rows = [row('b', 'PASSED'), row('a', 'PASSED'), row('d', null), row('c', 'FAILED'), row('e', 'INDETERMINATE')];
  const names = (...args: [Parameters<typeof arrangeRows>[1], Parameters<typeof arrangeRows>[2]]) =>
    arrangeRows(rows, ...args)
      .map((r) => r.name)
      .join('');
  expect(names('all', { by: 'verdict', down: false })).toBe('cedab');
  expect(names('all', { by: 'name', down: true })).toBe('edcba');
  expect(names('unreadable', { by: 'name', down: false })).toBe('d');
  expect(names('PASSED', { by: 'level', down: true })).toBe('ab');
});
