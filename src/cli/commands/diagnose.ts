/** `diagnose`: what hospital IT wants to know over the phone, each line with its state and, where needed, the next step. No patient data, no PIN. */
import { existsSync, readdirSync } from 'node:fs';
import { arch, platform, release } from 'node:os';
import { digest, toHex } from '#core/crypto/index.ts';
import { asYqError, isErrorCode, YqError } from '#core/errors/index.ts';
import { requestTimeStamp, type TrustMaterial } from '#core/pki/index.ts';
import type { Invocation } from '../arguments.ts';
import { homeFolder, readTrust, trustFolder, type TrustFolder } from '../home.ts';
import { httpClient } from '../http.ts';
import { EXIT } from '../outcome.ts';
import { withTokens } from '../token-access.ts';
import type { Terminal } from '../terminal.ts';
import type { Words } from '../usage.ts';
import { pinWords } from './tokens.ts';

/** The same shape as the desk's diagnosis lines. */
export interface DiagnosisLine extends Words {
  readonly group: 'system' | 'runtime' | 'tokens' | 'network' | 'time' | 'policy' | 'storage';
  readonly id: string;
  readonly value: string;
  readonly state: 'ok' | 'warning' | 'error' | 'info';
  readonly next?: Words;
}

const MARKS = { ok: '✓', warning: '!', error: '✗', info: '·' } as const;

export async function diagnose({ text }: Invocation, terminal: Terminal): Promise<number> {
  const trust = await readTrust(trustFolder(terminal.env, text['trust']));
  const lines: DiagnosisLine[] = [
    ...systemLines(),
    ...runtimeLines(),
    ...storageLines(terminal),
    ...trustLines(trust),
    ...(await tokenLines(terminal)),
    ...(text['tsa'] === undefined ? [] : await timeStampLines(text['tsa'], trust.trust)),
  ];
  if (terminal.json) terminal.printJson({ at: new Date().toISOString(), lines });
  else for (const line of lines) print(line, terminal);
  return lines.some((l) => l.state === 'error') ? EXIT.failed : EXIT.ok;
}

function print({ state, value, next, ...words }: DiagnosisLine, { lang, print: write }: Terminal): void {
  write(`${MARKS[state]} ${words[lang]}: ${value}`);
  if (next !== undefined) write(`    ${next[lang]}`);
}

function systemLines(): DiagnosisLine[] {
  const value = `${platform()} ${release()} ${arch()}`;
  return [{ group: 'system', id: 'os', zh: '操作系统', en: 'Operating system', value, state: 'info' }];
}

function runtimeLines(): DiagnosisLine[] {
  const known = toHex(digest('sm3', new TextEncoder().encode('abc')));
  // GB/T 32905 appendix A.1.
  const right = known === '66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0';
  return [
    {
      group: 'runtime',
      id: 'node',
      zh: '运行环境',
      en: 'Runtime',
      value: `Node ${process.versions.node}`,
      state: 'info',
    },
    {
      group: 'runtime',
      id: 'sm3',
      zh: '密码算法自检（SM3）',
      en: 'Algorithm self-test (SM3)',
      value: right ? 'ok' : known,
      state: right ? 'ok' : 'error',
      ...(right
        ? {}
        : { next: { zh: '程序文件已损坏，请重新安装。', en: 'The program is damaged; install it again.' } }),
    },
  ];
}

function storageLines({ env }: Terminal): DiagnosisLine[] {
  const home = homeFolder(env);
  const there = existsSync(home);
  return [
    {
      group: 'storage',
      id: 'home',
      zh: '数据文件夹',
      en: 'Data folder',
      value: there ? `${home} (${readdirSync(home).sort().join(', ')})` : home,
      state: there ? 'ok' : 'warning',
      ...(there
        ? {}
        : { next: { zh: '还没有；首次启动会自动建立。', en: 'Not there yet; the first start makes it.' } }),
    },
  ];
}

