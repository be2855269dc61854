import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSignedFolder, type SignedFolder } from '../../../src/main/desk/signed-folder.ts';

let home: string;
let path: string;
let folder: SignedFolder;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'yq-signed-'));
  path = join(home, 'signed');
  folder = openSignedFolder(path, () => new Date());
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

it('the bytes that were shown lie hidden in the folder until they are dropped', async () => {
  const kept = await folder.keepShown('R-v1-1', Uint8Array.of(1, 2, 3));
  expect(readdirSync(path)).toEqual(['.R-v1-1.shown.pdf']);
  await kept.drop();
  await kept.drop();
  expect(readdirSync(path)).toEqual([]);
});

it('what a dead desk left is removed, also a draft whose process id is in use again; signed documents and other files stay', async () => {
  mkdirSync(path);
  const drafts = [process.pid, process.ppid].map((pid) => `.yiqian-00000000-${pid}-0123456789abcdef.part`);
  for (const name of ['.R-v1-1.shown.pdf', ...drafts, 'R-v1-1.pdf', '.note', 'x.shown.pdf']) {
    writeFileSync(join(path, name), 'x');
  }
  await folder.clean();
  expect(readdirSync(path).sort()).toEqual(['.note', 'R-v1-1.pdf', 'x.shown.pdf']);
  await openSignedFolder(join(home, 'absent'), () => new Date()).clean();
});

it('room is looked at without leaving anything; too little of it is a full disk', async () => {
  await folder.requireRoom('R.pdf', [1000, 2000]);
  expect(readdirSync(path)).toEqual([]);
  await expect(folder.requireRoom('R.pdf', [2 ** 52])).rejects.toMatchObject({
    code: 'SIGN_DISK_FULL',
    params: { file: 'R.pdf' },
  });
});

it('a folder that cannot be is told as such, in words', async () => {
  writeFileSync(path, '');
  for (const attempt of [folder.requireRoom('R.pdf', [1]), folder.keepShown('R-v1-1', Uint8Array.of(1))]) {
    const error = await attempt.then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code: 'SIGN_OUTPUT' });
    expect((error as { text(l: 'zh'): { what: string } }).text('zh').what).not.toMatch(/[{}]|E[A-Z]{4}/);
  }
  expect(existsSync(path)).toBe(true);
});
