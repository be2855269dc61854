/** `extend IN.pdf… --level lt|lta`: signed files, whoever signed them, are made to last; a batch goes on after a failure. */
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { asYqError, type YqError } from '#core/errors/index.ts';
import { cleanLeftovers, extendPdf, ValidationCache, type ExtendPdfResult } from '#core/signing/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { readTrust, trustFolder } from '../home.ts';
import { httpClient } from '../http.ts';
import { readLevel } from '../level.ts';
import { EXIT, wireError } from '../outcome.ts';
import { readPassword } from '../password.ts';
import { pdfFiles, type PdfOperand } from '../pdf-files.ts';
import type { Terminal } from '../terminal.ts';

type Outcome = { readonly file: PdfOperand; readonly target: string } & (
  { readonly result: ExtendPdfResult; readonly error?: never } | { readonly error: YqError; readonly result?: never }
);

export async function extend({ operands, text, flags }: Invocation, terminal: Terminal): Promise<number> {
  const level = readLevel(text['level'] ?? 'lta', ['lt', 'lta'], 'extend');
  const renewWithinDays = daysOf(text['renew-within']);
  const digest = digestOf(text['tsa-digest']);
  if (level === 'B-LTA' && text['tsa'] === undefined) {
    throw new UsageError(
      '--level lta 要有 --tsa（时间戳服务地址）。',
      '--level lta needs --tsa, the address of a time stamp service.',
      'extend',
    );
  }
  const files = await pdfFiles(operands);
  const orders = targetsOf(files, { out: text['out'], outDir: text['out-dir'], inPlace: flags['in-place'] === true });
  const { trust } = await readTrust(trustFolder(terminal.env, text['trust']));
  const password = await readPassword(text['password-file'], terminal);
  const tsa = text['tsa'] === undefined ? undefined : { url: text['tsa'], roots: trust, digest };
  const cache = new ValidationCache();
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  const outcomes: Outcome[] = [];
  try {
    for (const { file, target } of orders) {
      const outcome = await attempt({ file, target }, () =>
        extendPdf({
          source: file.path,
          target,
          level,
          trust,
          renewWithinDays,
          cache,
          http: httpClient,
          now: () => new Date(),
          signal: stop.signal,
          replace: flags['force'] === true || flags['in-place'] === true,
          ...(tsa === undefined ? {} : { tsa }),
          ...(password === undefined ? {} : { password }),
        }),
      );
      outcomes.push(outcome);
      if (!terminal.json) describe(outcome, terminal);
      if (stop.signal.aborted) break;
    }
  } finally {
    process.off('SIGINT', interrupt);
  }
  summarize(outcomes, orders.length, terminal);
  return outcomes.length === orders.length && outcomes.every((o) => o.error === undefined) ? EXIT.ok : EXIT.failed;
}

async function attempt(
  order: { readonly file: PdfOperand; readonly target: string },
  act: () => Promise<ExtendPdfResult>,
): Promise<Outcome> {
  try {
    await mkdir(dirname(order.target), { recursive: true });
    await cleanLeftovers(dirname(order.target));
    return { ...order, result: await act() };
  } catch (e) {
    return { ...order, error: asYqError(e, 'INTERNAL') };
  }
}

function daysOf(given: string | undefined): number {
  if (given === undefined) return 0;
  if (/^\d{1,5}$/.test(given)) return Number(given);
  throw new UsageError('--renew-within 要写天数。', '--renew-within takes a number of days.', 'extend');
}

function digestOf(given = 'sm3'): 'sm3' | 'sha256' {
  if (given === 'sm3' || given === 'sha256') return given;
  throw new UsageError('--tsa-digest 只能是 sm3 或 sha256。', '--tsa-digest is either sm3 or sha256.', 'extend');
}

interface Targets {
  readonly out: string | undefined;
  readonly outDir: string | undefined;
  readonly inPlace: boolean;
}

