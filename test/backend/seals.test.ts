/** A person's seals over the interface: those that list a certificate of his, by certificate or digest, and no others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSealMaker } from '../../src/backend/seals/maker.ts';
import { toHex } from '../../src/core/crypto/index.ts';
import type { Certificate, Signer } from '../../src/core/pki/index.ts';
import { checkSealUsable, makeSeal, parseSeal, verifySeal } from '../../src/core/seal/index.ts';
import { Hospital, type Doctor } from './hospital.ts';

const SVG = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18"/>');
const DAY = 86_400_000;

let hospital: Hospital;
let maker: Signer;
let li: Doctor;
let zhao: Doctor;
beforeAll(async () => {
  hospital = await Hospital.open();
  maker = await openSealMaker(hospital.backend.rooms, hospital.dataDir, '示范医院');
  li = await hospital.doctor('10023', '李医师');
  zhao = await hospital.doctor('10087', '赵医师');
});
afterAll(() => hospital.close());

async function put(
  id: string,
  certificates: readonly Certificate[],
  kind: 'certificates' | 'digests' = 'certificates',
): Promise<Uint8Array> {
  const { now, backend } = hospital;
  const seal = await makeSeal(
    {
      version: 4,
      id,
      vendor: 'YIQIAN-TEST',
      type: 2,
      name: `${id}（演示）`,
      signers: { kind, certificates },
      createdAt: now,
      validFrom: now,
      validTo: new Date(now.getTime() + 30 * DAY),
      picture: { format: 'SVG', data: SVG, widthMm: 18, heightMm: 18 },
    },
    maker,
    { trust: await backend.rooms.trust.material(), now },
  );
  backend.rooms.seals.put(seal);
  return seal;
}

const mine = async (doctor: Doctor): Promise<{ id: string; name: string; seal: string }[]> => {
  const answer = await hospital.call('GET', '/api/v1/seals', { token: await hospital.signIn(doctor) });
  expect(answer.status).toBe(200);
  return answer.json.seals;
};

describe('GET /seals', () => {
  it('gives each person the seals that list a certificate of his', async () => {
    expect(await mine(li)).toEqual([]);
    const both = await put('B-BOTH', [li.signer.certificate, zhao.signer.certificate]);
    await put('C-LI', [li.signer.certificate], 'digests');
    await put('A-ZHAO', [zhao.signer.certificate]);
    expect((await mine(li)).map((s) => s.id)).toEqual(['B-BOTH', 'C-LI']);
    expect((await mine(zhao)).map((s) => s.id)).toEqual(['A-ZHAO', 'B-BOTH']);
    const [first] = await mine(li);
    expect(first).toEqual({ id: 'B-BOTH', name: 'B-BOTH（演示）', seal: Buffer.from(both).toString('base64') });
  });

  it('a seal issued anew takes the place of the old one; who is no longer listed has it no more', async () => {
    const renewed = await put('B-BOTH', [zhao.signer.certificate]);
    expect((await mine(li)).map((s) => s.id)).toEqual(['C-LI']);
    const seal = (await mine(zhao)).find((s) => s.id === 'B-BOTH')!.seal;
    expect(toHex(Buffer.from(seal, 'base64'))).toBe(toHex(renewed));
  });

  it('they can be used by their holder in the trust of this backend', async () => {
    const trust = await hospital.backend.rooms.trust.material();
    const { now } = hospital;
    const der = new Uint8Array(Buffer.from((await mine(li))[0]!.seal, 'base64'));
    const { findings, verdict } = verifySeal(parseSeal(der), { makerTrust: trust, at: now, now });
    expect(verdict, findings.map((f) => `${f.code} ${f.detail ?? ''}`).join('\n')).toBe('PASSED');
    expect(checkSealUsable(der, li.signer.certificate, { trust, now }).id).toBe('C-LI');
    expect(() => checkSealUsable(der, zhao.signer.certificate, { trust, now })).toThrow('SEAL_SIGNER_NOT_LISTED');
  });

  it('stays over a restart; the maker keeps key and certificate', async () => {
    await hospital.restart();
    expect((await mine(li)).map((s) => s.id)).toEqual(['C-LI']);
    const again = await openSealMaker(hospital.backend.rooms, hospital.dataDir, '示范医院');
    expect(again.certificate.equals(maker.certificate)).toBe(true);
  });

  it('the maker can be revoked like anyone; his seals are then refused', async () => {
    const answer = await hospital.call('POST', `/api/v1/ca/certificates/${maker.certificate.serial}/revocation`, {
      token: hospital.admin,
      json: { reason: 'cessationOfOperation' },
    });
    expect(answer.status).toBe(204);
    hospital.advance(1000);
    const trust = await hospital.backend.rooms.trust.material();
    const der = new Uint8Array(Buffer.from((await mine(li))[0]!.seal, 'base64'));
    expect(() => checkSealUsable(der, li.signer.certificate, { trust, now: hospital.now })).toThrow('SEAL_NOT_TRUSTED');
  });
});
