/** The application menu in the language of the settings. Items have the command's name as id, so that tests and docs can name them. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { Settings } from '#shared/models.ts';
import { fileCommands, goCommands, helpCommands, shellText, type Command, type CommandItem } from './commands.ts';

export interface MenuOptions {
  readonly language: Settings['language'];
  readonly run: (command: Command) => void;
  readonly quit: () => void;
}

export function buildMenu({ language, run, quit }: MenuOptions): Menu {
  const text = shellText[language];
  const item = (c: CommandItem): MenuItemConstructorOptions => ({
    id: c.command,
    label: c[language],
    ...(c.accelerator !== undefined && { accelerator: c.accelerator }),
    click: () => {
      run(c.command);
    },
  });
  const template: MenuItemConstructorOptions[] = [
    {
      label: text.file,
      submenu: [
        ...fileCommands.map(item),
        { type: 'separator' },
        { id: 'quit', label: text.quit, accelerator: 'CmdOrCtrl+Q', click: quit },
      ],
    },
    {
      label: text.edit,
      submenu: [
        { role: 'undo', label: text.undo },
        { role: 'redo', label: text.redo },
        { type: 'separator' },
        { role: 'cut', label: text.cut },
        { role: 'copy', label: text.copy },
        { role: 'paste', label: text.paste },
        { role: 'selectAll', label: text.selectAll },
      ],
    },
    { label: text.go, submenu: goCommands.map(item) },
    {
      label: text.view,
      submenu: [
        { role: 'zoomIn', label: text.zoomIn },
        { role: 'zoomOut', label: text.zoomOut },
        { role: 'resetZoom', label: text.resetZoom },
        { type: 'separator' },
        { role: 'togglefullscreen', label: text.fullScreen },
      ],
    },
    { label: text.help, submenu: helpCommands.map(item) },
  ];
  return Menu.buildFromTemplate(template);
}
