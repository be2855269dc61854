/** Making seals and seal signatures: what is written, what is refused, who may use a seal. */
import { beforeAll, describe, expect, it } from 'vitest';
import { sm3, toHex } from '#core/crypto/index.ts';
import type { Signer } from '#core/pki/index.ts';
import {
  addSealTimeStamp,
  byteRangeInfo,
  checkSealUsable,
  makeSeal,
  makeSealSignature,
  parseSeal,
  parseSealSignature,
  readByteRangeInfo,
  type SealRequest,
} from '#core/seal/index.ts';
import { codeOf, codeOfAsync } from '../pki/vectors.ts';
import { forgeSeal, PNG_4X4, PROTECTED } from './forge.ts';
import { DAY, expectVerdict, HOUR, later, openHouse, type House } from './material.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});

const request = (changes: Partial<SealRequest> = {}): SealRequest => ({
  version: 4,
  id: 'DEMO-2026-0001',
  vendor: 'YIQIAN',
  type: 1,
  name: '演示医院病历专用章（演示）',
  signers: { kind: 'certificates', certificates: [house.doctor.certificate, house.other.certificate] },
  createdAt: house.now,
  validFrom: house.now,
  validTo: later(house.now, 300 * DAY),
  picture: { format: 'PNG', data: PNG_4X4, widthMm: 42, heightMm: 42 },
  ...changes,
});
const make = (changes: Partial<SealRequest> = {}, maker: Signer = house.maker): Promise<Uint8Array> =>
  makeSeal(request(changes), maker, { trust: house.trust, now: house.now });

describe('makeSeal', () => {
  it.each([
    [4, 'certificates'],
    [4, 'digests'],
    [5, 'certificates'],
    [5, 'digests'],
  ] as const)('version %i by %s is read back and passes', async (version, kind) => {
    const der = await make({ version, signers: { kind, certificates: [house.doctor.certificate] } });
    const seal = parseSeal(der);
    expectVerdict(house.seal(der), 'PASSED');
    expect(seal).toMatchObject({
      version,
      headerVersion: version,
      vendor: 'YIQIAN',
      id: 'DEMO-2026-0001',
      type: 1,
      name: '演示医院病历专用章（演示）',
      createdAt: house.now,
      validFrom: house.now,
      picture: { format: 'PNG', widthMm: 42, heightMm: 42 },
      extensions: [],
      irregularities: [],
      timeStamp: undefined,
    });
    const { signers } = seal;
    if (signers.kind === 'certificates')
      expect(signers.certificates.map(toHex)).toEqual([toHex(house.doctor.certificate.der)]);
    else expect(signers.digests).toEqual([{ type: 'SM3', value: sm3(house.doctor.certificate.der) }]);
  });

  it('a picture that is no whole millimetres large is rounded to them', async () => {
    const der = await make({ picture: { format: 'PNG', data: PNG_4X4, widthMm: 45, heightMm: 26.67 } });
    expect(parseSeal(der).picture).toMatchObject({ widthMm: 45, heightMm: 27 });
  });

  it('version 5 with a time stamp over the value', async () => {
    const der = await makeSeal(request({ version: 5 }), house.maker, { stamp: house.stamper(house.now) });
    expect(parseSeal(der).timeStamp).toBeDefined();
    expectVerdict(house.seal(der), 'PASSED');
  });

  it('SEAL_MAKER_UNUSABLE: the maker is looked at first', async () => {
    const { pki, now } = house;
    const makers = [
      await pki.issue('RSA', {}, 'rsa'),
      await pki.issue('加密', { keyUsage: ['keyEncipherment'] }),
      await pki.issue('过期', { notAfter: later(now, -HOUR) }),
      await pki.issue('未生效', { notBefore: later(now, HOUR) }),
      await (await openHouse()).pki.issue('外人'),
      house.tsa,
    ];
    for (const maker of makers) expect(await codeOfAsync(() => make({}, maker))).toBe('SEAL_MAKER_UNUSABLE');
    const revoked = await house.revoked(house.maker, later(now, -HOUR));
    expect(await codeOfAsync(() => makeSeal(request(), house.maker, { trust: revoked, now }))).toBe(
      'SEAL_MAKER_UNUSABLE',
    );
    const broken: Signer = { ...house.maker, sign: () => house.other.sign(Uint8Array.of(1)) };
    expect(await codeOfAsync(() => make({}, broken))).toBe('SEAL_MAKER_UNUSABLE');
  });

  it('SEAL_REQUEST: nothing is made that a check would refuse', async () => {
    const { now, doctor } = house;
    const rsa = await house.pki.issue('RSA', {}, 'rsa');
    const picture = { format: 'PNG', data: PNG_4X4, widthMm: 42, heightMm: 42 } as const;
    const wrong: Partial<SealRequest>[] = [
      { id: '' },
      { id: '编号' },
      { id: 'x'.repeat(129) },
      { vendor: '厂商' },
      { name: '  ' },
      { name: '名'.repeat(129) },
      { type: -1 },
      { type: 1.5 },
      { picture: { ...picture, format: 'GIF' } },
      { picture: { ...picture, data: new Uint8Array() } },
      { picture: { ...picture, widthMm: 0 } },
      { picture: { ...picture, widthMm: Number.NaN } },
      { picture: { ...picture, heightMm: 501 } },
      { signers: { kind: 'digests', certificates: [] } },
      { signers: { kind: 'certificates', certificates: [rsa.certificate] } },
      { validTo: now },
      { validTo: later(doctor.certificate.notAfter, DAY) },
      { version: 5, createdAt: later(now, -DAY) },
    ];
    for (const changes of wrong)
      expect(await codeOfAsync(() => make(changes)), JSON.stringify(changes)).toBe('SEAL_REQUEST');
    const stamp = house.stamper(now);
    expect(await codeOfAsync(() => makeSeal(request({ version: 4 }), house.maker, { stamp }))).toBe('SEAL_REQUEST');
  });
});

