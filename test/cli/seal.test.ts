/** `yiqian seal` and `sign --seal` from end to end: maker and doctor on one soft token, the judge afterwards. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { issueCertificate, readPublicKey, sm2Spki } from '#core/pki/index.ts';
import { parseSeal } from '#core/seal/index.ts';
import { forkHost, pkcs11Provider } from '#core/token/index.ts';
import { runCli } from '../../src/cli/run.ts';
import { makePki, makeRecord, scratchFolder, writeRecord, years } from '../core/signing/material.ts';
import { PIN, profiles, SO_PIN, softTokenLibrary } from '../core/token/soft-token-rig.ts';

const home = scratchFolder();
const folder = scratchFolder();
const serials: Record<string, string> = {};
const at = (file: string): string => join(folder, file);
const picture = fileURLToPath(new URL('../../resources/demo/seal.png', import.meta.url));

interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** In this process, as `yiqian …` does; the tokens' driver runs in its own all the same. */
async function cli(...args: readonly string[]): Promise<Answer> {
  const heard = (): { stream: Writable; text: () => string } => {
    const chunks: Buffer[] = [];
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(Buffer.from(chunk));
        done();
      },
    });
    return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
  };
  const [out, err] = [heard(), heard()];
  const env = { PATH: process.env['PATH'], YIQIAN_HOME: home, LANG: 'en_US.UTF-8' };
  const stdin = Readable.from([PIN]) as unknown as NodeJS.ReadStream;
  const status = await runCli(args, { stdin, stdout: out.stream, stderr: err.stream, env });
  const [stdout, stderr] = [out.text(), err.text()];
  expect(`${stdout}${stderr}`).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(`${stdout}${stderr}`, 'the PIN is never shown').not.toContain(PIN);
  return { status, stdout, stderr };
}

const make = (out: string, ...args: readonly string[]): Promise<Answer> =>
  cli(
    'seal',
    'make',
    '--name',
    '演示医院专用章（演示）',
    '--id',
    'DEMO-0001',
    '--key',
    serials['maker'] ?? '',
    '--pin-file',
    '-',
    '--out',
    at(out),
    ...args,
  );

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
  const info = await blank.initialize({ label: 'SEALS', soPin: SO_PIN, userPin: PIN });
  const admin = provider.admin(info.id);
  for (const [role, name] of [
    ['maker', '制章中心'],
    ['doctor', '李医师'],
  ] as const) {
    const { ckaId, publicKey } = await admin.generateSm2KeyPair({ pin: PIN, label: role });
    const certificate = await issueCertificate(
      {
        subject: [['CN', name]],
        publicKey: readPublicKey(sm2Spki(publicKey)),
        notBefore: years(-1),
        notAfter: years(2),
        keyUsage: ['digitalSignature', 'nonRepudiation'],
      },
      pki.issuingSigner,
    );
    await admin.importCertificate({ pin: PIN, ckaId, der: certificate.der, label: role });
    serials[role] = certificate.serial;
    writeFileSync(at(`${role}.pem`), certificate.toPem());
  }
  await provider.close();
  writeFileSync(at('other.pem'), (await pki.issue('赵医师')).certificate.toPem());
  writeFileSync(join(home, 'trust', 'root.pem'), pki.root.toPem());
  writeFileSync(join(home, 'trust', 'issuing.pem'), pki.issuingSigner.certificate.toPem());
  await writeRecord(folder, await makeRecord({ pages: 3 }));
});

