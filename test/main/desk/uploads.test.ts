/** The upload of what is signed, on a real queue and real files; only the service is played. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sm3, toHex } from '../../../src/core/crypto/index.ts';
import { YqError } from '../../../src/core/errors/index.ts';
import type { SignedUpload } from '../../../src/main/desk/backend-client.ts';
import type { DeskPorts } from '../../../src/main/desk/ports.ts';
import type { Session } from '../../../src/main/desk/session.ts';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';
import { openUploadQueue, type UploadQueue } from '../../../src/main/desk/upload-queue.ts';
import { createUploads } from '../../../src/main/desk/uploads.ts';
import type { WorkList } from '../../../src/main/desk/work-list.ts';

let folder: string;
let store: DeskStore;
let queue: UploadQueue;
let person: string | undefined;
let sent: SignedUpload[];
let answer: () => Promise<void>;
let removed: string[];
let noted: string[];
const pdf = new TextEncoder().encode('%PDF-signed');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-uploads-'));
  store = openStore(join(folder, 'desk.sqlite'));
  queue = openUploadQueue(store, () => new Date(1_000_000));
  person = 'li';
  sent = [];
  removed = [];
  noted = [];
  answer = () => Promise.resolve();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

const uploads = () =>
  createUploads(
    {
      backend: { upload: (_bearer: string, s: SignedUpload) => (sent.push(s), answer()) },
      log: { write: () => undefined, error: () => undefined },
      store,
    } as unknown as DeskPorts,
    {
      peek: () => (person === undefined ? undefined : { bearer: `of ${person}`, person: { id: person } }),
    } as unknown as Session,
    queue,
    { remove: (id: string) => void removed.push(id), queueChanged: () => undefined } as unknown as WorkList,
    { note: (facts) => void noted.push(`${facts.act} ${facts.subject} ${facts.code ?? facts.result}`) as never },
  );
const begin = (recordId: string, { there = true } = {}): number => {
  const file = join(folder, `${recordId}.pdf`);
  if (there) writeFileSync(file, pdf);
  return queue.begin({ recordId, version: 1, personId: 'li', file, sm3Before: 'AA' });
};
const signed = (recordId: string, there = true): number => {
  const id = begin(recordId, { there });
  queue.signed(id, toHex(sm3(pdf)));
  return id;
};
const state = (id: number) => queue.find(id)?.state;

it('the list in hand and the timer meet over one entry: it is sent once and both learn that it was taken', async () => {
  const id = signed('a');
  let release = (): void => undefined;
  answer = () => new Promise((ok) => (release = ok));
  const u = uploads();
  const byList = u.send(id);
  const byTimer = u.sendDue();
  await expect.poll(() => sent.length).toBe(1);
  release();
  expect(await byList).toBeUndefined();
  await byTimer;
  expect(await u.send(id)).toBeUndefined();
  expect(sent).toHaveLength(1);
  expect(removed).toEqual(['a']);
  expect(queue.all()).toEqual([]);
});

it('another person’s session sends nothing of mine and costs me no refusal', async () => {
  const id = signed('a');
  person = 'zhao';
  const u = uploads();
  expect(await u.send(id)).toMatchObject({ code: 'NOT_SIGNED_IN' });
  await u.sendDue();
  expect(sent).toEqual([]);
  expect(queue.find(id)).toMatchObject({ state: 'pending', attempts: 0 });
});

it.each([
  ['RECORD_CHANGED', 'refused'],
  ['RECORD_NOT_YOURS', 'refused'],
  ['UPLOAD_SIGNATURE', 'refused'],
  ['BACKEND_UNREACHABLE', 'pending'],
  ['BACKEND_REFUSED', 'pending'],
  ['BACKEND_INTERNAL', 'pending'],
  ['LOGIN_REQUIRED', 'pending'],
  ['UPLOAD_DIGEST', 'pending'],
] as const)('%s leaves it %s', async (code, expected) => {
  const id = signed('a');
  answer = () => Promise.reject(new YqError(code, { params: { reason: 'x' } }));
  await uploads().send(id);
  expect(queue.find(id)).toMatchObject({ state: expected, lastError: { code } });
});

it('damaged on the way time and again: refused after five tries', async () => {
  const id = signed('a');
  answer = () => Promise.reject(new YqError('UPLOAD_DIGEST'));
  const u = uploads();
  for (let n = 1; n < 5; n++) await u.send(id);
  expect(state(id)).toBe('pending');
  await u.send(id);
  expect(state(id)).toBe('refused');
});

it('one refusal does not keep the others from being sent; a service that is away does', async () => {
  const [a, b] = [signed('a'), signed('b')];
  answer = () => (sent.length === 1 ? Promise.reject(new YqError('RECORD_CHANGED')) : Promise.resolve());
  await uploads().sendDue();
  expect([state(a), state(b)]).toEqual(['refused', undefined]);
  signed('c');
  signed('d');
  sent = [];
  answer = () => Promise.reject(new YqError('BACKEND_UNREACHABLE'));
  await uploads().sendDue();
  expect(sent.map((s) => s.recordId)).toEqual(['c']);
});

it('the signed file is gone: it stays in the queue and says which file', async () => {
  const id = signed('a', false);
  const error = await uploads().send(id);
  expect(error).toMatchObject({ code: 'SIGN_INPUT', params: { file: 'a.pdf' } });
  expect(state(id)).toBe('pending');
});

it('after a death: the file is there, so it is signed; it is not, so nothing happened; what this run began is left alone', async () => {
  const [whole, nothing] = [begin('a'), begin('b', { there: false })];
  const u = uploads();
  const own = begin('c', { there: false });
  await u.settleBegun();
  expect(queue.find(whole)).toMatchObject({ state: 'pending', sm3After: toHex(sm3(pdf)) });
  expect(state(nothing)).toBeUndefined();
  expect(state(own)).toBe('begun');
  // What the dead desk had signed and not written down is an act of its person all the same, once.
  expect(noted).toEqual(['sign a v1 done']);
});
