/**
 * A finished consent form before strangers: the patient's, the witness's and the staff member's signature in one file, and the sealed
 * evidence opened by BouncyCastle alone. What was changed is told by them as by us.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareWithForm, encodeEvidence, readSealed } from '#core/consent/index.ts';
import { sm3, toHex } from '#core/crypto/index.ts';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import {
  exportPrivateKeyPkcs8,
  findSignerCertificate,
  importPrivateKeyPkcs8,
  parseSignedData,
  type Certificate,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { ConsentDesk, type Prepared } from '../backend/consent-desk.ts';
import { Hospital } from '../backend/hospital.ts';
import { scratchFolder } from '../core/signing/material.ts';
import { bcVerify, javaMissing, pdfCheck, runJava } from './java.ts';
import { complaints, pdfsig, toolsMissing } from './pdf-structure-strangers.ts';

const missing = toolsMissing ?? javaMissing;
if (missing !== undefined) console.warn(`SKIPPED: consent forms before strangers: ${missing}`);

describe.skipIf(missing !== undefined)('a consent form before strangers', () => {
  const folder = scratchFolder();
  const file = (name: string, data: Uint8Array | string): string => {
    const target = join(folder, name);
    writeFileSync(target, data);
    return target;
  };
  let hospital: Hospital;
  let desk: ConsentDesk;
  let prepared: Prepared;
  let trust: TrustMaterial;
  let root: Certificate;
  let bytes: Uint8Array;
  let form: string;

  beforeAll(async () => {
    hospital = await Hospital.open();
    // The strangers know no other time than now.
    hospital.now = new Date(Math.max(Date.now(), Date.parse('2026-11-22T02:10:00.000Z')));
    desk = await ConsentDesk.open(hospital);
    prepared = await desk.prepare('C-2026-0001');
    await desk.handIn(prepared);
    const signed = await desk.sign(prepared);
    expect((await desk.finish(prepared.id, signed)).status).toBe(201);
    bytes = new Uint8Array(await readFile(signed.target));
    form = file('form.pdf', bytes);
    trust = await hospital.backend.rooms.trust.material();
    root = hospital.backend.rooms.hierarchies.find((h) => h.kind === 'sm2')!.root.certificate;
  });
  afterAll(async () => {
    await desk.close();
    await hospital.close();
  });

  const changed = (): Uint8Array => {
    const copy = bytes.slice();
    copy[prepared.form.pdf.length >> 1]! ^= 1;
    return copy;
  };

  it('our judge passes all three and names the event certificates', async () => {
    const report = await verifyPdf(bytesSource(bytes), { name: 'form.pdf', trust, at: hospital.now });
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures.map((s) => [s.verdict, s.event?.party])).toEqual([
      ['PASSED', 'patient'],
      ['PASSED', 'witness'],
      ['PASSED', undefined],
    ]);
  });

  it('BouncyCastle and PDFBox accept all three, with time stamps and chain, and refuse a changed byte', () => {
    // One JVM for both.
    const [result, refused] = pdfCheck([form, file('changed.pdf', changed())], root.toPem());
    expect(refused?.ok).toBe(false);
    expect(result, JSON.stringify(result)).toMatchObject({ ok: true, reason: null });
    expect(result?.signatures.map((s) => [s.field, s.ok, s.wholeFile])).toEqual([
      ['ConsentPatient', true, false],
      ['ConsentWitness', true, false],
      ['ConsentStaff', true, true],
    ]);
    for (const { ts } of result?.signatures ?? []) expect(ts).toMatch(/^20\d\d-/);
  });

  it('BouncyCastle builds the chain of an event certificate and finds it not revoked', async () => {
    const [row] = hospital.backend.rooms.consenting.consents.certificates(prepared.id);
    const { issuing } = hospital.backend.rooms.hierarchies.find((h) => h.kind === 'sm2')!;
    const pem = (der: Uint8Array): string =>
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;
    const crls = [
      await hospital.backend.rooms.revocation.crl('issuing'),
      await hospital.backend.rooms.revocation.crl('root'),
    ];
    const [answer] = bcVerify([
      {
        kind: 'chain',
        leaf: pem(row!.certificate),
        intermediates: issuing.certificate.toPem(),
        roots: root.toPem(),
        crls,
        at: hospital.now,
      },
    ]);
    expect(answer, JSON.stringify(answer)).toMatchObject({ ok: true });
  });

  it('OpenSSL verifies every signature value over its attributes', async () => {
    for (const [i, signature] of (await (await readPdf(bytesSource(bytes))).signatures()).entries()) {
      const { contents } = signature;
      const der = contents.subarray(0, 4 + ((contents[2] ?? 0) << 8) + (contents[3] ?? 0));
      const view = parseSignedData(der);
      const [signer] = view.signerInfos;
      const leaf = findSignerCertificate(signer!.sid, view.certificates);
      const spki = Buffer.from(leaf!.publicKey.spki).toString('base64');
      const key = file(`${i}.pub`, `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`);
      const value = file(`${i}.sig`, signer!.signature);
      const data = file(`${i}.attributes`, signer!.signedAttributesDer!);
      const options = ['-sm3', '-verify', key, '-sigopt', 'distid:1234567812345678', '-signature', value, data];
      const { stdout } = spawnSync('openssl', ['dgst', ...options], { encoding: 'utf8' });
      expect(stdout.trim(), signature.fieldName).toBe('Verified OK');
    }
  });

  it('qpdf and MuPDF have no complaint; poppler sees three signatures, the last over the whole file', () => {
    expect(spawnSync('qpdf', ['--check', form]).status).toBe(0);
    expect(complaints(form)).toMatchObject({ mutool: 0 });
    expect(pdfsig(form).map((s) => [s.field, s.wholeFile])).toEqual([
      ['ConsentPatient', false],
      ['ConsentWitness', false],
      ['ConsentStaff', true],
    ]);
  });

  it('poppler shows the handwriting where the form has its line, and the rest as it was', () => {
    const before = file('before.pdf', prepared.form.pdf);
    const shown = (pdf: string, ...area: readonly string[]): Buffer =>
      execFileSync('pdftoppm', ['-r', '72', '-gray', '-f', '1', '-l', '1', ...area, pdf]);
    const points = (mm: number): string => String(Math.round((mm * 72) / 25.4));
    const place = prepared.form.places.patient!;
    const area = ['-x', points(place.x), '-y', points(place.y), '-W', points(place.width), '-H', points(place.height)];
    const dark = (picture: Buffer): number => picture.subarray(20).reduce((sum, v) => sum + (v < 128 ? 1 : 0), 0);
    expect(dark(shown(form, ...area))).toBeGreaterThan(dark(shown(before, ...area)) + 150);
    const text = ['-x', '0', '-y', '0', '-W', '595', '-H', points(place.y - 14)];
    expect(shown(form, ...text).equals(shown(before, ...text))).toBe(true);
  });

  it('BouncyCastle opens the evidence with the escrow key and finds what was sealed', async () => {
    const pem = await readFile(join(hospital.dataDir, 'keys', 'escrow.key.pem'), 'utf8');
    const key = file('escrow.der', exportPrivateKeyPkcs8(importPrivateKeyPkcs8(pem)));
    const sealed = prepared.sealed.patient!.package;
    const at = sealed.length >> 1;
    const header = Buffer.from(sealed).indexOf('C-2026-0001') + 10;
    const [good, changed, renamed] = runJava('EvidenceCheck', [
      key,
      file('patient.p7m', sealed),
      file('changed.p7m', sealed.with(at, sealed[at]! ^ 1)),
      file('renamed.p7m', sealed.with(header, 0x32)),
    ])
      .trim()
      .split('\n');
    expect(good?.split('\t')[0]).toBe(toHex(sm3(encodeEvidence(prepared.evidence.patient!))));
    expect(changed).toMatch(/^NO\tAEADBadTagException/);
    expect(renamed).toMatch(/^NO\tAEADBadTagException/);
  });

  it('one changed byte of form or evidence is told', async () => {
    const sealed = prepared.sealed.patient!.package;
    const other = readSealed(sealed.with(sealed.length - 1, sealed.at(-1)! ^ 1));
    const how = { trust, at: hospital.now };
    const codes = async (pdf: Uint8Array, view = readSealed(sealed)): Promise<readonly string[]> =>
      (await compareWithForm(bytesSource(pdf), view, undefined, how)).differences.map((d) => d.code);
    expect(await codes(bytes)).toEqual([]);
    expect(await codes(bytes, other)).toEqual(['EVIDENCE_DIGEST']);
    expect(await codes(changed())).toEqual(['SIGNATURE_NOT_PASSED', 'FORM_DIGEST']);
  });
});
