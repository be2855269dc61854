/** The desk as a person works it: by what is on the screen. */
import { expect, type Locator, type Page } from '@playwright/test';
import { demoPin } from './hospital.ts';

export async function signInOnScreen(page: Page): Promise<void> {
  await page.getByRole('radio').first().waitFor({ timeout: 20_000 });
  await page.locator('#pin').fill(demoPin);
  await page.locator('button[type=submit]').click();
  await expect(page.locator('#pin')).toHaveCount(0, { timeout: 20_000 });
}

export const rowOf = (page: Page, recordId: string): Locator =>
  page.locator(`.grid .body .row[data-record="${recordId}"]`);

export async function openOnScreen(page: Page, recordId: string): Promise<void> {
  await page.keyboard.press('Control+1');
  await rowOf(page, recordId).dblclick();
  await page.locator('.page .textLayer span').first().waitFor({ timeout: 20_000 });
}

/** Approves the record just opened with the PIN and gives the outcome's place once it stands there. */
export async function signOnScreen(page: Page): Promise<Locator> {
  const outcome = page.locator('[data-outcome]');
  await expect(outcome).toHaveCount(0);
  await page.keyboard.press('Control+Enter');
  await page.locator('#pin').fill(demoPin);
  await page.keyboard.press('Enter');
  await outcome.waitFor({ timeout: 60_000 });
  return outcome;
}
