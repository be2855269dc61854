/** Consent as openapi.json describes it: every operation with every status that it names. */
import { readFile } from 'node:fs/promises';
import {
  createCertificateRequest,
  eventExtensions,
  generateSoftwareKey,
  softwareKeySigner,
} from '../../src/core/pki/index.ts';
import { ConsentDesk, type Prepared } from './consent-desk.ts';
import { base64, hexSm3, type Answer, type Doctor, type Hospital } from './hospital.ts';

type Ask = (
  id: string,
  status: number,
  options?: {
    readonly params?: Record<string, string | number>;
    readonly token?: string | undefined;
    readonly json?: unknown;
    readonly body?: Uint8Array;
    readonly type?: string;
    readonly headers?: Record<string, string>;
  },
) => Promise<Answer>;

const CMS = 'application/cms';
const PDF = 'application/pdf';
const TEXT = { body: Buffer.from('x'), type: 'text/plain' };
const LARGE = new Uint8Array(2 * 1024 * 1024 + 1);
const id = 'C-open';
const params = { id };

/** `other` signs in too and is in charge of nothing. */
export async function walkConsent(hospital: Hospital, ask: Ask, li: Doctor, other: string): Promise<void> {
  const desk = await ConsentDesk.open(hospital, li);
  try {
    const prepared = await desk.prepare(id, { witness: false });
    await beginning(ask, desk, prepared, other);
    await evidence(ask, desk, prepared, other);
    await certificates(ask, desk, prepared, other);
    await finishing(ask, desk, prepared, other);
    await administration(ask, hospital.admin, desk.token);
  } finally {
    await desk.close();
  }
}

async function beginning(ask: Ask, { token }: ConsentDesk, { form }: Prepared, other: string): Promise<void> {
  await ask('consentTemplates', 200, { token });
  await ask('consentTemplates', 401);
  await ask('escrowCertificate', 200, { token });
  await ask('escrowCertificate', 401);
  const json = { patientId: 'P1', template: { id: 'consent-surgery', version: 1 }, document: form.sm3 };
  await ask('openConsent', 201, { token, params, json });
  await ask('openConsent', 200, { token, params, json });
  await ask('openConsent', 400, { token, params, json: { ...json, document: 'x' } });
  await ask('openConsent', 401, { params, json });
  await ask('openConsent', 403, { token: other, params, json });
  await ask('openConsent', 415, { token, params, ...TEXT });
}

async function evidence(ask: Ask, { token }: ConsentDesk, { sealed }: Prepared, other: string): Promise<void> {
  const { package: body, sm3 } = sealed.patient!;
  const put = { token, params: { id, part: 'patient' }, body, type: CMS, headers: { 'yiqian-sm3': sm3 } };
  await ask('putEvidence', 400, { ...put, headers: {} });
  await ask('putEvidence', 401, { ...put, token: undefined });
  await ask('putEvidence', 403, { ...put, token: other });
  await ask('putEvidence', 404, { ...put, params: { id: 'C-none', part: 'patient' } });
  await ask('putEvidence', 413, { ...put, body: LARGE });
  await ask('putEvidence', 415, { ...put, ...TEXT });
  await ask('putEvidence', 422, { ...put, params: { id, part: 'witness' } });
  await ask('putEvidence', 201, put);
  await ask('putEvidence', 200, put);
}

