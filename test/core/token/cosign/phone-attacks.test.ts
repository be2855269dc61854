/**
 * Attacks on the way between desk, service and phone, each by its row of the table in docs/design/026; and what a stolen phone is worth. What a
 * lying service tells a desk stands in test/core/token/phone/ends.test.ts, the service's rules one by one in test/backend/phone-refusals.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientNonce, randomBytes, sm2Digest, sm2Verify, sm3, toHex } from '#core/crypto/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { PHONE_LOGIN_DIGEST } from '#core/token/index.ts';
import {
  CosignService,
  enrol,
  freshId,
  openKey,
  openSecrets,
  phoneApprovalText,
  scan,
  type CosignKeyFile,
  type KeyStore,
  type PhoneRequest,
} from '#core/token/cosign/device/index.ts';
import { loginText } from '../../../../src/backend/index.ts';
import { seal } from '../../../../src/core/token/cosign/device/messages.ts';
import { pinProof, shareContext, unlockShare } from '../../../../src/core/token/cosign/device/share-lock.ts';
import { createHttpClient } from '../../../../src/main/net/http-client.ts';
import { browserProtector } from '../../../../src/phone/store/protector.ts';
import { codeOf, DESK, PhoneRig, PIN, rowsOf, signedAttributes, SOON, TestPhone } from '../phone/rig.ts';

let rig: PhoneRig;
let other: TestPhone;
beforeAll(async () => {
  rig = await PhoneRig.open();
  const { persons } = rig.hospital.backend.rooms;
  persons.put({ id: '10031', name: '吴医师', title: '主治医师', department: '心血管内科', ward: '三病区' });
  other = await TestPhone.enrol(rig, '10031');
});
afterEach(async () => {
  await rig.settle();
  other.lock();
});
afterAll(async () => {
  await rig.close();
  expect(rig.hospital.faults).toEqual([]);
});

const thief: HttpClient = createHttpClient(fetch);
const store = () => rig.hospital.backend.rooms.store;
/** How many messages of records, seals and logins this key has signed. */
const signed = (phone: TestPhone): number =>
  Number(
    store().get(
      `SELECT count(*) AS n FROM cosign_log WHERE key = ? AND act LIKE 'sign %' AND act NOT IN ('sign request', 'sign approval') AND result = 'done'`,
      phone.keyId,
    )?.['n'],
  );

/** Everything that can be asked about a request with its id and this bearer. */
async function asksOfDesk(id: string, token: string | undefined): Promise<{ status: number; code: unknown }[]> {
  const at = `/api/v1/phone/requests/${id}`;
  const who = token === undefined ? {} : { token };
  const message = { n: 0, row: 0, message: Buffer.from(signedAttributes()).toString('base64') };
  const answers = [
    await rig.hospital.call('GET', at, who),
    await rig.hospital.call('GET', `${at}/events`, who),
    await rig.hospital.call('POST', `${at}/messages`, { ...who, json: { messages: [message], taken: [0] } }),
    await rig.hospital.call('DELETE', at, who),
  ];
  return answers.map(({ status, json }) => ({ status, code: json?.code }));
}
const NOT_YOURS = { status: 403, code: 'PHONE_OTHER_DESK' };

