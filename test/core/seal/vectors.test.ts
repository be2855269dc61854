/** The files of test/fixtures/ses: read, written anew byte for byte, and their SM2 values checked. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sm3, toHex } from '#core/crypto/index.ts';
import {
  bitString,
  Certificate,
  generalizedTime,
  integer,
  octetString,
  oid,
  sequence,
  utf8String,
} from '#core/pki/index.ts';
import {
  judgeSealSignature,
  looksLikeSealSignature,
  parseSeal,
  parseSealSignature,
  verifySeal,
  type Seal,
  type SealSignature,
} from '#core/seal/index.ts';
import { ia5, printable, sealInfo, utcTime } from './forge.ts';

const vector = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/ses/${name}`, import.meta.url)));
const certificate = (name: string): Certificate =>
  Certificate.parse(readFileSync(new URL(`../../fixtures/pki/x509/${name}.pem`, import.meta.url), 'utf8'));

const trust = { roots: [certificate('ca')] };
const now = new Date('2026-11-23T00:00:00Z');

/** Writes what the parser read, by the structures of the standards. */
function encodeSeal(seal: Seal): Uint8Array {
  const info = sealInfo({
    ...seal,
    headerMark: 'ES',
    vendor: ia5(seal.vendor),
    name: utf8String(seal.name),
    listType: seal.version === 1 ? undefined : seal.signers.kind === 'certificates' ? 1 : 2,
    list:
      seal.signers.kind === 'certificates'
        ? seal.signers.certificates.map(octetString)
        : seal.signers.digests.map((d) => sequence(printable(d.type), octetString(d.value))),
    pictureType: seal.picture.format,
    pictureData: seal.picture.data,
    widthMm: seal.picture.widthMm,
    heightMm: seal.picture.heightMm,
    extensions: undefined,
    algorithm: '',
    certificate: undefined,
    stamp: undefined,
  });
  const signInfo = [octetString(seal.makerCertificate), oid(seal.signatureAlgorithm), bitString(seal.signature)];
  return seal.version === 1 ? sequence(info, sequence(...signInfo)) : sequence(info, ...signInfo);
}

function encodeSignature(s: SealSignature): Uint8Array {
  const of2014 = s.version === 1;
  const time = s.signedAt ?? new Date(0);
  const signer = [octetString(s.signerCertificate), oid(s.signatureAlgorithm)];
  const toSign = sequence(
    integer(s.statedVersion),
    encodeSeal(s.seal),
    of2014 ? bitString(utcTime(time)) : generalizedTime(time),
    bitString(s.dataHash),
    ia5(s.propertyInfo),
    ...(of2014 ? signer : []),
  );
  return sequence(toSign, ...(of2014 ? [] : signer), bitString(s.signature));
}

