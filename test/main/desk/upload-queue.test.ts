import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backOff, openUploadQueue, type UploadQueue } from '../../../src/main/desk/upload-queue.ts';

let folder: string;
let file: string;
let queue: UploadQueue;
let time: number;
const open = () => openUploadQueue(file, () => new Date(time));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-queue-'));
  file = join(folder, 'uploads.sqlite');
  time = 1_000_000;
  queue = open();
});
afterEach(() => {
  queue.close();
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
  queue.close();
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
  queue.close();
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
it('a file of the first layout is taken over with all that waits in it', () => {
  queue.close();
  rmSync(file);
  const old = new DatabaseSync(file);
  old.exec(`CREATE TABLE upload (id INTEGER PRIMARY KEY, record_id TEXT NOT NULL, version INTEGER NOT NULL, person_id TEXT NOT NULL,
    file TEXT NOT NULL, sm3_before TEXT NOT NULL, sm3_after TEXT,
    state TEXT NOT NULL CHECK (state IN ('begun', 'pending', 'refused')), attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL DEFAULT 0, last_code TEXT, begun_at TEXT NOT NULL) STRICT;
    INSERT INTO upload VALUES (7, 'a', 1, 'li', '/s/a.pdf', 'AA', 'BB', 'pending', 2, 0, 'BACKEND_UNREACHABLE', '2026')`);
  old.close();
  queue = open();
  expect(queue.find(7)).toMatchObject({ recordId: 'a', state: 'pending', attempts: 2, lastError: null, record: null });
  queue.close();
  queue = open();
  expect(due()).toEqual(['a']);
});
it('words that cannot be understood cost nothing but themselves', () => {
  const id = begin('a');
  const db = new DatabaseSync(file);
  db.prepare(`UPDATE upload SET last_error = '{"code":', record = '{}' WHERE id = ?`).run(id);
  db.close();
  expect(queue.find(id)).toMatchObject({ recordId: 'a', lastError: null, record: null });
});
