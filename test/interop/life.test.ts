/**
 * A record through its life before strangers: signed by the resident, changed and signed by the attending, withdrawn, changed again, signed
 * by the attending and the chief. Every version that was signed is found valid by PDFBox with BouncyCastle, each with its own signers; a
 * changed copy is not.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hospital, type Doctor } from '../backend/hospital.ts';
import { signVersion, write } from '../backend/written-record.ts';
import { javaMissing, pdfCheck } from './java.ts';
import { complaints, toolsMissing } from './pdf-structure-strangers.ts';

const missing = toolsMissing ?? javaMissing;
if (missing !== undefined) console.warn(`SKIPPED: a record's life before strangers: ${missing}`);

describe.skipIf(missing !== undefined)('a record’s life before strangers', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'yiqian-life-'));
  let hospital: Hospital;
  let [zhao, li, zhou] = [] as unknown as [Doctor, Doctor, Doctor];
  const fileOf = (version: number): string => path.join(folder, `v${version}.pdf`);
  const rootPem = (): string =>
    hospital.backend.rooms.hierarchies.find((h) => h.kind === 'sm2')!.root.certificate.toPem();

  beforeAll(async () => {
    hospital = await Hospital.open(new Date(Date.now() - 60_000));
    zhao = await hospital.doctor('10087', '赵医师', { title: '住院医师' });
    li = await hospital.doctor('10023', '李医师', { title: '主治医师' });
    zhou = await hospital.doctor('10003', '周主任', { title: '主任医师' });
    const [t1, t2, t3] = [await hospital.signIn(zhao), await hospital.signIn(li), await hospital.signIn(zhou)];
    await write(hospital, 'R1', [
      { doctor: zhao, role: '住院医师' },
      { doctor: li, role: '主治医师' },
      { doctor: zhou, role: '主任医师' },
    ]);
    const done = async (work: Promise<{ status: number; json: unknown }>): Promise<void> => {
      const { status, json } = await work;
      expect(status, JSON.stringify(json)).toBeLessThan(300);
    };
    const sign = (doctor: Doctor, token: string, version: number) =>
      done(signVersion(hospital, doctor, token, 'R1', version).then((s) => s.answer));
    const change = (from: number, text: string) =>
      done(
        hospital.call('POST', '/api/v1/records/R1/versions', {
          token: t2,
          json: { from, sections: [{ id: 's2', text }], reason: '补充' },
        }),
      );
    await sign(zhao, t1, 1);
    await change(1, '反复胸闷 3 年，加重伴气促 2 天。');
    await sign(li, t2, 2);
    await done(
      hospital.call('POST', '/api/v1/records/R1/versions/2/withdraw', { token: t2, json: { reason: '漏了夜间症状' } }),
    );
    await change(3, '反复胸闷 3 年，加重伴气促 2 天，夜间可平卧。');
    await sign(li, t2, 4);
    await sign(zhou, t3, 4);
    for (const version of [1, 2, 4]) {
      const answer = await hospital.call('GET', `/api/v1/records/R1/versions/${version}/document`, { token: t2 });
      writeFileSync(fileOf(version), answer.bytes);
    }
  });
  afterAll(async () => {
    await hospital.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  it('each version is valid with its own signers and their times, the one withdrawn too; a changed copy is not', () => {
    const serial = (doctor: Doctor): bigint => BigInt(`0x${doctor.signer.certificate.serial}`);
    // One byte of what the newest version says, behind everything that a reader needs to open it.
    const changed = readFileSync(fileOf(4));
    const at = changed.indexOf('/Reason');
    changed[at + 1] = (changed[at + 1] ?? 0) ^ 1;
    const copy = path.join(folder, 'changed.pdf');
    writeFileSync(copy, changed);
    const [one, two, four, forged] = pdfCheck([fileOf(1), fileOf(2), fileOf(4), copy], rootPem());
    for (const [checked, signers] of [
      [one, [zhao]],
      [two, [li]],
      [four, [li, zhou]],
    ] as const) {
      expect(checked).toMatchObject({ ok: true, reason: null });
      expect(checked!.signatures.map((s) => BigInt(`0x${s.serial}`))).toEqual(signers.map(serial));
      for (const s of checked!.signatures) expect(s).toMatchObject({ ok: true, ts: expect.stringMatching(/^20\d\d-/) });
    }
    expect(forged!.ok).toBe(false);
  });

  it('qpdf and MuPDF have no complaint', () => {
    for (const version of [1, 2, 4]) {
      expect(spawnSync('qpdf', ['--check', fileOf(version)]).status).toBe(0);
      expect(complaints(fileOf(version)).mutool).toBe(0);
    }
  });

  it('a reader sees the change, who made it, and who signed what before', () => {
    const text = (version: number): string =>
      execFileSync('pdftotext', ['-layout', fileOf(version), '-'], { encoding: 'utf8' }).replace(/\s/g, '');
    expect(text(1)).toContain('反复胸闷3年，加重2天。');
    expect(text(1)).not.toContain('夜间可平卧');
    expect(text(4)).toContain('加重伴气促2天，夜间可平卧。');
    expect(text(4)).toContain('住院医师：赵医师已签第1版');
    expect(text(4)).toMatch(/第2版.*李医师（主治医师）修改：主诉。原因：补充第4版.*李医师（主治医师）修改：主诉/);
  });
});
