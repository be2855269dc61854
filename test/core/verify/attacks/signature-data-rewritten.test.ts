/** What stands in /Contents is covered by no ByteRange. Who has the file can rewrite those parts of it that no signature protects. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createHash } from '#core/crypto/index.ts';
import { bytesSource, prepareSignature, readPdf, type SignatureFieldRequest } from '#core/pdf/index.ts';
import {
  addUnsignedTimeStamp,
  buildSignedData,
  createTimeStampRequest,
  issueCertificate,
  issueTimeStamp,
  parseSignedData,
  parseTimeStampRequest,
  parseTimeStampResponse,
  type Signer,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { childrenOf, der, readDer } from '../../../../src/core/pki/der.ts';
import { makePki, TSA_POLICY, years, type Pki } from '../../signing/material.ts';
import { craftedRecord, joined } from './crafted.ts';
import { judge, lastSignature, overwrite, reasons } from './forge.ts';

const HOLE = 5000;
let pki: Pki;
let doctor: Signer;
let tsa: Signer;
let signed: Uint8Array;
let hexAt: number;
/** The SignedData without padding. */
let cms: Uint8Array;
/** As a desk has it that trusts the issuing CA's certificate too: then a broken copy in the file is not needed. */
let wideTrust: TrustMaterial;

async function handMade(
  contents: (digest: Uint8Array) => Promise<Uint8Array>,
  more: Partial<SignatureFieldRequest> = {},
): Promise<Uint8Array> {
  const record = craftedRecord();
  const request = { subFilter: 'ETSI.CAdES.detached', claimedTime: new Date(), contentsSize: HOLE, ...more } as const;
  const { increment, contentsHexOffset } = await prepareSignature(await readPdf(bytesSource(record)), request);
  const bytes = joined(record, increment);
  const at = record.length + contentsHexOffset;
  const digest = createHash('sha256')
    .update(bytes.subarray(0, at - 1))
    .update(bytes.subarray(at + 2 * HOLE + 1));
  return overwrite(bytes, at, Buffer.from(await contents(digest.digest())).toString('hex'));
}

async function stampOver(digest: Uint8Array): Promise<Uint8Array> {
  const query = createTimeStampRequest({
    digestName: 'sha256',
    imprint: digest,
    nonce: Uint8Array.of(5),
    certReq: true,
  });
  const options = { signer: tsa, serial: Uint8Array.of(9), genTime: new Date(), policy: TSA_POLICY };
  return parseTimeStampResponse(await issueTimeStamp(parseTimeStampRequest(query), options)).token ?? expect.fail();
}

beforeAll(async () => {
  pki = await makePki('ec-p256');
  doctor = await pki.issue('Doctor');
  tsa = await pki.issueTsa();
  wideTrust = { ...pki.trust, intermediates: [pki.issuingSigner.certificate] };
  signed = await handMade((digest) => buildSignedData({ content: { digest }, signer: doctor }));
  const { contents, contentsSpan } = await lastSignature(signed);
  hexAt = (contentsSpan?.[0] ?? 0) + 1;
  cms = contents.slice(0, readDerLength(contents));
});

const readDerLength = (bytes: Uint8Array): number => 4 + ((bytes[2] ?? 0) << 8) + (bytes[3] ?? 0);
const withContents = (contents: Uint8Array): Uint8Array =>
  overwrite(
    signed,
    hexAt,
    Buffer.from(contents)
      .toString('hex')
      .padEnd(2 * HOLE, '0'),
  );

/** SignedData with its parts changed: version, digestAlgorithms, encapContentInfo, [0] certificates, [1] crls, signerInfos. */
function rebuilt(change: (parts: Uint8Array[]) => Uint8Array[]): Uint8Array {
  const [type, wrapped] = childrenOf(readDer(cms));
  const [body] = wrapped === undefined ? [] : childrenOf(wrapped);
  if (type === undefined || body === undefined) return expect.fail();
  const parts = change(childrenOf(body).map((p) => p.bytes));
  return der(0x30, joined(type.bytes, der(0xa0, der(0x30, joined(...parts)))));
}
const longer = (element: Uint8Array, more: Uint8Array): Uint8Array =>
  der(element[0] ?? 0, joined(readDer(element).value, more));
