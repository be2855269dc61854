/** `webContents`: one page. Navigation and crash; IPC runs through page-channel.ts, requests are answered in web-requests.ts. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserWindow, WebPreferences } from './browser-window.ts';
import type { Command, Protocol } from './cdp.ts';
import { IpcMain } from './ipc-main.ts';
import { nativeImage, type NativeImage } from './native-image.ts';
import { darkFeature } from './native-theme.ts';
import { PageChannel } from './page-channel.ts';
import { applyPermissions, answerRequest } from './web-requests.ts';
import { WORLD, worldSources, type WorldConfig } from './preload-world.ts';
import { cdp, state } from './process-state.ts';
import { fromChrome, toChrome } from './protocol.ts';
import { defaultSession, session, type Session } from './session.ts';
import { makeEvent } from './strict.ts';
import { bySession, byTarget, focus, nextId } from './window-list.ts';
import { openPopup, type PopupRequest, type WindowOpenHandler } from './popups.ts';

export interface Frame {
  readonly url: string;
  readonly origin: string;
  readonly parent: null;
  readonly top: null;
  readonly frameTreeNodeId: number;
  send(channel: string, ...args: unknown[]): void;
}
export class WebContents extends EventEmitter {
  readonly id = nextId();
  readonly session: Session;
  readonly ipc = new IpcMain();
  readonly _window: BrowserWindow;
  readonly _preferences: WebPreferences;
  readonly _popups: PopupRequest[] = [];
  readonly #channel: PageChannel;
  _targetId = '';
  /** Address of the navigation that the app itself has begun: it is not asked about in will-navigate. */
  _expected = '';
  #sessionId = '';
  #frameId = '';
  #url = '';
  #title = '';
  #destroyed = false;
  #crashed = false;
  #openHandler: WindowOpenHandler | undefined;
  #loads: { resolve(): void; reject(e: Error): void }[] = [];

  constructor(window: BrowserWindow, preferences: WebPreferences) {
    super();
    this._window = window;
    this._preferences = preferences;
    const { partition } = preferences;
    this.session = preferences.session ?? (partition === undefined ? defaultSession : session.fromPartition(partition));
    this.#channel = new PageChannel(this);
  }

  _send<N extends Command>(
    method: N,
    params?: Protocol.CommandParameters[N],
  ): Promise<Protocol.CommandReturnValues[N]> {
    return cdp().send(method, params, this.#sessionId);
  }
  get _frameId(): string {
    return this.#frameId;
  }

  async _attach(targetId: string, sessionId: string): Promise<void> {
    this._targetId = targetId;
    this.#sessionId = sessionId;
    byTarget.set(targetId, this);
    bySession.set(sessionId, this);
    const { preload, sandbox = true, contextIsolation = true, nodeIntegration = false } = this._preferences;
    if (!sandbox || !contextIsolation || nodeIntegration) {
      throw new Error('stand-in: only sandboxed, context-isolated windows without Node are supported');
    }
    const config: WorldConfig = {
      secret: `standin-${randomBytes(16).toString('hex')}`,
      send: '__standinSend',
      file: preload ?? '',
      process: {
        type: 'renderer',
        sandboxed: true,
        contextIsolated: true,
        platform: process.platform,
        arch: process.arch,
        versions: { ...process.versions },
        env: {},
        argv: [state.boot.exe],
        pid: 0,
      },
    };
    const sources = worldSources(config, preload === undefined ? '' : readFileSync(preload, 'utf8'));
    const [{ frameTree }] = await Promise.all([
      this._send('Page.getFrameTree'),
      this._send('Page.enable'),
      this._send('Runtime.enable'),
      this._send('Page.setLifecycleEventsEnabled', { enabled: true }),
      this._send('Runtime.addBinding', { name: config.send, executionContextName: WORLD }),
      this._send('Page.addScriptToEvaluateOnNewDocument', { source: sources.main }),
      this._send('Page.addScriptToEvaluateOnNewDocument', { source: sources.isolated, worldName: WORLD }),
      this._send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      this._send('Emulation.setEmulatedMedia', { features: [darkFeature()] }),
      this._send('Runtime.runIfWaitingForDebugger'),
    ]);
    this.#frameId = frameTree.frame.id;
  }

  // ------------------------------------------------------------------ what Chromium tells

  readonly _on = {
    bindingCalled: ({ payload }: Protocol.Runtime.bindingCalledPayload): void => {
      this.#channel.receive(payload);
    },
    contextCreated: ({ context }: Protocol.Runtime.executionContextCreatedPayload): void => {
      if (context.name !== WORLD || (context.auxData as { frameId?: string }).frameId !== this.#frameId) return;
      this.#channel.worldIs(context.id);
    },
    consoleCalled: ({ type, args }: Protocol.Runtime.consoleAPICalledPayload): void => {
      const level = type === 'warning' || type === 'error' ? type : 'info';
      const message = args.map((a) => String(a.value ?? a.description ?? a.type)).join(' ');
      this.emit('console-message', makeEvent({ level, message }));
    },
    requestPaused: (p: Protocol.Fetch.requestPausedPayload): void => {
      answerRequest(this, p).catch((e: unknown) => {
        if (!this.#destroyed && !/Invalid InterceptionId|closed|exited/.test(String(e))) {
          console.error('stand-in: request', p.request.url, e);
        }
      });
    },
    frameNavigated: ({ frame }: Protocol.Page.frameNavigatedPayload): void => {
      if (frame.parentId) return;
      this.#crashed = false;
      this.#url = fromChrome(frame.url);
      applyPermissions(this, frame.securityOrigin);
      this.emit('did-navigate', makeEvent(), this.#url, 200, 'OK');
    },
    navigatedWithinDocument: ({ frameId, url }: Protocol.Page.navigatedWithinDocumentPayload): void => {
      if (frameId !== this.#frameId) return;
      this.#url = fromChrome(url);
      this.emit('did-navigate-in-page', makeEvent(), this.#url, true);
    },
    domReady: (): void => void this.emit('dom-ready', makeEvent()),
    loaded: (): void => {
      this._send('Runtime.evaluate', { expression: 'document.title', returnByValue: true }).then(
        ({ result }) => {
          this.#title = String(result.value);
          this._window.emit('page-title-updated', makeEvent(), this.#title, true);
        },
        () => {},
      );
      this.emit('did-finish-load', makeEvent());
      this.emit('did-stop-loading');
      for (const load of this.#loads.splice(0)) load.resolve();
    },
    lifecycle: ({ name, frameId }: Protocol.Page.lifecycleEventPayload): void => {
      if (name === 'firstPaint' && frameId === this.#frameId) this._window._painted();
    },
    requestedNavigation: ({ frameId, url }: Protocol.Page.frameRequestedNavigationPayload): void => {
      // A spelled-out app:// link, which Chromium is about to abort.
      if (frameId !== this.#frameId || toChrome(url) === url) return;
      if (this._mayNavigate(url, true)) setTimeout(() => void this.loadURL(url).catch(() => {}), 100);
    },
    windowOpen: (p: PopupRequest): void => void this._popups.push(p),
    crashed: (): void => {
      this.#crashed = true;
      this.emit('render-process-gone', makeEvent(), { reason: 'crashed', exitCode: 1 });
    },
  };

  // ------------------------------------------------------------------ IPC

  get mainFrame(): Frame {
    return {
      url: this.#url,
      origin: /^[\w+.-]+:\/\/[^/]*/.exec(this.#url)?.[0] ?? 'null',
      parent: null,
      top: null,
      frameTreeNodeId: this.id,
      send: (channel, ...args) => this.send(channel, ...args),
    };
  }

  send(channel: string, ...args: unknown[]): void {
    this.#channel.deliver({ t: 'event', ch: channel, args });
  }

  // ------------------------------------------------------------------ navigation

  _mayNavigate(url: string, isMainFrame: boolean): boolean {
    const frame = this.mainFrame;
    const event = makeEvent({ url, isMainFrame, isSameDocument: false, frame, initiator: frame });
    this.emit('will-frame-navigate', event, url);
    if (isMainFrame) this.emit('will-navigate', event, url);
    return !event.defaultPrevented;
  }

  async loadURL(url: string): Promise<void> {
    await this._window._attached;
    this._expected = toChrome(url);
    this.emit('did-start-loading');
    const done = new Promise<void>((resolve, reject) => this.#loads.push({ resolve, reject }));
    done.catch(() => {});
    const { errorText } = await this._send('Page.navigate', { url: this._expected });
    if (errorText) {
      this.#loads = [];
      this.emit('did-fail-load', makeEvent(), -2, errorText, url, true);
      throw new Error(`${errorText} (-2) loading '${url}'`);
    }
    return done;
  }
  loadFile(file: string): Promise<void> {
    return this.loadURL(pathToFileURL(resolve(state.boot.root, file)).href);
  }
  reload(): void {
    this._expected = toChrome(this.#url);
    void this._send('Page.reload').catch(() => {});
  }
  reloadIgnoringCache(): void {
    this.reload();
  }
  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#openHandler = handler;
  }
  _popup(target: Protocol.Target.TargetInfo, sessionId: string): Promise<void> {
    return openPopup(this, this.#openHandler, target, sessionId);
  }

  // ------------------------------------------------------------------ the page as such

  async executeJavaScript(code: string): Promise<unknown> {
    const options = { expression: code, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this._send('Runtime.evaluate', options);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }
  async capturePage(): Promise<NativeImage> {
    const { data } = await this._send('Page.captureScreenshot');
    return nativeImage.createFromBuffer(Buffer.from(data, 'base64'));
  }
  async printToPDF(o: { printBackground?: boolean; landscape?: boolean } = {}): Promise<Buffer> {
    return Buffer.from((await this._send('Page.printToPDF', o)).data, 'base64');
  }
  getURL(): string {
    return this.#url;
  }
  getTitle(): string {
    return this.#title;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  isLoading(): boolean {
    return this.#loads.length > 0;
  }
  isCrashed(): boolean {
    return this.#crashed;
  }
  isFocused(): boolean {
    return focus.window === this._window;
  }
  getOSProcessId(): number {
    return cdp().process.pid ?? 0;
  }
  getUserAgent(): string {
    return '';
  }
  /** Kills the page's process, as real Electron does. */
  forcefullyCrashRenderer(): void {
    void this._send('Page.crash').catch(() => {});
  }
  close(): void {
    void this._window._close();
  }
  _destroy(): void {
    this.#destroyed = true;
    byTarget.delete(this._targetId);
    bySession.delete(this.#sessionId);
    this.emit('destroyed');
  }
  focus(): void {}
  stop(): void {}
  openDevTools(): void {}
  closeDevTools(): void {}
  isDevToolsOpened(): boolean {
    return false;
  }
  setZoomFactor(): void {}
  getZoomFactor(): number {
    return 1;
  }
  setZoomLevel(): void {}
  getZoomLevel(): number {
    return 0;
  }
  setVisualZoomLevelLimits(): Promise<void> {
    return Promise.resolve();
  }
  setBackgroundThrottling(): void {}
  setAudioMuted(): void {}
}
