/** What a desk hears of its request: order, heartbeat, end, a reader that is slow, and two processes on one store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBackend, type Backend } from '../../src/backend/index.ts';
import { Hospital } from './hospital.ts';
import { approved, attributes, clinician, Desk, Phone, type Asked, waiting } from './phone-world.ts';

let hospital: Hospital;
let desk: Desk;
let phone: Phone;
let token: string;
let lines: AbortController;
beforeAll(async () => {
  hospital = await Hospital.open();
  ({ desk, phone, token } = await clinician(hospital, '10023', '李医师'));
});
afterAll(async () => {
  await hospital.close();
  expect(hospital.faults).toEqual([]);
});
beforeEach(() => {
  hospital.advance(120_000);
  phone.lock();
  lines = new AbortController();
  return () => lines.abort();
});

const follow = (asked: Asked, at = desk) => at.events(asked, lines.signal);

describe('events', () => {
  it('tell every state in its order, each value once it is there, and end with the end', async () => {
    const asked = await desk.list();
    const events = follow(asked);
    const next = async () => (await events.next()).value;
    expect(await next()).toMatchObject({ id: asked.id, state: 'waiting', check: null });
    const { request, check } = await phone.scan(asked.id);
    expect(await next()).toMatchObject({ state: 'scanned', check, key: null });
    await phone.approve(request);
    expect(await next()).toMatchObject({ state: 'approved', key: { keyId: phone.keyId } });
    const message = attributes();
    await desk.give(asked, [message]);
    await phone.workThrough(asked.id);
    const told = await next();
    expect(told.signatures).toMatchObject([{ n: 0 }]);
    expect(phone.verifies(message, told.signatures[0].signature)).toBe(true);
    await desk.give(asked, [], { taken: [0] });
    expect(await next()).toMatchObject({ state: 'approved', signatures: [] });
    await desk.end(asked);
    expect(await next()).toMatchObject({ state: 'done' });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('are those that polling gives', async () => {
    const asked = await approved(desk, phone);
    expect((await follow(asked).next()).value).toEqual(await desk.view(asked));
  });

  it('of a request that has ended are one, and the end', async () => {
    const asked = await desk.list();
    await desk.end(asked);
    const events = follow(asked);
    expect((await events.next()).value).toMatchObject({ state: 'cancelled' });
    expect((await events.next()).done).toBe(true);
  });

  it('tell what time alone has made: expired, lost', async () => {
    const asked = await desk.list();
    const events = follow(asked);
    await events.next();
    hospital.advance(120_000);
    expect((await events.next()).value).toMatchObject({ state: 'expired' });
    const other = await approved(desk, phone);
    const further = follow(other);
    await further.next();
    hospital.advance(45_000);
    expect((await further.next()).value).toMatchObject({ state: 'lost', reason: 'PHONE_LOST' });
  });

  it('are kept alive by a comment every ten seconds of silence', async () => {
    const asked = await desk.list();
    const events = follow(asked);
    await events.next();
    for (let i = 0; i < 3; i++) {
      hospital.advance(10_000);
      expect((await events.next()).value).toBe('heartbeat');
    }
    await phone.scan(asked.id);
    expect((await events.next()).value).toMatchObject({ state: 'scanned' });
  });

  it('for a slow reader are the newest alone: what it has missed is not kept for it', async () => {
    const asked = await approved(desk, phone, 1, { signatures: 40 });
    const { desk: room, events } = hospital.backend.rooms.phone;
    const line = events.follow(room.require(asked.id, asked.secret));
    const reader = line[Symbol.asyncIterator]();
    const views = async (): Promise<any[]> => {
      const parts = String((await reader.next()).value).split('\n\n');
      return parts.filter((part) => part !== '').map((part) => JSON.parse(part.slice('data: '.length)));
    };
    expect(await views()).toMatchObject([{ signatures: [] }]);
    for (let n = 0; n < 40; n++) await desk.give(asked, [attributes()], { from: n });
    for (let i = 0; i < 20; i++) {
      const messages = (await phone.work(asked.id)).messages.slice(0, 2);
      const values = messages.map(async (m) => ({ n: m.n, signature: await phone.sign(m.message) }));
      await phone.work(asked.id, await Promise.all(values));
    }
    const told = await views();
    if (told.at(-1).signatures.length < 40) told.push(...(await views()));
    // One was read ahead when the reader stopped; the twenty changes since then are one event.
    expect(told.length).toBeLessThanOrEqual(2);
    expect(told.at(-1).signatures).toHaveLength(40);
    line.destroy();
  });

  it('go to four lines of one request; the oldest is ended for a fifth', async () => {
    const asked = await desk.list();
    const all = Array.from({ length: 5 }, () => follow(asked));
    for (const line of all) await line.next();
    await expect(all[0]!.next()).rejects.toThrow();
    await phone.scan(asked.id);
    for (const line of all.slice(1)) expect((await line.next()).value).toMatchObject({ state: 'scanned' });
  });
});

describe('the end of the service', () => {
  it('ends lines and answers phones that wait, at once', async () => {
    const other = await Hospital.open();
    const li = await clinician(other, '10023', '李医师');
    const [open, worked] = [await li.desk.list(), await approved(li.desk, li.phone)];
    const events = li.desk.events(open, lines.signal);
    await events.next();
    const { answer } = await waiting(other, li.phone, worked, 25_000);
    await other.close();
    expect(await answer).toEqual({ state: 'approved', messages: [] });
    expect((await events.next()).done).toBe(true);
    expect(other.faults).toEqual([]);
  });
});

describe('two processes on one store', () => {
  let second: Backend;
  beforeAll(async () => {
    second = await createBackend({ dataDir: hospital.dataDir, port: 0, clock: () => hospital.now });
  });
  afterAll(() => second.close());

  it('a desk at one and a phone at the other hear of each other', async () => {
    const far = new Desk({ backend: second }, token);
    const asked = await far.list();
    const events = follow(asked, far);
    const next = async () => (await events.next()).value;
    expect(await next()).toMatchObject({ state: 'waiting' });
    const { request, check } = await phone.scan(asked.id);
    expect(await next()).toMatchObject({ state: 'scanned', check });
    await phone.approve(request);
    expect(await next()).toMatchObject({ state: 'approved' });
    const { answer } = await waiting(hospital, phone, asked, 25_000);
    const message = attributes();
    await far.give(asked, [message]);
    const { messages } = await answer;
    await phone.work(asked.id, [{ n: 0, signature: await phone.sign(messages[0]!.message) }]);
    const [value] = (await next()).signatures;
    expect(phone.verifies(message, value.signature)).toBe(true);
    await desk.end(asked);
    expect(await next()).toMatchObject({ state: 'done' });
  });

  it('two phones that scan one code at both: one has it', async () => {
    const at = {
      backend: second,
      now: hospital.now,
      code: (id: string) => second.rooms.cosign.cosign.makeCode(id, 'test').code,
    };
    const spare = await Phone.enrol(at, '10023');
    for (let i = 0; i < 5; i++) {
      const asked = await desk.list();
      const results = await Promise.allSettled([phone.scan(asked.id), spare.scan(asked.id)]);
      expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
      const lost = results.find((r) => r.status === 'rejected');
      expect(lost?.reason).toMatchObject({ code: 'PHONE_TAKEN' });
    }
  });
});
