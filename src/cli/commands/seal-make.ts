/** `seal make`: picture, holders and validity, signed by the maker's key on a token. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { digest } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { Certificate, requestTimeStamp, type TrustMaterial } from '#core/pki/index.ts';
import { makeSeal, parseSeal, type SealRequest, type SealStamper } from '#core/seal/index.ts';
import { outputError, requireUsable } from '#core/signing/index.ts';
import { tokenSigner } from '#core/token/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { issuersOf } from '../chain.ts';
import { readTrust, trustFolder } from '../home.ts';
import { httpClient } from '../http.ts';
import { EXIT } from '../outcome.ts';
import { readPin } from '../pin.ts';
import { sealPicture } from '../seal-picture.ts';
import { chooseKey, chooseToken, withTokens } from '../token-access.ts';
import type { Terminal } from '../terminal.ts';
import { describeSeal } from './seal-show.ts';
import { pinWords } from './tokens.ts';

const usage = (zh: string, en: string): UsageError => new UsageError(zh, en, 'seal');
const YEAR = 365 * 86_400_000;
const VENDOR = 'YIQIAN';

export async function makeSealFile({ text, flags, lists }: Invocation, terminal: Terminal): Promise<number> {
  const out = text['out'];
  if (out === undefined || out === '') throw usage('缺少 --out。', '--out is missing.');
  const wanted = readWanted(text);
  const replace = flags['force'] === true;
  if (!replace && existsSync(out)) throw new YqError('SIGN_TARGET_EXISTS', { params: { file: basename(out) } });
  const holders = await readHolders(lists['holder'] ?? []);
  const picture = await sealPicture(text);
  const { trust } = await readTrust(trustFolder(terminal.env, text['trust']));
  const seal = await withTokens(terminal, async (provider) => {
    const token = await chooseToken(provider, text['token']);
    try {
      const key = await chooseKey(token, text['key']);
      const now = new Date();
      requireUsable(key.certificate, now);
      const chain = await issuersOf(key.certificate, trust, terminal, httpClient);
      const request: SealRequest = {
        ...wanted,
        vendor: VENDOR,
        signers: { kind: flags['digests'] === true ? 'digests' : 'certificates', certificates: holders },
        createdAt: now,
        ...validity(text, now, [key.certificate, ...holders]),
        picture,
      };
      terminal.note({
        zh: `用密钥“${token.info.label}”中 ${key.certificate.commonName} 的证书制章；PIN ${pinWords(token.info.pinTries).zh}。`,
        en: `Making the seal as ${key.certificate.commonName} with token "${token.info.label}"; PIN: ${pinWords(token.info.pinTries).en}.`,
      });
      const pin = token.info.loginRequired ? await readPin(text['pin-file'], token.info.label, terminal) : undefined;
      if (pin !== undefined) await token.login(pin);
      const again = key.alwaysAuthenticate && pin !== undefined ? { pin } : {};
      const stamp = stamper(text['tsa'], trust);
      return await makeSeal(request, tokenSigner(token, key, chain, again), {
        now,
        ...(trust.roots.length === 0 ? {} : { trust }),
        ...(stamp === undefined ? {} : { stamp }),
      });
    } finally {
      await token.close();
    }
  });
  await writeFile(out, seal, { flag: replace ? 'w' : 'wx', flush: true }).catch((e: unknown) => {
    throw outputError(e, out);
  });
  describeSeal(out, parseSeal(seal), terminal);
  return EXIT.ok;
}

function readWanted(text: Invocation['text']): Pick<SealRequest, 'version' | 'id' | 'name' | 'type'> {
  const { name, id, type = '1', version = '4' } = text;
  if (name === undefined || name.trim() === '') throw usage('缺少 --name。', '--name is missing.');
  if (id === undefined || id.trim() === '') throw usage('缺少 --id。', '--id is missing.');
  if (!/^\d{1,6}$/.test(type)) throw usage('--type 要是数字。', '--type is a number.');
  if (version !== '4' && version !== '5') throw usage('--version 只能是 4 或 5。', '--version is either 4 or 5.');
  if (text['tsa'] !== undefined && version === '4') {
    throw usage('--tsa 只用于 --version 5。', '--tsa goes with --version 5 only.');
  }
  return { version: version === '5' ? 5 : 4, id: id.trim(), name: name.trim(), type: Number(type) };
}

async function readHolders(files: readonly string[]): Promise<readonly Certificate[]> {
  if (files.length === 0) throw usage('缺少 --holder。', '--holder is missing.');
  const holders: Certificate[] = [];
  for (const file of files) {
    const bytes = await readFile(file).catch((e: unknown) => {
      throw new YqError('SIGN_INPUT', { params: { file: basename(file) }, cause: e });
    });
    try {
      // A file may hold the chain as well; the person's own certificate comes first.
      const [own] = Certificate.parseAll(new Uint8Array(bytes));
      if (own === undefined) throw new YqError('PKI_PARSE', { detail: basename(file) });
      holders.push(own);
    } catch (e) {
      throw asYqError(e, 'PKI_PARSE');
    }
  }
  return holders;
}

/** Days are this machine's own, the last one to its end. */
function validity(
  { from, to }: Invocation['text'],
  now: Date,
  certificates: readonly Certificate[],
): Pick<SealRequest, 'validFrom' | 'validTo'> {
  const validFrom = from === undefined ? now : readDate('from', from, false);
  const ends = certificates.map((c) => c.notAfter.getTime());
  const validTo = to === undefined ? new Date(Math.min(validFrom.getTime() + YEAR, ...ends)) : readDate('to', to, true);
  return { validFrom, validTo };
}

function readDate(option: string, written: string, endOfDay: boolean): Date {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(written);
  const date =
    day === null
      ? new Date(/T\d/.test(written) ? written : NaN)
      : new Date(`${written}T${endOfDay ? '23:59:59' : '00:00:00'}`);
  if (!Number.isNaN(date.getTime())) return date;
  throw usage(
    `--${option} 要写成 2026-01-31 或 2026-01-31T08:00:00+08:00。`,
    `--${option} is written 2026-01-31 or 2026-01-31T08:00:00+08:00.`,
  );
}

function stamper(url: string | undefined, trust: TrustMaterial): SealStamper | undefined {
  if (url === undefined) return undefined;
  return async (signature) => {
    const imprint = digest('sm3', signature);
    return (await requestTimeStamp(imprint, { url, roots: trust }, httpClient, () => new Date())).token;
  };
}
