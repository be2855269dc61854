/** Writes that do not wait for the disk: seen by everybody at once, all or nothing, and on the disk when `flushed` says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';

let folder: string;
let store: DeskStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-swiftly-'));
  store = openStore(join(folder, 'desk.sqlite'));
  store.db.exec('CREATE TABLE t (n INTEGER)');
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const put = (n: number): void => void store.db.prepare('INSERT INTO t VALUES (?)').run(n);
const seen = (): unknown[] => {
  const other = new DatabaseSync(join(folder, 'desk.sqlite'), { readOnly: true });
  try {
    return other
      .prepare('SELECT n FROM t ORDER BY n')
      .all()
      .map((r) => r['n']);
  } finally {
    other.close();
  }
};
const synchronous = (): unknown => store.db.prepare('PRAGMA synchronous').get()?.['synchronous'];

it('another process sees it at once; afterwards every write waits for the disk again', async () => {
  expect(store.swiftly(() => (put(1), 'done'))).toBe('done');
  expect([seen(), synchronous()]).toEqual([[1], 2]);
  await store.flushed();
});

it('nothing of what failed is kept, and the next write waits for the disk', () => {
  expect(() =>
    store.swiftly(() => {
      put(1);
      throw new RangeError('no');
    }),
  ).toThrow(RangeError);
  expect([seen(), synchronous()]).toEqual([[], 2]);
});

it('within a transaction it is a part of it', () => {
  expect(() =>
    store.transaction(() => {
      store.swiftly(() => put(1));
      throw new RangeError('no');
    }),
  ).toThrow(RangeError);
  expect(seen()).toEqual([]);
});

it('many that wait for the disk at the same time share it, and all settle', async () => {
  const waits: Promise<void>[] = [];
  for (let n = 0; n < 50; n++) {
    store.swiftly(() => put(n));
    waits.push(store.flushed());
  }
  await Promise.all(waits);
  expect(seen()).toHaveLength(50);
});

it('while the log is not worked into the file everything is still there, and after it too', async () => {
  store.postpone(true);
  for (let n = 0; n < 2000; n++) store.swiftly(() => put(n));
  await store.flushed();
  store.postpone(false);
  expect(seen()).toHaveLength(2000);
  store.close();
  store = openStore(join(folder, 'desk.sqlite'));
  expect(seen()).toHaveLength(2000);
});