describe('seal make', () => {
  it('from a picture file, holders by certificate', async () => {
    const answer = await make(
      'hospital.esl',
      '--picture',
      picture,
      '--width',
      '42',
      '--height',
      '42',
      '--holder',
      at('doctor.pem'),
      '--holder',
      at('other.pem'),
    );
    expect(answer.status, answer.stderr).toBe(0);
    expect(answer.stdout).toContain('GB/T 38540-2020');
    expect(answer.stdout).toContain('李医师');
    const seal = parseSeal(new Uint8Array(readFileSync(at('hospital.esl'))));
    expect(seal).toMatchObject({ version: 4, id: 'DEMO-0001', name: '演示医院专用章（演示）', type: 1 });
    expect(seal.picture).toMatchObject({ format: 'PNG', widthMm: 42, heightMm: 42 });
    expect(Buffer.from(seal.picture.data).equals(readFileSync(picture))).toBe(true);
  });

  it('drawn, by digest, version 5, with dates', async () => {
    const dates = ['--from', '2026-01-01', '--to', '2027-06-30'];
    const answer = await make(
      'drawn.esl',
      '--draw',
      'round',
      '--organisation',
      '演示医院',
      '--centre',
      '仅供演示',
      '--holder',
      at('doctor.pem'),
      '--digests',
      '--version',
      '5',
      '--type',
      '2',
      ...dates,
    );
    expect(answer.status, answer.stderr).toBe(0);
    const seal = parseSeal(new Uint8Array(readFileSync(at('drawn.esl'))));
    expect(seal).toMatchObject({
      version: 5,
      type: 2,
      validFrom: new Date('2026-01-01T00:00:00'),
      validTo: new Date('2027-06-30T23:59:59'),
    });
    expect(seal.picture).toMatchObject({ format: 'SVG', widthMm: 42, heightMm: 42 });
    expect(seal.signers.kind).toBe('digests');
  });

  it('says what is missing or wrong, before the key is used', async () => {
    const holder = ['--holder', at('doctor.pem')];
    const size = ['--width', '42', '--height', '42'];
    const wrong: readonly (readonly [number, RegExp, readonly string[]])[] = [
      [64, /--picture or --draw/, holder],
      [64, /--holder is missing/, ['--picture', picture, ...size]],
      [64, /whole millimetres/, ['--picture', picture, '--width', '4.2', '--height', '42', ...holder]],
      [64, /needs --organisation/, ['--draw', 'round', ...holder]],
      [64, /--draw is one of/, ['--draw', 'square', ...holder]],
      [64, /--version is either/, ['--picture', picture, ...size, ...holder, '--version', '3']],
      [64, /2026-01-31/, ['--picture', picture, ...size, ...holder, '--to', 'tomorrow']],
      [1, /PDF_IMAGE/, ['--picture', at('doctor.pem'), ...size, ...holder]],
      [1, /SIGN_INPUT/, ['--picture', at('absent.png'), ...size, ...holder]],
      [1, /SEAL_REQUEST/, ['--picture', picture, ...size, ...holder, '--to', '2099-01-01']],
    ];
    for (const [status, words, args] of wrong) {
      const answer = await make('never.esl', ...args);
      expect(answer.status, `${args.join(' ')}: ${answer.stderr}`).toBe(status);
      expect(answer.stderr).toMatch(words);
    }
    expect(existsSync(at('never.esl'))).toBe(false);
    const again = await make('hospital.esl', '--picture', picture, ...size, ...holder);
    expect(again.stderr).toMatch(/SIGN_TARGET_EXISTS/);
  });
});

