/** Lists proposed, approved and signed against a real record service with a soft token; nothing of the desk is played but the window. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { HttpClient } from '../../../src/core/pki/types.ts';
import { bytesSource } from '../../../src/core/pdf/index.ts';
import { Certificate } from '../../../src/core/pki/index.ts';
import { verifyPdf } from '../../../src/core/verify/index.ts';
import { threadWorker } from '../../../src/main/batch/index.ts';
import type { ApprovedList, BatchItem, BatchView } from '../../../src/shared/batch.ts';
import { hospitalWith, type TestHospital } from './hospital.ts';
import { openNodeDesk, type NodeDesk, type NodeDeskOptions } from './node-desk.ts';

const PIN = '123456';
let hospital: TestHospital;
let home: string;
let desk: NodeDesk;

beforeAll(async () => {
  hospital = await hospitalWith(60);
});
afterAll(async () => {
  await hospital.dispose();
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'yq-batch-'));
  hospital.key();
});
afterEach(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

type More = Partial<Omit<NodeDeskOptions, 'home' | 'trust'>>;
const openDesk = async ({ env, ...more }: More = {}): Promise<void> => {
  desk = await openNodeDesk({ home, trust: join(hospital.home, 'trust'), env: { ...hospital.env, ...env }, ...more });
  await desk.signIn();
};
const unread = (recordId: string, version = 1): BatchItem => ({
  recordId,
  version,
  handle: null,
  placement: null,
  layout: null,
  sealId: null,
  dropActive: false,
  reason: '审阅并签署',
});
/** The next records that nobody has touched in this file. */
const nextItems = async (count: number): Promise<BatchItem[]> => {
  const { records } = await desk.call('worklist:get', { refresh: true });
  const fresh = records.filter((r) => r.id.startsWith('CH') && r.state === 'waiting');
  expect(fresh.length).toBeGreaterThanOrEqual(count);
  return fresh.slice(0, count).map((r) => unread(r.id, r.version));
};
const begin = (list: ApprovedList): Promise<{ batchId: string }> =>
  desk.call('batch:start', { listId: list.listId, digest: list.digest, pin: PIN });
const ended = (): Promise<unknown> => desk.event('batch:progress', (p) => p.state === 'finished');
/** Approves and waits for the end. */
const sign = async (list: ApprovedList): Promise<BatchView> => {
  const end = ended();
  await begin(list);
  await end;
  return (await desk.call('batch:get', undefined))!;
};
const states = (view: BatchView): string[] => view.rows.map((r) => `${r.state} ${r.error?.code ?? ''}`.trim());
const inTheBooks = (id: string): number => {
  const db = new DatabaseSync(join(hospital.home, 'backend', 'backend.sqlite'), { readOnly: true });
  try {
    return Number(db.prepare(`SELECT count(*) AS n FROM signers WHERE record = ? AND state = 'signed'`).get(id)?.['n']);
  } finally {
    db.close();
  }
};
const judge = async (path: string) => {
  const roots = Certificate.parseAll(readFileSync(join(home, 'trust', 'root.pem')));
  return verifyPdf(bytesSource(readFileSync(path)), { name: path, trust: { roots } });
};
const signedFiles = (): string[] => desk.files().filter((f) => !f.startsWith('.'));
const copies = (): string[] =>
  readdirSync(join(home, 'desk'), { recursive: true })
    .map(String)
    .filter((f) => /^batch.+\.pdf$/.test(f));

