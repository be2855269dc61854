import { entry, type Catalog } from './entry.ts';

export const auditErrors = {
  AUDIT_UNREADABLE: entry(
    '审计记录读不懂：{reason}。',
    '请向信息科要一份完整的导出文件。',
    'The audit record cannot be read: {reason}.',
    'Ask IT for a complete export.',
  ),
} satisfies Catalog;