describe('P1: the code is photographed', () => {
  it('with the id alone nothing is seen, followed, handed over or ended, and another person’s phone gets nothing of a list', async () => {
    const { phones, steps } = rig.desk();
    const { id } = await rig.askList(phones);
    expect(await asksOfDesk(id, undefined)).toEqual([NOT_YOURS, NOT_YOURS, NOT_YOURS, NOT_YOURS]);
    expect(await codeOf(other.scan(id))).toBe('PHONE_OTHER_PERSON');
    expect([rig.stateOf(id), steps.all.some(({ state }) => state !== 'waiting')]).toEqual(['waiting', false]);
    // The code is as good as before for whom it was made.
    await rig.phone.approve((await rig.phone.scan(id)).request);
    await steps.until((s) => s.approved !== undefined);
  });

  it('the id with the secret of another request, or with the person’s session, is the id alone', async () => {
    const [mine, theirs] = [rig.desk(), rig.desk()];
    const { id } = await rig.askList(mine.phones);
    let secret = '';
    rig.way = (request, pass) => {
      secret = /Bearer (.*)/.exec(String(request.headers?.['authorization'] ?? ''))?.[1] ?? secret;
      return pass(request);
    };
    const own = await theirs.phones.ask({ kind: 'login' });
    await theirs.phones.cancel(own.id);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    for (const bearer of [secret, rig.bearer]) {
      expect(await asksOfDesk(id, bearer)).toEqual([NOT_YOURS, NOT_YOURS, NOT_YOURS, NOT_YOURS]);
    }
    expect(rig.stateOf(id)).toBe('waiting');
  });

  it('a thief who scans a login first signs in as himself or not at all; the person sees another number, and is told', async () => {
    const { phones, steps } = rig.desk();
    const { id } = await phones.ask({ kind: 'login' });
    const { check, request } = await other.scan(id);
    expect(await codeOf(rig.phone.scan(id))).toBe('PHONE_TAKEN');
    expect((await steps.state('scanned')).check).toBe(check);
    await other.approve(request);
    const { approved } = await steps.until((s) => s.approved !== undefined);
    expect(approved?.person).toBe('吴医师');
  });
});

describe('P2: what a phone has sent is sent again', () => {
  it('a scan or an approval that was recorded is refused, under its own request and as anything else', async () => {
    const recorded: { path: string; body: Uint8Array }[] = [];
    rig.phone.way = (request, pass) => {
      recorded.push({ path: new URL(request.url).pathname, body: request.body ?? new Uint8Array() });
      return pass(request);
    };
    const { phones } = rig.desk();
    const { id } = await rig.askList(phones);
    await rig.phone.approve((await rig.phone.scan(id)).request);
    const next = await rig.askList(rig.desk().phones);
    const paths = recorded.filter(({ path }) => /scan|approve$/.test(path));
    expect(paths).toHaveLength(2);
    for (const { body } of paths) {
      for (const { path } of recorded) {
        const json: unknown = JSON.parse(new TextDecoder().decode(body));
        const answer = await rig.hospital.call('POST', path, { json });
        expect([answer.status, answer.json.code]).toEqual([403, 'COSIGN_REFUSED']);
      }
    }
    expect(rig.stateOf(next.id)).toBe('waiting');
  });
});

describe('P3: an approval is used for something else', () => {
  it('the approval of one list, handed in under another of the same rows and desk, is refused: its text names the request', async () => {
    const [first, second] = [rig.desk(), rig.desk()];
    const one = await rig.phone.scan((await rig.askList(first.phones)).id);
    const two = await rig.phone.scan((await rig.askList(second.phones)).id);
    const key = await rig.phone.unlock();
    const approval = await key.sign(phoneApprovalText(one.request));
    expect(await codeOf(key.ask('phoneApprove', { request: two.request.id, approval }))).toBe('COSIGN_REFUSED');
    expect(rig.stateOf(two.request.id)).toBe('scanned');
    // Nor does a desk take it for its own, when the service pastes it under the other view.
    expect(await codeOf(key.ask('phoneApprove', { request: one.request.id, approval }))).toBe('done');
    await first.steps.until((s) => s.approved !== undefined);
    store().run(
      `UPDATE phone_requests SET state = 'approved', version = version + 1, key = ?, approval = ?, approved_at = scanned_at, heard_at = ?, expires_at = ?
       WHERE id = ?`,
      ...[
        rig.phone.keyId,
        approval,
        rig.hospital.now.toISOString(),
        new Date(rig.hospital.now.getTime() + 60_000).toISOString(),
      ],
      two.request.id,
    );
    expect((await second.steps.until((s) => s.error !== undefined)).error?.code).toBe('PHONE_LIST_CHANGED');
  });

  it('more under an approval than was announced: neither desk nor service nor phone goes along', async () => {
    const { token, keyId, request, asked } = await rig.opened({}, 2);
    const working = codeOf(rig.phone.work(request));
    await Promise.all([1, 2].map(() => token.signMessage(keyId, signedAttributes())));
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('PHONE_LIMIT');
    const before = signed(rig.phone);
    // A service that lets a third one through: it is put among the messages behind its own rules.
    const third = signedAttributes();
    store().run(
      'INSERT INTO phone_messages (request, n, "row", message, message_sm3) VALUES (?, 2, 0, ?, ?)',
      ...[asked.id, third, toHex(sm3(third))],
    );
    const told = () =>
      store().get('SELECT failed FROM phone_messages WHERE request = ? AND n = 2', asked.id)?.['failed'];
    await expect.poll(told, SOON).toBe('PHONE_LIMIT');
    await token.close();
    expect(await working).toBe('PHONE_LIMIT');
    expect(signed(rig.phone)).toBe(before);
  });
});

