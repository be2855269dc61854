/** Consent through the backend: from the template to the archived form, and everything that must not get through. */
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  openEvidence,
  renderForm,
  sealEvidence,
  signAct,
  signConsent,
  unfinishedPath,
  unwrapWith,
  type ConsentSigningRequest,
} from '../../src/core/consent/index.ts';
import {
  createCertificateRequest,
  eventExtensions,
  generateSoftwareKey,
  importPrivateKeyPkcs8,
  issueSelfSignedCertificate,
  readEventBinding,
  Certificate,
  softwareKeySigner,
  type EventBinding,
} from '../../src/core/pki/index.ts';
import { consentTemplates } from '../../src/backend/consent/templates/index.ts';
import { bytesSource, findText, readPdf } from '../../src/core/pdf/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import { contentOf, evidenceOf, fonts } from '../core/consent/samples.ts';
import { ConsentDesk, type Prepared } from './consent-desk.ts';
import { base64, hexSm3, Hospital } from './hospital.ts';

let hospital: Hospital;
let desk: ConsentDesk;
beforeAll(async () => {
  hospital = await Hospital.open();
  hospital.now = new Date('2026-11-22T02:10:00.000Z');
  desk = await ConsentDesk.open(hospital);
});
afterAll(async () => {
  await desk.close();
  await hospital.close();
});

const bindingOf = ({ id, form, sealed }: Prepared, more: Partial<EventBinding> = {}): EventBinding => ({
  eventId: id,
  party: 'patient',
  role: 'self',
  document: form.sm3,
  evidence: sealed.patient?.sm3 ?? '',
  operator: '10023',
  claimedTime: '2026-11-22T02:04:00.000Z',
  ...more,
});

async function csrOf(binding: EventBinding, key = generateSoftwareKey('sm2'), name = '王小明'): Promise<Uint8Array> {
  return createCertificateRequest(
    { subject: [['CN', name]], extensions: eventExtensions(binding) },
    softwareKeySigner(key),
  );
}

describe('what the desk needs to begin', () => {
  it('serves the six kinds of forms, every blank of their texts known', async () => {
    const { json } = await hospital.call('GET', '/api/v1/consent/templates', { token: desk.token });
    expect(json.templates.map((t: { kind: string }) => t.kind)).toEqual([
      'surgery',
      'anaesthesia',
      'transfusion',
      'special',
      'critical',
      'other',
    ]);
    const known = new Set(['patientName', 'signerName', 'hospital', 'department']);
    for (const template of json.templates) {
      const blanks = new Set(template.fields.map((f: { id: string }) => f.id));
      const text = JSON.stringify([template.body, template.statement, template.staffStatement]);
      for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g))
        expect(known.has(name) || blanks.has(name), `${template.id} {${name}}`).toBe(true);
      for (const block of template.body)
        for (const id of [block.field ?? [], block.rows ?? []].flat(2))
          expect(blanks.has(id), `${template.id} ${id}`).toBe(true);
    }
  });

  it('serves forms that can be filled in and printed, the patient’s declaration and his line on one page', async () => {
    for (const template of consentTemplates) {
      const values = Object.fromEntries(
        template.fields.map((f) => [
          f.id,
          f.kind === 'date'
            ? '2026-11-24'
            : f.kind === 'line'
              ? '二十字以内'
              : f.options.length > 0
                ? f.options.join('\n')
                : '说明文字。'.repeat(9),
        ]),
      );
      const signer = { role: 'relative' as const, name: '王小红', relation: '女儿', reason: '患者昏迷，不能自己签署' };
      const content = contentOf({
        template,
        values,
        signer,
        witness: template.witness === 'none' ? null : { name: '陈某', relation: '邻居' },
      });
      const { pdf, pages, places } = await renderForm(content, fonts());
      expect(pages, template.id).toBeLessThanOrEqual(3);
      const file = await readPdf(bytesSource(pdf));
      const [declaration] = await findText(file, '患方声明');
      expect(declaration?.page, template.id).toBe(places.patient?.page);
    }
  });

  it('gives an escrow certificate to seal to, never one that signs, whose key only the owner of the data can read', async () => {
    const certificate = await desk.escrow();
    expect([...(certificate.keyUsage ?? [])]).toEqual(['keyEncipherment', 'dataEncipherment']);
    const { mode } = await stat(path.join(hospital.dataDir, 'keys', 'escrow.key.pem'));
    expect(mode & 0o777).toBe(0o600);
    const again = await desk.escrow();
    expect(again.fingerprint).toBe(certificate.fingerprint);
  });
});

