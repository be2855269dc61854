import { AsnConvert } from '@peculiar/asn1-schema';
import { ContentInfo, SignedData } from '@peculiar/asn1-cms';
import { beforeAll, describe, expect, it } from 'vitest';
import { digest, sm2Digest, sm2Sign, sm2SignatureToDer, sm3 } from '#core/crypto/index.ts';
import {
  addUnsignedTimeStamp,
  buildSignedData,
  Oid,
  parseSignedData,
  resolveAlgorithm,
  verifySignerInfo,
  type SignerInfoReport,
} from '#core/pki/index.ts';
import { childrenOf, compareBytes, der, octetString, oid, readDer, sequence, Tag } from '../../../src/core/pki/der.ts';
import { attribute, forge, properAttributes, type ForgedSigner } from './cms-forge.ts';
import { makeHierarchy, noon, type Hierarchy, type KeyKind } from './demo-hierarchy.ts';
import { codeOf, codes, flipped, vector, vectorCertificate } from './vectors.ts';

const content = new TextEncoder().encode('出院小结');

const worst = (report: SignerInfoReport): string[] => codes(report.findings.filter((f) => f.verdict !== 'PASSED'));

describe('vectors: every way to write an SM2 SignedData', () => {
  const judge = (name: string): SignerInfoReport =>
    verifySignerInfo(
      parseSignedData(vector(`cms/${name}.p7`)),
      { attached: true },
      { certificates: [vectorCertificate('ee')] },
    );

  it.each([
    ['gm0_501_attr1_id', 'rfc', '501'],
    ['gm0_501_attr0_id', 'rfc', '501'],
    ['gm0_3011_attr1_id', 'rfc', '301.1'],
    ['gm1_501_attr1_id', 'gm', '501'],
    ['gm1_501_attr0_id', 'gm', '501'],
    ['gm1_3011_attr1_id', 'gm', '301.1'],
    ['gm1_3011_attr0_id', 'gm', '301.1'],
  ])('%s verifies and its variant is reported', (name, family, variant) => {
    const report = judge(name);
    expect(report.verdict, JSON.stringify(report.findings)).toBe('PASSED');
    expect(parseSignedData(vector(`cms/${name}.p7`)).family).toBe(family);
    expect(report.algorithm?.sm2Variant).toBe(variant);
    expect(codes(report.findings).includes('CMS_SM2_VARIANT')).toBe(variant !== '501');
  });

  it('an empty user ID is never accepted', () => {
    const report = judge('gm0_501_attr1_noid');
    expect(worst(report)).toEqual(['CMS_SIGNATURE_INVALID']);
    expect(report.findings.at(-1)?.detail).toContain('made with an empty user ID');
  });

  it('any bit flipped in the content is seen', () => {
    const bytes = vector('cms/gm0_501_attr1_id.p7');
    const at = Buffer.from(bytes).indexOf(Buffer.from(vector('cms/content.bin')));
    for (let i = 0; i < vector('cms/content.bin').length; i += 1) {
      const report = verifySignerInfo(parseSignedData(flipped(bytes, at + i)), { attached: true });
      expect(worst(report)).toContain('CMS_DIGEST_MISMATCH');
    }
  });
});

