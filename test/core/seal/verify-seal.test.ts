/** Every step of checking a seal, passed and failed, one reason at a time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { sm3 } from '#core/crypto/index.ts';
import {
  CrlReason,
  der,
  issueCertificate,
  octetString,
  Oid,
  oid,
  sequence,
  Tag,
  type Signer,
} from '#core/pki/index.ts';
import { parseSeal } from '#core/seal/index.ts';
import { codeOf } from '../pki/vectors.ts';
import { years } from '../signing/material.ts';
import { forgeSeal, ia5, PNG_4X4, printable, type SealParts, type Version } from './forge.ts';
import { codes, DAY, expectVerdict, HOUR, later, openHouse, type House } from './material.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});

const seal = (version: Version, changes: Partial<SealParts> = {}): Promise<Uint8Array> =>
  forgeSeal(version, house.maker, house.doctor, house.now, changes);

const extension = (critical: Uint8Array | undefined): Uint8Array =>
  sequence(sequence(oid('1.2.156.112600.7.1'), ...(critical === undefined ? [] : [critical]), octetString(ia5('x'))));
const FALSE = der(Tag.boolean, Uint8Array.of(0));
const TRUE = der(Tag.boolean, Uint8Array.of(0xff));

describe.each([1, 4, 5] as const)('version %i', (version) => {
  it('passes, and tells every step in the order of the standard', async () => {
    const report = house.seal(await seal(version));
    expectVerdict(report, 'PASSED');
    expect(codes(report)).toEqual([
      'SEAL_READ',
      'SEAL_SIGNATURE_VALID',
      'SEAL_MAKER_TRUSTED',
      'CHAIN_TRUSTED',
      'REVOCATION_NOT_CHECKED',
      'SEAL_IN_VALIDITY',
    ]);
    expect(report.makerChain.map((c) => c.commonName)).toEqual(['制章中心', 'Seal Issuing sm2', 'Seal Root sm2']);
  });

  it('SEAL_SIGNATURE: any bit of what the maker signed', async () => {
    const good = await seal(version);
    const { signedBytes } = parseSeal(good);
    const start = Buffer.from(good).indexOf(Buffer.from(signedBytes.subarray(8, 60)));
    expect(start).toBeGreaterThan(0);
    let judged = 0;
    for (let at = start; at < start + signedBytes.length - 40; at += 7) {
      const bad = new Uint8Array(good);
      bad[at] = (bad[at] ?? 0) ^ 0x01;
      if (codeOf(() => parseSeal(bad)) !== undefined) continue;
      const report = house.seal(bad);
      expect(report.verdict, `byte ${at}`).not.toBe('PASSED');
      // In 2014 certificate and algorithm are signed along, and may be unreadable or unknown before the value is looked at.
      const told = version === 1 ? ['SEAL_SIGNATURE', 'SEAL_ALGORITHM', 'SEAL_MAKER_CERT'] : ['SEAL_SIGNATURE'];
      expect(
        told.some((code) => codes(report).includes(code)),
        `byte ${at}: ${codes(report).join()}`,
      ).toBe(true);
      judged++;
    }
    expect(judged).toBeGreaterThan(20);
  });

  it('SEAL_NOT_YET_VALID, SEAL_EXPIRED', async () => {
    const { now } = house;
    const validFrom = later(now, DAY);
    const early = await seal(version, { createdAt: version === 5 ? validFrom : now, validFrom });
    expect(house.seal(early).verdict).toBe('FAILED');
    expect(codes(house.seal(early))).toContain('SEAL_NOT_YET_VALID');
    const old = await seal(version, {
      createdAt: later(now, -9 * DAY),
      validFrom: later(now, -9 * DAY),
      validTo: later(now, -DAY),
    });
    expectVerdict(house.seal(old), 'FAILED', 'SEAL_EXPIRED');
    expectVerdict(house.seal(old, { at: later(now, -2 * DAY) }), 'PASSED');
  });

  it('SEAL_MAKER_UNKNOWN: a maker of another trust domain', async () => {
    const stranger = await (await openHouse()).pki.issue('别家制章中心');
    const report = house.seal(await forgeSeal(version, stranger, house.doctor, house.now));
    expectVerdict(report, 'INDETERMINATE', 'SEAL_MAKER_UNKNOWN', 'CHAIN_NO_TRUST_ANCHOR');
  });

  it('SEAL_MAKER_CERT: an encryption certificate, a time stamp certificate, a certificate that cannot be read', async () => {
    const encryption = await house.pki.issue('加密证书', { keyUsage: ['keyEncipherment'] });
    expectVerdict(
      house.seal(await forgeSeal(version, encryption, house.doctor, house.now)),
      'FAILED',
      'SEAL_MAKER_CERT',
      'CERT_KEY_USAGE',
    );
    expectVerdict(
      house.seal(await forgeSeal(version, house.tsa, house.doctor, house.now)),
      'FAILED',
      'SEAL_MAKER_CERT',
      'CERT_EXTENDED_KEY_USAGE',
    );
    expectVerdict(
      house.seal(await seal(version, { certificate: Uint8Array.of(0x30, 0) })),
      'FAILED',
      'SEAL_MAKER_CERT',
    );
  });

  it('SEAL_MAKER_CERT: another certificate with the same name, another key', async () => {
    const twin = await house.pki.issue('制章中心');
    const report = house.seal(await seal(version, { certificate: twin.certificate.der }));
    expectVerdict(report, 'FAILED', 'SEAL_SIGNATURE');
  });

  it('SEAL_ALGORITHM: seals are SM2; 301.1 is read and remarked', async () => {
    const rsa = await house.pki.issue('RSA', {}, 'rsa');
    const report = house.seal(await forgeSeal(version, rsa, house.doctor, house.now, { algorithm: Oid.sha256WithRsa }));
    expectVerdict(report, 'INDETERMINATE', 'SEAL_ALGORITHM');
    const variant = house.seal(await seal(version, { algorithm: Oid.sm2Sign }));
    expectVerdict(variant, 'PASSED');
    expect(codes(variant)).toContain('SEAL_SM2_VARIANT');
    expectVerdict(house.seal(await seal(version, { algorithm: Oid.sm3 })), 'INDETERMINATE', 'SEAL_ALGORITHM');
  });

  it('SEAL_PICTURE: another kind than stated, no size, too large', async () => {
    expectVerdict(house.seal(await seal(version, { pictureType: 'GIF' })), 'INDETERMINATE', 'SEAL_PICTURE');
    expectVerdict(house.seal(await seal(version, { widthMm: 0 })), 'INDETERMINATE', 'SEAL_PICTURE');
    expectVerdict(house.seal(await seal(version, { heightMm: 501 })), 'INDETERMINATE', 'SEAL_PICTURE');
  });

  it('SEAL_CRITICAL_EXTENSION; extensions that are not critical are kept, FALSE written out or not', async () => {
    for (const critical of [undefined, FALSE]) {
      const der = await seal(version, { extensions: extension(critical) });
      expectVerdict(house.seal(der), 'PASSED');
      expect(parseSeal(der).extensions).toMatchObject([{ id: '1.2.156.112600.7.1', critical: false }]);
    }
    expectVerdict(
      house.seal(await seal(version, { extensions: extension(TRUE) })),
      'INDETERMINATE',
      'SEAL_CRITICAL_EXTENSION',
    );
  });

  it('SEAL_ENCODING: a length with more bytes than it needs, where nothing is signed', async () => {
    const good = await seal(version);
    const padded = Uint8Array.of(0x30, 0x83, 0, ...good.subarray(2));
    expect(good[1]).toBe(0x82);
    expectVerdict(house.seal(padded), 'INDETERMINATE', 'SEAL_ENCODING');
  });
});

describe('the time of the maker', () => {
  const makerUntil = async (notAfter: Date): Promise<Signer> => house.pki.issue('旧制章中心', { notAfter });

  it('version 4: the certificate is judged when the seal is', async () => {
    const { now } = house;
    const maker = await makerUntil(later(now, -HOUR));
    const der = await forgeSeal(4, maker, house.doctor, now);
    expectVerdict(house.seal(der), 'FAILED', 'SEAL_MAKER_CERT', 'CERT_EXPIRED');
    expectVerdict(house.seal(der, { at: later(now, -2 * HOUR) }), 'PASSED');
  });

  it('version 5: expired since the seal was made is a remark, before it a failure', async () => {
    const { now } = house;
    const der = await forgeSeal(5, await makerUntil(later(now, -HOUR)), house.doctor, now);
    const report = house.seal(der);
    expectVerdict(report, 'PASSED');
    expect(codes(report)).toContain('SEAL_MAKER_SINCE');
    const old = await forgeSeal(5, await makerUntil(later(now, -2 * DAY)), house.doctor, now);
    expectVerdict(house.seal(old), 'FAILED', 'SEAL_MAKER_CERT', 'CERT_EXPIRED');
  });

  it('version 5: revoked since is a remark only with a time stamp; a compromised key never', async () => {
    const { now, maker } = house;
    const created = later(now, -DAY);
    const [plain, stamped] = [await seal(5), await seal(5, { stamp: house.stamper(later(created, HOUR)) })];
    const since = await house.revoked(maker, later(now, -HOUR));
    expectVerdict(house.seal(plain, { makerTrust: since }), 'INDETERMINATE', 'SEAL_MAKER_REVOKED_SINCE');
    expectVerdict(house.seal(stamped, { makerTrust: since }), 'PASSED');
    const before = await house.revoked(maker, later(created, -HOUR));
    expectVerdict(house.seal(stamped, { makerTrust: before }), 'FAILED', 'SEAL_MAKER_CERT', 'CERT_REVOKED');
    const compromised = await house.revoked(maker, later(now, -HOUR), CrlReason.keyCompromise);
    expect(house.seal(stamped, { makerTrust: compromised }).verdict).toBe('FAILED');
  });

  it('versions 1 and 4: revoked is revoked', async () => {
    const trust = await house.revoked(house.maker, later(house.now, -HOUR));
    for (const version of [1, 4] as const) {
      expectVerdict(
        house.seal(await seal(version), { makerTrust: trust }),
        'FAILED',
        'SEAL_MAKER_CERT',
        'CERT_REVOKED',
      );
    }
  });

  it('a broken link in the chain fails', async () => {
    const rogue = await house.pki.issue('rogue');
    const certificate = await issueCertificate(
      {
        subject: [['CN', '制章中心']],
        publicKey: rogue.certificate.publicKey,
        notBefore: years(-1),
        notAfter: years(1),
        keyUsage: ['digitalSignature'],
      },
      // Signed by a leaf under the issuing CA's name.
      { ...house.other, certificate: house.pki.issuingSigner.certificate },
    );
    const report = house.seal(await forgeSeal(4, { ...rogue, certificate }, house.doctor, house.now));
    expectVerdict(report, 'FAILED', 'SEAL_MAKER_CERT', 'CERT_SIGNATURE_INVALID');
  });
});

describe('date of making and time stamp', () => {
  it('SEAL_CREATE_DATE: version 5 alone, in the future or outside the validity', async () => {
    const { now } = house;
    expectVerdict(house.seal(await seal(5, { createdAt: later(now, 9 * HOUR) })), 'FAILED', 'SEAL_CREATE_DATE');
    expectVerdict(house.seal(await seal(5, { createdAt: later(now, -2 * DAY) })), 'FAILED', 'SEAL_CREATE_DATE');
    expectVerdict(house.seal(await seal(4, { createdAt: later(now, -2 * DAY) })), 'PASSED');
    expectVerdict(house.seal(await seal(5, { createdAt: later(now, 4 * 60_000) })), 'PASSED');
  });

  it('SEAL_LOCAL_TIME: Beijing time written with a Z is told apart from a false date', async () => {
    const { now } = house;
    const local = later(now, 8 * HOUR - 60_000);
    expectVerdict(house.seal(await seal(5, { createdAt: local })), 'INDETERMINATE', 'SEAL_LOCAL_TIME');
    const remarked = house.seal(await seal(4, { createdAt: local }));
    expectVerdict(remarked, 'PASSED');
    expect(codes(remarked)).toContain('SEAL_LOCAL_TIME');
    const fresh = await seal(4, { createdAt: local, validFrom: local });
    expectVerdict(house.seal(fresh), 'INDETERMINATE', 'SEAL_LOCAL_TIME');
    expectVerdict(house.seal(await seal(4, { createdAt: now, validFrom: local })), 'FAILED', 'SEAL_NOT_YET_VALID');
  });

  it('SEAL_TIMESTAMP: valid, of another value, before the seal was made, of a stranger, of the future, garbage', async () => {
    const { now } = house;
    const good = house.seal(await seal(5, { stamp: house.stamper(later(now, -HOUR)) }));
    expectVerdict(good, 'PASSED');
    expect(codes(good)).toContain('SEAL_TIMESTAMP_VALID');
    const otherValue = house.stamper(now, (s) => sm3(s));
    expectVerdict(house.seal(await seal(5, { stamp: otherValue })), 'FAILED', 'SEAL_TIMESTAMP', 'TSA_WRONG_IMPRINT');
    const tooEarly = house.stamper(later(now, -DAY - 9 * HOUR));
    expectVerdict(house.seal(await seal(5, { stamp: tooEarly })), 'FAILED', 'SEAL_TIMESTAMP');
    const localTime = house.stamper(later(now, -DAY - 8 * HOUR));
    expectVerdict(house.seal(await seal(5, { stamp: localTime })), 'INDETERMINATE', 'SEAL_LOCAL_TIME');
    const foreign = (await openHouse()).stamper(now);
    expectVerdict(
      house.seal(await seal(5, { stamp: foreign })),
      'INDETERMINATE',
      'SEAL_TIMESTAMP_UNCLEAR',
      'TSA_WRONG_SIGNER',
      'CHAIN_NO_TRUST_ANCHOR',
    );
    const ahead = house.stamper(later(now, HOUR));
    expectVerdict(house.seal(await seal(5, { stamp: ahead })), 'INDETERMINATE', 'SEAL_TIMESTAMP_UNCLEAR');
    const garbage = (): Promise<Uint8Array> => Promise.resolve(Uint8Array.of(1, 2, 3));
    expectVerdict(house.seal(await seal(5, { stamp: garbage })), 'FAILED', 'SEAL_TIMESTAMP', 'TSA_MALFORMED');
  });

  it('the stamped value may be the BIT STRING, its content, or the value alone', async () => {
    const { now } = house;
    for (const form of [
      (s: Uint8Array) => Uint8Array.of(0, ...s),
      (s: Uint8Array) => der(Tag.bitString, Uint8Array.of(0), s),
    ]) {
      expectVerdict(house.seal(await seal(5, { stamp: house.stamper(now, form) })), 'PASSED');
    }
  });
});

describe('structures that are none', () => {
  const refused = async (changes: Partial<SealParts>, version: Version = 4): Promise<string | undefined> => {
    const bytes = await seal(version, changes);
    return codeOf(() => parseSeal(bytes));
  };

  it('SEAL_FORMAT: another header, list type, list', async () => {
    expect(await refused({ headerMark: 'EX' })).toBe('SEAL_FORMAT');
    expect(await refused({ listType: 3 })).toBe('SEAL_FORMAT');
    expect(await refused({ listType: 2 })).toBe('SEAL_FORMAT');
    expect(await refused({ listType: 1, list: [sequence(printable('SM3'), octetString(new Uint8Array(32)))] })).toBe(
      'SEAL_FORMAT',
    );
  });

  it('SEAL_UNSUPPORTED: a kind of picture that is not in the standard; case and dots do not matter', async () => {
    expect(await refused({ pictureType: 'OFD' })).toBe('SEAL_UNSUPPORTED');
    for (const pictureType of ['png', '.png', 'Png ']) {
      expect(parseSeal(await seal(4, { pictureType })).picture.format).toBe('PNG');
    }
    expect(parseSeal(await seal(4, { pictureType: 'jpeg' })).picture.format).toBe('JPG');
  });

  it('SEAL_FORMAT, SEAL_LIMIT: cut off, longer, empty, too large, too deep, too many signers', async () => {
    const good = await seal(4);
    expect(codeOf(() => parseSeal(good.subarray(0, -1)))).toBe('SEAL_FORMAT');
    expect(codeOf(() => parseSeal(Uint8Array.of(...good, 0)))).toBe('SEAL_FORMAT');
    expect(codeOf(() => parseSeal(new Uint8Array()))).toBe('SEAL_FORMAT');
    expect(await refused({ pictureData: new Uint8Array(9 * 1024 * 1024) })).toBe('SEAL_LIMIT');
    let deep: Uint8Array = octetString(new Uint8Array());
    for (let i = 0; i < 20; i++) deep = sequence(deep);
    expect(await refused({ extensions: deep })).toBe('SEAL_LIMIT');
    const list = Array.from({ length: 2001 }, () => octetString(Uint8Array.of(1)));
    expect(await refused({ list })).toBe('SEAL_LIMIT');
  });

  it("a vendor's Chinese in GB 18030 is read", async () => {
    const gb = der(Tag.ia5String, Uint8Array.of(0xd2, 0xbd, 0xd4, 0xba));
    expect(parseSeal(await seal(4, { vendor: gb })).vendor).toBe('医院');
    const printableName = der(Tag.printableString, new TextEncoder().encode('Hospital'));
    expect(parseSeal(await seal(4, { name: printableName })).name).toBe('Hospital');
  });

  it('other header versions with four elements are read as the standard of 2020, vendors number 2014 seals as they like', async () => {
    expect(parseSeal(await seal(4, { headerVersion: 3 }))).toMatchObject({ version: 4, headerVersion: 3 });
    expect(parseSeal(await seal(1, { headerVersion: 11 }))).toMatchObject({ version: 1, headerVersion: 11 });
  });

  it('the bytes handed in may be changed afterwards', async () => {
    const bytes = await seal(4, { pictureData: PNG_4X4 });
    const read = parseSeal(bytes);
    bytes.fill(0);
    expectVerdict(house.seal(read.der), 'PASSED');
  });
});
