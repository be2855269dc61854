import { AsnConvert } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { describe, expect, it } from 'vitest';
import { sm3, toHex } from '#core/crypto/index.ts';
import {
  Certificate,
  createCertificateRequest,
  exportPrivateKeyPem,
  exportPrivateKeyPkcs8,
  generateSoftwareKey,
  importPrivateKeyPkcs8,
  issueCertificate,
  issueSelfSignedCertificate,
  Oid,
  softwareKeySigner,
  softwareSigner,
  toPem,
  validateChain,
  verifyCertificateRequest,
  verifySignatureValue,
  type Signer,
} from '#core/pki/index.ts';
import { bitString, der, integer, nullValue, oid, sequence, Tag, time } from '../../../src/core/pki/der.ts';
import { makeHierarchy, noon, notAfter, notBefore, type KeyKind } from './demo-hierarchy.ts';
import { codeOf, flipped, vector, vectorCertificate } from './vectors.ts';

const kinds: readonly KeyKind[] = ['sm2', 'rsa', 'ec-p256'];

describe('reading', () => {
  it('the fields of a real SM2 certificate', () => {
    const tsa = vectorCertificate('tsa');
    expect(tsa).toMatchObject({
      subject: 'CN=tsa',
      issuer: 'CN=Test SM2 CA',
      commonName: 'tsa',
      serial: '787DA930C52440C88EA55A0FAD2FCD15DCA90473',
      version: 3,
      signatureAlgorithm: Oid.sm2WithSm3,
      extendedKeyUsageCritical: true,
      isCa: false,
    });
    expect(tsa.publicKey.kind).toBe('sm2');
    expect(tsa.publicKey.point?.length).toBe(65);
    expect([...(tsa.extendedKeyUsage ?? [])]).toEqual([Oid.timeStamping]);
    expect(tsa.fingerprint).toBe(toHex(sm3(tsa.der)));
  });

  it('DER, PEM, PEM with text around it, bare Base64, a Buffer: all the same certificate', () => {
    const ca = vectorCertificate('ca');
    const pem = ca.toPem();
    const forms = [
      ca.der,
      Buffer.from(ca.der),
      pem,
      `subject=…\n${pem}\ntrailer`,
      pem.replace(/-----.*-----\n/g, ''),
      Buffer.from(pem),
    ];
    for (const form of forms) expect(Certificate.parse(form).equals(ca)).toBe(true);
    expect(Certificate.parseAll(pem + vectorCertificate('ee').toPem()).map((c) => c.commonName)).toEqual([
      'Test SM2 CA',
      'ee',
    ]);
  });

  it('keeps its own copy of the bytes', () => {
    const buffer = Buffer.from(vectorCertificate('ca').der);
    const certificate = Certificate.parse(buffer);
    buffer.fill(0);
    expect(certificate.equals(vectorCertificate('ca'))).toBe(true);
  });

  it.each(['', 'not a certificate', toPem('PRIVATE KEY', Uint8Array.of(1))])('refuses %j with a code', (text) => {
    expect(codeOf(() => Certificate.parse(text))).toBe('PKI_PARSE');
  });
});

/** A certificate assembled by hand, as odd as Chinese CAs made them. */
async function oddCertificate(
  signer: Signer,
  odd: {
    serial?: Uint8Array;
    name?: Uint8Array;
    nullParameters?: boolean;
    innerAlgorithm?: string;
    extensions?: Uint8Array;
  },
): Promise<Certificate> {
  const algorithm = sequence(oid(Oid.sm2WithSm3), ...(odd.nullParameters === true ? [nullValue()] : []));
  const name = odd.name ?? sequence();
  const tbs = sequence(
    der(Tag.contextConstructed(0), integer(2)),
    odd.serial ?? integer(7),
    odd.innerAlgorithm === undefined ? algorithm : sequence(oid(odd.innerAlgorithm)),
    signer.certificate.subjectDer,
    sequence(time(notBefore), time(notAfter)),
    name,
    signer.certificate.publicKey.spki,
    ...(odd.extensions === undefined ? [] : [der(Tag.contextConstructed(3), sequence(odd.extensions))]),
  );
  return Certificate.parse(sequence(tbs, algorithm, bitString(await signer.sign(tbs))));
}

