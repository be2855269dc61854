import { entry, type Catalog } from './entry.ts';

export const storeErrors = {
  STORE_DAMAGED: entry(
    '本机数据文件损坏，已从备份恢复。',
    '已签文件都还在。请告诉信息科，并核对今天的签署。',
    'The data file of this PC is damaged; it was restored from its backup.',
    'Signed files are all there. Tell IT and check what was signed today.',
  ),
} satisfies Catalog;
