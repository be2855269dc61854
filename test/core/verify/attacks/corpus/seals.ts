/** GB/T 38540 seals: exchanged, borrowed, forged, used by others than their holders. All keys are SM2. */
import { sm3 } from '#core/crypto/index.ts';
import { buildSignedData, type Signer, type TrustMaterial } from '#core/pki/index.ts';
import { byteRangeInfo, SEAL_SIGNATURE_ATTRIBUTE } from '#core/seal/index.ts';
import { forgeSeal, forgeSignature, type SealParts, type SignatureParts } from '../../../seal/forge.ts';
import { makePki, type Pki } from '../../../signing/material.ts';
import { append, lastSignature, objectText, open, overwrite } from '../forge.ts';
import { craftedRecord, into, overlay, withContents } from '../crafted.ts';
import { family, type AttackPlan } from './attack.ts';
import type { Lab } from './lab.ts';

interface House {
  readonly pki: Pki;
  readonly maker: Signer;
  readonly doctor: Signer;
  readonly insider: Signer;
  /** A maker under an authority of the same name that nobody trusts. */
  readonly stranger: Signer;
  readonly now: Date;
}

const houses = new WeakMap<Lab, Promise<House>>();
const openHouses = new WeakMap<Lab, House>();

function houseOf(lab: Lab): Promise<House> {
  const opened = houses.get(lab) ?? openHouse(lab);
  houses.set(lab, opened);
  return opened;
}

async function openHouse(lab: Lab): Promise<House> {
  const pki = await makePki('sm2', 'Seals');
  const [maker, doctor, insider, stranger] = await Promise.all([
    pki.issue('Seal maker'),
    pki.issue('Doctor'),
    pki.issue('Insider'),
    (await makePki('sm2', 'Seals')).issue('Seal maker'),
  ]);
  const house = { pki, maker, doctor, insider, stranger, now: new Date(Math.floor(Date.now() / 1000) * 1000) };
  openHouses.set(lab, house);
  return house;
}

const trust = (lab: Lab): TrustMaterial => {
  const house = openHouses.get(lab);
  return house === undefined
    ? lab.trust
    : {
        ...house.pki.trust,
        intermediates: [house.pki.issuingSigner.certificate],
        sealMakers: [house.maker.certificate, house.stranger.certificate],
      };
};

interface Sealing {
  readonly maker?: (house: House) => Signer;
  /** Whom the seal lists. */
  readonly holder?: (house: House) => Signer;
  readonly signer?: (house: House) => Signer;
  readonly seal?: (house: House) => Partial<SealParts>;
  readonly signature?: (house: House, digest: Uint8Array) => Partial<SignatureParts>;
  readonly carrier?: 'attribute' | 'contents';
}

const ROOM = 6000;

/** A record sealed as ordered; without an order honestly. */
async function sealed(lab: Lab, order: Sealing = {}, record = craftedRecord()): Promise<Uint8Array> {
  const house = await houseOf(lab);
  const signer = order.signer?.(house) ?? house.doctor;
  const seal = await forgeSeal(
    4,
    order.maker?.(house) ?? house.maker,
    order.holder?.(house) ?? house.doctor,
    house.now,
    order.seal?.(house),
  );
  return withContents(
    record,
    'sm3',
    async (digest, byteRange) => {
      const value = await forgeSignature(4, seal, signer, house.now, {
        dataHash: digest,
        propertyInfo: byteRangeInfo(byteRange),
        ...order.signature?.(house, digest),
      });
      if (order.carrier === 'contents') return value;
      return buildSignedData({
        content: { digest },
        signer,
        signedAttributes: [{ id: SEAL_SIGNATURE_ATTRIBUTE, value }],
      });
    },
    { contentsSize: ROOM, claimedTime: house.now, placement: { page: 1, x: 20, y: 200, width: 42, height: 42 } },
  );
}

export const honestSeal = (lab: Lab, carrier: 'attribute' | 'contents'): Promise<Uint8Array> =>
  sealed(lab, { carrier });
export const sealTrust = trust;

const attack = (
  id: string,
  story: string,
  order: Sealing,
  codes: readonly string[],
  verdict: 'FAILED' | 'INDETERMINATE' = 'FAILED',
): AttackPlan => ({
  id,
  story,
  make: (lab) => sealed(lab, order),
  trust,
  verdict,
  codes,
});

/** The value of one file put into another of the same shape. */
async function transplanted(lab: Lab, carrier: 'attribute' | 'contents'): Promise<Uint8Array> {
  const here = await sealed(lab, { carrier });
  const other = await sealed(lab, { carrier }, craftedRecord({ 40: '<< >>' }));
  const [a, b] = (await lastSignature(other)).contentsSpan ?? [0, 0];
  const [c] = (await lastSignature(here)).contentsSpan ?? [0, 0];
  return overwrite(here, c, other.slice(a, b));
}

/** A byte of the seal inside the value is turned: `needle` is text that stands in the seal. */
async function withinSeal(lab: Lab, carrier: 'attribute' | 'contents', needle: string): Promise<Uint8Array> {
  const bytes = await sealed(lab, { carrier });
  const hex = Buffer.from(needle, 'utf8').toString('hex');
  const at = Buffer.from(bytes).toString('latin1').toLowerCase().indexOf(hex);
  if (at < 0) throw new Error(`the seal does not hold ${needle}`);
  return overwrite(bytes, at + 1, (bytes[at + 1] ?? 0) === 0x31 ? '2' : '1');
}

