import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sm3, toHex } from '#core/crypto/index.ts';
import { bytesSource } from '#core/pdf/index.ts';
import { signPdf, type StepReport } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import {
  makePki,
  makeRecord,
  requestOf,
  scratchFolder,
  tsaClient,
  tsaSettings,
  writeRecord,
  type KeyKind,
  type Pki,
} from './material.ts';

const kinds: readonly KeyKind[] = ['sm2', 'rsa', 'ec-p256'];

describe.each(kinds)('a record signed with %s', (kind) => {
  let pki: Pki;
  beforeAll(async () => {
    pki = await makePki(kind);
  });

  it.each(['table', 'stream'] as const)('passes the judge, once and twice (%s)', async (xref) => {
    const folder = scratchFolder();
    const record = await makeRecord({ xref });
    const source = await writeRecord(folder, record);
    const doctor = await pki.issue('Doctor');
    const once = join(folder, 'once.pdf');
    const steps: StepReport[] = [];
    const result = await signPdf(requestOf(source, once, doctor, pki.trust, { onStep: (s) => steps.push(s) }));

    const signed = new Uint8Array(await readFile(once));
    expect(Buffer.from(signed.subarray(0, record.length)).equals(record), 'the original is a prefix').toBe(true);
    expect(result.sm3Before).toBe(toHex(sm3(record)));
    expect(result.sm3After).toBe(toHex(sm3(signed)));
    expect(steps.filter((s) => s.state === 'done').map((s) => s.step)).toEqual([
      'prepare',
      'sign',
      'seal',
      'selfcheck',
      'archive',
    ]);
    const report = await verifyPdf(bytesSource(signed), { name: 'once.pdf', trust: pki.trust });
    expect(report.signatures[0]?.findings.filter((f) => f.verdict !== 'PASSED')).toEqual([]);
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures[0]?.coverage.wholeFile).toBe(true);

    const twice = join(folder, 'twice.pdf');
    await signPdf(requestOf(once, twice, await pki.issue('Chief'), pki.trust));
    const both = await verifyPdf(bytesSource(new Uint8Array(await readFile(twice))), {
      name: 'twice.pdf',
      trust: pki.trust,
    });
    expect(
      both.signatures.map((s) => [
        s.verdict,
        s.findings.filter((f) => f.verdict !== 'PASSED'),
        s.changesAfter.map((c) => c.code),
      ]),
    ).toEqual([
      ['PASSED', [], ['SIGNATURE_ADDED']],
      ['PASSED', [], []],
    ]);
    expect(both.verdict).toBe('PASSED');
    expect((await readdir(folder)).sort()).toEqual(['once.pdf', 'record.pdf', 'twice.pdf']);
  });

  it('carries a trusted time when a time stamp authority is given', async () => {
    const folder = scratchFolder();
    const source = await writeRecord(folder, await makeRecord());
    const stampedAt = new Date(Date.now() - 60_000);
    const digest = kind === 'sm2' ? 'sm3' : 'sha256';
    const result = await signPdf(
      requestOf(source, join(folder, 'out.pdf'), await pki.issue('Doctor'), pki.trust, {
        tsa: tsaSettings(pki.trust, digest),
        http: tsaClient(await pki.issueTsa(), () => stampedAt),
      }),
    );
    expect(result.format).toBe('PAdES B-T');
    const seconds = Math.floor(stampedAt.getTime() / 1000);
    expect(Math.floor((result.trustedTime?.getTime() ?? 0) / 1000)).toBe(seconds);
    const bytes = new Uint8Array(await readFile(join(folder, 'out.pdf')));
    const report = await verifyPdf(bytesSource(bytes), { name: 'out.pdf', trust: pki.trust });
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures[0]).toMatchObject({ level: 'B-T', trustedTime: result.trustedTime?.toISOString() });
    expect(report.signatures[0]?.timeStampAuthority?.commonName).toBe('TSA');
  });
});