it('a list names count, patients, types and what is left out; approved, all of it is signed whole and handed in once', async () => {
  await openDesk();
  const { records } = await desk.call('worklist:get', { refresh: true });
  const mustReview = records.find((r) => r.mustReview)!;
  const items = await nextItems(6);
  const list = await desk.call('batch:propose', {
    items: [...items, unread(mustReview.id, mustReview.version), unread('NO-SUCH')],
  });
  expect(list).toMatchObject({
    count: 6,
    patients: 6,
    types: [{ type: '日常病程记录', count: 6 }],
    alwaysAuthenticate: false,
  });
  expect(list.bytes).toBe(list.rows.reduce((sum, r) => sum + r.size, 0));
  expect(list.rows.every((r) => !r.reviewed)).toBe(true);
  expect(list.excluded.map((e) => [e.recordId, e.error.code])).toEqual([
    [mustReview.id, 'BATCH_MUST_REVIEW'],
    ['NO-SUCH', 'RECORD_NOT_FOUND'],
  ]);
  expect(list.excluded[0]!.title).toBe(mustReview.title);
  expect(copies()).toHaveLength(6);

  const { listId, digest } = list;
  expect(await desk.refusal('batch:start', { listId, digest: 'AA', pin: PIN })).toBe('BATCH_LIST_CHANGED');
  expect(await desk.refusal('batch:start', { listId: 'x', digest, pin: PIN })).toBe('BATCH_LIST_GONE');
  expect(await desk.refusal('batch:start', { listId, digest, pin: '000000' })).toBe('TOKEN_PIN_INCORRECT');
  expect([signedFiles(), await desk.call('batch:get', undefined)]).toEqual([[], null]);

  const view = await sign(list);
  expect(view).toMatchObject({
    state: 'finished',
    total: 6,
    signed: 6,
    failed: 0,
    notBegun: 0,
    awaitsTime: 0,
    awaitsUpload: 0,
  });
  expect(view.rows.every((r) => r.uploaded && r.trustedTime !== null && r.milliseconds! > 0)).toBe(true);
  expect(signedFiles()).toHaveLength(6);
  expect(desk.files()).toHaveLength(6);
  await expect.poll(copies).toEqual([]);
  for (const file of signedFiles()) expect((await judge(join(desk.signed, file))).verdict).toBe('PASSED');
  for (const { recordId } of items) expect(inTheBooks(recordId)).toBe(1);

  // What the window was told: never more often than ten times a second, and only rows that changed.
  const told = desk.told('batch:progress');
  expect(told.length).toBeLessThan(view.elapsed / 100 + 4);
  expect(told.some((p) => p.rows.length < 6)).toBe(true);
  // The list is used up; nothing of it can be signed again.
  expect(await desk.refusal('batch:start', { listId, digest, pin: PIN })).toBe('BATCH_LIST_GONE');
  const again = await desk.call('batch:propose', { items });
  expect([again.count, ...new Set(again.excluded.map((e) => e.error.code))]).toEqual([0, 'RECORD_CHANGED']);
  const opened = await desk.call('batch:open', { batchId: view.batchId, recordId: items[0]!.recordId, version: 1 });
  expect(opened.report.verdict).toBe('PASSED');
  await desk.call('batch:putAway', { batchId: view.batchId });
  expect(await desk.call('batch:get', undefined)).toBeNull();
});

it('逐份审阅: the bytes that were shown, at the place that was shown; another document behind the handle is refused', async () => {
  await openDesk();
  const [item] = await nextItems(1);
  const opened = await desk.call('records:open', { recordId: item!.recordId, version: 1 });
  const shown = {
    ...item!,
    handle: opened.document.handle,
    placement: { page: 1, x: 20, y: 20, width: 40, height: 15 },
  };
  expect(await desk.refusal('batch:propose', { items: [{ ...shown, recordId: 'CH00059' }] })).toBe('IPC_REJECTED');
  expect(await desk.refusal('batch:propose', { items: [shown, shown] })).toBe('IPC_REJECTED');
  const list = await desk.call('batch:propose', { items: [shown] });
  expect(list.rows).toMatchObject([{ reviewed: true, sm3: opened.document.sm3 }]);
  await desk.call('documents:close', { handle: opened.document.handle }); // the list has its own copy
  expect(states(await sign(list))).toEqual(['signed']);
  const report = await judge(join(desk.signed, signedFiles()[0]!));
  const { page, width, x } = report.signatures.at(-1)!.placement!;
  expect([page, Math.round(width), Math.round(x)]).toEqual([1, 40, 20]);
});

it('policy may want every record shown', async () => {
  await openDesk({ env: { YIQIAN_BATCH_WITHOUT_REVIEW: '0' } });
  const items = await nextItems(1);
  const list = await desk.call('batch:propose', { items });
  expect(list.excluded.map((e) => e.error.code)).toEqual(['BATCH_UNREAD_FORBIDDEN']);
  const { listId, digest } = list;
  expect(await desk.refusal('batch:start', { listId, digest, pin: PIN })).toBe('BATCH_EMPTY');
});

it('a record that changed after the list was shown is taken out by name, the others are signed', async () => {
  let changed = '';
  await openDesk({
    backend: (real) => ({
      ...real,
      async version(token, id, version) {
        const answer = await real.version(token, id, version);
        return id === changed ? { ...answer, state: 'superseded' } : answer;
      },
    }),
  });
  const items = await nextItems(3);
  const list = await desk.call('batch:propose', { items });
  changed = items[1]!.recordId;
  expect(states(await sign(list))).toEqual(['signed', 'failed RECORD_CHANGED', 'signed']);
  expect(inTheBooks(changed)).toBe(0);
});