describe.each<KeyKind>(['sm2', 'rsa', 'ec-p256'])('written with %s', (kind) => {
  let hierarchy: Hierarchy;
  beforeAll(async () => {
    hierarchy = await makeHierarchy(kind);
  });

  it('detached over a digest: verifies, bound to its certificate, no signingTime unless asked', async () => {
    const { doctor } = hierarchy;
    const signed = await buildSignedData({ content: { digest: digest(doctor.digest, content) }, signer: doctor });
    const view = parseSignedData(signed);
    const report = verifySignerInfo(view, { content });
    expect(report.verdict, JSON.stringify(report.findings)).toBe('PASSED');
    expect(report.signingCertificate).toBe('bound');
    expect(report.signingTime).toBeUndefined();
    expect(view.content).toBeUndefined();
    expect(view.certificates.map((c) => c.commonName).toSorted()).toEqual(['张医生', '示范签发 CA']);
    expect(worst(verifySignerInfo(view, { contentDigest: digest(doctor.digest, flipped(content, 0)) }))).toEqual([
      'CMS_DIGEST_MISMATCH',
    ]);
  });

  it('is DER: sets in order, and a foreign library reads and rewrites it byte by byte', async () => {
    const signed = await buildSignedData({
      content: { bytes: content },
      signer: hierarchy.doctor,
      signingTime: noon,
      algorithmProtection: true,
    });
    const [signer] = parseSignedData(signed).signerInfos;
    const encodings = signer?.signedAttributes?.map((a) => a.der) ?? [];
    expect(encodings.length).toBe(5);
    expect(encodings.toSorted(compareBytes)).toEqual(encodings);
    const info = AsnConvert.parse(signed, ContentInfo);
    const data = AsnConvert.parse(info.content, SignedData);
    expect(new Uint8Array(AsnConvert.serialize(data))).toEqual(new Uint8Array(info.content));
    expect(verifySignerInfo(parseSignedData(signed), { attached: true }).signingTime).toEqual(noon);
  });

  it('a time stamp goes into the unsigned attributes and leaves the rest as it is', async () => {
    const signed = await buildSignedData({ content: { bytes: content }, signer: hierarchy.doctor });
    const tokens = [sequence(octetString(Uint8Array.of(1))), sequence(octetString(Uint8Array.of(2)))] as const;
    const once = addUnsignedTimeStamp(signed, tokens[0]);
    const twice = addUnsignedTimeStamp(once, tokens[1]);
    const report = verifySignerInfo(parseSignedData(twice), { attached: true });
    expect(report.verdict).toBe('PASSED');
    expect(report.timeStampTokens).toEqual([...tokens]);
    expect(parseSignedData(once).signerInfos[0]?.signature).toEqual(parseSignedData(signed).signerInfos[0]?.signature);
  });

  it('every flipped bit of the signature value fails', async () => {
    const signed = await buildSignedData({ content: { bytes: content }, signer: hierarchy.doctor });
    const value = parseSignedData(signed).signerInfos[0]?.signature ?? new Uint8Array();
    const start = Buffer.from(signed).indexOf(value);
    for (const offset of [0, 1, 5, value.length - 1]) {
      expect(worst(verifySignerInfo(parseSignedData(flipped(signed, start + offset)), { attached: true }))).toContain(
        'CMS_SIGNATURE_INVALID',
      );
    }
  });
});

