import { entry, type Catalog } from './entry.ts';

export const batchErrors = {
  BATCH_LIST_CHANGED: entry(
    '清单在确认之后有变化，没有签署。',
    '请重新核对清单再输入 PIN。',
    'The list changed after it was shown; nothing was signed.',
    'Check the list again, then enter the PIN.',
  ),
} satisfies Catalog;
