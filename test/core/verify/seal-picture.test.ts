/** A seal under the picture of another. */
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { makeSeal } from '#core/seal/index.ts';
import { signPdf } from '#core/signing/index.ts';
import { testCard, testSeal } from '../../fixtures/pdf/test-card.ts';
import { DAY, later, openHouse } from '../seal/material.ts';
import { makeRecord, requestOf, scratchFolder, writeRecord } from '../signing/material.ts';
import { judge } from './attacks/forge.ts';

it('the desk does not make one, and the seal’s own picture passes', async () => {
  const { doctor, maker, now, trust } = await openHouse();
  const request = {
    version: 4 as const,
    id: 'DEMO-0001',
    vendor: 'TEST',
    type: 1,
    name: '演示章',
    signers: { kind: 'certificates' as const, certificates: [doctor.certificate] },
    createdAt: now,
    validFrom: now,
    validTo: later(now, 100 * DAY),
    picture: { format: 'PNG' as const, data: testSeal(100), widthMm: 42, heightMm: 42 },
  };
  const seal = { seal: await makeSeal(request, maker, { trust, now }), carrier: 'attribute' as const };
  const folder = scratchFolder();
  const source = await writeRecord(folder, await makeRecord());
  const target = join(folder, 'signed.pdf');
  const placement = { page: 1, x: 100, y: 200, width: 42, height: 42 };
  const order = requestOf(source, target, doctor, trust, { seal, placement });
  await signPdf(order);
  expect((await judge(new Uint8Array(await readFile(target)), trust)).verdict).toBe('PASSED');
  const other = { appearance: { picture: { format: 'PNG' as const, data: testCard() } } };
  await expect(signPdf({ ...order, ...other, target: join(folder, 'other.pdf') })).rejects.toMatchObject({
    code: 'SIGN_SELF_CHECK',
    detail: 'SEAL_PICTURE_DIFFERS',
  });
});
