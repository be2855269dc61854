/** The table of a folder as CSV (RFC 4180), as spreadsheets open it: UTF-8 with a byte order mark, CRLF. */
import type { Verdict } from '#core/pki/types.ts';
import type { FolderRow } from './verify-folder.ts';

type Language = 'zh' | 'en';

const HEAD: Readonly<Record<Language, readonly string[]>> = {
  zh: ['文件', '大小（字节）', '结论', '签名数', '签名人', '可信时间', '级别', '原因', '原因代码'],
  en: ['File', 'Size (bytes)', 'Verdict', 'Signatures', 'Signers', 'Trusted time', 'Level', 'Reason', 'Reason code'],
};
const VERDICT: Readonly<Record<Language, Readonly<Record<Verdict, string>>>> = {
  zh: { PASSED: '有效', FAILED: '无效', INDETERMINATE: '无法确定' },
  en: { PASSED: 'PASSED', FAILED: 'FAILED', INDETERMINATE: 'INDETERMINATE' },
};
const UNREADABLE: Readonly<Record<Language, string>> = { zh: '无法读取', en: 'UNREADABLE' };

/** File and signers' names come from strangers: a cell that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function folderRowsCsv(rows: readonly FolderRow[], language: Language): string {
  const lines = rows.map((r) => [
    r.name,
    r.size,
    r.verdict === null ? UNREADABLE[language] : VERDICT[language][r.verdict],
    r.signatures,
    r.signers.join('; '),
    r.trustedTime ?? '',
    r.level === 'none' ? '' : r.level,
    r.reason?.[language] ?? '',
    r.reason?.code ?? '',
  ]);
  return `\uFEFF${[HEAD[language], ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
