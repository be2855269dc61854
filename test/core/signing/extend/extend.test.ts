import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource } from '#core/pdf/index.ts';
import { extendPdf, signPdf, type ExtendPdfRequest, type TsaSettings } from '#core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import { makeRecord, requestOf, scratchFolder, writeRecord, type KeyKind } from '../material.ts';
import { Authority, Clock, SmallInternet } from './small-internet.ts';

const kinds: readonly KeyKind[] = ['sm2', 'rsa', 'ec-p256'];

describe.each(kinds)('a record signed with %s is made to last', (kind) => {
  const internet = new SmallInternet();
  const clock = new Clock('2027-03-01T08:00:00Z');
  let ca: Authority;
  let tsa: TsaSettings;
  const folder = scratchFolder();
  const signed = join(folder, 'signed.pdf');
  beforeAll(async () => {
    ca = await Authority.open(`ca-${kind}`, kind, internet, clock);
    const service = await ca.openTsa();
    tsa = { url: service.url, roots: ca.trust, digest: kind === 'sm2' ? 'sm3' : 'sha256' };
    const source = await writeRecord(folder, await makeRecord({ xref: kind === 'rsa' ? 'stream' : 'table' }));
    const doctor = await ca.issue('Doctor', {}, kind === 'sm2' ? ['ocsp'] : ['crl']);
    await signPdf(requestOf(source, signed, doctor, ca.trust, { tsa, http: internet.http, now: clock.now }));
  });

  const order = (target: string, more: Partial<ExtendPdfRequest> = {}): ExtendPdfRequest => ({
    source: signed,
    target: join(folder, target),
    level: 'B-LTA',
    trust: ca.trust,
    tsa,
    http: internet.http,
    now: clock.now,
    ...more,
  });
  const judge = async (file: string): Promise<VerifyReport> =>
    verifyPdf(bytesSource(new Uint8Array(await readFile(join(folder, file)))), {
      name: file,
      trust: ca.trust,
      at: clock.now(),
    });

  it('B-LT: validation data as one more increment', async () => {
    const result = await extendPdf(order('lt.pdf', { level: 'B-LT' }));
    expect(result).toMatchObject({ outcome: 'extended', level: 'B-LT', archiveTime: undefined });
    const before = await readFile(signed);
    const after = await readFile(join(folder, 'lt.pdf'));
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    const report = await judge('lt.pdf');
    expect(report.signatures.map((s) => [s.verdict, s.level, s.revocation])).toEqual([['PASSED', 'B-LT', 'good']]);
  });

  it('B-LTA: an archive time stamp over it', async () => {
    const result = await extendPdf(order('lta.pdf'));
    expect(result).toMatchObject({ outcome: 'extended', level: 'B-LTA', archiveTime: clock.now() });
    const report = await judge('lta.pdf');
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures.map((s) => [s.kind, s.verdict, s.level])).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['document-timestamp', 'PASSED', 'none'],
    ]);
  });
});
