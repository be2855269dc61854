/**
 * `BrowserWindow` without a picture: the main process makes its windows, loads pages into them and tells them things, and nobody paints.
 * What main says to a window goes to the process that drives this one.
 */
import { EventEmitter } from 'node:events';
import { IpcMain } from '../../stand-in/ipc-main.ts';
import { makeEvent } from '../../stand-in/strict.ts';
import { allWindows, nextId } from '../../stand-in/window-list.ts';

type Told = (page: string, channel: string, payload: unknown) => void;
export const audience: { told: Told } = { told: () => undefined };

/** Whatever else main asks of a window (focus, title, zoom …) does nothing here: no invariant hangs on it. */
function lenient<T extends object>(object: T): T {
  return new Proxy(object, {
    get(target, key) {
      if (!(key in target) && typeof key === 'string' && key !== 'then') return () => undefined;
      const value = Reflect.get(target, key, target) as unknown;
      // Called on the window itself: a Proxy has no private members.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

export class Contents extends EventEmitter {
  readonly id = nextId();
  readonly ipc = new IpcMain();
  url = '';
  gone = false;
  get mainFrame() {
    return { url: this.url, parent: null, top: null, isDestroyed: () => this.gone };
  }
  getURL(): string {
    return this.url;
  }
  isDestroyed(): boolean {
    return this.gone;
  }
  send(channel: string, payload: unknown): void {
    if (!this.gone) audience.told(this.page, channel, payload);
  }
  /** `index` or `patient`, after the page's file. */
  get page(): string {
    return /([\w-]+)\.html/.exec(this.url)?.[1] ?? '';
  }
}

class Window extends EventEmitter {
  readonly id = nextId();
  readonly webContents = lenient(new Contents());
  #bounds = { x: 0, y: 0, width: 1366, height: 768 };
  #gone = false;

  constructor(options: Partial<{ x: number; y: number; width: number; height: number }> = {}) {
    super();
    Object.assign(this.#bounds, { width: options.width ?? 1366, height: options.height ?? 768 });
  }
  async loadURL(url: string): Promise<void> {
    this.webContents.url = url;
    await Promise.resolve();
    if (this.#gone) return;
    this.webContents.emit('dom-ready', makeEvent());
    this.webContents.emit('did-finish-load', makeEvent());
    this.emit('ready-to-show', makeEvent());
  }
  isDestroyed(): boolean {
    return this.#gone;
  }
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return false;
  }
  isFullScreen(): boolean {
    return false;
  }
  isVisible(): boolean {
    return true;
  }
  getBounds() {
    return { ...this.#bounds };
  }
  getNormalBounds() {
    return { ...this.#bounds };
  }
  setBounds(bounds: Partial<{ x: number; y: number; width: number; height: number }>): void {
    Object.assign(this.#bounds, bounds);
  }
  close(): void {
    void this._close();
  }
  async _close(): Promise<void> {
    if (this.#gone) return;
    const event = makeEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
    await Promise.resolve();
  }
  destroy(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.webContents.gone = true;
    open.delete(this);
    allWindows.delete(this as never);
    this.webContents.emit('destroyed');
    this.emit('closed', makeEvent());
  }
}

const open = new Set<Window>();

/** The contents that show a page of this name now. */
export const showing = (page: string): Contents | undefined =>
  [...open].map((w) => w.webContents).findLast((c) => c.page === page);

/** `new BrowserWindow(…)` gives a lenient window; the class's own statics stay. */
export const BrowserWindow = new Proxy(Window, {
  construct(target, args) {
    const made = new target(...(args as ConstructorParameters<typeof Window>));
    open.add(made);
    allWindows.add(made as never);
    return lenient(made);
  },
  get(target, key) {
    if (key === 'getAllWindows') return () => [...open];
    if (key === 'fromWebContents') return (c: Contents) => [...open].find((w) => w.webContents.id === c.id) ?? null;
    if (key === 'getFocusedWindow') return () => [...open][0] ?? null;
    return Reflect.get(target, key) as unknown;
  },
});
