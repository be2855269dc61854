/** Kept seals on a real disk. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { YqError } from '../../../../src/core/errors/index.ts';
import { openSealStore } from '../../../../src/main/desk/seals/store.ts';

const sample = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../../fixtures/ses', name)));
const v4 = sample('seal_v4.der');
const v5 = sample('seal_v5.der');
const old = sample('seal_2014.der');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-seals-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

it('keeps seals of all three standards over a restart, byte for byte, each once', () => {
  const store = openSealStore(folder);
  const ids = [v4, v5, old, v4].map((der) => store.keep(der).id);
  expect(ids[3]).toBe(ids[0]);
  const kept = openSealStore(folder).imported();
  expect(kept.map((k) => k.id).sort()).toEqual([...new Set(ids)].sort());
  expect(kept.find((k) => k.id === ids[0])).toMatchObject({ source: 'imported', seal: { version: 4, der: v4 } });
  expect(kept.map((k) => k.seal.version).sort()).toEqual([1, 4, 5]);
  store.remove(ids[1]!);
  expect(store.imported()).toHaveLength(2);
});

it('what is no seal is not kept; a kept file that somebody changed or put there counts as absent', () => {
  const store = openSealStore(folder);
  expect(() => store.keep(v4.subarray(0, 100))).toThrow(expect.objectContaining({ code: 'SEAL_FORMAT' }));
  expect(existsSync(join(folder, 'imported'))).toBe(false);
  const { id } = store.keep(v4);
  const file = join(folder, 'imported', `${id}.esl`);
  const changed = new Uint8Array(v4);
  changed[changed.length - 1]! ^= 1;
  writeFileSync(file, changed);
  expect(store.imported()).toEqual([]);
  writeFileSync(join(folder, 'imported', `${'0'.repeat(64)}.esl`), v5);
  writeFileSync(join(folder, 'imported', 'other.esl'), v5);
  expect(store.imported()).toEqual([]);
  store.keep(v4);
  expect(store.imported()).toHaveLength(1);
});

it('a name that is no seal’s removes nothing', () => {
  const store = openSealStore(folder);
  writeFileSync(join(folder, 'precious.esl'), 'x');
  store.keep(v4);
  store.remove('../precious');
  store.remove('');
  expect(existsSync(join(folder, 'precious.esl'))).toBe(true);
  expect(store.imported()).toHaveLength(1);
});

it('what the service gave is each person’s own, replaced as a whole, and names nobody on the disk', () => {
  const store = openSealStore(folder);
  expect(store.cache('10023', [v4, v5])).toEqual([]);
  expect(store.cache('10087', [v4])).toEqual([]);
  expect(store.cached('10023').map((k) => [k.source, k.seal.version])).toEqual(
    expect.arrayContaining([
      ['backend', 4],
      ['backend', 5],
    ]),
  );
  // One that cannot be read is left out and named; the others hold.
  expect(store.cache('10023', [v5, new Uint8Array([0x30, 0])])).toEqual(['SEAL_FORMAT']);
  expect(store.cached('10023').map((k) => k.seal.version)).toEqual([5]);
  expect(store.cached('10087').map((k) => k.seal.version)).toEqual([4]);
  expect(store.cached('nobody')).toEqual([]);
  expect(store.imported()).toEqual([]);
  expect(readdirSync(join(folder, 'service')).join()).not.toMatch(/100(23|87)/);
});

it.skipIf(process.getuid?.() === 0)('a folder that cannot be written says so', () => {
  const store = openSealStore(join(folder, 'file', 'x'));
  writeFileSync(join(folder, 'file'), '');
  let code = '';
  try {
    store.keep(v4);
  } catch (e) {
    code = (e as YqError).code;
  }
  expect(code).toBe('SIGN_OUTPUT');
});