const withUnsigned = (attributes: Uint8Array): Uint8Array =>
  rebuilt((parts) => {
    const [signerInfo] = childrenOf(readDer(parts.at(-1) ?? new Uint8Array()));
    return [...parts.slice(0, -1), der(0x31, longer(signerInfo?.bytes ?? new Uint8Array(), der(0xa1, attributes)))];
  });
const attribute = (oid: string, value: Uint8Array): Uint8Array =>
  der(0x30, joined(der(0x06, Buffer.from(oid, 'hex')), der(0x31, value)));
const JUNK = Uint8Array.of(0x05, 0x00);

it('the twin passes', async () => {
  expect(reasons(await judge(withContents(cms), wideTrust))).toEqual([]);
});

describe('a byte of the signature data is changed', () => {
  it('never passes, whether or not the broken certificate is needed for the chain', async () => {
    const passed: number[] = [];
    for (let i = 0; i < cms.length; i += i % 2 === 0 ? 11 : 8) {
      const hex = ((cms[i] ?? 0) ^ 1).toString(16).padStart(2, '0');
      const bytes = overwrite(signed, hexAt + 2 * i, hex);
      for (const trust of [pki.trust, wideTrust]) if ((await judge(bytes, trust)).verdict === 'PASSED') passed.push(i);
    }
    expect(passed).toEqual([]);
  });
});

describe('what nobody signs is rewritten', () => {
  const cases: readonly (readonly [string, () => Uint8Array, string])[] = [
    [
      'rubbish among the certificates',
      () => rebuilt((parts) => parts.map((p) => (p[0] === 0xa0 ? longer(p, der(0x30, JUNK)) : p))),
      'CERTIFICATE_IRREGULAR',
    ],
    [
      'one more digest algorithm',
      () =>
        rebuilt((parts) =>
          parts.map((p, i) => (i === 1 ? longer(p, der(0x30, Buffer.from('06052b0e03021a', 'hex'))) : p)),
        ),
      'CONTENTS_IRREGULAR',
    ],
    [
      'a revocation list that is none',
      () => rebuilt((parts) => [...parts.slice(0, -1), der(0xa1, der(0x30, JUNK)), ...parts.slice(-1)]),
      'REVOCATION_EVIDENCE_INVALID',
    ],
    [
      'revocation information of an unknown kind',
      () => rebuilt((parts) => [...parts.slice(0, -1), der(0xa1, der(0xa1, JUNK)), ...parts.slice(-1)]),
      'CONTENTS_IRREGULAR',
    ],
    [
      'a countersignature that is none',
      () => withUnsigned(attribute('2a864886f70d010906', JUNK)),
      'CONTENTS_IRREGULAR',
    ],
    [
      'validation data that nobody reads',
      () => withUnsigned(attribute('2a864886f70d0109100218', JUNK)),
      'CONTENTS_IRREGULAR',
    ],
    [
      'an empty time stamp attribute',
      () => withUnsigned(attribute('2a864886f70d010910020e', new Uint8Array())),
      'CONTENTS_IRREGULAR',
    ],
    ['an empty set of attributes', () => withUnsigned(new Uint8Array()), 'CONTENTS_IRREGULAR'],
    [
      'a length written longer than it must be',
      () => joined(Uint8Array.of(0x30, 0x83, 0), cms.subarray(2)),
      'CONTENTS_IRREGULAR',
    ],
  ];
  it.each(cases)('%s', async (_, make, code) => {
    const report = await judge(withContents(make()), pki.trust);
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toContain(code);
  });

  it('BER, as streaming writers leave it, says the same and passes', async () => {
    const [type, wrapped] = childrenOf(readDer(cms));
    const [body] = wrapped === undefined ? [] : childrenOf(wrapped);
    const end = new Uint8Array(6);
    const indefinite = joined(
      Uint8Array.of(0x30, 0x80),
      type?.bytes ?? end,
      Uint8Array.of(0xa0, 0x80, 0x30, 0x80),
      body?.value ?? end,
      end,
    );
    const report = await judge(withContents(indefinite), pki.trust);
    expect(reasons(report)).toEqual([]);
    expect(report.signatures[0]?.findings.map((f) => f.code)).toContain('CONTENTS_BER');
    expect(report.signatures[0]?.findings.map((f) => f.code)).toContain('CMS_SIGNATURE_VALID');
  });

  it('a second SignerInfo', async () => {
    const two = rebuilt((parts) => {
      const signers = parts.at(-1) ?? new Uint8Array();
      return [...parts.slice(0, -1), longer(signers, readDer(signers).value)];
    });
    const report = await judge(withContents(two), pki.trust);
    expect(report.verdict).toBe('FAILED');
    expect(reasons(report)).toContain('SIGNER_COUNT');
  });

  it('another certificate for the same key', async () => {
    const certificate = await issueCertificate(
      {
        subject: [['CN', 'Chief physician']],
        publicKey: doctor.certificate.publicKey,
        notBefore: years(-1),
        notAfter: years(1),
        keyUsage: ['digitalSignature'],
      },
      pki.issuingSigner,
    );
    const chief = { ...doctor, certificate };
    const honest = await buildSignedData({ content: { digest: new Uint8Array(32) }, signer: chief });
    expect(parseSignedData(honest).certificates[0]?.publicKey.spki).toEqual(doctor.certificate.publicKey.spki);
    const theirs = parseSignedData(honest);
    const sid = der(0x30, joined(chief.certificate.issuerDer, der(0x02, chief.certificate.serialBytes)));
    const swapped = rebuilt((parts) =>
      parts.map((p, i) => {
        if (p[0] === 0xa0) return der(0xa0, joined(...theirs.certificates.map((c) => c.der)));
        if (i !== parts.length - 1) return p;
        const [info] = childrenOf(readDer(p));
        const [version, , ...rest] = info === undefined ? [] : childrenOf(info);
        return der(0x31, der(0x30, joined(version?.bytes ?? p, sid, ...rest.map((r) => r.bytes))));
      }),
    );
    const report = await judge(withContents(swapped), pki.trust);
    expect(report.signatures[0]?.signer?.commonName).toBe('Chief physician');
    expect(reasons(report)).toContain('CMS_SIGNING_CERTIFICATE_MISMATCH');
    expect(report.verdict).toBe('FAILED');
  });
});

