/** A phone at work against a service that gives it other work than was approved: nothing of it is signed, the desk is told, the approval ends. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/crypto/index.ts';
import type { PhoneRequest } from '#core/token/cosign/device/index.ts';
import { SOON, codeOf, PhoneRig, sealData, signedAttributes, type Way } from '../phone/rig.ts';

let rig: PhoneRig;
beforeAll(async () => {
  rig = await PhoneRig.open();
});
afterEach(() => rig.settle());
afterAll(async () => {
  await rig.close();
  expect(rig.hospital.faults).toEqual([]);
});

interface Given {
  readonly n: number;
  readonly row?: number;
  readonly message: Uint8Array;
}

/** A service that gives these messages, round by round, and keeps what comes back to itself. */
function giving(rounds: readonly (readonly Given[])[], state = 'approved') {
  const handedIn: { n: number; signature?: string; failed?: string }[][] = [];
  let signs = 0;
  let refused = 0;
  const say = (value: object) => ({ status: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(value)) });
  const way: Way = async (request, pass) => {
    if (request.url.endsWith('/sign')) signs++;
    if (request.url.endsWith('/refuse')) {
      refused++;
      return say({ state: 'refused' });
    }
    if (!request.url.endsWith('/work')) return pass(request);
    const { payload } = JSON.parse(new TextDecoder().decode(request.body));
    handedIn.push(JSON.parse(Buffer.from(payload, 'base64').toString()).done);
    const round = rounds[handedIn.length - 1];
    const messages = (round ?? []).map(({ n, row = 0, message }) => ({
      n,
      row,
      message: Buffer.from(message).toString('base64'),
    }));
    return say({ state: round === undefined ? state : 'approved', messages });
  };
  return { way, handedIn, signs: () => signs, refused: () => refused };
}

/** An approved request and the key open on the phone. */
async function approved(signatures = 2): Promise<PhoneRequest> {
  const { phones } = rig.desk();
  const { request } = await rig.phone.scan((await rig.askList(phones, 2, { signatures })).id);
  await rig.phone.approve(request);
  return request;
}

describe('a phone signs nothing', () => {
  it.each([
    ['of another kind', () => sealData()],
    ['that it can’t read', () => randomBytes(40)],
    ['for a row that there is not', () => signedAttributes(), 2],
  ])('%s, and tells the desk PHONE_MESSAGE', async (_what, message, row = 0) => {
    const request = await approved();
    const service = giving([[{ n: 0, row, message: message() }], []], 'done');
    rig.phone.way = service.way;
    expect(await codeOf(rig.phone.work(request))).toBe('PHONE_MESSAGE');
    expect(service.handedIn).toEqual([[], [{ n: 0, failed: 'PHONE_MESSAGE' }], []]);
    expect([service.signs(), service.refused()]).toEqual([0, 0]);
  });

  it('that comes beside or after what does not fit', async () => {
    const request = await approved(3);
    const [good, bad, later] = [signedAttributes(), sealData(), signedAttributes()];
    const service = giving(
      [
        [
          { n: 0, message: good },
          { n: 1, message: bad },
        ],
        [{ n: 2, message: later }],
      ],
      'done',
    );
    rig.phone.way = service.way;
    expect(await codeOf(rig.phone.work(request))).toBe('PHONE_MESSAGE');
    const failed = 'PHONE_MESSAGE';
    expect(service.handedIn).toEqual([
      [],
      [
        { n: 0, failed },
        { n: 1, failed },
      ],
      [{ n: 2, failed }],
    ]);
    expect(service.signs()).toBe(0);
  });

  it('beyond the number that was approved: PHONE_LIMIT', async () => {
    const request = await approved(2);
    const messages = [0, 1, 2].map((n) => ({ n, message: signedAttributes() }));
    const service = giving([messages.slice(0, 2), messages.slice(2)], 'done');
    const approvedOnly = rig.phone.way;
    rig.phone.way = async (asked, pass) => {
      // Signed by a service that gives a part for anything.
      if (asked.url.endsWith('/sign'))
        return { status: 409, headers: {}, body: new TextEncoder().encode('{"code":"COSIGN_REFUSED"}') };
      return service.way(asked, pass);
    };
    expect(await codeOf(rig.phone.work(request))).toBe('PHONE_LIMIT');
    expect(service.handedIn[2]).toEqual([{ n: 2, failed: 'PHONE_LIMIT' }]);
    rig.phone.way = approvedOnly;
  });

  it('under a number that stood for something else', async () => {
    const request = await approved(2);
    const service = giving([[{ n: 7, message: signedAttributes() }], [{ n: 7, message: signedAttributes() }]], 'done');
    rig.phone.way = async (asked, pass) => {
      if (asked.url.endsWith('/sign')) throw new Error('no answer');
      return service.way(asked, pass);
    };
    expect(await codeOf(rig.phone.work(request, { pause: async () => undefined }))).toBe('PHONE_MESSAGE');
    expect(service.handedIn.at(-1)).toEqual([{ n: 7, failed: 'PHONE_MESSAGE' }]);
  });

  it('and ends the request itself when the desk goes on all the same', async () => {
    const request = await approved();
    const service = giving(Array.from({ length: 9 }, () => [{ n: 0, message: sealData() }]));
    rig.phone.way = service.way;
    expect(await codeOf(rig.phone.work(request))).toBe('PHONE_MESSAGE');
    expect([service.signs(), service.refused(), service.handedIn.length]).toEqual([0, 1, 5]);
  });
});

