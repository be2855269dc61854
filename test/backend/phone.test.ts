/** Signing by phone, the service's side (docs/design/026): each rule and each refusal, over HTTP, with real keys. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/crypto/index.ts';
import { phoneApprovalText } from '../../src/core/token/cosign/device/index.ts';
import { Hospital } from './hospital.ts';
import { approved, attributes, clinician, codeOf, Desk, Phone, sealData, type Asked } from './phone-world.ts';

let hospital: Hospital;
let li: Awaited<ReturnType<typeof clinician>>;
beforeEach(async () => {
  hospital = await Hospital.open();
  li = await clinician(hospital, '10023', '李医师');
});
afterEach(async () => {
  await hospital.close();
  expect(hospital.faults).toEqual([]);
});

describe('a list', () => {
  it('is asked, scanned, approved, signed and done; desk and phone see the same number', async () => {
    const { desk, phone } = li;
    const asked = await desk.list(2);
    expect(asked.path).toBe(`/phone/#s=${asked.id}`);
    expect(await desk.view(asked)).toMatchObject({
      state: 'waiting',
      check: null,
      key: null,
      approval: null,
      signatures: [],
    });
    const { request, check } = await phone.scan(asked.id);
    expect(request).toMatchObject({ id: asked.id, kind: 'sign', desk: '护士站 3 号机', signatures: 2, seals: false });
    expect(request.rows).toHaveLength(2);
    expect(await desk.view(asked)).toMatchObject({ state: 'scanned', check, key: null });
    expect(await phone.approve(request)).toEqual({ state: 'approved' });
    const view = await desk.view(asked);
    expect(view).toMatchObject({
      state: 'approved',
      key: { keyId: phone.keyId, person: { id: '10023', name: '李医师' } },
    });
    expect(phone.verifies(phoneApprovalText(request), view.approval)).toBe(true);
    const messages = [attributes(), attributes()];
    expect((await desk.give(asked, messages)).status).toBe(200);
    const work = await phone.work(asked.id);
    expect(work.messages.map((m) => m.n)).toEqual([0, 1]);
    const values = await Promise.all(
      work.messages.map(async ({ n, message }) => ({ n, signature: await phone.sign(message) })),
    );
    await phone.work(asked.id, values);
    const { signatures } = await desk.view(asked);
    expect(signatures.map((s: any) => phone.verifies(messages[s.n]!, s.signature))).toEqual([true, true]);
    expect((await desk.give(asked, [], { taken: [0, 1] })).json.signatures).toEqual([]);
    expect((await desk.end(asked)).status).toBe(204);
    expect(await desk.view(asked)).toMatchObject({ state: 'done' });
    expect(await phone.work(asked.id)).toEqual({ state: 'done', messages: [] });
  });
});