describe('a form with a witness', () => {
  it('goes from the handwriting to the archive: three signatures passed, evidence opened by the escrow key alone', async () => {
    const prepared = await desk.prepare('C-0001');
    await desk.handIn(prepared);
    const signed = await desk.sign(prepared);
    expect(signed.report.verdict).toBe('PASSED');
    expect(signed.report.signatures.map((s) => [s.fieldName, s.verdict, s.level])).toEqual([
      ['ConsentPatient', 'PASSED', 'B-T'],
      ['ConsentWitness', 'PASSED', 'B-T'],
      ['ConsentStaff', 'PASSED', 'B-T'],
    ]);
    const [patient, witness, staff] = signed.report.signatures;
    expect(patient?.event).toMatchObject({ party: 'patient', role: 'self', evidence: prepared.sealed.patient?.sm3 });
    expect(witness?.event).toMatchObject({ party: 'witness', evidence: prepared.sealed.witness?.sm3 });
    expect(staff?.event).toBeUndefined();
    expect(patient?.findings.map((f) => f.code)).toContain('EVENT_CERTIFICATE');
    expect(patient?.reason).toContain('手写完成于 2026-11-22 10:03');
    expect(patient?.signer?.commonName).toBe('王小明');
    // The number of the identity card is in the evidence only.
    expect(Buffer.from(await readFile(signed.target)).includes('110101')).toBe(false);

    const first = await desk.finish(prepared.id, signed);
    expect([first.status, first.json.sm3]).toEqual([201, signed.sm3]);
    const again = await desk.finish(prepared.id, signed);
    expect([again.status, again.json]).toEqual([200, first.json]);

    const details = (await hospital.call('GET', '/api/v1/consents/C-0001', { token: hospital.admin })).json;
    expect(details.state).toBe('archived');
    expect(details.packages.map((p: { part: string }) => p.part)).toEqual(['patient', 'witness']);
    const sealed = await hospital.call('GET', '/api/v1/consents/C-0001/evidence/patient', { token: hospital.admin });
    const key = importPrivateKeyPkcs8(await readFile(path.join(hospital.dataDir, 'keys', 'escrow.key.pem'), 'utf8'));
    const { evidence } = await openEvidence(sealed.bytes, unwrapWith(key));
    expect(evidence.party.idNumber).toBe('110101');
    expect(evidence.document).toBe(prepared.form.sm3);
    expect(hospital.faults).toEqual([]);
  });

  it('passes again when the event certificates have long expired', async () => {
    const judged = await hospital.call('GET', '/api/v1/consents/C-0001/document', { token: hospital.admin });
    const trust = await hospital.backend.rooms.trust.material();
    const later = new Date(hospital.now.getTime() + 10 * 3_600_000);
    const report = await verifyPdf(bytesSource(judged.bytes), { name: 'c.pdf', trust, at: later });
    expect(report.signatures.map((s) => s.verdict)).toEqual(['PASSED', 'PASSED', 'PASSED']);
  });

  it('is not replaced once it is archived', async () => {
    const other = await desk.prepare('C-0001');
    const answer = await desk.register(other, { document: 'AB'.repeat(32) });
    expect([answer.status, answer.json.code]).toEqual([409, 'CONSENT_FINISHED']);
    const foreign = await desk.put('C-0001', 'patient', other.sealed.patient!);
    expect([foreign.status, foreign.json.code]).toEqual([409, 'CONSENT_FINISHED']);
  });
});

