/**
 * openapi.json and the server say the same: every operation of the file answers, every status that the file names is met in a real
 * answer, every body fits its schema, no route is missing from the file. Refusals are problem documents without a stack trace.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PDFDocument } from 'pdf-lib';
import { operations, type Operation } from '../../src/backend/http/openapi.ts';
import { appendTo, seedOf } from '../../src/core/audit/index.ts';
import {
  createCertificateRequest,
  createOcspRequest,
  createTimeStampRequest,
  generateSoftwareKey,
  softwareKeySigner,
} from '../../src/core/pki/index.ts';
import { walkConsent } from './openapi-consent.ts';
import { walkCosigning } from './openapi-cosign.ts';
import { walkLife } from './openapi-life.ts';
import { walkPhone } from './openapi-phone.ts';
import { base64, Hospital, type Answer, type Doctor } from './hospital.ts';

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, date: /^\d{4}-\d\d-\d\d$/, binary: true },
});
const met = new Map<string, Set<number>>();

let hospital: Hospital;
let li: Doctor;
let token: string;
let sm3: string;
let pdf: Uint8Array;
beforeAll(async () => {
  hospital = await Hospital.open();
  li = await hospital.doctor('10023', '李医师');
  token = await hospital.signIn(li);
  hospital.backend.rooms.persons.setAppearance('10023', Uint8Array.of(0x89, 0x50, 0x4e, 0x47));
  const document = await PDFDocument.create();
  document.addPage();
  pdf = await document.save({ useObjectStreams: false });
  sm3 = await hospital.addRecord('R1', 2, pdf, [li], {
    changes: [{ where: '诊断 1', before: 'II 级', after: 'III 级', by: '赵医师', at: hospital.now.toISOString() }],
  });
  await hospital.addRecord('R2', 1, pdf, [await hospital.doctor('9', '别的医师')]);
  await hospital.addRecord('R3', 1, pdf, [li]);
});
afterAll(() => hospital.close());

function operation(id: string): Operation {
  const found = operations.find((o) => o.id === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
}

interface Ask {
  readonly params?: Record<string, string | number>;
  readonly query?: string;
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

/** Calls an operation and holds its answer against the file. */
async function ask(id: string, status: number, { params = {}, query = '', ...rest }: Ask = {}): Promise<Answer> {
  const o = operation(id);
  const route = o.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const { token: given, ...options } = rest;
  const answer = await hospital.call(o.method, route + query, {
    ...options,
    ...(given === undefined ? {} : { token: given }),
  });
  expect(answer.status, `${id}: ${JSON.stringify(answer.json)}`).toBe(status);
  return hold(o, answer);
}

/** Holds an answer against the file. */
function hold(o: Operation, answer: Answer): Answer {
  const { id } = o;
  const { status } = answer;
  const described = o.responses.get(status);
  expect(described, `${id} does not describe ${status}`).toBeDefined();
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  expect([...described!.keys()], id).toEqual(type === '' ? [] : [type]);
  const schema = described!.get(type);
  if (answer.json !== undefined && schema !== undefined) {
    const validate = ajv.compile(schema as object);
    expect(validate(answer.json), `${id} ${status}: ${ajv.errorsText(validate.errors)}`).toBe(true);
  }
  if (type === 'application/problem+json') {
    expect(answer.json.status).toBe(status);
    expect(JSON.stringify(answer.json)).not.toMatch(/node:|\.ts:\d|at async|Error:/);
  }
  met.set(id, (met.get(id) ?? new Set()).add(status));
  return answer;
}