describe('makeSealSignature', () => {
  const sign = (seal: Uint8Array, signer: Signer = house.doctor): Promise<Uint8Array> =>
    makeSealSignature({
      seal,
      dataHash: sm3(PROTECTED),
      propertyInfo: byteRangeInfo([0, 10, 20, 30]),
      signer,
      time: house.now,
    });

  it.each([4, 5] as const)('version %i holds the seal byte for byte and passes', async (version) => {
    const seal = await make({ version });
    const der = await sign(seal);
    const read = parseSealSignature(der);
    expect(read).toMatchObject({
      version,
      statedVersion: version,
      propertyInfo: 'ByteRange=[0 10 20 30]',
      irregularities: [],
    });
    expect(toHex(read.seal.der)).toBe(toHex(seal));
    expect(read.signedAt).toEqual(house.now);
    expectVerdict(house.signature(der), 'PASSED');
  });

  it('a time stamp is put behind the value; all else stays byte for byte', async () => {
    const der = await sign(await make());
    const { signature } = parseSealSignature(der);
    const token = await house.stamper(house.now)(signature);
    const stamped = addSealTimeStamp(der, token);
    const read = parseSealSignature(stamped);
    expect(toHex(read.timeStamp ?? new Uint8Array())).toBe(toHex(token));
    expect(toHex(stamped)).toContain(toHex(der.subarray(4)));
    const report = house.signature(stamped);
    expectVerdict(report, 'PASSED');
    expect(report.trustedTime).toEqual(house.now);
    expect(codeOf(() => addSealTimeStamp(stamped, token))).toBe('INTERNAL');
  });

  it('refuses who is not listed, another algorithm, a seal of 2014, before the key is used', async () => {
    const never: Signer['sign'] = () => Promise.reject(new Error('the key was used'));
    const seal = await make();
    const rsa = await house.pki.issue('RSA', {}, 'rsa');
    const stranger = await house.pki.issue('外科医师');
    const old = await forgeSeal(1, house.maker, house.doctor, house.now);
    expect(await codeOfAsync(() => sign(seal, { ...rsa, sign: never }))).toBe('SEAL_SIGNER_ALGORITHM');
    expect(await codeOfAsync(() => sign(seal, { ...stranger, sign: never }))).toBe('SEAL_SIGNER_NOT_LISTED');
    expect(await codeOfAsync(() => sign(old, { ...house.doctor, sign: never }))).toBe('SEAL_UNSUPPORTED');
    expect(await codeOfAsync(() => sign(seal.subarray(1), { ...house.doctor, sign: never }))).toBe('SEAL_FORMAT');
  });
});