describe('killed between two signatures', () => {
  it.each(['patient', 'witness', 'staff'] as const)('goes on after %s and nobody signs twice', async (last) => {
    const prepared = await desk.prepare(`C-kill-${last}`);
    await desk.handIn(prepared);
    const asked: string[] = [];
    const certify: ConsentSigningRequest['certify'] = (request) => {
      asked.push(request.binding.party);
      return desk.certify(request);
    };
    class Death extends Error {}
    const request = await desk.request(prepared, {
      certify,
      onProgress: (who, state) => {
        if (who === last && state === 'done') throw new Death();
      },
    });
    await expect(signConsent(request)).rejects.toBeInstanceOf(Death);
    const kept = {
      patient: unfinishedPath(request.target, 1),
      witness: unfinishedPath(request.target, 2),
      staff: request.target,
    };
    if (last !== 'staff') await expect(stat(request.target)).rejects.toMatchObject({ code: 'ENOENT' });
    const before = new Uint8Array(await readFile(kept[last]));

    const { onProgress: _, ...again } = request;
    const signed = await signConsent(again);
    expect(signed.report.signatures.map((s) => s.verdict)).toEqual(['PASSED', 'PASSED', 'PASSED']);
    expect(asked).toEqual(['patient', 'witness']);
    const after = new Uint8Array(await readFile(signed.target));
    expect(Buffer.compare(after.subarray(0, before.length), before)).toBe(0);
    // A third time: the target is there, nothing is signed any more.
    expect((await signConsent(again)).sm3).toBe(signed.sm3);
    expect((await desk.finish(prepared.id, signed)).status).toBe(201);
  });

  it('a file half done that belongs to other evidence is not gone on with', async () => {
    const prepared = await desk.prepare('C-mixed');
    await desk.handIn(prepared);
    const request = await desk.request(prepared);
    const signed = await desk.sign(prepared);
    await rename(signed.target, unfinishedPath(request.target, 1));
    await expect(signConsent(request)).rejects.toMatchObject({ code: 'CONSENT_MISMATCH' });
    await rename(unfinishedPath(request.target, 1), signed.target);
    const parties = request.parties.map((p) => ({ ...p, evidence: 'AB'.repeat(32) }));
    await expect(signConsent({ ...request, parties })).rejects.toMatchObject({ code: 'CONSENT_MISMATCH' });
  });
});

describe('without a network', () => {
  it('the act is recorded on the spot, certified later, and says so', async () => {
    const prepared = await desk.prepare('C-offline', { witness: false, offline: true });
    const claimedTime = hospital.now.toISOString();
    hospital.advance(5 * 3_600_000);
    await desk.handIn(prepared);
    const act = await desk.act(prepared, claimedTime);
    const signed = await desk.sign(prepared, { act });
    expect(signed.report.signatures.map((s) => s.verdict)).toEqual(['PASSED', 'PASSED']);
    const [patient] = signed.report.signatures;
    expect(patient?.event?.act).toBe(act.sm3);
    expect(patient?.reason).toBe(
      '患者本人签名；手写完成于 2026-11-22 10:03:10（UTC+8，工作站时钟，当时离线，时间为自称）；联网后于 2026-11-22 15:10:00 签发事件证书并签名',
    );
    expect((await desk.finish(prepared.id, signed)).status).toBe(201);
    hospital.advance(-5 * 3_600_000);
  });

  it('a record by another key, or of another form, is not taken', async () => {
    const other = await ConsentDesk.open(hospital, await hospital.doctor('10024', '赵医师'));
    try {
      const prepared = await desk.prepare('C-act', { witness: false });
      await desk.handIn(prepared);
      const record = {
        consentId: prepared.id,
        document: prepared.form.sm3,
        parties: [],
        operator: '10023',
        claimedTime: hospital.now.toISOString(),
      };
      const strange = await signAct(record, other.doctor.signer);
      const refused = await desk.put(prepared.id, 'act', { package: strange.cms, sm3: strange.sm3 });
      expect([refused.status, refused.json.code]).toEqual([422, 'CONSENT_INTAKE']);
      const elsewhere = await signAct({ ...record, consentId: 'C-0001' }, desk.doctor.signer);
      const again = await desk.put(prepared.id, 'act', { package: elsewhere.cms, sm3: elsewhere.sm3 });
      expect([again.status, again.json.code]).toEqual([422, 'CONSENT_INTAKE']);
    } finally {
      await other.close();
    }
  });
});