describe.each(['seal_2014', 'seal_v4', 'seal_v4_digestlist', 'seal_v5'])('%s', (name) => {
  const bytes = vector(`${name}.der`);
  const seal = parseSeal(bytes);

  it('is read', () => {
    expect(seal).toMatchObject({
      version: name === 'seal_2014' ? 1 : name === 'seal_v5' ? 5 : 4,
      headerVersion: name === 'seal_2014' ? 1 : name === 'seal_v5' ? 5 : 4,
      vendor: 'EXAMPLE',
      id: '41010000000001',
      type: 1,
      name: '测试医院电子印章',
      createdAt: new Date('2026-11-22T00:00:00Z'),
      validFrom: new Date('2026-11-22T00:00:00Z'),
      validTo: new Date('2036-11-19T00:00:00Z'),
      signatureAlgorithm: '1.2.156.10197.1.501',
      timeStamp: undefined,
      extensions: [],
      irregularities: [],
    });
    expect(seal.picture).toMatchObject({ format: 'PNG', widthMm: 42, heightMm: 42 });
    expect(toHex(seal.makerCertificate)).toBe(toHex(trust.roots[0]!.der));
    const holder = certificate('ee').der;
    if (seal.signers.kind === 'certificates') expect(seal.signers.certificates.map(toHex)).toEqual([toHex(holder)]);
    else expect(seal.signers.digests).toEqual([{ type: 'SM3', value: sm3(holder) }]);
    expect(seal.signers.kind).toBe(name === 'seal_v4_digestlist' ? 'digests' : 'certificates');
  });

  it('is written anew byte for byte', () => {
    expect(toHex(encodeSeal(seal))).toBe(toHex(bytes));
  });

  it("carries a valid maker's value; the maker may not sign by its certificate", () => {
    const { verdict, findings } = verifySeal(seal, { makerTrust: trust, at: now, now });
    expect(verdict).toBe('FAILED');
    expect(findings.map((f) => `${f.code} ${f.verdict}`)).toEqual([
      'SEAL_READ PASSED',
      'SEAL_SIGNATURE_VALID PASSED',
      'SEAL_MAKER_CERT FAILED',
      'CHAIN_TRUSTED PASSED',
      'CERT_KEY_USAGE FAILED',
      'SEAL_IN_VALIDITY PASSED',
    ]);
  });
});

describe.each(['sign_2014', 'sign_v4'])('%s', (name) => {
  const bytes = vector(`${name}.der`);

  it('is read, sniffed and written anew byte for byte', () => {
    const signature = parseSealSignature(bytes);
    expect(signature).toMatchObject({
      version: name === 'sign_2014' ? 1 : 4,
      signedAt: new Date('2026-11-22T01:00:00Z'),
      propertyInfo: '0-100,200-300',
    });
    expect(toHex(signature.dataHash)).toBe(toHex(sm3(vector('protected.bin'))));
    expect(looksLikeSealSignature(bytes)).toBe(true);
    const inHole = new Uint8Array(bytes.length + 100);
    inHole.set(bytes);
    expect(looksLikeSealSignature(inHole)).toBe(true);
    expect(toHex(encodeSignature(signature))).toBe(toHex(bytes));
  });

  it("carries valid values over the data; the time lies before the signer's certificate", () => {
    const { verdict, findings } = judgeSealSignature(bytes, {
      makerTrust: trust,
      signerTrust: trust,
      dataHash: sm3(vector('protected.bin')),
      byteRange: [0, 1, 2, 3],
      now,
    });
    expect(verdict).toBe('FAILED');
    expect(findings.filter((f) => f.verdict === 'FAILED').map((f) => f.code)).toEqual([
      'SEAL_MAKER_CERT',
      'CERT_KEY_USAGE',
      'SIGNER_CERT',
    ]);
    expect(findings.map((f) => f.code)).toEqual(
      expect.arrayContaining([
        'SIGN_READ',
        'SIGN_VALUE_VALID',
        'SIGNER_IN_SEAL',
        'SEAL_SIGNATURE_VALID',
        'SEAL_IN_VALIDITY',
        'DOC_HASH_MATCHES',
        'SIGN_RANGE_FOREIGN',
        'SIGN_NO_TRUSTED_TIME',
        'SIGN_TIME_VALID',
      ]),
    );
  });
});

it('nothing else looks like a seal signature', () => {
  const others = [
    'pki/cms/gm0_501_attr1_id.p7',
    'pki/cms/gm1_3011_attr0_id.p7',
    'pki/tsa/tok_501_za.tok',
    'ses/seal_v4.der',
  ];
  for (const other of others) {
    expect(
      looksLikeSealSignature(new Uint8Array(readFileSync(new URL(`../../fixtures/${other}`, import.meta.url)))),
    ).toBe(false);
  }
  for (const length of [0, 1, 63, 64, 4096]) expect(looksLikeSealSignature(new Uint8Array(length))).toBe(false);
  const cut = vector('sign_v4.der').slice(0, 40);
  expect(looksLikeSealSignature(cut)).toBe(false);
});
