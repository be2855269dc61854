/**
 * kill -9 of the whole app at each step of the way of one signature. After the restart the desk knows which record is signed and
 * which is not: untouched and waiting again, or signed whole and handed in; nothing half-done stays on the disk, and the record
 * service has the document at most once.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from '@playwright/test';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { verifyPdf } from '../../src/core/verify/index.ts';
import { deskAt, item, tokenFault, type DeskDriver, type Opened } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { killApp } from './kill-app.ts';
import { openWay, type Treatment, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let way: WayToServices;
let desk: DeskDriver;

test.beforeAll(async () => {
  hospital = await openHospital();
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_BACKEND_URL: way.url });
  await desk.open();
  await standBeforeWorkers();
  await desk.signIn();
});
test.afterAll(async () => {
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

/** Where the app stands still until it is killed; settles when it has come there. Set before the list is approved. */
type Hold = () => Promise<() => Promise<void>>;

const onTheWay =
  (what: RegExp, how: Treatment): Hold =>
  () => {
    way.treat(what, how);
    const reached = way.reached(what);
    return Promise.resolve(() => reached);
  };

const control = (): string => join(desk.home, 'hold');

/** After every start of the app, before its first signing worker: held-worker.mjs stands before each of them. */
const standBeforeWorkers = (): Promise<void> =>
  desk.app.evaluate(
    ({ utilityProcess }, { before, control }) => {
      type Fork = (path: string, args: readonly string[], options: { env?: object }) => unknown;
      const door = utilityProcess as unknown as { fork: Fork };
      const real = door.fork;
      door.fork = (path, args, options) =>
        path.endsWith('sign-worker.js')
          ? real.call(door, before, args, {
              ...options,
              env: { ...options.env, HOLD_ENTRY: path, HOLD_CONTROL: control },
            })
          : real.call(door, path, args, options);
    },
    { before: join(import.meta.dirname, 'held-worker.mjs'), control: control() },
  );

/** The next call of `name` in a signing worker never comes back; with `after` it is carried out before that. */
const inFileCall =
  (name: 'rename' | 'truncate' | 'chmod', { after = false } = {}): Hold =>
  () => {
    const held = `${control()}.held`;
    rmSync(held, { force: true });
    writeFileSync(control(), JSON.stringify({ name, after }));
    return Promise.resolve(async () => {
      await expect.poll(() => existsSync(held), { intervals: [50], timeout: 30_000 }).toBe(true);
      rmSync(control());
    });
  };

/** The main process stands still in its first write that waits for the disk: the copy of what was shown. */
const keepingWhatWasShown: Hold = async () => {
  await desk.app.evaluate(async () => {
    type Call = (this: unknown, ...args: unknown[]) => Promise<unknown>;
    const handle = await process.getBuiltinModule('fs').promises.open(process.execPath);
    const owner = Object.getPrototypeOf(handle) as Record<string, Call>;
    await handle.close();
    const real = owner['sync']!;
    owner['sync'] = async function (...args) {
      await real.apply(this, args);
      (globalThis as { held?: boolean }).held = true;
      return new Promise(() => {});
    };
  });
  return async () => {
    await expect
      .poll(() => desk.app.evaluate(() => (globalThis as { held?: boolean }).held === true), { intervals: [50] })
      .toBe(true);
  };
};

const inTheToken: Hold = async () => {
  tokenFault(hospital, 'slot0.sign.delay_ms=20000', 'slot0.sign.after=0');
  await desk.page.evaluate(() => {
    window.yiqian.on('sign:progress', (p) => {
      if (p.step === 'sign' && p.state === 'begun') (window as { reached?: boolean }).reached = true;
    });
  });
  return async () => {
    await desk.page.waitForFunction(() => (window as { reached?: boolean }).reached === true);
    await new Promise((ok) => setTimeout(ok, 300)); // into the driver's call
  };
};

async function approveAndKill(opened: Opened, hold: Hold): Promise<void> {
  const reached = await hold();
  const answer = desk.call('sign:approve', { items: [item(opened)], pin: demoPin });
  answer.catch(() => {}); // it dies with the app
  await Promise.race([
    reached(),
    answer.then((a) => {
      throw new Error(`it went past the step: ${JSON.stringify(a.results[0]?.outcome)}`);
    }),
  ]);
  await killApp(desk.app);
}

async function restart(): Promise<void> {
  way.clear();
  tokenFault(hospital);
  await desk.open();
  await standBeforeWorkers();
}

const copies = (): string => join(desk.home, 'desk', 'batch');
const judge = async (name: string) => {
  const roots = Certificate.parseAll(readFileSync(join(desk.home, 'trust', 'root.pem')));
  return verifyPdf(bytesSource(readFileSync(join(desk.signed, name))), { name, trust: { roots } });
};

const uploads = (id: string): number => way.delivered(new RegExp(`^PUT .*/${id}/`));
/** Signatures of the record in the service's own books. */
function inTheBooks(id: string): number {
  const db = new DatabaseSync(join(hospital.home, 'backend', 'backend.sqlite'), { readOnly: true });
  try {
    const row = db.prepare(`SELECT count(*) AS n FROM signers WHERE record = ? AND state = 'signed'`).get(id);
    return Number(row?.['n']);
  } finally {
    db.close();
  }
}

