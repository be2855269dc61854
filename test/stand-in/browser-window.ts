/** `BrowserWindow`: bounds, visibility and focus are kept as numbers and flags; headed, the window is a real one of Chromium. */
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import type { NativeImage } from './native-image.ts';
import { cdp, state } from './process-state.ts';
import type { Session } from './session.ts';
import { makeEvent, strict } from './strict.ts';
import { newPageTarget } from './targets.ts';
import { WebContents } from './web-contents.ts';
import { allWindows, focus, nextId } from './window-list.ts';

export interface WebPreferences {
  readonly preload?: string;
  readonly sandbox?: boolean;
  readonly contextIsolation?: boolean;
  readonly nodeIntegration?: boolean;
  readonly session?: Session;
  readonly partition?: string;
}
export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface BrowserWindowOptions extends Partial<Bounds> {
  readonly title?: string;
  readonly show?: boolean;
  readonly fullscreen?: boolean;
  readonly webPreferences?: WebPreferences;
  /** A popup that exists already: target and session. */
  readonly _target?: readonly [string, string];
}

export class BrowserWindow extends EventEmitter {
  readonly id = nextId();
  readonly webContents: WebContents;
  readonly _attached: Promise<void>;
  readonly #options: BrowserWindowOptions;
  readonly #bounds: Bounds;
  #title: string;
  #destroyed = false;
  #shown = false;
  #painted = false;
  #minimized = false;
  #maximized = false;
  #fullScreen = false;
  #protected = false;

