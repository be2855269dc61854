/** `tokens`: every driver, token and certificate that this machine offers, with the first broken link named. */
import { asYqError, isErrorCode, YqError } from '#core/errors/index.ts';
import { whyUnusable } from '#core/signing/index.ts';
import type { DriverStatus, PinTries, TokenInfo, TokenKey } from '#core/token/index.ts';
import type { Invocation } from '../arguments.ts';
import { EXIT } from '../outcome.ts';
import { withTokens } from '../token-access.ts';
import type { Terminal } from '../terminal.ts';

interface TokenListing {
  readonly info: TokenInfo;
  readonly keys: readonly TokenKey[];
  readonly error: YqError | undefined;
}

export async function tokens(_: Invocation, terminal: Terminal): Promise<number> {
  return await withTokens(terminal, async (provider) => {
    const listings: TokenListing[] = [];
    for (const info of await provider.list()) listings.push(await listToken(info, provider));
    const drivers = await provider.drivers();
    if (terminal.json) {
      terminal.printJson({ drivers, tokens: listings.map(tokenJson) });
    } else {
      for (const driver of drivers) describeDriver(driver, terminal);
      for (const listing of listings) describeToken(listing, terminal);
      if (listings.length === 0) {
        terminal.print(
          { zh: '没有找到密钥。请插入密钥后重试。', en: 'No token was found. Insert your key and try again.' }[
            terminal.lang
          ],
        );
      }
    }
    return listings.some((l) => l.error === undefined) ? EXIT.ok : EXIT.failed;
  });
}

async function listToken(
  info: TokenInfo,
  provider: { open(id: string): Promise<{ certificates(): Promise<readonly TokenKey[]>; close(): Promise<void> }> },
): Promise<TokenListing> {
  try {
    const token = await provider.open(info.id);
    try {
      return { info, keys: await token.certificates(), error: undefined };
    } finally {
      await token.close();
    }
  } catch (e) {
    return { info, keys: [], error: asYqError(e, 'INTERNAL') };
  }
}

function tokenJson({ info, keys, error }: TokenListing): unknown {
  const now = new Date();
  return {
    ...info,
    ...(error === undefined ? {} : { error: error.code }),
    keys: keys.map(({ certificate, ...key }) => ({
      ...key,
      certificate: certificate && {
        subject: certificate.subject,
        commonName: certificate.commonName,
        issuer: certificate.issuer,
        serial: certificate.serial,
        notBefore: certificate.notBefore.toISOString(),
        notAfter: certificate.notAfter.toISOString(),
        unusable: whyUnusable(certificate, now) ?? null,
      },
    })),
  };
}

function describeDriver(driver: DriverStatus, { lang, print }: Terminal): void {
  const state = {
    ready: { zh: '就绪', en: 'ready' },
    absent: { zh: '未安装', en: 'not installed' },
    broken: { zh: '无法加载', en: 'cannot be loaded' },
    crashed: { zh: '已崩溃', en: 'crashed' },
    starting: { zh: '正在启动', en: 'starting' },
  }[driver.state][lang];
  const label = { zh: '驱动', en: 'Driver' }[lang];
  print(`${label} ${driver.driver}: ${state}${driver.path === '' ? '' : ` (${driver.path})`}`);
  if (driver.code !== undefined && isErrorCode(driver.code)) {
    const { what, next } = new YqError(driver.code).text(lang);
    print(`  ${what} ${next} (${driver.code})${driver.detail === undefined ? '' : ` ${driver.detail}`}`);
  }
}

function describeToken({ info, keys, error }: TokenListing, { lang, print }: Terminal): void {
  const words = (zh: string, en: string): string => ({ zh, en })[lang];
  const testOnly = info.testOnly ? words('（仅供测试）', ' (for tests only)') : '';
  print(
    `${words('密钥', 'Token')} ${info.label}${testOnly} · ${words('序列号', 'serial')} ${info.serial} · PIN ${pinWords(info.pinTries)[lang]}`,
  );
  if (error !== undefined) {
    const { what, next } = error.text(lang);
    print(`  ${what} ${next} (${error.code})`);
  }
  const now = new Date();
  for (const key of keys) {
    const { certificate } = key;
    if (certificate === undefined) {
      print(`  ${key.kind} “${key.label}”: ${words('没有证书', 'no certificate')}`);
      continue;
    }
    const unusable = whyUnusable(certificate, now);
    const use =
      unusable === undefined
        ? words('可签署', 'can sign')
        : words(`不能签署：${unusable.zh}`, `cannot sign: ${unusable.en}`);
    print(
      `  ${key.kind} ${certificate.commonName} · ${words('证书', 'certificate')} ${certificate.serial} · ${words('有效至', 'valid until')} ${certificate.notAfter.toISOString().slice(0, 10)} · ${use}`,
    );
  }
}

/** What is known about the tries left, before anybody types a PIN. */
export function pinWords(tries: PinTries): { readonly zh: string; readonly en: string } {
  switch (tries.kind) {
    case 'count':
      return { zh: `还可试 ${tries.left} 次`, en: `${tries.left} tries left` };
    case 'full':
      return { zh: '次数未减', en: 'all tries left' };
    case 'low':
      return { zh: '已输错过，次数不多', en: 'few tries left' };
    case 'final':
      return { zh: '只剩最后一次', en: 'last try' };
    case 'locked':
      return { zh: '已锁定', en: 'locked' };
    case 'unknown':
      return { zh: '剩余次数未知', en: 'tries left unknown' };
  }
}
