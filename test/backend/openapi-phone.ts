/** Every operation of signing by phone with every status that openapi.json names for it, by real desks and phones. */
import { clientNonce, randomBytes } from '#core/crypto/index.ts';
import { phoneApprovalText } from '../../src/core/token/cosign/device/index.ts';
import { seal } from '../../src/core/token/cosign/device/messages.ts';
import type { Answer, Doctor, Hospital } from './hospital.ts';
import { attributes, Phone, rowsOf, type Asked } from './phone-world.ts';

type Ask = (
  id: string,
  status: number,
  how?: { params?: Record<string, string>; token?: string; json?: unknown; body?: Uint8Array; type?: string },
) => Promise<Answer>;

const REFUSED = { payload: Buffer.from('{}').toString('base64'), signature: Buffer.alloc(64).toString('base64') };
const DIGEST = 'AB'.repeat(32);
const NONE = 'A'.repeat(22);
const plain = { body: Buffer.from('x'), type: 'text/plain' };
const long = { body: Buffer.alloc(1024 * 1024 + 1, 0x20), type: 'application/json' };

export async function walkPhone(hospital: Hospital, ask: Ask, doctor: Doctor): Promise<void> {
  hospital.advance(10 * 60_000); // what was limited before is forgotten
  const admin = hospital.admin;
  const token = await hospital.signIn(doctor);
  const desk = '护士站 3 号机';
  const list = { desk, rows: rowsOf(2), listDigest: DIGEST, signatures: 2, seals: false };
  const asked = async (): Promise<Asked> => (await ask('phoneList', 201, { token, json: list })).json as Asked;
  const of = ({ id, secret }: Asked) => ({ params: { id }, token: secret });

  await ask('phoneList', 400, { token, json: { ...list, rows: [] } });
  await ask('phoneList', 401, { json: list });
  await ask('phoneList', 413, { token, ...long });
  await ask('phoneList', 415, { token, ...plain });
  await ask('phoneLogin', 400, { json: {} });
  await ask('phoneLogin', 415, plain);
  const login = (await ask('phoneLogin', 201, { json: { desk } })).json as Asked;

  for (const id of ['phoneRequest', 'phoneEvents', 'phoneEnd', 'phoneMessages']) {
    const json = id === 'phoneMessages' ? { json: { messages: [], taken: [] } } : {};
    await ask(id, 400, { ...of(login), ...json, params: { id: '!' } });
    await ask(id, 403, { params: { id: login.id }, ...json });
  }
  await ask('phoneRequest', 200, of(login));
  await ask('phoneEnd', 204, of(login));
  await ask('phoneEvents', 200, of(login));

  const [mine, other] = [await Phone.enrol(hospital, doctor.person.id), await Phone.enrol(hospital, doctor.person.id)];
  const params = { id: mine.keyId };
  const say = (op: string, more: object): unknown => {
    const requestId = Buffer.from(randomBytes(16)).toString('base64url');
    const head = { op, keyId: mine.keyId, requestId, time: hospital.now.toISOString() };
    return JSON.parse(seal({ ...head, ...more }, mine.secrets.device));
  };
  const approvals = { session: NONE, approval: randomBytes(64) };
  const works = { session: NONE, done: [], wait: 0 };
  const operations = [
    ['cosignPhoneScan', 'phoneScan', {}],
    ['cosignPhoneRefuse', 'phoneRefuse', { reason: 'other' }],
    ['cosignPhoneApprove', 'phoneApprove', approvals],
    ['cosignPhoneWork', 'phoneWork', works],
  ] as const;
  await mine.unlock();
  const [first, late] = [await asked(), await asked()];
  await other.scan(first.id);
  hospital.advance(60_000);
  const another = await asked();
  hospital.advance(61_000); // the first two are over
  await other.scan(another.id);
  for (const [id, op, more] of operations) {
    const own = { ...more, ...('session' in more && { session: mine.session }) };
    await ask(id, 400, { params, json: { payload: 1 } });
    await ask(id, 403, { params, json: REFUSED });
    await ask(id, 415, { params, ...plain });
    await ask(id, 404, { params, json: say(op, { ...own, request: NONE }) });
    await ask(id, 409, { params, json: say(op, { ...own, request: another.id }) });
    await ask(id, 410, { params, json: say(op, { ...own, request: late.id }) });
    if ('session' in more) await ask(id, 401, { params, json: say(op, { ...more, request: late.id }) });
  }
  const ended = await asked();
  const text = phoneApprovalText((await mine.scan(ended.id)).request);
  await ask('phoneEnd', 204, of(ended));
  const items = [{ id: NONE, q1: clientNonce()!.q1, message: text }];
  await ask('cosignSign', 410, { params, json: say('sign', { session: mine.session, epoch: 1, items }) });
  const again = await asked();
  const scanned = await ask('cosignPhoneScan', 200, { params, json: say('phoneScan', { request: again.id }) });
  const { request } = await mine.scan(again.id);
  if (scanned.json.request.id !== request.id) throw new Error('scanned again, another request');
  const approval = await mine.sign(phoneApprovalText(request));
  const given = { request: again.id, session: mine.session };
  await ask('cosignPhoneApprove', 200, { params, json: say('phoneApprove', { ...given, approval }) });
  const messages = [0, 1, 2].map((n) => ({ n, row: 0, message: Buffer.from(attributes()).toString('base64') }));
  const hand = (json: unknown) => ({ ...of(again), json });
  await ask('phoneMessages', 409, hand({ messages, taken: [] }));
  await ask('phoneMessages', 200, hand({ messages: messages.slice(0, 1), taken: [] }));
  await ask('phoneMessages', 413, { ...of(again), ...long });
  await ask('phoneMessages', 415, { ...of(again), ...plain });
  const work = await ask('cosignPhoneWork', 200, { params, json: say('phoneWork', { ...given, done: [], wait: 0 }) });
  const value = await mine.sign(new Uint8Array(Buffer.from(work.json.messages[0].message, 'base64')));
  const done = [{ n: 0, signature: value }];
  await ask('cosignPhoneWork', 200, { params, json: say('phoneWork', { ...given, done, wait: 0 }) });
  await ask('phoneRequest', 200, of(again));
  await ask('cosignPhoneRefuse', 200, { params, json: say('phoneRefuse', { request: again.id, reason: 'other' }) });
  await ask('phoneMessages', 410, hand({ messages, taken: [] }));
  await ask('phoneRequest', 200, of(again));

  await ask('phoneMetrics', 200, { token: admin });
  await ask('phoneMetrics', 401, { token });
  await ask('cosignMine', 200, { token });
  await ask('cosignMine', 401);
  const stop = { json: { reason: '手机丢失' } };
  await ask('cosignSuspendMine', 400, { token, params, json: { reason: '' } });
  await ask('cosignSuspendMine', 401, { params, ...stop });
  await ask('cosignSuspendMine', 404, { token, params: { id: NONE }, ...stop });
  await ask('cosignSuspendMine', 415, { token, params, ...plain });
  await ask('cosignSuspendMine', 200, { token, params, ...stop });
  await ask('cosignAdminister', 200, { token: admin, params, json: { act: 'revoke', reason: '测试' } });
  await ask('cosignSuspendMine', 403, { token, params, ...stop });

  const many = async (id: string, how: { token?: string; json: unknown }, at: number): Promise<void> => {
    for (let i = 0; i < at; i++) await hospital.call('POST', id, how);
  };
  await many('/api/v1/phone/logins', { json: { desk } }, 100);
  await ask('phoneLogin', 429, { json: { desk } });
  await many('/api/v1/phone/lists', { token, json: list }, 60);
  await ask('phoneList', 429, { token, json: list });
}
