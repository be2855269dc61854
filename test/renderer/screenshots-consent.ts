/**
 * Pictures of the consent screens and of the patient's window, as screenshots.ts takes them of the others:
 *   node test/renderer/screenshots-consent.ts FOLDER [name…] [--zh-light-100 …] [--all]
 * The patient's window stands at 1280×800 (a pen display) in place of 1366×768.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDesk, problems, startBrowser } from './harness/browser.ts';
import { consentScreens } from './harness/screens-consent.ts';
import { startHarness } from './harness/server.ts';
import { openPatient, sizes } from './harness/ways-consent.ts';

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) throw new Error('node test/renderer/screenshots-consent.ts FOLDER [name…]');
const all = only.includes('--all');
const variants = only.filter((n) => n.startsWith('--') && n !== '--all').map((n) => n.slice(2));
const names = only.filter((n) => !n.startsWith('--'));
mkdirSync(folder, { recursive: true });

const server = await startHarness();
const browser = await startBrowser();
try {
  for (const [name, screen] of Object.entries(consentScreens)) {
    if (names.length > 0 && !names.some((n) => name.startsWith(n))) continue;
    for (const language of ['zh', 'en'] as const) {
      for (const theme of ['light', 'dark'] as const) {
        for (const scale of [100, 150] as const) {
          const variant = `${language}-${theme}-${scale}`;
          if (variants.length > 0 && !variants.includes(variant)) continue;
          if (screen.rare && !all && variant !== (variants[0] ?? 'zh-light-100')) continue;
          const big = screen.window === 'patient' ? sizes.pen : sizes.full;
          const view = {
            language,
            theme,
            scenario: screen.scenario ?? '',
            ...(screen.prepare !== undefined && { prepare: screen.prepare }),
          };
          const size = scale === 100 ? big : sizes.small;
          const open = screen.window === 'patient' ? openPatient : openDesk;
          const page = await open(browser, server.url, size, view);
          try {
            await screen.go(page);
            await page.waitForTimeout(150);
          } catch (e) {
            console.error(`${name} ${variant}: ${String(e).slice(0, 300)}`);
          }
          await page.screenshot({ path: join(folder, `${name}-${variant}.png`) });
          for (const problem of new Set(problems.get(page))) console.error(`${name} ${variant}: ${problem}`);
          await page.close();
        }
      }
    }
    console.log(name);
  }
} finally {
  await browser.close();
  await server.close();
}
