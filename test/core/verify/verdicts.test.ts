import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHash, digest } from '#core/crypto/index.ts';
import { bytesSource, prepareSignature, readPdf } from '#core/pdf/index.ts';
import {
  addUnsignedTimeStamp,
  buildSignedData,
  CrlReason,
  issueCrl,
  issueTimeStamp,
  Oid,
  parseSignedData,
  parseTimeStampRequest,
  parseTimeStampResponse,
  createTimeStampRequest,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import {
  makePki,
  makeRecord,
  requestOf,
  scratchFolder,
  tsaClient,
  tsaSettings,
  TSA_POLICY,
  writeRecord,
  years,
  type Pki,
} from '../signing/material.ts';
import { judge, makeSample, reasons } from './attacks/forge.ts';

let pki: Pki;
let doctor: Signer;
let record: Uint8Array;
beforeAll(async () => {
  pki = await makePki('sm2');
  doctor = await pki.issue('Doctor');
  record = await makeRecord();
});

interface HandMade {
  readonly signer?: Signer;
  readonly claimedTime?: Date;
  readonly subFilter?: 'ETSI.CAdES.detached' | 'adbe.pkcs7.detached' | 'ETSI.RFC3161';
  /** Makes the SignedData from the digest of the ranges. */
  readonly contents?: (rangeDigest: Uint8Array, signer: Signer) => Promise<Uint8Array>;
}

/** A signature put together by hand, so that its parts may be wrong in ways that signPdf would never let pass. */
async function handMade(order: HandMade = {}, base = record): Promise<Uint8Array> {
  const { signer = doctor, claimedTime = new Date(), subFilter = 'ETSI.CAdES.detached' } = order;
  const contentsSize = 6000;
  const { increment, contentsHexOffset } = await prepareSignature(await readPdf(bytesSource(base)), {
    subFilter,
    claimedTime,
    contentsSize,
  });
  const rangeDigest = createHash(signer.digest)
    .update(base)
    .update(increment.subarray(0, contentsHexOffset - 1))
    .update(increment.subarray(contentsHexOffset + 2 * contentsSize + 1))
    .digest();
  const contents =
    order.contents ?? ((d: Uint8Array, s: Signer) => buildSignedData({ content: { digest: d }, signer: s }));
  const der = await contents(rangeDigest, signer);
  const bytes = new Uint8Array(base.length + increment.length);
  bytes.set(base);
  bytes.set(increment, base.length);
  bytes.set(new TextEncoder().encode(Buffer.from(der).toString('hex')), base.length + contentsHexOffset);
  return bytes;
}

async function timeStampOver(data: Uint8Array, signer: Signer, genTime = new Date()): Promise<Uint8Array> {
  const query = createTimeStampRequest({
    digestName: 'sm3',
    imprint: digest('sm3', data),
    nonce: Uint8Array.of(1, 2, 3),
    certReq: true,
  });
  const options = { signer, serial: Uint8Array.of(7), genTime, policy: TSA_POLICY };
  const { token } = parseTimeStampResponse(await issueTimeStamp(parseTimeStampRequest(query), options));
  return token ?? expect.fail('no token');
}

/** SignedData with a time stamp over `stamped`, or over the signature value itself. */
const withStamp =
  (tsa: Signer, { over, genTime }: { over?: Uint8Array; genTime?: Date } = {}): HandMade['contents'] =>
  async (rangeDigest, signer) => {
    const signedData = await buildSignedData({ content: { digest: rangeDigest }, signer });
    const value = parseSignedData(signedData).signerInfos[0]?.signature ?? new Uint8Array();
    return addUnsignedTimeStamp(signedData, await timeStampOver(over ?? value, tsa, genTime));
  };

describe('files without a judgement', () => {
  it('an unsigned file is INDETERMINATE', async () => {
    const report = await judge(record, pki.trust);
    expect(report).toMatchObject({ verdict: 'INDETERMINATE', signatures: [] });
    expect(reasons(report)).toEqual(['NO_SIGNATURE']);
  });

  it.each([
    ['no PDF', new TextEncoder().encode('hello'), 'PDF_NOT_PDF'],
    ['nothing', new Uint8Array(), 'PDF_NOT_PDF'],
    ['a damaged PDF', new TextEncoder().encode('%PDF-1.7\nstartxref\n99999\n%%EOF'), 'PDF_DAMAGED'],
  ])('%s is INDETERMINATE and says why', async (_, bytes, code) => {
    const report = await judge(bytes, pki.trust);
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toEqual([code]);
    expect(report.sm3).toMatch(/^[0-9A-F]{64}$/);
  });
});

describe('who signed', () => {
  it('the twin of the hand-made cases passes', async () => {
    expect(reasons(await judge(await handMade(), pki.trust))).toEqual([]);
  });

  it('an unknown root is INDETERMINATE', async () => {
    const report = await judge(await handMade(), { roots: [] });
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toEqual(['CHAIN_NO_TRUST_ANCHOR']);
  });

  it('a certificate that expired since the claimed time is INDETERMINATE without a trusted time', async () => {
    const signer = await pki.issue('Doctor', { notBefore: years(-2), notAfter: years(-0.5) });
    const report = await judge(await handMade({ signer, claimedTime: years(-1) }), pki.trust);
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toContain('CERT_EXPIRED_SINCE');
  });

  it('a certificate that had expired at the claimed time never passes', async () => {
    const signer = await pki.issue('Doctor', { notBefore: years(-2), notAfter: years(-1) });
    const report = await judge(await handMade({ signer, claimedTime: new Date() }), pki.trust);
    expect(report.verdict).not.toBe('PASSED');
    expect(reasons(report)).toContain('CERT_EXPIRED');
  });

  it('a trusted time from before the expiry keeps the signature good', async () => {
    const signer = await pki.issue('Doctor', { notBefore: years(-2), notAfter: years(-0.5) });
    const tsa = await pki.issueTsa('TSA', { notBefore: years(-2) });
    const bytes = await handMade({ signer, claimedTime: years(-1), contents: withStamp(tsa, { genTime: years(-1) })! });
    expect(reasons(await judge(bytes, pki.trust))).toEqual([]);
  });

  it('an encryption certificate is not a signer', async () => {
    const signer = await pki.issue('Doctor', { keyUsage: ['keyEncipherment'] });
    const report = await judge(await handMade({ signer }), pki.trust);
    expect(report.verdict).not.toBe('PASSED');
    expect(reasons(report)).toContain('CERT_KEY_USAGE');
  });

  it('a revoked certificate fails, one revoked after the trusted time does not', async () => {
    const signer = await pki.issue('Doctor');
    const tsa = await pki.issueTsa();
    const stamped = await handMade({
      signer,
      contents: withStamp(tsa, { genTime: new Date(Date.now() - 3_600_000) })!,
    });
    const revokedAt = async (date: Date): Promise<TrustMaterial> => {
      const crl = await issueCrl({
        signer: pki.issuingSigner,
        thisUpdate: new Date(Date.now() - 1000),
        nextUpdate: years(1),
        number: 1,
        revoked: [{ serialBytes: signer.certificate.serialBytes, revocationDate: date }],
      });
      return { ...pki.trust, crls: [crl] };
    };
    const before = await judge(stamped, await revokedAt(new Date(Date.now() - 7_200_000)));
    expect(before.verdict).toBe('FAILED');
    expect(before.signatures[0]?.revocation).toBe('revoked');
    const after = await judge(stamped, await revokedAt(new Date(Date.now() - 60_000)));
    expect(after.signatures[0]?.findings.map((f) => f.code)).not.toContain('CERT_REVOKED');
    expect(after.verdict).not.toBe('FAILED');
  });

  it('a lost key sinks no record that was stamped before, unless the CA says that it was in wrong hands by then', async () => {
    const signer = await pki.issue('Doctor');
    const stampedAt = new Date(Date.now() - 3_600_000);
    const bytes = await handMade({ signer, contents: withStamp(await pki.issueTsa(), { genTime: stampedAt })! });
    const lost = async (invalidityDate?: Date): Promise<TrustMaterial> => ({
      ...pki.trust,
      crls: [
        await issueCrl({
          signer: pki.issuingSigner,
          thisUpdate: new Date(Date.now() - 1000),
          nextUpdate: years(1),
          number: 1,
          revoked: [
            {
              serialBytes: signer.certificate.serialBytes,
              revocationDate: new Date(Date.now() - 60_000),
              reason: CrlReason.keyCompromise,
              ...(invalidityDate === undefined ? {} : { invalidityDate }),
            },
          ],
        }),
      ],
    });
    const codesWith = async (trust: TrustMaterial): Promise<readonly string[]> =>
      (await judge(bytes, trust)).signatures[0]?.findings.map((f) => f.code) ?? [];
    expect(await codesWith(await lost())).toContain('CERT_REVOKED_LATER');
    const inWrongHands = await lost(new Date(stampedAt.getTime() - 60_000));
    expect(await codesWith(inWrongHands)).toContain('CERT_KEY_COMPROMISED');
    expect((await judge(bytes, inWrongHands)).verdict).toBe('FAILED');
  });

  it('a certificate exchanged for another of the same name is found out', async () => {
    const other = await pki.issue('Doctor');
    const report = await judge(
      await handMade({
        contents: (d, s) =>
          buildSignedData({ content: { digest: d }, signer: { ...s, certificate: other.certificate } }),
      }),
      pki.trust,
    );
    expect(report.verdict).toBe('FAILED');
    expect(reasons(report)).toContain('CMS_SIGNATURE_INVALID');
  });
});

describe('the signed data', () => {
  it.each([
    [
      'the digest of other bytes is signed',
      'CMS_DIGEST_MISMATCH',
      {
        contents: (_: Uint8Array, s: Signer) => buildSignedData({ content: { digest: new Uint8Array(32) }, signer: s }),
      },
    ],
    [
      'the content is attached',
      'CONTENT_TYPE_WRONG',
      { contents: (d: Uint8Array, s: Signer) => buildSignedData({ content: { bytes: d }, signer: s }) },
    ],
    [
      'the content is of another type',
      'CONTENT_TYPE_WRONG',
      {
        contents: (d: Uint8Array, s: Signer) =>
          buildSignedData({ content: { digest: d }, contentType: Oid.tstInfo, signer: s }),
      },
    ],
    ['it is no SignedData', 'CONTENTS_MALFORMED', { contents: () => Promise.resolve(Uint8Array.of(0x30, 3, 2, 1, 1)) }],
    ['it is empty', 'CONTENTS_MALFORMED', { contents: () => Promise.resolve(new Uint8Array()) }],
  ])('%s', async (_, code, order) => {
    const report = await judge(await handMade(order), pki.trust);
    expect(report.verdict).toBe('FAILED');
    expect(reasons(report)).toContain(code);
  });

  it('adbe.pkcs7.detached passes too, at level none', async () => {
    const report = await judge(await handMade({ subFilter: 'adbe.pkcs7.detached' }), pki.trust);
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures[0]?.level).toBe('none');
  });
});

