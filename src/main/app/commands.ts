/** What a menu item, an accelerator or the tray may ask the window to do, with its words in both languages. One list feeds all. */
import type { EventPayload } from '#shared/ipc.ts';
import type { Settings } from '#shared/models.ts';

export type Command = EventPayload<'desk:command'>['command'];
type Language = Settings['language'];

export interface CommandItem {
  readonly command: Command;
  readonly zh: string;
  readonly en: string;
  readonly accelerator?: string;
}

export const goCommands: readonly CommandItem[] = [
  { command: 'go-worklist', zh: '工作台', en: 'Work list', accelerator: 'CmdOrCtrl+1' },
  { command: 'go-review', zh: '审阅与签署', en: 'Review and sign', accelerator: 'CmdOrCtrl+2' },
  { command: 'go-verify', zh: '验签', en: 'Verify', accelerator: 'CmdOrCtrl+3' },
  { command: 'go-keys', zh: '密钥与证书', en: 'Keys and certificates', accelerator: 'CmdOrCtrl+4' },
  { command: 'go-diagnosis', zh: '诊断与设置', en: 'Diagnosis and settings', accelerator: 'CmdOrCtrl+5' },
];
export const fileCommands: readonly CommandItem[] = [
  { command: 'open-file', zh: '打开文件验签…', en: 'Open files to verify…', accelerator: 'CmdOrCtrl+O' },
  { command: 'refresh', zh: '刷新列表', en: 'Refresh the list', accelerator: 'F5' },
  { command: 'lock', zh: '锁定', en: 'Lock', accelerator: 'CmdOrCtrl+L' },
];
export const helpCommands: readonly CommandItem[] = [
  { command: 'show-shortcuts', zh: '键盘快捷键', en: 'Keyboard shortcuts', accelerator: 'F1' },
];

/** Words of the shell outside the page: menus, tray, dialogs. */
export const shellText = {
  zh: {
    title: '医签',
    patientTitle: '知情同意',
    file: '文件',
    edit: '编辑',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    go: '前往',
    view: '显示',
    zoomIn: '放大',
    zoomOut: '缩小',
    resetZoom: '实际大小',
    fullScreen: '全屏',
    help: '帮助',
    quit: '退出医签',
    show: '打开医签',
    pdf: 'PDF 文件',
    saveAs: '另存为',
    exportReport: '导出验签报告',
    openFiles: '选择要验签的文件',
    openFolder: '选择要验签的文件夹',
    seals: '选择印章文件',
    picture: '选择印章图片',
    certificates: '选择持章人的证书',
  },
  en: {
    title: 'Yiqian',
    patientTitle: 'Consent',
    file: 'File',
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    go: 'Go',
    view: 'View',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    resetZoom: 'Actual size',
    fullScreen: 'Full screen',
    help: 'Help',
    quit: 'Quit Yiqian',
    show: 'Open Yiqian',
    pdf: 'PDF files',
    saveAs: 'Save as',
    exportReport: 'Export the report',
    openFiles: 'Choose files to verify',
    openFolder: 'Choose a folder to verify',
    seals: 'Choose seal files',
    picture: 'Choose a picture',
    certificates: 'Choose the holders’ certificates',
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;

/** What the file dialogs offer. */
export const openExtensions = {
  seals: ['esl'],
  picture: ['svg', 'png', 'jpg', 'jpeg', 'bmp', 'gif'],
  certificates: ['pem', 'cer', 'crt', 'der'],
} as const;
