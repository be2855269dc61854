/**
 * The power goes at random points (seeded) while the real app signs: frozen in mid-call at a counted point of its own file and store calls,
 * then kill -9 of all its processes. After each restart the invariants' script, which shares no code with the app, is asked; the many
 * deaths without a window are those of `npm run chaos`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { openHospitalProcess, type HospitalProcess } from '../chaos/hospital-process.ts';
import { check, type Findings } from '../chaos/invariants/check.ts';
import { arm, pointsPassed, struckAt } from '../chaos/points/death.ts';
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

/** Gives the running app's file and store calls their points; `folder` is shared with it. */
const watch = (): Promise<void> =>
  desk.app.evaluate(
    async ({ app }, { points, folder }) => {
      const require = process.getBuiltinModule('module').createRequire(points);
      require('./death.ts').shareFolder(folder);
      require('./stores.ts').watchStores();
      await require('./files.ts').watchFiles(app.getPath('userData'));
    },
    { points: join(import.meta.dirname, '../chaos/points/x.ts'), folder },
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
  test.setTimeout(300_000);
  const random = seeded(20_261_122);
  await desk.open();
  await watch();
  await desk.signIn();
  const first = await openSome();
  arm(folder, { at: 0, how: 'freeze' });
  await desk.call('sign:approve', { items: first, pin: demoPin });
  const way = Object.values(pointsPassed(folder)).reduce((sum, n) => sum + n, 0);
  expect(way).toBeGreaterThan(20);

  const strata = random.shuffle(Array.from({ length: KILLS }, (_, i) => i));
  for (const stratum of strata) {
    const items = await openSome();
    arm(folder, { at: 1 + Math.floor(((stratum + random.next()) / KILLS) * way), how: 'freeze' });
    let done = false;
    const answer = desk.call('sign:approve', { items, pin: demoPin }).then(
      () => (done = true),
      () => undefined, // it dies with the app
    );
    await expect.poll(() => done || struckAt(folder) !== undefined, { intervals: [50], timeout: 60_000 }).toBe(true);
    const where = struckAt(folder)?.point ?? 'after the end';
    await killApp(desk.app);
    await answer;
    arm(folder, { at: 0, how: 'freeze' });
    await desk.open();
    await watch();
    await desk.signIn();
    await settled(where);
  }
  const left = (await desk.waiting()).filter((r) => approved.has(r.id));
  for (const r of left) {
    const opened = await desk.call('records:open', { recordId: r.id, version: r.version });
    await desk.call('sign:approve', { items: [item(opened)], pin: demoPin });
  }
  await settled('all deaths', true);
  expect(invariants(true).signed).toBe(approved.size);
});