describe('a phone signs', () => {
  it('a number once: asked again it hands in the value that it has', async () => {
    const { token, keyId, request } = await rig.opened({}, 2);
    let signs = 0;
    let again: unknown[] = [];
    const done: { n: number; signature: string }[][] = [];
    rig.phone.way = async (asked, pass) => {
      if (asked.url.endsWith('/sign')) signs++;
      if (!asked.url.endsWith('/work')) return pass(asked);
      const { payload } = JSON.parse(new TextDecoder().decode(asked.body));
      const given = JSON.parse(Buffer.from(payload, 'base64').toString());
      done.push(given.done);
      const response = await pass(asked);
      const answer = JSON.parse(new TextDecoder().decode(response.body));
      if (done.length === 1) again = answer.messages;
      // The service has forgotten that it was given the value.
      if (done.length === 2) answer.messages = again;
      return { ...response, body: new TextEncoder().encode(JSON.stringify(answer)) };
    };
    const working = rig.phone.work(request, { wait: 100 });
    await token.signMessage(keyId, signedAttributes());
    await expect.poll(() => done.length, SOON).toBeGreaterThan(2);
    await token.logout();
    expect(await working).toBe('done');
    expect([signs, done[2]]).toEqual([1, done[1]]);
  });

  it('nothing more once its key is stopped, and says why', async () => {
    const { request, token, keyId } = await rig.opened({}, 1);
    let refusals = 0;
    rig.phone.way = (asked, pass) => {
      if (!asked.url.endsWith('/sign')) return pass(asked);
      refusals++;
      const body = new TextEncoder().encode(JSON.stringify({ code: 'COSIGN_SUSPENDED' }));
      return Promise.resolve({ status: 403, headers: {}, body });
    };
    const working = codeOf(rig.phone.work(request));
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('PHONE_KEY_STOPPED');
    await token.logout();
    expect([await working, refusals]).toEqual(['COSIGN_SUSPENDED', 1]);
  });
});

describe('a code', () => {
  it('of another form never reaches the service', async () => {
    for (const id of ['', 'x', '../keys', 'a'.repeat(65)])
      expect(await codeOf(rig.phone.scan(id))).toBe('PHONE_NOT_A_CODE');
    expect(await codeOf(rig.phone.scan('A'.repeat(22)))).toBe('PHONE_NOT_A_CODE');
  });

  it('is answered with its own request, a login with nothing but a login', async () => {
    const { phones } = rig.desk();
    const asked = await phones.ask({ kind: 'login' });
    const bends: ((r: any) => void)[] = [
      (r) => (r.id = 'B'.repeat(22)),
      (r) => (r.signatures = 2),
      (r) => (r.seals = true),
      (r) => (r.listDigest = '00'.repeat(32)),
      (r) => (r.rows = [{ type: 'x', initials: 'x', digest: '00'.repeat(32) }]),
      (r) => (r.kind = 'sign'),
    ];
    for (const bend of bends) {
      rig.phone.way = async (request, pass) => {
        const response = await pass(request);
        const answer = JSON.parse(new TextDecoder().decode(response.body));
        bend(answer.request);
        return { ...response, body: new TextEncoder().encode(JSON.stringify(answer)) };
      };
      expect(await codeOf(rig.phone.scan(asked.id)), String(bend)).toBe('COSIGN_REFUSED');
    }
    rig.phone.way = undefined;
    expect((await rig.phone.scan(asked.id)).request.kind).toBe('login');
  });

  it('that was refused is over', async () => {
    const { phones } = rig.desk();
    const asked = await rig.askList(phones);
    const { request } = await rig.phone.scan(asked.id);
    await rig.phone.refuse(asked.id, 'other');
    expect(await codeOf(rig.phone.approve(request))).toBe('PHONE_OVER');
  });

  it('that was cancelled at the desk, or whose time was over, before the PIN came says so', async () => {
    const { phones } = rig.desk();
    const asked = await rig.askList(phones);
    const cancelled = await rig.phone.scan(asked.id);
    await phones.cancel(asked.id);
    expect(await codeOf(rig.phone.approve(cancelled.request))).toBe('PHONE_OVER');
    const late = await rig.phone.scan((await rig.askList(phones)).id);
    rig.hospital.advance(125_000);
    expect(await codeOf(rig.phone.approve(late.request))).toBe('PHONE_EXPIRED');
  });

  it('is approved though the answer was lost', async () => {
    const { phones, steps } = rig.desk();
    const { request } = await rig.phone.scan((await rig.askList(phones)).id);
    let tries = 0;
    rig.phone.way = async (asked, pass) => {
      const response = await pass(asked);
      if (asked.url.endsWith('/approve') && tries++ === 0) throw new Error('ECONNRESET');
      return response;
    };
    await rig.phone.approve(request);
    expect([(await steps.state('approved')).approved?.person, tries]).toEqual(['李医师', 2]);
  });
});
