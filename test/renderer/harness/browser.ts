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
  /** Before the page is loaded. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** Problems the page itself reported: violations of the content security policy, errors, failed requests. */
export const problems = new WeakMap<Page, string[]>();

export const openDesk = (browser: Browser, url: string, size: ViewSize, view: View): Promise<Page> =>
  openPage(browser, url, size, view, '.desk, .gate');

export interface ViewSize {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** devicePixelRatio; default 1. */
  readonly scale?: number;
}

/** One of the harness's pages; `ready` is there once it stands. */
export async function openPage(
  browser: Browser,
  url: string,
  size: ViewSize,
  view: View,
  ready: string,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: size.width, height: size.height },
    deviceScaleFactor: size.scale ?? 1,
    reducedMotion: 'reduce',
    colorScheme: view.theme ?? 'light',
  });
  const page = await context.newPage();
  await view.prepare?.(page);
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
  await page.locator(ready).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  return page;
}
