/** The presses and clicks of a shift: rounds, lists to be approved, batches, a record's life. */
import type { Page } from '@playwright/test';
import { list, open } from './ways.ts';

export const drawn = (page: Page): Promise<void> => page.locator('.page[data-drawn]').first().waitFor();
/** Selects the first `n` records of the list. */
export const select = async (page: Page, n: number): Promise<void> => {
  await list(page);
  for (let i = 0; i < n; i++) {
    await page.keyboard.press('j');
    await page.keyboard.press('x');
  }
};
/** 逐份审阅 of the first `n`, of which `approved` are approved and `leftOut` left out. */
export const round = async (page: Page, n: number, approved = 0, leftOut = 0): Promise<void> => {
  await select(page, n);
  await page.keyboard.press('Enter');
  for (let i = 0; i < approved + leftOut; i++) {
    const at = await page.locator('[data-round]').getAttribute('data-round');
    await drawn(page);
    await page.keyboard.press(i < approved ? 'Space' : 'x');
    if (i + 1 < n) await page.locator(`[data-round]:not([data-round="${at ?? ''}"])`).waitFor();
  }
  if (approved + leftOut < n) await drawn(page);
};
export const proposed = async (page: Page, n = 12): Promise<void> => {
  await select(page, n);
  await page.keyboard.press('b');
  await page.locator('[data-approval=ready]').waitFor();
};
export const batch = async (page: Page, n = 24): Promise<void> => {
  await proposed(page, n);
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
  await page.locator('[data-batch]').waitFor();
};
export const finished = async (page: Page, n = 24): Promise<void> => {
  await batch(page, n);
  await page.locator('[data-batch=finished]').waitFor();
};
/** Brings the record's life in the act panel into view. */
export const life = async (page: Page): Promise<void> => {
  await open(page);
  await page.locator('.chain-of-signers').waitFor();
};
export const compare = async (page: Page): Promise<void> => {
  await life(page);
  await page.locator('[data-compare="1"]').click();
  await page.locator('[data-difference=text]').waitFor();
};
export const settings = async (page: Page): Promise<void> => {
  await list(page);
  await page.keyboard.press('Control+6');
  await page.locator('[data-audit]').first().waitFor();
};
