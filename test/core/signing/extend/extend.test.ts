import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Signer } from '#core/pki/index.ts';
import { makeRecord, writeRecord, type KeyKind } from '../material.ts';
import { doubts, Rig, seen } from './rig.ts';

const kinds: readonly KeyKind[] = ['sm2', 'rsa', 'ec-p256'];

describe.each(kinds)('a record signed with %s is made to last', (kind) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.open(kind, `ca-${kind}`);
    await rig.sign('signed.pdf', await rig.ca.issue('Doctor', {}, kind === 'sm2' ? ['ocsp', 'crl'] : ['crl']));
  });

  it('B-LT: validation data as one more increment, nothing when asked again', async () => {
    const result = await rig.extend('signed.pdf', 'lt.pdf', { level: 'B-LT' });
    expect(result).toMatchObject({ outcome: 'extended', level: 'B-LT', archiveTime: undefined });
    const [before, after] = [await readFile(rig.path('signed.pdf')), await readFile(rig.path('lt.pdf'))];
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    const report = await rig.judge('lt.pdf');
    expect(seen(report)).toEqual([['signature', 'PASSED', 'B-LT']]);
    expect(report.signatures[0]?.revocation).toBe('good');

    const again = await rig.extend('lt.pdf', 'again.pdf', { level: 'B-LT' });
    expect(again).toMatchObject({ outcome: 'not-needed', level: 'B-LT', sm3After: result.sm3After });
    expect(await readdir(rig.folder)).not.toContain('again.pdf');
  });

  it('B-LTA: an archive time stamp over it; what is there is not stored twice', async () => {
    const lt = await rig.extend('signed.pdf', 'lt.pdf', { level: 'B-LT' });
    const result = await rig.extend('lt.pdf', 'lta.pdf');
    expect(result).toMatchObject({ outcome: 'extended', level: 'B-LTA', archiveTime: rig.clock.now() });
    expect(result.added).toEqual({ certificates: 0, crls: 0, ocspResponses: 0 });
    const report = await rig.judge('lta.pdf');
    expect(report.verdict).toBe('PASSED');
    expect(seen(report)).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
    ]);
    const store = await rig.store('lta.pdf');
    expect(store.certificates).toHaveLength(lt.added.certificates);
    expect(store.crls).toHaveLength(lt.added.crls);
    expect(store.ocspResponses).toHaveLength(lt.added.ocspResponses);
    expect(store).toMatchObject({ left: 0 });
    // In one go, the same is reached.
    await rig.extend('signed.pdf', 'at-once.pdf');
    expect(seen(await rig.judge('at-once.pdf'))).toEqual(seen(report));
  });
});