export const seals = family('seal', [
  attack(
    'seal-01-somebody-elses',
    'The insider signs with the doctor’s seal and his own key.',
    { signer: (h) => h.insider },
    ['SIGNER_NOT_IN_SEAL'],
  ),
  attack(
    'seal-02-unknown-maker',
    'The seal comes from a maker of the right name whose authority nobody trusts.',
    { maker: (h) => h.stranger },
    ['SEAL_MAKER_CERT', 'CHAIN_NO_TRUST_ANCHOR', 'SEAL_MAKER_UNKNOWN', 'SEAL_MAKER_NOT_LISTED'],
    'INDETERMINATE',
  ),
  attack(
    'seal-03-made-by-a-doctor',
    'A doctor made himself a seal with his own certificate.',
    { maker: (h) => h.insider, holder: (h) => h.insider, signer: (h) => h.insider },
    ['SEAL_MAKER_NOT_LISTED', 'SEAL_MAKER_CERT', 'SEAL_MAKER_UNKNOWN'],
    'INDETERMINATE',
  ),
  attack(
    'seal-04-expired',
    'The seal had expired when it was used.',
    { seal: (h) => ({ createdAt: days(h, -30), validFrom: days(h, -30), validTo: days(h, -1) }) },
    ['SEAL_EXPIRED', 'SIGN_TIME'],
  ),
  attack(
    'seal-05-not-yet-valid',
    'The seal is not valid yet.',
    { seal: (h) => ({ validFrom: days(h, 5), validTo: days(h, 50) }) },
    ['SEAL_NOT_YET_VALID', 'SIGN_TIME'],
  ),
  attack(
    'seal-06-hash-of-another-record',
    'The seal signature is over another record, inside a CMS that is right.',
    { signature: () => ({ dataHash: sm3(Uint8Array.of(1)) }) },
    ['DOC_HASH'],
  ),
  attack(
    'seal-07-other-range',
    'The seal signature says that it protects other bytes.',
    { signature: () => ({ propertyInfo: 'ByteRange=[0 10 20 30]' }) },
    ['SIGN_PROPERTY', 'SIGN_RANGE', 'DOC_HASH', 'SEAL_RANGE', 'SIGN_PROPERTY_INFO'],
  ),
  attack(
    'seal-08-certificate-of-the-holder',
    'The insider signs and names the doctor’s certificate in the seal signature.',
    { carrier: 'contents', signer: (h) => h.insider, signature: (h) => ({ certificate: h.doctor.certificate.der }) },
    ['SIGN_VALUE'],
  ),
  attack(
    'seal-09-makers-certificate-swapped',
    'The seal names another maker’s certificate than the one that made it.',
    { seal: (h) => ({ certificate: h.stranger.certificate.der }) },
    ['SEAL_SIGNATURE'],
  ),
  {
    id: 'seal-10-exchanged-in-the-attribute',
    story: 'The name of the seal inside the CMS is changed in the finished file.',
    make: (lab) => withinSeal(lab, 'attribute', '测试医院电子印章'),
    trust,
    codes: ['CMS_SIGNATURE_INVALID', 'SEAL_SIGNATURE', 'SIGN_VALUE', 'CONTENTS_MALFORMED'],
  },
  {
    id: 'seal-11-exchanged-in-contents',
    story: 'The number of the seal in /Contents is changed in the finished file.',
    make: (lab) => withinSeal(lab, 'contents', '41010000000001'),
    trust,
    codes: ['SEAL_SIGNATURE', 'SIGN_VALUE'],
  },
  {
    id: 'seal-12-transplanted-attribute',
    story: 'CMS and seal of another record by the same doctor are put into this file.',
    make: (lab) => transplanted(lab, 'attribute'),
    trust,
    codes: ['CMS_DIGEST_MISMATCH', 'DOC_HASH'],
  },
  {
    id: 'seal-13-transplanted-contents',
    story: 'The seal signature of another record is put into this file.',
    make: (lab) => transplanted(lab, 'contents'),
    trust,
    codes: ['DOC_HASH'],
  },
  {
    id: 'seal-14-picture-on-the-page',
    story: 'After sealing, the picture on the page is exchanged; the seal in the file stays.',
    make: async (lab) => {
      const bytes = await sealed(lab);
      const [field] = await (await open(bytes)).signatureFields();
      const num = field?.ref?.num ?? 0;
      const text = (await objectText(bytes, num)).replace(/\/AP\s*<<[^>]*>>/, '');
      return append(bytes, {
        objects: { [num]: into(text, '/AP << /N 60 0 R >>'), 60: overlay('Another seal', '/Type /XObject ') },
      });
    },
    trust,
    codes: ['CHANGED_SIGNATURE', 'CHANGED_ANNOTATION', 'CHANGED_OBJECT', 'CHANGED_PAGE_CONTENT'],
  },
]);

const days = ({ now }: House, n: number): Date => new Date(now.getTime() + n * 86_400_000);
