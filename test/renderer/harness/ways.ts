/** The presses and clicks that lead to the screens. */
import type { Page } from '@playwright/test';

export const list = async (page: Page): Promise<void> => {
  await page.locator('.grid .body .row[data-record]').first().waitFor();
};
export const open = async (page: Page, title = '首次病程记录'): Promise<void> => {
  await list(page);
  await page.locator('.grid .body .row[data-record]', { hasText: title }).first().dblclick();
  await page.locator('.page .textLayer span').first().waitFor();
};
/** Chooses an entry of the n-th Select of the placing panel. */
export const pick = async (page: Page, select: number, option: number): Promise<void> => {
  await page.locator('.placing .ant-select').nth(select).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').nth(option).click();
};
export const useSeal = async (page: Page): Promise<void> => {
  await pick(page, 0, 1);
  await page.locator('[data-seal-choice="44030000012345"]').waitFor();
};
export const useWay = (page: Page, way: number): Promise<void> => pick(page, 1, way);
export const askPin = async (page: Page): Promise<void> => {
  await open(page);
  await page.keyboard.press('Control+Enter');
  await page.locator('#pin').waitFor();
};
export const sign = async (page: Page): Promise<void> => {
  await askPin(page);
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
};
export const verify = async (page: Page): Promise<void> => {
  await list(page);
  await page.keyboard.press('Control+3');
  await page.locator('.drop button').click();
  await page.locator('.strip[data-verdict]').waitFor();
  await page.locator('.page .textLayer span').first().waitFor();
};

export const folder = async (page: Page): Promise<void> => {
  await list(page);
  await page.keyboard.press('Control+3');
  await page.locator('[data-choose-folder]').click();
  await page.locator('[data-file]').first().waitFor();
};
export const toSeals = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+4');
  await page.locator('[data-tab=seals]').click();
};
export const seals = async (page: Page): Promise<void> => {
  await list(page);
  await toSeals(page);
  await page.locator('[data-seal]').first().waitFor();
};
