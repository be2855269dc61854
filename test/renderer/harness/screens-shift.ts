/** How to get to the screens of a shift. */
import type { ScreenSpec } from './screens.ts';
import { list, open } from './ways.ts';
import { batch, compare, drawn, finished, life, proposed, round, settings } from './ways-shift.ts';

export const shiftScreens: Readonly<Record<string, ScreenSpec>> = {
  round: { go: (p) => round(p, 8, 2, 1) },
  approval: { go: (p) => proposed(p, 14) },
  'approval-warnings': { scenario: 'always,later', rare: true, go: (p) => proposed(p, 6) },
  'approval-making': {
    scenario: 'propose-hold',
    rare: true,
    go: async (p) => {
      await list(p);
      await p.keyboard.press('Control+a');
      await p.keyboard.press('b');
      await p.locator('[data-approval=making]').waitFor();
    },
  },
  'approval-changed': {
    scenario: 'list-changed',
    rare: 'picture',
    go: async (p) => {
      await proposed(p, 6);
      await p.locator('#pin').fill('123456');
      await p.keyboard.press('Enter');
      await p.locator('dialog .notice.rose').waitFor();
    },
  },
  'batch-running': {
    scenario: 'batch-hold',
    go: async (p) => {
      await batch(p, 30);
      await p.locator('.batch-line[data-state=in-hand]').waitFor();
    },
  },
  'batch-dock': {
    scenario: 'batch-hold',
    rare: 'picture',
    go: async (p) => {
      await batch(p, 30);
      await p.locator('.batch-line[data-state=in-hand]').waitFor();
      await p.keyboard.press('Escape');
      await p.locator('[data-dock]').waitFor();
    },
  },
  'batch-done': { scenario: 'batch-failures,later', go: (p) => finished(p, 30) },
  'batch-failures': {
    scenario: 'batch-failures',
    rare: 'picture',
    go: async (p) => {
      await finished(p, 30);
      await p.keyboard.press('f');
    },
  },
  'batch-cut': { scenario: 'removed-later', rare: true, go: (p) => finished(p, 12) },
  'batch-interrupted': {
    scenario: 'interrupted',
    go: (p) => p.locator('[data-summary=interrupted]').waitFor(),
  },
  'batch-opened': {
    scenario: 'interrupted',
    rare: true,
    go: async (p) => {
      await p.locator('.batch-line button').first().click();
      await drawn(p);
    },
  },
  life: { go: life },
  'life-intern': {
    rare: true,
    go: async (p) => {
      await list(p);
      await p
        .locator('.grid .row[data-record]', { hasText: /实习书写|By an intern/ })
        .first()
        .dblclick();
      await p.locator('[data-intern]').waitFor();
      await drawn(p);
    },
  },
  'life-not-mine': {
    scenario: 'not-mine',
    rare: 'picture',
    go: async (p) => {
      await open(p);
      await p.locator('[data-not-mine]').waitFor();
    },
  },
  'life-edit': {
    go: async (p) => {
      await life(p);
      await p.keyboard.press('e');
      await p
        .locator('#section-diagnosis')
        .fill('1. 冠状动脉粥样硬化性心脏病，心功能 III 级；2. 高血压 3 级，极高危。');
      await p.locator('#edit-reason').fill('补充心功能分级');
    },
  },
  'life-urge': {
    rare: 'picture',
    go: async (p) => {
      await life(p);
      await p.locator('[data-act=urge]').click();
      await p.locator('dialog textarea').waitFor();
    },
  },
  'life-compare': { go: compare },
  'life-compare-all': {
    rare: 'picture',
    go: async (p) => {
      await compare(p);
      await p.locator('.difference-text input[type=checkbox]').check();
    },
  },
  'life-pictures': {
    rare: true,
    go: async (p) => {
      await compare(p);
      await p.locator('.compare .ant-radio-button-wrapper').nth(1).click();
      await p.locator('[data-compare=ready]').waitFor();
    },
  },
  'life-version': {
    rare: true,
    go: async (p) => {
      await life(p);
      await p.locator('[data-look="1"]').click();
      await p.locator('[data-looking="1"]').waitFor();
      await drawn(p);
    },
  },
  'worklist-returned': {
    rare: true,
    go: async (p) => {
      await list(p);
      await p.locator('[data-tab=returned-to-me] .tag').waitFor();
      await p.keyboard.press('t');
      await p.locator('[data-tab=returned-to-me][aria-pressed=true]').waitFor();
    },
  },
  'worklist-signed': {
    rare: 'picture',
    go: async (p) => {
      await list(p);
      await p.locator('[data-tab=signed-by-me] .tag').waitFor();
      await p.locator('[data-tab=signed-by-me]').click();
    },
  },
  'worklist-signed-none': {
    scenario: 'empty',
    rare: true,
    go: async (p) => {
      await p.locator('[data-tab=signed-by-me]').click();
      await p.locator('.empty').waitFor();
    },
  },
  conflict: {
    scenario: 'conflict',
    go: async (p) => {
      await p.locator('[data-conflict]').click();
      await p.locator('[data-sides="2"]').waitFor();
    },
  },
  'locked-switch': {
    scenario: 'locked',
    go: async (p) => {
      await p.locator('.key-card').nth(1).click();
    },
  },
  audit: {
    scenario: 'tampered',
    go: async (p) => {
      await settings(p);
      await p.locator('[data-audit-verify]').click();
      await p.locator('[data-faults]').waitFor();
    },
  },
};
