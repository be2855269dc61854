import { entry, type Catalog } from './entry.ts';

export const lifeErrors = {
  RECORD_NOT_WITHDRAWABLE: entry(
    '上级已经签署，不能再撤回。',
    '需要修改时请由上级退回。',
    'The next level has signed already; it cannot be withdrawn.',
    'Ask the superior to return it when it needs a change.',
  ),
} satisfies Catalog;