describe('openapi.json', () => {
  it('is OpenAPI 3.1 and served as it is', async () => {
    const { json } = await ask('description', 200);
    expect(json.openapi).toBe('3.1.0');
    expect(Object.keys(json.paths)).toHaveLength(new Set(operations.map((o) => o.path)).size);
  });

  it('describes the service', async () => {
    await ask('health', 200);
    await ask('me', 200, { token });
    await ask('me', 401);
    await ask('myAppearance', 200, { token });
    await ask('myAppearance', 401);
    await ask('mySeals', 200, { token });
    await ask('mySeals', 401);
    const other = await hospital.signIn(await hospital.doctor('8', '无图医师'));
    await ask('myAppearance', 404, { token: other });
    await ask('logout', 204, { token: other });
    await ask('logout', 401, { token: other });
  });

  it('describes the records', async () => {
    await ask('listRecords', 200, { token });
    await ask('listRecords', 200, { token, query: '?state=signed' });
    await ask('listRecords', 400, { token, query: '?state=everything' });
    await ask('listRecords', 401);
    const whole = { id: 'R1', version: 2 };
    const wrong: [number, Ask][] = [
      [400, { token, params: { id: 'R1', version: 'two' } }],
      [400, { token, params: { id: '../etc', version: 1 } }],
      [401, { params: whole }],
      [403, { token, params: { id: 'R2', version: 1 } }],
      [404, { token, params: { id: 'R9', version: 1 } }],
    ];
    for (const id of ['getVersion', 'getDocument']) {
      await ask(id, 200, { token, params: whole });
      for (const [status, how] of wrong) await ask(id, status, how);
    }
    await ask('getDocument', 304, { token, params: whole, headers: { 'if-none-match': `"${sm3}"` } });
    for (const [status, how] of wrong) await ask('returnVersion', status, { ...how, json: { reason: 'x' } });
    await ask('returnVersion', 400, { token, params: whole, json: { reason: '' } });
    await ask('returnVersion', 415, { token, params: whole, body: Buffer.from('reason=x'), type: 'text/plain' });
    await ask('returnVersion', 204, { token, params: { id: 'R3', version: 1 }, json: { reason: '请补充' } });
    await ask('returnVersion', 403, { token, params: { id: 'R3', version: 1 }, json: { reason: '再退一次' } });
  });

  it('describes handing in', async () => {
    const signed = await hospital.sign(li, pdf);
    const after = (await import('./hospital.ts')).hexSm3(signed);
    const whole = { id: 'R1', version: 2 };
    const how = (more: Ask): Ask => ({
      token,
      params: whole,
      body: signed,
      type: 'application/pdf',
      headers: { 'yiqian-sm3-before': sm3, 'yiqian-sm3-after': after },
      ...more,
    });
    await ask('uploadSigned', 400, how({ headers: { 'yiqian-sm3-before': 'zz', 'yiqian-sm3-after': after } }));
    await ask('uploadSigned', 400, how({ headers: {} }));
    await ask('uploadSigned', 401, how({ token: undefined }));
    await ask('uploadSigned', 403, how({ params: { id: 'R2', version: 1 } }));
    await ask('uploadSigned', 404, how({ params: { id: 'R1', version: 7 } }));
    await ask('uploadSigned', 409, how({ headers: { 'yiqian-sm3-before': after, 'yiqian-sm3-after': after } }));
    await ask('uploadSigned', 413, how({ body: new Uint8Array(2 * 1024 * 1024 + 1) }));
    await ask('uploadSigned', 415, how({ type: 'application/json' }));
    await ask('uploadSigned', 422, how({ body: pdf }));
    await ask('uploadSigned', 201, how({}));
    await ask('uploadSigned', 200, how({}));
    await hospital.addRecord('R1', 3, pdf, [li]);
    await ask('returnVersion', 409, { token, params: whole, json: { reason: 'x' } });
  });

  it('describes a record’s life', () => walkLife(hospital, ask));

  it('describes the CA and the time stamps', async () => {
    const admin = hospital.admin;
    const csr = base64(
      await createCertificateRequest({ subject: [['CN', 'x']] }, softwareKeySigner(generateSoftwareKey('sm2'))),
    );
    const { json } = await ask('requestCertificate', 201, { token: admin, json: { csr, days: 30 } });
    await ask('requestCertificate', 400, { token: admin, json: { csr, days: 0 } });
    await ask('requestCertificate', 401, { json: { csr } });
    await ask('requestCertificate', 415, { token: admin, body: Buffer.from('x'), type: 'text/plain' });
    await ask('requestCertificate', 422, { token: admin, json: { csr: 'AAAA' } });
    const { serial } = json;
    const reason = { reason: 'superseded' };
    await ask('revokeCertificate', 204, { token: admin, params: { serial }, json: reason });
    await ask('revokeCertificate', 400, { token: admin, params: { serial: 'xyz' }, json: reason });
    await ask('revokeCertificate', 401, { token, params: { serial }, json: reason });
    await ask('revokeCertificate', 404, { token: admin, params: { serial: '00' }, json: reason });
    await ask('revokeCertificate', 415, {
      token: admin,
      params: { serial },
      body: Buffer.from('x'),
      type: 'text/plain',
    });
    for (const name of ['root', 'issuing', 'rsa-root', 'rsa-issuing']) {
      await ask('caCertificate', 200, { params: { name } });
      await ask('caCrl', 200, { params: { name } });
    }
    await ask('caCertificate', 404, { params: { name: 'no-such' } });
    await ask('caCrl', 404, { params: { name: 'tsa' } });
    const query = createTimeStampRequest({ digestName: 'sm3', imprint: new Uint8Array(32), certReq: true });
    await ask('timeStamp', 200, { body: query, type: 'application/timestamp-query' });
    await ask('timeStamp', 413, { body: new Uint8Array(65 * 1024), type: 'application/timestamp-query' });
    await ask('timeStamp', 415, { body: query, type: 'application/octet-stream' });
    const question = createOcspRequest(li.signer.certificate, li.signer.chain[0]!);
    await ask('ocspPost', 200, { body: question, type: 'application/ocsp-request' });
    await ask('ocspPost', 413, { body: new Uint8Array(65 * 1024), type: 'application/ocsp-request' });
    await ask('ocspPost', 415, { body: question, type: 'text/plain' });
    await ask('ocspGet', 200, { params: { request: base64(question) } });
  });

  it('describes the login', async () => {
    const challenge = (await ask('startLogin', 200)).json;
    const signature = base64(await li.signer.sign(new TextEncoder().encode('no')));
    const json = { challengeId: challenge.challengeId, certificate: base64(li.signer.certificate.der), signature };
    await ask('login', 401, { json });
    await ask('login', 400, { json: { ...json, challengeId: '' } });
    await ask('login', 400, { body: Buffer.from('{"a":'), type: 'application/json' });
    await ask('login', 400, { body: Buffer.from('{"__proto__":{"x":1}}'), type: 'application/json' });
    await ask('login', 415, { body: Buffer.from('x'), type: 'application/xml' });
    const tsa = hospital.backend.rooms.hierarchies[0]!.tsa;
    const fresh = await hospital.challenge();
    const { loginText } = await import('../../src/backend/index.ts');
    await ask('login', 403, {
      json: {
        challengeId: fresh.challengeId,
        certificate: base64(tsa.certificate.der),
        signature: base64(await tsa.sign(loginText(fresh.backendId, fresh))),
      },
    });
    const good = await hospital.challenge();
    await ask('login', 200, {
      json: {
        challengeId: good.challengeId,
        certificate: base64(li.signer.certificate.der),
        signature: base64(await li.signer.sign(loginText(good.backendId, good))),
      },
    });
    for (let i = 0; i < 10; i++) await hospital.answer(await hospital.challenge(), li.signer, Buffer.from('no'));
    await ask('startLogin', 429);
    await ask('login', 429, { json });
  });

  it('describes the audit chains', async () => {
    const [desk, createdAt] = ['0d6c0d3e-6a52-4c39-9a5f-7f3b1f1f0009', hospital.now.toISOString()];
    const facts = { act: 'sign', who: '10023', subject: 'R1/2', claimed: createdAt, result: 'done' } as const;
    const first = appendTo(seedOf(desk, createdAt), facts);
    const params = { desk };
    const json = { createdAt, entries: [first], anchors: [] };
    expect((await ask('appendAudit', 200, { token, params, json })).json).toEqual({ last: 1 });
    await ask('appendAudit', 400, { token, params: { desk: 'x' }, json });
    await ask('appendAudit', 401, { params, json });
    const other = appendTo(seedOf(desk, createdAt), { ...facts, who: '9' });
    await ask('appendAudit', 409, { token, params, json: { ...json, entries: [other] } });
    await ask('appendAudit', 413, {
      token,
      params,
      json: { ...json, entries: [{ ...first, note: 'x'.repeat(70_000) }] },
    });
    await ask('appendAudit', 415, { token, params, body: Buffer.from('x'), type: 'text/plain' });
    await ask('appendAudit', 422, { token, params, json: { ...json, entries: [{ ...first, who: '9' }] } });
    await ask('listAudits', 200, { token: hospital.admin });
    await ask('listAudits', 401, { token });
    await ask('getAudit', 200, { token: hospital.admin, params });
    await ask('getAudit', 400, { token: hospital.admin, params: { desk: 'x' } });
    await ask('getAudit', 401, { token, params });
    await ask('getAudit', 404, { token: hospital.admin, params: { desk: desk.replace('9', '8') } });
  });

  it('describes co-signing', () => walkCosigning(hospital, ask, hold));

  it('describes signing by phone', () => walkPhone(hospital, ask, li));

  it('describes consent', async () => {
    const other = await hospital.signIn(await hospital.doctor('10031', '钱医师'));
    await walkConsent(hospital, ask, li, other);
  });

  it('names no status that was not met here', () => {
    const named = operations.map((o) => [o.id, [...o.responses.keys()].sort()]);
    const seen = operations.map((o) => [o.id, [...(met.get(o.id) ?? [])].sort()]);
    expect(seen).toEqual(named);
  });

  it('a path that is not in it is a problem document too', async () => {
    for (const [method, route] of [
      ['GET', '/'],
      ['DELETE', '/api/v1/records'],
      ['GET', '/api/v1/%00'],
      ['POST', '/ca/root.cer'],
    ] as const) {
      const answer = await hospital.call(method, route);
      expect(answer.status).toBe(404);
      expect(answer.json.code).toBe('BACKEND_NOT_FOUND');
    }
    expect(hospital.faults).toEqual([]);
  });
});