describe('time stamps', () => {
  it('a document that is stamped but that nobody signed does not pass', async () => {
    const report = await judge(await handMade(stampOver, { subFilter: 'ETSI.RFC3161' }), pki.trust);
    expect(report.signatures[0]?.verdict).toBe('PASSED');
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toEqual(['ONLY_TIMESTAMPS']);
  });

  it('a good one beside a bad one, in either order, never passes', async () => {
    const value = parseSignedData(cms).signerInfos[0]?.signature ?? expect.fail();
    const good = await stampOver(createHash('sha256').update(value).digest());
    const bad = await stampOver(new Uint8Array(32));
    const once = await judge(withContents(addUnsignedTimeStamp(cms, good)), pki.trust);
    expect(reasons(once)).toEqual([]);
    for (const pair of [joined(good, bad), joined(bad, good), joined(good, good)]) {
      const report = await judge(withContents(withUnsigned(attribute('2a864886f70d010910020e', pair))), pki.trust);
      expect(report.verdict).not.toBe('PASSED');
    }
  });

  it('the certificate of a time stamp authority signs no record', async () => {
    const report = await judge(
      await handMade((digest) => buildSignedData({ content: { digest }, signer: tsa })),
      pki.trust,
    );
    expect(report.verdict).toBe('FAILED');
    expect(reasons(report)).toContain('CERT_EXTENDED_KEY_USAGE');
  });

  it('an authority that only time stamps are trusted from vouches for no signer', async () => {
    const { verifyPdf } = await import('#core/verify/index.ts');
    const report = await verifyPdf(bytesSource(signed), { name: 'x', trust: { roots: [] }, timeStampTrust: pki.trust });
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toContain('CHAIN_NO_TRUST_ANCHOR');
  });
});
