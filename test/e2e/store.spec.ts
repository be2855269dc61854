/** The desk's data file is damaged between two starts: its copy takes its place, the person is told once, what was signed is not lost. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { deskAt, item, saveTo, type DeskDriver } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { openWay, type WayToServices } from './way-to-services.ts';

let hospital: Hospital;
let way: WayToServices;
let desk: DeskDriver;
test.beforeAll(async () => {
  hospital = await openHospital();
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_BACKEND_URL: way.url });
});
test.afterAll(async () => {
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

test('damaged: restored from the copy, told, a new audit chain names the old one; a signed file that the copy does not know is uploaded', async () => {
  await desk.open();
  expect(await desk.call('store:notice', undefined)).toBeNull();
  await desk.call('settings:set', { theme: 'dark' });
  await desk.close(); // leaves the day's copy
  await desk.open();
  await desk.signIn();
  way.treat(/^PUT .*\/signed$/, 'cut');
  const [opened] = await desk.openFirst();
  const { results } = await desk.call('sign:approve', { items: [item(opened!)], pin: demoPin });
  expect(results[0]).toMatchObject({ outcome: 'signed', signed: { uploaded: false } });
  const userData = join(desk.home, 'desk');
  const copy = join(userData, 'backups', readdirSync(join(userData, 'backups'))[0]!);
  const before = readFileSync(copy);
  await desk.close();
  writeFileSync(copy, before); // as if the PC had died before the copy at the end
  writeFileSync(join(userData, 'desk.sqlite'), 'x'.repeat(10_000));

  await desk.open();
  expect(await desk.call('store:notice', undefined)).toMatchObject({ code: 'STORE_DAMAGED' });
  await desk.call('store:seen', undefined);
  expect(await desk.call('store:notice', undefined)).toBeNull();
  expect((await desk.call('settings:get', undefined)).theme).toBe('dark');
  const aside = readdirSync(join(userData, 'backups')).find((name) => name.startsWith('damaged-'))!;
  expect(readFileSync(join(userData, 'backups', aside, 'desk.sqlite'), 'utf8')).toBe('x'.repeat(10_000));

  way.clear();
  await desk.signIn();
  await expect.poll(() => way.delivered(/^PUT .*\/signed$/), { timeout: 30_000 }).toBeGreaterThan(0);
  await expect.poll(() => desk.queue(), { timeout: 30_000 }).toEqual([]);
  const { records } = await desk.call('worklist:get', { refresh: true });
  expect(records.filter((r) => r.id === opened!.record.id && r.state !== 'signed')).toEqual([]);

  const out = join(desk.home, 'audit.jsonl');
  await saveTo(desk, out);
  await desk.call('audit:export', undefined);
  const lines = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l) as Record<string, Record<string, string>>);
  const chains = lines.flatMap((l) => (l['chain'] ? [l['chain']['desk']] : []));
  expect(chains).toHaveLength(2);
  const repaired = lines.filter((l) => l['entry']?.['act'] === 'store-repaired');
  expect(repaired.map((l) => [l['entry']!['subject'], l['entry']!['code']])).toEqual([[chains[0], 'STORE_DAMAGED']]);
  expect(await desk.call('audit:verify', undefined)).toMatchObject({ faults: [] });
});
