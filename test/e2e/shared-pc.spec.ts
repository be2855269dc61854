/**
 * One PC, two people. The second takes over at the lock screen with a key and a PIN; nothing of the first can be reached by him, in
 * whichever way the window might ask. When the first returns, what is hers is there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import type { CallInput, CallName, CallOutput } from '../../src/shared/ipc.ts';
import { deskAt, item, saveTo, tokenFault, type DeskDriver, type Opened } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { openWay, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let way: WayToServices;
let desk: DeskDriver;
/** What 李医师 had on her desk. */
let opened: Opened[];
let judged: CallOutput<'verify:paths'>;
let batchId: string;
let pending: string;

test.beforeAll(async () => {
  hospital = await openHospital({ ward: true });
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_BACKEND_URL: way.url });
  await desk.open();
});
test.afterAll(async () => {
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

const keyOf = async (name: string): Promise<{ tokenId: string; keyId: string }> => {
  const find = async () =>
    (await desk.call('tokens:list', undefined)).tokens.flatMap((t) =>
      t.label.startsWith(name)
        ? t.keys.filter((k) => k.unusable === null).map((k) => ({ tokenId: t.id, keyId: k.keyId }))
        : [],
    );
  await expect.poll(async () => (await find()).length, { timeout: 20_000 }).toBe(1);
  return (await find())[0]!;
};
const signIn = async (name: string) => desk.call('session:signIn', { ...(await keyOf(name)), pin: demoPin });
const state = async () => (await desk.call('session:get', undefined)).state;
const reach = (url: string): Promise<number> =>
  desk.page.evaluate(
    (u) =>
      fetch(u).then(
        (r) => r.status,
        () => 0,
      ),
    url,
  );
/** Calls with what belongs to the other person, and the refusal of each. */
const reaching = async (): Promise<Record<string, string>> => {
  const [record] = opened;
  const { recordId, version } = { recordId: record!.record.id, version: record!.record.version };
  const asked: Partial<{ [N in CallName]: CallInput<N> }> = {
    'documents:saveAs': { handle: record!.document.handle },
    'verify:exportReport': { handle: judged[0]!.document.handle, kind: 'json' },
    'verify:revision': { handle: judged[0]!.document.handle, revision: 1 },
    'placement:resolve': {
      handle: record!.document.handle,
      rule: { kind: 'fixed', page: 1, x: 10, y: 10 },
      widthMm: 10,
      heightMm: 10,
    },
    'sign:approve': { items: [item(record!)], pin: demoPin },
    'batch:open': { batchId, recordId, version },
    'batch:resume': { batchId },
    'uploads:open': { recordId: pending, version: 1 },
  };
  const answers: Record<string, string> = {};
  for (const [name, input] of Object.entries(asked)) {
    answers[name] = await desk.refusal(name as CallName, input as never);
  }
  return answers;
};

test('李医师 works: a record is open, a file judged, a signed record waits for its upload, a batch was interrupted', async () => {
  expect(await signIn('李医师')).toMatchObject({ state: 'signed-in', person: { name: '李医师' } });
  opened = await desk.openFirst(2);
  way.treat(/^PUT .*\/signed$/, 'cut');
  const { results } = await desk.call('sign:approve', { items: [item(opened[1]!)], pin: demoPin });
  expect(results[0]).toMatchObject({ outcome: 'signed', signed: { uploaded: false } });
  pending = opened[1]!.record.id;
  const file = join(desk.home, 'someone.pdf');
  writeFileSync(file, readFileSync(results[0]!.signed!.path));
  judged = await desk.call('verify:paths', { paths: [file] });
  expect(judged).toHaveLength(1);

  const others = (await desk.waiting()).filter((r) => opened.every((o) => o.record.id !== r.id)).slice(0, 2);
  const items = others.map((r) => ({
    ...item(opened[0]!),
    recordId: r.id,
    version: r.version,
    handle: null,
    placement: null,
  }));
  const list = await desk.call('batch:propose', { items });
  expect(list.count).toBeGreaterThan(0);
  tokenFault(hospital, 'slot0.present=1', 'slot0.sign.delay_ms=2000');
  ({ batchId } = await desk.call('batch:start', { listId: list.listId, digest: list.digest, pin: demoPin }));
  await desk.call('session:lock', undefined);
  tokenFault(hospital);
  await expect.poll(state).toBe('locked');
});

test('locked: nothing of a patient is answered, pictures and documents are not served', async () => {
  for (const [name, input] of [
    ['worklist:get', { refresh: false }],
    ['records:open', { recordId: opened[0]!.record.id, version: opened[0]!.record.version }],
    ['audit:mine', { from: null, limit: 10 }],
    ['audit:export', undefined],
    ['batch:get', undefined],
    ['consent:list', undefined],
  ] as const) {
    expect(await desk.refusal(name, input as never), name).toBe('DESK_LOCKED');
  }
  const codes = Object.entries(await reaching());
  expect(codes.filter(([, code]) => code !== 'DESK_LOCKED')).toEqual([]);
  for (const url of [opened[0]!.document.url, opened[0]!.appearanceUrl!, judged[0]!.document.url!]) {
    expect(await reach(url), url).toBeGreaterThanOrEqual(400);
  }
});

test('a wrong PIN of another key changes nothing: the first person stays, locked', async () => {
  const wrong = { ...(await keyOf('赵医师')), pin: '000000' };
  expect(await desk.refusal('session:signIn', wrong)).toBe('TOKEN_PIN_INCORRECT');
  expect(await desk.call('session:get', undefined)).toMatchObject({ state: 'locked', person: { name: '李医师' } });
});

test('赵医师 takes over in one step, and nothing of 李医师 can be reached', async () => {
  expect(await signIn('赵医师')).toMatchObject({ state: 'signed-in', person: { name: '赵医师' } });
  for (const [name, code] of Object.entries(await reaching())) {
    expect(code, name).toMatch(/^(DOCUMENT_CLOSED|IPC_REJECTED|BATCH_\w+|RECORD_\w+|DOCUMENT_CHANGED)$/);
  }
  for (const url of [opened[0]!.document.url, opened[0]!.appearanceUrl!, judged[0]!.document.url!]) {
    expect(await reach(url), url).toBeGreaterThanOrEqual(400);
  }
  expect(await desk.call('batch:get', undefined)).toBeNull();
  const { records } = await desk.call('worklist:get', { refresh: true });
  expect(records.map((r) => r.id)).not.toContain(pending);
  const mine = await desk.call('audit:mine', { from: null, limit: 500 });
  expect(new Set(mine.map((e) => e.who))).toEqual(new Set(['10087']));
  // Neither the title nor what goes to the clipboard names anybody.
  const title = await desk.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getTitle());
  expect(title).not.toMatch(/李医师|赵医师/);
  const patients = opened.map((o) => o.record.patient.name);
  await desk.call('diagnose:copy', undefined);
  const copied = await desk.app.evaluate(({ clipboard }) => clipboard.readText());
  const shown = await desk.page.evaluate(() => document.body.innerText);
  for (const name of ['李医师', ...patients]) {
    expect(copied, 'clipboard').not.toContain(name);
    if (records.every((r) => r.patient.name !== name)) expect(shown, 'screen').not.toContain(name);
  }
});

test('what 李医师 had waiting is not lost: it lies in the store, under her name alone', () => {
  const db = new DatabaseSync(join(desk.home, 'desk', 'desk.sqlite'), { readOnly: true });
  const rows = db.prepare('SELECT person_id, record_id FROM upload').all();
  db.close();
  expect(rows.filter((r) => r['record_id'] === pending)).toEqual([{ person_id: '10023', record_id: pending }]);
});

test('李医师 returns: her upload and her batch are there and go on', async () => {
  await desk.call('session:signOut', undefined);
  expect(await state()).toBe('signed-out');
  way.clear();
  expect(await signIn('李医师')).toMatchObject({ state: 'signed-in', person: { name: '李医师' } });
  const batch = await desk.call('batch:get', undefined);
  expect(batch?.batchId).toBe(batchId);
  expect(batch!.signed + batch!.failed + batch!.notBegun).toBe(batch!.total);
  await expect.poll(() => desk.queue().filter((q) => q.startsWith(pending)), { timeout: 20_000 }).toEqual([]);
  if (batch!.notBegun > 0)
    expect((await desk.call('batch:resume', { batchId })).count).toBe(batch!.notBegun + batch!.failed);
});

test('the desk locks when the key is pulled, when the screen locks, when the PC sleeps and when the person says so', async () => {
  const unlock = async () => expect(await signIn('李医师')).toMatchObject({ state: 'signed-in' });
  for (const event of ['lock-screen', 'suspend', 'user-did-resign-active'] as const) {
    await desk.app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event);
    await expect.poll(state, { message: event }).toBe('locked');
    await unlock();
  }
  tokenFault(hospital, 'slot0.present=0');
  await expect.poll(state, { timeout: 15_000 }).toBe('locked');
  tokenFault(hospital);
  await unlock();
  await desk.call('session:lock', undefined);
  expect(await state()).toBe('locked');
  await unlock();
});

test('every sign-in, lock and change of person is in the audit record, which is whole', async () => {
  const out = join(desk.home, 'audit.jsonl');
  await saveTo(desk, out);
  await desk.call('audit:export', undefined);
  const lines = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l) as { entry?: Record<string, string> });
  const acts = lines.flatMap((l) => (l.entry ? [`${l.entry['act']} ${l.entry['who']} ${l.entry['result']}`] : []));
  for (const act of [
    'sign-in 10023 done',
    'lock 10023 done',
    'sign-out 10023 done',
    'sign-in 10087 done',
    'sign-out 10087 done',
    'verify 10023 done',
  ]) {
    expect(acts).toContain(act);
  }
  expect(lines.filter((l) => l.entry?.['result'] === 'failed').map((l) => l.entry?.['code'])).toContain(
    'TOKEN_PIN_INCORRECT',
  );
  expect(JSON.stringify(lines)).not.toMatch(/李医师|赵医师|someone\.pdf/);
  expect(await desk.call('audit:verify', undefined)).toMatchObject({ faults: [] });
});
