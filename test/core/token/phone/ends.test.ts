/** Every way in which a request to a phone ends before everything is signed, as the desk tells it; and a service that lies. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes, sm2GenerateKeyPair } from '#core/crypto/index.ts';
import {
  generateSoftwareKey,
  issueSelfSignedCertificate,
  softwareKeySigner,
  type HttpClient,
} from '#core/pki/index.ts';
import { work } from '#core/token/cosign/device/index.ts';
import { SOON, codeOf, PhoneRig, sealData, signedAttributes, type Way } from './rig.ts';

let rig: PhoneRig;
beforeAll(async () => {
  rig = await PhoneRig.open();
});
afterEach(() => rig.settle());
afterAll(async () => {
  await rig.close();
  expect(rig.hospital.faults).toEqual([]);
});

const noEvents = (): Promise<never> => Promise.reject(new Error('no events here'));
/** Questions instead of events, quickly. */
const POLLING = { poll: 20, busy: 20, streamAgain: 60_000 };

/** Changes the views that the service answers with. */
const bending =
  (bend: (view: any) => void): Way =>
  async (request, pass) => {
    const response = await pass(request);
    if (!/requests/.test(request.url) || response.status !== 200) return response;
    const view = JSON.parse(new TextDecoder().decode(response.body));
    bend(view);
    return { ...response, body: new TextEncoder().encode(JSON.stringify(view)) };
  };

describe('a request ends with its reason', () => {
  it.each(['not-mine', 'wrong-list', 'other'] as const)('refused on the phone (%s): PHONE_REFUSED', async (reason) => {
    const { phones, steps } = rig.desk();
    const asked = await rig.askList(phones);
    await rig.phone.scan(asked.id);
    expect(await rig.phone.refuse(asked.id, reason)).toBe('refused');
    expect((await steps.state('refused')).error?.code).toBe('PHONE_REFUSED');
    expect(await phones.list()).toEqual([]);
  });

  it('nobody scanned it: PHONE_EXPIRED', async () => {
    const { phones, steps } = rig.desk();
    await phones.ask({ kind: 'login' });
    rig.hospital.advance(120_001);
    expect((await steps.state('expired')).error?.code).toBe('PHONE_EXPIRED');
  });

  it('cancelled at the desk: PHONE_OVER', async () => {
    const { phones, steps } = rig.desk();
    const asked = await phones.ask({ kind: 'login' });
    await phones.cancel(asked.id);
    expect((await steps.state('cancelled')).error?.code).toBe('PHONE_OVER');
    expect(rig.stateOf(asked.id)).toBe('cancelled');
  });

  it('ended elsewhere with this desk’s secret: PHONE_OVER', async () => {
    const { steps, token, keyId, asked } = await rig.opened();
    const signing = codeOf(token.signMessage(keyId, signedAttributes()));
    rig.hospital.backend.rooms.store.run(
      `UPDATE phone_requests SET state = 'done', version = version + 1 WHERE id = ?`,
      asked.id,
    );
    expect((await steps.until((s) => s.error !== undefined)).error?.code).toBe('PHONE_OVER');
    expect(await signing).toBe('PHONE_OVER');
  });

  it('the phone is not heard any more: PHONE_LOST, for what waits and what comes later', async () => {
    const { steps, token, keyId } = await rig.opened({}, 3);
    const signing = codeOf(token.signMessage(keyId, signedAttributes()));
    rig.hospital.advance(45_001);
    expect(await signing).toBe('PHONE_LOST');
    expect((await steps.state('lost')).error?.code).toBe('PHONE_LOST');
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('PHONE_LOST');
  });

  it('the phone is heard and signs nothing: PHONE_LOST after a while', async () => {
    const { token, keyId, asked } = await rig.opened({ value: 50 });
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('PHONE_LOST');
    await expect.poll(() => rig.stateOf(asked.id), SOON).toBe('done');
  });

  it('the key of the phone is suspended: PHONE_KEY_STOPPED', async () => {
    const { steps, token, keyId } = await rig.opened();
    const { cosign } = rig.hospital.backend.rooms.cosign;
    const signing = codeOf(token.signMessage(keyId, signedAttributes()));
    cosign.administer(rig.phone.keyId, 'suspend', 'lost');
    try {
      expect(await signing).toBe('PHONE_KEY_STOPPED');
      expect((await steps.state('lost')).error?.code).toBe('PHONE_KEY_STOPPED');
    } finally {
      cosign.administer(rig.phone.keyId, 'resume', 'found');
    }
  });

  it('the phone would not sign it: PHONE_MESSAGE, and the phone says the same', async () => {
    const { token, keyId, request } = await rig.opened({}, 2);
    const working = codeOf(rig.phone.work(request));
    // Announced were no seals.
    expect(await codeOf(token.signMessage(keyId, sealData()))).toBe('PHONE_MESSAGE');
    await token.logout();
    expect(await working).toBe('PHONE_MESSAGE');
  });

  it('more than was approved: PHONE_LIMIT, before anything leaves', async () => {
    const { token, keyId, request } = await rig.opened({}, 1);
    void rig.phone.work(request);
    await token.signMessage(keyId, signedAttributes());
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('PHONE_LIMIT');
    expect(rig.calls.filter((c) => c === 'POST messages')).toHaveLength(1);
  });

  it('the phone counted otherwise: PHONE_LIMIT', async () => {
    const { token, keyId, request } = await rig.opened({}, 2);
    rig.running.push(work(rig.phone.open!, { ...request, signatures: 1 }, { wait: 1_000 }).catch(() => undefined));
    const both = [signedAttributes(), signedAttributes()].map((m) => codeOf(token.signMessage(keyId, m)));
    expect(await Promise.all(both)).toEqual(['PHONE_LIMIT', 'PHONE_LIMIT']);
    await token.logout();
  });

  it('with another secret: PHONE_OTHER_DESK', async () => {
    rig.events = noEvents;
    rig.way = (request, pass) => {
      if (!/requests/.test(request.url)) return pass(request);
      return pass({ ...request, headers: { ...request.headers, authorization: `Bearer ${'x'.repeat(43)}` } });
    };
    const { phones, steps } = rig.desk(POLLING);
    await phones.ask({ kind: 'login' });
    expect((await steps.state('lost')).error?.code).toBe('PHONE_OTHER_DESK');
  });

  it('the service is away: BACKEND_UNREACHABLE', async () => {
    const { steps, token, keyId } = await rig.opened({ ...POLLING, away: 200 });
    rig.way = () => Promise.reject(new Error('no network'));
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('BACKEND_UNREACHABLE');
    expect((await steps.state('lost')).error?.code).toBe('BACKEND_UNREACHABLE');
  });

  it('the service is away while the code is shown: BACKEND_UNREACHABLE', async () => {
    rig.events = noEvents;
    const { phones, steps } = rig.desk({ ...POLLING, away: 100 });
    await phones.ask({ kind: 'login' });
    rig.way = (request) =>
      Promise.resolve({ status: 502, headers: {}, body: new TextEncoder().encode(`<p>${request.url}</p>`) });
    expect((await steps.state('lost')).error?.code).toBe('BACKEND_UNREACHABLE');
  });
});

