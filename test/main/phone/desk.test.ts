/** Signing in and signing by phone at a desk: real service, real key on a phone, real files; nothing is played but the window. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CallInput, CallOutput } from '../../../src/shared/ipc.ts';
import type { PhoneAsk, PhoneProgress } from '../../../src/shared/phone.ts';
import { hospitalWith, type TestHospital } from '../batch/hospital.ts';
import { initials } from '../../../src/main/phone/initials.ts';
import { openConsentDesk, type ConsentDesk } from '../consent/rig.ts';
import { NodePhone } from './node-phone.ts';

let hospital: TestHospital;
let home: string;
let desk: ConsentDesk;
let phone: NodePhone;
let second: NodePhone;
const PIN = '123456';

beforeAll(async () => {
  hospital = await hospitalWith(12);
  home = mkdtempSync(join(tmpdir(), 'yq-phone-'));
  desk = await openConsentDesk({ home, trust: join(hospital.home, 'trust'), env: hospital.env });
  await desk.signIn();
  const code = await desk.call('phone:enrolCode', undefined);
  expect(code.qr).toBe(`${hospital.url}/phone/#e=${code.code.replace(/[\s-]/g, '')}`);
  phone = await NodePhone.enrol(hospital.url, code.code);
  second = await NodePhone.enrol(hospital.url, (await desk.call('phone:enrolCode', undefined)).code);
  await desk.call('session:signOut', undefined);
});
afterAll(async () => {
  await Promise.all([phone?.close(), second?.close()]);
  await desk?.close();
  await hospital?.dispose();
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
afterEach(async () => {
  await desk.call('session:signOut', undefined);
});

type Approved = NonNullable<PhoneProgress['approved']>;
type Progress = (p: PhoneProgress) => boolean;

/** Asks for a code; resolves with it and with what comes of it. */
async function ask(what: PhoneAsk, until: Progress = (p) => p.approved !== null || p.error !== null) {
  const told: PhoneProgress[] = [];
  const answer = await desk.call('phone:ask', what);
  const end = desk.event('phone:progress', (p) => {
    if (p.requestId !== answer.requestId) return false;
    told.push(p);
    return until(p);
  });
  return { ...answer, told, end };
}
/** The ticket of an approval on `by`. */
async function approved(what: PhoneAsk, by = phone): Promise<Approved> {
  const { qr, end } = await ask(what);
  await by.say(qr);
  const { approved: given } = await end;
  if (!given) throw new Error('not approved');
  return given;
}
async function signInByPhone(by = phone): Promise<Approved> {
  const given = await approved({ kind: 'login' }, by);
  await desk.call('session:signIn', { tokenId: given.tokenId, keyId: given.keyId, pin: given.ticket });
  await desk.call('worklist:get', { refresh: true });
  return given;
}
type Item = CallInput<'sign:approve'>['items'][number];
/** The next record that nobody has touched, opened. */
async function shown(skip = 0): Promise<Item> {
  const { records } = await desk.call('worklist:get', { refresh: true });
  const r = records.filter((x) => x.id.startsWith('CH') && x.state === 'waiting')[skip];
  if (!r) throw new Error('no record left');
  const opened = await desk.call('records:open', { recordId: r.id, version: r.version });
  return {
    recordId: r.id,
    version: r.version,
    handle: opened.document.handle,
    placement: opened.placement,
    layout: null,
    sealId: null,
    dropActive: false,
    reason: '',
  };
}
const forItems = (...items: Item[]): PhoneAsk => ({
  kind: 'records',
  items: items.map(({ handle, sealId }) => ({ handle, sealId })),
});
const acts = async (): Promise<string[]> =>
  (await desk.call('audit:mine', { from: null, limit: 20 })).map((e) => `${e.act} ${e.result} ${e.code ?? ''}`.trim());