it('cancelled: what has had the key comes to its end, the rest is not begun and goes on under a new PIN; nothing twice', async () => {
  await openDesk();
  const items = await nextItems(8);
  hospital.key('slot0.sign.delay_ms=150');
  const end = ended();
  const second = desk.event('batch:progress', (p) => p.signed >= 2);
  const { batchId } = await begin(await desk.call('batch:propose', { items }));
  expect(await desk.refusal('batch:propose', { items })).toBe('DESK_BUSY');
  expect(await desk.refusal('batch:putAway', { batchId })).toBe('DESK_BUSY');
  await second;
  await desk.call('batch:cancel', undefined);
  await end;
  const view = (await desk.call('batch:get', undefined))!;
  expect(view.state).toBe('finished');
  expect(view.signed + view.notBegun).toBe(8);
  expect(view.signed).toBeGreaterThanOrEqual(2);
  expect(view.notBegun).toBeGreaterThan(0);
  expect(new Set(states(view))).toEqual(new Set(['signed', 'not-begun SIGN_CANCELLED']));
  expect(signedFiles()).toHaveLength(view.signed);
  const listed = (await desk.call('worklist:get', { refresh: true })).records;
  expect(listed.filter((r) => items.some((i) => i.recordId === r.id)).every((r) => r.state === 'waiting')).toBe(true);

  hospital.key();
  const rest = await desk.call('batch:resume', { batchId });
  expect([rest.count, rest.excluded]).toEqual([view.notBegun, []]);
  expect((await sign(rest)).signed).toBe(view.notBegun);
  for (const { recordId } of items) expect(inTheBooks(recordId)).toBe(1);
  expect(signedFiles()).toHaveLength(8);
});

it('the key is pulled: the desk locks, the record in hand failed or is signed, the rest is not begun; put back, it goes on', async () => {
  await openDesk();
  const items = await nextItems(6);
  hospital.key('slot0.sign.delay_ms=150');
  const list = await desk.call('batch:propose', { items });
  const first = desk.event('batch:progress', (p) => p.signed >= 1);
  const end = ended();
  const { batchId } = await begin(list);
  await first;
  hospital.key('slot0.present=0');
  await end;
  await expect.poll(() => desk.refusal('worklist:get', { refresh: false })).toBe('DESK_LOCKED');
  hospital.key();
  await expect.poll(async () => (await desk.call('tokens:list', undefined)).tokens.length, { timeout: 15_000 }).toBe(1);
  await desk.signIn();
  const view = (await desk.call('batch:get', undefined))!;
  expect(view.batchId).toBe(batchId);
  expect(view.signed + view.failed + view.notBegun).toBe(6);
  expect(view.failed).toBeLessThanOrEqual(1);
  expect(view.notBegun).toBeGreaterThan(0);
  for (const row of view.rows) if (row.state !== 'signed') expect(row.error?.code).toMatch(/^TOKEN_(REMOVED|ABSENT)$/);
  const rest = await desk.call('batch:resume', { batchId });
  expect(rest.count).toBe(6 - view.signed);
  expect((await sign(rest)).signed).toBe(6 - view.signed);
  for (const { recordId } of items) expect(inTheBooks(recordId)).toBe(1);
});

it('a locked desk begins no further record and shows nothing; after the PIN it knows what became of each', async () => {
  await openDesk();
  const items = await nextItems(5);
  hospital.key('slot0.sign.delay_ms=150');
  const first = desk.event('batch:progress', (p) => p.signed >= 1);
  const end = ended();
  await begin(await desk.call('batch:propose', { items }));
  await first;
  desk.desk.lock('idle');
  await end;
  expect(await desk.refusal('batch:get', undefined)).toBe('DESK_LOCKED');
  hospital.key();
  await desk.signIn();
  const view = (await desk.call('batch:get', undefined))!;
  expect(new Set(states(view))).toEqual(new Set(['signed', 'not-begun DESK_LOCKED']));
  for (const row of view.rows) expect(inTheBooks(row.recordId)).toBe(row.state === 'signed' ? 1 : 0);
});

const stampUrl = (): string => `${hospital.url}/tsa`;
/** Counts what the time stamp services are asked; `refuse` takes them away. */
const countingHttp = () => {
  const asked: string[] = [];
  const state = { refuse: (_url: string): boolean => false };
  const http =
    (real: HttpClient): HttpClient =>
    async (request) => {
      if (request.method !== 'POST' || !/tsa/.test(request.url)) return real(request);
      asked.push(request.url);
      if (state.refuse(request.url)) throw new TypeError('fetch failed');
      return real({ ...request, url: stampUrl() });
    };
  return { asked, state, http };
};

it('the first time stamp service is away: the second serves, and the first is left alone for a while', async () => {
  const { asked, state, http } = countingHttp();
  const [A, B] = ['http://a.example/tsa', 'http://b.example/tsa'];
  state.refuse = (url) => url === A;
  await openDesk({ http, env: { YIQIAN_TSA_URLS: `${A} ${B}` } });
  const view = await sign(await desk.call('batch:propose', { items: await nextItems(6) }));
  expect(states(view)).toEqual(Array(6).fill('signed'));
  expect(view.rows.every((r) => r.trustedTime !== null)).toBe(true);
  expect(asked.filter((u) => u === B)).toHaveLength(6);
  // Those under way when it was found out asked it too, twice each.
  expect(asked.filter((u) => u === A).length).toBeLessThan(12);
});

