/** Signing by phone from the desk's side: the ways that go well, and what a ticket is good for. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes, sm2Digest, sm2SignatureToDer, sm2Verify } from '#core/crypto/index.ts';
import { der, DerCursor, octetString, oid, readDer, sequence } from '#core/pki/index.ts';
import { PHONE_LOGIN_DIGEST } from '#core/token/index.ts';
import { loginText } from '../../../../src/backend/index.ts';
import { base64 } from '../../../backend/hospital.ts';
import { codeOf, DESK, PhoneRig, PIN, rowsOf, sealData, signedAttributes, SOON, TestPhone } from './rig.ts';

let rig: PhoneRig;
beforeAll(async () => {
  rig = await PhoneRig.open();
});
afterEach(() => rig.settle());
afterAll(async () => {
  await rig.close();
  expect(rig.hospital.faults).toEqual([]);
});

const LIST = 'AB'.repeat(32);

describe('a phone', () => {
  it('signs a person in', async () => {
    const { phones, steps } = rig.desk();
    expect([await phones.list(), await phones.drivers()]).toEqual([[], []]);
    const asked = await phones.ask({ kind: 'login' });
    expect(asked.url).toBe(`${rig.hospital.backend.url}/phone/#s=${asked.id}`);
    const scanned = await rig.phone.scan(asked.id);
    expect(scanned.request).toMatchObject({ kind: 'login', desk: DESK, rows: [], signatures: 1 });
    expect((await steps.state('scanned')).check).toBe(scanned.check);
    await rig.phone.approve(scanned.request);
    const working = rig.phone.work(scanned.request);
    const { approved } = await steps.until((s) => s.approved !== undefined);
    const { ticket, tokenId, keyId, person } = approved!;
    expect([ticket, tokenId, person]).toEqual([
      expect.stringMatching(/^phone:[A-Za-z0-9_-]{22}$/),
      `phone:${rig.phone.keyId}`,
      '李医师',
    ]);
    expect(await phones.list()).toMatchObject([
      { id: tokenId, profile: 'phone', protectedAuthenticationPath: true, pinTries: { kind: 'unknown' } },
    ]);
    expect(await phones.drivers()).toMatchObject([{ driver: 'phone', state: 'ready', slots: 1 }]);
    const token = await phones.open(tokenId);
    const [key] = await token.certificates();
    expect(key).toMatchObject({ keyId, kind: 'sm2' });
    expect(key!.certificate!.publicKey.point).toEqual(rig.phone.publicKey);
    phones.redeem(ticket, PHONE_LOGIN_DIGEST);
    await token.login(ticket);
    const challenge = await rig.hospital.challenge();
    const value = await token.signMessage(keyId, loginText(challenge.backendId, challenge));
    const answer = await rig.hospital.call('POST', '/api/v1/login', {
      json: {
        challengeId: challenge.challengeId,
        certificate: base64(key!.certificate!.der),
        signature: base64(sm2SignatureToDer(value)),
      },
    });
    expect(answer.json).toMatchObject({ person: { id: '10023' } });
    await token.logout();
    expect([await working, rig.stateOf(asked.id)]).toEqual(['done', 'done']);
    expect(steps.all.at(-1)).toMatchObject({ state: 'done', error: undefined, approved: undefined });
    // Who has signed in by phone signs with it later: it stays in the list.
    expect(await phones.list()).toHaveLength(1);
    // By events alone: the service was never asked how it goes on.
    expect(rig.calls.filter((c) => c.startsWith('GET'))).toEqual([]);
    expect(steps.all.every(({ way }) => way === 'events')).toBe(true);
  });

  it('signs a list with its seals, many at once in few requests', async () => {
    const { token, keyId, request, asked } = await rig.opened({}, 20, { signatures: 40, seals: true });
    const seen: number[] = [];
    const working = rig.phone.work(request, { onProgress: ({ signed, rows }) => seen.push(signed, rows) });
    const messages = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? sealData() : signedAttributes()));
    const values = await Promise.all(messages.map((m) => token.signMessage(keyId, m)));
    const point = rig.phone.publicKey;
    expect(values.every((v, i) => sm2Verify(point, sm2Digest(point, messages[i]!), v))).toBe(true);
    await token.close();
    expect(await working).toBe('done');
    expect([Math.max(...seen), seen.at(-1)]).toEqual([40, 20]);
    expect(rig.calls.filter((c) => c === 'POST messages').length).toBeLessThanOrEqual(2);
    expect(rig.stateOf(asked.id)).toBe('done');
  });

  it('signs one after the other, acknowledging what it has', async () => {
    const { token, keyId, request } = await rig.opened({}, 5);
    void rig.phone.work(request);
    for (let i = 0; i < 5; i++) expect(await token.signMessage(keyId, signedAttributes())).toHaveLength(64);
    const { store } = rig.hospital.backend.rooms;
    const taken = store.all('SELECT taken FROM phone_messages WHERE request = ? ORDER BY n', request.id);
    expect(taken.map((row) => row['taken'])).toEqual([1, 1, 1, 1, 0]);
  });

  it('signs more than the service shows in one view', async () => {
    const { token, keyId, request } = await rig.opened({}, 300, { signatures: 300 });
    void rig.phone.work(request);
    const values = await Promise.all(Array.from({ length: 300 }, () => token.signMessage(keyId, signedAttributes())));
    expect(new Set(values.map((v) => v.join())).size).toBe(300);
  });

  it('signs what is long: attributes with a seal and its picture in them, several at once', async () => {
    const { token, keyId, request } = await rig.opened({}, 4);
    void rig.phone.work(request);
    const long = (length: number): Uint8Array => {
      const digest = new DerCursor(readDer(signedAttributes())).all().map((a) => a.bytes);
      const value = der(0x31, octetString(randomBytes(length)));
      return der(0x31, ...digest, sequence(oid('1.2.156.10197.6.1.4.2.9'), value));
    };
    const values = [248_000, 100_000, 262_300].map((n) => token.signMessage(keyId, long(n)));
    expect((await Promise.all(values)).map((v) => v.length)).toEqual([64, 64, 64]);
    expect(await codeOf(token.signMessage(keyId, long(262_501)))).toBe('BACKEND_TOO_LARGE');
    expect(await token.signMessage(keyId, signedAttributes())).toHaveLength(64);
  });

  it('gives no signature over a digest, and its PIN is not the desk’s to change', async () => {
    const { token } = await rig.opened();
    expect(await codeOf(token.signDigest('', randomBytes(32)))).toBe('TOKEN_PROFILE_NO_DIGEST');
    expect(await codeOf(token.changePin(PIN, '135790'))).toBe('PHONE_NOT_HERE');
  });

  it('is announced when it comes, and taken off the list when its person leaves', async () => {
    const { phones, steps } = rig.desk();
    const events: string[] = [];
    const off = phones.subscribe((e) => events.push(e.type));
    const asked = await rig.askList(phones);
    await rig.phone.approve((await rig.phone.scan(asked.id)).request);
    await steps.state('approved');
    expect([events, await phones.list()]).toEqual([['inserted'], [expect.anything()]]);
    phones.forget(`phone:${rig.phone.keyId}`);
    expect([events, steps.all.at(-1)!.state]).toEqual([['inserted'], 'approved']);
    phones.forget();
    expect([events, await phones.list(), steps.all.at(-1)!.state]).toEqual([['inserted', 'removed'], [], 'done']);
    expect(await codeOf(phones.open(`phone:${rig.phone.keyId}`))).toBe('TOKEN_ABSENT');
    off();
  });
});

describe('a ticket', () => {
  const approvedList = async () => {
    const { phones, steps } = rig.desk();
    const asked = await rig.askList(phones);
    await rig.phone.approve((await rig.phone.scan(asked.id)).request);
    const { approved } = await steps.until((s) => s.approved !== undefined);
    return { phones, steps, asked, ...approved!, token: await phones.open(approved!.tokenId) };
  };
  const redeemed = (work: () => void): Promise<string> => codeOf(Promise.resolve().then(work));

  it('serves one login, after it was redeemed', async () => {
    const { phones, token, ticket, keyId } = await approvedList();
    expect(await codeOf(token.login(ticket))).toBe('PHONE_TICKET');
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('TOKEN_NOT_LOGGED_IN');
    phones.redeem(ticket, LIST.toLowerCase());
    expect(await redeemed(() => phones.redeem(ticket, LIST))).toBe('PHONE_TICKET');
    await token.login(ticket);
    expect(await codeOf(token.login(ticket))).toBe('PHONE_TICKET');
    expect(await redeemed(() => phones.redeem(ticket, LIST))).toBe('PHONE_TICKET');
  });

  it('is for the list that was approved, and dies with the first other one', async () => {
    const { phones, steps, token, ticket, asked } = await approvedList();
    expect(await redeemed(() => phones.redeem(ticket, 'CD'.repeat(32)))).toBe('PHONE_LIST_CHANGED');
    expect(steps.all.at(-1)).toMatchObject({ state: 'lost', error: { code: 'PHONE_LIST_CHANGED' } });
    expect(await redeemed(() => phones.redeem(ticket, LIST))).toBe('PHONE_LIST_CHANGED');
    expect(await codeOf(token.login(ticket))).toBe('PHONE_LIST_CHANGED');
    await phones.close();
    await expect.poll(() => rig.stateOf(asked.id), SOON).toBe('done');
  });

  it('is nothing that can be guessed, and no PIN', async () => {
    const { phones, token } = await approvedList();
    for (const wrong of ['', PIN, 'phone:', `phone:${'A'.repeat(22)}`]) {
      expect(await redeemed(() => phones.redeem(wrong, LIST)), wrong).toBe('PHONE_TICKET');
      expect(await codeOf(token.login(wrong)), wrong).toBe('PHONE_TICKET');
    }
    const { phones: other } = rig.desk();
    expect(await redeemed(() => other.redeem('phone:x', LIST))).toBe('PHONE_TICKET');
  });

  it('is for the key that has approved', async () => {
    await rig.hospital.doctor('10023', '李医师');
    const second = await TestPhone.enrol(rig, '10023');
    const { phones, steps, ticket, token: first } = await approvedList();
    const asked = await rig.askList(phones);
    await second.approve((await second.scan(asked.id)).request);
    const { approved } = await steps.until((s) => s.approved?.tokenId === `phone:${second.keyId}`);
    expect(await redeemed(() => phones.redeem(ticket, LIST))).toBe('PHONE_TICKET');
    phones.redeem(approved!.ticket, LIST);
    expect(await codeOf(first.login(approved!.ticket))).toBe('PHONE_TICKET');
    second.lock();
  });

  it('dies with its request', async () => {
    const { phones, token, ticket, asked } = await approvedList();
    phones.redeem(ticket, LIST);
    await phones.cancel('AAAAAAAAAAAAAAAAAAAAAA');
    await phones.cancel(asked.id);
    expect(rig.stateOf(asked.id)).toBe('done');
    expect(await codeOf(token.login(ticket))).toBe('PHONE_TICKET');
  });
});

describe('one request at a time', () => {
  it('a new one ends the one before, at the service too', async () => {
    const { phones, steps } = rig.desk();
    const first = await phones.ask({ kind: 'login' });
    const second = await phones.ask({ kind: 'login' });
    expect(steps.all[0]).toMatchObject({ id: first.id, state: 'cancelled', error: { code: 'PHONE_OVER' } });
    await expect.poll(() => rig.stateOf(first.id), SOON).toBe('cancelled');
    expect(rig.stateOf(second.id)).toBe('waiting');
    expect(await codeOf(rig.phone.scan(first.id))).toBe('PHONE_OVER');
  });

  it('of two that are asked at once the later one stands', async () => {
    const { phones } = rig.desk();
    const [first, second] = await Promise.allSettled([phones.ask({ kind: 'login' }), rig.askList(phones, 2)]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    const open = rig.hospital.backend.rooms.store.all(`SELECT kind FROM phone_requests WHERE state = 'waiting'`);
    await expect.poll(() => open.length, SOON).toBeGreaterThan(0);
    const { rows } = (await rig.phone.scan((second as PromiseFulfilledResult<{ id: string }>).value.id)).request;
    expect(rows).toEqual(rowsOf(2));
  });
});
