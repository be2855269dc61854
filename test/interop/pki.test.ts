/** BouncyCastle and OpenSSL judge what we make, and we judge what BouncyCastle makes. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { digest, sm3 } from '#core/crypto/index.ts';
import {
  addUnsignedTimeStamp,
  answerTimeStampQuery,
  buildSignedData,
  Certificate,
  checkTimeStampResponse,
  createCertificateRequest,
  createOcspRequest,
  createTimeStampRequest,
  generateSoftwareKey,
  issueCrl,
  issueOcspResponse,
  parseOcspRequest,
  parseSignedData,
  parseTimeStampResponse,
  softwareKeySigner,
  toPem,
  validateChain,
  verifyCertificateRequest,
  verifySignerInfo,
} from '#core/pki/index.ts';
import { day, makeHierarchy, type Hierarchy, type KeyKind } from '../core/pki/demo-hierarchy.ts';
import { bcVerify, javaMissing, runJava, withFolder, type BcAnswer, type BcJob } from './java.ts';

const content = new TextEncoder().encode('入院记录：患者自述三天前出现发热。');
const policy = '1.2.3.4.5';
const kinds: readonly KeyKind[] = ['sm2', 'rsa', 'ec-p256'];

/** Flips one bit in a copy. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

const openssl = (args: readonly string[]): { ok: boolean; text: string } => {
  const run = spawnSync('openssl', args, { encoding: 'utf8' });
  return { ok: run.status === 0, text: run.stdout + run.stderr };
};

interface Made {
  readonly hierarchy: Hierarchy;
  readonly detached: Uint8Array;
  readonly request: Uint8Array;
  readonly response: Uint8Array;
}

async function make(kind: KeyKind): Promise<Made> {
  const hierarchy = await makeHierarchy(kind);
  const { doctor, tsa } = hierarchy;
  const signed = await buildSignedData({ content: { digest: digest(doctor.digest, content) }, signer: doctor });
  const [signer] = parseSignedData(signed).signerInfos;
  const request = createTimeStampRequest({
    digestName: tsa.digest as 'sm3' | 'sha256',
    imprint: digest(tsa.digest, signer?.signature ?? new Uint8Array()),
    nonce: Uint8Array.of(0x41, 2, 3, 4, 5, 6, 7, 8),
    certReq: true,
  });
  const response = await answerTimeStampQuery(request, {
    signer: tsa,
    serial: Uint8Array.of(9, 9),
    genTime: new Date(),
    policy,
    accuracy: 1500,
  });
  const token = parseTimeStampResponse(response).token ?? new Uint8Array();
  return { hierarchy, detached: addUnsignedTimeStamp(signed, token), request, response };
}

describe.skipIf(javaMissing !== undefined)('BouncyCastle judges what we make', () => {
  const answers = new Map<string, BcAnswer>();

  beforeAll(async () => {
    const jobs: [string, BcJob][] = [];
    for (const kind of kinds) {
      const { hierarchy, detached, request, response } = await make(kind);
      const { root, issuing, issuingSigner, rootSigner, doctor, doctorKey, responder } = hierarchy;
      const roots = root.toPem();
      const leaf = doctor.certificate.toPem();
      const now = new Date();
      const times = { thisUpdate: new Date(now.getTime() - 1000), nextUpdate: new Date(now.getTime() + day) };
      const add = (name: string, job: BcJob): number => jobs.push([`${kind} ${name}`, job]);

      const attached = await buildSignedData({
        content: { bytes: content },
        signer: doctor,
        signingTime: now,
        algorithmProtection: true,
      });
      add('attached CMS', { kind: 'cms', signedData: attached, roots });
      add('detached CMS with time stamp', { kind: 'cms', signedData: detached, content, roots });
      add('CMS over changed content', { kind: 'cms', signedData: detached, content: flipped(content, 3), roots });
      const view = parseSignedData(attached);
      const value = view.signerInfos[0]?.signature ?? new Uint8Array();
      const at = Buffer.from(attached).indexOf(value) + value.length - 1;
      add('CMS with a changed signature value', { kind: 'cms', signedData: flipped(attached, at), roots });

      const token = parseTimeStampResponse(response).token ?? new Uint8Array();
      const stamped = parseSignedData(detached).signerInfos[0]?.signature ?? new Uint8Array();
      add('token', { kind: 'token', token, data: stamped, roots });
      add('token over other data', { kind: 'token', token, data: content, roots });
      add('token with a changed last byte', {
        kind: 'token',
        token: flipped(token, token.length - 1),
        data: stamped,
        roots,
      });
      add('response', { kind: 'response', response, request, roots });

      const revoked = [
        { serialBytes: doctor.certificate.serialBytes, revocationDate: new Date(now.getTime() - 500), reason: 4 },
      ];
      const rootCrl = await issueCrl({ signer: rootSigner, ...times, number: 1, revoked: [] });
      const crl = await issueCrl({ signer: issuingSigner, ...times, number: 1, revoked: [] });
      const crlRevoked = await issueCrl({ signer: issuingSigner, ...times, number: 2, revoked });
      const path = { kind: 'chain', leaf, intermediates: issuing.toPem(), roots, at: now } as const;
      add('chain', path);
      add('chain with CRLs', { ...path, crls: [rootCrl, crl] });
      add('chain with the leaf revoked', { ...path, crls: [rootCrl, crlRevoked] });
      add('chain with a forged CRL', { ...path, crls: [rootCrl, flipped(crl, crl.length - 1)] });

      const [certId] = parseOcspRequest(createOcspRequest(doctor.certificate, issuing)).certIds;
      const ocsp = await issueOcspResponse({
        signer: responder,
        producedAt: now,
        answers: [{ certIdDer: certId?.der ?? new Uint8Array(), status: { status: 'good' }, ...times }],
      });
      add('OCSP answer', { kind: 'ocsp', response: ocsp, issuer: issuing.toPem(), leaf });
      add('CSR', {
        kind: 'csr',
        request: await createCertificateRequest(
          {
            subject: [
              ['C', 'CN'],
              ['CN', '申请人'],
            ],
          },
          softwareKeySigner(doctorKey),
        ),
      });
    }
    bcVerify(jobs.map(([, job]) => job)).forEach((answer, i) => answers.set(jobs[i]?.[0] ?? '', answer));
  });

  const accepted = [
    'attached CMS',
    'detached CMS with time stamp',
    'token',
    'response',
    'chain',
    'chain with CRLs',
    'OCSP answer',
    'CSR',
  ];
  const refused = [
    'CMS over changed content',
    'CMS with a changed signature value',
    'token over other data',
    'token with a changed last byte',
    'chain with the leaf revoked',
    'chain with a forged CRL',
  ];
  describe.each(kinds)('%s', (kind) => {
    it.each(accepted)('accepts our %s', (name) => {
      const answer = answers.get(`${kind} ${name}`);
      expect(answer?.ok, answer?.detail).toBe(true);
    });
    it.each(refused)('refuses a %s', (name) => {
      expect(answers.get(`${kind} ${name}`)).toMatchObject({ ok: false });
    });
  });
});

describe.skipIf(javaMissing !== undefined)('we judge what BouncyCastle makes', () => {
  const files = new Map<string, Uint8Array>();
  const query = createTimeStampRequest({
    digestName: 'sm3',
    imprint: sm3(content),
    nonce: Uint8Array.of(0x51, 1, 2, 3),
    certReq: true,
  });

  beforeAll(() => {
    withFolder((folder) => {
      writeFileSync(join(folder, 'q.tsq'), query);
      writeFileSync(join(folder, 'content'), content);
      runJava('PkiMake', [folder, join(folder, 'q.tsq'), join(folder, 'content')]);
      for (const kind of ['sm2', 'rsa', 'ec']) {
        for (const name of ['-root.der', '-ee.der', '.p7', '-detached.p7', '.crl', '.ocsp', '.csr', '.tsr']) {
          files.set(`${kind}${name}`, new Uint8Array(readFileSync(join(folder, `${kind}${name}`))));
        }
      }
    });
  });
  const file = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();

  describe.each(['sm2', 'rsa', 'ec'])('%s', (kind) => {
    it('CMS attached and detached, and its chain', () => {
      const root = Certificate.parse(file(`${kind}-root.der`));
      const attached = verifySignerInfo(parseSignedData(file(`${kind}.p7`)), { attached: true });
      expect(attached.verdict, JSON.stringify(attached.findings)).toBe('PASSED');
      const view = parseSignedData(file(`${kind}-detached.p7`));
      const name = view.signerInfos[0]?.digest ?? 'sm3';
      expect(verifySignerInfo(view, { contentDigest: digest(name, content) }).verdict).toBe('PASSED');
      expect(verifySignerInfo(view, { contentDigest: digest(name, flipped(content, 0)) }).verdict).toBe('FAILED');
      const leaf = attached.certificate ?? root;
      expect(validateChain(leaf, { roots: [root] }, { at: new Date(), purpose: 'signing' }).verdict).toBe('PASSED');
    });

    it('CRL and OCSP answer', () => {
      const root = Certificate.parse(file(`${kind}-root.der`));
      const ee = Certificate.parse(file(`${kind}-ee.der`));
      const judged = { at: new Date(), purpose: 'signing' } as const;
      const withCrl = validateChain(ee, { roots: [root], crls: [file(`${kind}.crl`)] }, judged);
      expect(withCrl).toMatchObject({ verdict: 'FAILED', revocation: 'revoked' });
      const withOcsp = validateChain(ee, { roots: [root], ocspResponses: [file(`${kind}.ocsp`)] }, judged);
      expect(withOcsp).toMatchObject({ verdict: 'PASSED', revocation: 'good' });
    });

    it('request and time stamp response', () => {
      expect(verifyCertificateRequest(file(`${kind}.csr`)).commonName).toBe('申请人');
      const trust = { roots: [Certificate.parse(file(`${kind}-root.der`))] };
      const report = checkTimeStampResponse(file(`${kind}.tsr`), query, { trust, now: new Date() });
      expect(report.verdict).toBe('PASSED');
      expect(report.info?.serial).toBe('4D');
    });
  });
});

describe('OpenSSL judges what we make', () => {
  const userId = 'distid:1234567812345678';

  it('raw SM2 value over the signed attributes, and one link of the chain', async () => {
    const { hierarchy, detached } = await make('sm2');
    withFolder((folder) => {
      const path = (name: string, bytes: Uint8Array | string): string => {
        writeFileSync(join(folder, name), bytes);
        return join(folder, name);
      };
      const [signer] = parseSignedData(detached).signerInfos;
      const attributes = path('attributes', signer?.signedAttributesDer ?? new Uint8Array());
      const value = path('value', signer?.signature ?? new Uint8Array());
      const key = path('key.pem', toPem('PUBLIC KEY', hierarchy.doctor.certificate.publicKey.spki));
      const verify = ['dgst', '-sm3', '-sigopt', userId, '-verify', key, '-signature', value];
      expect(openssl([...verify, attributes]).text).toContain('Verified OK');
      expect(
        openssl([...verify, path('other', flipped(signer?.signedAttributesDer ?? new Uint8Array([0]), 5))]).ok,
      ).toBe(false);

      const root = path('root.pem', hierarchy.root.toPem());
      const issuing = path('issuing.pem', hierarchy.issuing.toPem());
      expect(openssl(['verify', '-vfyopt', userId, '-CAfile', root, issuing]).text).toContain('OK');
    });
  });

  it.each(['sm2', 'rsa', 'ec-p256'] as const)('certificate request with %s', async (kind) => {
    const key = generateSoftwareKey(kind);
    const request = await createCertificateRequest({ subject: [['CN', 'x']] }, softwareKeySigner(key));
    withFolder((folder) => {
      const path = join(folder, 'request.pem');
      writeFileSync(path, toPem('CERTIFICATE REQUEST', request));
      const option = kind === 'sm2' ? ['-vfyopt', userId] : [];
      expect(openssl(['req', '-verify', '-noout', '-in', path, ...option]).text).toContain('verify OK');
    });
  });

  it.each(['rsa', 'ec-p256'] as const)('CMS, chain, CRL, OCSP and time stamp with %s', async (kind) => {
    const { hierarchy, detached, request, response } = await make(kind);
    const now = Date.now();
    const crlTimes = { thisUpdate: new Date(now - 1000), nextUpdate: new Date(now + day) };
    const crl = await issueCrl({ signer: hierarchy.issuingSigner, ...crlTimes, number: 1, revoked: [] });
    const [certId] = parseOcspRequest(createOcspRequest(hierarchy.doctor.certificate, hierarchy.issuing)).certIds;
    const status = await issueOcspResponse({
      signer: hierarchy.responder,
      producedAt: new Date(now),
      answers: [{ certIdDer: certId?.der ?? new Uint8Array(), status: { status: 'good' }, ...crlTimes }],
    });
    withFolder((folder) => {
      const path = (name: string, bytes: Uint8Array | string): string => {
        writeFileSync(join(folder, name), bytes);
        return join(folder, name);
      };
      const root = path('root.pem', hierarchy.root.toPem());
      const issuing = path('issuing.pem', hierarchy.issuing.toPem());
      const cms = [
        'cms',
        '-verify',
        '-inform',
        'DER',
        '-binary',
        '-purpose',
        'any',
        '-CAfile',
        root,
        '-out',
        join(folder, 'out'),
      ];
      const p7 = path('cms', detached);
      expect(openssl([...cms, '-in', p7, '-content', path('content', content)]).text).toContain('successful');
      expect(openssl([...cms, '-in', p7, '-content', path('changed', flipped(content, 0))]).ok).toBe(false);
      const ts = [
        'ts',
        '-verify',
        '-CAfile',
        root,
        '-untrusted',
        issuing,
        '-in',
        path('tsr', response),
        '-queryfile',
        path('tsq', request),
      ];
      expect(openssl(ts).text).toContain('Verification: OK');
      const ocsp = [
        'ocsp',
        '-respin',
        path('ocsp', status),
        '-issuer',
        issuing,
        '-CAfile',
        root,
        '-verify_other',
        issuing,
        '-no_nonce',
      ];
      const answer = openssl([...ocsp, '-cert', path('doctor.pem', hierarchy.doctor.certificate.toPem())]).text;
      expect(answer).toContain('Response verify OK');
      expect(answer).toContain(': good');
      const crlPem = path('crl.pem', toPem('X509 CRL', crl));
      const leaf = path('leaf.pem', hierarchy.doctor.certificate.toPem());
      const verify = ['verify', '-CAfile', root, '-untrusted', issuing, '-crl_check', '-CRLfile', crlPem, leaf];
      expect(openssl(verify).text).toContain('OK');
    });
  });
});
