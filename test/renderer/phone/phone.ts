/** A phone in Debian's Chromium: its storage lasts as long as its context; what the browser complains of is kept. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { PIN, type Clinic } from './clinic.ts';

export interface PhoneLook {
  readonly language?: 'zh' | 'en';
  readonly width?: number;
}

export interface TestPhone {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors, warnings, violations of the content security policy, answers of 400 and more that no test called for. */
  readonly complaints: string[];
  /** Every address that was asked for. */
  readonly asked: string[];
  /** Opens a link as the camera app does in a tab that is there already. */
  follow(link: string): Promise<void>;
  enrol(link: string): Promise<void>;
  close(): Promise<void>;
}

/** Everything of a page that a tab tells about itself. */
export function listen(page: Page, complaints: string[]): void {
  page.on('console', (m) => {
    // A refusal of the service is an answer; the browser writes it down all the same.
    const refusal = /the server responded with a status of 4\d\d/.test(m.text());
    const offline = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|FAILED)/.test(m.text());
    // What the browser says of a page that was opened without a secure connection, which one test does.
    if (m.text().startsWith('The Cross-Origin-Opener-Policy header has been ignored')) return;
    if ((m.type() === 'error' || m.type() === 'warning') && !refusal && !offline) complaints.push(m.text());
  });
  page.on('pageerror', (e) => complaints.push(String(e)));
}

export async function openPhone(
  browser: Browser,
  clinic: Clinic,
  { language = 'zh', width = 390 }: PhoneLook = {},
): Promise<TestPhone> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  const complaints: string[] = [];
  const asked: string[] = [];
  context.on('request', (r) => asked.push(r.url()));
  await context.exposeBinding('violated', (_, what: string) => complaints.push(what));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (e) =>
      (window as unknown as { violated(s: string): void }).violated(`CSP ${e.violatedDirective} ${e.blockedURI}`),
    );
  });
  const page = await context.newPage();
  listen(page, complaints);
  await page.goto(`${clinic.url}/phone/`);
  await page.locator('[data-at=home]').waitFor();
  const follow = async (link: string): Promise<void> => {
    // Only what stands behind # differs: the page is told, not loaded anew.
    await page.evaluate((to) => location.assign(to), link);
  };
  return {
    context,
    page,
    complaints,
    asked,
    follow,
    async enrol(link) {
      await follow(link);
      await page.locator('input[type=password]').first().waitFor();
      await page.locator('input[type=password]').first().fill(PIN);
      await page.locator('input[type=password]').last().fill(PIN);
      await page.locator('button[type=submit]').tap();
      await page.locator('[data-answer=mine]').tap();
      await page.locator('[data-state=active]').waitFor();
    },
    close: () => context.close(),
  };
}

/** Sideways scrolling, and controls smaller than a finger (44 px). */
export const misfits = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) found.push(`the page is ${scrollWidth} px wide in a window of ${innerWidth}`);
    for (const el of document.querySelectorAll<HTMLElement>('button, input')) {
      const { width, height, left, right } = el.getBoundingClientRect();
      if (width === 0) continue;
      const what = `${el.tagName} ${el.textContent || el.id}`;
      if (height < 44 || width < 44) found.push(`${what}: ${Math.round(width)}×${Math.round(height)}`);
      if (left < -1 || right > innerWidth + 1) found.push(`${what} sticks out`);
      if (el.scrollWidth > el.clientWidth + 1 && el.tagName === 'BUTTON') found.push(`${what} is cut off`);
    }
    return found;
  });
