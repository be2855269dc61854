/** Signing by phone: every way in which a request goes another way than to its end, each with its word. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/crypto/index.ts';
import { phoneApprovalText } from '../../src/core/token/cosign/device/index.ts';
import { seal } from '../../src/core/token/cosign/device/messages.ts';
import { Hospital } from './hospital.ts';
import { approved, attributes, clinician, codeOf, Desk, Phone, PIN, type Asked, waiting } from './phone-world.ts';

let hospital: Hospital;
let desk: Desk;
let phone: Phone;
let token: string;
let spare: Phone;
beforeAll(async () => {
  hospital = await Hospital.open();
  ({ desk, phone, token } = await clinician(hospital, '10023', '李医师'));
  spare = await Phone.enrol(hospital, '10023');
});
afterAll(async () => {
  await hospital.close();
  expect(hospital.faults).toEqual([]);
});
beforeEach(() => {
  hospital.advance(120_000);
  phone.lock();
  spare.lock();
});

const administer = (key: Phone, act: string) =>
  hospital.call('POST', `/api/v1/cosign/keys/${key.keyId}/administer`, {
    token: hospital.admin,
    json: { act, reason: '测试' },
  });
const scans = (who: Phone, { id }: Asked): Promise<string> => codeOf(who.scan(id));

describe('a code', () => {
  it('is the first phone’s: the second is told PHONE_TAKEN, the desk’s number stays the first one’s', async () => {
    const asked = await desk.list();
    const { check } = await phone.scan(asked.id);
    expect(await scans(spare, asked)).toBe('PHONE_TAKEN');
    expect(await codeOf(spare.refuse(asked.id))).toBe('PHONE_TAKEN');
    await spare.unlock();
    const approval = randomBytes(64);
    expect(await codeOf(spare.approve({ ...(await phone.scan(asked.id)).request }, approval))).toBe('PHONE_TAKEN');
    expect(await desk.view(asked)).toMatchObject({ state: 'scanned', check });
  });

  it('that two phones scan at once is one phone’s', async () => {
    for (let i = 0; i < 5; i++) {
      const asked = await new Desk(hospital).login();
      const results = await Promise.all([
        scans(phone, asked),
        scans(spare, asked),
        scans(phone, asked),
        scans(spare, asked),
      ]);
      expect([...new Set(results)].sort()).toEqual(['PHONE_TAKEN', 'done']);
      expect(results[0]).toBe(results[2]);
      expect(results[1]).toBe(results[3]);
    }
  });

  it('that was scanned and whose answer was lost gives the same answer again', async () => {
    const asked = await desk.list();
    const first = await phone.scan(asked.id);
    expect(first.check).toMatch(/^[0-9]{2}$/);
    expect(await phone.scan(asked.id)).toEqual(first);
  });

  it('of a list is of no use to another person, and stays good for its own', async () => {
    const qian = await clinician(hospital, '10031', '钱医师');
    const asked = await desk.list();
    expect(await scans(qian.phone, asked)).toBe('PHONE_OTHER_PERSON');
    expect(await desk.view(asked)).toMatchObject({ state: 'waiting', check: null });
    expect(await scans(phone, asked)).toBe('done');
  });

  it('holds for two minutes, and two more for who has scanned it', async () => {
    const [early, late] = [await desk.list(), await desk.list()];
    hospital.advance(119_999);
    const { request, expiresAt } = await phone.scan(early.id);
    expect(Date.parse(expiresAt) - hospital.now.getTime()).toBe(120_000);
    hospital.advance(1);
    expect(await scans(phone, late)).toBe('PHONE_EXPIRED');
    expect(await desk.view(late)).toMatchObject({ state: 'expired', reason: null });
    hospital.advance(119_998);
    expect(await desk.view(early)).toMatchObject({ state: 'scanned' });
    hospital.advance(1);
    expect(await desk.view(early)).toMatchObject({ state: 'expired', key: null });
    await phone.unlock();
    expect(await codeOf(phone.sign(phoneApprovalText(request)))).toBe('PHONE_EXPIRED');
    expect(await codeOf(phone.approve(request, randomBytes(64)))).toBe('PHONE_EXPIRED');
    expect(await codeOf(phone.refuse(early.id))).toBe('PHONE_EXPIRED');
    expect((await desk.give(early, [attributes()])).json.code).toBe('PHONE_EXPIRED');
  });

  it('that the desk has cancelled is over, before and after it was scanned', async () => {
    const [first, second] = [await desk.list(), await desk.list()];
    const { request } = await phone.scan(second.id);
    for (const asked of [first, second]) expect((await desk.end(asked)).status).toBe(204);
    expect(await desk.view(first)).toMatchObject({ state: 'cancelled', reason: 'PHONE_OVER' });
    expect(await scans(phone, first)).toBe('PHONE_OVER');
    await phone.unlock();
    expect(await codeOf(phone.sign(phoneApprovalText(request)))).toBe('PHONE_OVER');
    expect(await codeOf(phone.approve(request, randomBytes(64)))).toBe('PHONE_OVER');
    expect((await desk.give(second, [attributes()])).json.code).toBe('PHONE_OVER');
  });

  it('that this service never made is none', async () => {
    expect(await codeOf(phone.scan('A'.repeat(22)))).toBe('PHONE_NOT_A_CODE');
  });
});

describe('a key', () => {
  it('that lives on a PC scans nothing', async () => {
    const pc = await Phone.enrol(hospital, '10023', 'pc');
    expect(await scans(pc, await desk.list())).toBe('COSIGN_REFUSED');
  });

  it('that is locked, suspended or revoked scans nothing; the code stays good for another phone', async () => {
    const held = await Phone.enrol(hospital, '10023');
    const asked = await desk.list();
    for (let i = 0; i < 5; i++) await codeOf(held.unlock('000000'));
    expect(await scans(held, asked)).toBe('COSIGN_LOCKED');
    await administer(held, 'suspend');
    expect(await scans(held, asked)).toBe('COSIGN_SUSPENDED');
    await administer(held, 'revoke');
    expect(await scans(held, asked)).toBe('COSIGN_REVOKED');
    expect(await desk.view(asked)).toMatchObject({ state: 'waiting' });
    expect(await scans(phone, asked)).toBe('done');
  });

  it('that its person stops at the desk ends what it has approved; a phone that waits is told', async () => {
    const lost = await Phone.enrol(hospital, '10023');
    const asked = await approved(desk, lost);
    const { answer } = await waiting(hospital, lost, asked, 25_000);
    const stopped = await hospital.call('POST', `/api/v1/cosign/mine/${lost.keyId}/suspend`, {
      token,
      json: { reason: '手机丢了' },
    });
    expect(stopped.json).toEqual({ state: 'suspended' });
    expect(await answer).toEqual({ state: 'lost', messages: [] });
    expect(await desk.view(asked)).toMatchObject({ state: 'lost', reason: 'PHONE_KEY_STOPPED' });
    expect((await desk.give(asked, [attributes()])).json.code).toBe('PHONE_LOST');
    expect(await codeOf(lost.sign(attributes()))).toBe('COSIGN_SESSION');
    expect(await codeOf(lost.work(asked.id))).toBe('COSIGN_SESSION');
  });

  it('that was locked by wrong PINs after it had scanned ends the request at once', async () => {
    const held = await Phone.enrol(hospital, '10023');
    const asked = await desk.list();
    await held.scan(asked.id);
    for (let i = 0; i < 4; i++) expect(await codeOf(held.unlock('000000'))).toBe('COSIGN_PIN');
    expect(await desk.view(asked)).toMatchObject({ state: 'scanned' });
    expect(await codeOf(held.unlock('000000'))).toBe('COSIGN_LOCKED');
    expect(await desk.view(asked)).toMatchObject({ state: 'lost', reason: 'PHONE_KEY_STOPPED' });
  });

  it('that is revoked in mid-list ends it', async () => {
    const gone = await Phone.enrol(hospital, '10023');
    const asked = await approved(desk, gone);
    await administer(gone, 'revoke');
    expect(await desk.view(asked)).toMatchObject({ state: 'lost', reason: 'PHONE_KEY_STOPPED' });
  });

  it('is in the list of its person with when it was used last, and is nobody else’s to stop', async () => {
    const wu = await clinician(hospital, '10040', '吴医师');
    const mine = async () => (await hospital.call('GET', '/api/v1/cosign/mine', { token: wu.token })).json.keys;
    const facts = { keyId: wu.phone.keyId, deviceName: '我的手机', place: 'phone', state: 'active' };
    expect(await mine()).toMatchObject([facts]);
    hospital.advance(1000);
    await wu.phone.unlock();
    expect(await mine()).toMatchObject([{ ...facts, lastUsedAt: hospital.now.toISOString() }]);
    const path = `/api/v1/cosign/mine/${wu.phone.keyId}/suspend`;
    const other = await hospital.call('POST', path, { token, json: { reason: '不是我的' } });
    expect([other.status, other.json.code]).toEqual([404, 'BACKEND_NOT_FOUND']);
    expect(await mine()).toMatchObject([{ state: 'active' }]);
    await hospital.call('POST', path, { token: wu.token, json: { reason: '手机丢了' } });
    expect(await mine()).toMatchObject([{ state: 'suspended' }]);
    const said = hospital.backend.rooms.store.all(
      `SELECT * FROM cosign_log WHERE act = 'person suspend' AND key = ?`,
      wu.phone.keyId,
    );
    expect(said).toMatchObject([{ person: '10040', remote: '127.0.0.1', result: '手机丢了' }]);
  });
});

describe('refusing', () => {
  it('on the phone ends the request with the reason, and again is no harm', async () => {
    for (const reason of ['not-mine', 'wrong-list', 'other']) {
      const asked = await desk.list();
      await phone.scan(asked.id);
      for (let i = 0; i < 2; i++) expect(await phone.refuse(asked.id, reason)).toEqual({ state: 'refused' });
      expect(await desk.view(asked)).toMatchObject({ state: 'refused', reason, key: null });
      expect(await scans(phone, asked)).toBe('PHONE_OVER');
      expect((await desk.give(asked, [attributes()])).json.code).toBe('PHONE_REFUSED');
      expect((await desk.end(asked)).status).toBe(204);
      expect(await desk.view(asked)).toMatchObject({ state: 'refused', reason });
    }
  });

  it('in mid-list stops what is not signed yet', async () => {
    const asked = await approved(desk, phone);
    const message = attributes();
    await desk.give(asked, [message]);
    await phone.refuse(asked.id, 'wrong-list');
    expect(await desk.view(asked)).toMatchObject({ state: 'refused', reason: 'wrong-list', signatures: [] });
    expect(await codeOf(phone.sign(message))).toBe('COSIGN_REFUSED');
    expect(await phone.work(asked.id)).toEqual({ state: 'refused', messages: [] });
  });
});

describe('a desk', () => {
  it('that did not ask can neither see, follow, hand over nor end, and learns not even that there is a request', async () => {
    const asked = await approved(desk, phone);
    const foreign = await desk.list();
    const unknown = { ...asked, id: 'A'.repeat(22) };
    const answers = [];
    for (const wrong of [{ ...asked, secret: foreign.secret }, { ...asked, secret: asked.id }, unknown]) {
      for (const [method, rest, json] of [
        ['GET', '', undefined],
        ['GET', '/events', undefined],
        ['POST', '/messages', { messages: [], taken: [0] }],
        ['DELETE', '', undefined],
      ] as const) {
        const answer = await desk.call(method, wrong, rest, json);
        expect([answer.status, answer.json.code]).toEqual([403, 'PHONE_OTHER_DESK']);
        answers.push(JSON.stringify(answer.json));
      }
    }
    expect(new Set(answers).size).toBe(1);
    const path = `/api/v1/phone/requests/${asked.id}`;
    expect((await hospital.call('GET', path)).json.code).toBe('PHONE_OTHER_DESK');
    expect((await hospital.call('GET', path, { token })).json.code).toBe('PHONE_OTHER_DESK');
    expect(await desk.view(asked)).toMatchObject({ state: 'approved' });
  });

  it('is asked for a session before a list, and for no more lists of one person than a person makes', async () => {
    const json = { desk: 'x', rows: [], listDigest: 'AB'.repeat(32), signatures: 1, seals: false };
    expect((await hospital.call('POST', '/api/v1/phone/lists', { json })).json.code).toBe('LOGIN_REQUIRED');
    for (let i = 0; i < 60; i++) await desk.list();
    const row = { type: 'x', initials: 'W', digest: 'AB'.repeat(32) };
    const refused = await hospital.call('POST', '/api/v1/phone/lists', { token, json: { ...json, rows: [row] } });
    expect(refused.json.code).toBe('COSIGN_TOO_MANY');
  });
});

describe('an approval', () => {
  it('that is no signature over this very request is refused, and the request waits for a right one', async () => {
    const [asked, other] = [await desk.list(1), await desk.list(2)];
    const { request } = await phone.scan(asked.id);
    const second = await phone.scan(other.id);
    await phone.unlock();
    const pasted = await phone.sign(phoneApprovalText(second.request));
    for (const wrong of [randomBytes(64), pasted])
      expect(await codeOf(phone.approve(request, wrong))).toBe('COSIGN_REFUSED');
    expect(await desk.view(asked)).toMatchObject({ state: 'scanned', approval: null });
    expect(await phone.approve(request)).toEqual({ state: 'approved' });
  });

  it('whose answer was lost is taken again; another one is not', async () => {
    const asked = await desk.list();
    const { request } = await phone.scan(asked.id);
    await phone.unlock();
    const [first, second] = [
      await phone.sign(phoneApprovalText(request)),
      await phone.sign(phoneApprovalText(request)),
    ];
    for (let i = 0; i < 2; i++) expect(await phone.approve(request, first)).toEqual({ state: 'approved' });
    expect(await codeOf(phone.approve(request, second))).toBe('PHONE_OVER');
  });

  it('wants the session that the PIN has opened', async () => {
    const asked = await desk.list();
    const { request } = await phone.scan(asked.id);
    await phone.unlock();
    const approval = await phone.sign(phoneApprovalText(request));
    await phone.unlock(); // the session before has ended with it
    const stale = { request: asked.id, session: 'A'.repeat(22), approval };
    expect(await codeOf(phone.service.ask('phoneApprove', phone.keyId, stale, phone.secrets.device))).toBe(
      'COSIGN_SESSION',
    );
    expect(await codeOf(phone.approve(request, approval))).toBe('done');
  });

  it('that was recorded on its way, or a scan, is worth nothing again', async () => {
    const asked = await desk.list();
    const say = (op: string, more: object): unknown => {
      const requestId = Buffer.from(randomBytes(16)).toString('base64url');
      const time = hospital.now.toISOString();
      return JSON.parse(
        seal({ op, keyId: phone.keyId, requestId, time, request: asked.id, ...more }, phone.secrets.device),
      );
    };
    const post = (rest: string, json: unknown, key = phone) =>
      hospital.call('POST', `/api/v1/cosign/keys/${key.keyId}/phone/${rest}`, { json });
    const scan = say('phoneScan', {});
    const { json } = await post('scan', scan);
    await phone.unlock();
    const approval = await phone.sign(phoneApprovalText(json.request));
    const approve = say('phoneApprove', { session: phone.session, approval });
    expect((await post('approve', approve)).status).toBe(200);
    for (const [rest, envelope] of [
      ['scan', scan],
      ['approve', approve],
    ] as const) {
      expect((await post(rest, envelope)).json.code).toBe('COSIGN_REFUSED');
      // Nor under another key's address, nor as another operation.
      expect((await post(rest, envelope, spare)).json.code).toBe('COSIGN_REFUSED');
      expect((await post('refuse', envelope)).json.code).toBe('COSIGN_REFUSED');
    }
  });
});

describe('a phone', () => {
  it('that is not heard for 45 s is lost; signing and waiting are being heard', async () => {
    const asked = await approved(desk, phone, 1, { signatures: 2 });
    const message = attributes();
    await desk.give(asked, [message]);
    hospital.advance(44_999);
    await phone.sign(message);
    hospital.advance(44_999);
    await phone.work(asked.id);
    hospital.advance(44_999);
    expect(await desk.view(asked)).toMatchObject({ state: 'approved' });
    hospital.advance(1);
    expect(await desk.view(asked)).toMatchObject({ state: 'lost', reason: 'PHONE_LOST', signatures: [] });
    expect((await desk.give(asked, [attributes()])).json.code).toBe('PHONE_LOST');
    expect(await phone.work(asked.id)).toEqual({ state: 'lost', messages: [] });
    expect(await codeOf(phone.sign(message))).toBe('COSIGN_REFUSED');
  });

  it('signs under one approval for fifteen minutes at most', async () => {
    const asked = await approved(desk, phone);
    for (let i = 0; i < 22; i++) {
      hospital.advance(40_000);
      expect((await phone.work(asked.id)).state).toBe('approved');
    }
    hospital.advance(20_000);
    expect(await desk.view(asked)).toMatchObject({ state: 'lost', reason: 'PHONE_OVER' });
  });

  it('works for a request that it has approved, and for no other', async () => {
    const asked = await desk.list();
    await phone.unlock(PIN);
    expect(await codeOf(phone.work(asked.id))).toBe('COSIGN_REFUSED');
    await phone.scan(asked.id);
    expect(await codeOf(phone.work(asked.id))).toBe('COSIGN_REFUSED');
    expect(await codeOf(phone.work('A'.repeat(22)))).toBe('PHONE_NOT_A_CODE');
  });
});

describe('the store', () => {
  it('lets no state go back', async () => {
    const asked = await desk.list();
    await desk.end(asked);
    const { store } = hospital.backend.rooms;
    for (const state of ['waiting', 'scanned', 'approved', 'done']) {
      expect(() => store.run('UPDATE phone_requests SET state = ? WHERE id = ?', state, asked.id)).toThrow(
        'never goes back',
      );
    }
  });

  it('gives a code to one key though two processes have both seen it waiting', async () => {
    const asked = await desk.list();
    const { register } = hospital.backend.rooms.phone;
    const at = hospital.now.toISOString();
    expect(register.claim(asked.id, phone.keyId, '11', at, at)).toBe(true);
    expect(register.claim(asked.id, spare.keyId, '22', at, at)).toBe(false);
    expect(register.find(asked.id)).toMatchObject({ key: phone.keyId, check: '11' });
  });

  it('forgets a login that nobody has scanned, a day later; what was scanned stays', async () => {
    const [left, taken] = [await new Desk(hospital).login(), await new Desk(hospital).login()];
    await phone.scan(taken.id);
    const list = await desk.list();
    hospital.advance(240_000);
    await new Desk(hospital).login();
    hospital.advance(25 * 60 * 60_000);
    await new Desk(hospital).login();
    const { store } = hospital.backend.rooms;
    const kept = [left, taken, list].map(
      ({ id }) => store.get('SELECT state FROM phone_requests WHERE id = ?', id)?.['state'],
    );
    expect(kept).toEqual([undefined, 'expired', 'expired']);
  });
});
