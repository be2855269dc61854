import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSettingsStore } from '../../../src/main/settings/store.ts';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';

let formerFile: string;
let folder: string;
let store: DeskStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-settings-'));
  formerFile = join(folder, 'settings.json');
  store = openStore(join(folder, 'desk.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const defaults = { language: 'zh', theme: 'system' } as const;
const open = (fixed = {}, locked: string[] = []) => createSettingsStore({ store, formerFile, fixed, locked, defaults });

it('keeps what is set over a restart', () => {
  expect(open().get()).toEqual({ ...defaults, locked: [] });
  expect(open().set({ theme: 'dark', language: undefined })).toEqual({ language: 'zh', theme: 'dark', locked: [] });
  store.close();
  store = openStore(join(folder, 'desk.sqlite'));
  expect(open().get()).toEqual({ language: 'zh', theme: 'dark', locked: [] });
});
it('a policy’s value stands above it and is not written over the person’s', () => {
  open().set({ theme: 'dark' });
  const managed = open({ theme: 'light' }, ['theme']);
  expect(managed.get()).toEqual({ language: 'zh', theme: 'light', locked: ['theme'] });
  expect(managed.set({ theme: 'dark', language: 'en' })).toMatchObject({ theme: 'light', language: 'en' });
  expect(open().get()).toEqual({ language: 'en', theme: 'dark', locked: [] });
});
it('the file of version 0.2 is taken over once and left where it is', () => {
  writeFileSync(formerFile, '{"theme":"dark","language":"en"}');
  expect(open().get()).toMatchObject({ language: 'en', theme: 'dark' });
  open().set({ language: 'zh' });
  expect(open().get()).toMatchObject({ language: 'zh', theme: 'dark' });
  expect(readFileSync(formerFile, 'utf8')).toBe('{"theme":"dark","language":"en"}');
});
it('a damaged file is as none', () => {
  for (const damage of ['{', '[]', '{"theme":"pink"}']) {
    writeFileSync(formerFile, damage);
    expect(open().get()).toEqual({ ...defaults, locked: [] });
  }
});
it('a value that this version does not know is as none, and the others hold', () => {
  open().set({ language: 'en', theme: 'dark' });
  store.db.exec(`UPDATE setting SET value = 'pink' WHERE name = 'theme'`);
  store.db.exec(`INSERT INTO setting VALUES ('later', 'x')`);
  expect(open().get()).toEqual({ language: 'en', theme: 'system', locked: [] });
});
