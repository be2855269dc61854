/** A doctor's certificate chains to the same root as the seal maker's: who may make seals is said apart. */
import { beforeAll, expect, it } from 'vitest';
import type { YqError } from '#core/errors/index.ts';
import type { Certificate, Signer } from '#core/pki/index.ts';
import { checkSealUsable, makeSeal, parseSeal, verifySeal } from '#core/seal/index.ts';
import { DAY, expectVerdict, later, openHouse, type House } from './material.ts';

const picture = {
  format: 'SVG',
  data: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="42mm" height="42mm"/>'),
  widthMm: 42,
  heightMm: 42,
} as const;
let house: House;
let proper: Uint8Array;
/** Made by a doctor for himself, in the hospital's name. */
let selfMade: Uint8Array;

beforeAll(async () => {
  house = await openHouse();
  const make = (maker: Signer): Promise<Uint8Array> =>
    makeSeal(
      {
        ...{ version: 4, id: 'H-1', vendor: 'T', type: 1, name: '医院病历专用章', picture },
        signers: { kind: 'certificates', certificates: [house.doctor.certificate] },
        ...{ createdAt: house.now, validFrom: house.now, validTo: later(house.now, DAY) },
      },
      maker,
    );
  [proper, selfMade] = await Promise.all([make(house.maker), make(house.doctor)]);
});

const judged = (der: Uint8Array, sealMakers?: readonly Certificate[]) =>
  verifySeal(parseSeal(der), {
    makerTrust: { ...house.trust, ...(sealMakers && { sealMakers }) },
    at: house.now,
    now: house.now,
  });

it('without a list whoever the roots reach makes seals', () => {
  expectVerdict(judged(proper), 'PASSED');
  expectVerdict(judged(selfMade), 'PASSED');
});

it('with a list only those on it, or whom a listed CA certified', () => {
  const makers = [house.maker.certificate];
  expectVerdict(judged(proper, makers), 'PASSED');
  expectVerdict(judged(selfMade, makers), 'INDETERMINATE', 'SEAL_MAKER_NOT_LISTED');
  expectVerdict(judged(proper, []), 'INDETERMINATE', 'SEAL_MAKER_NOT_LISTED');
  expectVerdict(judged(proper, [house.pki.issuingSigner.certificate]), 'PASSED');
  // Another person's certificate on the list is no CA and certifies nobody.
  expectVerdict(judged(selfMade, [house.other.certificate]), 'INDETERMINATE', 'SEAL_MAKER_NOT_LISTED');
});

it('a seal of somebody else’s making is not signed with', () => {
  const use = (der: Uint8Array): string => {
    try {
      const trust = { ...house.trust, sealMakers: [house.maker.certificate] };
      checkSealUsable(der, house.doctor.certificate, { trust, now: house.now });
      return 'usable';
    } catch (e) {
      return (e as YqError).code;
    }
  };
  expect([use(proper), use(selfMade)]).toEqual(['usable', 'SEAL_NOT_TRUSTED']);
});
