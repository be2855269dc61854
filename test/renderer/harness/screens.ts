/** How to get to each screen by what a person would press; shared by the pictures and by the specs. */
import type { Page } from '@playwright/test';

export interface ScreenSpec {
  readonly scenario?: string;
  /** Taken in one language, theme and scale only; `picture`: for the pictures alone, its like is under test already. */
  readonly rare?: boolean | 'picture';
  readonly go: (page: Page) => Promise<void>;
}

const list = async (page: Page): Promise<void> => {
  await page.locator('.grid .body .row[data-record]').first().waitFor();
};
const open = async (page: Page, title = '首次病程记录'): Promise<void> => {
  await list(page);
  await page.locator('.grid .body .row[data-record]', { hasText: title }).first().dblclick();
  await page.locator('.page .textLayer span').first().waitFor();
};
/** Chooses an entry of the n-th Select of the placing panel. */
const pick = async (page: Page, select: number, option: number): Promise<void> => {
  await page.locator('.placing .ant-select').nth(select).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').nth(option).click();
};
const useSeal = async (page: Page): Promise<void> => {
  await pick(page, 0, 1);
  await page.locator('[data-seal-choice="44030000012345"]').waitFor();
};
const useWay = (page: Page, way: number): Promise<void> => pick(page, 1, way);
const askPin = async (page: Page): Promise<void> => {
  await open(page);
  await page.keyboard.press('Control+Enter');
  await page.locator('#pin').waitFor();
};
const sign = async (page: Page): Promise<void> => {
  await askPin(page);
  await page.locator('#pin').fill('123456');
  await page.keyboard.press('Enter');
};
const verify = async (page: Page): Promise<void> => {
  await list(page);
  await page.keyboard.press('Control+3');
  await page.locator('.drop button').click();
  await page.locator('.strip[data-verdict]').waitFor();
  await page.locator('.page .textLayer span').first().waitFor();
};

const folder = async (page: Page): Promise<void> => {
  await list(page);
  await page.keyboard.press('Control+3');
  await page.locator('[data-choose-folder]').click();
  await page.locator('[data-file]').first().waitFor();
};
const toSeals = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+4');
  await page.locator('[data-tab=seals]').click();
};
const seals = async (page: Page): Promise<void> => {
  await list(page);
  await toSeals(page);
  await page.locator('[data-seal]').first().waitFor();
};

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
  batch: {
    scenario: 'removed-later',
    go: async (p) => {
      await open(p);
      for (let i = 0; i < 3; i++) {
        await p.keyboard.press('a');
        await p.waitForTimeout(400);
      }
      await p.locator('.page .textLayer span').first().waitFor();
      await p.keyboard.press('Control+Enter');
      await p.locator('#pin').fill('123456');
      await p.keyboard.press('Enter');
      await p.locator('[data-batch=done]').waitFor();
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
      await p.getByRole('button', { name: '在页面上看' }).click();
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
  'verify-drop': {
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Control+3');
      await p.locator('.drop').waitFor();
    },
  },
  verify: { go: verify },
  'verify-evidence': {
    scenario: 'good',
    rare: true,
    go: async (p) => {
      await verify(p);
      await p.locator('[data-signature] button[aria-expanded]').last().click();
      await p.locator('.seal-evidence').waitFor();
      await p.locator('[data-signature]').last().scrollIntoViewIfNeeded();
    },
  },
  'verify-compare': {
    scenario: 'one',
    go: async (p) => {
      await verify(p);
      await p.locator('[data-compare-open]').click();
      await p.locator('[data-compare=ready] .difference').first().waitFor();
    },
  },
  'verify-slide': {
    scenario: 'one',
    rare: 'picture',
    go: async (p) => {
      await verify(p);
      await p.locator('[data-compare-open]').click();
      await p.locator('[data-compare=ready] .difference').first().waitFor();
      await p.locator('.compare .ant-radio-button-wrapper').nth(1).click();
    },
  },
  'verify-locked': {
    scenario: 'encrypted',
    rare: true,
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Control+3');
      await p.locator('.drop button').click();
      await p.locator('#file-password').waitFor();
    },
  },
  folder: {
    go: async (p) => {
      await folder(p);
      await p.locator('[data-folder=finished]').waitFor();
      await p.locator('[data-sort=verdict]').click();
    },
  },
  'folder-running': {
    scenario: 'folder-hold',
    rare: true,
    go: async (p) => {
      await folder(p);
      await p.locator('[data-folder=running][data-done="400"]').waitFor();
    },
  },
  'folder-file': {
    rare: 'picture',
    go: async (p) => {
      await folder(p);
      await p.locator('[data-folder=finished]').waitFor();
      await p.locator('[data-filter=FAILED]').click();
      await p.locator('[data-file]').first().dblclick();
      await p.locator('.strip[data-verdict=FAILED]').waitFor();
      await p.locator('.page .textLayer span').first().waitFor();
    },
  },
  'verify-failed': {
    scenario: 'one',
    go: async (p) => {
      await verify(p);
      await p.locator('[data-signature] button[aria-expanded]').nth(1).click();
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
  seals: { go: seals },
  'seals-details': {
    rare: true,
    go: async (p) => {
      await seals(p);
      await p.locator('[data-seal="FOREIGN-0007"] button[aria-expanded]').click();
      await p.locator('[data-seal="FOREIGN-0007"] [data-check]').first().waitFor();
      await p.locator('[data-seal="FOREIGN-0007"]').scrollIntoViewIfNeeded();
    },
  },
  'seals-empty': {
    scenario: 'no-seals',
    rare: 'picture',
    go: async (p) => {
      await list(p);
      await toSeals(p);
      await p.locator('.empty').waitFor();
    },
  },
  'seals-failed': {
    scenario: 'seals-fail',
    rare: 'picture',
    go: async (p) => {
      await list(p);
      await toSeals(p);
      await p.locator('.notice.rose').waitFor();
    },
  },
  'seals-loading': {
    scenario: 'seals-slow',
    rare: 'picture',
    go: async (p) => {
      await list(p);
      await toSeals(p);
      await p.locator('.skeleton').first().waitFor();
    },
  },
  'seals-remove': {
    rare: true,
    go: async (p) => {
      await seals(p);
      await p.locator('[data-seal="NAME-LI-0001"] .side-buttons button').last().click();
      await p.locator('dialog [data-confirm]').waitFor();
    },
  },
  'seal-make': {
    go: async (p) => {
      await seals(p);
      await p.locator('[data-make-seal]').click();
      const inputs = p.locator('.make-seal fieldset').first().locator('input[type=text]');
      await inputs.nth(0).fill('示范医院');
      await inputs.nth(1).fill('病历专用章');
      await p.locator('[data-preview=shown] img').waitFor();
      await p.locator('.holders input[type=checkbox]').first().check();
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
};