describe('P4: the list is another one than the phone has shown', () => {
  it('rows that change between scan and approval: the text that was shown is not that of the request any more', async () => {
    const { phones } = rig.desk();
    const asked = await rig.askList(phones, 2);
    const { request } = await rig.phone.scan(asked.id);
    store().run('UPDATE phone_requests SET rows = ? WHERE id = ?', JSON.stringify(rowsOf(3).slice(1)), asked.id);
    const key = await rig.phone.unlock();
    expect(await codeOf(key.sign(phoneApprovalText(request)))).toBe('COSIGN_REFUSED');
    expect(await codeOf(rig.phone.approve(request))).toBe('COSIGN_REFUSED');
    expect(rig.stateOf(asked.id)).toBe('scanned');
  });

  it('rows that a machine in the middle shows the phone: the service does not sign their approval', async () => {
    const { phones } = rig.desk();
    const asked = await rig.askList(phones, 2);
    rig.phone.way = async (request, pass) => {
      const answer = await pass(request);
      if (!request.url.endsWith('/scan')) return answer;
      const shown = JSON.parse(new TextDecoder().decode(answer.body)) as { request: PhoneRequest };
      shown.request.rows[0]!.initials = 'Z.Z.';
      return { ...answer, body: new TextEncoder().encode(JSON.stringify(shown)) };
    };
    const { request } = await rig.phone.scan(asked.id);
    expect(request.rows[0]?.initials).toBe('Z.Z.');
    expect(await codeOf(rig.phone.approve(request))).toBe('COSIGN_REFUSED');
  });

  it('rows that the service itself has changed for the phone: the desk finds it out from the approval, and nothing is signed', async () => {
    const { phones, steps } = rig.desk();
    const asked = await rig.askList(phones, 2);
    store().run('UPDATE phone_requests SET rows = ? WHERE id = ?', JSON.stringify(rowsOf(3).slice(1)), asked.id);
    const before = signed(rig.phone);
    await rig.phone.approve((await rig.phone.scan(asked.id)).request);
    const end = await steps.until((s) => s.error !== undefined);
    expect([end.error?.code, end.approved]).toEqual(['PHONE_LIST_CHANGED', undefined]);
    await expect.poll(() => rig.stateOf(asked.id)).toBe('done');
    expect(signed(rig.phone)).toBe(before);
  });

  it('a request under another id than the one that was scanned is none', async () => {
    const { phones } = rig.desk();
    const [asked, elsewhere] = [await rig.askList(phones), await rig.askList(rig.desk().phones)];
    rig.phone.way = async (request, pass) => {
      const answer = await pass(request);
      const shown = new TextDecoder().decode(answer.body).replace(asked.id, elsewhere.id);
      return { ...answer, body: new TextEncoder().encode(shown) };
    };
    expect(await codeOf(rig.phone.scan(asked.id))).toBe('COSIGN_REFUSED');
  });
});

