/** How to get to each screen by what a person would press; shared by the pictures and by the specs. */
import type { Page } from '@playwright/test';
import { judgingScreens } from './screens-judging.ts';
import { phoneScreens } from './screens-phone.ts';
import { shiftScreens } from './screens-shift.ts';
import { askPin, list, open, sign, useSeal, useWay } from './ways.ts';

export interface ScreenSpec {
  readonly scenario?: string;
  /** Taken in one language, theme and scale only; `picture`: for the pictures alone, its like is under test already. */
  readonly rare?: boolean | 'picture';
  readonly go: (page: Page) => Promise<void>;
}

export const screens: Readonly<Record<string, ScreenSpec>> = {
  'sign-in': { scenario: 'signed-out', go: (p) => p.locator('#pin').waitFor() },
  'sign-in-wrong-pin': {
    scenario: 'signed-out',
    rare: true,
    go: async (p) => {
      await p.locator('#pin').fill('999999');
      await p.keyboard.press('Enter');
      await p.locator('.notice.rose').waitFor();
    },
  },
  'sign-in-no-token': {
    scenario: 'signed-out,no-token',
    rare: true,
    go: (p) => p.locator('.notice').first().waitFor(),
  },
  locked: { scenario: 'locked', go: (p) => p.locator('#pin').waitFor() },
  worklist: {
    go: async (p) => {
      await list(p);
      for (const key of ['j', 'x', 'j', 'x', 'j', 'x', 'j']) await p.keyboard.press(key);
    },
  },
  'worklist-grouped': {
    rare: true,
    go: async (p) => {
      await list(p);
      await p.keyboard.press('g');
    },
  },
  'worklist-stale': { scenario: 'stale', rare: true, go: list },
  'worklist-empty': { scenario: 'empty', go: (p) => p.locator('.empty').waitFor() },
  'worklist-loading': { scenario: 'slow', rare: true, go: (p) => p.locator('.skeleton').first().waitFor() },
  'worklist-no-match': {
    rare: true,
    go: async (p) => {
      await list(p);
      await p.keyboard.press('/');
      await p.keyboard.type('zzz');
      await p.locator('.empty').waitFor();
    },
  },
  review: { go: open },
  'review-find': {
    rare: true,
    go: async (p) => {
      await open(p);
      await p.keyboard.press('Control+f');
      await p.waitForTimeout(100);
      await p.keyboard.type('患者');
      await p.waitForTimeout(300);
    },
  },
  'review-pin': { go: askPin },
  'review-signing': {
    scenario: 'hold',
    go: async (p) => {
      await sign(p);
      await p.locator('.steps li.begun').waitFor();
    },
  },
  'review-signed': {
    scenario: 'clock',
    go: async (p) => {
      await sign(p);
      await p.locator('[data-outcome=signed]').waitFor();
      await p.locator('.page .textLayer span').first().waitFor();
    },
  },
  'review-failed': {
    scenario: 'removed',
    go: async (p) => {
      await sign(p);
      await p.locator('[data-outcome=failed]').waitFor();
    },
  },
  'review-approved': {
    rare: true,
    go: async (p) => {
      await open(p);
      await p.keyboard.press('a');
      await p.locator('.tools .tag', { hasText: '1' }).last().waitFor();
      await p.locator('.page .textLayer span').first().waitFor();
    },
  },
  'review-seal': {
    go: async (p) => {
      await open(p);
      await useSeal(p);
      await p.getByRole('button', { name: /在页面上看|Show/ }).click();
    },
  },
  'review-riding': {
    go: async (p) => {
      await open(p, '入院记录');
      await useSeal(p);
      await useWay(p, 4);
      await p.locator('[data-placing=riding] [data-placed="2"], [data-placing=riding][data-placed="2"]').waitFor();
      await p.locator('.tools button').last().click();
      await p.locator('.thumbs .placed').nth(1).waitFor();
      await p.getByRole('button', { name: /在页面上看|Show/ }).click();
    },
  },
  'review-keyword': {
    rare: true,
    go: async (p) => {
      await open(p);
      await useWay(p, 2);
      await p.locator('.placing .fields input[type=text]').first().fill('住院医师');
      await p.locator('[data-placing=keyword][data-placed="1"]').waitFor();
      await p.getByRole('button', { name: /在页面上看|Show/ }).click();
    },
  },
  'review-field': {
    rare: 'picture',
    go: async (p) => {
      await open(p);
      await useWay(p, 3);
      await p.locator('[data-placing=field][data-placed="1"]').waitFor();
      await p.getByRole('button', { name: /在页面上看|Show/ }).click();
    },
  },
  'review-active': {
    scenario: 'active',
    rare: true,
    go: async (p) => {
      await open(p);
      await p.locator('[data-drop-active]').click();
      await p.locator('dialog [data-confirm]').waitFor();
    },
  },
  'review-none': {
    rare: true,
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Control+2');
      await p.locator('.empty').waitFor();
    },
  },
  'review-changed': {
    scenario: 'changed',
    rare: true,
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Enter');
      await p.locator('.empty').waitFor();
    },
  },
  keys: {
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Control+4');
      await p.locator('.links').first().waitFor();
    },
  },
  'keys-change-pin': {
    rare: true,
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Control+4');
      await p.locator('.card .title button').first().click();
      await p.locator('#pin').waitFor();
    },
  },
  diagnosis: {
    scenario: 'down',
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Control+5');
      await p.locator('.checks').first().waitFor();
    },
  },
  settings: {
    scenario: 'policy',
    go: async (p) => {
      await list(p);
      await p.locator('.rail button').last().click();
      await p.locator('.ant-radio-group').first().waitFor();
    },
  },
  shortcuts: {
    go: async (p) => {
      await list(p);
      await p.keyboard.press('?');
      await p.getByRole('dialog').waitFor();
    },
  },
  ...judgingScreens,
  ...shiftScreens,
  ...phoneScreens,
};
