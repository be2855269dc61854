import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createCertificateRequest,
  generateSoftwareKey,
  issueCertificate,
  issueSelfSignedCertificate,
  softwareKeySigner,
  softwareSigner,
  type Signer,
} from '../../src/core/pki/index.ts';
import { loginText } from '../../src/backend/index.ts';
import { base64, Hospital, type Doctor } from './hospital.ts';

let hospital: Hospital;
let li: Doctor;
beforeAll(async () => {
  hospital = await Hospital.open();
  li = await hospital.doctor('10023', '李医师');
});
afterAll(() => hospital.close());
beforeEach(() => hospital.advance(10 * 60_000)); // past the window of failed logins

async function refused(signer: Signer, code: string, status: number, text?: Uint8Array): Promise<void> {
  const answer = await hospital.answer(await hospital.challenge(), signer, text);
  expect(answer.json).toMatchObject({ code, status });
  expect(answer.status).toBe(status);
}

describe('login by certificate challenge', () => {
  for (const kind of ['sm2', 'rsa', 'ec-p256'] as const) {
    it(`lets a registered doctor in with a key of kind ${kind}`, async () => {
      const doctor = await hospital.doctor(`d-${kind}`, `医师 ${kind}`, { kind });
      const token = await hospital.signIn(doctor);
      expect((await hospital.call('GET', '/api/v1/me', { token })).json).toEqual(doctor.person);
    });
  }

  it('gives a challenge of 32 random bytes that lasts a minute', async () => {
    const [a, b] = [await hospital.challenge(), await hospital.challenge()];
    expect(Buffer.from(a.nonce, 'base64')).toHaveLength(32);
    expect(a.nonce).not.toBe(b.nonce);
    expect(Date.parse(a.expiresAt) - hospital.now.getTime()).toBe(60_000);
  });

  it('refuses the same answer a second time', async () => {
    const challenge = await hospital.challenge();
    const signature = base64(await li.signer.sign(loginText(challenge.backendId, challenge)));
    const json = { challengeId: challenge.challengeId, certificate: base64(li.signer.certificate.der), signature };
    expect((await hospital.call('POST', '/api/v1/login', { json })).status).toBe(200);
    expect((await hospital.call('POST', '/api/v1/login', { json })).json.code).toBe('LOGIN_CHALLENGE');
  });

  it('uses a challenge up by a wrong answer too', async () => {
    const challenge = await hospital.challenge();
    await hospital.answer(challenge, li.signer, new TextEncoder().encode('something else'));
    expect((await hospital.answer(challenge, li.signer)).json.code).toBe('LOGIN_CHALLENGE');
  });

  it('refuses an answer after a minute', async () => {
    const challenge = await hospital.challenge();
    hospital.advance(60_001);
    expect((await hospital.answer(challenge, li.signer)).json.code).toBe('LOGIN_CHALLENGE');
  });

  it('refuses a signature by another key under her certificate', async () => {
    const other = generateSoftwareKey('sm2');
    await refused({ ...li.signer, sign: softwareKeySigner(other).sign }, 'LOGIN_SIGNATURE', 401);
  });

  it('refuses a signature over the text of another backend', async () => {
    const challenge = await hospital.challenge();
    const foreign = loginText('yiqian-0000000000000000', challenge);
    expect((await hospital.answer(challenge, li.signer, foreign)).json.code).toBe('LOGIN_SIGNATURE');
  });

  it('refuses a revoked certificate and ends its sessions', async () => {
    const doctor = await hospital.doctor('d-revoked', '已离职医师');
    const token = await hospital.signIn(doctor);
    const revoke = await hospital.call(
      'POST',
      `/api/v1/ca/certificates/${doctor.signer.certificate.serial}/revocation`,
      {
        token: hospital.admin,
        json: { reason: 'cessationOfOperation' },
      },
    );
    expect(revoke.status).toBe(204);
    expect((await hospital.call('GET', '/api/v1/me', { token })).json.code).toBe('LOGIN_REQUIRED');
    await refused(doctor.signer, 'LOGIN_CERTIFICATE_REVOKED', 403);
  });

  it('refuses a certificate of a foreign CA of the same name', async () => {
    const key = generateSoftwareKey('sm2');
    const { subjectDer } = hospital.backend.rooms.hierarchies[0]!.issuing.certificate;
    const days = { notBefore: new Date('2026-01-01'), notAfter: new Date('2027-01-01') };
    const ca = await issueSelfSignedCertificate(
      { subject: subjectDer, ...days, ca: {}, keyUsage: ['keyCertSign'] },
      softwareKeySigner(key),
    );
    const doctor = await issueCertificate(
      { subject: li.signer.certificate.subjectDer, publicKey: key.publicKey, ...days, keyUsage: ['digitalSignature'] },
      softwareSigner(key, ca),
    );
    await refused(softwareSigner(key, doctor), 'LOGIN_CERTIFICATE', 403);
  });

  it('refuses a certificate that has expired', async () => {
    const doctor = await hospital.doctor('d-short', '短期医师', { days: 1 });
    hospital.advance(2 * 86_400_000);
    await refused(doctor.signer, 'LOGIN_CERTIFICATE', 403);
  });

  it('refuses the time stamp service’s own certificate: not a signing certificate', async () => {
    await refused(hospital.backend.rooms.hierarchies[0]!.tsa, 'LOGIN_CERTIFICATE', 403);
  });

  it('refuses a valid certificate that is registered for nobody', async () => {
    const key = generateSoftwareKey('sm2');
    const csr = await createCertificateRequest({ subject: [['CN', '无名']] }, softwareKeySigner(key));
    const { certificate } = await hospital.backend.rooms.authority.issue(csr, {});
    await refused(softwareSigner(key, certificate), 'LOGIN_UNKNOWN_PERSON', 403);
  });

  it('makes an address wait after ten failures, and lets it in later', async () => {
    const wrong = new TextEncoder().encode('x');
    for (let i = 0; i < 10; i++) await refused(li.signer, 'LOGIN_SIGNATURE', 401, wrong);
    const answer = await hospital.call('POST', '/api/v1/login/challenge');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    hospital.advance(5 * 60_000 + 1);
    expect(await hospital.signIn(li)).toBeTypeOf('string');
  });
});

describe('sessions', () => {
  it('end by logout', async () => {
    const token = await hospital.signIn(li);
    expect((await hospital.call('POST', '/api/v1/logout', { token })).status).toBe(204);
    expect((await hospital.call('GET', '/api/v1/me', { token })).status).toBe(401);
  });

  it('end after twelve hours', async () => {
    const token = await hospital.signIn(li);
    hospital.advance(12 * 3_600_000);
    expect((await hospital.call('GET', '/api/v1/me', { token })).status).toBe(401);
  });

  it('outlive a restart, and the store holds no token', async () => {
    const token = await hospital.signIn(li);
    await hospital.restart();
    expect((await hospital.call('GET', '/api/v1/me', { token })).status).toBe(200);
    const rows = JSON.stringify(hospital.backend.rooms.store.all('SELECT token_sm3 FROM sessions'));
    expect(rows).not.toContain(token);
  });

  it('are refused for made-up tokens', async () => {
    for (const token of ['', 'x', 'A'.repeat(43), '../../etc/passwd']) {
      expect((await hospital.call('GET', '/api/v1/me', { token })).status).toBe(401);
    }
  });
});