describe('time', () => {
  it('a time stamp of another signature is FAILED', async () => {
    const bytes = await handMade({ contents: withStamp(await pki.issueTsa(), { over: Uint8Array.of(1) })! });
    const report = await judge(bytes, pki.trust);
    expect(report.verdict).toBe('FAILED');
    expect(reasons(report)).toContain('TSA_WRONG_IMPRINT');
    expect(report.signatures[0]?.trustedTime).toBeUndefined();
  });

  it('a time stamp of an unknown authority never passes', async () => {
    const stranger = await makePki('sm2', 'Stranger');
    const report = await judge(await handMade({ contents: withStamp(await stranger.issueTsa())! }), pki.trust);
    expect(report.verdict).not.toBe('PASSED');
    expect(reasons(report)).toContain('TSA_WRONG_SIGNER');
    expect(report.signatures[0]).toMatchObject({ level: 'B-B', trustedTime: undefined });
  });

  it('a time stamp by a certificate for other uses never passes', async () => {
    const report = await judge(await handMade({ contents: withStamp(doctor)! }), pki.trust);
    expect(report.verdict).not.toBe('PASSED');
    expect(reasons(report)).toContain('TSA_WRONG_USAGE');
  });

  it('a time that has not come yet never passes', async () => {
    const report = await judge(
      await handMade({ contents: withStamp(await pki.issueTsa(), { genTime: years(1) })! }),
      pki.trust,
    );
    expect(report.verdict).not.toBe('PASSED');
    expect(reasons(report)).toContain('TIMESTAMP_AHEAD');
  });

  it('a document time stamp after a signature is judged on its own and leaves the signature good', async () => {
    const tsa = await pki.issueTsa();
    const signed = await handMade();
    const stampOfDigest = async (d: Uint8Array): Promise<Uint8Array> => {
      const query = createTimeStampRequest({ digestName: 'sm3', imprint: d, nonce: Uint8Array.of(5), certReq: true });
      const options = { signer: tsa, serial: Uint8Array.of(9), genTime: new Date(), policy: TSA_POLICY };
      return (
        parseTimeStampResponse(await issueTimeStamp(parseTimeStampRequest(query), options)).token ?? new Uint8Array()
      );
    };
    const both = await handMade({ subFilter: 'ETSI.RFC3161', contents: stampOfDigest }, signed);
    const report = await judge(both, pki.trust);
    expect(reasons(report)).toEqual([]);
    expect(report.signatures.map((s) => [s.kind, s.verdict])).toEqual([
      ['signature', 'PASSED'],
      ['document-timestamp', 'PASSED'],
    ]);
    const wrong = await handMade(
      { subFilter: 'ETSI.RFC3161', contents: () => stampOfDigest(new Uint8Array(32)) },
      signed,
    );
    expect((await judge(wrong, pki.trust)).signatures.map((s) => s.verdict)).toEqual(['FAILED', 'FAILED']);
  });
});

