/** Signing by phone, the service's side (docs/design/026): the way of a list and of a login, and what a phone's key signs. */
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes, sm2SignatureToDer, toHex } from '#core/crypto/index.ts';
import { loginText } from '../../src/backend/index.ts';
import { phoneApprovalText } from '../../src/core/token/cosign/device/index.ts';
import { Hospital } from './hospital.ts';
import {
  approved,
  attributes,
  clinician,
  codeOf,
  Desk,
  rowsOf,
  sealData,
  type Asked,
  Phone,
  waiting,
} from './phone-world.ts';

let hospital: Hospital;
let desk: Desk;
let phone: Phone;
beforeAll(async () => {
  hospital = await Hospital.open();
  ({ desk, phone } = await clinician(hospital, '10023', '李医师'));
});
afterAll(async () => {
  await hospital.close();
  expect(hospital.faults).toEqual([]);
});
beforeEach(() => {
  hospital.advance(120_000); // limits of the test before are forgotten, its requests have expired
  phone.lock();
});

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('a list', () => {
  it('is asked, scanned, approved, signed and done; desk and phone see the same number', async () => {
    const asked = await desk.list(2);
    expect(asked.path).toBe(`/phone/#s=${asked.id}`);
    const blank = { check: null, key: null, approval: null, reason: null, signatures: [] };
    expect(await desk.view(asked)).toMatchObject({ id: asked.id, kind: 'sign', state: 'waiting', ...blank });
    const { request, check } = await phone.scan(asked.id);
    expect(request).toMatchObject({ id: asked.id, kind: 'sign', desk: '护士站 3 号机', signatures: 2, seals: false });
    expect(request.rows).toEqual(rowsOf(2));
    expect(await desk.view(asked)).toMatchObject({ state: 'scanned', ...blank, check });
    expect(await phone.approve(request)).toEqual({ state: 'approved' });
    const view = await desk.view(asked);
    const person = { id: '10023', name: '李医师', department: '心血管内科' };
    expect(view).toMatchObject({ state: 'approved', check, key: { keyId: phone.keyId, person } });
    expect(phone.verifies(phoneApprovalText(request), view.approval)).toBe(true);
    const messages = [attributes(), attributes()];
    expect((await desk.give(asked, messages)).status).toBe(200);
    await phone.workThrough(asked.id);
    const { signatures } = await desk.view(asked);
    expect(signatures.map((s: any) => phone.verifies(messages[s.n]!, s.signature))).toEqual([true, true]);
    expect((await desk.give(asked, [], { taken: [0, 1] })).json.signatures).toEqual([]);
    expect((await desk.end(asked)).status).toBe(204);
    expect(await desk.view(asked)).toMatchObject({ state: 'done', reason: null });
    expect(await phone.work(asked.id)).toEqual({ state: 'done', messages: [] });
    expect((await desk.end(asked)).status).toBe(204);
  });

  it('of a thousand documents is shown whole, and every signature announced may be made', async () => {
    const asked = await desk.list(1000, { signatures: 4000, desk: '病案室' });
    const { request } = await phone.scan(asked.id);
    expect(request.rows).toEqual(rowsOf(1000));
    await phone.approve(request);
    expect(
      phone.verifies(phoneApprovalText({ ...request, rows: rowsOf(1000) }), (await desk.view(asked)).approval),
    ).toBe(true);
  });

  it('leaves nothing of messages, values and rows when it has ended, and the row that the log needs', async () => {
    const asked = await approved(desk, phone, 1, { signatures: 2 });
    const message = attributes();
    await desk.give(asked, [message, attributes()]);
    await phone.workThrough(asked.id);
    const [value] = (await desk.view(asked)).signatures;
    await desk.end(asked);
    const dump = await tables(hospital);
    const kept = dump.get('phone_requests')!.find((row) => row['id'] === asked.id)!;
    expect(kept).toMatchObject({
      ...{ kind: 'sign', state: 'done', person: '10023', key: phone.keyId, desk: '护士站 3 号机', remote: '127.0.0.1' },
      ...{ count: 1, signatures: 2, rows: null },
    });
    expect(kept['approval_text']).toContain(asked.id);
    for (const at of ['created_at', 'scanned_at', 'approved_at', 'ended_at']) expect(kept[at]).toMatch(/^2026-11-22T/);
    expect(kept['approval']).toHaveLength(64);
    expect(dump.get('phone_messages')).toEqual([]);
    const values = [...dump.values()].flat().flatMap((row) => Object.values(row));
    const texts = values.map((v) => (v instanceof Uint8Array ? toHex(v) : String(v)));
    const gone = [toHex(message), value.signature, toHex(Buffer.from(value.signature, 'base64')), asked.secret];
    for (const secret of gone) expect(texts.filter((t) => t.includes(secret))).toEqual([]);
  });

  it('leaves nothing of a patient in log and metrics, and nothing in an address', async () => {
    const asked = await desk.list(1, { rows: [{ type: '产科入院记录', initials: 'ZHANG', digest: 'AB'.repeat(32) }] });
    expect(asked.path).not.toMatch(/ZHANG|产科/);
    const { request } = await phone.scan(asked.id);
    await phone.approve(request);
    await desk.end(asked);
    const said = JSON.stringify([...(await tables(hospital))].filter(([name]) => /phone|cosign/.test(name)));
    for (const op of ['/api/v1/phone/metrics', '/api/v1/cosign/metrics']) {
      const { json } = await hospital.call('GET', op, { token: hospital.admin });
      expect(JSON.stringify(json)).not.toMatch(/ZHANG|产科/);
    }
    expect(said).toContain(asked.id);
    expect(said).not.toMatch(/ZHANG|产科/);
    const metrics = await hospital.call('GET', '/api/v1/phone/metrics', { token: hospital.admin });
    expect(metrics.json.requests).toContainEqual({ kind: 'sign', state: 'done', count: 3 });
  });
});

