/** Electron's own binary: used where it is or can be had; otherwise the stand-in (Node 24 + Chromium) runs the same build. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { home, modules, shippedNode } from './places.mjs';
import { run } from './run.mjs';
import { note, step } from './say.mjs';
import { ensurePrograms } from './system.mjs';

const binary = path.join(modules, 'electron/dist', process.platform === 'win32' ? 'electron.exe' : 'electron');
const refused = path.join(home, 'electron-not-available');

export const wanted = () => process.env.YIQIAN_ELECTRON ?? 'auto';

/** Gives 'real' or 'stand-in', fetching Electron (with `download`) or Chromium as needed. */
export async function ensureShell({ download }) {
  if (wanted() !== 'stand-in') {
    if (existsSync(binary)) return 'real';
    if (download && !existsSync(refused)) {
      await step('Electron', 'its binary comes from its makers’ download server, once', async () => {
        const { code } = await run(shippedNode(), [path.join(modules, 'electron/install.js')], {
          capture: true,
          timeout: 180_000,
        });
        if (code !== 0 || !existsSync(binary)) {
          mkdirSync(home, { recursive: true });
          writeFileSync(refused, 'Electron’s binary could not be fetched. Delete this file to try again.\n');
          note(
            'Electron’s binary cannot be had here. The desk runs on the stand-in: the same build on Node 24 and Chromium.',
          );
        }
      });
      if (existsSync(binary)) return 'real';
    }
    if (wanted() === 'real') note('YIQIAN_ELECTRON=real, but there is no Electron binary here.');
  }
  if (process.env.CHROMIUM_PATH === undefined)
    await ensurePrograms(['chromium'], 'the desk’s window where Electron’s binary cannot be had');
  return 'stand-in';
}
