/** `export --grading`: what inspections count, as a JSON file or as CSV tables, and its rates on the terminal. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { gradingTables, readGrading, summaryLines } from '../grading.ts';
import { EXIT } from '../outcome.ts';
import { recordService } from '../record-service.ts';
import type { Terminal } from '../terminal.ts';

export async function exportGrading({ text, flags }: Invocation, terminal: Terminal): Promise<number> {
  const { backend, out, from, to } = text;
  if (flags['grading'] !== true || backend === undefined || out === undefined) {
    throw new UsageError(
      'export 要有 --grading、--backend、--secret-file 和 --out。',
      'export needs --grading, --backend, --secret-file and --out.',
      'export',
    );
  }
  const format = /\.(csv|json)$/i.exec(out)?.[1]?.toLowerCase();
  if (format === undefined) {
    throw new UsageError('--out 的文件名要以 .csv 或 .json 结尾。', '--out ends in .csv or .json.', 'export');
  }
  for (const day of [from, to]) {
    if (day !== undefined && !isDay(day)) {
      throw new UsageError(`日期写作 YYYY-MM-DD，不是“${day}”。`, `A day is YYYY-MM-DD, not "${day}".`, 'export');
    }
  }
  const service = await recordService(backend, text['secret-file'], terminal, 'export');
  const query = Object.entries({ from, to }).flatMap(([name, day]) => (day === undefined ? [] : [`${name}=${day}`]));
  const grading = readGrading(await service.get(`/grading${query.length === 0 ? '' : `?${query.join('&')}`}`));

  const files =
    format === 'json'
      ? [[out, `${JSON.stringify(grading, null, 2)}\n`] as const]
      : gradingTables(grading, terminal.lang).map(
          ([ending, csv]) => [out.replace(/\.csv$/i, `${ending}$&`), csv] as const,
        );
  const force = flags['force'] === true;
  // All or none: nothing is written when one of them is there already.
  for (const [file] of files) if (!force && existsSync(file)) throw notWritten(file, 'EEXIST');
  for (const [file, content] of files) await save(file, content);

  if (terminal.json) {
    const { types, total, qualityIndex } = grading;
    terminal.printJson({ files: files.map(([file]) => file), types, total, qualityIndex });
    return EXIT.ok;
  }
  for (const line of summaryLines(grading, terminal.lang)) terminal.print(line);
  terminal.print(`${{ zh: '已写入', en: 'Written' }[terminal.lang]}: ${files.map(([file]) => file).join(', ')}`);
  return EXIT.ok;
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** Beside its place, then renamed: a file that is there is whole. Names of patients' doctors: readable by the owner alone. */
async function save(file: string, content: string): Promise<void> {
  const half = `${file}.part`;
  try {
    await writeFile(half, content, { mode: 0o600, flush: true });
    await rename(half, file);
  } catch (cause) {
    await rm(half, { force: true }).catch(() => undefined);
    throw notWritten(file, (cause as NodeJS.ErrnoException).code ?? 'I/O', cause);
  }
}

const notWritten = (file: string, reason: string, cause?: unknown): YqError =>
  new YqError('SIGN_OUTPUT', { params: { file: basename(file), reason }, cause });