describe('certificates as odd as they are met', () => {
  const rdn = (tag: number, value: Uint8Array): Uint8Array =>
    sequence(der(Tag.set, sequence(oid('2.5.4.3'), der(tag, value))));
  const judge = async (
    odd: Parameters<typeof oddCertificate>[1],
  ): Promise<{ certificate: Certificate; verdict: string }> => {
    const { issuingSigner, issuing, root } = await makeHierarchy('sm2');
    const certificate = await oddCertificate(issuingSigner, odd);
    const { verdict } = validateChain(
      certificate,
      { roots: [root], intermediates: [issuing] },
      { at: noon, purpose: 'signing' },
    );
    return { certificate, verdict };
  };

  it('a negative serial and one of 30 bytes', async () => {
    const negative = await judge({ serial: der(Tag.integer, Uint8Array.of(0x87, 0x65)) });
    expect([negative.certificate.serial, negative.verdict]).toEqual(['8765', 'PASSED']);
    const long = await judge({ serial: der(Tag.integer, new Uint8Array(30).fill(0x11)) });
    expect([long.certificate.serial, long.verdict]).toEqual(['11'.repeat(30), 'PASSED']);
  });

  it('NULL parameters behind …1.501', async () => {
    expect((await judge({ nullParameters: true })).verdict).toBe('PASSED');
  });

  it('names in GB18030 under UTF8String, in BMPString, in UniversalString', async () => {
    const gb18030 = Uint8Array.of(0xd5, 0xc5, 0xd2, 0xbd, 0xc9, 0xfa);
    expect((await judge({ name: rdn(Tag.utf8String, gb18030) })).certificate.commonName).toBe('张医生');
    expect((await judge({ name: rdn(0x1e, Uint8Array.of(0x5f, 0x20, 0x53, 0x3b)) })).certificate.commonName).toBe(
      '张医',
    );
    expect((await judge({ name: rdn(0x1c, Uint8Array.of(0, 0, 0x5f, 0x20)) })).certificate.commonName).toBe('张');
    expect((await judge({ name: rdn(0x04, Uint8Array.of(1)) })).certificate.subject).toBe('CN=#040101');
  });

  it('special characters of a name are escaped for people', async () => {
    const name = rdn(Tag.utf8String, new TextEncoder().encode('a,b+c\u0007 '));
    expect((await judge({ name })).certificate.subject).toBe('CN=a\\,b\\+c\\07\\ ');
  });

  it('critical FALSE written out, which DER forbids', async () => {
    const usage = sequence(
      oid(Oid.keyUsage),
      der(Tag.boolean, Uint8Array.of(0)),
      der(Tag.octetString, Uint8Array.of(3, 2, 6, 0xc0)),
    );
    const { certificate, verdict } = await judge({ extensions: usage });
    expect([verdict, certificate.extensions[0]?.critical]).toEqual(['PASSED', false]);
  });

  it('two signature algorithms that differ never verify', async () => {
    expect((await judge({ innerAlgorithm: Oid.sm2Sign })).verdict).not.toBe('PASSED');
  });
});

