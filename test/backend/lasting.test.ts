/** Signatures that last, with the reference backend behind them: its lists, its status service, its time stamps, over HTTP. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesSource, readPdf, readSecurityStore } from '../../src/core/pdf/index.ts';
import { parseCrl, parseOcspResponse, type HttpClient, type TrustMaterial } from '../../src/core/pki/index.ts';
import { extendPdf, signPdf, type TsaSettings } from '../../src/core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '../../src/core/verify/index.ts';
import { makeRecord } from '../core/signing/material.ts';
import { Hospital, http as plain } from './hospital.ts';

let hospital: Hospital;
let dir: string;
/** Nothing but the roots: everything else has to come from the certificates' own addresses. */
let roots: TrustMaterial;
beforeAll(async () => {
  hospital = await Hospital.open();
  dir = await mkdtemp(path.join(os.tmpdir(), 'yiqian-lasting-'));
  const material = await hospital.backend.rooms.trust.material();
  roots = { roots: material.roots };
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
  await hospital.close();
});

/** Certificates name the port of the demonstration; the backend under test has another one. */
const asked: string[] = [];
const http: HttpClient = (request) => {
  asked.push(request.url);
  return plain({ ...request, url: request.url.replace('http://127.0.0.1:8765', hospital.backend.url) });
};
beforeEach(() => void (asked.length = 0));

const file = (name: string): string => path.join(dir, name);
const tsa = (digest: 'sm3' | 'sha256'): TsaSettings => ({ url: 'http://127.0.0.1:8765/tsa', roots, digest });
const judge = async (name: string): Promise<VerifyReport> =>
  verifyPdf(bytesSource(new Uint8Array(await readFile(file(name)))), { name, trust: roots, at: hospital.now });
const levels = (report: VerifyReport): unknown => report.signatures.map((s) => [s.verdict, s.level]);

describe.each(['sm2', 'rsa', 'ec-p256'] as const)('a doctor with a key of kind %s', (kind) => {
  const digest = kind === 'sm2' ? 'sm3' : 'sha256';
  const common = () => ({ trust: roots, http, now: () => hospital.now, tsa: tsa(digest) });

  it('signs at B-LTA in one act; the file alone tells everything years later', async () => {
    const doctor = await hospital.doctor(`D-${kind}`, '李医师', { kind });
    await writeFile(file('record.pdf'), await makeRecord());
    const act = { source: file('record.pdf'), target: file(`${kind}.pdf`), signer: doctor.signer };
    const result = await signPdf({ ...act, level: 'B-LTA', ...common() });
    expect(result.shortfall).toBeUndefined();
    expect(result.format).toBe('PAdES B-LTA');
    expect(levels(await judge(`${kind}.pdf`))).toEqual([
      ['PASSED', 'B-LTA'],
      ['PASSED', 'none'],
    ]);
    const store = await readSecurityStore(
      await readPdf(bytesSource(new Uint8Array(await readFile(file(`${kind}.pdf`))))),
    );
    // Doctor and time stamp service by OCSP, the issuing CA by OCSP of the root.
    const answers = store.ocspResponses.map(parseOcspResponse);
    expect(answers.flatMap((a) => a.responses.map((r) => r.status))).toEqual(['good', 'good', 'good']);
    expect(store.crls.map(parseCrl)).toEqual([]);
    expect(store.certificates).toHaveLength(3);
    expect(new Set(asked)).toEqual(new Set(['http://127.0.0.1:8765/ca/ocsp', 'http://127.0.0.1:8765/tsa']));
  });

  it('signed at B-T, is raised later by somebody else; the revocation in between is no harm', async () => {
    const doctor = await hospital.doctor(`L-${kind}`, '王医师', { kind });
    await writeFile(file('later.pdf'), await makeRecord());
    await signPdf({ source: file('later.pdf'), target: file('bt.pdf'), signer: doctor.signer, ...common() });
    hospital.advance(3_600_000);
    const serial = doctor.signer.certificate.serial;
    const revoked = await hospital.call('POST', `/api/v1/ca/certificates/${serial}/revocation`, {
      token: hospital.admin,
      json: { reason: 'superseded' },
    });
    expect(revoked.status).toBe(204);
    hospital.advance(3_600_000);
    const result = await extendPdf({ source: file('bt.pdf'), target: file('lta.pdf'), level: 'B-LTA', ...common() });
    expect(result).toMatchObject({ outcome: 'extended', level: 'B-LTA' });
    const report = await judge('lta.pdf');
    expect(levels(report)).toEqual([
      ['PASSED', 'B-LTA'],
      ['PASSED', 'none'],
    ]);
    expect(report.signatures[0]?.findings.map((f) => f.code)).toContain('CERT_REVOKED_LATER');
  });
});

it('lists take over where the status service is silent', async () => {
  const doctor = await hospital.doctor('S-1', '孙医师');
  await writeFile(file('silent.pdf'), await makeRecord());
  const noOcsp: HttpClient = (request) =>
    request.url.endsWith('/ocsp') ? Promise.reject(new Error('connection refused')) : http(request);
  const order = { trust: roots, http: noOcsp, now: () => hospital.now, tsa: tsa('sm3') };
  const act = { source: file('silent.pdf'), target: file('by-list.pdf'), signer: doctor.signer };
  const result = await signPdf({ ...act, level: 'B-LTA', ...order });
  expect(result.format).toBe('PAdES B-LTA');
  expect(levels(await judge('by-list.pdf'))).toContainEqual(['PASSED', 'B-LTA']);
  expect(asked).toContain('http://127.0.0.1:8765/ca/issuing.crl');
  expect(asked).toContain('http://127.0.0.1:8765/ca/root.crl');
});
