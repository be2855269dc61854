/** `yiqian sign` from end to end: a soft token of its own in YIQIAN_HOME, the token-host process, the judge afterwards. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { issueCertificate, readPublicKey, sm2Spki } from '#core/pki/index.ts';
import { forkHost, pkcs11Provider } from '#core/token/index.ts';
import { makePki, makeRecord, scratchFolder, writeRecord, years } from '../core/signing/material.ts';
import { testSeal } from '../fixtures/pdf/test-card.ts';
import { PIN, profiles, SO_PIN, softTokenLibrary } from '../core/token/soft-token-rig.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const home = scratchFolder();
const folder = scratchFolder();
let source: string;
let serial: string;

function cli(args: readonly string[], input = ''): { status: number | null; stdout: string; stderr: string } {
  const env = { PATH: process.env['PATH'], YIQIAN_HOME: home, LANG: 'zh_CN.UTF-8' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', input, env });
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(`${stdout}${stderr}`, 'the PIN is never shown').not.toContain(PIN);
  return { status, stdout, stderr };
}

beforeAll(async () => {
  const state = join(home, 'soft-token', 'state');
  mkdirSync(state, { recursive: true });
  mkdirSync(join(home, 'trust'));
  const path = join(home, 'soft-token', 'libyiqian-soft.so');
  copyFileSync(softTokenLibrary(), path);
  const provider = pkcs11Provider({
    drivers: [{ id: 'soft', path, profile: 'yiqian-soft', env: { YIQIAN_SOFT_TOKEN_DIR: state } }],
    profiles,
    spawnHost: forkHost(),
    pollMs: 0,
  });
  const pki = await makePki('sm2');
  const blank = provider.admin({ driver: 'soft', slot: 0 });
  const info = await blank.initialize({ label: 'WARD 3', soPin: SO_PIN, userPin: PIN });
  const admin = provider.admin(info.id);
  const { ckaId, publicKey } = await admin.generateSm2KeyPair({ pin: PIN, label: 'signing' });
  const certificate = await issueCertificate(
    {
      subject: [['CN', '李医师']],
      publicKey: readPublicKey(sm2Spki(publicKey)),
      notBefore: years(-1),
      notAfter: years(1),
      keyUsage: ['digitalSignature', 'nonRepudiation'],
    },
    pki.issuingSigner,
  );
  await admin.importCertificate({ pin: PIN, ckaId, der: certificate.der, label: 'signing' });
  await provider.close();
  serial = certificate.serial;
  writeFileSync(join(home, 'trust', 'root.pem'), pki.root.toPem());
  writeFileSync(join(home, 'trust', 'issuing.pem'), pki.issuingSigner.certificate.toPem());
  source = await writeRecord(folder, await makeRecord());
});

it('signs with a visible appearance, and verify passes what it made', () => {
  const out = join(folder, 'signed.pdf');
  const options = [
    '--token',
    'WARD 3',
    '--key',
    serial,
    '--pin-file',
    '-',
    '--at',
    '120,240,50,18',
    '--reason',
    '签署',
  ];
  const signed = cli(['sign', source, '--out', out, ...options, '--json'], `${PIN}\n`);
  expect(signed.stderr).toBe('');
  expect(JSON.parse(signed.stdout)).toMatchObject({ format: 'PAdES B-B', algorithm: 'SM2', signerName: '李医师' });
  expect(signed.status).toBe(0);
  const verified = cli(['verify', out]);
  expect(verified.stdout).toContain('signed.pdf: 有效');
  expect(verified.status).toBe(0);
});

it('a wrong PIN is told with what to do next; nothing is written', async () => {
  const out = join(folder, 'wrong.pdf');
  const { status, stderr } = cli(['sign', source, '--out', out, '--pin-file', '-'], '000000\n');
  expect(status).toBe(1);
  expect(stderr).toContain('TOKEN_PIN_INCORRECT');
  expect(await readdir(folder)).not.toContain('wrong.pdf');
});

it('an existing file is not replaced without --force', () => {
  const out = join(folder, 'twice.pdf');
  const run = (...more: string[]) => cli(['sign', source, '--out', out, '--pin-file', '-', ...more], `${PIN}\n`);
  expect(run().status).toBe(0);
  const again = run();
  expect([again.status, again.stderr.includes('SIGN_TARGET_EXISTS')]).toEqual([1, true]);
  expect(run('--force').status).toBe(0);
});

it('tokens lists the token with its tries and certificate', () => {
  const { stdout } = cli(['tokens']);
  expect(stdout).toContain('WARD 3');
  expect(stdout).toContain('仅供测试');
  expect(stdout).toContain(serial);
});

it('fields are made and listed; one is signed by its name, and the pages get a riding seal', () => {
  const image = join(folder, 'seal.png');
  writeFileSync(image, testSeal());
  const paper = join(folder, 'paper.pdf');
  const added = cli(['fields', source, '--add', '医师@1:120,40,40,15', '--add', '医院@2:120,40,42,42', '--out', paper]);
  expect([added.stderr, added.status]).toEqual(['', 0]);
  expect(cli(['fields', paper]).stdout).toBe('医师 · 空白 · 医师@1:120,40,40,15\n医院 · 空白 · 医院@2:120,40,42,42\n');

  const out = join(folder, 'field.pdf');
  const byField = cli(['sign', paper, '--out', out, '--pin-file', '-', '--field', '医师'], `${PIN}\n`);
  expect(byField.status, byField.stderr).toBe(0);
  const riding = join(folder, 'riding.pdf');
  const place = ['--riding', 'right', '--image', image, '--size', '42,42'];
  const ridden = cli(['sign', out, '--out', riding, '--pin-file', '-', ...place, '--json'], `${PIN}\n`);
  expect(ridden.status, ridden.stderr).toBe(0);
  const { fields } = JSON.parse(cli(['fields', riding, '--json']).stdout) as {
    fields: { name: string; signed: boolean; placement: { page: number; width: number } }[];
  };
  expect(fields.map((f) => [f.name, f.signed, f.placement.page])).toEqual([
    ['医师', true, 1],
    ['医院', false, 2],
    ['Signature1', true, 1],
  ]);
  expect(fields[2]?.placement.width).toBeCloseTo(21, 2);
  expect(cli(['verify', riding]).stdout).toContain('riding.pdf: 有效');
});

it('words that are not there are said before the PIN is asked', () => {
  const out = join(folder, 'keyword.pdf');
  const { status, stderr } = cli(['sign', source, '--out', out, '--keyword', '医师签名']);
  expect([status, stderr.includes('PDF_KEYWORD_ABSENT')]).toEqual([1, true]);
  const signed = cli(
    ['sign', source, '--out', out, '--pin-file', '-', '--keyword', 'page 2', '--anchor', 'right'],
    `${PIN}\n`,
  );
  expect(signed.status, signed.stderr).toBe(0);
  expect(cli(['fields', out]).stdout).toMatch(/^Signature1 · 已签署 · Signature1@2:/);
});
