/** Windows that a page opens: asked of setWindowOpenHandler while the new target is paused before its first byte. */
import type { Protocol } from './cdp.ts';
import { BrowserWindow, type BrowserWindowOptions } from './browser-window.ts';
import { cdp } from './process-state.ts';
import { fromChrome } from './protocol.ts';
import type { WebContents } from './web-contents.ts';

export type PopupRequest = Protocol.Page.windowOpenPayload;
export interface WindowOpenAnswer {
  readonly action: 'allow' | 'deny';
  readonly overrideBrowserWindowOptions?: BrowserWindowOptions;
}
export type WindowOpenHandler = (details: object & { url: string }) => WindowOpenAnswer;

export async function openPopup(
  opener: WebContents,
  handler: WindowOpenHandler | undefined,
  target: Protocol.Target.TargetInfo,
  sessionId: string,
): Promise<void> {
  const asked = opener._popups.shift();
  const url = fromChrome(asked?.url ?? target.url);
  const frameName = asked?.windowName ?? '';
  const answer: WindowOpenAnswer = handler?.({
    url,
    frameName,
    features: (asked?.windowFeatures ?? []).join(','),
    disposition: 'foreground-tab',
    referrer: { url: opener.getURL(), policy: 'default' },
  } as { url: string }) ?? { action: 'allow' };
  if (answer.action === 'deny') {
    // Hold its requests, then let it run before closing it: a popup closed while it waits can leave the opener waiting too.
    void cdp()
      .send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, sessionId)
      .catch(() => {});
    void cdp()
      .send('Runtime.runIfWaitingForDebugger', undefined, sessionId)
      .catch(() => {});
    await cdp().send('Target.closeTarget', { targetId: target.targetId });
    return;
  }
  const override = answer.overrideBrowserWindowOptions;
  const window = new BrowserWindow({
    ...override,
    webPreferences: { ...opener._preferences, ...override?.webPreferences },
    _target: [target.targetId, sessionId],
  });
  // Loaded twice: the popup's first document reuses about:blank's window, where new-document scripts do not run.
  if (url !== 'about:blank') window.webContents.once('did-finish-load', () => void window.loadURL(url).catch(() => {}));
  opener.emit('did-create-window', window, { url, frameName });
}