it('signs in by phone, signs a record, and nothing remembers the ticket', async () => {
  const { told, qr, end } = await ask({ kind: 'login' });
  expect(qr).toMatch(new RegExp(`^${hospital.url}/phone/#s=[A-Za-z0-9_-]{22}$`));
  await phone.say(qr, (r) => expect([r.kind, r.rows, r.desk]).toEqual(['login', [], expect.any(String)]));
  const { approved: login } = await end;
  expect(told.map((p) => p.state)).toEqual(['scanned', 'approved']);
  expect(told[0]!.check).toMatch(/^[0-9]{2}$/);
  const { tokenId, keyId, ticket } = login!;
  expect(tokenId).toBe(phone.tokenId);
  const view = await desk.call('session:signIn', { tokenId, keyId, pin: ticket });
  expect([view.state, view.tokenId, view.person?.name]).toEqual(['signed-in', tokenId, '李医师']);
  expect(await desk.refusal('session:signIn', { tokenId, keyId, pin: ticket })).toBe('PHONE_TICKET');

  const item = await shown();
  const asked = await ask(forItems(item));
  expect(asked.count).toBe(1);
  const request = await phone.say(asked.qr);
  const record = (await desk.call('worklist:get', { refresh: false })).records.find((r) => r.id === item.recordId)!;
  expect(request.rows).toEqual([
    { type: record.type, initials: initials(record.patient.name), digest: desk.sm3(item.handle) },
  ]);
  expect([request.signatures, request.seals]).toEqual([1, false]);
  const given = (await asked.end).approved!;
  const { results } = await desk.call('sign:approve', { items: [item], pin: given.ticket });
  expect(results.map((r) => [r.outcome, r.error?.code, r.signed?.report.verdict])).toEqual([
    ['signed', undefined, 'PASSED'],
  ]);
  // Once.
  const next = await shown();
  expect(await desk.refusal('sign:approve', { items: [next], pin: given.ticket })).toBe('PHONE_TICKET');
  expect((await acts()).filter((a) => a.startsWith('phone') || a.startsWith('sign-in'))).toEqual(
    expect.arrayContaining(['phone-approve done', 'sign-in done']),
  );
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  for (const secret of [ticket, given.ticket]) {
    expect(desk.log.some((line) => line.includes(secret))).toBe(false);
    expect(files.filter((f) => readFileSync(join(f.parentPath, f.name)).includes(secret)).map((f) => f.name)).toEqual(
      [],
    );
    expect(desk.ports.redact(`x ${secret} y`)).not.toContain(secret);
  }
});

it('an approval holds for the list it was given for and no other', async () => {
  await signInByPhone();
  const [one, other] = [await shown(0), await shown(1)];
  const files = desk.files();
  const { ticket } = await approved(forItems(one));
  expect(await desk.refusal('sign:approve', { items: [other], pin: ticket })).toBe('PHONE_LIST_CHANGED');
  const again = await approved(forItems(one));
  expect(await desk.refusal('sign:approve', { items: [one, other], pin: again.ticket })).toBe('PHONE_LIST_CHANGED');
  // What can't be prepared leaves nothing to be signed, and the approval is gone with the call.
  const third = await approved(forItems(one));
  const sealed = { ...one, sealId: 'none such' };
  const { results } = await desk.call('sign:approve', { items: [sealed], pin: third.ticket });
  expect(results.map((r) => r.outcome)).toEqual(['failed']);
  expect(await desk.refusal('sign:approve', { items: [one], pin: third.ticket })).toBe('PHONE_TICKET');
  const login = await approved({ kind: 'login' });
  expect(await desk.refusal('sign:approve', { items: [one], pin: login.ticket })).toBe('PHONE_LIST_CHANGED');
  expect(desk.files()).toEqual(files);
});

it('a batch by phone: the list of the proposal, every record signed, its approval noted', async () => {
  await signInByPhone();
  const { records } = await desk.call('worklist:get', { refresh: true });
  const items = records
    .filter((r) => r.id.startsWith('CH') && r.state === 'waiting')
    .slice(0, 3)
    .map((r) => ({
      ...{ recordId: r.id, version: r.version, handle: null, placement: null, layout: null, sealId: null },
      ...{ dropActive: false, reason: '' },
    }));
  const list = await desk.call('batch:propose', { items });
  expect(await desk.refusal('phone:ask', { kind: 'batch', listId: list.listId, digest: '0'.repeat(64) })).toBe(
    'BATCH_LIST_CHANGED',
  );
  const { ticket } = await approved({ kind: 'batch', listId: list.listId, digest: list.digest });
  const end = desk.event('batch:progress', (p) => p.state === 'finished');
  await desk.call('batch:start', { listId: list.listId, digest: list.digest, pin: ticket });
  await end;
  const view = (await desk.call('batch:get', undefined))!;
  expect(view.rows.map((r) => [r.state, r.error?.code])).toEqual(items.map(() => ['signed', undefined]));
  await desk.call('batch:putAway', { batchId: view.batchId });
});