function trustLines({ folder, exists, trust, unreadable }: TrustFolder): DiagnosisLine[] {
  const now = new Date();
  const lines: DiagnosisLine[] = [
    {
      group: 'policy',
      id: 'trust',
      zh: '受信任的根证书',
      en: 'Trusted roots',
      value: exists ? `${folder} (${trust.roots.length})` : folder,
      state: trust.roots.length > 0 ? 'ok' : 'error',
      ...(trust.roots.length > 0
        ? {}
        : {
            next: {
              zh: '请把机构的根证书（PEM）放进这个文件夹。',
              en: "Put your authority's root certificate (PEM) into this folder.",
            },
          }),
    },
  ];
  for (const root of trust.roots) {
    const expired = root.notAfter < now;
    lines.push({
      group: 'policy',
      id: `root-${root.serial}`,
      zh: '  根证书',
      en: '  Root',
      value: `${root.commonName} · ${root.notAfter.toISOString().slice(0, 10)}`,
      state: expired ? 'error' : 'ok',
      ...(expired ? { next: { zh: '已过期，请换新的根证书。', en: 'It has expired; install its successor.' } } : {}),
    });
  }
  for (const name of unreadable) {
    lines.push({
      group: 'policy',
      id: `unreadable-${name}`,
      zh: '  读不出来的文件',
      en: '  Unreadable file',
      value: name,
      state: 'warning',
      next: {
        zh: '不是证书或吊销列表，请移走或换成完好的一份。',
        en: 'It is neither a certificate nor a revocation list; remove or replace it.',
      },
    });
  }
  return lines;
}

/** Reader → driver → token → certificate; the first broken link has its error and next step. */
async function tokenLines(terminal: Terminal): Promise<DiagnosisLine[]> {
  try {
    return await withTokens(terminal, async (provider) => {
      const tokens = await provider.list();
      const drivers = (await provider.drivers()).map((d): DiagnosisLine => {
        const error = d.code !== undefined && isErrorCode(d.code) ? new YqError(d.code) : undefined;
        const value = [d.state, d.version, d.path, d.detail]
          .filter((part) => part !== undefined && part !== '')
          .join(' · ');
        return {
          group: 'tokens',
          id: `driver-${d.driver}`,
          zh: `驱动 ${d.driver}`,
          en: `Driver ${d.driver}`,
          value,
          state: d.state === 'ready' ? 'ok' : d.state === 'absent' ? 'info' : 'error',
          ...(error === undefined || d.state === 'absent' ? {} : { next: nextOf(error) }),
        };
      });
      const found = tokens.map((t): DiagnosisLine => ({
        group: 'tokens',
        id: `token-${t.id}`,
        zh: `密钥 ${t.label}${t.testOnly ? '（仅供测试）' : ''}`,
        en: `Token ${t.label}${t.testOnly ? ' (for tests only)' : ''}`,
        value: `${t.manufacturer} · ${t.model} · ${t.serial} · PIN: ${pinWords(t.pinTries)[terminal.lang]}`,
        state: t.pinTries.kind === 'locked' ? 'error' : t.pinTries.kind === 'final' ? 'warning' : 'ok',
        ...(t.pinTries.kind === 'locked' ? { next: nextOf(new YqError('TOKEN_PIN_LOCKED')) } : {}),
      }));
      const none: DiagnosisLine = {
        group: 'tokens',
        id: 'token-none',
        zh: '密钥',
        en: 'Tokens',
        value: '0',
        state: 'warning',
        next: {
          zh: '请插入密钥；已插入的话请检查对应的驱动是否安装。',
          en: 'Insert your key; if it is in, check that its driver is installed.',
        },
      };
      return [...drivers, ...(found.length === 0 ? [none] : found)];
    });
  } catch (e) {
    const error = asYqError(e, 'INTERNAL');
    return [
      {
        group: 'tokens',
        id: 'tokens',
        zh: '密钥',
        en: 'Tokens',
        value: error.message,
        state: 'error',
        next: nextOf(error),
      },
    ];
  }
}

/** Asks for a time stamp over nothing of value; tells how long it took and how far the clocks are apart. */
async function timeStampLines(url: string, roots: TrustMaterial): Promise<DiagnosisLine[]> {
  const start = performance.now();
  const line = { group: 'network', id: 'tsa', zh: '时间戳服务', en: 'Time stamp service' } as const;
  try {
    const { time } = await requestTimeStamp(
      digest('sm3', new TextEncoder().encode('yiqian diagnose')),
      { url, roots },
      httpClient,
      () => new Date(),
    );
    const apart = Math.round((time.getTime() - Date.now()) / 1000);
    const took = (performance.now() - start).toFixed(0);
    return [
      { ...line, value: `${url} · ${took} ms`, state: 'ok' },
      {
        group: 'time',
        id: 'clock',
        zh: '与时间戳服务相差',
        en: 'Difference to the time stamp service',
        value: `${apart} s`,
        state: Math.abs(apart) > 60 ? 'warning' : 'ok',
      },
    ];
  } catch (e) {
    const error = asYqError(e, 'INTERNAL');
    return [{ ...line, value: `${url} · ${error.message}`, state: 'error', next: nextOf(error) }];
  }
}

const nextOf = (error: YqError): Words => ({
  zh: `${error.text('zh').what}${error.text('zh').next}`,
  en: `${error.text('en').what} ${error.text('en').next}`,
});
