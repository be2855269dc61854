/** Starts Chromium, routes its events to the pages, and says that the app is ready. */
import { join } from 'node:path';
import { app } from './app.ts';
import { Cdp } from './cdp.ts';
import { chromiumArguments, chromiumMissing, findChromium, isHeaded, prepareProfile } from './chromium.ts';
import { state } from './process-state.ts';
import { again, attached } from './targets.ts';
import { bySession, byTarget } from './window-list.ts';
import type { WebContents } from './web-contents.ts';
import './electron.ts';

export async function start(): Promise<void> {
  if (state.quitting) return; // a second instance that is only telling the first
  const executable = findChromium();
  if (executable === undefined) {
    console.error(chromiumMissing);
    process.exit(1);
  }
  const { switches } = state.boot;
  state.headed = isHeaded();
  const profile = join(app.getPath('sessionData'), 'standin-chromium');
  prepareProfile(profile);
  const args = chromiumArguments({
    profile,
    headed: state.headed,
    noSandbox: process.getuid?.() === 0 || switches.has('no-sandbox'),
    debuggingPort: switches.get('remote-debugging-port'),
    extra: process.env['STANDIN_CHROMIUM_ARGS']?.split(' ') ?? [],
  });
  const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
  Object.assign(again, { executable, args: args.filter((a) => a !== '--no-startup-window'), env });
  const cdp = new Cdp(executable, args, env);
  state.cdp = cdp;
  process.on('exit', () => cdp.process.kill('SIGKILL'));
  cdp.process.on('exit', () => {
    if (!state.quitting) app.exit(1);
  });

  cdp.on('Target.attachedToTarget', ({ targetInfo, sessionId }) => {
    if (targetInfo.type !== 'page') {
      void cdp.send('Runtime.runIfWaitingForDebugger', undefined, sessionId).catch(() => {});
      return;
    }
    const opener = targetInfo.openerId === undefined ? undefined : byTarget.get(targetInfo.openerId);
    if (opener) void opener._popup(targetInfo, sessionId);
    else attached(targetInfo.targetId, sessionId);
  });
  cdp.on('Target.targetDestroyed', ({ targetId }) => byTarget.get(targetId)?._window._targetDestroyed());
  const to = (sessionId: string | undefined): WebContents['_on'] | undefined => bySession.get(sessionId ?? '')?._on;
  cdp.on('Runtime.bindingCalled', (p, s) => to(s)?.bindingCalled(p));
  cdp.on('Runtime.executionContextCreated', (p, s) => to(s)?.contextCreated(p));
  cdp.on('Runtime.consoleAPICalled', (p, s) => to(s)?.consoleCalled(p));
  cdp.on('Fetch.requestPaused', (p, s) => to(s)?.requestPaused(p));
  cdp.on('Page.frameNavigated', (p, s) => to(s)?.frameNavigated(p));
  cdp.on('Page.navigatedWithinDocument', (p, s) => to(s)?.navigatedWithinDocument(p));
  cdp.on('Page.domContentEventFired', (_p, s) => to(s)?.domReady());
  cdp.on('Page.loadEventFired', (_p, s) => to(s)?.loaded());
  cdp.on('Page.lifecycleEvent', (p, s) => to(s)?.lifecycle(p));
  cdp.on('Page.frameRequestedNavigation', (p, s) => to(s)?.requestedNavigation(p));
  cdp.on('Page.windowOpen', (p, s) => to(s)?.windowOpen(p));
  cdp.on('Inspector.targetCrashed', (_p, s) => to(s)?.crashed());
  await cdp.send('Target.setDiscoverTargets', { discover: true });
  await cdp.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
  app._becomeReady();
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
