import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';
import { backOff, openUploadQueue, type UploadQueue } from '../../../src/main/desk/upload-queue.ts';

let folder: string;
let file: string;
let store: DeskStore;
let queue: UploadQueue;
let time: number;
let former: string;
const open = () => {
  store = openStore(file);
  return openUploadQueue(store, () => new Date(time), former);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-queue-'));
  file = join(folder, 'desk.sqlite');
  former = join(folder, 'uploads.sqlite');
  time = 1_000_000;
  queue = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const begin = (recordId: string, personId = 'li') =>
  queue.begin({ recordId, version: 1, personId, file: `/s/${recordId}.pdf`, sm3Before: 'AA' });
const words = { what: '…', next: '…' };
const why = (code: string) => ({ code, zh: words, en: words });
const due = (personId = 'li') => queue.due(personId).map((q) => q.recordId);

it('what is begun is not uploaded; what is signed is, oldest first, for its person only', () => {
  const [a, b] = [begin('a'), begin('b')];
  begin('c');
  const d = begin('d', 'zhao');
  expect(due()).toEqual([]);
  for (const id of [b, a, d]) queue.signed(id, 'BB');
  expect(due()).toEqual(['a', 'b']);
  expect(due('zhao')).toEqual(['d']);
  queue.uploaded(a);
  expect(due()).toEqual(['b']);
  queue.forget(b);
  expect(queue.all().map((q) => [q.recordId, q.state])).toEqual([
    ['c', 'begun'],
    ['d', 'pending'],
  ]);
});
it('a failed upload waits longer each time, five minutes at most; a refusal is kept and not tried again', () => {
  const id = begin('a');
  queue.signed(id, 'BB');
  queue.failed(id, why('BACKEND_UNREACHABLE'), false);
  expect(due()).toEqual([]);
  time += 5_000;
  expect(due()).toEqual(['a']);
  queue.failed(id, why('BACKEND_UNREACHABLE'), false);
  time += 9_999;
  expect(due()).toEqual([]);
  time += 1;
  expect(due()).toEqual(['a']);
  expect([1, 2, 3, 7, 50].map(backOff)).toEqual([5_000, 10_000, 20_000, 300_000, 300_000]);
  queue.failed(id, why('RECORD_CHANGED'), true);
  time += 1e9;
  expect(due()).toEqual([]);
  expect(queue.find(id)).toMatchObject({
    state: 'refused',
    attempts: 3,
    lastError: why('RECORD_CHANGED'),
    sm3After: 'BB',
  });
});
it('survives the end of the program at any point', () => {
  const a = begin('a');
  const b = begin('b');
  queue.signed(b, 'BB');
  store.close();
  queue = open();
  expect(queue.all().map((q) => [q.id, q.state])).toEqual([
    [a, 'begun'],
    [b, 'pending'],
  ]);
});
it('keeps a write-ahead log, so that a reader never blocks the writer', () => {
  const db = new DatabaseSync(file);
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  db.close();
});
it('a queue that cannot be written stops the act with its own error', () => {
  store.close();
  expect(() => begin('a')).toThrow(expect.objectContaining({ code: 'QUEUE_BROKEN' }));
  queue = open();
});
it('a refusal is kept with its words and its record until it is dismissed; dismissing touches nothing that waits', () => {
  const a = begin('a');
  queue.signed(a, 'BB');
  queue.failed(a, why('RECORD_CHANGED'), true);
  const b = begin('a');
  queue.signed(b, 'CC');
  begin('b');
  expect(queue.open('li').map((q) => [q.id, q.state, q.lastError?.code])).toEqual([
    [a, 'refused', 'RECORD_CHANGED'],
    [b, 'pending', undefined],
  ]);
  queue.dismiss('zhao', 'a', 1);
  queue.dismiss('li', 'a', 2);
  expect(queue.open('li')).toHaveLength(2);
  queue.dismiss('li', 'a', 1);
  expect(queue.open('li').map((q) => q.id)).toEqual([b]);
});
it('taken at last: earlier refusals of the same version by the same person go with it', () => {
  const [a, b, other] = [begin('a'), begin('a'), begin('a', 'zhao')];
  for (const id of [a, b, other]) queue.signed(id, 'BB');
  queue.failed(a, why('UPLOAD_SIGNATURE'), true);
  queue.failed(other, why('UPLOAD_SIGNATURE'), true);
  queue.uploaded(b);
  expect(queue.all().map((q) => q.id)).toEqual([other]);
});
const firstLayout = `CREATE TABLE upload (id INTEGER PRIMARY KEY, record_id TEXT NOT NULL, version INTEGER NOT NULL, person_id TEXT NOT NULL,
  file TEXT NOT NULL, sm3_before TEXT NOT NULL, sm3_after TEXT,
  state TEXT NOT NULL CHECK (state IN ('begun', 'pending', 'refused')), attempts INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL DEFAULT 0, last_code TEXT, begun_at TEXT NOT NULL) STRICT;
  INSERT INTO upload VALUES (7, 'a', 1, 'li', '/s/a.pdf', 'AA', 'BB', 'pending', 2, 0, 'BACKEND_UNREACHABLE', '2026');
  INSERT INTO upload VALUES (9, 'b', 1, 'li', '/s/b.pdf', 'AA', NULL, 'begun', 0, 0, NULL, '2026');`;
const secondLayout = `ALTER TABLE upload DROP COLUMN last_code; ALTER TABLE upload ADD COLUMN last_error TEXT;
  ALTER TABLE upload ADD COLUMN record TEXT; PRAGMA user_version = 2;
  UPDATE upload SET last_error = '${JSON.stringify(why('BACKEND_UNREACHABLE'))}' WHERE id = 7;`;
describe.each([
  ['first', firstLayout, undefined],
  ['second', `PRAGMA journal_mode = WAL; ${firstLayout} ${secondLayout}`, 'BACKEND_UNREACHABLE'],
])('the queue of version 0.2, a file of the %s layout', (_, sql, lastCode) => {
  const makeFormer = (): void => {
    const old = new DatabaseSync(former);
    old.exec(sql);
    old.close();
  };
  it('is taken over with all that waits in it, once, and kept aside', () => {
    store.close();
    makeFormer();
    queue = open();
    expect(queue.all().map((q) => [q.recordId, q.state, q.attempts, q.lastError?.code, q.record])).toEqual([
      ['a', 'pending', 2, lastCode, null],
      ['b', 'begun', 0, undefined, null],
    ]);
    expect(existsSync(former)).toBe(false);
    const aside = new DatabaseSync(`${former}.taken-over`, { readOnly: true });
    expect(aside.prepare('SELECT count(*) AS n FROM upload').get()).toEqual({ n: 2 });
    aside.close();
    store.close();
    queue = open();
    expect(due()).toEqual(['a']);
  });
  it('comes back after its rows were taken (killed before the renaming, or the earlier version ran again): nothing twice, what is new comes', () => {
    store.close();
    makeFormer();
    queue = open();
    for (const q of queue.all()) queue.forget(q.id); // uploaded
    store.close();
    makeFormer();
    const old = new DatabaseSync(former);
    old.exec(`INSERT INTO upload (record_id, version, person_id, file, sm3_before, state, begun_at)
      VALUES ('c', 1, 'li', '/s/c.pdf', 'AA', 'begun', '2026')`);
    old.close();
    queue = open();
    expect(queue.all().map((q) => q.recordId)).toEqual(['c']);
    expect([existsSync(former), existsSync(`${former}.taken-over`), existsSync(`${former}.taken-over-2`)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
it('words that cannot be understood cost nothing but themselves', () => {
  const id = begin('a');
  const db = new DatabaseSync(file);
  db.prepare(`UPDATE upload SET last_error = '{"code":', record = '{}' WHERE id = ?`).run(id);
  db.close();
  expect(queue.find(id)).toMatchObject({ recordId: 'a', lastError: null, record: null });
});
