/** What a phone signs under an approval and what it does not, message by message; the messages are those that the desk makes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, randomBytes, sm2GenerateKeyPair } from '#core/crypto/index.ts';
import {
  buildSignedData,
  createCertificateRequest,
  DerCursor,
  generateSoftwareKey,
  readDer,
  softwareKeySigner,
  type Signer,
} from '#core/pki/index.ts';
import { makeSeal, makeSealSignature } from '#core/seal/index.ts';
import { cosignEnvelopeText, cosignTestMessage, kindOfMessage, phoneApprovalText } from '#core/token/index.ts';
import type { PhoneRequest } from '#core/token/cosign/device/index.ts';
import { loginText } from '../../../../src/backend/index.ts';
import { fitsRequest } from '../../../../src/core/token/cosign/device/phone-messages.ts';
import { PNG_4X4 } from '../../seal/forge.ts';
import { DAY, later, openHouse, type House } from '../../seal/material.ts';
import { sealData, signedAttributes } from '../phone/rig.ts';

const { publicKey } = sm2GenerateKeyPair();
const SERVICE = 'yiqian-demo-1';
const request = (change: Partial<PhoneRequest> = {}): PhoneRequest => ({
  id: 'A'.repeat(22),
  kind: 'sign',
  backendId: SERVICE,
  desk: '3',
  rows: [1, 2].map((n) => ({ type: '首次病程记录', initials: '王＊', digest: `${n}`.repeat(64) })),
  listDigest: 'AB'.repeat(32),
  signatures: 4,
  seals: false,
  ...change,
});
const LOGIN = request({ kind: 'login', rows: [], signatures: 1 });
const login = (backendId = SERVICE): Uint8Array =>
  loginText(backendId, { challengeId: 'aB3-_x9012345678', nonce: 'q83vEjRWeJA=' });
const text = (s: string): Uint8Array => new TextEncoder().encode(s);

let house: House;
/** What a signer is given to sign. */
async function signedBy(work: (signer: Signer) => Promise<unknown>): Promise<Uint8Array> {
  let seen: Uint8Array | undefined;
  await work({ ...house.doctor, sign: (bytes) => ((seen = bytes.slice()), house.doctor.sign(bytes)) });
  return seen!;
}
let attributes: Uint8Array;
let seals: Uint8Array[];
let csr: Uint8Array;
let certificate: Uint8Array;
beforeAll(async () => {
  house = await openHouse();
  const content = { digest: randomBytes(32) };
  attributes = await signedBy((signer) => buildSignedData({ content, signer, signingTime: house.now }));
  seals = await Promise.all(
    ([4, 5] as const).map(async (version) => {
      const seal = await makeSeal(
        {
          ...{
            version,
            id: 'DEMO-1',
            vendor: 'YIQIAN',
            type: 1,
            name: '章',
            createdAt: house.now,
            validFrom: house.now,
          },
          signers: { kind: 'certificates', certificates: [house.doctor.certificate] },
          validTo: later(house.now, 300 * DAY),
          picture: { format: 'PNG', data: PNG_4X4, widthMm: 42, heightMm: 42 },
        },
        house.maker,
        { trust: house.trust, now: house.now },
      );
      const asked = { seal, dataHash: randomBytes(32), propertyInfo: '[0 10 20 30]', time: house.now };
      return signedBy((signer) => makeSealSignature({ ...asked, signer }));
    }),
  );
  const key = softwareKeySigner(generateSoftwareKey('sm2'));
  const der = await createCertificateRequest({ subject: [['CN', '李医师']] }, key);
  csr = new DerCursor(readDer(der)).next().bytes;
  certificate = new DerCursor(readDer(house.doctor.certificate.der)).next().bytes;
});

