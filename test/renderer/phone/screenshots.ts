/**
 * Pictures of the phone's page, taken on a real service: node test/renderer/phone/screenshots.ts [folder] [all]
 * Without `all` the few that stand in docs/screenshots/phone.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../harness/browser.ts';
import { openClinic } from './clinic.ts';
import { openPhone } from './phone.ts';
import { walk } from './walk.ts';

const [folder = join(import.meta.dirname, '../../../docs/screenshots/phone'), all] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

/** What the documentation shows, in the look that it shows it in. */
const chosen: Readonly<Record<string, readonly string[]>> = {
  'light-zh': ['welcome', 'enrolled', 'asked-list', 'pin', 'signing'],
  'dark-zh': ['home'],
  'dark-en': ['asked-login', 'trouble'],
};

const browser = await startBrowser();
for (const language of ['zh', 'en'] as const) {
  const clinic = await openClinic();
  const phone = await openPhone(browser, clinic, { language });
  const { page } = phone;
  await walk(phone, clinic, async (name) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const look = `${colorScheme}-${language}`;
      if (all === undefined && chosen[look]?.includes(name) !== true) continue;
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
      if (all === undefined) continue;
      await page.setViewportSize({ width: 320, height: 640 });
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
      await page.screenshot({ path: join(folder, `large-${name}-${look}.png`), fullPage: true });
      await page.evaluate(() => document.documentElement.removeAttribute('style'));
      await page.setViewportSize({ width: 390, height: 844 });
    }
  });
  await phone.close();
  await clinic.close();
}
await browser.close();