it('a consent form by phone: finished with the approval that was given for it, with no other', async () => {
  await signInByPhone();
  const { id, template } = await desk.presented('surgery');
  expect(await desk.refusal('phone:ask', { kind: 'consent', ids: [id] })).toBe('CONSENT_STAGE');
  await desk.sign(id, 'patient');
  const item = await shown();
  const foreign = await approved(forItems(item));
  expect(await desk.refusal('consent:finish', { id, pin: foreign.ticket })).toBe('PHONE_LIST_CHANGED');
  const { qr, end } = await ask({ kind: 'consent', ids: [id] });
  const request = await phone.say(qr);
  expect([request.rows.map((r) => r.type), request.signatures, request.seals]).toEqual([[template.title], 2, false]);
  const { approved: given } = await end;
  const done = await desk.call('consent:finish', { id, pin: given!.ticket });
  expect([done.stage, done.error, done.signed?.report.verdict]).toEqual(['done', null, 'PASSED']);
});

it('a phone that is stopped in mid-list: what is signed stays, the rest is not begun, with the reason', async () => {
  await desk.signIn();
  const third = await NodePhone.enrol(hospital.url, (await desk.call('phone:enrolCode', undefined)).code);
  try {
    await signInByPhone(third);
    const { records } = await desk.call('worklist:get', { refresh: true });
    const items = records
      .filter((r) => r.id.startsWith('CH') && r.state === 'waiting')
      .slice(0, 3)
      .map((r) => ({
        ...{ recordId: r.id, version: r.version, handle: null, placement: null, layout: null, sealId: null },
        ...{ dropActive: false, reason: '' },
      }));
    const list = await desk.call('batch:propose', { items });
    const asked = await ask({ kind: 'batch', listId: list.listId, digest: list.digest });
    // Approves, and is not heard of again.
    await third.approveOnly(asked.qr);
    const { approved: given } = await asked.end;
    const end = desk.event('batch:progress', (p) => p.state === 'finished');
    await desk.call('batch:start', { listId: list.listId, digest: list.digest, pin: given!.ticket });
    const { keys } = await desk.call('phone:stop', { keyId: third.keyId, reason: '手机丢失' });
    expect(keys.find((k) => k.keyId === third.keyId)?.state).toBe('suspended');
    await end;
    const view = (await desk.call('batch:get', undefined))!;
    expect(new Set(view.rows.map((r) => r.error?.code))).toEqual(new Set(['PHONE_KEY_STOPPED']));
    expect(view.rows.every((r) => r.state === 'not-begun' || r.state === 'failed')).toBe(true);
    await desk.call('batch:putAway', { batchId: view.batchId });
    expect(await third.refusalOfScan((await desk.call('phone:ask', { kind: 'login' })).qr)).toBe('COSIGN_SUSPENDED');
    expect(await acts()).toContain('phone-stop done');
  } finally {
    await third.close();
  }
});

it('refused on the phone, cancelled at the desk, asked anew: each ends with its words, and nothing is approved', async () => {
  await signInByPhone();
  const item = await shown();
  const refused = await ask(forItems(item));
  await phone.scan(refused.qr);
  await phone.refuse(refused.qr);
  const end = await refused.end;
  expect([end.state, end.error?.code, end.approved]).toEqual(['refused', 'PHONE_REFUSED', null]);
  expect(await acts()).toContain('phone-approve failed PHONE_REFUSED');
  const first = await ask(forItems(item));
  const anew = await ask(forItems(item));
  expect(await phone.refusalOfScan(first.qr)).toBe('PHONE_OVER');
  await desk.call('phone:copyLink', { requestId: anew.requestId });
  expect(desk.copied.at(-1)).toBe(anew.qr);
  expect(await desk.refusal('phone:copyLink', { requestId: first.requestId })).toBe('PHONE_OVER');
  await desk.call('phone:cancel', { requestId: anew.requestId });
  expect(await desk.refusal('phone:copyLink', { requestId: anew.requestId })).toBe('PHONE_OVER');
  expect((await anew.end).state).toBe('cancelled');
  expect(await phone.refusalOfScan(anew.qr)).toBe('PHONE_OVER');
});