async function certificates(ask: Ask, desk: ConsentDesk, { form, sealed }: Prepared, other: string): Promise<void> {
  const { token } = desk;
  const key = softwareKeySigner(generateSoftwareKey('sm2'));
  const binding = {
    eventId: id,
    party: 'patient',
    role: 'self',
    document: form.sm3,
    evidence: sealed.patient!.sm3,
    operator: desk.doctor.person.id,
    claimedTime: desk.hospital.now.toISOString(),
  };
  const csrOf = async (more = {}): Promise<{ csr: string }> => {
    const extensions = eventExtensions({ ...binding, ...more });
    return { csr: base64(await createCertificateRequest({ subject: [['CN', '王小明']], extensions }, key)) };
  };
  const json = await csrOf();
  await ask('issueEventCertificate', 400, { token, params, json: {} });
  await ask('issueEventCertificate', 401, { params, json });
  await ask('issueEventCertificate', 403, { token: other, params, json });
  await ask('issueEventCertificate', 404, { token, params: { id: 'C-none' }, json });
  await ask('issueEventCertificate', 415, { token, params, ...TEXT });
  await ask('issueEventCertificate', 422, { token, params, json: await csrOf({ evidence: 'AB'.repeat(32) }) });
  await ask('issueEventCertificate', 201, { token, params, json });
  await ask('issueEventCertificate', 200, { token, params, json });
}

async function finishing(ask: Ask, desk: ConsentDesk, prepared: Prepared, other: string): Promise<void> {
  const { token } = desk;
  const { target, sm3 } = await desk.sign(prepared);
  const put = {
    token,
    params,
    body: new Uint8Array(await readFile(target)),
    type: PDF,
    headers: { 'yiqian-sm3': sm3 },
  };
  const { pdf } = prepared.form;
  await ask('finishConsent', 400, { ...put, headers: {} });
  await ask('finishConsent', 401, { ...put, token: undefined });
  await ask('finishConsent', 403, { ...put, token: other });
  await ask('finishConsent', 404, { ...put, params: { id: 'C-none' } });
  await ask('finishConsent', 413, { ...put, body: LARGE });
  await ask('finishConsent', 415, { ...put, ...TEXT });
  await ask('finishConsent', 422, { ...put, body: pdf, headers: { 'yiqian-sm3': hexSm3(pdf) } });
  await ask('finishConsent', 201, put);
  await ask('finishConsent', 200, put);
  await ask('finishConsent', 409, { ...put, body: pdf, headers: { 'yiqian-sm3': hexSm3(pdf) } });
  // Archived: nothing of it is changed any more.
  const json = { patientId: 'P1', template: { id: 'consent-surgery', version: 1 }, document: 'AB'.repeat(32) };
  await ask('openConsent', 409, { token, params, json });
  const { package: body, sm3: another } = (await desk.prepare(id, { witness: false })).sealed.patient!;
  const evidence = { token, params: { id, part: 'patient' }, body, type: CMS, headers: { 'yiqian-sm3': another } };
  await ask('putEvidence', 409, evidence);
  const key = softwareKeySigner(generateSoftwareKey('sm2'));
  const extensions = eventExtensions({
    eventId: id,
    party: 'patient',
    role: 'self',
    document: prepared.form.sm3,
    evidence: prepared.sealed.patient!.sm3,
    operator: desk.doctor.person.id,
    claimedTime: desk.hospital.now.toISOString(),
  });
  const csr = base64(await createCertificateRequest({ subject: [['CN', '王小明']], extensions }, key));
  await ask('issueEventCertificate', 409, { token, params, json: { csr } });
}

async function administration(ask: Ask, token: string, session: string): Promise<void> {
  await ask('listConsents', 200, { token });
  await ask('listConsents', 401, { token: session });
  for (const [name, more] of [
    ['getConsent', {}],
    ['getConsentDocument', {}],
    ['getEvidence', { part: 'patient' }],
  ] as const) {
    await ask(name, 200, { token, params: { id, ...more } });
    await ask(name, 400, { token, params: { id: 'x'.repeat(65), ...more } });
    await ask(name, 401, { token: session, params: { id, ...more } });
    await ask(name, 404, { token, params: { id: 'C-none', ...more } });
  }
  const json = { part: 'patient', holder: '医务科', purpose: '核对' };
  await ask('recordOpening', 201, { token, params, json });
  await ask('recordOpening', 400, { token, params, json: { ...json, purpose: '' } });
  await ask('recordOpening', 401, { token: session, params, json });
  await ask('recordOpening', 404, { token, params: { id: 'C-none' }, json });
  await ask('recordOpening', 415, { token, params, ...TEXT });
}
