/** The CA as strangers see it: CRL, OCSP and certificates through openssl, and through core/pki where openssl knows no SM2. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Certificate,
  createCertificateRequest,
  createOcspRequest,
  generateSoftwareKey,
  parseCrl,
  parseOcspResponse,
  softwareKeySigner,
  validateChain,
  type TrustMaterial,
} from '../../src/core/pki/index.ts';
import { base64, Hospital, type Doctor } from './hospital.ts';

let hospital: Hospital;
let sm2: Doctor;
let rsa: Doctor;
let dir: string;
beforeAll(async () => {
  hospital = await Hospital.open();
  sm2 = await hospital.doctor('1', '甲医师');
  rsa = await hospital.doctor('2', '乙医师', { kind: 'rsa' });
  dir = mkdtempSync(path.join(os.tmpdir(), 'yiqian-ca-'));
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  await hospital.close();
});

const openssl = (...args: string[]): string =>
  execFileSync('openssl', args, { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const fetchTo = async (route: string, file: string): Promise<Uint8Array> => {
  const { status, bytes } = await hospital.call('GET', route);
  expect(status).toBe(200);
  writeFileSync(path.join(dir, file), bytes);
  return bytes;
};
const revoke = (serial: string, reason: string) =>
  hospital.call('POST', `/api/v1/ca/certificates/${serial}/revocation`, { token: hospital.admin, json: { reason } });

describe('certificates', () => {
  it('form chains that core/pki passes, with revocation known', async () => {
    for (const [doctor, prefix] of [
      [sm2, ''],
      [rsa, 'rsa-'],
    ] as const) {
      const trust: TrustMaterial = {
        roots: [Certificate.parse(await fetchTo(`/ca/${prefix}root.cer`, 'root.cer'))],
        intermediates: [Certificate.parse(await fetchTo(`/ca/${prefix}issuing.cer`, 'issuing.cer'))],
        crls: [
          await fetchTo(`/ca/${prefix}root.crl`, 'root.crl'),
          await fetchTo(`/ca/${prefix}issuing.crl`, 'issuing.crl'),
        ],
      };
      const report = validateChain(doctor.signer.certificate, trust, { at: hospital.now, purpose: 'signing' });
      expect(report).toMatchObject({ verdict: 'PASSED', revocation: 'good' });
    }
  });

  it('name CRL, OCSP and issuer, and the kind of use', () => {
    const { crlUrls, ocspUrls, issuerUrls, keyUsage } = sm2.signer.certificate;
    expect(crlUrls).toEqual(['http://127.0.0.1:8765/ca/issuing.crl']);
    expect(ocspUrls).toEqual(['http://127.0.0.1:8765/ca/ocsp']);
    expect(issuerUrls).toEqual(['http://127.0.0.1:8765/ca/issuing.cer']);
    expect([...(keyUsage ?? [])]).toEqual(['digitalSignature', 'nonRepudiation']);
  });

  it('are accepted by openssl link by link: SM2 with the default user ID, RSA as it is', async () => {
    for (const [doctor, prefix, options] of [
      [sm2, '', ['-vfyopt', 'distid:1234567812345678']], // openssl applies it to the first link alone
      [rsa, 'rsa-', []],
    ] as const) {
      for (const name of ['root', 'issuing']) {
        const der = await fetchTo(`/ca/${prefix}${name}.cer`, `${name}.cer`);
        writeFileSync(path.join(dir, `${name}.pem`), Certificate.parse(der).toPem());
      }
      writeFileSync(path.join(dir, 'leaf.pem'), doctor.signer.certificate.toPem());
      const at = ['-attime', String(hospital.now.getTime() / 1000)];
      const link = (issuer: string, file: string): string =>
        openssl('verify', ...at, ...options, '-partial_chain', '-CAfile', issuer, file);
      expect(link('issuing.pem', 'leaf.pem')).toContain('leaf.pem: OK');
      expect(link('root.pem', 'issuing.pem')).toContain('issuing.pem: OK');
    }
  });

  it('time stamp certificates are good for that alone, marked critical', async () => {
    for (const name of ['tsa', 'rsa-tsa']) {
      const certificate = Certificate.parse(await fetchTo(`/ca/${name}.cer`, 'tsa.cer'));
      expect([...(certificate.extendedKeyUsage ?? [])]).toEqual(['1.3.6.1.5.5.7.3.8']);
      expect(certificate.extendedKeyUsageCritical).toBe(true);
    }
  });

  it('are issued for a proper request only, and to the administrator only', async () => {
    const csr = await createCertificateRequest(
      { subject: [['CN', 'x']] },
      softwareKeySigner(generateSoftwareKey('sm2')),
    );
    const send = (token: string | undefined, bytes: Uint8Array) =>
      hospital.call('POST', '/api/v1/ca/requests', {
        ...(token === undefined ? {} : { token }),
        json: { csr: base64(bytes) },
      });
    expect((await send(undefined, csr)).json.code).toBe('CA_SECRET');
    expect((await send('0'.repeat(48), csr)).json.code).toBe('CA_SECRET');
    expect(
      (
        await send(
          hospital.admin,
          csr.map((b, i) => (i === csr.length - 3 ? b ^ 1 : b)),
        )
      ).json.code,
    ).toBe('CA_REQUEST');
    expect((await send(hospital.admin, Buffer.from('not a request'))).json.code).toBe('CA_REQUEST');
    expect((await send(hospital.admin, csr)).status).toBe(201);
  });

  it('keys are files that nobody else may read', () => {
    for (const name of ['root', 'issuing', 'tsa', 'rsa-root', 'rsa-issuing', 'rsa-tsa']) {
      const file = path.join(hospital.dataDir, 'keys', `${name}.key.pem`);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, 'utf8')).toContain('BEGIN PRIVATE KEY');
    }
  });
});

describe('revocation', () => {
  it('stands in the next CRL, with its reason, and lasts over a restart', async () => {
    const doctor = await hospital.doctor('3', '丙医师');
    expect(
      parseCrl(await fetchTo('/ca/issuing.crl', 'a.crl')).find(doctor.signer.certificate.serialBytes),
    ).toBeUndefined();
    expect((await revoke(doctor.signer.certificate.serial, 'keyCompromise')).status).toBe(204);
    expect((await revoke(doctor.signer.certificate.serial.toLowerCase(), 'superseded')).status).toBe(204);
    await hospital.restart();
    const entry = parseCrl(await fetchTo('/ca/issuing.crl', 'a.crl')).find(doctor.signer.certificate.serialBytes);
    expect(entry).toMatchObject({ reason: 1, revocationDate: hospital.now });
  });

  it('refuses a serial number that was never issued, and who is not the administrator', async () => {
    expect((await revoke('0123456789ABCDEF', 'unspecified')).json).toMatchObject({
      code: 'CA_UNKNOWN_SERIAL',
      status: 404,
    });
    const answer = await hospital.call('POST', '/api/v1/ca/certificates/01/revocation', {
      json: { reason: 'unspecified' },
    });
    expect(answer.json.code).toBe('CA_SECRET');
  });

  it('CRLs parse and verify with openssl, numbers grow', async () => {
    await fetchTo('/ca/rsa-issuing.crl', 'rsa.crl');
    writeFileSync(
      path.join(dir, 'rsa-issuing.pem'),
      Certificate.parse(await fetchTo('/ca/rsa-issuing.cer', 'c.cer')).toPem(),
    );
    openssl('crl', '-inform', 'DER', '-in', 'rsa.crl', '-noout', '-CAfile', 'rsa-issuing.pem');
    await fetchTo('/ca/issuing.crl', 'sm2.crl');
    const number = (): number =>
      parseInt(
        /CRL Number:\s+([0-9A-Fx]+)/.exec(openssl('crl', '-inform', 'DER', '-in', 'sm2.crl', '-noout', '-text'))![1]!,
      );
    const before = number();
    hospital.advance(25 * 3_600_000);
    await fetchTo('/ca/issuing.crl', 'sm2.crl');
    expect(number()).toBeGreaterThan(before);
  });
});

describe('OCSP', () => {
  const ask = async (certificate: Certificate, issuer: Certificate, nonce?: Uint8Array) => {
    const request = createOcspRequest(certificate, issuer, nonce);
    const { bytes, headers } = await hospital.call('POST', '/ca/ocsp', {
      body: request,
      type: 'application/ocsp-request',
    });
    expect(headers.get('content-type')).toBe('application/ocsp-response');
    return { request, bytes };
  };

  it('tells good, revoked and unknown, and echoes the nonce', async () => {
    const [own] = hospital.backend.rooms.hierarchies;
    const issuer = own!.issuing.certificate;
    const nonce = Uint8Array.from({ length: 16 }, (_, i) => i);
    const good = parseOcspResponse((await ask(sm2.signer.certificate, issuer, nonce)).bytes);
    expect(good.responses[0]).toMatchObject({ status: 'good' });
    expect(Buffer.from(good.nonce!).toString('hex')).toContain('000102030405');
    const doctor = await hospital.doctor('4', '丁医师');
    await revoke(doctor.signer.certificate.serial, 'superseded');
    expect(parseOcspResponse((await ask(doctor.signer.certificate, issuer)).bytes).responses[0]).toMatchObject({
      status: 'revoked',
      reason: 4,
    });
    const foreign = { ...doctor.signer.certificate, serialBytes: Uint8Array.of(1, 2, 3) } as unknown as Certificate;
    expect(parseOcspResponse((await ask(foreign, issuer)).bytes).responses[0]).toMatchObject({ status: 'unknown' });
  });

  it('is good evidence for a chain, by GET too', async () => {
    for (const [doctor, hierarchy] of [
      [sm2, hospital.backend.rooms.hierarchies[0]!],
      [rsa, hospital.backend.rooms.hierarchies[1]!],
    ] as const) {
      const request = createOcspRequest(doctor.signer.certificate, hierarchy.issuing.certificate);
      const leaf = (await hospital.call('GET', `/ca/ocsp/${encodeURIComponent(base64(request))}`)).bytes;
      const issuing = (await ask(hierarchy.issuing.certificate, hierarchy.root.certificate)).bytes;
      const trust: TrustMaterial = {
        roots: [hierarchy.root.certificate],
        intermediates: [hierarchy.issuing.certificate],
        ocspResponses: [leaf, issuing],
      };
      expect(validateChain(doctor.signer.certificate, trust, { at: hospital.now, purpose: 'signing' })).toMatchObject({
        verdict: 'PASSED',
        revocation: 'good',
      });
    }
  });

  it('is understood by openssl (RSA)', async () => {
    const hierarchy = hospital.backend.rooms.hierarchies[1]!;
    const { request, bytes } = await ask(rsa.signer.certificate, hierarchy.issuing.certificate);
    writeFileSync(path.join(dir, 'q.der'), request);
    writeFileSync(path.join(dir, 'a.der'), bytes);
    writeFileSync(path.join(dir, 'issuer.pem'), hierarchy.issuing.certificate.toPem());
    writeFileSync(path.join(dir, 'rsa.pem'), rsa.signer.certificate.toPem());
    const said = openssl(
      'ocsp',
      '-respin',
      'a.der',
      '-issuer',
      'issuer.pem',
      '-cert',
      'rsa.pem',
      '-partial_chain',
      '-CAfile',
      'issuer.pem',
      '-no_nonce',
      '-attime',
      String(hospital.now.getTime() / 1000),
      '-validity_period',
      '100000000',
    );
    expect(said).toContain('rsa.pem: good');
  });

  it('answers nonsense and foreign questions with an OCSP error', async () => {
    const nonsense = await hospital.call('POST', '/ca/ocsp', {
      body: Buffer.from('nonsense'),
      type: 'application/ocsp-request',
    });
    expect([...nonsense.bytes]).toEqual([0x30, 3, 0x0a, 1, 1]); // malformedRequest
    const other = hospital.backend.rooms.hierarchies[0]!.tsa.certificate;
    expect([...(await ask(sm2.signer.certificate, other)).bytes]).toEqual([0x30, 3, 0x0a, 1, 6]); // unauthorized
    expect([...(await hospital.call('GET', '/ca/ocsp/AAAA')).bytes]).toEqual([0x30, 3, 0x0a, 1, 1]);
  });
});
