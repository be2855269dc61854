/**
 * The patient's window: a page, a preload and a session of its own, on the second display where there is one. It has no menu and leads
 * nowhere; when displays come and go it moves, and what is written in it stays, since it is never loaded anew for that.
 */
import { BrowserWindow, screen, session, type Session, type WebContents } from 'electron';
import type { PatientDisplay } from '../consent/deps.ts';
import { patientUrl } from '../protocol/bundle.ts';
import { placeForPatient, type DisplayPlace, type PatientPlace } from './displays.ts';

/** Not kept on the disk: no cache and no storage of this window outlives the program. */
const PARTITION = 'patient';
export const patientSession = (): Session => session.fromPartition(PARTITION);

export interface PatientWindowOptions {
  readonly preload: string;
  readonly icon: string;
  readonly title: () => string;
  readonly deskWindow: () => BrowserWindow | undefined;
  /** A new page: gateway and guards. */
  readonly admit: (contents: WebContents) => void;
  readonly crashed: (reason: string) => void;
}

export interface PatientWindow extends PatientDisplay {
  /** For good: no display is watched any more. */
  dispose(): void;
}

export function createPatientWindow(o: PatientWindowOptions): PatientWindow {
  let window: BrowserWindow | undefined;
  let place: PatientPlace | undefined;
  const listeners: (() => void)[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const wanted = (): PatientPlace | undefined => {
    const displays = screen.getAllDisplays().map((d): DisplayPlace => ({
      id: d.id,
      bounds: d.bounds,
      workArea: d.workArea,
      touch: d.touchSupport === 'available',
    }));
    const desk = o.deskWindow();
    return placeForPatient(displays, desk && !desk.isDestroyed() ? desk.getBounds() : undefined);
  };
  const same = (a: PatientPlace | undefined, b: PatientPlace | undefined): boolean =>
    JSON.stringify(a) === JSON.stringify(b);

  /** Leaves full screen first: a full-screen window keeps to its display on every platform. */
  const follow = (): void => {
    const next = wanted();
    if (!window || window.isDestroyed() || !next || same(next, place)) return;
    place = next;
    if (window.isFullScreen()) window.setFullScreen(false);
    window.setBounds(next.bounds);
    if (next.fullScreen) window.setFullScreen(true);
    changed();
  };
  screen.on('display-added', follow);
  screen.on('display-removed', follow);
  screen.on('display-metrics-changed', follow);

  const open = (): void => {
    place = wanted();
    const created = new BrowserWindow({
      ...place?.bounds,
      fullscreen: place?.fullScreen ?? false,
      show: false,
      title: o.title(),
      icon: o.icon,
      backgroundColor: '#FFFFFF',
      autoHideMenuBar: true,
      webPreferences: {
        preload: o.preload,
        session: patientSession(),
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
        devTools: false,
        // A patient who thinks is not an idle page.
        backgroundThrottling: false,
      },
    });
    window = created;
    created.removeMenu();
    o.admit(created.webContents);
    // The title is ours, not the page's: it names no patient in the task bar.
    created.on('page-title-updated', (event) => {
      event.preventDefault();
    });
    created.once('ready-to-show', () => {
      // On the patient's display; the staff member goes on typing in the desk.
      if (place?.fullScreen) created.showInactive();
      else created.show();
    });
    created.on('closed', () => {
      if (window === created) window = undefined;
      changed();
    });
    created.webContents.on('render-process-gone', (_event, details) => {
      if (details.reason === 'clean-exit' || created.isDestroyed()) return;
      o.crashed(details.reason);
      // Every stroke that was acknowledged is with main; the page asks for it again.
      void created.loadURL(patientUrl);
    });
    void created.loadURL(patientUrl);
  };

  return {
    show() {
      if (!window || window.isDestroyed()) open();
      else {
        follow();
        if (!place?.fullScreen) window.focus();
      }
      changed();
    },
    close() {
      const closing = window;
      window = undefined;
      if (closing && !closing.isDestroyed()) closing.destroy();
    },
    state: () => {
      const isOpen = window !== undefined && !window.isDestroyed();
      return { open: isOpen, second: isOpen && place?.fullScreen === true };
    },
    onChange(listener) {
      listeners.push(listener);
    },
    dispose() {
      screen.off('display-added', follow);
      screen.off('display-removed', follow);
      screen.off('display-metrics-changed', follow);
      this.close();
    },
  };
}
