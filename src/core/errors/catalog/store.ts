import { entry, type Catalog } from './entry.ts';

export const storeErrors = {
  STORE_DAMAGED: entry(
    '本机数据文件损坏，已从备份（{time}）恢复。损坏的文件另行保存，没有删除。',
    '已签文件都还在。请告诉信息科，并核对备份之后签署的病历。',
    'The data file of this PC was damaged; its copy of {time} took its place. The damaged file is kept aside.',
    'Signed files are all there. Tell IT, and check what was signed after that time.',
  ),
  STORE_LOST: entry(
    '本机数据文件损坏，也没有可用的备份，已重新开始。损坏的文件另行保存，没有删除。',
    '已签文件都还在。请告诉信息科，并核对尚未上传的病历。',
    'The data file of this PC was damaged and no copy of it was whole; a new one was begun. The damaged file is kept aside.',
    'Signed files are all there. Tell IT, and check what had not been uploaded.',
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
