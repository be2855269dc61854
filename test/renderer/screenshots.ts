/**
 * Pictures of every screen, in both languages, light and dark, at 100 and 150 % of 1366×768:
 *   node test/renderer/screenshots.ts FOLDER [name…]
 * A name picks screens that begin with it; `--en-dark-150` (any such triple, repeatable) picks the variant. Rare states are taken in
 * the first variant alone, unless `--all` is given.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDesk, problems, startBrowser } from './harness/browser.ts';
import { startHarness } from './harness/server.ts';
import { screens } from './harness/screens.ts';

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) throw new Error('node test/renderer/screenshots.ts FOLDER [name…]');
const all = only.includes('--all');
const variants = only.filter((n) => n.startsWith('--') && n !== '--all').map((n) => n.slice(2));
const names = only.filter((n) => !n.startsWith('--'));
mkdirSync(folder, { recursive: true });
const scales = { 100: { width: 1366, height: 768 }, 150: { width: 911, height: 512, scale: 1.5 } } as const;

const server = await startHarness();
const browser = await startBrowser();
try {
  for (const [name, screen] of Object.entries(screens)) {
    if (names.length > 0 && !names.some((n) => name.startsWith(n))) continue;
    for (const language of ['zh', 'en'] as const) {
      for (const theme of ['light', 'dark'] as const) {
        for (const scale of [100, 150] as const) {
          const variant = `${language}-${theme}-${scale}`;
          if (variants.length > 0 && !variants.includes(variant)) continue;
          if (screen.rare && !all && variant !== (variants[0] ?? 'zh-light-100')) continue;
          const page = await openDesk(browser, server.url, scales[scale], {
            language,
            theme,
            scenario: screen.scenario ?? '',
          });
          await screen.go(page);
          await page.waitForTimeout(150);
          await page.screenshot({ path: join(folder, `${name}-${variant}.png`) });
          for (const problem of new Set(problems.get(page)))
            console.error(`${name} ${language} ${theme} ${scale}: ${problem}`);
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
