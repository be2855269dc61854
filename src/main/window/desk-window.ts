/** The one window of the desk: sandboxed, isolated, with no Node in it, on app://bundle only. */
import { join } from 'node:path';
import { BrowserWindow, screen } from 'electron';
import { entryUrl } from '../protocol/bundle.ts';
import { fitToDisplays, minimumSize, readWindowState, writeWindowState } from './window-state.ts';

export interface DeskWindowOptions {
  /** Path of the built preload. */
  readonly preload: string;
  readonly userData: string;
  readonly icon: string;
  readonly title: string;
  readonly dark: boolean;
  /** The renderer's process is gone and the page was loaded again. */
  readonly crashed: (reason: string) => void;
}

/** A page that crashes again within this time (ms) of its last crash is not loaded a third time at once. */
const CRASH_INTERVAL = 10_000;

export function createDeskWindow(o: DeskWindowOptions): BrowserWindow {
  const stateFile = join(o.userData, 'window.json');
  const state = fitToDisplays(
    readWindowState(stateFile),
    screen.getAllDisplays().map((d) => d.workArea),
  );
  const window = new BrowserWindow({
    ...state.bounds,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    show: false,
    title: o.title,
    icon: o.icon,
    // Paper and ink of the design: no white flash before the first paint.
    backgroundColor: o.dark ? '#14181B' : '#FAF9F6',
    webPreferences: {
      preload: o.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
    },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => {
    window.show();
  });

  const keep = (): void => {
    if (window.isDestroyed() || window.isMinimized()) return;
    writeWindowState(stateFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  };
  let timer: NodeJS.Timeout | undefined;
  const keepSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(keep, 500);
  };
  window.on('resize', keepSoon);
  window.on('move', keepSoon);
  window.on('close', () => {
    clearTimeout(timer);
    keep();
  });

  let lastCrash = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit' || window.isDestroyed()) return;
    o.crashed(details.reason);
    const since = performance.now() - lastCrash;
    lastCrash = performance.now();
    setTimeout(
      () => {
        if (!window.isDestroyed()) void window.loadURL(entryUrl);
      },
      since < CRASH_INTERVAL ? CRASH_INTERVAL : 0,
    );
  });
  void window.loadURL(entryUrl);
  return window;
}

/** Brings the window to the front, whatever state it is in. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  if (!window.isVisible()) window.show();
  window.focus();
}
