import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSettingsStore } from '../../../src/main/settings/store.ts';

let file: string;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const defaults = { language: 'zh', theme: 'system' } as const;
const open = (fixed = {}, locked: string[] = []) => createSettingsStore({ file, fixed, locked, defaults });

it('keeps what is set, in the file and over a restart', () => {
  expect(open().get()).toEqual({ ...defaults, locked: [] });
  expect(open().set({ theme: 'dark', language: undefined })).toEqual({ language: 'zh', theme: 'dark', locked: [] });
  expect(open().get().theme).toBe('dark');
});
it('a policy’s value stands above it and is not written into the person’s file', () => {
  open().set({ theme: 'dark' });
  const managed = open({ theme: 'light' }, ['theme']);
  expect(managed.get()).toEqual({ language: 'zh', theme: 'light', locked: ['theme'] });
  expect(managed.set({ theme: 'dark', language: 'en' })).toMatchObject({ theme: 'light', language: 'en' });
  expect(readFileSync(file, 'utf8')).not.toContain('light');
});
it('a damaged file is as none, and the next change mends it', () => {
  for (const damage of ['{', '[]', '{"theme":"pink"}']) {
    writeFileSync(file, damage);
    expect(open().get()).toEqual({ ...defaults, locked: [] });
  }
  open().set({ language: 'en' });
  expect(open().get().language).toBe('en');
});
