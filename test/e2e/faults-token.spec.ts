/** The key is pulled out, its driver crashes or hangs, in mid-sign at the screen; afterwards work goes on without a restart. */
import { expect, test } from '@playwright/test';
import { errorText, type ErrorCode } from '../../src/core/errors/index.ts';
import { deskAt, tokenFault, type DeskDriver } from './desk-driver.ts';
import { demoPin, openHospital, type Hospital } from './hospital.ts';
import { openOnScreen, rowOf, signInOnScreen, signOnScreen } from './screen.ts';

test.describe.configure({ mode: 'serial' });

let hospital: Hospital;
let desk: DeskDriver;
const TIMEOUT_SECONDS = 2;

test.beforeAll(async () => {
  hospital = await openHospital();
  desk = deskAt(hospital, { YIQIAN_TOKEN_TIMEOUT: `${TIMEOUT_SECONDS}` });
  await desk.open();
  await signInOnScreen(desk.page);
});
test.afterAll(async () => {
  await desk?.dispose();
  await hospital?.dispose();
});

const untouched = async (recordId: string, before: readonly string[]): Promise<void> => {
  expect(desk.files()).toEqual(before);
  expect(desk.queue()).toEqual([]);
  expect((await desk.waiting()).map((r) => r.id)).toContain(recordId);
};
const firstRecord = async (): Promise<string> => (await desk.waiting())[0]!.id;

/** The way on without a restart: the PIN at the door if the desk has locked itself, then the record once more. */
const signsAfterwards = async (recordId: string): Promise<void> => {
  const { page } = desk;
  await openOnScreen(page, recordId);
  await expect(await signOnScreen(page)).toHaveAttribute('data-outcome', 'signed');
  expect(desk.queue()).toEqual([]);
  expect((await desk.waiting()).map((r) => r.id)).not.toContain(recordId);
};

for (const { name, code, seconds, fault } of [
  { name: 'crashes', code: 'TOKEN_DRIVER_CRASHED', seconds: 0, fault: 'slot0.sign.crash=1' },
  { name: 'hangs', code: 'TOKEN_DRIVER_TIMEOUT', seconds: TIMEOUT_SECONDS, fault: 'slot0.sign.hang=1' },
] as const satisfies readonly { code: ErrorCode; [more: string]: unknown }[]) {
  test(`the driver ${name} in mid-sign: told on the screen, the record untouched; the same desk signs it afterwards`, async () => {
    const { page } = desk;
    const before = desk.files();
    const recordId = await firstRecord();
    await openOnScreen(page, recordId);
    tokenFault(hospital, fault);
    const outcome = await signOnScreen(page);
    tokenFault(hospital);
    await expect(outcome).toHaveAttribute('data-outcome', 'failed');
    const text = errorText(code, 'zh', { seconds });
    await expect(outcome).toContainText(text.what);
    await expect(outcome).toContainText(text.next);
    await expect(outcome).toContainText(code);
    await untouched(recordId, before);
    await page.keyboard.press('Control+1');
    await expect(rowOf(page, recordId)).toContainText(text.what);
    await signsAfterwards(recordId);
  });
}

test('the key is pulled out in mid-sign: the desk locks and asks for it; put back, the PIN opens the same page with what happened', async () => {
  const { page } = desk;
  const before = desk.files();
  const recordId = await firstRecord();
  await openOnScreen(page, recordId);
  tokenFault(hospital, 'slot0.sign.delay_ms=1500');
  await page.keyboard.press('Control+Enter');
  await page.locator('#pin').fill(demoPin);
  await page.keyboard.press('Enter');
  await expect(page.locator('.steps li[data-step=sign]')).toBeVisible();
  await expect.poll(() => desk.files().some((f) => f.endsWith('.part'))).toBe(true);
  tokenFault(hospital, 'slot0.sign.delay_ms=1500', 'slot0.present=0');

  await expect(page.getByRole('heading', { name: '已锁定' })).toBeVisible({ timeout: 15_000 });
  await expect(page.locator('.gate')).toContainText('密钥已拔出');
  await expect.poll(() => desk.files().filter((f) => f.startsWith('.'))).toEqual([]);

  tokenFault(hospital);
  await signInOnScreen(page);
  const outcome = page.locator('[data-outcome]');
  const text = errorText('TOKEN_REMOVED', 'zh');
  await expect(outcome).toContainText(text.what);
  await expect(outcome).toContainText(text.next);
  await untouched(recordId, before);
  await signsAfterwards(recordId);
});
