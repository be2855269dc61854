/** Twelve hundred judged files, as an archive would have them: most good, some altered, some that cannot be decided, a few unreadable. */
import type { FolderRow } from '../../../src/shared/models.ts';

const names = ['出院记录', '首次病程记录', '会诊记录', '手术记录', '心电图报告'];
const signers = ['李医师', '赵医师', '孙医师', '钱医师'];
type Reason = NonNullable<FolderRow['reason']>;
const altered: Reason = {
  code: 'CONTENT_CHANGED',
  zh: '签署之后第 1 页的正文被改动。',
  en: 'The text of page 1 was changed after signing.',
};
const unknown: Reason = {
  code: 'REVOCATION_UNKNOWN',
  zh: '证书的吊销状态查不到。',
  en: 'The revocation of the certificate cannot be found out.',
};
const damaged: Reason = { code: 'PDF_DAMAGED', zh: '文件结构损坏，读不出来。', en: 'The file is damaged.' };

export function folderOf(now: Date, count = 1200): FolderRow[] {
  return Array.from({ length: count }, (_, i): FolderRow => {
    const kind = i % 97 === 13 ? 'FAILED' : i % 41 === 7 ? 'INDETERMINATE' : i % 211 === 50 ? null : 'PASSED';
    const number = String(37000 + i).padStart(7, '0');
    return {
      name: `2026-11/${names[i % names.length] ?? ''}_${number}.pdf`,
      size: 150_000 + ((i * 7919) % 120_000),
      verdict: kind,
      signatures: kind === null ? 0 : 1 + (i % 3),
      signers: kind === null ? [] : signers.slice(i % 2, (i % 2) + 1 + (i % 3)),
      trustedTime: kind === 'PASSED' || kind === 'FAILED' ? new Date(now.getTime() - i * 611_000).toISOString() : null,
      level: kind === null ? 'none' : kind === 'INDETERMINATE' ? 'B-B' : i % 4 === 0 ? 'B-LT' : 'B-T',
      reason: kind === 'FAILED' ? altered : kind === 'INDETERMINATE' ? unknown : kind === null ? damaged : null,
    };
  });
}
