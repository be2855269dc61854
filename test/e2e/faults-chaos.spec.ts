/**
 * The power goes at random points (seeded) while the real app signs: frozen in mid-call at a counted point of its own file and store calls,
 * then kill -9 of all its processes. After each restart the invariants' script, which shares no code with the app, is asked; the many
 * deaths without a window are those of `npm run chaos`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openHospitalProcess, type HospitalProcess } from '../chaos/hospital-process.ts';
import { check, type Findings } from '../chaos/invariants/check.ts';
import type { Arming, Passed } from '../chaos/points/death.ts';
import { seeded } from '../chaos/random.ts';
import { addRecords } from '../chaos/records.ts';
import { deskAt, item, type DeskDriver } from './desk-driver.ts';
import { demoPin } from './hospital.ts';
import { killApp } from './kill-app.ts';

const KILLS = 10;
const LENGTH = 3;
const SIGNER = '10023';

let hospital: HospitalProcess;
let desk: DeskDriver;
let folder: string;
const approved = new Map<string, { recordId: string; version: number }>();

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yq-chaos-app-'));
  hospital = await openHospitalProcess(addRecords(40));
  desk = deskAt(hospital);
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

/** Counts the points of the running app, and freezes it at the one that is armed. Gives what was passed since the arming before. */
const arm = (arming: Arming, record: string): Promise<Passed> =>
  desk.app.evaluate(
    async ({ app }, { points, arming, record }) => {
      const shared = globalThis as { chaos?: Record<string, (...a: unknown[]) => unknown> };
      if (!shared.chaos) {
        const require = process.getBuiltinModule('module').createRequire(points);
        const [death, files, stores] = ['death', 'files', 'stores'].map((name) => require(`./${name}.ts`));
        await files.watchFiles(app.getPath('userData'));
        stores.watchStores();
        shared.chaos = death;
      }
      const passed = shared.chaos['pointsPassed']!();
      shared.chaos['keepRecord']!(record);
      shared.chaos['arm']!(arming);
      return passed as Passed;
    },
    { points: join(import.meta.dirname, '../chaos/points/x.ts'), arming, record },
  );

const invariants = (handedIn: boolean): Findings =>
  check({
    backend: hospital.data,
    desk: join(desk.home, 'desk'),
    approved: [...approved.values()],
    person: SIGNER,
    // Six digits in a row stand in many a file by chance; that no PIN is kept, the runs with a PIN of their own show.
    secrets: [],
    settled: true,
    handedIn,
  });
const settled = async (after: string, handedIn = false): Promise<void> => {
  await expect
    .poll(() => invariants(handedIn).violations.map((v) => `${v.kind}: ${v.what}`), {
      message: after,
      timeout: handedIn ? 60_000 : 20_000,
    })
    .toEqual([]);
};

async function openSome() {
  const opened = await desk.openFirst(LENGTH);
  for (const { record } of opened) approved.set(record.id, { recordId: record.id, version: record.version });
  return opened.map(item);
}

test(`the power goes ${KILLS} times while the app signs lists`, async () => {
  test.setTimeout(240_000);
  const random = seeded(20_261_122);
  const record = (n: number): string => join(folder, String(n));
  await desk.open();
  await desk.signIn();
  await arm({ at: 0, how: 'freeze' }, record(0));
  await desk.call('sign:approve', { items: await openSome(), pin: demoPin });
  const way = Object.values(await arm({ at: 0, how: 'freeze' }, record(0))).reduce((sum, n) => sum + n, 0);
  expect(way).toBeGreaterThan(50);

  const strata = random.shuffle(Array.from({ length: KILLS }, (_, i) => i));
  for (const [n, stratum] of strata.entries()) {
    const items = await openSome();
    const at = 1 + Math.floor(((stratum + random.next()) / KILLS) * way);
    await arm({ at, how: 'freeze' }, record(n + 1));
    let done = false;
    const answer = desk.call('sign:approve', { items, pin: demoPin }).then(
      () => (done = true),
      () => undefined, // it dies with the app
    );
    await expect
      .poll(() => done || (existsSync(record(n + 1)) && readFileSync(record(n + 1), 'utf8') !== ''), {
        intervals: [50],
        timeout: 30_000,
      })
      .toBe(true);
    const where = done ? 'after the end' : (JSON.parse(readFileSync(record(n + 1), 'utf8')) as { point: string }).point;
    await killApp(desk.app);
    await answer;
    await test.step(`death ${n + 1} at ${where}`, async () => {
      await desk.open();
      await desk.signIn();
      await settled(where);
    });
  }
  const left = (await desk.waiting()).filter((r) => approved.has(r.id));
  for (const r of left) {
    const opened = await desk.call('records:open', { recordId: r.id, version: r.version });
    await desk.call('sign:approve', { items: [item(opened)], pin: demoPin });
  }
  await settled('all deaths', true);
  expect(invariants(true).signed).toBe(approved.size);
});