function targetsOf(files: readonly PdfOperand[], { out, outDir, inPlace }: Targets) {
  if ([out !== undefined, outDir !== undefined, inPlace].filter(Boolean).length !== 1) {
    throw new UsageError(
      '要在 --out、--out-dir、--in-place 中选一个。',
      'Give one of --out, --out-dir and --in-place.',
      'extend',
    );
  }
  if (out !== undefined && files.length !== 1) {
    throw new UsageError(
      '--out 只用于一份文件；多份请用 --out-dir。',
      '--out is for one file; use --out-dir for several.',
      'extend',
    );
  }
  const orders = files.map((file) => ({
    file,
    target: inPlace ? file.path : (out ?? join(outDir ?? '', file.name)),
  }));
  const taken = new Set<string>();
  for (const { file, target } of orders) {
    if (taken.has(resolve(target))) {
      throw new UsageError(`有两份文件同名：${file.name}。`, `Two files have the same name: ${file.name}.`, 'extend');
    }
    taken.add(resolve(target));
  }
  return orders;
}

const OUTCOME_WORDS: Readonly<Record<ExtendPdfResult['outcome'], { readonly zh: string; readonly en: string }>> = {
  extended: { zh: '已延长', en: 'extended' },
  renewed: { zh: '已续期', en: 'renewed' },
  'not-needed': { zh: '不需要', en: 'not needed' },
};

const day = (date: Date | undefined): string => date?.toISOString().slice(0, 10) ?? '–';

function describe({ file, result, error }: Outcome, terminal: Terminal): void {
  const { lang } = terminal;
  const words = (zh: string, en: string): string => ({ zh, en })[lang];
  if (error !== undefined) {
    const { what, next } = error.text(lang);
    return terminal.print(`✗ ${file.path}: ${what} ${next} (${error.code})`);
  }
  const { certificates, crls, ocspResponses } = result.added;
  const parts = [
    OUTCOME_WORDS[result.outcome][lang],
    result.level,
    ...(result.outcome === 'not-needed'
      ? []
      : [
          words(
            `加入 ${certificates} 张证书、${crls} 份吊销列表、${ocspResponses} 份状态应答`,
            `added ${certificates} certificates, ${crls} revocation lists, ${ocspResponses} status answers`,
          ),
        ]),
    ...(result.renewBy === undefined
      ? []
      : [words(`最迟 ${day(result.renewBy)} 续期`, `renew by ${day(result.renewBy)}`)]),
  ];
  terminal.print(`${result.outcome === 'not-needed' ? '·' : '✓'} ${file.path}: ${parts.join(' · ')}`);
}

function summarize(outcomes: readonly Outcome[], total: number, terminal: Terminal): void {
  const count = (outcome: ExtendPdfResult['outcome']): number =>
    outcomes.filter(({ result }) => result?.outcome === outcome).length;
  const failed = outcomes.filter((o) => o.error !== undefined).length;
  const renewals = outcomes.flatMap(({ result }) => (result?.renewBy === undefined ? [] : [result.renewBy.getTime()]));
  const nextRenewal = renewals.length === 0 ? undefined : new Date(Math.min(...renewals));
  if (terminal.json) {
    return terminal.printJson({
      files: outcomes.map(({ file, result, error }) =>
        error === undefined ? { file: file.path, ...result } : { file: file.path, error: wireError(error) },
      ),
      summary: {
        files: total,
        extended: count('extended'),
        renewed: count('renewed'),
        notNeeded: count('not-needed'),
        failed,
        notTried: total - outcomes.length,
        nextRenewal: nextRenewal?.toISOString(),
      },
    });
  }
  const words = (zh: string, en: string): string => ({ zh, en })[terminal.lang];
  const rows: [string, string | number][] = [
    [words('文件', 'Files'), total],
    [words('已延长', 'Extended'), count('extended')],
    [words('已续期', 'Renewed'), count('renewed')],
    [words('不需要', 'Not needed'), count('not-needed')],
    [words('失败', 'Failed'), failed],
    ...(total > outcomes.length ? [[words('未处理', 'Not tried'), total - outcomes.length] as [string, number]] : []),
    [words('最早续期', 'Next renewal'), day(nextRenewal)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  terminal.print('');
  for (const [label, value] of rows) terminal.print(`  ${label.padEnd(width)}  ${value}`);
}