describe('event certificates', () => {
  it('the same key gets the same certificate; another one replaces it, and the first is revoked', async () => {
    const prepared = await desk.prepare('C-cert', { witness: false });
    await desk.handIn(prepared);
    const key = generateSoftwareKey('sm2');
    const csr = await csrOf(bindingOf(prepared), key);
    const first = await desk.askCertificate(prepared.id, csr);
    const again = await desk.askCertificate(prepared.id, await csrOf(bindingOf(prepared), key));
    expect([first.status, again.status, again.json.serial]).toEqual([201, 200, first.json.serial]);
    const other = await desk.askCertificate(prepared.id, await csrOf(bindingOf(prepared)));
    expect(other.status).toBe(201);
    const { authority } = hospital.backend.rooms;
    expect(authority.status('issuing', first.json.serial)).toMatchObject({ reason: 'superseded' });
    expect(authority.status('issuing', other.json.serial)).toBe('good');
    const certificate = Certificate.parse(other.json.certificate as string);
    expect(readEventBinding(certificate.extensions)).toEqual(bindingOf(prepared));
    expect(certificate.notAfter.getTime() - certificate.notBefore.getTime()).toBeLessThan(2 * 3_600_000);
    expect(certificate.subject).not.toContain('110101');
  });

  it('one by one even when asked for at once: one is in force', async () => {
    const prepared = await desk.prepare('C-race', { witness: false });
    await desk.handIn(prepared);
    const answers = await Promise.all(
      [0, 1, 2].map(async () => desk.askCertificate(prepared.id, await csrOf(bindingOf(prepared)))),
    );
    expect(answers.map((a) => a.status)).toEqual([201, 201, 201]);
    const rows = hospital.backend.rooms.consenting.consents.certificates(prepared.id);
    expect(rows.filter((r) => r.inForce)).toHaveLength(1);
    const states = rows.map((r) => hospital.backend.rooms.authority.status('issuing', r.serial) === 'good');
    expect(states).toEqual(rows.map((r) => r.inForce));
  });

  it.each([
    ['another form', { eventId: 'C-0001' }],
    ['another document', { document: 'CD'.repeat(32) }],
    ['evidence that nobody keeps', { evidence: 'CD'.repeat(32) }],
    ['another member of staff', { operator: '10024' }],
    ['a witness in the place of the patient', { role: 'witness' }],
    ['an unknown role', { role: 'toString' }],
    ['a time in the future', { claimedTime: '2026-11-23T02:00:00.000Z' }],
    ['a time long ago', { claimedTime: '2026-09-01T02:00:00.000Z' }],
    ['a record of an act that nobody keeps', { act: 'CD'.repeat(32) }],
  ] as const)('is refused for %s', async (_, more) => {
    const prepared = await desk.prepare('C-refused', { witness: false });
    await desk.handIn(prepared);
    const answer = await desk.askCertificate(prepared.id, await csrOf(bindingOf(prepared, more)));
    expect(answer.status).toBe(422);
  });

  it('is refused to whoever is not in charge of the form', async () => {
    const prepared = await desk.prepare('C-theirs', { witness: false });
    await desk.handIn(prepared);
    const token = await hospital.signIn(await hospital.doctor('10025', '孙医师'));
    const answer = await hospital.call('POST', `/api/v1/consents/${prepared.id}/certificates`, {
      token,
      json: { csr: base64(await csrOf(bindingOf(prepared, { operator: '10025' }))) },
    });
    expect([answer.status, answer.json.code]).toEqual([403, 'CONSENT_NOT_YOURS']);
  });
});

