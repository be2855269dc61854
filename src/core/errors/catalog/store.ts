import { entry, type Catalog } from './entry.ts';

export const storeErrors = {
  STORE_DAMAGED: entry(
    '本机数据文件损坏，已从备份恢复。',
    '已签文件都还在。请告诉信息科，并核对今天的签署。',
    'The data file of this PC is damaged; it was restored from its backup.',
    'Signed files are all there. Tell IT and check what was signed today.',
  ),
  STORE_NEWER: entry(
    '本机数据文件由更新的版本写成（{room} {found}，本版本只认识到 {known}）。',
    '请安装更新的版本；旧版本不会改动它。',
    'The data file of this PC was written by a newer version ({room} {found}; this one knows {known}).',
    'Install the newer version; this one leaves the file as it is.',
  ),
  STORE_FULL: entry(
    '磁盘已满，无法记录。操作没有进行。',
    '请清理磁盘空间后重试，或联系信息科。',
    'The disk is full; nothing could be noted, so nothing was done.',
    'Free some space and try again, or call IT.',
  ),
  STORE_BROKEN: entry(
    '本机数据文件无法读写。操作没有进行。',
    '请重启程序；如再次出现请联系信息科。',
    'The data file of this PC cannot be read or written, so nothing was done.',
    'Restart the program; call IT if it happens again.',
  ),
} satisfies Catalog;
