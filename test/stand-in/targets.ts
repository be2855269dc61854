/** New pages of Chromium and the DevTools sessions that come with them. */
import { spawn } from 'node:child_process';
import { cdp, state } from './process-state.ts';

const waiting = new Map<string, (sessionId: string) => void>();
const early = new Map<string, string>();
let appWindow: ((target: readonly [string, string]) => void) | undefined;

/** Address of a window that the person's Chromium opens for us, before the app's page is loaded into it. */
const BLANK = 'data:text/html,<title>Yiqian</title>';

/** How to start this Chromium again; a second start with the same profile only opens a window in the first. */
export const again: { executable: string; args: readonly string[]; env: NodeJS.ProcessEnv } = {
  executable: '',
  args: [],
  env: {},
};

interface Size {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A page that runs nothing yet, and the session attached to it. */
export async function newPageTarget({
  x,
  y,
  width,
  height,
}: Size): Promise<readonly [targetId: string, sessionId: string]> {
  if (state.headed) {
    // CDP can only make tabs with an address bar; --app makes a window without.
    const opened = new Promise<readonly [string, string]>((resolve) => (appWindow = resolve));
    spawn(
      again.executable,
      [...again.args, `--app=${BLANK}`, `--window-size=${width},${height}`, `--window-position=${x},${y}`],
      { stdio: 'ignore', env: again.env, detached: true },
    ).unref();
    return opened;
  }
  const { targetId } = await cdp().send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height });
  const sessionId = early.get(targetId) ?? (await new Promise<string>((resolve) => waiting.set(targetId, resolve)));
  return [targetId, sessionId];
}

/** Chromium has attached a session to a page that no page of ours has opened. */
export function attached(targetId: string, sessionId: string): void {
  if (appWindow) {
    appWindow([targetId, sessionId]);
    appWindow = undefined;
    return;
  }
  const resolve = waiting.get(targetId);
  if (resolve) resolve(sessionId);
  else early.set(targetId, sessionId);
}
