/** The preload's isolated world: what a sandboxed preload may `require`, ipcRenderer, contextBridge, webUtils. Runs in the page. */
import { makeCodec } from './codec.ts';
import { mainWorld, makeBridge } from './context-bridge.ts';

export const WORLD = 'Electron Isolated Context';

export interface WorldConfig {
  /** Event name of the handshake; unguessable. */
  readonly secret: string;
  /** Name of the CDP binding that leads to Node. */
  readonly send: string;
  /** What `process` is in the preload. */
  readonly process: object;
  /** Path of the preload, for messages and the debugger. */
  readonly file: string;
}

function isolatedWorld(cfg: WorldConfig, bridge: typeof makeBridge, codecOf: typeof makeCodec, preload: any): void {
  const g = globalThis as any;
  const node = document.createElement('standin-bridge');
  const hand = (): boolean => document.dispatchEvent(new MouseEvent(cfg.secret, { relatedTarget: node }));
  const br = bridge(node, 'i', 'm');
  document.addEventListener(`${cfg.secret}?`, hand, { once: true }); // whichever script runs first
  hand();

  const codec = codecOf();
  const binding = g[cfg.send];
  const PIECE = 256 * 1024;
  delete g[cfg.send];
  const rawSend = (message: unknown): void => {
    const text = codec.encode(message);
    for (let i = 0; i < text.length; i += PIECE) {
      binding((i + PIECE < text.length ? '+' : '.') + text.slice(i, i + PIECE));
    }
  };

  class EventEmitter {
    #listeners = new Map<unknown, any[]>();
    on(c: unknown, f: any): this {
      this.#listeners.set(c, [...(this.#listeners.get(c) ?? []), f]);
      return this;
    }
    once(c: unknown, f: any): this {
      const wrapped = Object.assign(
        (...a: unknown[]) => {
          this.off(c, wrapped);
          f.apply(this, a);
        },
        { listener: f },
      );
      return this.on(c, wrapped);
    }
    off(c: unknown, f: any): this {
      const list = this.#listeners.get(c) ?? [];
      const i = list.findLastIndex((x) => x === f || x.listener === f);
      if (i >= 0) this.#listeners.set(c, list.toSpliced(i, 1));
      return this;
    }
    addListener(c: unknown, f: any): this {
      return this.on(c, f);
    }
    removeListener(c: unknown, f: any): this {
      return this.off(c, f);
    }
    emit(c: unknown, ...a: unknown[]): boolean {
      const list = this.#listeners.get(c) ?? [];
      for (const f of list) f.apply(this, a);
      return list.length > 0;
    }
    removeAllListeners(c?: unknown): this {
      if (c === undefined) this.#listeners.clear();
      else this.#listeners.delete(c);
      return this;
    }
    listenerCount(c: unknown): number {
      return this.#listeners.get(c)?.length ?? 0;
    }
    listeners(c: unknown): any[] {
      return [...(this.#listeners.get(c) ?? [])];
    }
    eventNames(): unknown[] {
      return [...this.#listeners.keys()];
    }
    setMaxListeners(): this {
      return this;
    }
  }

  const pending = new Map<number, (reply: any) => void>();
  let nextId = 0;
  const nope = (what: string) => (): never => {
    throw new Error(`stand-in: ${what} is not implemented`);
  };
  const ipcRenderer = Object.assign(new EventEmitter(), {
    send(ch: string, ...args: unknown[]) {
      rawSend({ t: 'send', ch, args });
    },
    async invoke(ch: string, ...args: unknown[]) {
      const id = nextId++;
      codec.encode(args); // what can't be sent is refused before anything is
      const { error, result } = await new Promise<any>((resolve) => {
        pending.set(id, resolve);
        rawSend({ t: 'invoke', id, ch, args });
      });
      if (error !== undefined) throw new Error(`Error invoking remote method '${ch}': ${error}`);
      return result;
    },
    sendSync: nope('ipcRenderer.sendSync'),
    postMessage: nope('ipcRenderer.postMessage'),
    sendToHost: nope('ipcRenderer.sendToHost'),
  });

  let parts = '';
  // Only this world and the debugger see it.
  g.__standinReceive = (text: string, last: boolean): void => {
    parts += text;
    if (!last) return;
    const m = codec.decode(parts);
    parts = '';
    if (m.t === 'reply') {
      pending.get(m.id)?.(m);
      pending.delete(m.id);
    } else if (m.t === 'paths') {
      g.__standinPaths(m.id, m.paths);
    } else {
      ipcRenderer.emit(m.ch, { sender: ipcRenderer, senderId: 0, ports: [] }, ...m.args);
    }
  };

  // webUtils.getPathForFile answers at once, but the path is known to the browser process only. So a drop or a change of a file
  // input is held back until the paths of its files are here, and then let through again.
  const paths = new Map<string, string>();
  const keyOf = (f: File): string => `${f.name}/${f.size}/${f.lastModified}`;
  const held = new Map<number, { files: File[]; again(): void }>();
  const passed = new WeakSet<Event>();
  g.__standinFiles = (id: number, index: number): File | undefined => held.get(id)?.files[index];
  g.__standinPaths = (id: number, found: string[]): void => {
    const h = held.get(id);
    held.delete(id);
    h?.files.forEach((f, i) => found[i] && paths.set(keyOf(f), found[i]));
    h?.again();
  };
  const hold = (event: Event, files: File[], again: () => Event): void => {
    if (passed.has(event) || files.length === 0 || files.every((f) => paths.has(keyOf(f)))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const target = event.target as EventTarget;
    const id = nextId++;
    held.set(id, {
      files,
      again() {
        const e = again();
        passed.add(e);
        target.dispatchEvent(e);
      },
    });
    rawSend({ t: 'files', id, count: files.length });
  };
  addEventListener(
    'drop',
    (event) => {
      const { clientX, clientY, dataTransfer } = event;
      const files = [...(dataTransfer?.files ?? [])];
      hold(event, files, () => {
        const transfer = new DataTransfer();
        for (const f of files) transfer.items.add(f);
        const init = { bubbles: true, cancelable: true, composed: true, clientX, clientY, dataTransfer: transfer };
        return new DragEvent('drop', init);
      });
    },
    true,
  );
  for (const name of ['input', 'change']) {
    addEventListener(
      name,
      (event) => {
        const files = [...((event.target as HTMLInputElement | null)?.files ?? [])];
        hold(event, files, () => new Event(name, { bubbles: true, composed: true }));
      },
      true,
    );
  }

  const electron = new Proxy(
    {
      contextBridge: {
        exposeInMainWorld: br.expose,
        exposeInIsolatedWorld: nope('exposeInIsolatedWorld'),
        executeInMainWorld: nope('executeInMainWorld'),
      },
      ipcRenderer,
      webUtils: {
        getPathForFile(file: File) {
          if (!(file instanceof File)) throw new TypeError('getPathForFile expects a File');
          return paths.get(keyOf(file)) ?? '';
        },
      },
      webFrame: { setZoomFactor() {}, getZoomFactor: () => 1, setZoomLevel() {}, getZoomLevel: () => 0 },
    } as any,
    {
      get(o, k) {
        if (k in o || typeof k === 'symbol' || k === '__esModule' || k === 'default') return o[k];
        throw new Error(`stand-in: electron.${k} is not implemented in a sandboxed preload`);
      },
    },
  );
  const setImmediate = (f: TimerHandler, ...a: unknown[]): number => setTimeout(f, 0, ...a);
  const clearImmediate = clearTimeout;
  const timers = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate };
  // The short list of modules that a sandboxed preload has in Electron.
  const modules: any = {
    electron,
    'electron/common': electron,
    'electron/renderer': electron,
    events: Object.assign(EventEmitter, { EventEmitter }),
    timers,
    url: { URL, URLSearchParams },
  };
  const require = (id: string): unknown => {
    const m = modules[id.replace(/^node:/, '')];
    if (!m) throw new Error(`module not found: ${id}`);
    return m;
  };
  const proc = Object.assign(new EventEmitter(), cfg.process);
  const module = { exports: {} };
  try {
    preload(require, proc, module.exports, module, undefined, globalThis, setImmediate, clearImmediate);
  } catch (e: any) {
    console.error(`Unable to load preload script: ${cfg.file}`);
    console.error(e);
    rawSend({ t: 'preload-error', file: cfg.file, error: String(e?.stack ?? e) });
  }
}

/** Source texts for both worlds. Sub-frames get nothing; nor does the about:blank that a popup begins as. */
export function worldSources(
  cfg: WorldConfig,
  preloadText: string,
): { readonly main: string; readonly isolated: string } {
  const json = JSON.stringify;
  const parameters = 'require, process, exports, module, Buffer, global, setImmediate, clearImmediate';
  return {
    main: `if (self === top) (${mainWorld})(${json(cfg.secret)}, ${makeBridge})`,
    isolated: `if (self === top && !(opener && location.href === 'about:blank'))
(${isolatedWorld})(${json(cfg)}, ${makeBridge}, ${makeCodec}, function (${parameters}) {${preloadText}
})
//# sourceURL=${cfg.file}`,
  };
}
