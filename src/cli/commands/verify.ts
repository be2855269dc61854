/** `verify FILE|DIR…`: the judge's report for each file, in words, as JSON, as a PDF; a table for folders. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isYqError, YqError } from '#core/errors/index.ts';
import { fileSource } from '#core/pdf/index.ts';
import { reportCsv, reportJson, reportPdf, reportRow, type ReportRow } from '#core/report/index.ts';
import { isUnreadable } from '#core/verify/folder/index.ts';
import { verifyPdf, type SignatureReport, type Verdict, type VerifyReport } from '#core/verify/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { readTrust, signingFontPath, trustFolder } from '../home.ts';
import { EXIT, wireError } from '../outcome.ts';
import { readPassword } from '../password.ts';
import type { Terminal } from '../terminal.ts';
import { judgeFolder, printRows, rowOfError } from './verify-folder.ts';

const VERDICT_WORDS: Readonly<Record<Verdict, { readonly zh: string; readonly en: string }>> = {
  PASSED: { zh: '有效', en: 'PASSED' },
  FAILED: { zh: '无效', en: 'FAILED' },
  INDETERMINATE: { zh: '无法确定', en: 'INDETERMINATE' },
};

type Outcome =
  { readonly file: string; readonly report: VerifyReport } | { readonly file: string; readonly error: YqError };

export async function verify({ operands, text }: Invocation, terminal: Terminal): Promise<number> {
  const { trust, folder, exists } = await readTrust(trustFolder(terminal.env, text['trust']));
  if (!exists || trust.roots.length === 0) {
    terminal.warn({ zh: `“${folder}”里没有受信任的根证书。`, en: `There is no trusted root in "${folder}".` });
  }
  const password = await readPassword(text['password-file'], terminal);
  const folders = await foldersAmong(operands);
  const files = operands.filter((operand) => !folders.includes(operand));
  if (text['report'] !== undefined && (files.length !== 1 || folders.length > 0)) {
    throw new UsageError(
      '--report 要和恰好一个文件一起用。',
      '--report goes together with exactly one file.',
      'verify',
    );
  }
  const outcomes: Outcome[] = [];
  for (const file of files) {
    const outcome = await verifyFile(file, trust, password);
    outcomes.push(outcome);
    if (!terminal.json) describe(outcome, terminal);
  }
  const rows = await verifyFolders(folders, trust, terminal);
  if (terminal.json) {
    const reports = outcomes.map((o): unknown =>
      // As docs/verify-report.md has it: bytes in base64.
      'report' in o ? JSON.parse(reportJson(o.report)) : { file: o.file, error: wireError(o.error) },
    );
    terminal.printJson([...reports, ...rows]);
  }
  const table = [...outcomes.map(rowOf), ...rows];
  if (text['csv'] !== undefined) await save(text['csv'], reportCsv(table, terminal.lang));
  if (text['report'] !== undefined) await saveReport(text['report'], files[0] ?? '', outcomes[0], password, terminal);
  return worstCode([exitCode(outcomes), exitCodeOfRows(rows)]);
}

async function foldersAmong(operands: readonly string[]): Promise<readonly string[]> {
  const kinds = await Promise.all(
    operands.map((operand) =>
      stat(operand).then(
        (s) => s.isDirectory(),
        () => false, // read as a file, which says what is wrong
      ),
    ),
  );
  return operands.filter((_, i) => kinds[i] === true);
}

/** Ctrl+C ends the walk; what was judged is printed and saved all the same. */
async function verifyFolders(
  folders: readonly string[],
  trust: Parameters<typeof judgeFolder>[1],
  terminal: Terminal,
): Promise<readonly ReportRow[]> {
  const rows: ReportRow[] = [];
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    for (const folder of folders) {
      // A folder that cannot be read, or holds no PDF, is told as a file would be; the others go on.
      const found = await judgeFolder(folder, trust, terminal, stop.signal).catch((e: unknown) => {
        if (!isYqError(e)) throw e;
        return [rowOfError(basename(folder), 0, e)];
      });
      if (!terminal.json) printRows(found, terminal);
      rows.push(...found);
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
  return rows;
}

const rowOf = (o: Outcome): ReportRow => ('report' in o ? reportRow(o.file, o.report) : rowOfError(o.file, 0, o.error));

async function save(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'I/O';
    throw new YqError('SIGN_OUTPUT', { params: { file: basename(path), reason }, cause });
  });
}

async function saveReport(
  path: string,
  file: string,
  outcome: Outcome | undefined,
  password: string | undefined,
  terminal: Terminal,
): Promise<void> {
  if (outcome === undefined || 'error' in outcome) return;
  const source = await fileSource(file);
  try {
    const pdf = await reportPdf(outcome.report, {
      language: terminal.lang,
      font: new Uint8Array(await readFile(signingFontPath())),
      source,
      ...(password === undefined ? {} : { password }),
      judgedBy: '医签 Yiqian',
    });
    await save(path, pdf);
  } finally {
    await source.close();
  }
}

