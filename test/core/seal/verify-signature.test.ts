/** Every step of checking a seal signature, passed and failed, one reason at a time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { sm3 } from '#core/crypto/index.ts';
import {
  bitString,
  CrlReason,
  der,
  generalizedTime,
  octetString,
  Oid,
  oid,
  sequence,
  Tag,
  type Signer,
} from '#core/pki/index.ts';
import { parseSealSignature } from '#core/seal/index.ts';
import { codeOf } from '../pki/vectors.ts';
import {
  forgeSeal,
  forgeSignature,
  ia5,
  printable,
  PROTECTED,
  type SealParts,
  type SignatureParts,
  type Version,
} from './forge.ts';
import { codes, DAY, expectVerdict, HOUR, later, openHouse, reasons, type House } from './material.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});

interface Forged {
  readonly seal?: Partial<SealParts>;
  readonly maker?: Signer;
  readonly signer?: Signer;
  readonly holder?: Signer;
  readonly time?: Date;
}

async function signed(version: Version, changes: Partial<SignatureParts> = {}, who: Forged = {}): Promise<Uint8Array> {
  const { doctor, maker, now } = house;
  const signer = who.signer ?? doctor;
  const seal = await forgeSeal(version, who.maker ?? maker, who.holder ?? signer, now, who.seal);
  return forgeSignature(version, seal, signer, who.time ?? later(now, -HOUR), changes);
}

describe.each([1, 4, 5] as const)('version %i', (version) => {
  it('passes, and tells every step in the order of the standard', async () => {
    const report = house.signature(await signed(version));
    expectVerdict(report, 'PASSED');
    expect(codes(report)).toEqual([
      'SIGN_READ',
      'SIGN_VALUE_VALID',
      'SIGNER_IN_SEAL',
      'SEAL_READ',
      'SEAL_SIGNATURE_VALID',
      'SEAL_MAKER_TRUSTED',
      'CHAIN_TRUSTED',
      'REVOCATION_NOT_CHECKED',
      'SEAL_IN_VALIDITY',
      'SIGNER_TRUSTED',
      'CHAIN_TRUSTED',
      'REVOCATION_NOT_CHECKED',
      'DOC_HASH_MATCHES',
      'SIGN_RANGE_MATCHES',
      'SIGN_NO_TRUSTED_TIME',
      'SIGN_TIME_VALID',
    ]);
    expect(report.signer?.commonName).toBe('李医师');
    expect(report.trustedTime).toBeUndefined();
  });

  it('SIGN_VALUE: any bit of what the signer signed', async () => {
    const good = await signed(version);
    const length = parseSealSignature(good).signedBytes.length;
    let judged = 0;
    for (let at = 8; at < length; at += 23) {
      const bad = new Uint8Array(good);
      bad[at] = (bad[at] ?? 0) ^ 0x04;
      const report = house.signature(bad);
      expect(report.verdict, `byte ${at}`).not.toBe('PASSED');
      // In 2014 certificate and algorithm are signed along, and may be unreadable or unknown before the value is looked at.
      const told = version === 1 ? ['SIGN_VALUE', 'SIGN_ALGORITHM', 'SIGNER_CERT'] : ['SIGN_VALUE'];
      if (report.signature === undefined) expect(codes(report)).toHaveLength(1);
      else
        expect(
          told.some((code) => codes(report).includes(code)),
          `byte ${at}: ${codes(report).join()}`,
        ).toBe(true);
      judged++;
    }
    expect(judged).toBeGreaterThan(40);
  });

  it('SIGNER_NOT_IN_SEAL: listed is the colleague', async () => {
    const report = house.signature(await signed(version, {}, { holder: house.other }));
    expectVerdict(report, 'FAILED', 'SIGNER_NOT_IN_SEAL');
  });

  it('SIGNER_NOT_IN_SEAL: a renewed certificate of the same person and key is another one', async () => {
    const [old, renewed] = [await house.pki.issue('王医师'), await house.pki.issue('王医师')];
    expectVerdict(
      house.signature(await signed(version, {}, { signer: renewed, holder: old })),
      'FAILED',
      'SIGNER_NOT_IN_SEAL',
    );
  });

  it('the seal inside is judged: exchanged for a forged one', async () => {
    const forger = await house.pki.issue('伪造', { keyUsage: ['keyEncipherment'] });
    const report = house.signature(await signed(version, {}, { maker: forger }));
    expectVerdict(report, 'FAILED', 'SEAL_MAKER_CERT', 'CERT_KEY_USAGE');
  });

  it('SEAL_EXPIRED, SIGN_TIME: used after its end; SEAL_EXPIRED_SINCE: expired since, unproven', async () => {
    const { now } = house;
    const [from, to] = [later(now, -20 * DAY), later(now, -10 * DAY)];
    const seal = { createdAt: from, validFrom: from, validTo: to };
    expectVerdict(
      house.signature(await signed(version, {}, { seal, time: later(now, -HOUR) })),
      'FAILED',
      'SEAL_EXPIRED',
      'SIGN_TIME',
    );
    const inTime = await signed(version, {}, { seal, time: later(now, -15 * DAY) });
    expectVerdict(house.signature(inTime), 'INDETERMINATE', 'SEAL_EXPIRED_SINCE');
    expectVerdict(house.signature(inTime, { provenTime: later(now, -14 * DAY) }), 'PASSED');
    expectVerdict(house.signature(inTime, { provenTime: later(now, -HOUR) }), 'FAILED', 'SEAL_EXPIRED');
  });

  it('SIGN_TIME: before the seal began, and in the future', async () => {
    const { now } = house;
    const early = await signed(version, {}, { time: later(now, -2 * DAY) });
    expectVerdict(house.signature(early), 'FAILED', 'SEAL_NOT_YET_VALID', 'SIGN_TIME');
    expectVerdict(house.signature(await signed(version, {}, { time: later(now, 9 * HOUR) })), 'FAILED', 'SIGN_TIME');
    expectVerdict(house.signature(await signed(version, {}, { time: later(now, 60_000) })), 'PASSED');
  });

  it('SIGN_LOCAL_TIME: eight hours ahead', async () => {
    const { now } = house;
    const local = await signed(version, {}, { time: later(now, 8 * HOUR - 60_000) });
    expectVerdict(house.signature(local), 'INDETERMINATE', 'SIGN_LOCAL_TIME');
    expect(reasons(house.signature(local, { provenTime: later(now, -60_000) }))).toContain('SIGN_LOCAL_TIME');
  });

  it("SIGNER_CERT: time of use outside the certificate's validity", async () => {
    const { now } = house;
    const young = await house.pki.issue('新医师', { notBefore: later(now, -30 * 60_000) });
    expectVerdict(house.signature(await signed(version, {}, { signer: young })), 'FAILED', 'SIGNER_CERT');
  });

  it('SIGNER_CERT: encryption certificate; SIGNER_UNKNOWN: foreign domain', async () => {
    const encryption = await house.pki.issue('加密', { keyUsage: ['keyEncipherment'] });
    expectVerdict(
      house.signature(await signed(version, {}, { signer: encryption })),
      'FAILED',
      'SIGNER_CERT',
      'CERT_KEY_USAGE',
    );
    const stranger = await (await openHouse()).pki.issue('外院医师');
    expectVerdict(
      house.signature(await signed(version, {}, { signer: stranger })),
      'INDETERMINATE',
      'SIGNER_UNKNOWN',
      'CHAIN_NO_TRUST_ANCHOR',
    );
  });

  it('SIGNER_EXPIRED_SINCE; revoked before the proven time or after it', async () => {
    const { now, doctor } = house;
    const expired = await house.pki.issue('旧医师', { notAfter: later(now, -60_000) });
    const der = await signed(version, {}, { signer: expired });
    expectVerdict(house.signature(der), 'INDETERMINATE', 'SIGNER_EXPIRED_SINCE');
    expectVerdict(house.signature(der, { provenTime: later(now, -HOUR) }), 'PASSED');
    const good = await signed(version);
    const since = await house.revoked(doctor, later(now, -60_000));
    expectVerdict(house.signature(good, { signerTrust: since }), 'FAILED', 'SIGNER_CERT', 'CERT_REVOKED');
    expectVerdict(house.signature(good, { signerTrust: since, provenTime: later(now, -30 * 60_000) }), 'PASSED');
    const compromised = await house.revoked(doctor, later(now, -60_000), CrlReason.keyCompromise);
    expectVerdict(house.signature(good, { signerTrust: compromised, provenTime: later(now, -30 * 60_000) }), 'PASSED');
    expect(house.signature(good, { signerTrust: compromised }).verdict).toBe('FAILED');
  });

  it('DOC_HASH: other data; DOC_HASH_UNKNOWN: data that cannot be had', async () => {
    const der = await signed(version);
    expectVerdict(house.signature(der, { dataHash: sm3(Uint8Array.of(1)) }), 'FAILED', 'DOC_HASH');
    expectVerdict(house.signature(der, { dataHash: new Uint8Array() }), 'FAILED', 'DOC_HASH');
    expectVerdict(house.signature(der, { dataHash: undefined }), 'INDETERMINATE', 'DOC_HASH_UNKNOWN');
    expectVerdict(
      house.signature(await signed(version, { dataHash: sm3(PROTECTED).slice(0, 16) })),
      'FAILED',
      'DOC_HASH',
    );
  });

  it('SIGN_RANGE: another ByteRange than the dictionary; other forms are left to the digest', async () => {
    const der = await signed(version);
    expectVerdict(house.signature(der, { byteRange: [0, 10, 20, 31] }), 'FAILED', 'SIGN_RANGE');
    for (const propertyInfo of ['', '/Doc_0/Signs/Sign_0/Signature.xml', '0-10,20-50', 'ByteRange=[0 10 20]']) {
      const foreign = house.signature(await signed(version, { propertyInfo }));
      expectVerdict(foreign, 'PASSED');
      expect(codes(foreign)).toContain('SIGN_RANGE_FOREIGN');
    }
  });

  it('SIGN_ALGORITHM: RSA; 301.1 is read and remarked', async () => {
    const rsa = await house.pki.issue('RSA', {}, 'rsa');
    const report = house.signature(await signed(version, { algorithm: Oid.sha256WithRsa }, { signer: rsa }));
    expect(report.verdict).toBe('INDETERMINATE');
    expect(reasons(report)).toEqual(['SIGN_ALGORITHM']);
    const variant = house.signature(await signed(version, { algorithm: Oid.sm2Sign }));
    expectVerdict(variant, 'PASSED');
    expect(codes(variant)).toContain('SIGN_SM2_VARIANT');
  });

  it('SIGN_ENCODING: padded where nothing is signed', async () => {
    const good = await signed(version);
    expect(good[1]).toBe(0x82);
    expectVerdict(house.signature(Uint8Array.of(0x30, 0x83, 0, ...good.subarray(2))), 'INDETERMINATE', 'SIGN_ENCODING');
  });
});

describe('versions', () => {
  it('SIGN_FORMAT: the signature states another version than its seal', async () => {
    for (const [version, statedVersion] of [
      [4, 5],
      [5, 4],
      [4, 3],
    ] as const) {
      const report = house.signature(await signed(version, { statedVersion }));
      expectVerdict(report, 'FAILED', 'SIGN_FORMAT');
    }
  });

  it('SIGN_FORMAT: a seal of 2014 in a signature of 2020 and the other way round', async () => {
    const { maker, doctor, now } = house;
    for (const [inner, outer] of [
      [1, 4],
      [4, 1],
    ] as const) {
      const seal = await forgeSeal(inner, maker, doctor, now);
      expectVerdict(
        house.signature(await forgeSignature(outer, seal, doctor, later(now, -HOUR))),
        'FAILED',
        'SIGN_FORMAT',
      );
    }
  });

  it("2014: vendors' own numbers", async () => {
    const der = await signed(1, { statedVersion: 3 }, { seal: { headerVersion: 11 } });
    expectVerdict(house.signature(der), 'PASSED');
  });
});

describe('the list of signers', () => {
  const digestOf = (type: string, signer: Signer): Uint8Array =>
    sequence(printable(type), octetString(sm3(signer.certificate.der)));

  it('by digest: SM3 by name or OID, upper or lower case', async () => {
    for (const type of ['SM3', 'sm3', Oid.sm3]) {
      const der = await signed(
        4,
        {},
        { seal: { listType: 2, list: [digestOf(type, house.other), digestOf(type, house.doctor)] } },
      );
      expectVerdict(house.signature(der), 'PASSED');
    }
  });

  it('SIGNER_NOT_IN_SEAL, SIGNER_LIST_UNKNOWN', async () => {
    const absent = await signed(4, {}, { seal: { listType: 2, list: [digestOf('SM3', house.other)] } });
    expectVerdict(house.signature(absent), 'FAILED', 'SIGNER_NOT_IN_SEAL');
    const unknown = await signed(4, {}, { seal: { listType: 2, list: [digestOf('SHA512', house.doctor)] } });
    expectVerdict(house.signature(unknown), 'INDETERMINATE', 'SIGNER_LIST_UNKNOWN');
    expectVerdict(house.signature(await signed(4, {}, { seal: { list: [] } })), 'FAILED', 'SIGNER_NOT_IN_SEAL');
  });
});

describe('time stamps', () => {
  it('prove the time: versions 4 and 5', async () => {
    const { now } = house;
    const at = later(now, -HOUR + 60_000);
    for (const version of [4, 5] as const) {
      const report = house.signature(await signed(version, { stamp: house.stamper(at) }));
      expectVerdict(report, 'PASSED');
      expect(codes(report)).toContain('SIGN_TIMESTAMP_VALID');
      expect(report.trustedTime).toEqual(at);
      expect(report.timeStampAuthority?.commonName).toBe('TSA');
    }
  });

  it('SIGN_TIMESTAMP: of another value, before the time of use, garbage; unknown authority', async () => {
    const { now } = house;
    const other = house.stamper(now, (s) => sm3(s));
    expectVerdict(house.signature(await signed(4, { stamp: other })), 'FAILED', 'SIGN_TIMESTAMP', 'TSA_WRONG_IMPRINT');
    const early = house.stamper(later(now, -3 * HOUR));
    expectVerdict(house.signature(await signed(4, { stamp: early })), 'FAILED', 'SIGN_TIMESTAMP');
    const local = house.stamper(later(now, -9 * HOUR));
    expectVerdict(house.signature(await signed(4, { stamp: local })), 'INDETERMINATE', 'SIGN_LOCAL_TIME');
    const garbage = (): Promise<Uint8Array> => Promise.resolve(sequence());
    expectVerdict(house.signature(await signed(4, { stamp: garbage })), 'FAILED', 'SIGN_TIMESTAMP', 'TSA_MALFORMED');
    const foreign = (await openHouse()).stamper(now);
    expect(house.signature(await signed(4, { stamp: foreign })).verdict).toBe('INDETERMINATE');
  });

  it("a signature's stamp taken from another one", async () => {
    const one = parseSealSignature(await signed(4, { stamp: house.stamper(house.now) }));
    const stolen = (): Promise<Uint8Array> => Promise.resolve(one.timeStamp ?? new Uint8Array());
    expectVerdict(house.signature(await signed(4, { stamp: stolen })), 'FAILED', 'SIGN_TIMESTAMP', 'TSA_WRONG_IMPRINT');
  });

  it('2014: timeInfo holds a token over the data, a UTCTime or bare digits', async () => {
    const { now } = house;
    const time = later(now, -HOUR);
    const digest = sm3(PROTECTED);
    const overDigest = await house.stamper(time)(digest);
    const report = house.signature(await signed(1, { timeInfo: bitString(overDigest) }));
    expectVerdict(report, 'PASSED');
    expect(report.trustedTime).toEqual(time);
    expect(report.signature?.signedAt).toBeUndefined();
    const overOther = await house.stamper(time)(Uint8Array.of(1));
    expectVerdict(
      house.signature(await signed(1, { timeInfo: bitString(overOther) })),
      'FAILED',
      'SIGN_TIMESTAMP',
      'TSA_WRONG_IMPRINT',
      'SIGN_TIME_MISSING',
    );
    const digits = (n: number): Uint8Array =>
      new TextEncoder().encode(`${time.toISOString().replace(/[-:T]/g, '').slice(n, 14)}Z`);
    for (const timeInfo of [
      bitString(generalizedTime(time)),
      bitString(digits(2)),
      bitString(digits(0)),
      generalizedTime(time),
    ]) {
      const read = house.signature(await signed(1, { timeInfo }));
      expectVerdict(read, 'PASSED');
      expect(read.signature?.signedAt).toEqual(time);
    }
  });
});

describe('structures that are none', () => {
  it('SIGN_FORMAT, SIGN_UNSUPPORTED as findings, never a throw', async () => {
    const good = await signed(4);
    for (const bad of [new Uint8Array(), good.subarray(0, 100), Uint8Array.of(...good, 0), sequence(), ia5('x')]) {
      const report = house.signature(bad);
      expectVerdict(report, 'FAILED', 'SIGN_FORMAT');
      expect(report.signature).toBeUndefined();
    }
    const ofd = await signed(4, {}, { seal: { pictureType: 'OFD' } });
    expectVerdict(house.signature(ofd), 'INDETERMINATE', 'SIGN_UNSUPPORTED');
    expect(codeOf(() => parseSealSignature(ofd))).toBe('SEAL_UNSUPPORTED');
  });

  it('extDatas [0] and untagged; a critical one leaves it open', async () => {
    const list = (critical: boolean): Uint8Array =>
      sequence(
        sequence(
          oid('1.2.3.4'),
          ...(critical ? [der(Tag.boolean, Uint8Array.of(255))] : []),
          octetString(Uint8Array.of(5)),
        ),
      );
    const tagged = (inner: Uint8Array): Uint8Array => der(Tag.contextConstructed(0), inner);
    expectVerdict(house.signature(await signed(4, { extensions: tagged(list(false)) })), 'PASSED');
    expectVerdict(house.signature(await signed(5, { extensions: list(false) })), 'PASSED');
    expectVerdict(
      house.signature(await signed(4, { extensions: tagged(list(true)) })),
      'INDETERMINATE',
      'SIGN_CRITICAL_EXTENSION',
    );
  });
});
