/** Sealed files last too: what judges the seal's maker and, in a bare SES_Signature, its signer is kept with the rest. */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Signer } from '#core/pki/index.ts';
import { makeSeal } from '#core/seal/index.ts';
import { DAY } from './small-internet.ts';
import { Rig, seen } from './rig.ts';

const PICTURE = new URL('../../../../resources/demo/seal.png', import.meta.url);

let rig: Rig;
let doctor: Signer;
beforeAll(async () => {
  rig = await Rig.open('sm2');
  doctor = await rig.ca.issue('Doctor');
});

async function sealBy(maker: Signer): Promise<Uint8Array> {
  const now = rig.clock.now();
  const data = new Uint8Array(await readFile(PICTURE));
  return makeSeal(
    {
      version: 4,
      id: 'DEMO-0001',
      vendor: 'YIQIAN-TEST',
      type: 1,
      name: '示范章（演示）',
      signers: { kind: 'certificates', certificates: [doctor.certificate] },
      createdAt: now,
      validFrom: now,
      validTo: new Date(now.getTime() + 100 * DAY),
      picture: { format: 'PNG', data, widthMm: 42, heightMm: 42 },
    },
    maker,
    { trust: { ...rig.ca.trust, intermediates: [rig.ca.issuingSigner.certificate] }, now },
  );
}
const place = { placement: { page: 1, x: 100, y: 200, width: 42, height: 42 } };
const intermediates = (): { trust: { roots: Rig['ca']['root'][]; intermediates: Signer['certificate'][] } } => ({
  trust: { roots: [rig.ca.root], intermediates: [rig.ca.issuingSigner.certificate] },
});

describe('a sealed file', () => {
  it.each(['attribute', 'contents'] as const)(
    'carrier %s: extended, and judged from the roots alone',
    async (carrier) => {
      const maker = await rig.ca.issue('Maker');
      const seal = { seal: await sealBy(maker), carrier };
      await rig.sign(`${carrier}.pdf`, doctor, { ...place, ...intermediates(), seal });
      const result = await rig.extend(`${carrier}.pdf`, `${carrier}-lta.pdf`, intermediates());
      expect(result.outcome).toBe('extended');
      const report = await rig.judge(`${carrier}-lta.pdf`);
      expect(seen(report)).toEqual([
        ['signature', 'PASSED', carrier === 'attribute' ? 'B-LTA' : 'none'],
        ['stamp', 'PASSED', 'none'],
      ]);
      expect(report.signatures[0]).toMatchObject({ revocation: 'good', seal: { verdict: 'PASSED' } });
      const { certificates, crls } = await rig.store(`${carrier}-lta.pdf`);
      for (const { certificate } of [maker, doctor, rig.tsaSigner]) {
        expect(
          certificates.some((der) => Buffer.from(certificate.der).equals(der)),
          certificate.commonName,
        ).toBe(true);
      }
      expect(crls).toHaveLength(2);
    },
  );

  it('whose maker names no list is extended without one', async () => {
    const seal = { seal: await sealBy(await rig.ca.issue('Silent maker', {}, [])), carrier: 'attribute' as const };
    await rig.sign('silent.pdf', doctor, { ...place, seal, ...intermediates() });
    await rig.extend('silent.pdf', 'silent-lta.pdf', intermediates());
    expect(seen(await rig.judge('silent-lta.pdf'))).toContainEqual(['signature', 'PASSED', 'B-LTA']);
  });

  it('whose maker was revoked before the signature is not', async () => {
    const maker = await rig.ca.issue('Revoked maker');
    const seal = { seal: await sealBy(maker), carrier: 'attribute' as const };
    await rig.sign('revoked.pdf', doctor, { ...place, seal, ...intermediates() });
    rig.ca.revoke(maker, new Date(rig.clock.now().getTime() - 3_600_000), 4);
    await expect(rig.extend('revoked.pdf', 'revoked-lta.pdf', intermediates())).rejects.toMatchObject({
      code: 'LASTING_REVOKED',
      params: { certificate: 'Revoked maker' },
    });
  });
});