it('another phone of the same person signs nothing in this session', async () => {
  await signInByPhone();
  const { qr, end } = await ask(forItems(await shown()));
  await second.say(qr);
  const told = await end;
  expect([told.state, told.error?.code, told.approved]).toEqual(['cancelled', 'PHONE_OTHER_KEY', null]);
});

it('a ticket costs no PIN try, a PIN opens no phone, and what is done on the phone is not done here', async () => {
  const soft = (await desk.call('tokens:list', undefined)).tokens[0]!;
  const keyId = soft.keys[0]!.keyId;
  const tries = async (): Promise<unknown> =>
    (await desk.call('tokens:list', undefined)).tokens.find((t) => t.id === soft.id)?.pinTries;
  const full = await tries();
  const login = await approved({ kind: 'login' });
  const { tokenId } = login;
  const pin = login.ticket;
  expect(await desk.refusal('session:signIn', { tokenId: soft.id, keyId, pin })).toBe('PHONE_TICKET');
  // The call that it was given for is over, so is the ticket.
  expect(await desk.refusal('session:signIn', { tokenId, keyId: login.keyId, pin })).toBe('PHONE_TICKET');
  expect(await desk.refusal('tokens:test', { tokenId: soft.id, keyId, pin })).toBe('PHONE_TICKET');
  expect(await desk.refusal('tokens:changePin', { tokenId: soft.id, oldPin: pin, newPin: '654321' })).toBe(
    'PHONE_TICKET',
  );
  expect(await tries()).toEqual(full);

  await signInByPhone();
  expect(await desk.refusal('session:signIn', { tokenId, keyId: login.keyId, pin: PIN })).toBe('PHONE_TICKET');
  expect(await desk.refusal('tokens:test', { tokenId, keyId: login.keyId, pin: PIN })).toBe('PHONE_NOT_HERE');
  expect(await desk.refusal('tokens:changePin', { tokenId, oldPin: PIN, newPin: '654321' })).toBe('PHONE_NOT_HERE');
});

it('a locked desk gives out no list and is opened by the same phone; what was open stays open', async () => {
  await signInByPhone();
  const item = await shown();
  const pending = await ask(forItems(item));
  await desk.call('session:lock', undefined);
  expect((await pending.end).state).toBe('cancelled');
  expect(await desk.refusal('phone:ask', forItems(item))).toBe('DESK_LOCKED');
  expect(await desk.refusal('phone:enrolCode', undefined)).toBe('DESK_LOCKED');
  await signInByPhone();
  const { ticket } = await approved(forItems(item));
  const { results } = await desk.call('sign:approve', { items: [item], pin: ticket });
  expect(results[0]?.outcome).toBe('signed');
});

it('whoever leaves takes the phone with him; who came with a key is asked for his PIN', async () => {
  const { tokenId } = await signInByPhone();
  const ids = async (): Promise<string[]> => (await desk.call('tokens:list', undefined)).tokens.map((t) => t.id);
  expect(await ids()).toContain(tokenId);
  const item = await shown();
  await desk.call('session:signOut', undefined);
  expect(await ids()).not.toContain(tokenId);
  expect(await desk.refusal('phone:ask', forItems(item))).toBe('NOT_SIGNED_IN');
  expect(await desk.refusal('phone:mine', undefined)).toBe('NOT_SIGNED_IN');
  await desk.signIn();
  expect(await desk.refusal('phone:ask', forItems(await shown()))).toBe('PHONE_NOT_HERE');
  const { keys }: CallOutput<'phone:mine'> = await desk.call('phone:mine', undefined);
  expect(keys.filter((k) => k.keyId === phone.keyId).map((k) => [k.place, k.state])).toEqual([['phone', 'active']]);
  expect(await ids()).not.toContain(tokenId);
});