/** Every table of the store as another process reads it. */
async function tables(of: Hospital): Promise<Map<string, Record<string, unknown>[]>> {
  const db = new DatabaseSync(path.join(of.dataDir, 'backend.sqlite'), { readOnly: true });
  try {
    const names = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
    return new Map(names.map(({ name }) => [String(name), db.prepare(`SELECT * FROM ${String(name)}`).all()]));
  } finally {
    db.close();
  }
}

describe('a login', () => {
  it('needs no session before, and ends in one', async () => {
    const door = new Desk(hospital);
    const asked = await door.login();
    const { request } = await phone.scan(asked.id);
    expect(request).toMatchObject({ kind: 'login', rows: [], signatures: 1, seals: false });
    await phone.approve(request);
    const { key, backendId } = await door.view(asked);
    const challenge = await hospital.challenge();
    expect(challenge.backendId).toBe(backendId);
    await door.give(asked, [loginText(backendId, challenge)]);
    await phone.workThrough(asked.id);
    const [{ signature }] = (await door.view(asked)).signatures;
    const value = new Uint8Array(Buffer.from(signature, 'base64'));
    const given = {
      challengeId: challenge.challengeId,
      certificate: key.certificate,
      signature: base64(sm2SignatureToDer(value)),
    };
    const answer = await hospital.call('POST', '/api/v1/login', { json: given });
    expect(answer.json).toMatchObject({ person: { id: '10023' } });
    await door.end(asked);
  });

  it('is one signature and no second', async () => {
    const asked = await new Desk(hospital).login();
    await phone.approve((await phone.scan(asked.id)).request);
    const challenge = loginText('x', await hospital.challenge());
    expect((await desk.give(asked, [challenge, challenge])).json.code).toBe('PHONE_LIMIT');
    expect((await desk.give(asked, [challenge])).status).toBe(200);
    expect((await desk.give(asked, [challenge], { from: 1 })).json.code).toBe('PHONE_LIMIT');
  });

  it('is asked only so often by one source', async () => {
    const ask = () => hospital.call('POST', '/api/v1/phone/logins', { json: { desk: 'x' } });
    for (let i = 0; i < 100; i++) expect((await ask()).status).toBe(201);
    const refused = await ask();
    expect([refused.status, refused.json.code]).toEqual([429, 'COSIGN_TOO_MANY']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    hospital.advance(1000);
    expect((await ask()).status).toBe(201);
  });
});

describe('what a phone’s key signs', () => {
  const signs = (message: Uint8Array): Promise<string> => codeOf(phone.sign(message));

  it('is nothing without a request, though key, PIN and session are right', async () => {
    await phone.unlock();
    const login = loginText('x', await hospital.challenge());
    for (const message of [attributes(), sealData(), login, randomBytes(40)])
      expect(await signs(message)).toBe('COSIGN_REFUSED');
  });

  it('is nothing of a request that it has scanned and not approved', async () => {
    const asked = await desk.list();
    await phone.scan(asked.id);
    expect((await desk.give(asked, [attributes()])).status).toBe(400);
    await phone.unlock();
    expect(await signs(attributes())).toBe('COSIGN_REFUSED');
  });

  it('is the approval of exactly the list that it was shown', async () => {
    const asked = await desk.list(2);
    const { request } = await phone.scan(asked.id);
    await phone.unlock();
    const other = [
      { ...request, rows: [...request.rows].reverse() },
      { ...request, signatures: 3 },
      { ...request, desk: '别的电脑' },
      { ...request, id: 'A'.repeat(22) },
      { ...request, listDigest: '0'.repeat(64) },
    ];
    for (const changed of other) expect(await signs(phoneApprovalText(changed))).toBe('COSIGN_REFUSED');
    expect(await signs(phoneApprovalText(request))).toBe('done');
    await phone.approve(request);
    expect(await signs(phoneApprovalText(request))).toBe('COSIGN_REFUSED');
  });

  it('is a message of its approved request, byte by byte, until its value was handed in', async () => {
    const asked = await approved(desk, phone, 1, { signatures: 3 });
    const message = attributes();
    await desk.give(asked, [message]);
    const changed = message.slice();
    changed[20]! ^= 1;
    expect(await signs(changed)).toBe('COSIGN_REFUSED');
    const signature = await phone.sign(message);
    await phone.work(asked.id, [{ n: 0, signature }]);
    expect(await signs(message)).toBe('COSIGN_REFUSED');
    await desk.end(asked);
    expect(await signs(message)).toBe('COSIGN_REFUSED');
  });

  it('is a message again when the answer was lost, five times and no more', async () => {
    const asked = await approved(desk, phone);
    const message = attributes();
    await desk.give(asked, [message]);
    for (let i = 0; i < 5; i++) expect(await signs(message)).toBe('done');
    expect(await signs(message)).toBe('COSIGN_REFUSED');
  });

  it('is of the kind that was announced: no login in a list, no seal where none was named, nothing but a login in a login', async () => {
    const login = loginText('x', await hospital.challenge());
    const plain = await approved(desk, phone, 1, { signatures: 4 });
    await desk.give(plain, [login, sealData(), randomBytes(50)]);
    for (const { message } of (await phone.work(plain.id)).messages)
      expect(await signs(message)).toBe('COSIGN_REFUSED');
    await desk.end(plain);
    const sealed = await approved(desk, phone, 1, { signatures: 2, seals: true });
    const seal = sealData();
    await desk.give(sealed, [seal]);
    expect(await signs(seal)).toBe('done');
    await desk.end(sealed);
    const asked = await new Desk(hospital).login();
    await phone.approve((await phone.scan(asked.id)).request);
    const record = attributes();
    await desk.give(asked, [record]);
    expect(await signs(record)).toBe('COSIGN_REFUSED');
  });

  it('is nothing that another phone of the same person was asked for', async () => {
    const second = await Phone.enrol(hospital, '10023');
    const asked = await approved(desk, phone);
    const message = attributes();
    await desk.give(asked, [message]);
    await second.unlock();
    expect(await codeOf(second.sign(message))).toBe('COSIGN_REFUSED');
    expect(await codeOf(second.work(asked.id))).toBe('PHONE_TAKEN');
    const { request } = await phone.scan((await desk.list()).id);
    expect(await codeOf(second.sign(phoneApprovalText(request)))).toBe('COSIGN_REFUSED');
  });
});

describe('messages and values', () => {
  const failure = async (asked: Asked, done: object[]): Promise<string> => codeOf(phone.work(asked.id, done));

  it('more than were approved: PHONE_LIMIT, and none of that call is kept', async () => {
    const asked = await approved(desk, phone, 2);
    expect((await desk.give(asked, [attributes(), attributes(), attributes()])).json.code).toBe('PHONE_LIMIT');
    expect((await phone.work(asked.id)).messages).toEqual([]);
  });

  it('given again under its number is the same message; another one is refused', async () => {
    const asked = await approved(desk, phone);
    const message = attributes();
    for (let i = 0; i < 2; i++) expect((await desk.give(asked, [message])).status).toBe(200);
    expect((await phone.work(asked.id)).messages).toHaveLength(1);
    expect((await desk.give(asked, [attributes()])).json.code).toBe('BACKEND_REQUEST');
    await phone.workThrough(asked.id);
    expect((await desk.give(asked, [message], { taken: [0] })).json.signatures).toEqual([]);
    expect((await phone.work(asked.id)).messages).toEqual([]);
  });

  it('comes again until its value is there: an answer that was lost loses nothing', async () => {
    const asked = await approved(desk, phone, 2);
    await desk.give(asked, [attributes(), attributes()]);
    const first = await phone.work(asked.id);
    expect(await phone.work(asked.id)).toEqual(first);
    const [one] = first.messages;
    const done = [{ n: 0, signature: await phone.sign(one!.message) }];
    expect((await phone.work(asked.id, done)).messages.map((m) => m.n)).toEqual([1]);
    expect((await phone.work(asked.id, done)).messages.map((m) => m.n)).toEqual([1]);
  });

  it('a value that does not verify is refused with all that came with it; the first that verifies stays', async () => {
    const asked = await approved(desk, phone, 2);
    const messages = [attributes(), attributes()];
    await desk.give(asked, messages);
    const good = { n: 0, signature: await phone.sign(messages[0]!) };
    const again = await phone.sign(messages[0]!);
    expect(await failure(asked, [good, { n: 1, signature: randomBytes(64) }])).toBe('COSIGN_REFUSED');
    expect(await failure(asked, [good, { n: 1, signature: good.signature }])).toBe('COSIGN_REFUSED');
    expect((await desk.view(asked)).signatures).toEqual([]);
    expect(await failure(asked, [good])).toBe('done');
    expect(await failure(asked, [{ n: 0, signature: again }])).toBe('done');
    expect((await desk.view(asked)).signatures).toEqual([{ n: 0, signature: base64(good.signature) }]);
  });

  it('a value for a number that was never given is refused', async () => {
    const asked = await approved(desk, phone);
    expect(await failure(asked, [{ n: 7, signature: randomBytes(64) }])).toBe('COSIGN_REFUSED');
  });

  it('what the phone would not sign is told to the desk, with a reason out of a few', async () => {
    const asked = await approved(desk, phone, 2);
    await desk.give(asked, [attributes(), attributes()]);
    await phone.work(asked.id, [
      { n: 0, failed: 'PHONE_LIMIT' },
      { n: 1, failed: '<b>PWNED</b>' },
    ]);
    expect((await desk.view(asked)).signatures).toEqual([
      { n: 0, failed: 'PHONE_LIMIT' },
      { n: 1, failed: 'PHONE_MESSAGE' },
    ]);
  });

  it('a phone that waits is given a message the moment it comes', async () => {
    const asked = await approved(desk, phone);
    const { answer } = await waiting(hospital, phone, asked, 25_000);
    const message = attributes();
    await desk.give(asked, [message]);
    expect(await answer).toEqual({ state: 'approved', messages: [{ n: 0, row: 0, message }] });
  });

  it('a phone that waits is told when its time is over, and when the request has ended', async () => {
    const asked = await approved(desk, phone);
    const first = await waiting(hospital, phone, asked, 20_000);
    hospital.advance(20_000);
    expect(await first.answer).toEqual({ state: 'approved', messages: [] });
    const second = await waiting(hospital, phone, asked, 20_000);
    await desk.end(asked);
    expect(await second.answer).toEqual({ state: 'done', messages: [] });
  });

  it('many and long ones come in parts that an answer can carry', async () => {
    const asked = await approved(desk, phone, 1, { signatures: 4, seals: true });
    for (const n of [0, 1, 2]) expect((await desk.give(asked, [sealData(65_000)], { from: n })).status).toBe(200);
    expect((await phone.work(asked.id)).messages.map((m) => m.n)).toEqual([0, 1]);
    await phone.workThrough(asked.id);
    expect((await phone.work(asked.id)).messages.map((m) => m.n)).toEqual([2]);
  });
});