describe('a list', () => {
  it('has its records’ attributes signed, and seal data where seals were announced', () => {
    expect(fitsRequest(attributes, 0, request(), publicKey)).toBe(true);
    expect(fitsRequest(signedAttributes(), 1, request(), publicKey)).toBe(true);
    for (const seal of [...seals, sealData()]) {
      expect(fitsRequest(seal, 1, request({ seals: true }), publicKey)).toBe(true);
      expect(fitsRequest(seal, 1, request(), publicKey)).toBe(false);
    }
  });

  it('has nothing else signed, seals or not', () => {
    const own = concatBytes(Uint8Array.of(0x30, 70, 2, 1, 0), publicKey, Uint8Array.of(5, 0));
    const wrong = {
      ...{ csr, own, certificate, login: login() },
      approval: phoneApprovalText(request()),
      test: cosignTestMessage('k', 1, randomBytes(32)),
      envelope: cosignEnvelopeText(text('{}')),
      ...{ digest: randomBytes(32), nothing: new Uint8Array(), pdf: text('%PDF-1.7\n') },
      longer: concatBytes(attributes, Uint8Array.of(0)),
      shorter: attributes.subarray(0, attributes.length - 1),
      emptySet: Uint8Array.of(0x31, 0),
      noDigest: signedAttributes().map((b, i, all) => (all.length - i === 37 ? 5 : b)),
      shortDigest: Uint8Array.of(
        0x31,
        0x14,
        0x30,
        0x12,
        6,
        9,
        0x2a,
        0x86,
        0x48,
        0x86,
        0xf7,
        0x0d,
        1,
        9,
        4,
        0x31,
        5,
        4,
        3,
        1,
        2,
        3,
      ),
      aSequenceOfAttributes: signedAttributes().map((b, i) => (i === 0 ? 0x30 : b)),
      sealWithoutDigest: sealData().subarray(0, 20),
      sealOfOtherDigest: sealData(randomBytes(20)),
    };
    for (const [name, message] of Object.entries(wrong)) {
      for (const seals of [false, true]) {
        expect(fitsRequest(message, 0, request({ seals }), publicKey), `${name} ${seals}`).toBe(false);
      }
    }
  });

  it('has one digest a message, and no row but its own', () => {
    const one = signedAttributes();
    const digest = one.subarray(one.length - 49);
    const two = concatBytes(Uint8Array.of(0x31, one.length - 2 + digest.length), one.subarray(2), digest);
    expect([two.length < 130, fitsRequest(two, 0, request(), publicKey)]).toEqual([true, false]);
    for (const row of [-1, 2, 1000]) expect(fitsRequest(attributes, row, request(), publicKey)).toBe(false);
  });
});

describe('a login', () => {
  it('has the login text of this service signed and nothing else', () => {
    expect(fitsRequest(login(), 0, LOGIN, publicKey)).toBe(true);
    const wrong = {
      elsewhere: login('another'),
      prefix: login(`${SERVICE}2`),
      lines: concatBytes(login(), text('\nmore')),
      noNonce: text(`YIQIAN-LOGIN-1\n${SERVICE}\naB3-_x9012345678\n`),
      version: text(`YIQIAN-LOGIN-2\n${SERVICE}\naB3-_x9012345678\nq83vEjRWeJA=`),
      ...{ attributes, seal: seals[0]!, approval: phoneApprovalText(LOGIN) },
    };
    for (const [name, message] of Object.entries(wrong)) {
      expect(fitsRequest(message, 0, LOGIN, publicKey), name).toBe(false);
    }
    expect(fitsRequest(login(), 1, LOGIN, publicKey)).toBe(false);
    expect(fitsRequest(login(), 0, request(), publicKey)).toBe(false);
  });
});

it('each kind is known by its form', () => {
  const key = new DerCursor(readDer(csr)).all().at(-2)!.bytes.slice(-65);
  expect(
    [attributes, seals[0]!, login(), phoneApprovalText(request()), csr, text('x')].map((m) => kindOfMessage(m, key)),
  ).toEqual(['attributes', 'seal', 'login', 'approval', 'request', 'other']);
});