  constructor(options: BrowserWindowOptions = {}) {
    super();
    if (!state.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    this.#options = options;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.#bounds = { x, y, width, height };
    this.#title = options.title ?? app.name;
    this.#fullScreen = options.fullscreen === true;
    strict('BrowserWindow', this);
    this.webContents = strict('webContents', new WebContents(this, options.webPreferences ?? {}));
    allWindows.add(this);
    this._attached = this.#open();
    this._attached.catch((e: unknown) => {
      if (state.quitting) return;
      console.error(e);
      app.exit(1);
    });
    if (options.show !== false) this.show();
    app.emit('browser-window-created', makeEvent(), this);
    app.emit('web-contents-created', makeEvent(), this.webContents);
  }

  async #open(): Promise<void> {
    const [targetId, sessionId] = this.#options._target ?? (await newPageTarget(this.#bounds));
    await this.webContents._attach(targetId, sessionId);
    await this.#resize();
  }
  async #resize(): Promise<void> {
    const { width, height, x, y } = this.#bounds;
    try {
      if (state.headed) {
        const { windowId } = await cdp().send('Browser.getWindowForTarget', { targetId: this.webContents._targetId });
        const windowState = this.#maximized ? 'maximized' : 'normal';
        await cdp().send('Browser.setWindowBounds', { windowId, bounds: { windowState: 'normal' } });
        const bounds = this.#maximized ? { windowState } : { left: x, top: y, width, height };
        await cdp().send('Browser.setWindowBounds', { windowId, bounds: bounds as { width: number } });
      } else {
        const metrics = { width, height, deviceScaleFactor: 0, mobile: false };
        await this.webContents._send('Emulation.setDeviceMetricsOverride', metrics);
      }
    } catch {
      // The window has gone meanwhile, or this Chromium has no window to move.
    }
  }
  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }
  loadFile(file: string): Promise<void> {
    return this.webContents.loadFile(file);
  }
  reload(): void {
    this.webContents.reload();
  }
  _painted(): void {
    if (this.#painted) return;
    this.#painted = true;
    this.emit('ready-to-show', makeEvent());
  }

  // ------------------------------------------------------------------ end
  async _close(): Promise<void> {
    const event = makeEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) await this.#end();
  }
  close(): void {
    void this._close();
  }
  destroy(): void {
    void this.#end();
  }
  async #end(): Promise<void> {
    await this._attached.catch(() => {});
    await cdp()
      .send('Target.closeTarget', { targetId: this.webContents._targetId })
      .catch(() => {});
    this._closed();
  }
  /** The person closed Chromium's window, or we did. */
  _targetDestroyed(): void {
    if (!this.#destroyed) this.emit('close', makeEvent());
    this._closed();
  }
  _closed(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    allWindows.delete(this);
    if (focus.window === this) focus.window = null;
    this.webContents._destroy();
    this.emit('closed', makeEvent());
    if (allWindows.size > 0 || state.quitting) return;
    if (app.listenerCount('window-all-closed') > 0) app.emit('window-all-closed');
    else app.quit();
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }

  // ------------------------------------------------------------------ visibility and focus
  show(): void {
    if (!this.#shown) {
      this.#shown = true;
      this.emit('show');
    }
    this.focus();
  }
  showInactive(): void {
    this.#shown = true;
    this.emit('show');
  }
  hide(): void {
    if (this.#shown) {
      this.#shown = false;
      this.emit('hide');
    }
    this.blur();
  }
  isVisible(): boolean {
    return this.#shown;
  }
  focus(): void {
    if (focus.window === this) return;
    focus.window?.blur();
    focus.window = this;
    this.emit('focus', makeEvent());
    app.emit('browser-window-focus', makeEvent(), this);
    if (state.headed) void this._attached.then(() => this.webContents._send('Page.bringToFront')).catch(() => {});
  }
  blur(): void {
    if (focus.window !== this) return;
    focus.window = null;
    this.emit('blur', makeEvent());
    app.emit('browser-window-blur', makeEvent(), this);
  }
  isFocused(): boolean {
    return focus.window === this;
  }

  // ------------------------------------------------------------------ size and place
  minimize(): void {
    this.#minimized = true;
    this.emit('minimize');
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  restore(): void {
    this.#minimized = false;
    this.emit('restore');
  }
  maximize(): void {
    this.#maximized = true;
    void this._attached?.then(() => this.#resize());
    this.emit('maximize');
  }
  unmaximize(): void {
    this.#maximized = false;
    void this._attached.then(() => this.#resize());
    this.emit('unmaximize');
  }
  isMaximized(): boolean {
    return this.#maximized;
  }
  setFullScreen(on: boolean): void {
    this.#fullScreen = on;
    this.emit(on ? 'enter-full-screen' : 'leave-full-screen');
  }
  isFullScreen(): boolean {
    return this.#fullScreen;
  }
  getBounds(): Bounds {
    return { ...this.#bounds };
  }
  getContentBounds(): Bounds {
    return { ...this.#bounds };
  }
  getNormalBounds(): Bounds {
    return { ...this.#bounds };
  }
  getSize(): number[] {
    return [this.#bounds.width, this.#bounds.height];
  }
  getContentSize(): number[] {
    return this.getSize();
  }
  getPosition(): number[] {
    return [this.#bounds.x, this.#bounds.y];
  }
  setBounds(bounds: Partial<Bounds>): void {
    Object.assign(this.#bounds, bounds);
    void this._attached.then(() => this.#resize());
    this.emit('resize');
  }
  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }
  setContentSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }
  setPosition(x: number, y: number): void {
    this.setBounds({ x, y });
    this.emit('move');
  }
  center(): void {}

  // ------------------------------------------------------------------ the rest
  setTitle(title: string): void {
    this.#title = title;
  }
  getTitle(): string {
    return this.#title;
  }
  setContentProtection(on: boolean): void {
    this.#protected = on;
  }
  isContentProtected(): boolean {
    return this.#protected;
  }
  capturePage(): Promise<NativeImage> {
    return this.webContents.capturePage();
  }
  setMenu(): void {}
  removeMenu(): void {}
  setMenuBarVisibility(): void {}
  setAutoHideMenuBar(): void {}
  setBackgroundColor(): void {}
  setIcon(): void {}
  setAlwaysOnTop(): void {}
  setSkipTaskbar(): void {}
  setProgressBar(): void {}
  flashFrame(): void {}
  setMinimumSize(): void {}
  setResizable(): void {}
  moveTop(): void {}

  static getAllWindows(): BrowserWindow[] {
    return [...allWindows];
  }
  static getFocusedWindow(): BrowserWindow | null {
    return focus.window;
  }
  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return [...allWindows].find((w) => w.webContents.id === contents.id) ?? null;
  }
  static fromId(id: number): BrowserWindow | null {
    return [...allWindows].find((w) => w.id === id) ?? null;
  }
}
