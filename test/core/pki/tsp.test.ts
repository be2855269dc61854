import { AsnConvert } from '@peculiar/asn1-schema';
import { TimeStampReq, TSTInfo } from '@peculiar/asn1-tsp';
import { beforeAll, describe, expect, it } from 'vitest';
import { digest, sm3 } from '#core/crypto/index.ts';
import {
  answerTimeStampQuery,
  buildSignedData,
  checkTimeStampResponse,
  createTimeStampRequest,
  issueCrl,
  issueTimeStamp,
  Oid,
  parseSignedData,
  parseTimeStampRequest,
  parseTimeStampResponse,
  parseTstInfo,
  timeStampRejection,
  verifyTimeStampToken,
  type Signer,
  type TimeStampRequestView,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { der, integer, octetString, oid, sequence, Tag } from '../../../src/core/pki/der.ts';
import { attribute, forge, properAttributes } from './cms-forge.ts';
import { day, makeHierarchy, noon, type Hierarchy, type KeyKind } from './demo-hierarchy.ts';
import { codeOf, codes, flipped, vector, vectorCertificate } from './vectors.ts';

const data = new TextEncoder().encode('签名值');
const nonce = Uint8Array.of(0x41, 2, 3, 4, 5, 6, 7, 8);
const policy = '1.2.3.4.5';
const query = createTimeStampRequest({ digestName: 'sm3', imprint: sm3(data), nonce, policy, certReq: true });

let h: Hierarchy;
let trust: TrustMaterial;
beforeAll(async () => {
  h = await makeHierarchy('sm2');
  trust = { roots: [h.root] };
});

const options = (signer: Signer = h.tsa) => ({
  signer,
  serial: Uint8Array.of(0x80, 1),
  genTime: noon,
  policy,
  accuracy: 1500,
});
const check = (
  response: Uint8Array,
  more: Partial<{ trust: TrustMaterial; now: Date; tolerance: number }> = {},
): string | undefined => codeOf(() => checkTimeStampResponse(response, query, { trust, now: noon, ...more }));
const granted = (token: Uint8Array): Uint8Array => sequence(sequence(integer(0)), token);

describe('vectors', () => {
  const request = vector('tsa/q.tsq');
  const roots = { roots: [vectorCertificate('ca')] };
  const now = new Date('2026-11-22T10:41:00Z');
  const judge = (name: string): string | undefined =>
    codeOf(() => checkTimeStampResponse(vector(`tsa/${name}`), request, { trust: roots, now }));

  it('with Z_A: accepted, under …1.501 and under …1.301.1, the variant reported', () => {
    expect(judge('tok_501_za.tsr')).toBeUndefined();
    expect(judge('tok_3011_za.tsr')).toBeUndefined();
    const { findings } = checkTimeStampResponse(vector('tsa/tok_3011_za.tsr'), request, { trust: roots, now });
    expect(codes(findings)).toEqual(['TSA_TIME_TRUSTED', 'CMS_SM2_VARIANT']);
  });

  it('without Z_A: refused', () => {
    expect(judge('tok_501_raw.tsr')).toBe('TSA_BAD_SIGNATURE');
  });

  it('a bare token verifies later, without request and clock', () => {
    const { imprint } = parseTimeStampRequest(request);
    const report = verifyTimeStampToken(
      vector('tsa/tok_501_za.tok'),
      (name) => (name === 'sm3' ? imprint : undefined),
      roots,
    );
    expect(report.verdict).toBe('PASSED');
    expect(report.time?.toISOString()).toBe('2026-11-22T10:40:25.000Z');
  });
});

describe('requests', () => {
  it('read back, and a foreign library reads and rewrites them byte by byte', () => {
    expect(parseTimeStampRequest(query)).toMatchObject({
      digestName: 'sm3',
      imprint: sm3(data),
      nonce,
      policy,
      certReq: true,
    });
    const foreign = AsnConvert.parse(query, TimeStampReq);
    expect(foreign.reqPolicy).toBe(policy);
    expect(new Uint8Array(AsnConvert.serialize(foreign))).toEqual(query);
  });

  it.each([Uint8Array.of(), Uint8Array.of(0x30, 0), sequence(integer(2), sequence())])(
    'what is no request is refused %#',
    (bytes) => {
      expect(codeOf(() => parseTimeStampRequest(bytes))).toBe('PKI_PARSE');
    },
  );
});

describe.each<KeyKind>(['sm2', 'rsa', 'ec-p256'])('issuing with %s', (kind) => {
  it('a token that passes every check at once and later', async () => {
    const other = await makeHierarchy(kind);
    const { digest: digestName } = other.tsa;
    const request = createTimeStampRequest({ digestName, imprint: digest(digestName, data), nonce, certReq: true });
    const response = await answerTimeStampQuery(request, options(other.tsa));
    const report = checkTimeStampResponse(response, request, { trust: { roots: [other.root] }, now: noon });
    expect(report).toMatchObject({ verdict: 'PASSED', time: noon });
    expect(report.info).toMatchObject({ policy, serial: '8001', accuracy: 1500 });
    const view = parseSignedData(report.token);
    expect([view.version, view.contentType]).toEqual([3, Oid.tstInfo]);
    const info = AsnConvert.parse(view.content ?? new Uint8Array(), TSTInfo);
    expect(info.genTime).toEqual(noon);
    expect(new Uint8Array(info.nonce ?? new ArrayBuffer())).toEqual(nonce);
    const later = verifyTimeStampToken(report.token, data, { roots: [other.root] });
    expect(later.verdict).toBe('PASSED');
    expect(later.chain?.chain.length).toBe(3);
    const elsewhere = verifyTimeStampToken(report.token, flipped(data, 0), { roots: [other.root] });
    expect([elsewhere.verdict, codes(elsewhere.findings), elsewhere.time]).toEqual([
      'FAILED',
      ['TSA_WRONG_IMPRINT'],
      undefined,
    ]);
  });
});

describe('the issuing side refuses', () => {
  it.each([
    ['badAlg', { digestName: 'sha1', imprint: new Uint8Array(20), certReq: true }],
    ['badDataFormat', { digestName: 'sm3', imprint: new Uint8Array(31), certReq: true }],
    ['unacceptedPolicy', { digestName: 'sm3', imprint: new Uint8Array(32), policy: '1.9.9', certReq: true }],
  ] as const)('%s', async (failure, request) => {
    const response = parseTimeStampResponse(await answerTimeStampQuery(createTimeStampRequest(request), options()));
    expect(response).toMatchObject({ status: 2, failures: [failure], token: undefined });
  });

  it('what it cannot read', async () => {
    const response = parseTimeStampResponse(await answerTimeStampQuery(Uint8Array.of(1, 2, 3), options()));
    expect(response).toMatchObject({ status: 2, failures: ['badRequest'] });
  });

  it('certReq false: the token has no certificate, which may then come from elsewhere', async () => {
    const request = createTimeStampRequest({ digestName: 'sm3', imprint: sm3(data), nonce, certReq: false });
    const response = await answerTimeStampQuery(request, options());
    const judge = (more: Partial<TrustMaterial>) => () =>
      checkTimeStampResponse(response, request, { trust: { ...trust, ...more }, now: noon });
    expect(codeOf(judge({}))).toBe('TSA_SIGNER_MISSING');
    expect(codeOf(judge({ intermediates: [h.tsa.certificate, h.issuing] }))).toBeUndefined();
  });
});

describe('the checks of the client, each with its own error', () => {
  const answer = (
    change: Partial<TimeStampRequestView> = {},
    signer: Signer = h.tsa,
    genTime = noon,
  ): Promise<Uint8Array> =>
    issueTimeStamp({ ...parseTimeStampRequest(query), ...change }, { ...options(signer), genTime });

  it('nothing wrong', async () => {
    expect(check(await answer())).toBeUndefined();
  });

  it('2: unreadable, cut short, or with bytes after the end', async () => {
    const good = await answer();
    expect(check(new TextEncoder().encode('<html>'))).toBe('TSA_MALFORMED');
    expect(check(good.subarray(0, -1))).toBe('TSA_MALFORMED');
    expect(check(new Uint8Array([...good, 0]))).toBe('TSA_MALFORMED');
    expect(check(sequence(sequence(integer(0))))).toBe('TSA_MALFORMED');
    expect(check(granted(sequence(oid(Oid.data))))).toBe('TSA_MALFORMED');
  });

  it('3: rejected, with the reason in words', () => {
    const response = timeStampRejection('unacceptedPolicy', '没有这个策略');
    expect(check(response)).toBe('TSA_REJECTED');
    try {
      checkTimeStampResponse(response, query, { trust, now: noon });
    } catch (e) {
      expect((e as { params: object }).params).toEqual({ reason: 'unacceptedPolicy: 没有这个策略' });
    }
    expect(check(sequence(sequence(integer(3))))).toBe('TSA_REJECTED');
  });

  it('4: another content type, or two signers', async () => {
    const other = await buildSignedData({ content: { bytes: data }, signer: h.tsa });
    expect(check(granted(other))).toBe('TSA_NOT_TOKEN');
    const content = parseSignedData(parseTimeStampResponse(await answer()).token ?? data).content ?? data;
    const two = await forge(h.tsa, { content, contentType: Oid.tstInfo, signers: [{}, {}] });
    expect(check(granted(two))).toBe('TSA_NOT_TOKEN');
  });

  it('5: another imprint', async () => {
    const { imprintDer } = parseTimeStampRequest(
      createTimeStampRequest({ digestName: 'sm3', imprint: sm3(), certReq: true }),
    );
    expect(check(await answer({ imprintDer }))).toBe('TSA_WRONG_IMPRINT');
  });

  it('6: another nonce, or none', async () => {
    expect(check(await answer({ nonce: flipped(nonce, 7) }))).toBe('TSA_WRONG_NONCE');
    expect(check(await answer({ nonce: undefined }))).toBe('TSA_WRONG_NONCE');
  });

  it('7: another policy', async () => {
    const response = await issueTimeStamp(parseTimeStampRequest(query), { ...options(), policy: '1.9.9' });
    expect(check(response)).toBe('TSA_WRONG_POLICY');
  });

  it('8: the certificate is missing, not named, or another is named', async () => {
    expect(check(await answer({ certReq: false }))).toBe('TSA_SIGNER_MISSING');
    const content = parseSignedData(parseTimeStampResponse(await answer()).token ?? data).content ?? data;
    const certificates = [h.tsa.certificate.der, h.issuing.der];
    const unnamed = await forge(h.tsa, { content, contentType: Oid.tstInfo, certificates, signers: [{}] });
    expect(check(granted(unnamed))).toBe('TSA_SIGNER_MISSING');
    const foreign = parseSignedData(await buildSignedData({ content: { bytes: data }, signer: h.doctor }))
      .signerInfos[0];
    const naming = foreign?.signedAttributes?.find((a) => a.id === Oid.signingCertificateV2)?.der ?? data;
    const attributes = [...properAttributes(Oid.tstInfo, 'sm3', content), naming];
    const misnamed = await forge(h.tsa, { content, contentType: Oid.tstInfo, certificates, signers: [{ attributes }] });
    expect(check(granted(misnamed))).toBe('TSA_SIGNER_MISSING');
  });

  const properNaming = async (): Promise<{ content: Uint8Array; naming: Uint8Array; certificates: Uint8Array[] }> => {
    const view = parseSignedData(parseTimeStampResponse(await answer()).token ?? data);
    const naming = view.signerInfos[0]?.signedAttributes?.find((a) => a.id === Oid.signingCertificateV2)?.der ?? data;
    return { content: view.content ?? data, naming, certificates: [h.tsa.certificate.der, h.issuing.der] };
  };

  it('9: the digest of another TSTInfo', async () => {
    const { content, naming, certificates } = await properNaming();
    const attributes = [...properAttributes(Oid.tstInfo, 'sm3', data), naming];
    const token = await forge(h.tsa, { content, contentType: Oid.tstInfo, certificates, signers: [{ attributes }] });
    expect(check(granted(token))).toBe('TSA_BAD_DIGEST');
  });

  it('10: a changed signature value', async () => {
    const good = await answer();
    expect(check(flipped(good, good.length - 1))).toBe('TSA_BAD_SIGNATURE');
  });

  it('11: a certificate not restricted to time stamping', async () => {
    expect(check(await answer({}, h.doctor))).toBe('TSA_WRONG_USAGE');
  });

  it('12: a TSA nobody trusts, one not yet valid, one revoked', async () => {
    const good = await answer();
    expect(check(good, { trust: { roots: [] } })).toBe('TSA_WRONG_SIGNER');
    const other = await makeHierarchy('sm2');
    expect(check(await answer({}, other.tsa))).toBe('TSA_WRONG_SIGNER');
    const early = new Date('2025-01-01T00:00:00Z');
    expect(check(await answer({}, h.tsa, early), { now: early })).toBe('TSA_CERTIFICATE_INVALID');
    const crl = await issueCrl({
      signer: h.issuingSigner,
      thisUpdate: new Date(noon.getTime() - day),
      nextUpdate: new Date(noon.getTime() + day),
      number: 1,
      revoked: [{ serialBytes: h.tsa.certificate.serialBytes, revocationDate: new Date(noon.getTime() - day) }],
    });
    expect(check(good, { trust: { ...trust, crls: [crl] } })).toBe('TSA_CERTIFICATE_INVALID');
  });

  it('13: a clock that differs, at the edge of the tolerance', async () => {
    const good = await answer();
    expect(check(good, { now: new Date(noon.getTime() + 300_000) })).toBeUndefined();
    expect(check(good, { now: new Date(noon.getTime() + 300_001) })).toBe('TSA_CLOCK');
    expect(check(good, { now: new Date(noon.getTime() - 300_001) })).toBe('TSA_CLOCK');
    expect(check(good, { now: new Date(noon.getTime() + 2000), tolerance: 1000 })).toBe('TSA_CLOCK');
  });

  it('14: protected algorithms that are not those in use', async () => {
    const { content, naming, certificates } = await properNaming();
    const value = sequence(sequence(oid(Oid.sha256)), der(Tag.contextConstructed(1), oid(Oid.sm2WithSm3)));
    const protection = attribute(Oid.cmsAlgorithmProtection, value);
    const attributes = [...properAttributes(Oid.tstInfo, 'sm3', content), naming, protection];
    const token = await forge(h.tsa, { content, contentType: Oid.tstInfo, certificates, signers: [{ attributes }] });
    expect(check(granted(token))).toBe('TSA_ALGORITHM_PROTECTION');
  });

  it('the first failing check names the error, whatever else is wrong', async () => {
    const late = new Date(noon.getTime() + day);
    expect(check(await answer({ nonce: undefined }, h.doctor), { now: late, trust: { roots: [] } })).toBe(
      'TSA_WRONG_NONCE',
    );
  });

  it('every byte of a good answer changed: refused with a code of its own', async () => {
    const good = await answer();
    let accepted = 0;
    for (let at = 0; at < good.length; at += 7) {
      const code = check(flipped(good, at));
      if (code === undefined) accepted += 1;
      else expect(code).toMatch(/^TSA_/);
    }
    // Only bits without meaning (NULL parameters, a digest listed twice) may change unnoticed.
    expect(accepted).toBeLessThan(good.length / 7 / 20);
  });
});

describe('TSTInfo', () => {
  it.each([
    ['another version', sequence(integer(2), oid(policy))],
    [
      'UTCTime for genTime',
      sequence(
        integer(1),
        oid(policy),
        sequence(sequence(oid(Oid.sm3)), octetString(sm3())),
        integer(1),
        der(0x17, new TextEncoder().encode('300101000000Z')),
      ),
    ],
  ])('refuses %s', (_, bytes) => {
    expect(codeOf(() => parseTstInfo(bytes))).toBe('PKI_PARSE');
  });
});
