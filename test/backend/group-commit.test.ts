/** Pieces of work that are committed together: each whole or nothing by itself, and told only when it is kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Store } from '../../src/backend/store/database.ts';
import { GroupCommit } from '../../src/backend/store/group-commit.ts';

let dir: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'yiqian-group-'));
  store = new Store(path.join(dir, 'backend.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const put = (name: string): string => {
  store.run('INSERT INTO settings (name, value) VALUES (?, ?)', name, 'x');
  return name;
};
/** As another process sees the store. */
const seen = (): unknown[] => {
  const other = new DatabaseSync(path.join(dir, 'backend.sqlite'), { readOnly: true });
  const rows = other.prepare('SELECT name FROM settings ORDER BY name').all();
  other.close();
  return rows.map((row) => row['name']);
};

describe('group commit', () => {
  it('keeps what went well and undoes what threw, whole', async () => {
    const group = new GroupCommit(store);
    const bad = group.run(() => {
      put('b1');
      throw new Error('no');
    });
    const all = await Promise.allSettled([group.run(() => put('a')), bad, group.run(() => put('c'))]);
    expect(all.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))).toEqual([
      'a',
      'no',
      'c',
    ]);
    expect(seen()).toEqual(['a', 'c']);
  });

  it('is one transaction for what comes together; the next ones are another', async () => {
    const group = new GroupCommit(store);
    let begun = 0;
    const transaction = store.transaction.bind(store);
    store.transaction = (work) => {
      begun++;
      return transaction(work);
    };
    await Promise.all(Array.from({ length: 150 }, (_, i) => group.run(() => put(`n${i}`))));
    expect(begun).toBe(3);
    expect(seen()).toHaveLength(150);
    await group.run(() => put('later'));
    expect(begun).toBe(4);
  });

  it('tells nobody before the disk has it, and everybody when it could not be kept', async () => {
    const group = new GroupCommit(store);
    const before: unknown[][] = [];
    const told = [group.run(() => put('a')), group.run(() => void before.push(seen()))];
    await Promise.all(told.map((one) => one.then(() => before.push(seen()))));
    expect(before).toEqual([[], ['a'], ['a']]);
    // Another process holds the store for longer than is waited for.
    const other = new DatabaseSync(path.join(dir, 'backend.sqlite'));
    store.run('PRAGMA busy_timeout = 1');
    other.exec('BEGIN IMMEDIATE');
    const lost = await Promise.allSettled([group.run(() => put('x')), group.run(() => put('y'))]);
    other.exec('ROLLBACK');
    other.close();
    expect(lost.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await group.run(() => put('z'))).toBe('z');
    expect(seen()).toEqual(['a', 'z']);
  });
});
