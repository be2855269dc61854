/** `audit verify FILE | --backend URL` and `audit export`: is a desk's audit record whole, and until when is that proven? */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { readAudit, verifyChain, type AuditChain, type AuditVerdict, type ChainPlace } from '#core/audit/index.ts';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { readTrust, trustFolder } from '../home.ts';
import { EXIT, wireError } from '../outcome.ts';
import { recordService, type RecordService } from '../record-service.ts';
import type { Terminal } from '../terminal.ts';

export async function audit(invocation: Invocation, terminal: Terminal): Promise<number> {
  const [action = '', file] = invocation.operands;
  const { text } = invocation;
  const service =
    text['backend'] === undefined
      ? undefined
      : await recordService(text['backend'], text['secret-file'], terminal, 'audit');
  if (action === 'export') return await exportChains(invocation, service, terminal);
  if (action === 'verify') {
    if (file === undefined && !service) {
      throw new UsageError('要写文件，或 --backend。', 'Give a file, or --backend.', 'audit');
    }
    return await verify(file, { service, desk: text['desk'], trust: text['trust'] }, terminal);
  }
  throw new UsageError(
    `audit 之后要写 verify 或 export，不是“${action}”。`,
    `audit takes verify or export, not "${action}".`,
    'audit',
  );
}

interface Judged {
  readonly desk: string;
  readonly createdAt: string;
  readonly verdict: AuditVerdict;
}

interface VerifyOrder {
  readonly service: RecordService | undefined;
  readonly desk: string | undefined;
  readonly trust: string | undefined;
}

async function verify(file: string | undefined, order: VerifyOrder, terminal: Terminal): Promise<number> {
  const { trust, folder } = await readTrust(trustFolder(terminal.env, order.trust));
  if (trust.roots.length === 0) {
    terminal.warn({
      zh: `“${folder}”里没有受信任的根证书，时间戳不予检查。`,
      en: `There is no trusted root in "${folder}": time stamps are not checked.`,
    });
  }
  const { service, desk } = order;
  let judged: readonly Judged[];
  try {
    judged =
      file === undefined
        ? await judgeCopies(service as RecordService, desk, trust)
        : await judgeFile(file, { service, desk }, trust);
  } catch (e) {
    const error = asYqError(e, 'INTERNAL');
    if (error.code !== 'AUDIT_UNREADABLE') throw e;
    if (terminal.json) terminal.printJson({ error: wireError(error) });
    else terminal.print(`${file ?? ''}: ${error.text(terminal.lang).what} (${error.code})`);
    return EXIT.unreadable;
  }
  if (judged.length === 0) {
    throw new UsageError(
      desk === undefined ? '没有审计记录。' : `没有桌面“${desk}”的审计记录。`,
      desk === undefined ? 'There is no audit record.' : `There is no audit record of desk "${desk}".`,
      'audit',
    );
  }
  if (terminal.json) terminal.printJson(judged.map(({ verdict, ...chain }) => ({ ...chain, ...verdict })));
  else for (const chain of judged) describe(chain, terminal);
  return exitCode(judged.map((j) => j.verdict));
}

/** A fault outweighs what is not proven; a chain of nothing needs no proof. */
export function exitCode(verdicts: readonly AuditVerdict[]): number {
  if (verdicts.some((v) => v.faults.length > 0)) return EXIT.failed;
  const isProven = ({ entries, anchoredUntil, confirmedIndex }: AuditVerdict): boolean =>
    entries === 0 || anchoredUntil !== undefined || (confirmedIndex ?? 0) > 0;
  return verdicts.every(isProven) ? EXIT.ok : EXIT.indeterminate;
}

const judge = async (chain: AuditChain, trust: TrustMaterial, copy?: readonly ChainPlace[]): Promise<Judged> => ({
  desk: chain.desk,
  createdAt: chain.createdAt,
  verdict: await verifyChain(chain, {
    ...(trust.roots.length > 0 && { trust }),
    ...(copy !== undefined && { copy }),
  }),
});

async function judgeFile(
  file: string,
  { service, desk }: Pick<VerifyOrder, 'service' | 'desk'>,
  trust: TrustMaterial,
): Promise<readonly Judged[]> {
  const chains = await readFileChains(file);
  const judged: Judged[] = [];
  for (const chain of chains) {
    if (desk !== undefined && chain.desk !== desk) continue;
    judged.push(await judge(chain, trust, service && (await copyOf(service, chain.desk))));
  }
  return judged;
}

/** The service keeps its copy by the same form; its own hash chain is judged as any other. */
async function judgeCopies(
  service: RecordService,
  desk: string | undefined,
  trust: TrustMaterial,
): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const id of desk === undefined ? await desksOf(service) : [desk]) {
    for (const chain of await chainsOf(service, id)) judged.push(await judge(chain, trust));
  }
  return judged;
}

