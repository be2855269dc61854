/** `verify DIR`, `--csv`, `--report`. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { craftedRecord } from '../core/verify/attacks/crafted.ts';
import { append, makeSample } from '../core/verify/attacks/forge.ts';
import { makeRecord, scratchFolder } from '../core/signing/material.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const home = scratchFolder();
const folder = join(home, 'archive');
function cli(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], YIQIAN_HOME: home, LANG: 'en_US.UTF-8' },
  });
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  return { status, stdout, stderr };
}

beforeAll(async () => {
  const sample = await makeSample({ kind: 'ec-p256', signatures: 1, xref: 'table' });
  const changed = await append(sample.bytes, { info: '/Info 90 0 R ', objects: { 90: '<< /Title (x) >>' } });
  mkdirSync(join(home, 'trust'));
  mkdirSync(join(folder, '2026', 'empty'), { recursive: true });
  writeFileSync(join(home, 'trust', 'root.pem'), sample.pki.root.toPem());
  writeFileSync(join(folder, 'good.pdf'), sample.bytes);
  writeFileSync(join(folder, '2026', 'changed.PDF'), changed);
  writeFileSync(join(folder, '2026', 'unsigned.pdf'), await makeRecord());
  writeFileSync(join(folder, '2026', 'broken.pdf'), 'no PDF at all');
  writeFileSync(join(folder, 'notes.txt'), 'not looked at');
});

it('judges every PDF below a folder, sums up, and writes a table', () => {
  const csv = join(home, 'table.csv');
  const { status, stdout, stderr } = cli('verify', folder, '--csv', csv);
  expect(status, stderr).toBe(1);
  expect(stdout).toContain('good.pdf: PASSED · Signer 1');
  expect(stdout).toContain('2026/changed.PDF: FAILED');
  expect(stdout).toContain('2026/unsigned.pdf: INDETERMINATE');
  expect(stdout).toContain('2026/broken.pdf: unreadable');
  expect(stdout).toContain('PASSED 1 · FAILED 1 · INDETERMINATE 1 · unreadable 1');
  const lines = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
  expect(lines).toHaveLength(5);
  expect(lines.map((line) => line.split(',')[0])).toEqual([
    '\uFEFFFile',
    '2026/broken.pdf',
    '2026/changed.PDF',
    '2026/unsigned.pdf',
    'good.pdf',
  ]);
});

it('gives rows as JSON', () => {
  const { status, stdout } = cli('verify', folder, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toHaveLength(4);
});

it('writes the PDF report of one file, and of one file only', () => {
  const report = join(home, 'report.pdf');
  expect(cli('verify', join(folder, 'good.pdf'), '--report', report).status).toBe(0);
  expect(readFileSync(report).subarray(0, 5).toString()).toBe('%PDF-');
  expect(cli('verify', folder, '--report', report).status).toBe(64);
});

it('a table that cannot be written is an error with a next step', () => {
  const { status, stderr } = cli('verify', join(folder, 'good.pdf'), '--csv', join(home, 'absent', 'x.csv'));
  expect(status).not.toBe(0);
  expect(stderr).toContain('SIGN_OUTPUT');
});

it('a file locked for certificates is unreadable, in a folder as by itself', () => {
  const locked = join(home, 'locked');
  mkdirSync(locked);
  const trailer = '/ID [<00> <00>] /Encrypt << /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 >>';
  writeFileSync(join(locked, 'a.pdf'), craftedRecord({}, { trailer }));
  expect(cli('verify', join(locked, 'a.pdf')).status).toBe(3);
  const { status, stdout } = cli('verify', locked);
  expect(stdout).toContain('PDF_ENCRYPTION');
  expect(status).toBe(3);
});