describe('what a file brings along', () => {
  let rig: Rig;
  let doctor: Signer;
  beforeAll(async () => {
    rig = await Rig.open();
    doctor = await rig.ca.issue('Doctor');
  });

  it('two signers: each has its entry in the store', async () => {
    await rig.sign('one.pdf', doctor);
    await rig.signAgain(rig.path('one.pdf'), 'two.pdf', await rig.ca.issue('Chief', {}, ['ocsp']));
    await rig.extend('two.pdf', 'two-lta.pdf');
    expect(seen(await rig.judge('two-lta.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
    ]);
    expect((await rig.store('two-lta.pdf')).entries.size).toBe(2);
  });

  it('no time stamp: a document time stamp gives the time first', async () => {
    await rig.sign('bb.pdf', doctor, { level: 'B-B' });
    expect(seen(await rig.judge('bb.pdf'))).toEqual([['signature', 'PASSED', 'B-B']]);
    await rig.extend('bb.pdf', 'bb-lt.pdf', { level: 'B-LT' });
    const report = await rig.judge('bb-lt.pdf');
    expect(seen(report)).toEqual([
      ['signature', 'PASSED', 'B-LT'],
      ['stamp', 'PASSED', 'none'],
    ]);
    expect(report.signatures[0]).toMatchObject({
      timeBasis: 'trusted',
      trustedTime: rig.clock.now().toISOString(),
    });
    expect(report.signatures[0]?.findings.map((f) => f.code)).toContain('TIME_FROM_ARCHIVE');
    await rig.extend('bb.pdf', 'bb-lta.pdf');
    expect(seen(await rig.judge('bb-lta.pdf'))).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
      ['stamp', 'PASSED', 'none'],
    ]);
  });

  it('a certification that allows no change allows this (ISO 32000-2)', async () => {
    await rig.sign('certified.pdf', doctor, { certify: 1 });
    await rig.extend('certified.pdf', 'certified-lta.pdf');
    const report = await rig.judge('certified-lta.pdf');
    expect(seen(report)).toEqual([
      ['signature', 'PASSED', 'B-LTA'],
      ['stamp', 'PASSED', 'none'],
    ]);
    expect(report.signatures[0]?.certification).toBe(1);
  });

  it('an encrypted document', async () => {
    // Written by qpdf with the user password "open", AES-256.
    const plain = await writeRecord(rig.folder, await makeRecord(), 'plain.pdf');
    const args = ['--encrypt', 'open', 'owner', '256', '--', plain, rig.path('encrypted.pdf')];
    if (spawnSync('qpdf', args).status !== 0) return void console.warn('SKIPPED: qpdf is not installed');
    const password = 'open';
    await rig.signAgain(rig.path('encrypted.pdf'), 'encrypted-signed.pdf', doctor, { password });
    await expect(rig.extend('encrypted-signed.pdf', 'x.pdf')).rejects.toMatchObject({ code: 'PDF_ENCRYPTED' });
    const result = await rig.extend('encrypted-signed.pdf', 'encrypted-lta.pdf', { password });
    expect(result).toMatchObject({ level: 'B-LTA' });
    // The store's streams are encrypted like any other: nothing of a certificate can be read without the password.
    const raw = Buffer.from(await rig.bytes('encrypted-lta.pdf'));
    expect(raw.includes(Buffer.from(rig.tsaSigner.certificate.tbs))).toBe(false);
    expect(spawnSync('qpdf', ['--password=open', '--check', rig.path('encrypted-lta.pdf')]).status).toBe(0);
  });

  it('a signer whose issuer is not in the signature: fetched from where the certificate says', async () => {
    const alone = await rig.ca.issue('Alone', {}, ['crl', 'issuer']);
    const signer: Signer = { ...alone, chain: [], sign: (bytes) => alone.sign(bytes) };
    await rig.sign('alone.pdf', signer);
    expect(doubts(await rig.judge('alone.pdf'))).toContain('CHAIN_NO_TRUST_ANCHOR');
    await rig.extend('alone.pdf', 'alone-lta.pdf');
    expect(rig.internet.asked).toContain('http://ca.test/ca.cer');
    expect((await rig.judge('alone-lta.pdf')).signatures[0]).toMatchObject({ verdict: 'PASSED', level: 'B-LTA' });
  });

  it('no signature, only a stamp, or one that is invalid: refused', async () => {
    await writeFile(rig.path('unsigned.pdf'), await makeRecord());
    await expect(rig.extend('unsigned.pdf', 'x.pdf')).rejects.toMatchObject({ code: 'LASTING_NO_SIGNATURE' });
    await rig.sign('good.pdf', doctor);
    const bytes = await rig.bytes('good.pdf');
    const at = Buffer.from(bytes).indexOf('stream') + 20;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(rig.path('bad.pdf'), bytes);
    await expect(rig.extend('bad.pdf', 'x.pdf')).rejects.toMatchObject({ code: 'LASTING_SIGNATURE_INVALID' });
    expect((await readdir(rig.folder)).filter((name) => name === 'x.pdf' || name.startsWith('.'))).toEqual([]);
  });
});