/** FAILED outweighs unreadable, unreadable outweighs INDETERMINATE. */
const worstCode = (codes: readonly number[]): number =>
  [EXIT.failed, EXIT.unreadable, EXIT.indeterminate].find((code) => codes.includes(code)) ?? EXIT.ok;

const exitCodeOfRows = (rows: readonly ReportRow[]): number =>
  worstCode(
    rows.map(({ verdict }) =>
      verdict === undefined
        ? EXIT.unreadable
        : { PASSED: EXIT.ok, FAILED: EXIT.failed, INDETERMINATE: EXIT.indeterminate }[verdict],
    ),
  );

async function verifyFile(
  file: string,
  trust: Parameters<typeof verifyPdf>[1]['trust'],
  password: string | undefined,
): Promise<Outcome> {
  try {
    const source = await fileSource(file);
    try {
      return {
        file,
        report: await verifyPdf(source, {
          name: basename(file),
          trust,
          ...(password === undefined ? {} : { password }),
        }),
      };
    } finally {
      await source.close();
    }
  } catch (e) {
    const error = isYqError(e) ? e : new YqError('SIGN_INPUT', { params: { file: basename(file) }, cause: e });
    return { file: basename(file), error };
  }
}

/** FAILED outweighs unreadable, unreadable outweighs INDETERMINATE. */
export function exitCode(outcomes: readonly Outcome[]): number {
  const reports = outcomes.flatMap((o) => ('report' in o ? [o.report] : []));
  if (reports.some((r) => r.verdict === 'FAILED')) return EXIT.failed;
  if (reports.length < outcomes.length || reports.some(isUnreadable)) return EXIT.unreadable;
  return reports.some((r) => r.verdict === 'INDETERMINATE') ? EXIT.indeterminate : EXIT.ok;
}

function describe(outcome: Outcome, terminal: Terminal): void {
  const { lang } = terminal;
  if ('error' in outcome) {
    const { what, next } = outcome.error.text(lang);
    terminal.print(`${outcome.file}: ${what} ${next} (${outcome.error.code})`);
    return;
  }
  const { report } = outcome;
  terminal.print(`${report.file}: ${VERDICT_WORDS[report.verdict][lang]}`);
  terminal.print(`  SM3 ${report.sm3}`);
  for (const f of report.findings) terminal.print(`  ${mark(f)} ${f[lang]} (${f.code})`);
  for (const signature of report.signatures) describeSignature(signature, terminal);
}

function describeSignature(signature: SignatureReport, terminal: Terminal): void {
  const { lang } = terminal;
  const words = (zh: string, en: string): string => ({ zh, en })[lang];
  const who = signature.signer?.commonName ?? words('签名人不明', 'unknown signer');
  terminal.print(`  [${signature.index}] ${signature.fieldName}: ${VERDICT_WORDS[signature.verdict][lang]} · ${who}`);
  const time =
    signature.trustedTime === undefined
      ? words(`声称的时间 ${signature.claimedTime ?? '无'}`, `claimed time ${signature.claimedTime ?? 'none'}`)
      : words(`可信时间 ${signature.trustedTime}`, `trusted time ${signature.trustedTime}`);
  const serial = signature.signer === undefined ? '' : ` · ${words('证书', 'certificate')} ${signature.signer.serial}`;
  const kind =
    signature.kind === 'document-timestamp'
      ? words('文档时间戳', 'document time stamp')
      : `${signature.algorithm ?? '?'} · ${signature.level}`;
  terminal.print(`      ${kind} · ${time}${serial}`);
  const { seal } = signature;
  if (seal !== undefined) {
    const what = words(`印章“${seal.name}”（${seal.id}）`, `Seal “${seal.name}” (${seal.id})`);
    terminal.print(`      ${what}: ${VERDICT_WORDS[seal.verdict][lang]}`);
    for (const f of seal.findings)
      if (f.verdict !== 'PASSED') terminal.print(`        ${mark(f)} ${f[lang]} (${f.code})`);
  }
  for (const f of signature.findings) terminal.print(`      ${mark(f)} ${f[lang]} (${f.code})`);
  for (const c of signature.changesAfter) terminal.print(`      ${c.allowed ? '+' : '✗'} ${c[lang]} (${c.code})`);
}

/** What was not checked gets no tick, though it does not lower the verdict. */
const UNCHECKED = new Set(['REVOCATION_NOT_CHECKED']);
const mark = ({ code, verdict }: { code: string; verdict: Verdict }): string =>
  UNCHECKED.has(code) ? '·' : { PASSED: '✓', FAILED: '✗', INDETERMINATE: '?' }[verdict];