describe('careless and hostile signers', () => {
  let hierarchy: Hierarchy;
  beforeAll(async () => {
    hierarchy = await makeHierarchy('sm2');
  });
  const judge = async (signer: ForgedSigner, contentType: string = Oid.data): Promise<string[]> => {
    const signed = await forge(hierarchy.doctor, { content, contentType, signers: [signer] });
    return worst(verifySignerInfo(parseSignedData(signed), { attached: true }));
  };
  const proper = properAttributes(Oid.data, 'sm3', content);
  const [typeAttribute, digestAttribute] = proper as [Uint8Array, Uint8Array];

  it('the untouched forgery passes, so that the cases below fail for their own reason', async () => {
    expect(await judge({})).toEqual([]);
  });

  it('attributes out of order are reported but verify over the bytes as received', async () => {
    const signed = await forge(hierarchy.doctor, {
      content,
      signers: [{ attributes: [digestAttribute, typeAttribute] }],
    });
    const report = verifySignerInfo(parseSignedData(signed), { attached: true });
    expect(report.verdict).toBe('PASSED');
    expect(codes(report.findings)).toContain('CMS_ATTRIBUTES_NOT_DER');
  });

  it('missing contentType or messageDigest', async () => {
    expect(await judge({ attributes: [digestAttribute] })).toEqual(['CMS_MISSING_ATTRIBUTE']);
    expect(await judge({ attributes: [typeAttribute] })).toEqual(['CMS_MISSING_ATTRIBUTE']);
  });

  it('an attribute twice, or with two values', async () => {
    const other = attribute(Oid.messageDigest, octetString(sm3(Uint8Array.of(1))));
    expect(await judge({ attributes: [typeAttribute, digestAttribute, other] })).toEqual(['CMS_DUPLICATE_ATTRIBUTE']);
    const two = attribute(Oid.messageDigest, octetString(sm3(content)), octetString(sm3(Uint8Array.of(1))));
    expect(await judge({ attributes: [typeAttribute, two] })).toEqual(['CMS_DUPLICATE_ATTRIBUTE']);
  });

  it('a content type that differs from the signed one', async () => {
    expect(await judge({ attributes: [attribute(Oid.contentType, oid(Oid.tstInfo)), digestAttribute] })).toEqual([
      'CMS_CONTENT_TYPE_MISMATCH',
    ]);
  });

  it('a TSTInfo without signed attributes', async () => {
    expect(await judge({ attributes: 'none' }, Oid.tstInfo)).toEqual(['CMS_MISSING_ATTRIBUTE']);
  });

  it('attributes passed off as content (signature moved from one to the other)', async () => {
    const set = der(Tag.set, ...proper);
    const signed = await forge(hierarchy.doctor, { content: set, signers: [{ attributes: 'none' }] });
    expect(worst(verifySignerInfo(parseSignedData(signed), { attached: true }))).toEqual(['CMS_ATTRIBUTE_CONFUSION']);
  });

  it('SM2 with SHA-256 in place of SM3', async () => {
    const attributes = properAttributes(Oid.data, 'sha256', content);
    expect(await judge({ digestOid: Oid.sha256, attributes })).toEqual(['CMS_SM2_DIGEST']);
  });

  it.each([Oid.sm2WithSm3, Oid.sm2Sign, Oid.sm2Curve, Oid.ecPublicKey])(
    'signature algorithm %s is read as SM2',
    async (signatureOid) => {
      expect(await judge({ signatureOid })).toEqual([]);
    },
  );

  it.each([Oid.sha256WithRsa, Oid.ecdsaWithSha256, '1.2.156.10197.501', '1.2.3.4'])(
    'signature algorithm %s is not',
    async (signatureOid) => {
      expect(await judge({ signatureOid })).toEqual(['CMS_SM2_DIGEST']);
    },
  );

  it('a signature without Z_A, or over other bytes', async () => {
    expect(await judge({ signedBytes: der(Tag.set, digestAttribute) })).toEqual(['CMS_SIGNATURE_INVALID']);
  });

  it('a value without Z_A, or as r‖s: refused, and IT is told why', async () => {
    const { doctorKey, doctor } = hierarchy;
    if (doctorKey.kind !== 'sm2') throw new Error('an SM2 key is needed');
    const { privateKey, publicKey } = doctorKey.pair;
    const detail = async (sign: (bytes: Uint8Array) => Uint8Array): Promise<string | undefined> => {
      const odd = { ...doctor, sign: (bytes: Uint8Array) => Promise.resolve(sign(bytes)) };
      const signed = await forge(odd, { content, signers: [{}] });
      const report = verifySignerInfo(parseSignedData(signed), { attached: true });
      expect(worst(report)).toEqual(['CMS_SIGNATURE_INVALID']);
      return report.findings.at(-1)?.detail;
    };
    expect(await detail((bytes) => sm2SignatureToDer(sm2Sign(privateKey, sm3(bytes))))).toContain('without Z_A');
    expect(await detail((bytes) => sm2Sign(privateKey, sm2Digest(publicKey, bytes)))).toContain('DER belongs');
    expect(await detail(() => new Uint8Array(64))).toBe(Oid.sm2WithSm3);
  });

  it('signingCertificateV2 of another certificate', async () => {
    const view = parseSignedData(await buildSignedData({ content: { bytes: content }, signer: hierarchy.tsa }));
    const foreign =
      view.signerInfos[0]?.signedAttributes?.find((a) => a.id === Oid.signingCertificateV2)?.der ?? new Uint8Array();
    expect(await judge({ attributes: [...proper, foreign] })).toEqual(['CMS_SIGNING_CERTIFICATE_MISMATCH']);
  });

  it('CMSAlgorithmProtection that names other algorithms', async () => {
    const value = sequence(sequence(oid(Oid.sha256)), der(Tag.contextConstructed(1), oid(Oid.sm2WithSm3)));
    expect(await judge({ attributes: [...proper, attribute(Oid.cmsAlgorithmProtection, value)] })).toEqual([
      'CMS_ALGORITHM_PROTECTION',
    ]);
  });

  it('garbage inside an attribute becomes a finding, not a crash', async () => {
    const broken = attribute(Oid.contentType, octetString(Uint8Array.of(1, 2, 3)));
    expect(await judge({ attributes: [broken, digestAttribute] })).toEqual(['CMS_MISSING_ATTRIBUTE']);
  });

  it('several signers: only with an index is the verdict whole', async () => {
    const signed = await forge(hierarchy.doctor, { content, signers: [{}, { signedBytes: Uint8Array.of(1) }] });
    const view = parseSignedData(signed);
    expect(worst(verifySignerInfo(view, { attached: true }))).toEqual(['CMS_SEVERAL_SIGNERS']);
    expect(verifySignerInfo(view, { attached: true }, { index: 0 }).verdict).toBe('PASSED');
    expect(worst(verifySignerInfo(view, { attached: true }, { index: 1 }))).toEqual(['CMS_SIGNATURE_INVALID']);
  });

  it('no signer, no certificate, no content', async () => {
    const noSigner = parseSignedData(await forge(hierarchy.doctor, { content, signers: [] }));
    expect(worst(verifySignerInfo(noSigner, { attached: true }))).toEqual(['CMS_NO_SIGNER']);
    const noCertificate = parseSignedData(await forge(hierarchy.doctor, { content, signers: [{}], certificates: [] }));
    expect(worst(verifySignerInfo(noCertificate, { attached: true }))).toEqual(['CMS_SIGNER_CERT_MISSING']);
    const outside = { certificates: [hierarchy.doctor.certificate] };
    expect(verifySignerInfo(noCertificate, { attached: true }, outside).verdict).toBe('PASSED');
    const plain = parseSignedData(await forge(hierarchy.doctor, { content, signers: [{ attributes: 'none' }] }));
    expect(worst(verifySignerInfo(plain, { contentDigest: sm3(content) }))).toEqual(['CMS_CONTENT_MISSING']);
  });

  it('an unreadable certificate beside the good one is counted', async () => {
    const { doctor } = hierarchy;
    const signed = await forge(doctor, {
      content,
      signers: [{}],
      certificates: [sequence(octetString(content)), doctor.certificate.der],
    });
    const view = parseSignedData(signed);
    expect([view.certificates.length, view.unreadableCertificates]).toEqual([1, 1]);
    expect(verifySignerInfo(view, { attached: true }).verdict).toBe('PASSED');
  });

  it('GB/T 35275 content types are read', async () => {
    const signed = await forge(hierarchy.doctor, {
      content,
      contentType: Oid.gmData,
      outerType: Oid.gmSignedData,
      signers: [{}],
    });
    const view = parseSignedData(signed);
    expect(view.family).toBe('gm');
    expect(verifySignerInfo(view, { attached: true }).verdict).toBe('PASSED');
  });

  it('other content types and broken structures are refused with a code', () => {
    const other = sequence(oid('1.2.840.113549.1.7.3'), der(Tag.contextConstructed(0), sequence()));
    expect(codeOf(() => parseSignedData(other))).toBe('PKI_PARSE');
    const good = vector('cms/gm0_501_attr1_id.p7');
    expect(codeOf(() => parseSignedData(good.subarray(0, -1)))).toBe('PKI_PARSE');
    expect(codeOf(() => parseSignedData(new Uint8Array([...good, 0])))).toBe('PKI_PARSE');
    expect(codeOf(() => addUnsignedTimeStamp(sequence(oid(Oid.data)), sequence()))).toBe('PKI_PARSE');
  });
});