describe('appearances of later signatures', () => {
  const twice = async (first: object, second: object): Promise<Uint8Array> => {
    const folder = scratchFolder();
    const place = (more: object) => ({ placement: { page: 1, x: 20, y: 200, width: 40, height: 15, ...more } });
    const once = join(folder, 'once.pdf');
    await signPdf(requestOf(await writeRecord(folder, record), once, doctor, pki.trust, place(first)));
    const target = join(folder, 'twice.pdf');
    await signPdf(requestOf(once, target, await pki.issue('Chief'), pki.trust, place(second)));
    return new Uint8Array(await readFile(target));
  };

  it('side by side they pass', async () => {
    expect((await judge(await twice({}, { x: 80 }), pki.trust)).verdict).toBe('PASSED');
  });

  it('one that covers an earlier one is refused by the self-check before anybody gets the file', async () => {
    await expect(twice({}, { x: 25 })).rejects.toMatchObject({ code: 'SIGN_EARLIER_INVALID' });
  });

  it('one that covers most of the page likewise', async () => {
    await expect(twice({ x: 150, y: 270 }, { x: 0, y: 0, width: 200, height: 200 })).rejects.toMatchObject({
      code: 'SIGN_EARLIER_INVALID',
    });
  });
});

it('one pass over the file serves all signatures', async () => {
  const once = await makeSample({ kind: 'sm2', signatures: 2, xref: 'table', record: await withStream(8_000_000) });
  const bytes = bytesSource(once.bytes);
  let read = 0;
  const counting = { size: bytes.size, read: (o: number, l: number) => ((read += l), bytes.read(o, l)) };
  const report = await verifyPdf(counting, { name: 'big.pdf', trust: once.trust });
  expect(report.verdict).toBe('PASSED');
  expect(read).toBeLessThan(1.2 * once.bytes.length);
});

