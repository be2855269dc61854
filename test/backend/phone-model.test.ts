/** Desks, phones and time in any order: what holds of every request after every step, whatever somebody tries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomBytes, sm2Digest, sm2GenerateKeyPair, sm2Sign, sm2Verify, toHex } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { phoneApprovalText, type PhoneRequest } from '#core/token/index.ts';
import { CosignRegistry, type CosignKey } from '../../src/backend/cosign/registry.ts';
import { Persons } from '../../src/backend/login/persons.ts';
import { openPhone, type PhoneRoom } from '../../src/backend/phone/index.ts';
import { Store } from '../../src/backend/store/database.ts';
import { attributes, rowsOf } from './phone-world.ts';

type Key = CosignKey & { readonly privateKey: Uint8Array };
interface Ward {
  readonly store: Store;
  readonly room: PhoneRoom;
  readonly keys: readonly Key[];
  readonly asked: {
    id: string;
    secret: string;
    signatures: number;
    given: Map<number, Uint8Array>;
    seen: Map<number, string>;
  }[];
  readonly last: Map<string, string>;
  now: number;
}

/** Two persons, the first with two phones. A key here is whole: how two parties sign is not what is looked at. */
function openWard(): Ward {
  const store = new Store(':memory:');
  const persons = new Persons(store);
  const registry = new CosignRegistry(store);
  for (const id of ['1', '2']) persons.put({ id, name: id, title: '', department: '', ward: '' });
  const keys = ['1', '1', '2'].map((personId, i) => {
    const { privateKey, publicKey } = sm2GenerateKeyPair();
    const id = `key-${i}-000000000000`;
    const none = new Uint8Array(1);
    const secrets = { share: none, helpKey: none, serverPoint: none, commitment: none, devicePublicKey: none };
    const facts = {
      deviceName: '',
      code: '',
      createdAt: '',
      epoch: 1,
      tries: 5,
      state: 'active',
      place: 'phone',
    } as const;
    registry.add({ id, personId, ...facts, ...secrets });
    registry.change(id, { publicKey, certificate: none });
    return { ...registry.find(id)!, privateKey };
  });
  const ward = { store, keys, asked: [], last: new Map<string, string>(), now: Date.parse('2026-11-22T02:00:00Z') };
  const clock = (): Date => new Date(ward.now);
  return Object.assign(ward, { room: openPhone({ store, backendId: 'b', persons, hierarchies: [], clock }) });
}

const signed = (key: Key, message: Uint8Array): Uint8Array =>
  sm2Sign(key.privateKey, sm2Digest(key.publicKey!, message), key.publicKey!);

/** Only a refusal that has a word of its own is one. */
async function tried(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (e) {
    if (!isYqError(e) || !/^(PHONE|COSIGN|BACKEND_REQUEST)/.test(e.code)) throw e;
  }
}

type Step =
  | { do: 'ask'; signatures: number }
  | { do: 'scan' | 'approve' | 'refuse' | 'stop'; at: number; key: number }
  | { do: 'give'; at: number; n: number; again: boolean }
  | { do: 'work'; at: number; key: number; wrong: boolean }
  | { do: 'take' | 'end'; at: number }
  | { do: 'wait'; seconds: number };
const at = fc.nat({ max: 2 });
const key = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('ask' as const), signatures: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('scan' as const), at, key }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('approve' as const), at, key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('refuse' as const, 'stop' as const), at, key }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('give' as const), at, n: fc.nat({ max: 3 }), again: fc.boolean() }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('work' as const), at, key, wrong: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 60 }) }) },
);

const head = { keyId: '', requestId: '', time: '', session: '' };

