/** How to get to the screens of signing in and signing by phone. */
import type { Page } from '@playwright/test';
import type { ScreenSpec } from './screens.ts';
import { list, open } from './ways.ts';
import { select } from './ways-shift.ts';

const at = (page: Page, stage: string): Promise<void> => page.locator(`[data-phone=${stage}]`).waitFor();
const door = async (page: Page, stage: string): Promise<void> => {
  await page.locator('[data-by-phone]').click();
  await at(page, stage);
};
const one = async (page: Page, stage: string): Promise<void> => {
  await open(page);
  await page.keyboard.press('Control+Enter');
  await at(page, stage);
};
const many = async (page: Page, stage: string, n = 14): Promise<void> => {
  await select(page, n);
  await page.keyboard.press('b');
  await page.locator('[data-approval=ready]').waitFor();
  await at(page, stage);
};
const keys = async (page: Page): Promise<void> => {
  await list(page);
  await page.keyboard.press('Control+4');
  await page.locator('[data-my-key], [data-my-phones="0"]').first().waitFor();
};

export const phoneScreens: Readonly<Record<string, ScreenSpec>> = {
  'phone-sign-in': { scenario: 'signed-out', go: (p) => door(p, 'waiting') },
  'phone-sign-in-here': { scenario: 'signed-out,phone-here', rare: true, go: (p) => door(p, 'waiting') },
  'phone-sign-in-scanned': { scenario: 'signed-out,phone-scanned', go: (p) => door(p, 'scanned') },
  'phone-sign-in-polling': { scenario: 'signed-out,phone-polling', rare: true, go: (p) => door(p, 'waiting') },
  'phone-sign-in-refused': { scenario: 'signed-out,phone-refused', go: (p) => door(p, 'ended') },
  'phone-sign-in-expired': {
    scenario: 'signed-out,no-token,phone-expired',
    rare: 'picture',
    go: (p) => door(p, 'ended'),
  },
  'phone-sign-in-away': { scenario: 'signed-out,phone-off', rare: true, go: (p) => door(p, 'ended') },
  'phone-locked': { scenario: 'locked,by-phone', go: (p) => at(p, 'idle') },
  'phone-review': { scenario: 'by-phone', go: (p) => one(p, 'waiting') },
  'phone-review-scanned': { scenario: 'by-phone,phone-scanned', go: (p) => one(p, 'scanned') },
  'phone-review-other': { scenario: 'by-phone,phone-other', rare: 'picture', go: (p) => one(p, 'ended') },
  'phone-review-signing': {
    scenario: 'by-phone,phone-approve,hold',
    rare: true,
    go: async (p) => {
      await open(p);
      await p.keyboard.press('Control+Enter');
      await p.locator('.steps li.begun').waitFor();
    },
  },
  'phone-approval': { scenario: 'by-phone', go: (p) => many(p, 'waiting') },
  'phone-approval-scanned': { scenario: 'by-phone,phone-scanned', go: (p) => many(p, 'scanned') },
  'phone-approval-refused': { scenario: 'by-phone,phone-refused', rare: 'picture', go: (p) => many(p, 'ended') },
  'phone-batch': {
    scenario: 'by-phone,phone-approve,batch-hold',
    go: async (p) => {
      await select(p, 30);
      await p.keyboard.press('b');
      await p.locator('[data-batch] .keep-open').waitFor();
      await p.locator('.batch-line[data-state=in-hand]').waitFor();
    },
  },
  'phone-keys': {
    scenario: 'by-phone',
    go: async (p) => {
      await keys(p);
      await p.locator('[data-my-phones]').evaluate((section) => section.scrollIntoView({ block: 'end' }));
    },
  },
  'phone-keys-none': { scenario: 'no-phones', rare: 'picture', go: keys },
  'phone-enrol': {
    go: async (p) => {
      await keys(p);
      await p.locator('[data-add-phone]').click();
      await p.locator('[data-phone-enrol=ready]').waitFor();
    },
  },
  'phone-stop': {
    go: async (p) => {
      await keys(p);
      await p.locator('[data-my-key] button').first().click();
      await p.locator('[data-phone-stop]').waitFor();
    },
  },
};
