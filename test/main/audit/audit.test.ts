/** The desk's chain on a real store, with a real time stamp service and a real record service beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readAudit, verifyChain, type AuditEntry } from '../../../src/core/audit/index.ts';
import { YqError } from '../../../src/core/errors/index.ts';
import type { TrustMaterial } from '../../../src/core/pki/index.ts';
import { createAnchoring } from '../../../src/main/audit/anchoring.ts';
import { auditClient, type AuditParcel } from '../../../src/main/audit/audit-client.ts';
import { openAuditLog, type AuditLog } from '../../../src/main/audit/audit-log.ts';
import { exportLines } from '../../../src/main/audit/calls.ts';
import { noting } from '../../../src/main/audit/noted-calls.ts';
import { cutOld, KEPT } from '../../../src/main/audit/retention.ts';
import { createShipping, shippingBackOff } from '../../../src/main/audit/shipping.ts';
import { serviceCalls } from '../../../src/main/desk/service-calls.ts';
import type { Handlers } from '../../../src/main/ipc.ts';
import { createHttpClient } from '../../../src/main/net/http-client.ts';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';
import { Hospital, type Doctor } from '../../backend/hospital.ts';

let folder: string;
let store: DeskStore;
let audit: AuditLog;
let who: string;
let time: number;
let hospital: Hospital;
let doctor: Doctor;
let token: string;
let trust: TrustMaterial;
let logged: string[];
const day = 24 * 3_600_000;
const http = createHttpClient(fetch);
const log = {
  write: (_level: string, event: string) => void logged.push(event),
  error: (event: string, e: unknown) => void logged.push(`${event} ${(e as YqError).code}`),
};
const clock = () => new Date(time);
const open = (): void => {
  store = openStore(join(folder, 'desk.sqlite'));
  audit = openAuditLog({ store, now: clock, who: () => who });
};
const note = (subject: string): AuditEntry => audit.note({ act: 'sign', subject, result: 'done' });
const present = () => audit.chains().at(-1)!;
const verdict = () => verifyChain(audit.read(present()), { trust });

const all = async <T>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

beforeAll(async () => {
  hospital = await Hospital.open();
  doctor = await hospital.doctor('10023', '李医师');
  trust = { roots: hospital.backend.rooms.hierarchies.map((h) => h.root.certificate) };
});
afterAll(() => hospital.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-audit-'));
  time = hospital.now.getTime();
  who = 'li';
  logged = [];
  open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

const anchoring = () =>
  createAnchoring({
    audit,
    tsaUrl: `${hospital.backend.url}/tsa`,
    http,
    trust: () => Promise.resolve(trust),
    log,
    now: clock,
  });
const moveClock = (ms: number): void => {
  time += ms;
  hospital.now = new Date(time);
};

describe('noting', () => {
  it('is on the disk when it returns, with who and when, and goes on over a restart', async () => {
    note('R1/1');
    who = 'zhao';
    time += 1000;
    const second = audit.note({ act: 'verify', subject: 'file', before: 'AB', result: 'failed', code: 'X' });
    store.close();
    open();
    expect(note('R2/1')).toMatchObject({ index: 3, who: 'zhao', previous: second.hash });
    expect(second).toMatchObject({ who: 'zhao', claimed: new Date(time).toISOString() });
    expect((await verdict()).faults).toEqual([]);
  });
  it('in a transaction is kept or undone with the act', () => {
    expect(() =>
      store.transaction(() => {
        note('undone');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(note('R1/1').index).toBe(1);
  });
  it('a store that can’t be written stops the act', () => {
    store.db.exec('PRAGMA query_only = ON');
    expect(() => note('x')).toThrow(expect.objectContaining({ code: 'STORE_BROKEN' }));
    store.db.exec('PRAGMA query_only = OFF');
    expect(note('y').index).toBe(1);
  });
  it('a person sees his own acts, newest first', () => {
    note('a');
    who = 'zhao';
    note('b');
    who = 'li';
    time += day;
    note('c');
    expect(audit.of('li', null, 10).map((e) => e.subject)).toEqual(['c', 'a']);
    expect(audit.of('li', null, 1).map((e) => e.subject)).toEqual(['c']);
    expect(audit.of('li', new Date(time).toISOString(), 10).map((e) => e.subject)).toEqual(['c']);
    expect(audit.of('nobody', null, 10)).toEqual([]);
  });
  it('whoever writes into the file by hand is found', async () => {
    for (const s of ['a', 'b', 'c', 'd']) note(s);
    store.db.exec(`UPDATE audit_entry SET entry = replace(entry, '"b"', '"x"') WHERE "index" = 2`);
    store.db.exec('DELETE FROM audit_entry WHERE "index" = 3');
    expect((await verdict()).faults.map((f) => `${f.kind} ${f.index}`)).toEqual(['changed 2', 'removed 3']);
    store.db.exec(`UPDATE audit_entry SET entry = '{' WHERE "index" = 1`);
    expect((await verdict()).faults[0]).toMatchObject({ kind: 'unreadable', index: 1 });
  });
});

describe('anchors', () => {
  it('one a day while something was noted, and at the end; the chain is proven up to them', async () => {
    const a = anchoring();
    await a.whenDue();
    expect(present().anchors).toEqual([]); // nothing noted
    note('a');
    await a.whenDue();
    note('b');
    await a.whenDue();
    expect(present().anchors.map((x) => x.index)).toEqual([1]);
    moveClock(day);
    await a.whenDue();
    expect(present().anchors.map((x) => x.index)).toEqual([1, 2]);
    note('c');
    await a.now(5000);
    expect(await verdict()).toMatchObject({ anchors: 3, anchoredIndex: 3, unanchored: 0, faults: [] });
    expect(logged).toEqual([]);
  });
  it('a service that is away costs nothing but the anchor, which comes later', async () => {
    note('a');
    const away = createAnchoring({
      audit,
      tsaUrl: 'http://127.0.0.1:9/',
      http,
      trust: () => Promise.resolve(trust),
      log,
      now: clock,
    });
    await away.now(1000);
    expect([present().anchors, logged]).toEqual([[], ['audit anchor TSA_UNREACHABLE']]);
    await anchoring().whenDue();
    expect(present().anchors).toHaveLength(1);
  });
});

describe('shipping', () => {
  let failing: YqError | undefined;
  let sent: AuditParcel[];
  const client = () => auditClient(serviceCalls(hospital.backend.url, http));
  const shipping = () =>
    createShipping({
      audit,
      bearer: () => token,
      send: (bearer, desk, parcel) => {
        sent.push(parcel);
        if (failing) return Promise.reject(failing);
        return client().send(bearer, desk, parcel);
      },
      log,
      now: clock,
    });
  beforeEach(async () => {
    token = await hospital.signIn(doctor);
    failing = undefined;
    sent = [];
  });
  const atService = async (desk = present().desk) => {
    const answer = await hospital.call('GET', `/api/v1/audit/${desk}`, { token: hospital.admin });
    const [chain] = await readAudit(new TextDecoder().decode(answer.bytes).split('\n'));
    return chain!;
  };
  const shippedSubjects = async (desk?: string) =>
    (await all((await atService(desk)).entries)).map((e) => ('unreadable' in e ? '?' : e.subject));

  it('everything arrives in order, anchors too, in parcels the service takes; a second time sends nothing', async () => {
    for (let n = 0; n < 150; n++) note(`R${n}/1 ${'字'.repeat(100)}`);
    await anchoring().now(5000);
    await shipping().sendDue();
    expect(sent.length).toBeGreaterThan(1);
    expect((await verifyChain(await atService(), { trust })).faults).toEqual([]);
    expect(await shippedSubjects()).toHaveLength(150);
    expect((await atService()).anchors).toEqual(present().anchors);
    expect(present()).toMatchObject({ shipped: 150, shippedAnchor: 150 });
    sent = [];
    await shipping().sendDue();
    expect(sent).toEqual([]);
  });
  it('the answer was lost: the same again changes nothing', async () => {
    note('a');
    await shipping().sendDue();
    store.db.exec('UPDATE audit_chain SET shipped = 0');
    note('b');
    await shipping().sendDue();
    expect(await shippedSubjects()).toEqual(['a', 'b']);
  });
  it('waits longer each time the service is away, an hour at most', async () => {
    note('a');
    failing = new YqError('BACKEND_UNREACHABLE');
    const s = shipping();
    await s.sendDue();
    await s.sendDue();
    expect(sent).toHaveLength(1);
    time += 30_000;
    await s.sendDue();
    time += 59_999;
    await s.sendDue();
    expect(sent).toHaveLength(2);
    failing = undefined;
    time += 1;
    await s.sendDue();
    expect(await shippedSubjects()).toEqual(['a']);
    expect([1, 2, 3, 50].map(shippingBackOff)).toEqual([30_000, 60_000, 120_000, 3_600_000]);
  });
  it('nobody is signed in: it waits', async () => {
    note('a');
    const s = createShipping({ audit, bearer: () => undefined, send: client().send, log, now: clock });
    await s.sendDue();
    expect(present().shipped).toBe(0);
  });
  it('the store was set back: the chain never goes on beside the copy; a new one begins, names it, and arrives', async () => {
    note('a');
    note('b');
    await shipping().sendDue();
    const old = present().desk;
    store.db.exec('DELETE FROM audit_entry WHERE "index" = 2'); // as an older copy has it
    store.db.exec('UPDATE audit_chain SET shipped = 1');
    note('c');
    await shipping().sendDue();
    expect(audit.chains()).toHaveLength(2);
    expect(logged).toContain('audit chain AUDIT_FORK');
    await shipping().sendDue();
    expect(await shippedSubjects(old)).toEqual(['a', 'b']);
    expect(await shippedSubjects()).toEqual([old]);
    const [first] = await all((await atService()).entries);
    expect(first).toMatchObject({ act: 'store-repaired', code: 'AUDIT_FORK', before: audit.chains()[0]!.last.hash });
  });
  it('the service lost its newest entries: they are sent again', async () => {
    note('a');
    await shipping().sendDue();
    note('b');
    store.db.exec('UPDATE audit_chain SET shipped = 2'); // it said so, then fell back to an older copy of itself
    note('c');
    await shipping().sendDue();
    await shipping().sendDue();
    expect(await shippedSubjects()).toEqual(['a', 'b', 'c']);
  });
});

describe('retention', () => {
  const shipped = (): void => {
    const chain = present();
    audit.markShipped(chain, { entry: chain.last.index, anchor: chain.anchors.at(-1)?.index ?? 0 });
  };
  it('goes up to an anchor of half a year ago by the time stamps, and only what was shipped; the rest is still proven', async () => {
    note('a');
    note('b');
    await anchoring().now(5000);
    note('c');
    moveClock(KEPT - day);
    await anchoring().now(5000);
    shipped();
    expect(cutOld(audit)).toBe(0);
    moveClock(2 * day);
    note('d');
    await anchoring().now(5000);
    store.db.exec('UPDATE audit_chain SET shipped = 1, shipped_anchor = 0');
    expect(cutOld(audit)).toBe(0);
    shipped();
    expect(cutOld(audit)).toBe(2);
    expect(present().start.index).toBe(2);
    expect(await verdict()).toMatchObject({ entries: 2, anchoredIndex: 4, faults: [] });
    store.close();
    open();
    expect(note('e').index).toBe(5);
    expect((await verdict()).faults).toEqual([]);
  });
  it('a clock that jumps cuts nothing', async () => {
    note('a');
    await anchoring().now(5000);
    shipped();
    time += 10 * KEPT;
    expect(cutOld(audit)).toBe(0);
    time = hospital.now.getTime();
  });
});

it('an export of all chains is read and judged as it was kept', async () => {
  note('a');
  audit.beginAnew('STORE_DAMAGED');
  note('b');
  let text = '';
  for await (const line of exportLines(audit)) text += line;
  const chains = await readAudit(text.split('\n'));
  expect(chains.map((c) => c.desk)).toEqual(audit.chains().map((c) => c.desk));
  for (const chain of chains) expect((await verifyChain(chain)).faults).toEqual([]);
});

describe('calls that are acts', () => {
  const subjects = () =>
    audit
      .of('li', null, 100)
      .map((e) => [e.act, e.subject, e.result, e.code ?? '', e.before ?? ''].join(' ').trim())
      .reverse();
  const call = (handlers: Partial<Record<string, (input: never) => unknown>>) => {
    const wrapped = noting(handlers as unknown as Handlers, audit, log) as unknown as Record<
      string,
      (input: unknown) => Promise<unknown>
    >;
    return (name: string, input?: unknown) => wrapped[name]!(input);
  };
  it('leave entries without file names', async () => {
    const report = { verdict: 'FAILED', sm3: 'AB', file: '张三.pdf' };
    const c = call({
      'verify:paths': () => [{ report }, { report: { ...report, verdict: 'PASSED' } }],
      'verify:folder': () => ({ total: 7 }),
      'documents:saveAs': () => ({ path: '/home/张三.pdf' }),
      'verify:exportReport': () => ({ path: null }),
    });
    await c('verify:paths', { paths: ['/x/张三.pdf'] });
    await c('verify:folder', { path: '/x/张三' });
    await c('documents:saveAs', {});
    await c('verify:exportReport', {});
    expect(subjects()).toEqual([
      'verify file done FAILED AB',
      'verify file done PASSED AB',
      'verify folder of 7 files done',
      'export document done',
    ]);
  });
  it('a PIN change is noted before it is done, and how it ended; the PINs are not', async () => {
    const c = call({ 'tokens:changePin': () => Promise.reject(new YqError('TOKEN_PIN_INCORRECT')) });
    const input = { tokenId: 't', oldPin: '135790', newPin: '246801' };
    await expect(c('tokens:changePin', input)).rejects.toMatchObject({ code: 'TOKEN_PIN_INCORRECT' });
    expect(subjects()).toEqual(['pin-change t begun', 'pin-change t failed TOKEN_PIN_INCORRECT']);
    expect(JSON.stringify(audit.of('li', null, 9))).not.toMatch(/135790|246801/);
  });
  it('what must be noted first and can’t be is not done', async () => {
    let done = 0;
    const c = call({ 'tokens:test': () => done++ });
    store.db.exec('PRAGMA query_only = ON');
    await expect(c('tokens:test', { tokenId: 't', keyId: 'k' })).rejects.toMatchObject({ code: 'STORE_BROKEN' });
    expect(done).toBe(0);
    store.db.exec('PRAGMA query_only = OFF');
  });
});