async function take(ward: Ward, given: Step): Promise<void> {
  const { desk, hooks } = ward.room;
  const { phoneScan, phoneApprove, phoneRefuse, phoneWork } = hooks.operations!;
  if (given.do === 'wait') {
    ward.now += given.seconds * 1000;
    return;
  }
  if (given.do === 'ask') {
    const { signatures } = given;
    const list = { desk: 'd', rows: rowsOf(1), listDigest: toHex(randomBytes(32)), signatures, seals: false };
    const { id, secret } = desk.askList(list, '1', 'r');
    ward.asked.unshift({ id, secret, signatures, given: new Map(), seen: new Map() });
    return;
  }
  const asked = ward.asked[given.at];
  if (asked === undefined) return;
  const { id, secret } = asked;
  const by = 'key' in given ? ward.keys[given.key]! : ward.keys[0]!;
  if (given.do === 'scan') await phoneScan!(by, { ...head, op: 'phoneScan', request: id }, '');
  if (given.do === 'refuse') await phoneRefuse!(by, { ...head, op: 'phoneRefuse', request: id, reason: 'other' }, '');
  if (given.do === 'stop') hooks.keyEnded!(by.id, 'suspended');
  if (given.do === 'end') desk.end(id, secret);
  if (given.do === 'approve') {
    const { request } = (await phoneScan!(by, { ...head, op: 'phoneScan', request: id }, '')) as {
      request: PhoneRequest;
    };
    const text = phoneApprovalText(request);
    expect(hooks.mayPhoneSign!(by, text)).toBe(true);
    await phoneApprove!(by, { ...head, op: 'phoneApprove', request: id, approval: signed(by, text) }, '');
  }
  if (given.do === 'give') {
    const message = (given.again ? asked.given.get(given.n) : undefined) ?? attributes();
    desk.handOver(id, secret, [{ n: given.n, row: 0, message: Buffer.from(message).toString('base64') }], []);
    asked.given.set(given.n, message);
  }
  if (given.do === 'take') {
    const view = desk.view(desk.require(id, secret));
    desk.handOver(
      id,
      secret,
      [],
      view.signatures.map(({ n }) => n),
    );
  }
  if (given.do === 'work') {
    const work = (done: { n: number; signature: Uint8Array }[]) =>
      phoneWork!(by, { ...head, op: 'phoneWork', request: id, wait: 0, done }, '') as Promise<{
        messages: { n: number; message: Uint8Array }[];
      }>;
    const { messages } = await work([]);
    for (const { n, message } of messages) expect(message).toEqual(asked.given.get(n));
    const may = messages.filter(({ message }) => hooks.mayPhoneSign!(by, message));
    await work(may.map(({ n, message }) => ({ n, signature: given.wrong ? randomBytes(64) : signed(by, message) })));
  }
}

/** Asked without being counted. */
function maySign({ store, room }: Ward, by: Key, message: Uint8Array): boolean {
  let may = false;
  const undone = new Error('undone');
  const ask = (): never => {
    may = room.hooks.mayPhoneSign!(by, message);
    throw undone;
  };
  expect(() => store.transaction(ask)).toThrow(undone);
  return may;
}

const NEXT: Readonly<Record<string, readonly string[]>> = {
  waiting: ['scanned', 'expired', 'cancelled'],
  scanned: ['approved', 'refused', 'expired', 'cancelled', 'lost'],
  approved: ['done', 'refused', 'lost'],
};
const reachable = (from: string, to: string): boolean =>
  from === to || (NEXT[from] ?? []).some((next) => reachable(next, to));

function holds(ward: Ward): void {
  const { room, store } = ward;
  for (const { id, secret, signatures, given, seen } of ward.asked) {
    const r = room.desk.require(id, secret);
    const view = room.desk.view(r);
    const before = ward.last.get(id) ?? 'waiting';
    expect(reachable(before, r.state), `${before} → ${r.state}`).toBe(true);
    ward.last.set(id, r.state);
    const isOpen = ['waiting', 'scanned', 'approved'].includes(r.state);
    const rows = store.all('SELECT * FROM phone_messages WHERE request = ?', id);
    expect(rows.length).toBeLessThanOrEqual(r.state === 'approved' ? signatures : 0);
    expect(room.register.rows(id)).toHaveLength(isOpen ? 1 : 0);
    // Whose it is, it stays; only its person's.
    const owner = ward.keys.find((k) => k.id === r.key);
    expect(owner === undefined).toBe(r.state === 'waiting' || (r.check === null && !isOpen));
    if (owner !== undefined) expect(owner.personId).toBe('1');
    for (const value of view.signatures) {
      if (!('signature' in value)) throw new Error('nobody failed');
      const bytes = new Uint8Array(Buffer.from(value.signature, 'base64'));
      const message = given.get(value.n)!;
      expect(sm2Verify(owner!.publicKey!, sm2Digest(owner!.publicKey!, message), bytes)).toBe(true);
      // A number has one value for ever.
      expect(seen.get(value.n) ?? value.signature).toBe(value.signature);
      seen.set(value.n, value.signature);
    }
    expect(seen.size).toBeLessThanOrEqual(signatures);
    // Nobody may sign what was handed in, nor anything of a request that is not approved by him.
    for (const k of ward.keys) {
      for (const [n, message] of given) {
        const isWaiting = rows.some((row) => row['n'] === n && row['handed_in'] === null);
        if (maySign(ward, k, message)) expect([k.id, r.state, isWaiting]).toEqual([r.key, 'approved', true]);
      }
    }
  }
}

describe('any order of steps', () => {
  it('keeps every promise', { timeout: 120_000 }, async () => {
    const reached = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
        const ward = openWard();
        try {
          for (const given of steps) {
            await tried(() => take(ward, given));
            holds(ward);
            for (const state of ward.last.values()) reached.add(state);
          }
        } finally {
          ward.room.close();
          ward.store.close();
        }
      }),
      { numRuns: 80, seed: 26 },
    );
    // The steps do lead somewhere.
    for (const state of ['approved', 'done', 'refused', 'expired', 'cancelled', 'lost'])
      expect(reached).toContain(state);
  });
});
