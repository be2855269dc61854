/** `app`: lifecycle, paths, command line, one instance. */
import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { allWindows } from './window-list.ts';
import { state } from './process-state.ts';
import { makeEvent, strict } from './strict.ts';

const paths = new Map<string, string>();
let appName: string | undefined;
let lock: Server | undefined;

class App extends EventEmitter {
  readonly isPackaged = false;
  #waiting: (() => void)[] = [];
  /** Settles when the first instance has been told of this one. */
  #told: Promise<void> | undefined;

  get name(): string {
    return appName ?? state.boot.pkg['productName'] ?? state.boot.pkg['name'] ?? 'Electron';
  }
  set name(n: string) {
    appName = n;
  }
  getName(): string {
    return this.name;
  }
  setName(n: string): void {
    this.name = n;
  }
  getVersion(): string {
    return state.boot.pkg['version'] ?? '';
  }
  getAppPath(): string {
    return state.boot.root;
  }
  getLocale(): string {
    return state.boot.switches.get('lang') || 'en-US';
  }
  getSystemLocale(): string {
    return 'en-US';
  }
  getPreferredSystemLanguages(): string[] {
    return ['en-US'];
  }

  // Playwright's loader replaces emit, whenReady and isReady, so they are looked up on the object every time.
  isReady(): boolean {
    return state.ready;
  }
  whenReady(): Promise<void> {
    return state.ready ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
  _becomeReady(): void {
    state.ready = true;
    this.emit('ready', {}, {});
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  setPath(key: string, value: string): void {
    paths.set(key, value);
  }
  getPath(key: string): string {
    const path = paths.get(key) ?? this.#defaultPath(key);
    if (path === undefined) throw new Error(`Failed to get '${key}' path`);
    if (key === 'userData') mkdirSync(path, { recursive: true });
    return path;
  }
  #defaultPath(key: string): string | undefined {
    const config = process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');
    switch (key) {
      case 'home':
        return homedir();
      case 'appData':
        return config;
      case 'userData':
        return state.boot.switches.get('user-data-dir') || join(config, this.name);
      case 'sessionData':
        return this.getPath('userData');
      case 'logs':
        return join(this.getPath('userData'), 'logs');
      case 'crashDumps':
        return join(this.getPath('userData'), 'Crashpad');
      case 'temp':
        return tmpdir();
      case 'exe':
      case 'module':
        return state.boot.exe;
      case 'desktop':
      case 'documents':
      case 'downloads':
      case 'music':
      case 'pictures':
      case 'videos':
        return join(homedir(), key[0]!.toUpperCase() + key.slice(1));
      default:
        return undefined;
    }
  }

  readonly commandLine = strict('app.commandLine', {
    appendSwitch: (key: string, value = '') => void state.boot.switches.set(key, value),
    hasSwitch: (key: string) => state.boot.switches.has(key),
    getSwitchValue: (key: string) => state.boot.switches.get(key) ?? '',
    removeSwitch: (key: string) => void state.boot.switches.delete(key),
    appendArgument: () => {},
  });

  /** A socket in userData: the first instance listens, others tell it their argv and get false. */
  requestSingleInstanceLock(data: unknown = null): boolean {
    if (lock) return true;
    const socket = join(this.getPath('userData'), 'standin.sock');
    if (isAlive(`${socket}.pid`)) {
      this.#told = new Promise((resolve) => {
        const client = connect(socket, () => {
          client.end(JSON.stringify([process.argv, process.cwd(), data]), () => resolve());
        });
        client.on('error', () => resolve());
      });
      return false;
    }
    rmSync(socket, { force: true });
    writeFileSync(`${socket}.pid`, String(process.pid));
    lock = createServer((client) => {
      let text = '';
      client
        .setEncoding('utf8')
        .on('data', (d) => (text += String(d)))
        .on('end', () => {
          const [argv, cwd, told] = JSON.parse(text) as [string[], string, unknown];
          this.emit('second-instance', makeEvent(), argv, cwd, told);
        });
    }).listen(socket);
    lock.unref();
    return true;
  }
  hasSingleInstanceLock(): boolean {
    return lock !== undefined;
  }
  releaseSingleInstanceLock(): void {
    lock?.close();
    lock = undefined;
    rmSync(join(this.getPath('userData'), 'standin.sock.pid'), { force: true });
  }

  quit(): void {
    if (!state.quitting) void this.#quit();
  }
  async #quit(): Promise<void> {
    const before = makeEvent();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    state.quitting = true;
    for (const window of [...allWindows]) {
      await window._close();
      if (!window.isDestroyed()) {
        state.quitting = false;
        return;
      }
    }
    const will = makeEvent();
    this.emit('will-quit', will);
    if (will.defaultPrevented) {
      state.quitting = false;
      return;
    }
    this.exit(0);
  }
  exit(code = 0): void {
    this.emit('quit', makeEvent(), code);
    if (lock) this.releaseSingleInstanceLock();
    state.quitting = true;
    // Chromium must be gone first: else its profile stays locked for the next start.
    const { cdp } = state;
    const closed =
      cdp &&
      new Promise<void>((resolve) => {
        cdp.process.on('exit', () => resolve());
        cdp.send('Browser.close').catch(() => resolve());
        setTimeout(resolve, 3000);
      });
    void Promise.all([this.#told, closed]).then(() => process.exit(code));
  }

  relaunch(): void {}
  focus(): void {}
  hide(): void {}
  show(): void {}
  setAppUserModelId(): void {}
  enableSandbox(): void {}
  disableHardwareAcceleration(): void {}
  setAboutPanelOptions(): void {}
  setLoginItemSettings(): void {}
  getLoginItemSettings(): { openAtLogin: boolean } {
    return { openAtLogin: false };
  }
  setAsDefaultProtocolClient(): boolean {
    return false;
  }
  getGPUFeatureStatus(): object {
    return {};
  }
  getAppMetrics(): object[] {
    return [];
  }
}

function isAlive(pidFile: string): boolean {
  try {
    return process.kill(Number(readFileSync(pidFile, 'utf8')), 0);
  } catch {
    return false;
  }
}

export const app = strict('app', new App());
