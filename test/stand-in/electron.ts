/** The `electron` module of the main process, as far as the stand-in goes. Every member is either implemented or throws by name. */
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import {
  clipboard,
  crashReporter,
  dialog,
  globalShortcut,
  powerMonitor,
  powerSaveBlocker,
  safeStorage,
  shell,
} from './desktop.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu, MenuItem, Notification, Tray } from './menu.ts';
import { nativeImage } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { net, protocol } from './protocol.ts';
import { screen } from './screen.ts';
import { session } from './session.ts';
import { strict } from './strict.ts';
import { utilityProcess } from './utility-process.ts';
import { byTarget, focus } from './window-list.ts';

const webContents = strict('webContents', {
  getAllWebContents: () => [...byTarget.values()],
  fromId: (id: number) => [...byTarget.values()].find((c) => c.id === id),
  fromDevToolsTargetId: (targetId: string) => byTarget.get(targetId),
  getFocusedWebContents: () => focus.window?.webContents ?? null,
});

const electron = strict('electron', {
  app,
  BrowserWindow,
  clipboard,
  crashReporter,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
  webContents,
});

export {
  app,
  BrowserWindow,
  clipboard,
  crashReporter,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  MenuItem,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
  webContents,
};
export default electron;
// So that require('electron') gives the object itself: Playwright asks for it so.
export { electron as 'module.exports' };