async function withStream(size: number): Promise<Uint8Array> {
  const { PDFDocument } = await import('pdf-lib');
  const document = await PDFDocument.create();
  document.addPage();
  document.context.register(document.context.stream(new Uint8Array(size).fill(0x20)));
  return await document.save({ useObjectStreams: false });
}

it('the clock, the network and the trust come from outside: the same file, judged at another time', async () => {
  const bytes = await handMade({ claimedTime: new Date() });
  const report = await verifyPdf(bytesSource(bytes), { name: 'x', trust: pki.trust, at: years(4) });
  expect(report.verdict).toBe('INDETERMINATE');
  expect(report.judgedAt.slice(0, 4)).toBe(String(years(4).getUTCFullYear()));
});

it('a time stamp over a stamped file by the usual way has its authority in the report', async () => {
  const folder = scratchFolder();
  const target = join(folder, 'signed.pdf');
  const tsa = await pki.issueTsa('Time authority');
  const source = await writeRecord(folder, record);
  await signPdf(requestOf(source, target, doctor, pki.trust, { tsa: tsaSettings(pki.trust), http: tsaClient(tsa) }));
  const report = await judge(new Uint8Array(await readFile(target)), pki.trust);
  expect(report.signatures[0]?.timeStampAuthority?.commonName).toBe('Time authority');
});