describe('P5: a desk in an attacker’s hands asks for a foreign text', () => {
  /** What a desk hands over as the first message of a list that the phone has approved; with a request of its own scanned beside it. */
  async function handedOver(textOf: (beside: PhoneRequest) => Promise<Uint8Array> | Uint8Array): Promise<string> {
    const beside = await rig.phone.scan((await rig.askList(rig.desk().phones)).id);
    const { token, keyId, request } = await rig.opened({}, 2, { seals: true });
    const working = codeOf(rig.phone.work(request));
    const value = await codeOf(token.signMessage(keyId, await textOf(beside.request)));
    await token.close();
    expect(await working).toBe('PHONE_MESSAGE');
    return value;
  }

  const csr = (): Uint8Array => {
    // CertificationRequestInfo of this very key: version 0, a name, the key.
    const inner = Uint8Array.of(2, 1, 0, 0x30, 0, 0x30, rig.phone.publicKey.length, ...rig.phone.publicKey);
    return Uint8Array.of(0x30, inner.length, ...inner);
  };
  it.each([
    ['the login of this service, in a list', async () => loginText('x', await rig.hospital.challenge())],
    ['a request for a certificate of this key', csr],
    ['the approval of another request, so that nobody would have to be shown it', phoneApprovalText],
    ['the test of a refresh', () => new TextEncoder().encode('YIQIAN-COSIGN-TEST-1 x 2\nchallenge')],
    ['32 bytes, as if they were a digest', () => randomBytes(32)],
    ['a SET that is no signed attributes', () => Uint8Array.of(0x31, 4, 0x30, 2, 5, 0)],
    ['attributes with a digest that is none of SM3', () => signedAttributes(randomBytes(20))],
    ['a SEQUENCE that is no seal’s data', () => Uint8Array.of(0x30, 3, 2, 1, 4)],
  ] as [string, (beside: PhoneRequest) => Promise<Uint8Array> | Uint8Array][])(
    '%s: the phone signs nothing of it, and says so to its person and to the desk',
    async (_, textOf) => {
      const before = signed(rig.phone);
      expect(await handedOver(textOf)).toBe('PHONE_MESSAGE');
      expect(signed(rig.phone)).toBe(before);
    },
  );

  it.each([
    ['signed attributes, in a login', async () => signedAttributes()],
    [
      'the login of another hospital',
      async () => loginText('yiqian-of-another-hospital', await rig.hospital.challenge()),
    ],
  ])('%s: refused as well', async (_, textOf) => {
    const { phones, steps } = rig.desk();
    const { id } = await phones.ask({ kind: 'login' });
    const { request } = await rig.phone.scan(id);
    await rig.phone.approve(request);
    const { approved } = await steps.until((s) => s.approved !== undefined);
    phones.redeem(approved!.ticket, PHONE_LOGIN_DIGEST);
    const token = await phones.open(approved!.tokenId);
    await token.login(approved!.ticket);
    const before = signed(rig.phone);
    const working = codeOf(rig.phone.work(request));
    expect(await codeOf(token.signMessage(approved!.keyId, await textOf()))).toBe('PHONE_MESSAGE');
    await token.close();
    expect([await working, signed(rig.phone)]).toEqual(['PHONE_MESSAGE', before]);
  });
});

