/** `Menu`, `MenuItem`, `Tray`, `Notification`: kept as objects that a test can look at and click; nothing is drawn. */
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { makeEvent } from './strict.ts';
import { focus } from './window-list.ts';

type Template = Record<string, any>;

export class MenuItem {
  [property: string]: any;
  constructor(template: Template) {
    const type = template['submenu'] ? 'submenu' : 'normal';
    Object.assign(
      this,
      { type, enabled: true, visible: true, checked: false, label: template['role'] ?? '' },
      template,
    );
    if (Array.isArray(template['submenu'])) this['submenu'] = Menu.buildFromTemplate(template['submenu'] as Template[]);
    this['click'] = () => {
      if (!this['enabled']) return;
      if (this['type'] === 'checkbox') this['checked'] = !this['checked'];
      if (template['click']) template['click'](this, focus.window, makeEvent());
      else if (template['role'] === 'quit') app.quit();
      else if (template['role'] === 'close') focus.window?.close();
      else if (template['role'] === 'reload') focus.window?.reload();
    };
  }
}

export class Menu extends EventEmitter {
  static #application: Menu | null = null;
  readonly items: MenuItem[] = [];
  static buildFromTemplate(template: readonly (Template | MenuItem)[]): Menu {
    const menu = new Menu();
    for (const item of template) menu.append(item instanceof MenuItem ? item : new MenuItem(item));
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu;
  }
  static getApplicationMenu(): Menu | null {
    return Menu.#application;
  }
  append(item: MenuItem): void {
    this.items.push(item);
  }
  insert(position: number, item: MenuItem): void {
    this.items.splice(position, 0, item);
  }
  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      if (item['id'] === id) return item;
      const below = (item['submenu'] as Menu | undefined)?.getMenuItemById(id);
      if (below) return below;
    }
    return null;
  }
  popup(options: { callback?: () => void } = {}): void {
    this.emit('menu-will-show', makeEvent());
    options.callback?.();
  }
  closePopup(): void {}
}

export class Tray extends EventEmitter {
  static readonly all: Tray[] = [];
  _menu: Menu | null = null;
  _toolTip = '';
  #destroyed = false;
  constructor(_image: unknown) {
    super();
    Tray.all.push(this);
  }
  setContextMenu(menu: Menu | null): void {
    this._menu = menu;
  }
  setToolTip(text: string): void {
    this._toolTip = text;
  }
  setImage(): void {}
  setTitle(): void {}
  popUpContextMenu(): void {}
  destroy(): void {
    this.#destroyed = true;
    Tray.all.splice(Tray.all.indexOf(this), 1);
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
}

export class Notification extends EventEmitter {
  static readonly shown: Notification[] = [];
  readonly title: string;
  readonly body: string;
  static isSupported(): boolean {
    return true;
  }
  constructor({ title = '', body = '' }: { title?: string; body?: string } = {}) {
    super();
    this.title = title;
    this.body = body;
  }
  show(): void {
    Notification.shown.push(this);
    this.emit('show', makeEvent());
  }
  close(): void {
    this.emit('close', makeEvent());
  }
}
