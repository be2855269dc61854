/** Debian's Chromium, quiet and headless, as the specs and the screenshots use it. */
import { chromium, type Browser, type Page } from '@playwright/test';

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['YIQIAN_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--headless=new',
      '--disable-background-networking',
      '--disable-component-update',
      '--force-color-profile=srgb',
    ],
  });

export interface View {
  readonly scenario?: string;
  readonly language?: 'zh' | 'en';
  readonly theme?: 'light' | 'dark';
}

/** Problems the page itself reported: violations of the content security policy, errors, failed requests. */
export const problems = new WeakMap<Page, string[]>();

export async function openDesk(
  browser: Browser,
  url: string,
  size: { width: number; height: number; scale?: number },
  view: View,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    deviceScaleFactor: size.scale ?? 1,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  // The browser may be closed at the same time; then the context is gone already.
  page.once('close', () => void context.close().catch(() => undefined));
  const told: string[] = [];
  problems.set(page, told);
  page.on('console', (m) => (m.type() === 'error' || m.type() === 'warning') && told.push(m.text()));
  page.on('pageerror', (e) => told.push(String(e)));
  page.on(
    'response',
    (r) => r.status() >= 400 && !r.url().endsWith('favicon.ico') && told.push(`${r.status()} ${r.url()}`),
  );
  const query = new URLSearchParams({
    scenario: view.scenario ?? '',
    language: view.language ?? 'zh',
    theme: view.theme ?? 'light',
  });
  await page.goto(`${url}?${query}`);
  await page.locator('.desk, .gate').first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}
