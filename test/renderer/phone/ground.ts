/** What the specs of the phone's page stand on: a fresh service and a fresh phone for each test, and no complaint of the browser at its end. */
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test';
import { errorText, type ErrorCode } from '../../../src/core/errors/index.ts';
import { startBrowser } from '../harness/browser.ts';
import { openClinic, type Clinic } from './clinic.ts';
import { openPhone, type TestPhone } from './phone.ts';

export interface Ground {
  readonly browser: Browser;
  readonly clinic: Clinic;
  readonly phone: TestPhone;
  readonly page: Page;
  enrolled(): Promise<void>;
  /** The screen of this name. */
  at(name: string): Locator;
  button(name: string, on?: Page): Locator;
  /** The words of this error stand on the screen, and a button that leads on. */
  says(code: ErrorCode, params?: Readonly<Record<string, number>>, on?: Page): Promise<void>;
}

/** To be called once at the top of a spec file. */
export function ground(): Ground {
  let browser: Browser;
  let clinic: Clinic;
  let phone: TestPhone;
  test.beforeAll(async () => {
    browser = await startBrowser();
  });
  test.beforeEach(async () => {
    clinic = await openClinic();
    phone = await openPhone(browser, clinic);
  });
  test.afterEach(async () => {
    expect(phone.complaints).toEqual([]);
    await phone.close();
    await clinic.close();
  });
  test.afterAll(async () => {
    await browser?.close();
  });
  return {
    get browser() {
      return browser;
    },
    get clinic() {
      return clinic;
    },
    get phone() {
      return phone;
    },
    get page() {
      return phone.page;
    },
    enrolled: () => phone.enrol(clinic.enrolment().link),
    at: (name) => phone.page.locator(`[data-at="${name}"]`),
    button: (name, on = phone.page) => on.getByRole('button', { name, exact: true }),
    async says(code, params = {}, on = phone.page) {
      const { what, next } = errorText(code, 'zh', params);
      await expect(on.locator('.notice.bad')).toContainText(what);
      await expect(on.locator('.notice.bad')).toContainText(next);
      await expect(on.locator('.foot .button:enabled').first()).toBeVisible();
    },
  };
}
