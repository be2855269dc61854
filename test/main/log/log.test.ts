import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { YqError } from '../../../src/core/errors/index.ts';
import { createFileLog } from '../../../src/main/log/file-log.ts';
import { createRedactor } from '../../../src/main/log/redact.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-log-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const now = () => new Date('2026-01-02T03:04:05Z');
const everything = () =>
  readdirSync(folder)
    .map((f) => readFileSync(join(folder, f), 'utf8'))
    .join('');

it('nothing private reaches the file, however it is handed in', () => {
  const redact = createRedactor('/home/zhang');
  redact.learn(['王建国', '0038271', 'x']);
  const log = createFileLog({ directory: folder, redact, now });
  log.write('info', 'opened 王建国', { admission: '0038271', nested: { deep: ['王建国'] } });
  log.write('info', 'pin=864209', { pin: '864209', PIN: '864209', text: 'PIN: 864209, again', 密码: '864209' });
  log.write('info', 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345');
  log.write('info', 'id 11010519491231002X phone 13800138000');
  log.write('info', 'file C:\\Users\\zhang\\王建国.pdf and \\\\server\\share\\x.pdf and /home/zhang/x/y.pdf');
  log.write('info', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----');
  log.error(
    'sign',
    new YqError('SIGN_INPUT', { cause: new Error("ENOENT: no such file, open '/home/zhang/王建国.pdf'") }),
  );
  const text = everything();
  for (const secret of [
    '王建国',
    '0038271',
    '864209',
    'abcdefghij',
    '11010519491231002X',
    '13800138000',
    'zhang',
    'share',
    'MIIB',
  ]) {
    expect(text, secret).not.toContain(secret);
  }
  // What IT needs is still there.
  expect(text).toContain('SIGN_INPUT');
  expect(text).toContain('ENOENT');
  expect(
    text
      .trim()
      .split('\n')
      .every((l) => JSON.parse(l).at === '2026-01-02T03:04:05.000Z'),
  ).toBe(true);
});

it('for IT’s eyes paths stay, the person’s folder and patients do not', () => {
  const redact = createRedactor('/home/zhang');
  redact.learn(['王建国']);
  expect(redact.keepingPaths('/usr/lib/vendor/p11.so /home/zhang/desk 王建国')).toBe(
    '/usr/lib/vendor/p11.so ~/desk [PRIVATE]',
  );
});

it('a longer private value is struck before a shorter one inside it', () => {
  const redact = createRedactor();
  redact.learn(['王建', '王建国强']);
  expect(redact('王建国强')).toBe('[PRIVATE]');
});

it('rotates by size and keeps as many as asked for', () => {
  const log = createFileLog({ directory: folder, redact: createRedactor(), now, maxBytes: 400, keep: 2 });
  for (let i = 0; i < 40; i++) log.write('info', `event ${i}`);
  expect(readdirSync(folder).sort()).toEqual(['desk.1.log', 'desk.2.log', 'desk.log']);
  for (const f of readdirSync(folder)) expect(statSync(join(folder, f)).size).toBeLessThanOrEqual(400);
  expect(readFileSync(join(folder, 'desk.log'), 'utf8')).toContain('event 39');
});

it('a folder that has gone does not stop the work', () => {
  const log = createFileLog({ directory: folder, redact: createRedactor(), now });
  rmSync(folder, { recursive: true, maxRetries: 10, retryDelay: 50 });
  expect(() => log.write('info', 'x')).not.toThrow();
});
