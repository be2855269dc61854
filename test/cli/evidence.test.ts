/** `yiqian evidence`: the escrow holder opens what was sealed and holds it against the signed form; the record service is told first. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { ConsentDesk, type Prepared } from '../backend/consent-desk.ts';
import { Hospital } from '../backend/hospital.ts';
import { scratchFolder } from '../core/signing/material.ts';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
let hospital: Hospital;
let desk: ConsentDesk;
let prepared: Prepared;
let other: Prepared;

interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

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
  const stdin = Readable.from([]) as unknown as NodeJS.ReadStream;
  const env = { YIQIAN_HOME: folder, LANG: 'en_US.UTF-8' };
  const status = await runCli(args, { stdin, stdout: out.stream, stderr: err.stream, env });
  return { status, stdout: out.text(), stderr: err.text() };
}

beforeAll(async () => {
  hospital = await Hospital.open();
  hospital.now = new Date('2026-11-22T02:10:00.000Z');
  desk = await ConsentDesk.open(hospital);
  prepared = await desk.prepare('C-1');
  await desk.handIn(prepared);
  const signed = await desk.sign(prepared);
  other = await desk.prepare('C-2', { witness: false });
  await desk.handIn(other);
  writeFileSync(at('form.pdf'), readFileSync(signed.target));
  writeFileSync(at('patient.p7m'), prepared.sealed.patient!.package);
  writeFileSync(at('witness.p7m'), prepared.sealed.witness!.package);
  writeFileSync(at('other.p7m'), other.sealed.patient!.package);
  writeFileSync(at('escrow.key.pem'), readFileSync(join(hospital.dataDir, 'keys', 'escrow.key.pem')), { mode: 0o600 });
  mkdirSync(at('trust'));
  const { roots, intermediates, crls } = await hospital.backend.rooms.trust.material();
  for (const [i, c] of [...roots, ...(intermediates ?? [])].entries()) writeFileSync(at(`trust/${i}.pem`), c.toPem());
  for (const [i, crl] of (crls ?? []).entries()) writeFileSync(at(`trust/${i}.crl`), crl);
  writeFileSync(at('secret'), `${hospital.admin}\n`, { mode: 0o600 });
});
afterAll(async () => {
  await desk.close();
  await hospital.close();
});

describe('evidence open', () => {
  it('gives strokes, fingerprint and a summary to the holder of the key, for him alone', async () => {
    const answer = await cli(
      'evidence',
      'open',
      at('patient.p7m'),
      '--key',
      at('escrow.key.pem'),
      '--out',
      at('in'),
      '--pdf',
      at('form.pdf'),
      '--json',
    );
    expect(answer.status, answer.stderr).toBe(0);
    const result = JSON.parse(answer.stdout);
    expect(result.form).toMatchObject({ matches: true, verdict: 'PASSED', differences: [] });
    expect(result.files).toEqual(['summary.txt', 'evidence.json', 'strokes.json', 'strokes.svg', 'fingerprint.png']);
    expect(statSync(at('in')).mode & 0o777).toBe(0o700);
    expect(statSync(at('in/summary.txt')).mode & 0o777).toBe(0o600);
    const summary = readFileSync(at('in/summary.txt'), 'utf8');
    expect(summary).toContain('签名人        王小明');
    expect(summary).toContain('模拟设备，无证明力');
    expect(summary).toContain('与签署文件核对：一致。');
    expect(JSON.parse(readFileSync(at('in/strokes.json'), 'utf8')).strokes).toHaveLength(15);
    expect(readFileSync(at('in/strokes.svg'), 'utf8')).toMatch(/^<svg /);
    expect(answer.stderr).toContain('not recorded');
  });

  it('says what differs when package and form are of different acts', async () => {
    const answer = await cli(
      'evidence',
      'open',
      at('other.p7m'),
      '--key',
      at('escrow.key.pem'),
      '--out',
      at('in2'),
      '--pdf',
      at('form.pdf'),
      '--json',
    );
    expect(answer.status).toBe(1);
    const codes = JSON.parse(answer.stdout).form.differences.map((d: { code: string }) => d.code);
    expect(codes).toEqual(['EVIDENCE_DIGEST', 'DOCUMENT_DIGEST', 'CONSENT_ID', 'FORM_DIGEST']);
  });

  it('tells the record service first; without its word nothing is opened', async () => {
    const args = ['evidence', 'open', at('witness.p7m'), '--key', at('escrow.key.pem'), '--backend'] as const;
    const who = ['--holder', '医务科 张某', '--purpose', '法院调取 2026-17', '--secret-file', at('secret')] as const;
    const refused = await cli(...args, 'http://127.0.0.1:1', ...who, '--out', at('in3'));
    expect(refused.status).toBe(1);
    expect(existsSync(at('in3'))).toBe(false);
    const answer = await cli(...args, hospital.backend.url, ...who, '--out', at('in3'));
    expect(answer.status, answer.stderr).toBe(0);
    expect(hospital.backend.rooms.consenting.consents.openings('C-1')).toMatchObject([
      { part: 'witness', sm3: prepared.sealed.witness?.sm3, holder: '医务科 张某', purpose: '法院调取 2026-17' },
    ]);
  });

  it('refuses another key, a changed package, a folder that is there', async () => {
    const key = await desk.hospital.doctor('77', '别人');
    const { exportPrivateKeyPem } = await import('#core/pki/index.ts');
    writeFileSync(at('wrong.pem'), exportPrivateKeyPem(key.key), { mode: 0o600 });
    const wrong = await cli('evidence', 'open', at('patient.p7m'), '--key', at('wrong.pem'), '--out', at('in4'));
    expect([wrong.status, wrong.stderr]).toMatchObject([1, expect.stringContaining('CONSENT_ESCROW_KEY')]);
    const bytes = readFileSync(at('patient.p7m'));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(at('changed.p7m'), bytes);
    const changed = await cli('evidence', 'open', at('changed.p7m'), '--key', at('escrow.key.pem'), '--out', at('in4'));
    expect(changed.stderr).toContain('CONSENT_EVIDENCE_CHANGED');
    expect(existsSync(at('in4'))).toBe(false);
    const taken = await cli('evidence', 'open', at('patient.p7m'), '--key', at('escrow.key.pem'), '--out', at('in'));
    expect(taken.status).toBe(1);
    expect(existsSync(at('in/summary.txt'))).toBe(true);
  });

  it('warns of a key file that others can read', async () => {
    writeFileSync(at('loose.pem'), readFileSync(at('escrow.key.pem')));
    chmodSync(at('loose.pem'), 0o644);
    const answer = await cli('evidence', 'open', at('patient.p7m'), '--key', at('loose.pem'), '--out', at('in5'));
    expect(answer.stderr).toContain('chmod 600');
  });
});

describe('evidence show', () => {
  it('needs no key and says nothing of what is inside', async () => {
    const answer = await cli('evidence', 'show', at('patient.p7m'), '--pdf', at('form.pdf'));
    expect(answer.status).toBe(0);
    expect(answer.stdout).toContain('C-1 · patient');
    expect(answer.stdout).toContain('belongs to it');
    expect(answer.stdout).not.toContain('王小明');
  });

  it('a file that is none', async () => {
    const answer = await cli('evidence', 'show', at('form.pdf'));
    expect([answer.status, answer.stderr]).toMatchObject([1, expect.stringContaining('CONSENT_EVIDENCE_FORMAT')]);
  });
});
