/**
 * Starts the built desk under Playwright, on real Electron or on the stand-in; specs, screenshots and the demo all use this one door.
 * YIQIAN_ELECTRON=real|stand-in|auto (default auto: real when npm's electron has its binary, else the stand-in).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import { chromiumMissing, findChromium } from '../stand-in/chromium.ts';

export const root = join(import.meta.dirname, '../..');
const realBinary = join(
  root,
  'node_modules/electron/dist',
  process.platform === 'win32'
    ? 'electron.exe'
    : process.platform === 'darwin'
      ? 'Electron.app/Contents/MacOS/Electron'
      : 'electron',
);
export const standIn = join(root, 'test/stand-in/electron');

export type Shell = 'real' | 'stand-in';

/** Which of the two runs here; throws with what to do when the one asked for cannot. */
export function shellInUse(env: NodeJS.ProcessEnv = process.env): Shell {
  const wanted = env['YIQIAN_ELECTRON'] ?? 'auto';
  if (wanted !== 'real' && wanted !== 'stand-in' && wanted !== 'auto') {
    throw new Error(`YIQIAN_ELECTRON is "${wanted}"; it may be real, stand-in or auto`);
  }
  const haveReal = existsSync(realBinary);
  if (wanted === 'real' && !haveReal) {
    throw new Error('YIQIAN_ELECTRON=real, but node_modules/electron/dist is not there. Run: npx install-electron');
  }
  if (wanted === 'real' || (wanted === 'auto' && haveReal)) return 'real';
  if (findChromium(env) === undefined) throw new Error(chromiumMissing);
  return 'stand-in';
}

export interface LaunchOptions {
  /** Electron's userData: settings, window state, queue, log. */
  readonly userData: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further arguments for the app. */
  readonly args?: readonly string[];
  /** Folder of the app; default: this checkout. */
  readonly app?: string;
  /** ms until the app must have started; default 60 000. */
  readonly timeout?: number;
}

export async function launchDesk(o: LaunchOptions): Promise<ElectronApplication> {
  const shell = shellInUse({ ...process.env, ...o.env });
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const inherited = Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined);
  return _electron.launch({
    executablePath: shell === 'real' ? realBinary : standIn,
    args: [...(asRoot ? ['--no-sandbox'] : []), o.app ?? root, `--user-data-dir=${o.userData}`, ...(o.args ?? [])],
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...o.env },
    timeout: o.timeout ?? 60_000,
  });
}
