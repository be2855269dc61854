/** The tray icon: opens the desk, locks it, quits it. Its tooltip says how many records wait, never whose. */
import { Menu, nativeImage, Tray } from 'electron';
import type { Settings } from '#shared/models.ts';
import { shellText } from './commands.ts';

export interface DeskTray {
  update(state: { readonly language: Settings['language']; readonly waiting: number }): void;
  destroy(): void;
}

export interface TrayOptions {
  readonly icon: string;
  readonly show: () => void;
  readonly lock: () => void;
  readonly quit: () => void;
}

/** Undefined where the desktop has no tray (some Linux sessions): the desk works without. */
export function createTray(o: TrayOptions): DeskTray | undefined {
  let tray: Tray;
  try {
    tray = new Tray(nativeImage.createFromPath(o.icon));
  } catch {
    return undefined;
  }
  tray.on('click', o.show);
  return {
    update({ language, waiting }) {
      const text = shellText[language];
      tray.setToolTip(language === 'zh' ? `医签 · 待签 ${waiting} 份` : `Yiqian · ${waiting} to sign`);
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: text.show, click: o.show },
          { label: language === 'zh' ? '锁定' : 'Lock', click: o.lock },
          { type: 'separator' },
          { label: text.quit, click: o.quit },
        ]),
      );
    },
    destroy() {
      tray.destroy();
    },
  };
}
