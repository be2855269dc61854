/** A desk per spec: its own data directory, no backend, no driver, unless the spec says otherwise. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type ElectronApplication, type Page } from '@playwright/test';
import type { DeskApi } from '../../src/shared/ipc.ts';
import { launchDesk, root } from './electron.ts';

declare global {
  interface Window {
    readonly yiqian: DeskApi;
  }
}

interface DeskFixtures {
  /** Data directory (YIQIAN_HOME). */
  home: string;
  /** Further environment; override with test.use. */
  deskEnv: Record<string, string>;
  app: ElectronApplication;
  page: Page;
}

/** An address at which nothing answers: reserved port 9 on loopback. */
export const nowhere = 'http://127.0.0.1:9';

export const start = (
  home: string,
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<ElectronApplication> =>
  launchDesk({
    userData: join(home, 'desk'),
    env: { YIQIAN_HOME: home, YIQIAN_BACKEND_URL: nowhere, YIQIAN_DRIVERS: '[]', ...env },
    args,
  });

export const test = base.extend<DeskFixtures>({
  deskEnv: [{}, { option: true }],
  home: async ({}, use) => {
    const home = mkdtempSync(join(tmpdir(), 'yq-e2e-'));
    mkdirSync(join(home, 'trust'));
    await use(home);
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  },
  app: async ({ home, deskEnv }, use) => {
    if (!existsSync(join(root, 'out/main/index.js'))) throw new Error('Build the app first: npm run build');
    const app = await start(home, deskEnv);
    await use(app);
    await app.close().catch(() => {});
  },
  page: async ({ app }, use) => {
    const page = await app.firstWindow();
    await page.waitForFunction(() => typeof window.yiqian === 'object');
    await page.waitForLoadState('load');
    await use(page);
  },
});
export { expect } from '@playwright/test';