describe.each(kinds)('issuing with %s', (kind) => {
  it('root, issuing CA and leaf carry what was asked for, and a foreign library reads them', async () => {
    const { root, issuing, doctor } = await makeHierarchy(kind);
    expect(root.isSelfIssued).toBe(true);
    expect(issuing).toMatchObject({ isCa: true, pathLength: 0, subject: 'CN=示范签发 CA,O=示范医院,C=CN' });
    expect([...(doctor.certificate.keyUsage ?? [])]).toEqual(['digitalSignature', 'nonRepudiation']);
    expect(doctor.certificate.authorityKeyId).toEqual(issuing.subjectKeyId);
    const foreign = AsnConvert.parse(doctor.certificate.der, x509.Certificate);
    expect(new Uint8Array(AsnConvert.serialize(foreign))).toEqual(doctor.certificate.der);
    expect(new Uint8Array(foreign.tbsCertificate.serialNumber)).toEqual(doctor.certificate.serialBytes);
  });

  it('addresses for CRL, OCSP and issuer read back', async () => {
    const { issuingSigner, doctor } = await makeHierarchy(kind);
    const urls = {
      crlUrls: ['http://ca.example/crl'],
      ocspUrls: ['http://ca.example/ocsp'],
      issuerUrls: ['http://ca.example/ca.cer'],
    };
    const { publicKey, subjectDer } = doctor.certificate;
    const issued = await issueCertificate(
      { subject: subjectDer, publicKey, notBefore, notAfter, ...urls },
      issuingSigner,
    );
    expect(issued).toMatchObject(urls);
    expect(issued.keyUsage).toBeUndefined();
    expect(issued.subjectDer).toEqual(subjectDer);
  });

  it('a request proves possession; a changed one does not', async () => {
    const key = generateSoftwareKey(kind);
    const extensions = [{ id: Oid.keyUsage, critical: true, value: Uint8Array.of(3, 2, 6, 0xc0) }];
    const request = await createCertificateRequest(
      {
        subject: [
          ['C', 'CN'],
          ['CN', '申请人'],
        ],
        extensions,
      },
      softwareKeySigner(key),
    );
    const read = verifyCertificateRequest(toPem('CERTIFICATE REQUEST', request));
    expect(read).toMatchObject({ subject: 'CN=申请人,C=CN', extensions });
    expect(read.publicKey.spki).toEqual(key.publicKey.spki);
    const foreign = AsnConvert.parse(request, CertificationRequest);
    expect(new Uint8Array(AsnConvert.serialize(foreign))).toEqual(request);
    const name = Buffer.from(request).indexOf('申请人');
    expect(codeOf(() => verifyCertificateRequest(flipped(request, name + 2)))).toBe('PKI_REQUEST_SIGNATURE');
  });

  it('private keys survive PKCS#8 and fit only their own certificate', async () => {
    const { doctor, doctorKey, tsa } = await makeHierarchy(kind);
    const signer = softwareSigner(importPrivateKeyPkcs8(exportPrivateKeyPem(doctorKey)), doctor.certificate);
    const bytes = Uint8Array.of(1, 2, 3);
    const algorithm = { oid: { sm2: Oid.sm2WithSm3, rsa: Oid.sha256WithRsa, 'ec-p256': Oid.ecdsaWithSha256 }[kind] };
    expect(verifySignatureValue(doctor.certificate.publicKey, algorithm, bytes, await signer.sign(bytes))).toBe(true);
    expect(verifySignatureValue(tsa.certificate.publicKey, algorithm, bytes, await signer.sign(bytes))).toBe(false);
    expect(codeOf(() => softwareSigner(exportPrivateKeyPkcs8(doctorKey), tsa.certificate))).toBe('PKI_KEY');
  });
});

describe('keys', () => {
  it('an SM2 key in PKCS#8 has the 138 bytes other tools write', () => {
    expect(exportPrivateKeyPkcs8(generateSoftwareKey('sm2')).length).toBe(138);
  });

  it.each([Uint8Array.of(0x30, 0), Uint8Array.of(1), vector('x509/ca.pem')])('refuses what is no key %#', (bytes) => {
    expect(codeOf(() => importPrivateKeyPkcs8(bytes))).toMatch(/^(PKI_KEY|PKI_PARSE)$/);
  });

  it('a key this product cannot verify with is shown as other', async () => {
    const key = generateSoftwareKey('sm2');
    const brainpool = oid('1.3.36.3.3.2.8.1.1.7');
    const spki = sequence(sequence(oid(Oid.ecPublicKey), brainpool), bitString(new Uint8Array(65).fill(4)));
    const signer = softwareKeySigner(key);
    const certificate = await issueSelfSignedCertificate(
      { subject: [['CN', 'Brainpool']], notBefore, notAfter },
      { ...signer, publicKey: { ...signer.publicKey, spki } },
    );
    expect(certificate.publicKey.kind).toBe('other');
  });
});
