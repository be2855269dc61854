/** The desk's audit chain, in the page. */
import type { AuditRow } from '../../../src/shared/audit.ts';

const acts = ['sign', 'sign', 'upload', 'approve-list', 'sign', 'return', 'sign-in', 'lock', 'time-stamp', 'verify'];

export const auditRows = (count: number): AuditRow[] =>
  Array.from({ length: count }, (_, i) => ({
    index: count - i,
    at: new Date(Date.now() - i * 97_000).toISOString(),
    act: acts[i % acts.length] ?? 'sign',
    who: '10023',
    subject: i % 10 === 6 || i % 10 === 7 ? '' : `EMR-2026-11-${String(400 - i).padStart(4, '0')} v${1 + (i % 3)}`,
    digest: `${(i * 2654435761).toString(16).slice(0, 8).padStart(8, '0')}${'ab'.repeat(28)}`,
    trustedTime: i % 3 === 0 ? new Date(Date.now() - i * 97_000).toISOString() : null,
    result: i === 11 ? 'failed' : 'done',
    code: i === 11 ? 'TOKEN_REMOVED' : null,
  }));

export const faults = [
  { index: 212, zh: '第 212 条被改动过。', en: 'Entry 212 was changed.' },
  { index: 340, zh: '第 340 条缺失。', en: 'Entry 340 is missing.' },
];
