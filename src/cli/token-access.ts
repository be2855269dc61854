/** The tokens of this machine: every installed driver that a vendor profile knows, and the soft token of YIQIAN_HOME. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import { whyUnusable } from '#core/signing/index.ts';
import {
  findInstalledDrivers,
  forkHost,
  loadProfiles,
  pkcs11Provider,
  type DriverConfig,
  type Token,
  type TokenInfo,
  type TokenKey,
  type TokenProvider,
} from '#core/token/index.ts';
import { UsageError } from './arguments.ts';
import { homeFolder, PROGRAM_FOLDER } from './home.ts';
import type { Terminal } from './terminal.ts';

const SOFT_LIBRARY = process.platform === 'win32' ? 'yiqian-soft.dll' : 'libyiqian-soft.so';

/** The soft token's driver, where the set-up has built it. */
function softToken(env: Terminal['env']): readonly DriverConfig[] {
  const folder = join(homeFolder(env), 'soft-token');
  const path = join(folder, SOFT_LIBRARY);
  if (!existsSync(path)) return [];
  return [{ id: 'yiqian-soft', profile: 'yiqian-soft', path, env: { YIQIAN_SOFT_TOKEN_DIR: join(folder, 'state') } }];
}

/** Runs `work` with a provider whose driver processes end with it. */
export async function withTokens<T>(terminal: Terminal, work: (provider: TokenProvider) => Promise<T>): Promise<T> {
  const profiles = loadProfiles(join(PROGRAM_FOLDER, 'resources', 'vendor-profiles'));
  const own = softToken(terminal.env);
  const installed = findInstalledDrivers(profiles).filter((d) => own.every((o) => o.id !== d.id));
  const provider = pkcs11Provider({ drivers: [...own, ...installed], profiles, spawnHost: forkHost(), pollMs: 0 });
  try {
    return await work(provider);
  } finally {
    await provider.close();
  }
}

const names = (tokens: readonly TokenInfo[]): string => tokens.map((t) => `${t.label} (${t.serial})`).join(', ');

/** By label, serial or id; without a name the only token there is. */
export async function chooseToken(provider: TokenProvider, wanted: string | undefined): Promise<Token> {
  const tokens = await provider.list();
  const fitting =
    wanted === undefined
      ? tokens
      : tokens.filter((t) => [t.label, t.serial, t.id].some((name) => name.trim() === wanted));
  const [only, another] = fitting;
  if (only === undefined) {
    throw new YqError('TOKEN_NOT_FOUND', {
      params: { token: wanted ?? '*' },
      detail: names(tokens) || 'no token at all',
    });
  }
  if (another !== undefined) {
    const list = names(fitting);
    throw new UsageError(
      `有不止一把密钥：${list}；请用 --token 指明。`,
      `There is more than one token: ${list}; name one with --token.`,
      'sign',
    );
  }
  return await provider.open(only.id);
}

export type CertifiedKey = TokenKey & { readonly certificate: Certificate };

const hasCertificate = (key: TokenKey): key is CertifiedKey => key.certificate !== undefined;
const plainSerial = (serial: string): string =>
  serial
    .replace(/[\s:]/g, '')
    .replace(/^0+(?=.)/, '')
    .toUpperCase();

/** By certificate serial; without one the only certificate that can sign. */
export async function chooseKey(token: Token, wanted: string | undefined): Promise<CertifiedKey> {
  const keys = (await token.certificates()).filter(hasCertificate);
  const now = new Date();
  const fitting =
    wanted === undefined
      ? keys.filter((key) => whyUnusable(key.certificate, now) === undefined)
      : keys.filter((key) => plainSerial(key.certificate.serial) === plainSerial(wanted));
  const [only, another] = fitting;
  const list = (some: readonly CertifiedKey[]): string =>
    some.map((k) => `${k.certificate.commonName} ${k.certificate.serial}`).join(', ');
  // With a single certificate that can't sign, why it can't is the better answer; requireUsable gives it.
  if (only === undefined && wanted === undefined && keys[0] !== undefined && keys.length === 1) return keys[0];
  if (only === undefined) {
    throw new YqError('TOKEN_KEY_NOT_FOUND', {
      params: { key: wanted ?? '*' },
      detail: list(keys) || 'no certificate at all',
    });
  }
  if (another !== undefined) {
    throw new UsageError(
      `密钥里有不止一张签名证书：${list(fitting)}；请用 --key 指明序列号。`,
      `The token has more than one signing certificate: ${list(fitting)}; name a serial with --key.`,
      'sign',
    );
  }
  return only;
}
