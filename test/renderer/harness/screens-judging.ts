/** Verifying, folders, seals. */
import type { ScreenSpec } from './screens.ts';
import { folder, list, seals, toSeals, verify } from './ways.ts';

export const judgingScreens: Readonly<Record<string, ScreenSpec>> = {
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
};
