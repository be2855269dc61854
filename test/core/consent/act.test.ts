/** The signatures of one form without a backend: what is checked before the key of an act may sign, and what the judge says after. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkAct,
  checkEventCertificate,
  dropUnfinished,
  inkPicture,
  judgeForm,
  renderForm,
  requireAct,
  signAct,
  signConsent,
  unfinishedPath,
  type ActRecord,
  type Certify,
  type ConsentSigningRequest,
  type RenderedForm,
} from '#core/consent/index.ts';
import { bytesSource } from '#core/pdf/index.ts';
import {
  buildSignedData,
  EVENT_BINDING,
  EVENT_POLICY,
  eventExtensions,
  generateSoftwareKey,
  issueCertificate,
  oid,
  readEventBinding,
  softwareSigner,
  verifyCertificateRequest,
  type Extension,
  type PublicKey,
  type Signer,
} from '#core/pki/index.ts';
import { reportJson } from '#core/report/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import schema from '../../../src/core/verify/report.schema.json' with { type: 'json' };
import { makePki, scratchFolder, type Pki } from '../signing/material.ts';
import { contentOf, fonts, handwriting } from './samples.ts';

const EVIDENCE = 'CD'.repeat(32);
const folder = scratchFolder();
let pki: Pki;
let doctor: Signer;
let form: RenderedForm;
let certify: Certify;
let now: Date;

const issueFor = (publicKey: PublicKey, extensions: readonly Extension[], from: Pki = pki) =>
  issueCertificate(
    {
      subject: [['CN', '王小明']],
      publicKey,
      notBefore: new Date(now.getTime() - 60_000),
      notAfter: new Date(now.getTime() + 3_600_000),
      keyUsage: ['digitalSignature', 'nonRepudiation'],
      extensions,
    },
    from.issuingSigner,
  );

beforeAll(async () => {
  pki = await makePki('sm2');
  doctor = await pki.issue('李医师');
  now = new Date();
  form = await renderForm(contentOf({ witness: null }), fonts());
  certify = async ({ csr }) => {
    const { publicKey, extensions } = verifyCertificateRequest(csr);
    return { certificate: await issueFor(publicKey, extensions), chain: [pki.issuingSigner.certificate] };
  };
});

let count = 0;
async function requestOf(more: Partial<ConsentSigningRequest> = {}): Promise<ConsentSigningRequest> {
  const dir = join(folder, String(count++));
  await mkdir(dir);
  await writeFile(join(dir, 'form.pdf'), form.pdf);
  return {
    consentId: 'C-1',
    form: join(dir, 'form.pdf'),
    document: form.sm3,
    target: join(dir, 'out.pdf'),
    parties: [
      {
        writer: 'patient',
        role: 'self',
        name: '王小明',
        relation: '',
        evidence: EVIDENCE,
        picture: inkPicture(handwriting('touch')),
        writtenAt: new Date(now.getTime() - 5000).toISOString(),
      },
    ],
    staff: { signer: doctor, personId: '10023' },
    certify,
    trust: pki.trust,
    http: () => Promise.reject(new Error('nothing is asked')),
    now: () => now,
    ...more,
  };
}

describe('an event certificate', () => {
  it('is told by the judge, with what it binds, and the report of it follows its schema', async () => {
    const { report } = await signConsent(await requestOf());
    const [patient, staff] = report.signatures;
    expect(patient?.event).toMatchObject({ eventId: 'C-1', party: 'patient', document: form.sm3, evidence: EVIDENCE });
    const found = patient?.findings.find((f) => f.code === 'EVENT_CERTIFICATE');
    expect(found).toMatchObject({ verdict: 'PASSED', detail: expect.stringContaining(EVIDENCE) });
    expect(staff?.event).toBeUndefined();
    const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(schema);
    expect(validate(JSON.parse(reportJson(report))), JSON.stringify(validate.errors)).toBe(true);
  });

  it('whose binding cannot be read leaves the matter open', async () => {
    const key = generateSoftwareKey('sm2');
    const broken = { id: EVENT_BINDING, critical: false, value: Uint8Array.of(0x30, 0) };
    const certificate = await issueFor(key.publicKey, [broken]);
    const request = await requestOf();
    const signer = softwareSigner(key, certificate, [pki.issuingSigner.certificate]);
    const sign = signPdf({
      source: request.form,
      target: request.target,
      signer,
      trust: pki.trust,
      http: request.http,
      now: () => now,
    });
    // Our own desk would not even write it.
    await expect(sign).rejects.toMatchObject({
      code: 'SIGN_SELF_CHECK',
      detail: expect.stringContaining('EVENT_CERTIFICATE_UNREADABLE'),
    });
  });

  it('carries the policy of event certificates', () => {
    const [policy] = eventExtensions({
      eventId: 'C',
      party: 'patient',
      role: 'self',
      document: EVIDENCE,
      evidence: EVIDENCE,
      operator: '1',
      claimedTime: now.toISOString(),
    });
    expect(Buffer.from(policy!.value).includes(Buffer.from(oid(EVENT_POLICY)))).toBe(true);
  });

  it.each([
    [
      'for another key',
      async (csr: Uint8Array) =>
        issueFor(generateSoftwareKey('sm2').publicKey, verifyCertificateRequest(csr).extensions),
    ],
    ['without a binding', async (csr: Uint8Array) => issueFor(verifyCertificateRequest(csr).publicKey, [])],
    [
      'for other evidence',
      async (csr: Uint8Array) => {
        const { publicKey, extensions } = verifyCertificateRequest(csr);
        return issueFor(publicKey, eventExtensions({ ...readEventBinding(extensions)!, evidence: 'EF'.repeat(32) }));
      },
    ],
    [
      'of somebody who is not trusted',
      async (csr: Uint8Array) => {
        const { publicKey, extensions } = verifyCertificateRequest(csr);
        return issueFor(publicKey, extensions, await makePki('sm2', 'Stranger'));
      },
    ],
  ] as const)('%s is not signed with', async (_, issue) => {
    const request = await requestOf({
      certify: async ({ csr }) => ({ certificate: await issue(csr), chain: [pki.issuingSigner.certificate] }),
    });
    await expect(signConsent(request)).rejects.toMatchObject({ code: 'CONSENT_EVENT_CERTIFICATE' });
    await expect(readFile(unfinishedPath(request.target))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('checks every part of the binding', async () => {
    const wanted = {
      eventId: 'C-1',
      party: 'patient',
      role: 'self',
      document: form.sm3,
      evidence: EVIDENCE,
      operator: '1',
      claimedTime: now.toISOString(),
    };
    const key = generateSoftwareKey('sm2');
    for (const more of [
      { eventId: 'C-2' },
      { party: 'witness' },
      { role: 'relative' },
      { document: EVIDENCE },
      { operator: '2' },
      { claimedTime: new Date(0).toISOString() },
      { act: EVIDENCE },
    ]) {
      const certificate = await issueFor(key.publicKey, eventExtensions({ ...wanted, ...more }));
      expect(() => checkEventCertificate(certificate, wanted), JSON.stringify(more)).toThrow(
        /CONSENT_EVENT_CERTIFICATE/,
      );
    }
    const same = await issueFor(key.publicKey, eventExtensions(wanted));
    expect(() => checkEventCertificate(same, { ...wanted, document: form.sm3.toLowerCase() })).not.toThrow();
  });
});

describe('the form', () => {
  it('that was exchanged since it was presented is not signed', async () => {
    const request = await requestOf();
    await writeFile(
      request.form,
      (await renderForm(contentOf({ witness: null, values: { operation: '截肢', date: '2026-11-23' } }), fonts())).pdf,
    );
    await expect(signConsent(request)).rejects.toMatchObject({ code: 'SIGN_DOCUMENT_CHANGED' });
  });

  it('of other evidence, or with a signature that does not hold, is not gone on with', async () => {
    const request = await requestOf({
      onProgress: (_, state) => {
        if (state === 'done') throw new Error('cut');
      },
    });
    await expect(signConsent(request)).rejects.toThrow('cut');
    const kept = unfinishedPath(request.target);
    const bytes = new Uint8Array(await readFile(kept));
    const { parties } = request;
    expect((await judgeForm(kept, request)).next).toBe('staff');
    const other = parties.map((p) => ({ ...p, evidence: 'EF'.repeat(32) }));
    await expect(judgeForm(kept, { ...request, parties: other })).rejects.toMatchObject({ code: 'CONSENT_MISMATCH' });
    await expect(judgeForm(kept, { ...request, consentId: 'C-2' })).rejects.toMatchObject({ code: 'CONSENT_MISMATCH' });
    await expect(judgeForm(kept, { ...request, document: EVIDENCE })).rejects.toMatchObject({
      code: 'CONSENT_MISMATCH',
    });
    const changed = bytes.slice();
    changed[form.pdf.length >> 1]! ^= 1;
    await writeFile(kept, changed);
    await expect(signConsent(request)).rejects.toMatchObject({ code: 'CONSENT_MISMATCH' });
    await dropUnfinished(request.target);
    await expect(readFile(kept)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that somebody else signed first is not taken for ours', async () => {
    const request = await requestOf();
    await signPdf({
      source: request.form,
      target: unfinishedPath(request.target),
      fieldName: 'ConsentPatient',
      signer: doctor,
      trust: pki.trust,
      http: request.http,
      now: () => now,
    });
    await expect(signConsent(request)).rejects.toMatchObject({ code: 'CONSENT_MISMATCH' });
  });

  it('passes before the judge when it is whole', async () => {
    const { target, sm3 } = await signConsent(await requestOf());
    const report = await verifyPdf(bytesSource(new Uint8Array(await readFile(target))), {
      name: 'c',
      trust: pki.trust,
      at: now,
    });
    expect([report.sm3, ...report.signatures.map((s) => s.verdict)]).toEqual([sm3, 'PASSED', 'PASSED']);
  });
});

describe('the record of an act without a network', () => {
  const record = (): ActRecord => ({
    consentId: 'C-1',
    document: form.sm3,
    parties: [{ writer: 'patient', evidence: EVIDENCE, writtenAt: now.toISOString() }],
    operator: '10023',
    claimedTime: now.toISOString(),
  });
  const how = () => ({ trust: pki.trust, at: now });

  it('says what was signed and by whom', async () => {
    const { cms, sm3 } = await signAct(record(), doctor);
    const checked = checkAct(cms, how());
    expect(checked).toMatchObject({ record: record(), sm3 });
    expect(checked.signer.serial).toBe(doctor.certificate.serial);
    expect(() =>
      requireAct(checked, { ...record(), parties: [{ writer: 'patient', evidence: EVIDENCE }] }),
    ).not.toThrow();
  });

  it.each([
    ['another form', { consentId: 'C-2' }],
    ['another document', { document: EVIDENCE }],
    ['another member of staff', { operator: '1' }],
    ['other evidence', { parties: [{ writer: 'patient' as const, evidence: 'EF'.repeat(32) }] }],
    [
      'one party more',
      {
        parties: [
          { writer: 'patient' as const, evidence: EVIDENCE },
          { writer: 'witness' as const, evidence: EVIDENCE },
        ],
      },
    ],
  ])('of %s is told', async (_, more) => {
    const checked = checkAct((await signAct(record(), doctor)).cms, how());
    expect(() => requireAct(checked, { ...record(), ...more })).toThrow(/CONSENT_ACT/);
  });

  it('is refused with a byte changed, cut short, from a stranger, or when it is something else', async () => {
    const { cms } = await signAct(record(), doctor);
    const at = Buffer.from(cms).indexOf('10023');
    expect(() => checkAct(cms.with(at, 0x32), how())).toThrow(/CONSENT_ACT/);
    expect(() => checkAct(cms.subarray(0, -1), how())).toThrow(/CONSENT_ACT/);
    const stranger = await (await makePki('sm2', 'Stranger')).issue('某人');
    const { cms: strange } = await signAct(record(), stranger);
    expect(() => checkAct(strange, how())).toThrow(/CONSENT_ACT/);
    const other = await buildSignedData({ content: { bytes: new Uint8Array(3) }, signer: doctor });
    expect(() => checkAct(other, how())).toThrow(/CONSENT_ACT/);
  });
});
