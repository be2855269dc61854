/** Which Chromium the stand-in runs on, and with which switches. */
import { accessSync, constants, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** CHROMIUM_PATH, else the first of the usual names on PATH; undefined when there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const executable = (file: string): boolean => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  const named = env['CHROMIUM_PATH'];
  if (named) return executable(named) ? named : undefined;
  const folders = [...(env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'].filter(Boolean);
  for (const name of names) {
    for (const folder of folders) if (executable(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

export const chromiumMissing =
  'stand-in: no Chromium found. Install it (Debian: apt-get install chromium) or name its executable in CHROMIUM_PATH.';

/** True when a person is to see the window: asked for, and a display is there. */
export const isHeaded = (env: NodeJS.ProcessEnv = process.env): boolean =>
  env['YIQIAN_HEADED'] === '1' && Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);

/** Nothing of Chromium's own may call out: these keep a test machine quiet. */
const quiet = [
  '--no-first-run',
  '--no-default-browser-check',
  '--no-service-autorun',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-client-side-phishing-detection',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-breakpad',
  '--disable-quic',
  '--metrics-recording-only',
  '--no-pings',
  '--password-store=basic',
  '--log-level=3',
  '--disable-features=Translate,MediaRouter,HttpsUpgrades,OptimizationHints,AutofillServerCommunication,CertificateTransparencyComponentUpdater,InterestFeedContentSuggestions',
];
/** The window is a program's, not a browser's. */
const plain = [
  '--disable-popup-blocking',
  '--disable-gpu',
  '--mute-audio',
  '--disable-infobars',
  '--disable-session-crashed-bubble',
  '--hide-crash-restore-bubble',
  // Real Electron does not slow down a window that is covered by another.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

export interface ChromiumOptions {
  readonly profile: string;
  readonly headed: boolean;
  readonly noSandbox: boolean;
  readonly debuggingPort: string | undefined;
  readonly extra: readonly string[];
}

export function chromiumArguments(o: ChromiumOptions): string[] {
  const args = ['--no-startup-window', `--user-data-dir=${o.profile}`, ...quiet, ...plain, ...o.extra];
  if (!o.headed) args.push('--headless=new', '--hide-scrollbars');
  if (o.noSandbox) args.push('--no-sandbox', '--test-type');
  if (o.debuggingPort !== undefined) args.push(`--remote-debugging-port=${o.debuggingPort}`);
  return args;
}

/** A new profile begins without what a browser offers its user: translation, saving of passwords. Switches alone don't stop these. */
export function prepareProfile(profile: string): void {
  const file = join(profile, 'Default', 'Preferences');
  if (existsSync(file)) return;
  mkdirSync(join(profile, 'Default'), { recursive: true });
  writeFileSync(file, JSON.stringify({ translate: { enabled: false }, credentials_enable_service: false }));
}
