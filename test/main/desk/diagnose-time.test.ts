/** Every time stamp service of the policy stands on the diagnosis page, each with its own state. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hospitalWith, type TestHospital } from '../batch/hospital.ts';
import { openNodeDesk, type NodeDesk } from '../batch/node-desk.ts';

/** Reserved port 9 on loopback: nothing answers. */
const NOWHERE = 'http://127.0.0.1:9/tsa';
let hospital: TestHospital;
let desk: NodeDesk;
const home = mkdtempSync(join(tmpdir(), 'yq-diagnose-'));

beforeAll(async () => {
  hospital = await hospitalWith(1);
  desk = await openNodeDesk({
    home,
    trust: join(hospital.home, 'trust'),
    env: { ...hospital.env, YIQIAN_TSA_URLS: `${hospital.env['YIQIAN_BACKEND_URL']}/tsa ${NOWHERE}` },
    // A minute behind the service.
    now: () => new Date(Date.now() - 60_000),
  });
}, 120_000);
afterAll(async () => {
  await desk?.close();
  await hospital?.dispose();
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

it('the first answers and says that this clock is wrong; the second is away, which stops nobody', async () => {
  const { lines } = await desk.call('diagnose:run', undefined);
  const line = (id: string) => lines.find((l) => l.id === id);
  expect(line('tsa')).toMatchObject({ group: 'network', state: 'ok', value: expect.stringContaining('/tsa · ') });
  expect(line('clock')).toMatchObject({ group: 'time', state: 'warning', next: { zh: '请信息科校准本机时间。' } });
  expect(Number.parseFloat(line('clock')!.value)).toBeCloseTo(60, -1);
  expect(line('tsa:2')).toMatchObject({ state: 'warning', en: 'Time stamp service 2' });
  expect(line('tsa:2')?.value).toContain('TSA_UNREACHABLE');
  expect(line('clock:2')).toBeUndefined();
});