describe('P6: the phone is stolen', () => {
  /** IndexedDB as far as the protector needs it: one store of one browser. */
  const browser = () => {
    const kept = new Map<unknown, unknown>();
    const ask = (value: unknown): Promise<unknown> => Promise.resolve(value);
    const objects = { add: (value: unknown, id: unknown) => kept.set(id, value), get: (id: unknown) => kept.get(id) };
    const transact = (_: string, __: string, work: (s: typeof objects, a: typeof ask) => Promise<unknown>) =>
      work(objects, ask);
    return { kept, database: { transact } as unknown as Parameters<typeof browserProtector>[0] };
  };
  /** A phone whose secrets are wrapped as the page does it, and everything that lies in its storage. */
  async function stolen() {
    const files = new Map<string, CosignKeyFile>();
    const keys: KeyStore = {
      list: async () => [...files.keys()],
      read: async (id) => files.get(id)!,
      write: async (file) => void files.set(file.keyId, file),
      remove: async (id) => void files.delete(id),
    };
    const { kept, database } = browser();
    const now = (): Date => rig.hospital.now;
    const service = new CosignService({ url: rig.hospital.backend.url, http: thief, now });
    const { code } = rig.hospital.backend.rooms.cosign.cosign.makeCode('10023', 'test');
    const protector = browserProtector(database);
    const asked = { code, pin: PIN, deviceName: '被偷的手机', place: 'phone' as const };
    const file = await enrol(asked, { service, store: keys, protector, now });
    return { file, keys, kept, service, protector, secrets: await openSecrets(file, protector) };
  }

  it('a dump of its storage opens nothing in another browser, and the wrapping key is not given out', async () => {
    const { file, kept } = await stolen();
    expect(await codeOf(openSecrets(file, browserProtector(browser().database)))).toBe('COSIGN_KEY_FILE');
    const [wrap] = kept.values() as unknown as [CryptoKey];
    await expect(crypto.subtle.exportKey('raw', wrap)).rejects.toThrow();
  });

  it('even with the wrapping key out of the disk’s image a right PIN looks like a wrong one, and the service counts', async () => {
    const { file, secrets, service } = await stolen();
    for (const guess of [PIN, '000000']) {
      const proof = pinProof(guess, secrets.secret, file.keyId);
      for (const help of [proof, secrets.secret, new Uint8Array(32), file.publicKey.subarray(1, 33)]) {
        const lock = { help, proof, deviceSecret: secrets.secret, context: shareContext(file.keyId, 1) };
        expect(() => unlockShare(file.share.locked, lock)).toThrow('CRYPTO_DECRYPT');
      }
    }
    const codes: string[] = [];
    for (const guess of ['111111', '222222', '333333', '444444', '555555', PIN]) {
      const pin = pinProof(guess, secrets.secret, file.keyId);
      codes.push(await codeOf(service.ask('unlock', file.keyId, { pin }, secrets.device)));
    }
    expect(codes).toEqual([...Array<string>(4).fill('COSIGN_PIN'), 'COSIGN_LOCKED', 'COSIGN_LOCKED']);
  });

  it('its key, its PIN and its open session sign nothing that no desk has asked for and this key approved', async () => {
    const { file, keys, service, secrets } = await stolen();
    const key = await openKey(file.keyId, PIN, { store: keys, service, secrets });
    const texts = [
      signedAttributes(),
      loginText('x', await rig.hospital.challenge()),
      randomBytes(40),
      new TextEncoder().encode('YIQIAN-PHONE-1\nx\n'),
    ];
    for (const text of texts) expect(await codeOf(key.sign(text))).toBe('COSIGN_REFUSED');
    // Nor by hand, without what the page would check, and with a request of the same person open at a desk.
    const { phones } = rig.desk();
    const asked = await rig.askList(phones);
    await rig.phone.approve((await rig.phone.scan(asked.id)).request);
    const pin = pinProof(PIN, secrets.secret, file.keyId);
    const { session } = await service.ask('unlock', file.keyId, { pin }, secrets.device);
    const items = [{ id: freshId(), q1: clientNonce()!.q1, message: texts[0]! }];
    const head = { op: 'sign', keyId: file.keyId, requestId: freshId(), time: rig.hospital.now.toISOString() };
    const json: unknown = JSON.parse(seal({ ...head, session, epoch: 1, items }, secrets.device));
    const answer = await rig.hospital.call('POST', `/api/v1/cosign/keys/${file.keyId}/sign`, { json });
    expect([answer.status, answer.json.code]).toEqual([403, 'COSIGN_REFUSED']);
    key.close();
  });

  it('from the moment its person stops it, it scans nothing, and what it had approved ends', async () => {
    const { file, service, secrets } = await stolen();
    const stop = { reason: '手机丢了' };
    const { phones } = rig.desk();
    const asked = await rig.askList(phones);
    const closed = { keyId: file.keyId, service, secrets };
    await scan(asked.id, closed);
    const answer = await rig.hospital.call('POST', `/api/v1/cosign/mine/${file.keyId}/suspend`, {
      token: rig.bearer,
      json: stop,
    });
    expect(answer.status).toBe(200);
    expect(rig.stateOf(asked.id)).toBe('lost');
    const next = await rig.askList(phones);
    expect(await codeOf(scan(next.id, closed))).toBe('COSIGN_SUSPENDED');
    // The code is not used up by it.
    expect((await rig.phone.scan(next.id)).request.desk).toBe(DESK);
  });
});

describe('what is not prevented, so that nobody believes it is', () => {
  it('a desk that shows one list and asks for other documents gets them, as many as were approved, and the log has their digests', async () => {
    const { token, keyId, request } = await rig.opened({}, 1);
    void rig.phone.work(request);
    const foreign = signedAttributes();
    const value = await token.signMessage(keyId, foreign);
    expect(sm2Verify(rig.phone.publicKey, sm2Digest(rig.phone.publicKey, foreign), value)).toBe(true);
    const row = store().get('SELECT act, result FROM cosign_log WHERE message_sm3 = ?', toHex(sm3(foreign)));
    expect(row).toMatchObject({ act: 'sign attributes', result: 'done' });
    await token.close();
  });
});
