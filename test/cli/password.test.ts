/** Encrypted documents on the command line: the password comes from a file, never from the arguments. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { signPdf } from '#core/signing/index.ts';
import { encryptedFixture } from '../fixtures/pdf/encrypted/index.ts';
import { makePki, requestOf, scratchFolder, writeRecord } from '../core/signing/material.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const home = scratchFolder();
const folder = scratchFolder();
const signed = join(folder, 'signed.pdf');
const SECRET = 'user';

function cli(args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    input,
    env: { PATH: process.env['PATH'], YIQIAN_HOME: home, LANG: 'en_US.UTF-8' },
  });
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return { status, stdout, stderr };
}

const fileOf = (name: string, content: string, mode = 0o600): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

beforeAll(async () => {
  const pki = await makePki('sm2');
  mkdirSync(join(home, 'trust'));
  writeFileSync(join(home, 'trust', 'root.pem'), pki.root.toPem());
  const source = await writeRecord(folder, encryptedFixture('aes-256'));
  await signPdf(requestOf(source, signed, await pki.issue('Doctor'), pki.trust, { password: SECRET }));
});

test('verify reads the password from a file or from standard input', () => {
  const file = fileOf('right', `${SECRET}\r\nmore\n`);
  for (const run of [
    cli(['verify', signed, '--password-file', file, '--json']),
    cli(['verify', signed, '--password-file', '-', '--json'], `${SECRET}\n`),
  ]) {
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject([{ verdict: 'PASSED', encrypted: true }]);
  }
});

test('verify without it, or with a wrong one, could not read the file: exit 3 with a sentence', () => {
  const none = cli(['verify', signed]);
  expect(none.status).toBe(3);
  expect(none.stdout).toContain('PDF_ENCRYPTED');
  expect(none.stdout).toContain('without its password');
  const wrong = cli(['verify', signed, '--password-file', fileOf('wrong', 'guess\n')]);
  expect(wrong.status).toBe(3);
  expect(wrong.stdout).toContain('PDF_PASSWORD');
});

test('a password among the arguments is refused and not repeated', () => {
  const { status, stdout, stderr } = cli(['verify', signed, '--password', 'hunter2']);
  expect(status).toBe(64);
  expect(stderr).toContain('--password-file');
  expect(`${stdout}${stderr}`).not.toContain('hunter2');
});

test('a password file that others can read is mentioned, one that is missing is a usage error', () => {
  const open = cli(['verify', signed, '--password-file', fileOf('open', `${SECRET}\n`, 0o644)]);
  expect(open.status).toBe(0);
  if (process.platform !== 'win32') expect(open.stderr).toContain('chmod 600');
  expect(cli(['verify', signed, '--password-file', join(folder, 'nowhere')]).status).toBe(64);
});

test('sign says before it asks for a PIN that the document needs a password', () => {
  const out = join(folder, 'never.pdf');
  const locked = cli(['sign', signed, '--out', out]);
  expect(locked.status).not.toBe(0);
  expect(locked.stderr).toContain('PDF_ENCRYPTED');
  const both = cli(['sign', signed, '--out', out, '--pin-file', '-', '--password-file', '-']);
  expect(both.status).toBe(64);
});
