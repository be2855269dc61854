/** A certificate that is asked for at two services on one store: who issues, who waits, and what becomes of it when the first one fails or dies. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import { KeyFolder } from '#core/token/index.ts';
import { freshId, openSecrets, type DeviceSecrets } from '#core/token/cosign/device/index.ts';
import { Authority } from '../../../../src/backend/ca/authority.ts';
import { CosignRegistry } from '../../../../src/backend/cosign/registry.ts';
import { Cosign } from '../../../../src/backend/cosign/service.ts';
import { Persons } from '../../../../src/backend/login/persons.ts';
import { Store } from '../../../../src/backend/store/database.ts';
import { seal } from '../../../../src/core/token/cosign/device/messages.ts';
import { openRig, PIN, type Rig } from './rig.ts';

let rig: Rig;
let stores: Store[];
beforeEach(async () => {
  rig = await openRig();
  stores = [];
});
afterEach(async () => {
  for (const store of stores) store.close();
  await rig.close();
});

/** A service of its own on the rig's store, whose CA takes as long as it is told. */
function service(taking: () => Promise<void>): { cosign: Cosign; begun: () => number } {
  const store = new Store(join(rig.home, 'backend', 'backend.sqlite'));
  stores.push(store);
  const { hierarchies } = rig.rooms;
  const authority = new Authority({
    store,
    hierarchies,
    publicUrl: 'http://127.0.0.1',
    organization: '示范医院',
    clock: () => rig.now,
  });
  const persons = new Persons(store);
  let begun = 0;
  const cosign = new Cosign({
    registry: new CosignRegistry(store),
    vault: () => Promise.resolve(rig.vault),
    clock: () => rig.now,
    person: (id) => persons.get(id),
    certify: async (csr, person, keep) => {
      begun++;
      await taking();
      const listed = (certificate: Certificate): void => {
        persons.register(person.id, certificate);
        keep(certificate);
      };
      return (await authority.issue(csr, { person, listed })).certificate;
    },
    uncertify: () => undefined,
    chain: [],
  });
  return { cosign, begun: () => begun };
}

/** A key that has everything but its certificate, and its request for it, in a new envelope each time. */
async function uncertified(): Promise<{ keyId: string; ask: (cosign: Cosign) => Promise<string> }> {
  let csr = '';
  rig.way = (request, pass) => {
    if (!request.url.endsWith('/certificate')) return pass(request);
    const { payload } = JSON.parse(new TextDecoder().decode(request.body)) as { payload: string };
    ({ csr } = JSON.parse(Buffer.from(payload, 'base64').toString()) as { csr: string });
    throw new Error('cut');
  };
  await rig
    .device()
    .enrol({ code: rig.code(), pin: PIN, deviceName: 'x' })
    .catch(() => undefined);
  rig.way = undefined;
  const folder = new KeyFolder(rig.keyFolder);
  const [keyId = ''] = await folder.list();
  const { device }: DeviceSecrets = await openSecrets(await folder.read(keyId), rig.protector);
  const ask = async (cosign: Cosign): Promise<string> => {
    const head = { op: 'certificate', keyId, requestId: freshId(), time: rig.now.toISOString() };
    const body: unknown = JSON.parse(seal({ ...head, csr }, device));
    try {
      return ((await cosign.answer('certificate', keyId, body, 'test')) as { certificate: string }).certificate;
    } catch (e) {
      return isYqError(e) ? e.code : String(e);
    }
  };
  return { keyId, ask };
}

/** Certificates that the CA lists as issued to persons. */
const listed = (): number => Number(rig.rooms.store.get('SELECT count(*) AS n FROM person_certificates')?.['n']);
const gate = (): { open: () => void; fail: () => void; taking: () => Promise<void> } => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { open: () => resolve(), fail: () => reject(new Error('the CA is away')), taking: () => promise };
};

describe('two services, one certificate', () => {
  it('who comes while it is issued waits for that one', async () => {
    const { ask } = await uncertified();
    const slow = gate();
    const [first, second] = [service(slow.taking), service(() => Promise.resolve())];
    const asked = [ask(first.cosign), ask(second.cosign), ask(first.cosign)];
    await expect.poll(() => first.begun(), { timeout: 20_000 }).toBe(1);
    slow.open();
    const certificates = await Promise.all(asked);
    expect(certificates[0]).toMatch(/^MII/);
    expect(new Set(certificates).size).toBe(1);
    expect([first.begun(), second.begun(), listed()]).toEqual([1, 0, 1]);
  });

  it('when the first one fails, who has waited issues it', async () => {
    const { ask } = await uncertified();
    const slow = gate();
    const [first, second] = [service(slow.taking), service(() => Promise.resolve())];
    const failing = ask(first.cosign);
    await expect.poll(() => first.begun(), { timeout: 20_000 }).toBe(1);
    const waiting = ask(second.cosign);
    slow.fail();
    expect(await failing).toContain('the CA is away');
    expect(await waiting).toMatch(/^MII/);
    expect([second.begun(), listed()]).toEqual([1, 1]);
  });

  it('when the first one has died, the next one issues it after its time; what the dead one would have made is not listed', async () => {
    const { ask, keyId } = await uncertified();
    const slow = gate();
    const [first, second] = [service(slow.taking), service(() => Promise.resolve())];
    const late = ask(first.cosign);
    await expect.poll(() => first.begun(), { timeout: 20_000 }).toBe(1);
    const waiting = ask(second.cosign);
    rig.now = new Date(rig.now.getTime() + 21_000);
    const certificate = await waiting;
    expect(certificate).toMatch(/^MII/);
    slow.open();
    expect(await late).toBe('COSIGN_REFUSED');
    expect([listed(), Buffer.from(rig.registry.find(keyId)!.certificate!).toString('base64')]).toEqual([
      1,
      certificate,
    ]);
    // Asked again, everybody gives the one that is.
    expect([await ask(first.cosign), await ask(second.cosign)]).toEqual([certificate, certificate]);
  });
});
