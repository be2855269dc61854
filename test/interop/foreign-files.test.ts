/**
 * Good files that strangers made: PDFBox with BouncyCastle (SM2, RSA, P-256, P-384, RSASSA-PSS; one signature, two, with a security store,
 * with a document time stamp, certified), poppler's pdfsig with NSS. Our judge must say PASSED, and to the same files with a byte changed never.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesSource } from '#core/pdf/index.ts';
import { Certificate, type TrustMaterial } from '#core/pki/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import { javaMissing, runJava } from './java.ts';

/** What other writers leave: tables, streams, object streams, linearized, hybrid, several revisions. */
const INPUTS = ['table', 'stream', 'objstm', 'linearized', 'linearized-objstm', 'hybrid', 'two-revisions'] as const;
const KINDS = ['sm2', 'rsa', 'ec'] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-foreign-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

const trustOf = (kind: string): TrustMaterial => ({
  roots: [Certificate.parse(readFileSync(join(folder, `${kind}-root.pem`), 'utf8'))],
});
const judge = (path: string, trust: TrustMaterial): Promise<VerifyReport> =>
  verifyPdf(bytesSource(new Uint8Array(readFileSync(path))), { name: 'foreign.pdf', trust });
const against = (report: VerifyReport): string[] =>
  [...report.findings, ...report.signatures.flatMap((s) => s.findings)]
    .filter((f) => f.verdict !== 'PASSED')
    .map((f) => `${f.code} ${f.detail ?? ''}`);

async function expectPassed(path: string, trust: TrustMaterial): Promise<VerifyReport> {
  const report = await judge(path, trust);
  expect(against(report)).toEqual([]);
  expect(report.verdict).toBe('PASSED');
  return report;
}

/** One changed digit in the first page's text or, where it is packed, one changed byte in the first third. */
async function expectRefused(path: string, trust: TrustMaterial): Promise<void> {
  const bytes = new Uint8Array(readFileSync(path));
  const at = Math.floor(bytes.length / 5);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const report = await verifyPdf(bytesSource(bytes), { name: 'foreign.pdf', trust });
  expect(report.verdict).not.toBe('PASSED');
}

describe.skipIf(javaMissing !== undefined)('PDFBox with BouncyCastle', () => {
  beforeAll(() => {
    const fixtures = join(import.meta.dirname, '../fixtures/pdf');
    const inputs = join(folder, 'inputs');
    mkdirSync(inputs);
    const files = [...INPUTS.map((name) => [name, name]), ['certify', 'table']].map(([to = '', from = '']) => {
      const path = join(inputs, `${to}.pdf`);
      copyFileSync(join(fixtures, `${from}.pdf`), path);
      return path;
    });
    runJava('PdfMake', [folder, ...files]);
  });

  const cases = KINDS.flatMap((kind) => INPUTS.map((input) => [kind, input] as const));
  it.each(cases)('%s over %s: one signature, two, a store, an archive time stamp', async (kind, input) => {
    const trust = trustOf(kind);
    const path = (state: string): string => join(folder, `${kind}-${input}-${state}.pdf`);
    const one = await expectPassed(path('1'), trust);
    expect(one.signatures).toHaveLength(1);
    const two = await expectPassed(path('2'), trust);
    expect(two.signatures.map((s) => s.signer?.commonName)).toEqual(['Box 医生', 'Box 主任']);
    expect(two.signatures[1]?.trustedTime).toBeDefined();
    await expectPassed(path('lt'), trust);
    const last = await expectPassed(path('lta'), trust);
    expect(last.signatures.map((s) => s.kind)).toEqual(['signature', 'signature', 'document-timestamp']);
    await expectRefused(path('2'), trust);
  });

  it.each(KINDS)('%s: a certification that allows signatures, and a signature after it', async (kind) => {
    const trust = trustOf(kind);
    const report = await expectPassed(join(folder, `${kind}-certify-2.pdf`), trust);
    expect(report.signatures[0]?.certification).toBe(2);
  });

  it.each(['p384', 'pss'])('%s: verified, or rightly said to be unknown', async (kind) => {
    const report = await judge(join(folder, `${kind}-table-1.pdf`), trustOf(kind));
    expect(report.verdict).toBe('PASSED');
    await expectRefused(join(folder, `${kind}-table-1.pdf`), trustOf(kind));
  });
});

const nssMissing = ['pdfsig', 'certutil', 'pk12util'].filter((tool) => spawnSync(tool, ['-v']).error !== undefined);
if (nssMissing.length > 0) console.warn(`SKIPPED: files signed by pdfsig: ${nssMissing.join(', ')} not installed`);

describe.skipIf(nssMissing.length > 0 || javaMissing !== undefined)('poppler’s pdfsig with NSS', () => {
  let nss: string;
  beforeAll(() => {
    nss = join(folder, 'nss');
    mkdirSync(nss);
    execFileSync('certutil', ['-N', '-d', `sql:${nss}`, '--empty-password']);
    execFileSync('pk12util', ['-i', join(folder, 'rsa.p12'), '-d', `sql:${nss}`, '-W', 'pw', '-K', ''], {
      stdio: 'ignore',
    });
  });

  // Version 22.12 adds signatures of the old kind only (adbe.pkcs7.detached); NSS writes them in BER.
  it.each(['table', 'objstm', 'linearized', 'two-revisions'] as const)('%s', async (input) => {
    const out = join(folder, `pdfsig-${input}.pdf`);
    const nicks = execFileSync('pdfsig', ['-nssdir', nss, '-list-nicks'], { encoding: 'utf8' });
    const nick = nicks.split('\n')[1]?.trim() ?? 'doctor';
    const args = ['-nssdir', nss, '-nick', nick, '-add-signature', join(folder, 'inputs', `${input}.pdf`), out];
    const made = spawnSync('pdfsig', args, { encoding: 'utf8' });
    expect(existsSync(out), made.stdout + made.stderr).toBe(true);
    const report = await judge(out, trustOf('rsa'));
    expect(report.signatures).toHaveLength(1);
    expect(against(report)).toEqual([]);
    await expectRefused(out, trustOf('rsa'));
  });
});