describe('weak digests', () => {
  it('SHA-1 verifies but proves nothing; MD5 is not computed at all', async () => {
    const { doctor } = await makeHierarchy('rsa');
    const sha1 = { ...doctor, digest: 'sha1' as const };
    const signed = await forge(sha1, { content, signers: [{ signatureOid: Oid.sha1WithRsa }] });
    // The value is SHA-256's, so the signature fails too: what counts here is that the digest is called weak.
    expect(worst(verifySignerInfo(parseSignedData(signed), { attached: true }))).toContain('CMS_WEAK_DIGEST');
    const md5 = await forge(doctor, { content, signers: [{ digestOid: Oid.md5, signatureOid: Oid.rsaEncryption }] });
    expect(worst(verifySignerInfo(parseSignedData(md5), { attached: true }))).toEqual(['CMS_WEAK_DIGEST']);
    expect(resolveAlgorithm(doctor.certificate.publicKey, { oid: Oid.sha1WithRsa })).toMatchObject({ weak: true });
  });
});

describe('BER as streaming writers leave it', () => {
  it('indefinite lengths and an OCTET STRING in pieces verify like the definite form', async () => {
    const { doctor } = await makeHierarchy('sm2');
    const signed = await buildSignedData({ content: { bytes: content }, signer: doctor });
    const indefinite = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array =>
      Uint8Array.from([tag, 0x80, ...parts.flatMap((p) => [...p]), 0, 0]);
    const [type, wrapper] = childrenOf(readDer(signed)) as [ReturnType<typeof readDer>, ReturnType<typeof readDer>];
    const [body] = childrenOf(wrapper) as [ReturnType<typeof readDer>];
    const [version, digests, , certificates, signers] = childrenOf(body) as ReturnType<typeof readDer>[];
    const pieces = indefinite(0x24, octetString(content.subarray(0, 5)), octetString(content.subarray(5)));
    const encapsulated = indefinite(0x30, oid(Oid.data), indefinite(0xa0, pieces));
    const parts = [version, digests].map((e) => e?.bytes ?? new Uint8Array());
    const rest = [certificates, signers].map((e) => e?.bytes ?? new Uint8Array());
    const ber = indefinite(0x30, type.bytes, indefinite(0xa0, indefinite(0x30, ...parts, encapsulated, ...rest)));
    const view = parseSignedData(ber);
    expect(view.content).toEqual(content);
    expect(verifySignerInfo(view, { attached: true }).verdict).toBe('PASSED');
  });
});