describe('seal show, seal verify', () => {
  it('tells every step, and exit codes say the verdict', async () => {
    const good = await cli('seal', 'verify', at('hospital.esl'), at('drawn.esl'));
    expect(good.status, good.stdout + good.stderr).toBe(0);
    for (const code of ['SEAL_READ', 'SEAL_SIGNATURE_VALID', 'SEAL_MAKER_TRUSTED', 'SEAL_IN_VALIDITY']) {
      expect(good.stdout).toContain(code);
    }
    const bytes = new Uint8Array(readFileSync(at('hospital.esl')));
    bytes[Buffer.from(bytes).indexOf('DEMO-0001')] = 0x45;
    writeFileSync(at('tampered.esl'), bytes);
    writeFileSync(at('cut.esl'), bytes.subarray(0, 200));
    mkdirSync(at('nobody'), { recursive: true });
    expect((await cli('seal', 'verify', at('tampered.esl'))).status).toBe(1);
    expect((await cli('seal', 'verify', at('hospital.esl'), '--trust', at('nobody'))).status).toBe(2);
    expect((await cli('seal', 'verify', at('cut.esl'))).status).toBe(3);
    const json = JSON.parse((await cli('seal', 'verify', at('tampered.esl'), at('cut.esl'), '--json')).stdout) as {
      verdict?: string;
      error?: { code: string };
    }[];
    expect(json.map((o) => o.verdict ?? o.error?.code)).toEqual(['FAILED', 'SEAL_FORMAT']);
  });

  it('shows what stands in it and writes its picture', async () => {
    const shown = JSON.parse(
      (await cli('seal', 'show', at('hospital.esl'), '--json', '--out', at('picture.png'))).stdout,
    ) as Record<string, unknown>;
    expect(shown).toMatchObject({ standard: 'GB/T 38540-2020', id: 'DEMO-0001', vendor: 'YIQIAN', timeStamp: false });
    expect(shown['holders']).toEqual([`李医师 (${serials['doctor']})`, expect.stringContaining('赵医师')]);
    expect(readFileSync(at('picture.png')).equals(readFileSync(picture))).toBe(true);
  });

  it('wrong usage is said', async () => {
    expect((await cli('seal', 'break', 'x')).stderr).toMatch(/make, show or verify/);
    expect((await cli('seal', 'show')).status).toBe(64);
    expect((await cli('seal', 'make', 'x')).status).toBe(64);
  });
});

describe('sign --seal', () => {
  const sign = (out: string, ...args: readonly string[]): Promise<Answer> =>
    cli('sign', at('record.pdf'), '--out', at(out), '--key', serials['doctor'] ?? '', '--pin-file', '-', ...args);
  const judged = async (file: string) =>
    (
      JSON.parse((await cli('verify', at(file), '--json')).stdout) as [
        { verdict: string; signatures: [Record<string, any>] },
      ]
    )[0];

  it.each(['attribute', 'contents'])('carrier %s', async (carrier) => {
    const answer = await sign(`${carrier}.pdf`, '--seal', at('hospital.esl'), '--carrier', carrier, '--at', '100,200');
    expect(answer.status, answer.stderr).toBe(0);
    const { verdict, signatures } = await judged(`${carrier}.pdf`);
    expect(verdict).toBe('PASSED');
    expect(signatures[0]['seal']).toMatchObject({
      verdict: 'PASSED',
      carrier,
      id: 'DEMO-0001',
      picture: { widthMm: 42 },
    });
    expect(signatures[0]['placement']).toMatchObject({
      page: 1,
      x: expect.closeTo(100, 2),
      width: expect.closeTo(42, 2),
    });
  });

  it('a riding seal takes its size from the seal', async () => {
    const answer = await sign('riding.pdf', '--seal', at('drawn.esl'), '--riding', 'right');
    expect(answer.status, answer.stderr).toBe(0);
    const { verdict, signatures } = await judged('riding.pdf');
    expect(verdict).toBe('PASSED');
    expect(signatures[0]['seal']).toMatchObject({ version: 5 });
    expect((signatures[0]['placement'] as { width: number }).width).toBeCloseTo(14, 1);
  });

  it('who is not a holder is refused before the PIN', async () => {
    const args = [
      'sign',
      at('record.pdf'),
      '--out',
      at('never.pdf'),
      '--key',
      serials['maker'] ?? '',
      '--seal',
      at('hospital.esl'),
    ];
    const answer = await cli(...args, '--pin-file', at('absent-pin'));
    expect(answer.stderr).toMatch(/SEAL_SIGNER_NOT_LISTED/);
    expect((await cli(...args, '--seal', at('tampered.esl'), '--pin-file', at('absent-pin'))).stderr).toMatch(/SEAL_/);
    expect((await cli('sign', at('record.pdf'), '--out', at('never.pdf'), '--carrier', 'contents')).status).toBe(64);
    expect(existsSync(at('never.pdf'))).toBe(false);
  });
});