const untouchedAt: readonly [string, Hold, RegExp | null][] = [
  [
    '2 · approved, the service is asked whether the record is still the same',
    onTheWay(/^GET .*\/versions\/\d+$/, 'hold-before'),
    null,
  ],
  ['2 · the bytes that were shown are being kept', keepingWhatWasShown, null],
  ['3 · copied and hashed, the increment is to be appended', inFileCall('truncate'), /^\.yiqian-.*\.part$/],
  ['4 · the key is signing', inTheToken, /^\.yiqian-.*\.part$/],
  ['5 · the time stamp is being fetched', onTheWay(/^POST \/tsa$/, 'hold-before'), /^\.yiqian-.*\.part$/],
  ['5 · the time stamp was issued and is on its way', onTheWay(/^POST \/tsa$/, 'hold-after'), /^\.yiqian-.*\.part$/],
  ['6 · the hole is filled, nothing is verified yet', inFileCall('chmod'), /^\.yiqian-.*\.part$/],
  ['6 · verified, not yet renamed', inFileCall('rename'), /^\.yiqian-.*\.part$/],
];

test('killed at step 1, a record open on the screen: nothing was begun', async () => {
  const [opened] = await desk.openFirst();
  await killApp(desk.app);
  expect(desk.files()).toEqual([]);
  await restart();
  await desk.signIn();
  expect(desk.queue()).toEqual([]);
  expect(await desk.record(opened!.record.id)).toMatchObject({ state: 'waiting', error: null });
});

for (const [step, hold, leftover] of untouchedAt) {
  test(`killed at step ${step}: the record is untouched and waits`, async () => {
    const [opened] = await desk.openFirst();
    const { id } = opened!.record;
    const booked = inTheBooks(id);
    await approveAndKill(opened!, hold);
    if (leftover)
      expect(
        desk.files().some((f) => leftover.test(f)),
        desk.files().join(),
      ).toBe(true);
    expect(desk.files().filter((f) => !f.startsWith('.'))).toEqual([]);

    await restart();
    await desk.signIn();
    await expect.poll(() => desk.files()).toEqual([]);
    // Nor is a copy of what was shown left.
    expect(existsSync(copies()) ? readdirSync(copies()) : []).toEqual([]);
    expect(desk.queue()).toEqual([]);
    expect(await desk.record(id)).toMatchObject({ state: 'waiting', error: null });
    expect([uploads(id), inTheBooks(id)]).toEqual([0, booked]);
  });
}

test('the record of all those deaths signs, is whole, and is handed in once', async () => {
  const [opened] = await desk.openFirst();
  const booked = inTheBooks(opened!.record.id);
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: demoPin });
  expect(results).toMatchObject([{ outcome: 'signed', error: null, signed: { uploaded: true } }]);
  const [file, ...others] = desk.files();
  expect(others).toEqual([]);
  expect((await judge(file!)).verdict).toBe('PASSED');
  expect([uploads(opened!.record.id), inTheBooks(opened!.record.id)]).toEqual([1, booked + 1]);
});

const signedAt: readonly [string, Hold, string, number][] = [
  ['6 · renamed into place, the queue does not know it yet', inFileCall('rename', { after: true }), 'begun', 0],
  ['7 · the queue knows it, the upload has not arrived', onTheWay(/^PUT /, 'hold-before'), 'pending', 0],
  ['7 · the service has taken it, its receipt is lost', onTheWay(/^PUT /, 'hold-after'), 'pending', 1],
];

for (const [step, hold, state, before] of signedAt) {
  test(`killed at step ${step}: the record is signed whole and handed in`, async () => {
    const [opened] = await desk.openFirst();
    const { id, version } = opened!.record;
    const files = desk.files();
    const booked = inTheBooks(id);
    await approveAndKill(opened!, hold);
    const [file, ...others] = desk.files().filter((f) => !f.startsWith('.') && !files.includes(f));
    expect(others).toEqual([]);
    expect(desk.queue()).toEqual([`${id} ${state}`]);
    expect([uploads(id), inTheBooks(id)]).toEqual([before, booked + before]);

    way.clear();
    tokenFault(hospital);
    way.treat(/^PUT /, 'cut');
    await desk.open();
    await standBeforeWorkers();
    await desk.signIn();
    // The service can't be told yet: the desk says "signed, waits for upload" and does not sign it a second time.
    if (before === 0) {
      expect(await desk.record(id)).toMatchObject({ state: 'upload-pending' });
      const again = await desk.call('records:open', { recordId: id, version });
      expect(await desk.refusal('sign:approve', { items: [item(again)], pin: demoPin })).toBe('RECORD_ALREADY_SIGNED');
    }
    way.clear();
    await expect.poll(() => desk.queue(), { timeout: 30_000 }).toEqual([]);
    expect(desk.files()).toEqual([...files, file].sort());
    const report = await judge(file!);
    expect(report.verdict).toBe('PASSED');
    expect(report.signatures).toHaveLength(1 + opened!.report.signatures.length);
    expect((await desk.waiting()).map((r) => r.id)).not.toContain(id);
    // Sent twice only where the first receipt was lost; the service then gives the same receipt again and books nothing.
    expect([uploads(id), inTheBooks(id)]).toEqual([1 + before, booked + 1]);
  });
}