it('no time stamp at all and no policy for that: a few records fail with the cause, then the key is asked no more', async () => {
  const { state, http } = countingHttp();
  state.refuse = () => true;
  await openDesk({ http });
  const items = await nextItems(12);
  hospital.key('slot0.sign.delay_ms=60');
  const view = await sign(await desk.call('batch:propose', { items }));
  expect(view.signed).toBe(0);
  expect(view.failed).toBeGreaterThanOrEqual(3);
  expect(view.notBegun).toBeGreaterThan(0);
  expect(new Set(states(view))).toEqual(new Set(['failed TSA_UNREACHABLE', 'not-begun BATCH_TSA_DOWN']));
  expect(desk.files()).toEqual([]);
});

it('a rate of time stamps is kept, and the wait is told', async () => {
  const { asked, http } = countingHttp();
  await openDesk({ http, env: { YIQIAN_TSA_RATE: '3/2' } });
  const view = await sign(await desk.call('batch:propose', { items: await nextItems(5) }));
  expect(states(view)).toEqual(Array(5).fill('signed'));
  expect(asked).toHaveLength(5);
  const waits = desk.told('batch:progress').flatMap((p) => p.rows.filter((r) => r.error?.code === 'BATCH_TSA_WAITS'));
  expect(waits.length).toBeGreaterThan(0);
  expect(waits[0]).toMatchObject({ state: 'in-hand', step: 'timestamp' });
  expect(waits[0]!.error!.zh.what).toMatch(/大约 [12] 秒/);
});

it('signed while no time stamp could be had: kept, not handed in, stamped by itself after a restart, then handed in', async () => {
  const { state, http } = countingHttp();
  const env = { YIQIAN_TIMESTAMP_LATER: '1' };
  state.refuse = () => true;
  await openDesk({ http, env });
  const items = await nextItems(3);
  const first = await sign(await desk.call('batch:propose', { items }));
  expect(first).toMatchObject({ signed: 3, awaitsTime: 3, awaitsUpload: 3 });
  for (const row of first.rows) {
    expect(row).toMatchObject({ awaitsTime: true, uploaded: false, trustedTime: null });
    expect(row.error?.code).toBe('TSA_UNREACHABLE');
  }
  expect((await desk.call('batch:propose', { items: await nextItems(1) })).timeLater).toBe(true);
  const before = signedFiles();
  for (const file of before) {
    const [signature] = (await judge(join(desk.signed, file))).signatures;
    expect(signature).toMatchObject({ level: 'B-B' });
  }
  for (const { recordId } of items) expect(inTheBooks(recordId)).toBe(0);
  await desk.close();

  state.refuse = () => false;
  await openDesk({ http, env });
  await expect
    .poll(async () => (await desk.call('batch:get', undefined))?.awaitsUpload, { timeout: 30_000, interval: 250 })
    .toBe(0);
  const after = (await desk.call('batch:get', undefined))!;
  expect(after).toMatchObject({ signed: 3, awaitsTime: 0 });
  expect(after.rows.every((r) => r.trustedTime !== null && r.error === null)).toBe(true);
  expect(signedFiles()).toEqual(before);
  for (const file of before) {
    const { verdict, signatures } = await judge(join(desk.signed, file));
    expect([verdict, signatures[0]!.level]).toEqual(['PASSED', 'B-T']);
  }
  for (const { recordId } of items) expect(inTheBooks(recordId)).toBe(1);
});

it('a signing worker that dies costs what it had in hand, and the list goes on with another', async () => {
  let spawned = 0;
  await openDesk({
    spawnWorker: () => {
      const real = threadWorker();
      if (++spawned > 2) return real;
      return {
        ...real,
        post(message) {
          // In the middle of its first signature.
          if (message.kind === 'answer' && message.answer.kind === 'sign') real.kill();
          else real.post(message);
        },
      };
    },
  });
  const items = await nextItems(10);
  const view = await sign(await desk.call('batch:propose', { items }));
  expect(view.signed + view.failed).toBe(10);
  expect(view.failed).toBeGreaterThan(0);
  expect(view.signed).toBeGreaterThan(0);
  for (const row of view.rows) {
    expect(inTheBooks(row.recordId)).toBe(row.state === 'signed' ? 1 : 0);
    if (row.state === 'failed') expect(row.error?.code).toBe('SIGN_WORKER_LOST');
  }
  expect(signedFiles()).toHaveLength(view.signed);
});
