/** The time stamp service fails or lies while a person signs at the screen. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { errorText, type ErrorCode } from '../../src/core/errors/index.ts';
import { createFaultyTsa, type FaultyTsaMode } from '../backend/faulty-tsa.ts';
import { deskAt, type DeskDriver } from './desk-driver.ts';
import { openHospital, type Hospital } from './hospital.ts';
import { openOnScreen, rowOf, signInOnScreen, signOnScreen } from './screen.ts';
import { openWay, type Treatment, type WayToServices } from './way-to-services.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let way: WayToServices;
let desk: DeskDriver;
let recordId: string;
const TIMEOUT_SECONDS = 1;
const query = /^POST \/tsa$/;

test.beforeAll(async () => {
  hospital = await openHospital();
  way = await openWay(hospital.url);
  desk = deskAt(hospital, { YIQIAN_BACKEND_URL: way.url, YIQIAN_TSA_TIMEOUT: `${TIMEOUT_SECONDS}` });
  await desk.open();
  await signInOnScreen(desk.page);
  recordId = (await desk.waiting())[0]!.id;
});
test.afterAll(async () => {
  await desk?.dispose();
  await way?.close();
  await hospital?.dispose();
});

/** The whole chain of consequences: words and code on the screen, nothing on the disk, the service untouched, the record still to be signed. */
async function expectRefusal(code: ErrorCode, params: Record<string, string | number> = {}): Promise<void> {
  const { page } = desk;
  await openOnScreen(page, recordId);
  const outcome = await signOnScreen(page);
  await expect(outcome).toHaveAttribute('data-outcome', 'failed');
  const text = errorText(code, 'zh', params);
  await expect(outcome).toContainText(text.what);
  await expect(outcome).toContainText(text.next);
  await expect(outcome).toContainText(code);
  expect(desk.files()).toEqual([]);
  expect(desk.queue()).toEqual([]);
  expect(way.delivered(/^PUT /)).toBe(0);
  expect((await desk.waiting()).map((r) => r.id)).toContain(recordId);
  await page.keyboard.press('Control+1');
  await expect(rowOf(page, recordId)).toContainText(text.what);
}

for (const [name, how, code] of [
  ['down, the line is cut', 'cut', 'TSA_UNREACHABLE'],
  ['slow, no answer within the time-out', 'hold-before', 'TSA_TIMEOUT'],
  [
    'another page answers in its place',
    { status: 200, type: 'text/html', body: '<h1>登录上网</h1>' },
    'TSA_CONTENT_TYPE',
  ],
] as readonly [string, Treatment, ErrorCode][]) {
  test(`the time stamp service: ${name}`, async () => {
    way.treat(query, how);
    await expectRefusal(code, code === 'TSA_TIMEOUT' ? { seconds: TIMEOUT_SECONDS } : { type: 'text/html' });
    way.clear();
  });
}

for (const [mode, code] of [
  ['wrongNonce', 'TSA_WRONG_NONCE'],
  ['wrongImprint', 'TSA_WRONG_IMPRINT'],
  ['wrongSigner', 'TSA_WRONG_SIGNER'],
  ['badSignature', 'TSA_BAD_SIGNATURE'],
] as readonly [FaultyTsaMode, ErrorCode][]) {
  test(`the time stamp service lies: ${mode}`, async () => {
    const tsa = await createFaultyTsa({ mode });
    writeFileSync(join(desk.home, 'trust', 'faulty-tsa.pem'), tsa.trust.roots.map((c) => c.toPem()).join('\n'));
    way.treat(query, { to: tsa.url });
    try {
      await expectRefusal(code);
      expect(tsa.requests(), 'a lie is not asked for twice').toBe(1);
    } finally {
      way.clear();
      await tsa.close();
    }
  });
}

test('the service is good again: the same record signs, and goes to the record service once', async () => {
  await openOnScreen(desk.page, recordId);
  const outcome = await signOnScreen(desk.page);
  await expect(outcome).toHaveAttribute('data-outcome', 'signed');
  await expect(outcome).toHaveAttribute('data-uploaded', 'true');
  expect(desk.files()).toEqual([expect.stringMatching(/^[^.].*\.pdf$/)]);
  expect(way.delivered(/^PUT /)).toBe(1);
  expect((await desk.waiting()).map((r) => r.id)).not.toContain(recordId);
});
