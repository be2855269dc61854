/** `sign IN.pdf --out OUT.pdf`: one signature with a token, the same way the desk makes it. */
import { constants, existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import { loadSigningFont, type SignatureAppearance } from '#core/pdf/index.ts';
import type { TrustMaterial } from '#core/pki/index.ts';
import {
  checkLastingSources,
  cleanLeftovers,
  requireUsable,
  signPdf,
  ValidationCache,
  type SignPdfResult,
  type StepReport,
} from '#core/signing/index.ts';
import { tokenSigner } from '#core/token/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { issuersOf } from '../chain.ts';
import { readTrust, signingFontPath, trustFolder } from '../home.ts';
import { httpClient } from '../http.ts';
import { readLevel } from '../level.ts';
import { EXIT, wireError } from '../outcome.ts';
import { passwordFor } from '../password.ts';
import { readPin } from '../pin.ts';
import { readPlacement, readProtection } from '../placement.ts';
import { placedRequest, placeIn } from '../sign-place.ts';
import { readSealToUse, requireUsableSeal } from '../sign-seal.ts';
import { chooseKey, chooseToken, withTokens } from '../token-access.ts';
import type { Terminal } from '../terminal.ts';
import { pinWords } from './tokens.ts';

export async function sign({ operands, text, flags }: Invocation, terminal: Terminal): Promise<number> {
  const [source = ''] = operands;
  const out = text['out'];
  if (out === undefined || out === '') throw new UsageError('缺少 --out。', '--out is missing.', 'sign');
  const choice = readPlacement(text);
  const protection = readProtection(text);
  const level = text['level'] === undefined ? undefined : readLevel(text['level'], ['b', 't', 'lt', 'lta'], 'sign');
  if (level !== undefined && level !== 'B-B' && text['tsa'] === undefined) {
    throw new UsageError('这个 --level 要有 --tsa。', 'This --level needs --tsa.', 'sign');
  }
  if (text['image'] !== undefined && choice === undefined) {
    throw new UsageError(
      '--image 要和盖章位置（如 --at、--keyword、--field）一起用。',
      '--image goes together with a place such as --at, --keyword or --field.',
      'sign',
    );
  }
  const image = text['image'] === undefined ? undefined : await readImage(text['image']);
  const seal = await readSealToUse(text);
  await lookBeforeAsking(source, out, flags['force'] === true);
  if (text['pin-file'] === '-' && text['password-file'] === '-') {
    throw new UsageError(
      '--pin-file 和 --password-file 不能都是“-”。',
      '--pin-file and --password-file cannot both be "-".',
      'sign',
    );
  }
  const password = await passwordFor(source, text['password-file'], terminal);
  const placed =
    choice === undefined
      ? undefined
      : await placeIn({ document: source, password, choice, image, sealSize: seal?.picture });
  const { trust } = await readTrust(trustFolder(terminal.env, text['trust']));
  await cleanLeftovers(dirname(out));
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt);
  try {
    return await withTokens(terminal, async (provider) => {
      const token = await chooseToken(provider, text['token']);
      try {
        const key = await chooseKey(token, text['key']);
        requireUsable(key.certificate, new Date());
        terminal.note({
          zh: `用密钥“${token.info.label}”中 ${key.certificate.commonName} 的证书签署；PIN ${pinWords(token.info.pinTries).zh}。`,
          en: `Signing as ${key.certificate.commonName} with token "${token.info.label}"; PIN: ${pinWords(token.info.pinTries).en}.`,
        });
        const chain = await issuersOf(key.certificate, trust, terminal, httpClient);
        if (seal !== undefined) requireUsableSeal(seal, key.certificate, chain, trust);
        const network = { http: httpClient, now: () => new Date(), signal: stop.signal, cache: new ValidationCache() };
        if (level === 'B-LT' || level === 'B-LTA') {
          await checkLastingSources({ ...network, certificate: key.certificate, chain, trust });
        }
        const pin = token.info.loginRequired ? await readPin(text['pin-file'], token.info.label, terminal) : undefined;
        if (pin !== undefined) await token.login(pin);
        const again = key.alwaysAuthenticate && pin !== undefined ? { pin } : {};
        const signer = tokenSigner(token, key, chain, again);
        // A seal shows its own picture, unless another is given.
        const own = seal !== undefined && image === undefined;
        const appearance = placed && !own ? await appearanceOf(image, signer.certificate.commonName) : undefined;
        const result = await signPdf({
          source,
          target: out,
          signer,
          trust,
          ...network,
          ...(level === undefined ? {} : { level }),
          replace: flags['force'] === true,
          onStep: (step) => progress(step, terminal),
          ...(password === undefined ? {} : { password }),
          ...(placed === undefined ? {} : placedRequest(placed, text['field'])),
          ...protection,
          ...(seal === undefined ? {} : { seal: seal.use }),
          ...options({ appearance, text, trust }),
        });
        describe(result, terminal);
        return result.shortfall === undefined ? EXIT.ok : EXIT.indeterminate;
      } finally {
        await token.close();
      }
    });
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** What would fail anyway is said before anybody types a PIN. */
async function lookBeforeAsking(source: string, out: string, force: boolean): Promise<void> {
  await access(source, constants.R_OK).catch((e: unknown) => {
    throw new YqError('SIGN_INPUT', { params: { file: basename(source) }, cause: e });
  });
  if (!force && existsSync(out)) throw new YqError('SIGN_TARGET_EXISTS', { params: { file: basename(out) } });
}

async function readImage(path: string): Promise<Uint8Array> {
  return await readFile(path).catch((e: unknown) => {
    throw new YqError('SIGN_INPUT', { params: { file: basename(path) }, cause: e });
  });
}

/** The picture alone where there is one, else name and day in letters. */
async function appearanceOf(image: Uint8Array | undefined, name: string): Promise<SignatureAppearance> {
  if (image !== undefined) return { image };
  const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' });
  return { lines: [name, day.format(new Date())], font: await loadSigningFont(signingFontPath()) };
}

function options({
  appearance,
  text,
  trust,
}: {
  readonly appearance: SignatureAppearance | undefined;
  readonly text: Invocation['text'];
  readonly trust: TrustMaterial;
}) {
  const { reason, location, tsa } = text;
  return {
    ...(appearance === undefined ? {} : { appearance }),
    ...(reason === undefined ? {} : { reason }),
    ...(location === undefined ? {} : { location }),
    ...(tsa === undefined ? {} : { tsa: { url: tsa, roots: trust } }),
  };
}

const STEP_WORDS: Readonly<Record<StepReport['step'], { readonly zh: string; readonly en: string }>> = {
  prepare: { zh: '准备', en: 'Prepare' },
  sign: { zh: '签名', en: 'Sign' },
  timestamp: { zh: '时间戳', en: 'Time stamp' },
  seal: { zh: '盖章', en: 'Seal' },
  selfcheck: { zh: '自检', en: 'Self-check' },
  archive: { zh: '归档', en: 'Archive' },
};

function progress({ step, state, milliseconds }: StepReport, terminal: Terminal): void {
  if (state !== 'done') return;
  const { zh, en } = STEP_WORDS[step];
  const time = `${(milliseconds ?? 0).toFixed(0)} ms`;
  terminal.note({ zh: `  ${zh} ${time}`, en: `  ${en} ${time}` });
}

function describe(result: SignPdfResult, terminal: Terminal): void {
  const { shortfall } = result;
  if (terminal.json) {
    return terminal.printJson(shortfall === undefined ? result : { ...result, shortfall: wireError(shortfall) });
  }
  const { lang } = terminal;
  const words = (zh: string, en: string): string => ({ zh, en })[lang];
  const time = result.trustedTime?.toISOString();
  terminal.print(`${words('已签署', 'Signed')}: ${result.target}`);
  terminal.print(
    `  ${result.format} · ${result.algorithm} · ${result.signerName} · ${words('证书', 'certificate')} ${result.certificateSerial}`,
  );
  terminal.print(
    time === undefined
      ? `  ${words('声称的时间', 'Claimed time')} ${result.claimedTime.toISOString()}`
      : `  ${words('可信时间', 'Trusted time')} ${time}`,
  );
  if (shortfall !== undefined) {
    const { what } = shortfall.text(lang);
    const later = words('可稍后用 extend 补齐。', 'extend may make up for it later.');
    terminal.print(`  ${words('未达到所要的级别', 'Below the level asked for')}: ${what} ${later} (${shortfall.code})`);
  }
  terminal.print(`  SM3 ${words('签署前', 'before')} ${result.sm3Before}`);
  terminal.print(`  SM3 ${words('签署后', 'after')}  ${result.sm3After}`);
}
