import { defineConfig } from '@playwright/test';

/**
 * The built app, driven from outside. `npx electron-vite build` first. One worker unless told otherwise (scripts/commands/test.mjs): each
 * spec of test/e2e starts an app of its own.
 */
export default defineConfig({
  testDir: 'test',
  testMatch: ['e2e/**/*.spec.ts', 'stand-in/**/*.spec.ts', 'renderer/**/*.spec.ts'],
  outputDir: 'test-results',
  timeout: 90_000,
  expect: { timeout: 10_000 },
  workers: 1,
  fullyParallel: false,
  reporter: 'list',
});
