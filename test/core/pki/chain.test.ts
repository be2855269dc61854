import { beforeAll, describe, expect, it } from 'vitest';
import {
  Certificate,
  createOcspRequest,
  CrlReason,
  generateSoftwareKey,
  issueCertificate,
  issueCrl,
  issueOcspResponse,
  Oid,
  parseOcspRequest,
  softwareKeySigner,
  softwareSigner,
  validateChain,
  type CertificateTemplate,
  type ChainOptions,
  type ChainReport,
  type OcspStatus,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { day, makeHierarchy, noon, notAfter, notBefore, type Hierarchy } from './demo-hierarchy.ts';
import { codes, flipped, vector, vectorCertificate } from './vectors.ts';

const worst = (report: ChainReport): string[] => codes(report.findings.filter((f) => f.verdict !== 'PASSED'));

let h: Hierarchy;
let trust: TrustMaterial;
beforeAll(async () => {
  h = await makeHierarchy('sm2');
  trust = { roots: [h.root], intermediates: [h.issuing] };
});

const judge = (
  leaf: Certificate,
  more: Partial<TrustMaterial> = {},
  options: Partial<ChainOptions> = {},
): ChainReport => validateChain(leaf, { ...trust, ...more }, { at: noon, purpose: 'signing', ...options });

const leafKey = generateSoftwareKey('sm2');
const issue = (template: Partial<CertificateTemplate>, issuer: Signer = h.issuingSigner): Promise<Certificate> =>
  issueCertificate(
    {
      subject: [['CN', 'x']],
      publicKey: leafKey.publicKey,
      notBefore,
      notAfter,
      keyUsage: ['digitalSignature'],
      ...template,
    },
    issuer,
  );

describe('path and policy', () => {
  it('leads from the leaf to the root', () => {
    const report = judge(h.doctor.certificate);
    expect(report.verdict).toBe('PASSED');
    expect(report.chain).toEqual([h.doctor.certificate, h.issuing, h.root]);
    expect(codes(report.findings)).toEqual(['CHAIN_TRUSTED', 'REVOCATION_NOT_CHECKED']);
    expect(report.revocation).toBe('not-checked');
  });

  it.each(['rsa', 'ec-p256'] as const)('also with %s', async (kind) => {
    const other = await makeHierarchy(kind);
    const report = validateChain(
      other.doctor.certificate,
      { roots: [h.root, other.root], intermediates: [h.issuing, other.issuing] },
      { at: noon, purpose: 'signing' },
    );
    expect(report.verdict).toBe('PASSED');
  });

  it('expired and not yet valid, at the second', () => {
    const leaf = h.doctor.certificate;
    expect(judge(leaf, {}, { at: notAfter }).verdict).toBe('PASSED');
    expect(judge(leaf, {}, { at: notBefore }).verdict).toBe('PASSED');
    expect(new Set(worst(judge(leaf, {}, { at: new Date(notAfter.getTime() + 1000) })))).toEqual(
      new Set(['CERT_EXPIRED']),
    );
    expect(new Set(worst(judge(leaf, {}, { at: new Date(notBefore.getTime() - 1000) })))).toEqual(
      new Set(['CERT_NOT_YET_VALID']),
    );
  });

  it('expired without a proven time leaves the matter open', () => {
    const report = judge(h.doctor.certificate, {}, { at: new Date(notAfter.getTime() + 1000), atIsProven: false });
    expect(report.verdict).toBe('INDETERMINATE');
  });

  it('no root, no intermediate, another hospital', async () => {
    expect(worst(judge(h.doctor.certificate, { roots: [] }))).toEqual(['CHAIN_NO_TRUST_ANCHOR']);
    expect(worst(judge(h.doctor.certificate, { intermediates: [] }))).toEqual(['CHAIN_NO_TRUST_ANCHOR']);
    const other = await makeHierarchy('sm2');
    const report = judge(h.doctor.certificate, { roots: [other.root], intermediates: [other.issuing] });
    expect(report.verdict).toBe('INDETERMINATE');
  });

  it('wrong issuer: the name fits, the key does not', async () => {
    const stranger = softwareKeySigner(generateSoftwareKey('sm2'));
    const pretender: Signer = { ...h.issuingSigner, sign: (bytes) => stranger.sign(bytes) };
    expect(worst(judge(await issue({}, pretender)))).toEqual(['CERT_SIGNATURE_INVALID']);
  });

  it('a changed leaf and a changed intermediate', () => {
    const changed = (c: Certificate): Certificate => Certificate.parse(flipped(c.der, c.der.length - 1));
    expect(worst(judge(changed(h.doctor.certificate)))).toEqual(['CERT_SIGNATURE_INVALID']);
    expect(worst(judge(h.doctor.certificate, { intermediates: [changed(h.issuing)] }))).toEqual([
      'CERT_SIGNATURE_INVALID',
    ]);
  });

  it('a leaf that plays CA', async () => {
    const fake = await issue({ subject: [['CN', 'fake']] }, h.doctor);
    const report = judge(fake, { intermediates: [h.issuing, h.doctor.certificate] });
    expect(worst(report)).toEqual(['CERT_NOT_CA', 'CERT_KEY_USAGE', 'CERT_PATH_LENGTH']);
    expect(report.verdict).toBe('FAILED');
  });

  it('pathLen 0 allows no CA below', async () => {
    const key = generateSoftwareKey('sm2');
    const sub = await issue({ subject: [['CN', 'sub']], publicKey: key.publicKey, ca: {}, keyUsage: ['keyCertSign'] });
    const leaf = await issue({}, softwareSigner(key, sub));
    expect(worst(judge(leaf, { intermediates: [h.issuing, sub] }))).toEqual(['CERT_PATH_LENGTH']);
  });

  it('a CA without keyCertSign', async () => {
    const key = generateSoftwareKey('sm2');
    const ca = await issue(
      { subject: [['CN', 'ca']], publicKey: key.publicKey, ca: {}, keyUsage: ['cRLSign'] },
      h.rootSigner,
    );
    const leaf = await issue({}, softwareSigner(key, ca));
    expect(worst(judge(leaf, { intermediates: [ca] }))).toEqual(['CERT_KEY_USAGE']);
  });

  it('an unknown critical extension, in the leaf or above', async () => {
    const extensions = [{ id: '1.2.3.4', critical: true, value: Uint8Array.of(5, 0) }];
    expect(worst(judge(await issue({ extensions })))).toEqual(['CERT_UNKNOWN_CRITICAL']);
    const notCritical = [{ id: '1.2.3.4', critical: false, value: Uint8Array.of(5, 0) }];
    expect(judge(await issue({ extensions: notCritical })).verdict).toBe('PASSED');
    expect(worst(judge(await issue({ extensions: [...notCritical, ...notCritical] })))).toEqual([
      'CERT_UNKNOWN_CRITICAL',
    ]);
    const key = generateSoftwareKey('sm2');
    const ca = await issue(
      { subject: [['CN', 'ca']], publicKey: key.publicKey, ca: {}, keyUsage: ['keyCertSign'], extensions },
      h.rootSigner,
    );
    expect(worst(judge(await issue({}, softwareSigner(key, ca)), { intermediates: [ca] }))).toEqual([
      'CERT_UNKNOWN_CRITICAL',
    ]);
  });

  it('an encryption certificate does not sign', async () => {
    expect(worst(judge(await issue({ keyUsage: ['keyEncipherment', 'dataEncipherment'] })))).toEqual([
      'CERT_KEY_USAGE',
    ]);
    expect(judge(await issue({ keyUsage: ['nonRepudiation'] })).verdict).toBe('PASSED');
  });

  it('extended key usage per purpose', async () => {
    expect(worst(judge(h.tsa.certificate))).toEqual(['CERT_EXTENDED_KEY_USAGE']);
    expect(judge(h.tsa.certificate, {}, { purpose: 'timeStamping' }).verdict).toBe('PASSED');
    expect(worst(judge(h.doctor.certificate, {}, { purpose: 'timeStamping' }))).toEqual(['CERT_EXTENDED_KEY_USAGE']);
    const loose = await issue({ extendedKeyUsage: [Oid.timeStamping] });
    expect(worst(judge(loose, {}, { purpose: 'timeStamping' }))).toEqual(['CERT_EXTENDED_KEY_USAGE']);
    const both = await issue({ extendedKeyUsage: [Oid.timeStamping, Oid.clientAuth], extendedKeyUsageCritical: true });
    expect(worst(judge(both, {}, { purpose: 'timeStamping' }))).toEqual(['CERT_EXTENDED_KEY_USAGE']);
    expect(judge(both).verdict).toBe('PASSED');
    expect(judge(h.responder.certificate, {}, { purpose: 'ocspSigning' }).verdict).toBe('PASSED');
    expect(judge(h.issuing, {}, { purpose: 'ca' }).verdict).toBe('PASSED');
    expect(worst(judge(h.doctor.certificate, {}, { purpose: 'ca' }))).toEqual(['CERT_NOT_CA']);
  });

  it('finds the good path among cross certificates', async () => {
    const { publicKey, subjectDer } = h.issuing;
    const expired = await issue(
      { subject: subjectDer, publicKey, ca: {}, keyUsage: ['keyCertSign'], notAfter: new Date('2027-01-01T00:00:00Z') },
      h.rootSigner,
    );
    expect(judge(h.doctor.certificate, { intermediates: [expired, h.issuing] }).verdict).toBe('PASSED');
    expect(worst(judge(h.doctor.certificate, { intermediates: [expired] }))).toContain('CERT_EXPIRED');
  });

  it('an RSA key of 1024 bits proves little', async () => {
    const short = generateSoftwareKey('rsa', 1024);
    expect(worst(judge(await issue({ publicKey: short.publicKey })))).toEqual(['CERT_WEAK_KEY']);
    expect(judge(await issue({ publicKey: generateSoftwareKey('rsa').publicKey })).verdict).toBe('PASSED');
  });

  it('circles and a crowd of same-named certificates end soon', async () => {
    const key = generateSoftwareKey('sm2');
    const subject = [['CN', 'circle']] as const;
    const ca = { subject, publicKey: key.publicKey, ca: {}, keyUsage: ['keyCertSign'] } as const;
    const first = await issue(ca, h.rootSigner);
    const crowd: Certificate[] = [first];
    for (let i = 0; i < 30; i += 1) crowd.push(await issue(ca, softwareSigner(key, first)));
    const leaf = await issue({}, softwareSigner(key, first));
    expect(judge(leaf, { roots: [], intermediates: crowd }).verdict).toBe('INDETERMINATE');
  });
});

describe('revocation at a given time', () => {
  const before = new Date(noon.getTime() - day);
  const after = new Date(noon.getTime() + day);
  const times = { thisUpdate: before, nextUpdate: after };
  const crl = (revocationDate: Date, reason?: number, invalidityDate?: Date): Promise<Uint8Array> =>
    issueCrl({
      signer: h.issuingSigner,
      ...times,
      number: 5,
      revoked: [
        {
          serialBytes: h.doctor.certificate.serialBytes,
          revocationDate,
          ...(reason === undefined ? {} : { reason }),
          ...(invalidityDate === undefined ? {} : { invalidityDate }),
        },
      ],
    });
  const clean = (more: { thisUpdate: Date; nextUpdate: Date } = times): Promise<Uint8Array> =>
    issueCrl({ signer: h.issuingSigner, ...more, number: 5, revoked: [] });
  const withCrl = async (list: Promise<Uint8Array>): Promise<ChainReport> =>
    judge(h.doctor.certificate, { crls: [await list] });

  it('not on the list: good', async () => {
    expect(await withCrl(clean())).toMatchObject({ verdict: 'PASSED', revocation: 'good' });
  });

  it('revoked before or at the time: failed', async () => {
    for (const date of [before, noon]) {
      const report = await withCrl(crl(date, CrlReason.superseded));
      expect([report.verdict, report.revocation, worst(report)]).toEqual(['FAILED', 'revoked', ['CERT_REVOKED']]);
    }
  });

  it('revoked under a serial written with a leading zero', async () => {
    const padded = Uint8Array.from([0, ...h.doctor.certificate.serialBytes]);
    const revoked = [{ serialBytes: padded, revocationDate: before }];
    const list = await issueCrl({ signer: h.issuingSigner, ...times, number: 1, revoked });
    expect(worst(judge(h.doctor.certificate, { crls: [list] }))).toEqual(['CERT_REVOKED']);
  });

  it('the same list judged again, and for another certificate, says the same', async () => {
    const crls = [await crl(before)];
    for (let i = 0; i < 2; i += 1) {
      expect(worst(judge(h.doctor.certificate, { crls }))).toEqual(['CERT_REVOKED']);
      expect(judge(h.tsa.certificate, { crls }, { purpose: 'timeStamping' }).revocation).toBe('good');
    }
  });

  it('revoked later: still good, and said so', async () => {
    const report = await withCrl(crl(after, CrlReason.cessationOfOperation));
    expect([report.verdict, report.revocation]).toEqual(['PASSED', 'good']);
    expect(codes(report.findings)).toContain('CERT_REVOKED_LATER');
  });

  it('revoked later because the key was compromised: failed', async () => {
    expect(worst(await withCrl(crl(after, CrlReason.keyCompromise)))).toEqual(['CERT_KEY_COMPROMISED']);
    expect((await withCrl(crl(after, CrlReason.keyCompromise))).verdict).toBe('FAILED');
    expect((await withCrl(crl(after, CrlReason.keyCompromise, after))).verdict).toBe('INDETERMINATE');
  });

  it('a list too old leaves it open; one made later covers the time', async () => {
    const old = await withCrl(clean({ thisUpdate: new Date(noon.getTime() - 9 * day), nextUpdate: before }));
    expect([old.verdict, old.revocation, worst(old)]).toEqual(['INDETERMINATE', 'unknown', ['REVOCATION_STALE']]);
    const later = await withCrl(clean({ thisUpdate: after, nextUpdate: new Date(after.getTime() + day) }));
    expect(later).toMatchObject({ verdict: 'PASSED', revocation: 'good' });
  });

  it('a forged list, one by a CA without cRLSign, one of another CA, and rubbish', async () => {
    const good = await clean();
    expect(worst(judge(h.doctor.certificate, { crls: [flipped(good, good.length - 1)] }))).toEqual([
      'REVOCATION_EVIDENCE_INVALID',
    ]);
    const foreign = await issueCrl({ signer: h.rootSigner, ...times, number: 1, revoked: [] });
    expect(judge(h.doctor.certificate, { crls: [foreign] }).revocation).toBe('not-checked');
    expect(judge(h.doctor.certificate, { crls: [Uint8Array.of(1, 2)] })).toMatchObject({
      verdict: 'INDETERMINATE',
      revocation: 'unknown',
    });
    const key = generateSoftwareKey('sm2');
    const ca = await issue(
      { subject: [['CN', 'ca']], publicKey: key.publicKey, ca: {}, keyUsage: ['keyCertSign'] },
      h.rootSigner,
    );
    const signer = softwareSigner(key, ca);
    const list = await issueCrl({ signer, ...times, number: 1, revoked: [] });
    expect(worst(judge(await issue({}, signer), { intermediates: [ca], crls: [list] }))).toEqual([
      'REVOCATION_EVIDENCE_INVALID',
    ]);
  });

  it('an intermediate CA revoked fails the chain', async () => {
    const revoked = [{ serialBytes: h.issuing.serialBytes, revocationDate: before }];
    const list = await issueCrl({ signer: h.rootSigner, ...times, number: 1, revoked });
    expect(worst(judge(h.doctor.certificate, { crls: [list] }))).toEqual(['CERT_REVOKED']);
  });

  describe('OCSP', () => {
    const answer = async (
      status: OcspStatus,
      more: { signer?: Signer; thisUpdate?: Date; nextUpdate?: Date } = {},
    ): Promise<Uint8Array> => {
      const [id] = parseOcspRequest(createOcspRequest(h.doctor.certificate, h.issuing, undefined, 'sm3')).certIds;
      const { signer = h.responder, thisUpdate = before, nextUpdate = after } = more;
      const answers = [{ certIdDer: id?.der ?? new Uint8Array(), status, thisUpdate, nextUpdate }];
      return issueOcspResponse({ signer, producedAt: thisUpdate, answers });
    };
    const withOcsp = async (response: Promise<Uint8Array>): Promise<ChainReport> =>
      judge(h.doctor.certificate, { ocspResponses: [await response] });

    it('good by a delegated responder and by the CA itself', async () => {
      expect(await withOcsp(answer({ status: 'good' }))).toMatchObject({ verdict: 'PASSED', revocation: 'good' });
      const own = answer({ status: 'good' }, { signer: h.issuingSigner });
      expect(await withOcsp(own)).toMatchObject({ verdict: 'PASSED', revocation: 'good' });
    });

    it('revoked before and after', async () => {
      const revoked = (revocationDate: Date): OcspStatus => ({ status: 'revoked', revocationDate, reason: 4 });
      expect(worst(await withOcsp(answer(revoked(before))))).toEqual(['CERT_REVOKED']);
      expect((await withOcsp(answer(revoked(after)))).verdict).toBe('PASSED');
    });

    it('unknown, stale, forged, or by someone without the right to answer', async () => {
      expect(worst(await withOcsp(answer({ status: 'unknown' })))).toEqual(['REVOCATION_UNKNOWN']);
      const week = { thisUpdate: new Date(noon.getTime() - 9 * day), nextUpdate: before };
      expect(worst(await withOcsp(answer({ status: 'good' }, week)))).toEqual(['REVOCATION_STALE']);
      const good = await answer({ status: 'good' }, { signer: h.issuingSigner });
      const signatureAt = good.length - h.issuing.der.length - 20;
      expect(judge(h.doctor.certificate, { ocspResponses: [flipped(good, signatureAt)] }).verdict).toBe(
        'INDETERMINATE',
      );
      expect(worst(await withOcsp(answer({ status: 'good' }, { signer: h.doctor })))).toEqual([
        'REVOCATION_EVIDENCE_INVALID',
      ]);
    });

    it('a revocation in one source beats good in another', async () => {
      const ocspResponses = [await answer({ status: 'good' })];
      expect(worst(judge(h.doctor.certificate, { ocspResponses, crls: [await crl(before)] }))).toEqual([
        'CERT_REVOKED',
      ]);
    });
  });
});

describe('vectors: default ID against empty ID', () => {
  const leaf = vectorCertificate('crl_ee_revoked');
  const at = new Date('2026-11-23T00:00:00Z');
  const roots = [vectorCertificate('crl_ca')];
  it.each([
    ['crl_default_id.pem', 'crls', 'FAILED', 'revoked'],
    ['crl_empty_id.pem', 'crls', 'INDETERMINATE', 'unknown'],
    ['ocsp_default_id.der', 'ocspResponses', 'FAILED', 'revoked'],
    ['ocsp_empty_id.der', 'ocspResponses', 'INDETERMINATE', 'unknown'],
  ])('%s', (name, kind, verdict, revocation) => {
    const report = validateChain(leaf, { roots, [kind]: [vector(`x509/${name}`)] }, { at, purpose: 'signing' });
    expect(report).toMatchObject({ verdict, revocation });
  });
});
