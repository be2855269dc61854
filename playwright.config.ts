import { defineConfig } from '@playwright/test';

/** The built app, driven from outside. `npx electron-vite build` first. One worker: each spec starts an app of its own. */
export default defineConfig({
  testDir: 'test',
  testMatch: ['e2e/**/*.spec.ts', 'stand-in/**/*.spec.ts', 'renderer/**/*.spec.ts'],
  outputDir: 'test-results',
  timeout: 90_000,
  expect: { timeout: 10_000 },
  workers: 1,
  fullyParallel: false,
  // A browser that dies under load is tried once more; the run says how many specs needed it.
  retries: process.env['CI'] ? 1 : 0,
  reporter: 'list',
});