describe('what is not archived', () => {
  it('a form without the staff member’s signature, with a byte changed, or of another form', async () => {
    const prepared = await desk.prepare('C-bad', { witness: false });
    await desk.handIn(prepared);
    const signed = await desk.sign(prepared);
    const whole = new Uint8Array(await readFile(signed.target));
    const put = async (bytes: Uint8Array): Promise<unknown> => {
      const file = path.join(desk.dir, 'changed.pdf');
      await writeFile(file, bytes);
      const answer = await desk.finish(prepared.id, { target: file, sm3: hexSm3(bytes) });
      return [answer.status, answer.json.code];
    };
    const staffBegins = signed.report.signatures[0]!.coverage.byteRange;
    const withoutStaff = whole.slice(0, staffBegins[2]! + staffBegins[3]!);
    expect(await put(withoutStaff)).toEqual([422, 'CONSENT_INTAKE']);
    const changed = whole.slice();
    changed[prepared.form.pdf.length >> 1]! ^= 1;
    expect(await put(changed)).toEqual([422, 'CONSENT_INTAKE']);
    const archived = await hospital.call('GET', '/api/v1/consents/C-0001/document', { token: hospital.admin });
    expect(await put(archived.bytes)).toEqual([422, 'CONSENT_INTAKE']);
    expect(await put(whole)).toEqual([201, undefined]);
  });

  it('a form whose time stamps are missing', async () => {
    const prepared = await desk.prepare('C-notime', { witness: false });
    await desk.handIn(prepared);
    const { tsa: _, ...request } = await desk.request(prepared);
    const signed = await signConsent(request);
    const answer = await desk.finish(prepared.id, signed);
    expect([answer.status, answer.json.params['reason.zh']]).toEqual([422, '缺少可信时间']);
  });

  it('evidence of another form, or sealed to a stranger', async () => {
    const prepared = await desk.prepare('C-ev', { witness: false });
    await desk.handIn(prepared);
    const elsewhere = sealEvidence(evidenceOf('C-0001', prepared.form.sm3), await desk.escrow(), hospital.now);
    expect((await desk.put(prepared.id, 'patient', elsewhere)).json.code).toBe('CONSENT_INTAKE');
    const key = generateSoftwareKey('sm2');
    const stranger = await issueSelfSignedCertificate(
      {
        subject: [['CN', '陌生人']],
        notBefore: hospital.now,
        notAfter: new Date(hospital.now.getTime() + 1e9),
        keyUsage: ['keyEncipherment'],
      },
      softwareKeySigner(key),
    );
    const away = sealEvidence(evidenceOf(prepared.id, prepared.form.sm3), stranger, hospital.now);
    expect((await desk.put(prepared.id, 'patient', away)).json.code).toBe('CONSENT_INTAKE');
    const announced = await desk.put(prepared.id, 'patient', { ...prepared.sealed.patient!, sm3: 'AB'.repeat(32) });
    expect(announced.json.code).toBe('UPLOAD_DIGEST');
  });
});

describe('presented anew', () => {
  it('while it is open the form may change; evidence of the former one is dropped', async () => {
    const prepared = await desk.prepare('C-anew', { witness: false });
    await desk.handIn(prepared);
    const form = await renderForm(
      contentOf({ witness: null, values: { operation: '胆囊切除术', date: '2026-11-24', risks: '' } }),
      fonts(),
    );
    const answer = await desk.register({ ...prepared, form });
    expect([answer.status, answer.json.document]).toEqual([200, form.sm3]);
    expect(hospital.backend.rooms.consenting.consents.packages(prepared.id)).toEqual([]);
  });
});
