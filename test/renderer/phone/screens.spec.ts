/** The phone's page as it ships, on a real service: every screen in both languages, by day and by night, narrow and with large text. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Browser } from '@playwright/test';
import { startBrowser } from '../harness/browser.ts';
import { openClinic, type Clinic } from './clinic.ts';
import { misfits, openPhone } from './phone.ts';
import { walk } from './walk.ts';

let browser: Browser;
let clinic: Clinic;
test.beforeAll(async () => {
  browser = await startBrowser();
});
test.beforeEach(async () => {
  clinic = await openClinic();
});
test.afterEach(async () => {
  await clinic?.close();
});
test.afterAll(async () => {
  await browser?.close();
});

for (const language of ['zh', 'en'] as const) {
  test(`${language}: nothing serious for axe by day and by night, nothing sticks out at 320 px and with text twice as large`, async () => {
    const phone = await openPhone(browser, clinic, { language });
    const { page } = phone;
    const seen: string[] = [];
    await walk(phone, clinic, async (name) => {
      seen.push(name);
      // By turns: every screen is seen by day in one language and by night in the other.
      await page.emulateMedia({ colorScheme: (seen.length % 2 === 0) === (language === 'zh') ? 'light' : 'dark' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      expect(grave.map((v) => `${name} ${v.id}: ${v.nodes.map((n) => n.html).join(' | ')}`)).toEqual([]);
      for (const [width, text] of [
        [390, 100],
        [320, 100],
        [390, 200],
        [320, 200],
      ] as const) {
        await page.setViewportSize({ width, height: 844 });
        await page.evaluate((percent) => (document.documentElement.style.fontSize = `${percent}%`), text);
        expect(await misfits(page), `${name} at ${width} px, text ${text} %`).toEqual([]);
      }
      await page.evaluate(() => document.documentElement.removeAttribute('style'));
      await page.setViewportSize({ width: 390, height: 844 });
    });
    expect(seen.length).toBeGreaterThan(24);
    expect(phone.complaints).toEqual([]);
    expect(phone.asked.filter((url) => !url.startsWith(`${clinic.url}/`))).toEqual([]);
    // What a code says is in no address that leaves the page.
    expect(phone.asked.filter((url) => /[#?]/.test(url))).toEqual([]);
    await phone.close();
  });
}
