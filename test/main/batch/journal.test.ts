/** The batch's books: what they say after any death, and that the upload queue's numbers, which are given out again, never mix them up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { YqError } from '../../../src/core/errors/index.ts';
import { openJournal, type Journal } from '../../../src/main/batch/journal.ts';
import { viewOfJournal } from '../../../src/main/batch/live-rows.ts';
import { openUploadQueue, type UploadQueue } from '../../../src/main/desk/upload-queue.ts';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';
import { toWireError } from '../../../src/main/wire-error.ts';

let folder: string;
let store: DeskStore;
let queue: UploadQueue;
let journal: Journal;
const now = (): Date => new Date('2026-11-22T08:00:00Z');
const open = (): void => {
  store = openStore(join(folder, 'desk.sqlite'));
  queue = openUploadQueue(store, now);
  journal = openJournal(store);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-journal-'));
  open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

const item = (recordId: string) => ({
  recordId,
  version: 1,
  placement: { page: 1, x: 1, y: 2, width: 40, height: 15 },
  layout: { kind: 'keyword' as const, text: '医师签名' },
  sealId: null,
  dropActive: false,
  reason: 'r',
});
const create = (
  id: string,
  records: readonly string[],
  personId = 'li',
  startedAt = '2026-11-22T08:00:00.000Z',
): void =>
  journal.create(
    { id, personId, keyId: 'K', listId: `list of ${id}`, digest: 'D', startedAt },
    records.map((r) => ({
      recordId: r,
      version: 1,
      title: `title ${r}`,
      patientName: `patient ${r}`,
      sm3: `sm3 of ${r}`,
      item: item(r),
      reviewed: true,
    })),
  );
const enqueue = (recordId: string) => (): number =>
  queue.begin({ recordId, version: 1, personId: 'li', file: `/s/${recordId}.pdf`, sm3Before: 'AA' });
const begin = (id: string, position: number, recordId: string): number =>
  journal.change(id, position, { state: 'in-hand', file: `/s/${recordId}.pdf` }, enqueue(recordId))!;
const row = (id: string, position: number) => journal.rows(id)[position]!;

it('every row is kept with what it takes to go on, over the end of the program', () => {
  create('b', ['x', 'y']);
  const queueId = begin('b', 0, 'x');
  store.close();
  open();
  expect(journal.running().map((b) => b.id)).toEqual(['b']);
  expect(row('b', 0)).toMatchObject({ state: 'in-hand', queueId, file: '/s/x.pdf', item: item('x'), reviewed: true });
  expect(row('b', 1)).toMatchObject({ state: 'waiting', queueId: null, title: 'title y', sm3: 'sm3 of y' });
  expect(viewOfJournal(journal.find('b')!, journal.rows('b')).state).toBe('interrupted');
});

it('a row and its entry in the queue are written together or not at all', () => {
  create('b', ['x']);
  const broken = (): number => {
    enqueue('x')();
    throw new YqError('SIGN_CANCELLED');
  };
  expect(() => journal.change('b', 0, { state: 'in-hand' }, broken)).toThrow(
    expect.objectContaining({ code: 'SIGN_CANCELLED' }),
  );
  expect([row('b', 0).state, queue.all()]).toEqual(['waiting', []]);
});

it('taken by the service: uploaded; the number it had in the queue may then be another record’s', () => {
  create('b', ['x', 'y']);
  const first = begin('b', 0, 'x');
  journal.change('b', 0, { state: 'signed' }, () => queue.signed(first, 'S'));
  const view = () => viewOfJournal(journal.find('b')!, journal.rows('b'));
  expect(view()).toMatchObject({ signed: 1, awaitsUpload: 1 });
  queue.uploaded(first);
  expect(view()).toMatchObject({ signed: 1, awaitsUpload: 0 });
  expect(begin('b', 1, 'y')).toBe(first);
  expect([row('b', 0).queueId, row('b', 1).queueId]).toEqual([null, first]);
  // A time that comes for the one is not the other's.
  expect(journal.stamped(first, '2026-11-22T08:01:00.000Z')).toEqual([{ batchId: 'b', position: 1 }]);
  expect([row('b', 0).trustedTime, row('b', 1).trustedTime]).toEqual([null, '2026-11-22T08:01:00.000Z']);
});

it('refused by the service and dismissed is signed and never handed in', () => {
  create('b', ['x']);
  const id = begin('b', 0, 'x');
  journal.change('b', 0, { state: 'signed' }, () => queue.signed(id, 'S'));
  queue.failed(id, toWireError(new YqError('RECORD_CHANGED')), true);
  queue.dismiss('li', 'x', 1);
  expect(row('b', 0)).toMatchObject({ state: 'signed', queueId: -1 });
  expect(viewOfJournal(journal.find('b')!, journal.rows('b')).rows[0]).toMatchObject({ uploaded: false });
});

it('the newest batch of the person that was not put away; nobody else’s', () => {
  create('old', ['x'], 'li', '2026-11-22T07:00:00.000Z');
  create('new', ['x'], 'li', '2026-11-22T08:00:00.000Z');
  create('other', ['x'], 'zhao', '2026-11-22T09:00:00.000Z');
  expect(journal.latest('li')?.id).toBe('new');
  journal.putAway('new');
  expect(journal.latest('li')?.id).toBe('old');
  journal.putAway('old');
  expect([journal.latest('li'), journal.latest('zhao')?.id]).toEqual([undefined, 'other']);
});

it('knows which bytes of a record this person has signed', () => {
  create('b', ['x', 'y']);
  journal.change('b', 0, { state: 'signed' });
  const asked = (['x', 'y'] as const).map((r) => journal.wasSigned('li', r, 1, `sm3 of ${r}`));
  expect([...asked, journal.wasSigned('zhao', 'x', 1, 'sm3 of x'), journal.wasSigned('li', 'x', 1, 'other')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it('words and places that this version does not understand cost nothing but themselves', () => {
  create('b', ['x']);
  store.db.prepare(`UPDATE batch_row SET error = '{"code":', item = '{}'`).run();
  expect(row('b', 0)).toMatchObject({
    recordId: 'x',
    error: null,
    item: { recordId: 'x', placement: null, layout: null },
  });
});
