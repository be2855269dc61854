/** The table of many files as CSV (RFC 4180), the way spreadsheets of hospital offices open it: UTF-8 with a byte order mark. */
import type { ReportLanguage, ReportRow } from './types.ts';

const HEADS = {
  zh: ['文件', '结论', '签名数', '签名人', '可信时间', '级别', '原因代码', '原因', '字节数', 'SM3'],
  en: ['File', 'Verdict', 'Signatures', 'Signers', 'Trusted time', 'Level', 'Code', 'Reason', 'Bytes', 'SM3'],
} as const;

const VERDICTS = {
  zh: { PASSED: '有效', FAILED: '无效', INDETERMINATE: '无法确定', unreadable: '读不出来' },
  en: { PASSED: 'valid', FAILED: 'invalid', INDETERMINATE: 'undetermined', unreadable: 'unreadable' },
} as const;

export function reportCsv(rows: readonly ReportRow[], language: ReportLanguage): string {
  const lines = rows.map((row) => [
    row.name,
    VERDICTS[language][row.verdict ?? 'unreadable'],
    String(row.signatures),
    row.signers.join('; '),
    row.trustedTime ?? '',
    row.level,
    row.reason?.code ?? '',
    row.reason?.[language] ?? '',
    String(row.size),
    row.sm3,
  ]);
  return csvTable([HEADS[language], ...lines]);
}

/** Lines of cells, the first the heads. */
export const csvTable = (lines: readonly (readonly string[])[]): string =>
  `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;

/**
 * A cell that a spreadsheet would take for a formula gets an apostrophe: names and texts are a stranger's words. Full width signs and white
 * space before the sign count too.
 */
function cell(text: string): string {
  const safe = /^\s*[=+\-@＝＋－＠]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