describe('to ask', () => {
  it('needs a session for a list, and a service', async () => {
    const { phones } = rig.desk();
    expect(await codeOf(rig.askList(phones, 1, { bearer: 'x'.repeat(43) }))).not.toBe('done');
    rig.way = () => Promise.reject(new Error('no network'));
    expect(await codeOf(phones.ask({ kind: 'login' }))).toBe('BACKEND_UNREACHABLE');
    rig.way = () => Promise.resolve({ status: 200, headers: {}, body: new TextEncoder().encode('<html>') });
    expect(await codeOf(phones.ask({ kind: 'login' }))).toBe('BACKEND_REFUSED');
    expect(await codeOf(phones.cancel('AAAAAAAAAAAAAAAAAAAAAA'))).toBe('done');
  });
});

describe('a service that lies', () => {
  /** What the desk makes of an approval when the views are bent. */
  const approvedUnder = async (way: Way | undefined, more: Way | undefined = undefined): Promise<string> => {
    rig.events = noEvents;
    rig.way = way;
    const { phones, steps } = rig.desk(POLLING);
    const asked = await rig.askList(phones, 2);
    if (more !== undefined) rig.way = more;
    await rig.phone.approve((await rig.phone.scan(asked.id)).request);
    const end = await steps.until((s) => s.error !== undefined || s.approved !== undefined);
    expect(await phones.list()).toEqual([]);
    await expect.poll(() => rig.stateOf(asked.id), SOON).toBe('done');
    return end.error?.code ?? 'approved';
  };

  it('shows the phone other rows: PHONE_LIST_CHANGED, and nothing is signed', async () => {
    const otherRows: Way = (request, pass) => {
      if (!request.url.endsWith('/phone/lists')) return pass(request);
      const body = JSON.parse(new TextDecoder().decode(request.body));
      body.rows[1].initials = 'X.Y.';
      return pass({ ...request, body: new TextEncoder().encode(JSON.stringify(body)) });
    };
    expect(await approvedUnder(otherRows)).toBe('PHONE_LIST_CHANGED');
  });

  it.each([
    ['desk', '另一台'],
    ['listDigest', '00'.repeat(32)],
    ['signatures', 4000],
    ['seals', true],
  ])('shows the phone another %s: PHONE_LIST_CHANGED', async (field, value) => {
    const other: Way = (request, pass) => {
      if (!request.url.endsWith('/phone/lists')) return pass(request);
      const body = { ...JSON.parse(new TextDecoder().decode(request.body)), [field]: value };
      return pass({ ...request, body: new TextEncoder().encode(JSON.stringify(body)) });
    };
    expect(await approvedUnder(other)).toBe('PHONE_LIST_CHANGED');
  });

  it('names an approval that is none: PHONE_LIST_CHANGED', async () => {
    for (const approval of [randomBytes(64), randomBytes(63), new Uint8Array()]) {
      const bend = bending((view) => (view.approval &&= Buffer.from(approval).toString('base64')));
      expect(await approvedUnder(bend)).toBe('PHONE_LIST_CHANGED');
    }
  });

  it('names another person’s certificate: PHONE_LIST_CHANGED', async () => {
    const key = softwareKeySigner({ ...generateSoftwareKey('sm2') });
    const dates = { notBefore: new Date('2026-01-01'), notAfter: new Date('2030-01-01') };
    const other = await issueSelfSignedCertificate({ subject: [['CN', '别人']], ...dates }, key);
    const bend = bending((view) => view.key && (view.key.certificate = Buffer.from(other.der).toString('base64')));
    expect(await approvedUnder(bend)).toBe('PHONE_LIST_CHANGED');
  });

  it('names a certificate that is none, or not of SM2, or no key at all: COSIGN_SERVER_FAULT', async () => {
    const rsa = softwareKeySigner(generateSoftwareKey('ec-p256'));
    const dates = { notBefore: new Date('2026-01-01'), notAfter: new Date('2030-01-01') };
    const other = await issueSelfSignedCertificate({ subject: [['CN', '李医师']], ...dates }, rsa);
    for (const der of [other.der, sm2GenerateKeyPair().publicKey]) {
      const bend = bending((view) => view.key && (view.key.certificate = Buffer.from(der).toString('base64')));
      expect(await approvedUnder(bend)).toBe('COSIGN_SERVER_FAULT');
    }
    expect(await approvedUnder(bending((view) => (view.key = null)))).toBe('COSIGN_SERVER_FAULT');
  });

  it('gives a value that is no signature: TOKEN_SIGNATURE_WRONG, and it never leaves', async () => {
    rig.events = noEvents;
    const { token, keyId, request } = await rig.opened(POLLING, 2);
    rig.way = bending((view) => {
      for (const value of view.signatures) value.signature = Buffer.from(randomBytes(64)).toString('base64');
    });
    void rig.phone.work(request);
    expect(await codeOf(token.signMessage(keyId, signedAttributes()))).toBe('TOKEN_SIGNATURE_WRONG');
  });

  it('swaps two values: TOKEN_SIGNATURE_WRONG for both', async () => {
    rig.events = noEvents;
    const { token, keyId, request } = await rig.opened(POLLING, 2);
    rig.way = bending((view) => {
      for (const value of view.signatures) value.n = 1 - value.n;
    });
    void rig.phone.work(request);
    const both = [signedAttributes(), signedAttributes()].map((m) => codeOf(token.signMessage(keyId, m)));
    expect(await Promise.all(both)).toEqual(['TOKEN_SIGNATURE_WRONG', 'TOKEN_SIGNATURE_WRONG']);
  });

  it('goes back to an earlier state, or speaks of another request: nothing changes', async () => {
    rig.events = noEvents;
    const { steps, token, keyId, request } = await rig.opened(POLLING, 1);
    let bent = 0;
    const back: HttpClient = async () => {
      bent++;
      const view = {
        ...{ id: bent % 2 === 0 ? request.id : 'A'.repeat(22), kind: 'sign', check: '00', reason: null, key: null },
        ...{ state: bent % 2 === 0 ? 'waiting' : 'refused', approval: null, backendId: 'x', signatures: [] },
        expiresAt: new Date().toISOString(),
      };
      return { status: 200, headers: {}, body: new TextEncoder().encode(JSON.stringify(view)) };
    };
    rig.way = (asked) => back(asked);
    await expect.poll(() => bent, SOON).toBeGreaterThan(4);
    rig.way = undefined;
    void rig.phone.work(request);
    expect(await token.signMessage(keyId, signedAttributes())).toHaveLength(64);
    expect(new Set(steps.all.map((s) => s.state))).toEqual(
      new Set(['waiting', 'scanned', 'approved'].filter((s) => steps.all.some((x) => x.state === s))),
    );
  });
});
