/** `verify DIR`: every PDF below a folder, judged by two workers, a line each, a sum at the end. */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/index.ts';
import { reportRow, type ReportRow } from '#core/report/index.ts';
import { isUnreadable, judgePool, listPdfFiles, verifyFolder } from '#core/verify/folder/index.ts';
import type { Terminal } from '../terminal.ts';

/** Files between two notes of progress. */
const NOTE_EVERY = 100;
const MOST_WORKERS = 2;

/** One file of the folder: `verdict` undefined when it could not be read. */
export function rowOfError(name: string, size: number, error: YqError): ReportRow {
  const [zh, en] = [error.text('zh').what, error.text('en').what];
  return {
    name,
    size,
    verdict: undefined,
    signatures: 0,
    signers: [],
    trustedTime: undefined,
    level: '',
    sm3: '',
    reason: { code: error.code, zh, en },
  };
}

/** In order of name, whichever came first. `signal`: what was judged before the abort is given. */
export async function judgeFolder(
  folder: string,
  trust: TrustMaterial,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly ReportRow[]> {
  const files = await listPdfFiles(folder, { signal });
  if (files.length === 0) throw new YqError('FOLDER_EMPTY', { params: { folder: basename(folder) } });
  terminal.note({ zh: `${files.length} 个 PDF 文件`, en: `${files.length} PDF files` });
  const pool = judgePool({ workers: Math.min(MOST_WORKERS, availableParallelism()) });
  const rows: ReportRow[] = [];
  try {
    for await (const outcome of verifyFolder(files, { pool, trust, at: new Date(), signal })) {
      const { name, size } = outcome.file;
      if ('error' in outcome) rows.push(rowOfError(name, size, outcome.error));
      else {
        const row = reportRow(name, outcome.report);
        rows.push(isUnreadable(outcome.report) ? { ...row, verdict: undefined } : row);
      }
      if (rows.length % NOTE_EVERY === 0) {
        terminal.note({
          zh: `  已验证 ${rows.length}/${files.length}`,
          en: `  ${rows.length} of ${files.length} judged`,
        });
      }
    }
  } finally {
    pool.close();
  }
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const WORDS = {
  PASSED: { zh: '有效', en: 'PASSED' },
  FAILED: { zh: '无效', en: 'FAILED' },
  INDETERMINATE: { zh: '无法确定', en: 'INDETERMINATE' },
  unreadable: { zh: '读不出来', en: 'unreadable' },
} as const;

export function printRows(rows: readonly ReportRow[], terminal: Terminal): void {
  const { lang } = terminal;
  const counts = { PASSED: 0, FAILED: 0, INDETERMINATE: 0, unreadable: 0 };
  for (const row of rows) {
    const state = row.verdict ?? 'unreadable';
    counts[state]++;
    const reason = row.reason === undefined ? '' : ` · ${row.reason[lang]} (${row.reason.code})`;
    const who = row.signers.length === 0 ? '' : ` · ${row.signers.join(', ')}`;
    terminal.print(`${row.name}: ${WORDS[state][lang]}${who}${reason}`);
  }
  const sum = Object.entries(counts).map(([state, n]) => `${WORDS[state as keyof typeof WORDS][lang]} ${n}`);
  terminal.print('');
  terminal.print(sum.join(' · '));
}
