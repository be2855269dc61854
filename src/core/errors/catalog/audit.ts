import { entry, type Catalog } from './entry.ts';

export const auditErrors = {
  AUDIT_UNREADABLE: entry(
    '审计记录读不懂：{reason}。',
    '请向信息科要一份完整的导出文件。',
    'The audit record cannot be read: {reason}.',
    'Ask IT for a complete export.',
  ),
  AUDIT_FORK: entry(
    '审计记录与病历服务保存的副本从第 {index} 条起不一致，病历服务拒收。',
    '本机已另起新的记录，两份都保留。请告诉信息科。',
    'The audit record differs from the copy at the record service from entry {index} on; it was refused.',
    'This PC has begun a new record; both are kept. Tell IT.',
  ),
  AUDIT_GAP: entry(
    '病历服务的审计副本只到第 {last} 条，送来的接不上。',
    '程序会自动补送；如再次出现请告诉信息科。',
    'The record service has the audit record up to entry {last}; what was sent does not follow.',
    'The program sends the rest by itself; tell IT if it happens again.',
  ),
  AUDIT_INVALID: entry(
    '审计记录第 {index} 条的散列值不对，病历服务拒收。',
    '请告诉信息科，用 yiqian audit verify 检查本机的记录。',
    'Entry {index} of the audit record does not carry its own hash; it was refused.',
    'Tell IT to check this PC’s record with yiqian audit verify.',
  ),
} satisfies Catalog;