/** What the service has of a chain; nothing where it never got any. */
async function copyOf(service: RecordService, desk: string): Promise<readonly ChainPlace[]> {
  try {
    const places: ChainPlace[] = [];
    for (const chain of await chainsOf(service, desk)) {
      for await (const e of chain.entries) if (!('unreadable' in e)) places.push({ index: e.index, hash: e.hash });
    }
    return places;
  } catch (e) {
    if (isYqError(e) && e.code === 'BACKEND_NOT_FOUND') return [];
    throw e;
  }
}

const chainText = async (service: RecordService, desk: string): Promise<string> =>
  new TextDecoder().decode(await service.get(`/audit/${encodeURIComponent(desk)}`));
const chainsOf = async (service: RecordService, desk: string): Promise<readonly AuditChain[]> =>
  readAudit((await chainText(service, desk)).split('\n'));

async function desksOf(service: RecordService): Promise<readonly string[]> {
  const { desks } = JSON.parse(new TextDecoder().decode(await service.get('/audit'))) as {
    readonly desks: readonly { readonly desk: string }[];
  };
  return desks.map((d) => d.desk);
}

async function readFileChains(file: string): Promise<readonly AuditChain[]> {
  const input = createReadStream(file, 'utf8');
  try {
    return await readAudit(createInterface({ input, crlfDelay: Infinity }));
  } catch (e) {
    if (isYqError(e)) throw e;
    throw new YqError('AUDIT_UNREADABLE', { params: { reason: (e as NodeJS.ErrnoException).code ?? basename(file) } });
  } finally {
    input.destroy();
  }
}

async function exportChains(
  { operands, text, flags }: Invocation,
  service: RecordService | undefined,
  terminal: Terminal,
): Promise<number> {
  const [, file] = operands;
  if (file !== undefined) throw new UsageError(`多余的参数：${file}。`, `Unexpected argument: ${file}.`, 'audit');
  const { out, desk } = text;
  if (!service || out === undefined) {
    throw new UsageError(
      'audit export 要有 --backend、--secret-file 和 --out；本机的记录在“设置—审计”里导出。',
      'audit export needs --backend, --secret-file and --out; a desk’s own record is exported under Settings, Audit.',
      'audit',
    );
  }
  let all = '';
  for (const id of desk === undefined ? await desksOf(service) : [desk]) all += await chainText(service, id);
  await writeFile(out, all, { mode: 0o600, flag: flags['force'] === true ? 'w' : 'wx' }).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'I/O';
    throw new YqError('SIGN_OUTPUT', { params: { file: basename(out), reason }, cause });
  });
  const chains = await readAudit(all.split('\n')).catch(() => []);
  if (terminal.json) terminal.printJson({ file: out, desks: chains.map((c) => c.desk) });
  else
    terminal.print(
      { zh: `已导出 ${chains.length} 条链：${out}`, en: `Exported ${chains.length} chains: ${out}` }[terminal.lang],
    );
  return EXIT.ok;
}

function describe({ desk, createdAt, verdict }: Judged, terminal: Terminal): void {
  const { lang } = terminal;
  const words = (zh: string, en: string): string => ({ zh, en })[lang];
  const { entries, anchors, faults, anchoredUntil, anchoredIndex, unanchored, confirmedIndex } = verdict;
  terminal.print(
    `${desk} (${createdAt}): ${words(`${entries} 条，${anchors} 个时间戳锚点`, `${entries} entries, ${anchors} time stamps`)}`,
  );
  for (const f of faults) terminal.print(`  ✗ ${f[lang]} (${f.kind} ${f.index})`);
  if (faults.length === 0) terminal.print(`  ✓ ${words('前后相接，没有改动。', 'Continuous, nothing was changed.')}`);
  if (anchoredUntil !== undefined) {
    terminal.print(
      `  ✓ ${words(
        `第 ${anchoredIndex} 条及以前，由 ${anchoredUntil} 的时间戳证明。`,
        `Up to entry ${anchoredIndex}: proven by the time stamp of ${anchoredUntil}.`,
      )}`,
    );
  }
  if (confirmedIndex !== undefined) {
    terminal.print(
      `  ${confirmedIndex > 0 ? '✓' : '?'} ${words(
        `与病历服务的副本一致，到第 ${confirmedIndex} 条。`,
        `The record service’s copy agrees up to entry ${confirmedIndex}.`,
      )}`,
    );
  }
  if (unanchored > 0) {
    terminal.print(
      `  ? ${words(
        `之后的 ${unanchored} 条还没有时间戳：只由散列链相接。`,
        `${unanchored} entries after that have no time stamp yet: only the chain holds them.`,
      )}`,
    );
  }
}
