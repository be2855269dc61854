/** Encrypted records all the way: signed with SM2 into a file, judged, signed again, refused where the document or the password says no. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#core/pdf/index.ts';
import type { Signer } from '#core/pki/index.ts';
import { signPdf, type SignPdfRequest } from '#core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import { encrypted, encryptedFixture, type EncryptedName } from '../../fixtures/pdf/encrypted/index.ts';
import { makePki, requestOf, scratchFolder, tsaClient, tsaSettings, writeRecord, type Pki } from './material.ts';

const folder = scratchFolder();
let pki: Pki;
let doctor: Signer;
let chief: Signer;
beforeAll(async () => {
  pki = await makePki('sm2');
  doctor = await pki.issue('Doctor');
  chief = await pki.issue('Chief');
});

let count = 0;
async function sign(bytes: Uint8Array, more: Partial<SignPdfRequest>): Promise<Uint8Array> {
  const [source, target] = [`in-${++count}.pdf`, join(folder, `out-${count}.pdf`)];
  const path = await writeRecord(folder, bytes, source);
  const attempt = signPdf(requestOf(path, target, doctor, pki.trust, more));
  await attempt.catch(() => expect(existsSync(target)).toBe(false));
  await attempt;
  return new Uint8Array(await readFile(target));
}
const judge = (bytes: Uint8Array, password?: string): Promise<VerifyReport> =>
  verifyPdf(bytesSource(bytes), { name: 'x.pdf', trust: pki.trust, ...(password === undefined ? {} : { password }) });

const place = { page: 1, x: 10, y: 10, width: 30, height: 15 };

describe.each(['rc4-40', 'rc4-128', 'aes-128-objstm', 'aes-256-r5', 'aes-256-linearized', 'box-aes-256'] as const)(
  '%s',
  (name: EncryptedName) => {
    const { user, owner } = encrypted[name];

    test('two signatures, with the user’s and the owner’s password, pass for both', async () => {
      const first = await sign(encryptedFixture(name), { password: user, placement: place, fieldName: 'Ward' });
      const second = await sign(first, { password: owner, signer: chief, reason: '同意' });
      for (const password of [user, owner]) {
        const report = await judge(second, password);
        expect(report).toMatchObject({ verdict: 'PASSED', encrypted: true, findings: [] });
        expect(report.signatures.map((s) => [s.fieldName, s.verdict, s.signer?.commonName, s.reason])).toEqual([
          ['Ward', 'PASSED', 'Doctor', undefined],
          [expect.any(String), 'PASSED', 'Chief', '同意'],
        ]);
        expect(report.signatures[0]?.changesAfter.every((change) => change.allowed)).toBe(true);
      }
    });
  },
);

describe('without the right password', () => {
  test('nothing is signed', async () => {
    const bytes = encryptedFixture('aes-256');
    await expect(sign(bytes, {})).rejects.toMatchObject({ code: 'PDF_ENCRYPTED' });
    await expect(sign(bytes, { password: 'guess' })).rejects.toMatchObject({ code: 'PDF_PASSWORD' });
    await expect(sign(encryptedFixture('public-key'), { password: 'x' })).rejects.toMatchObject({
      code: 'PDF_ENCRYPTION',
    });
    await expect(sign(encryptedFixture('no-changes'), { password: 'user' })).rejects.toMatchObject({
      code: 'PDF_PERMISSION',
    });
  });

  test.each([
    ['aes-256', undefined, 'PDF_ENCRYPTED'],
    ['aes-256', 'guess', 'PDF_PASSWORD'],
    ['public-key', 'user', 'PDF_ENCRYPTION'],
  ] as const)('%s with %s: nothing is sure', async (name, password, code) => {
    const report = await judge(encryptedFixture(name), password);
    expect(report).toMatchObject({ verdict: 'INDETERMINATE', encrypted: true, signatures: [], findings: [{ code }] });
    expect(report.sm3).toMatch(/^[0-9A-F]{64}$/);
  });
});

test('a document that anyone may open is signed without a password, and says that it is encrypted', async () => {
  const signed = await sign(encryptedFixture('aes-256-nobody'), {});
  expect(await judge(signed)).toMatchObject({ verdict: 'PASSED', encrypted: true });
});

test('a password for a document that has none does no harm', async () => {
  const signed = await sign(encryptedFixture('plain'), { password: 'any' });
  expect(await judge(signed, 'any')).toMatchObject({ verdict: 'PASSED', encrypted: false });
});

test('a field of a form is filled where that is all the document allows', async () => {
  const signed = await sign(encryptedFixture('fill-only'), { password: 'user', fieldName: 'Doctor' });
  expect(await judge(signed, 'user')).toMatchObject({ verdict: 'PASSED', signatures: [{ fieldName: 'Doctor' }] });
});

test('with a time stamp it reaches B-T', async () => {
  const http = tsaClient(await pki.issueTsa());
  const signed = await sign(encryptedFixture('aes-128'), { password: 'user', http, tsa: tsaSettings(pki.trust) });
  expect((await judge(signed, 'owner')).signatures[0]).toMatchObject({ verdict: 'PASSED', level: 'B-T' });
});

describe('what was changed', () => {
  test('is seen though it is encrypted: a bit of a content stream', async () => {
    const signed = await sign(encryptedFixture('rc4-128'), { password: 'user' });
    const at = Buffer.from(signed).indexOf('stream') + 20;
    const changed = signed.with(at, (signed[at] ?? 0) ^ 1);
    const report = await judge(changed, 'user');
    expect(report.verdict).toBe('FAILED');
    expect(report.signatures[0]?.findings.map((f) => f.code)).toContain('CMS_DIGEST_MISMATCH');
  });

  test('is seen though it is encrypted: another /Encrypt in an update', async () => {
    const signed = await sign(encryptedFixture('aes-128'), { password: 'user' });
    const text = Buffer.from(signed).toString('latin1');
    const previous = [...text.matchAll(/startxref\s+(\d+)/g)].at(-1)?.[1];
    const trailer = [...text.matchAll(/trailer\s*<<(.*?)>>\s*startxref/gs)].at(-1)?.[1] ?? '';
    const without = trailer.replace(/\/Encrypt \d+ 0 R/, '').replace(/\/Prev \d+/, '');
    const update = `xref\n0 0\ntrailer\n<<${without}/Prev ${previous}>>\nstartxref\n${signed.length}\n%%EOF\n`;
    const report = await judge(Buffer.concat([signed, Buffer.from(update, 'latin1')]), 'user');
    expect(report.verdict).not.toBe('PASSED');
  });
});