describe('checkSealUsable', () => {
  const use = (seal: Uint8Array, signer = house.doctor, changes: Partial<Parameters<typeof checkSealUsable>[2]> = {}) =>
    codeOf(() => checkSealUsable(seal, signer.certificate, { trust: house.trust, now: house.now, ...changes }));

  it('gives the seal to those it lists', async () => {
    const seal = await make();
    expect(checkSealUsable(seal, house.doctor.certificate, { trust: house.trust, now: house.now }).id).toBe(
      'DEMO-2026-0001',
    );
    expect(use(seal, house.other)).toBeUndefined();
    expect(use(await make({ signers: { kind: 'digests', certificates: [house.doctor.certificate] } }))).toBeUndefined();
  });

  it('says why not', async () => {
    const { now, pki, trust, maker, doctor } = house;
    const seal = await make();
    const rsa = await pki.issue('RSA', {}, 'rsa');
    expect(use(seal, await pki.issue('外科医师'))).toBe('SEAL_SIGNER_NOT_LISTED');
    expect(use(seal, rsa)).toBe('SEAL_SIGNER_ALGORITHM');
    expect(use(seal, doctor, { now: later(now, 301 * DAY) })).toBe('SEAL_UNUSABLE');
    expect(use(seal, doctor, { now: later(now, -DAY) })).toBe('SEAL_UNUSABLE');
    expect(use(seal, doctor, { trust: { roots: [] } })).toBe('SEAL_NOT_TRUSTED');
    expect(use(seal, doctor, { trust: await house.revoked(maker, later(now, -HOUR)) })).toBe('SEAL_NOT_TRUSTED');
    expect(use(await forgeSeal(1, maker, doctor, now))).toBe('SEAL_UNSUPPORTED');
    expect(use(Uint8Array.of(0x30, 0))).toBe('SEAL_FORMAT');
    const tampered = new Uint8Array(seal);
    const at = Buffer.from(seal).indexOf('DEMO-2026');
    tampered[at] = 0x45;
    expect(use(tampered)).toBe('SEAL_UNUSABLE');
    expect(trust.roots).toHaveLength(1);
  });

  it('revocation lists that are too old keep nobody from signing', async () => {
    const { now, pki, trust, doctor } = house;
    const { issueCrl } = await import('#core/pki/index.ts');
    const stale = await issueCrl({
      signer: pki.issuingSigner,
      number: 1,
      thisUpdate: later(now, -9 * DAY),
      nextUpdate: later(now, -8 * DAY),
      revoked: [],
    });
    expect(use(await make(), doctor, { trust: { ...trust, crls: [stale] } })).toBeUndefined();
  });
});

it('propertyInfo of a PDF: written and read', () => {
  expect(byteRangeInfo([0, 1234, 9876, 5432])).toBe('ByteRange=[0 1234 9876 5432]');
  expect(readByteRangeInfo('ByteRange=[0 1234 9876 5432]')).toEqual([0, 1234, 9876, 5432]);
  for (const other of ['ByteRange=[0 1 2]', 'byterange=[0 1 2 3]', 'ByteRange=[0 1 2 3] ', 'ByteRange=[0 1 2 -3]']) {
    expect(readByteRangeInfo(other)).toBeUndefined();
  }
});
