/** `seal show` and `seal verify`: what a seal says, and what the checks say of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { sm3, toHex } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { Certificate, type TrustMaterial } from '#core/pki/index.ts';
import { parseSeal, verifySeal, type Seal, type SealVerdict } from '#core/seal/index.ts';
import { outputError } from '#core/signing/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { issuersOf } from '../chain.ts';
import { readTrust, trustFolder } from '../home.ts';
import { httpClient } from '../http.ts';
import { EXIT, wireError } from '../outcome.ts';
import type { Terminal } from '../terminal.ts';

const STANDARDS = { 1: 'GM/T 0031-2014', 4: 'GB/T 38540-2020', 5: 'GM/T 0031-2025' } as const;
const VERDICTS = {
  PASSED: { zh: '有效', en: 'PASSED' },
  FAILED: { zh: '无效', en: 'FAILED' },
  INDETERMINATE: { zh: '无法确定', en: 'INDETERMINATE' },
} as const;
const MARKS = { PASSED: '✓', FAILED: '✗', INDETERMINATE: '?' } as const;
/** Larger files are no seals; they are not read whole to find out. */
const MAX_BYTES = 8 * 1024 * 1024;

/** @throws SIGN_INPUT, SEAL_FORMAT, SEAL_LIMIT, SEAL_UNSUPPORTED */
export async function readSeal(path: string): Promise<Seal> {
  const bytes = await readFile(path).catch((e: unknown) => {
    throw new YqError('SIGN_INPUT', { params: { file: basename(path) }, cause: e });
  });
  if (bytes.length > MAX_BYTES) throw new YqError('SEAL_LIMIT', { detail: `${bytes.length} bytes` });
  return parseSeal(new Uint8Array(bytes));
}

export async function showSeals(
  { text, flags }: Invocation,
  files: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { out } = text;
  if (out !== undefined && files.length > 1) {
    throw new UsageError('--out 只用于一枚印章。', '--out goes with one seal.', 'seal');
  }
  for (const file of files) {
    const seal = await readSeal(file);
    describeSeal(file, seal, terminal);
    if (out === undefined) continue;
    await writeFile(out, seal.picture.data, { flag: flags['force'] === true ? 'w' : 'wx' }).catch((e: unknown) => {
      throw outputError(e, out);
    });
  }
  return EXIT.ok;
}

const named = (der: Uint8Array): string => {
  try {
    const { commonName, serial } = Certificate.parse(der);
    return `${commonName} (${serial})`;
  } catch {
    return '?';
  }
};

const holdersOf = ({ signers }: Seal): readonly string[] =>
  signers.kind === 'certificates'
    ? signers.certificates.map(named)
    : signers.digests.map((d) => `${d.type} ${toHex(d.value)}`);

export function describeSeal(file: string, seal: Seal, terminal: Terminal): void {
  const { id, name, type, vendor, picture } = seal;
  const fields = {
    file,
    standard: STANDARDS[seal.version],
    id,
    name,
    type,
    vendor,
    holders: holdersOf(seal),
    maker: named(seal.makerCertificate),
    createdAt: seal.createdAt.toISOString(),
    validFrom: seal.validFrom.toISOString(),
    validTo: seal.validTo.toISOString(),
    picture: {
      format: picture.format,
      widthMm: picture.widthMm,
      heightMm: picture.heightMm,
      bytes: picture.data.length,
      sm3: toHex(sm3(picture.data)),
    },
    timeStamp: seal.timeStamp !== undefined,
    size: seal.der.length,
  };
  if (terminal.json) return terminal.printJson(fields);
  const words = (zh: string, en: string): string => ({ zh, en })[terminal.lang];
  terminal.print(`${file}: ${name} (${id})`);
  terminal.print(`  ${fields.standard} · ${words('类型', 'type')} ${type} · ${vendor} · ${fields.size} B`);
  terminal.print(`  ${words('制章者', 'Maker')} ${fields.maker}`);
  for (const holder of fields.holders) terminal.print(`  ${words('用章人', 'Holder')} ${holder}`);
  terminal.print(
    `  ${words('制作', 'Made')} ${fields.createdAt} · ${words('有效', 'valid')} ${fields.validFrom} – ${fields.validTo}`,
  );
  terminal.print(
    `  ${words('图片', 'Picture')} ${picture.format} ${picture.widthMm} × ${picture.heightMm} mm · ${picture.data.length} B · SM3 ${fields.picture.sm3}`,
  );
}

type Outcome =
  | { readonly file: string; readonly seal: Seal; readonly report: SealVerdict }
  | { readonly file: string; readonly error: YqError };

export async function verifySeals({ text }: Invocation, files: readonly string[], terminal: Terminal): Promise<number> {
  const { trust, folder } = await readTrust(trustFolder(terminal.env, text['trust']));
  if (trust.roots.length === 0) {
    terminal.warn({ zh: `“${folder}”里没有受信任的根证书。`, en: `There is no trusted root in "${folder}".` });
  }
  const outcomes: Outcome[] = [];
  for (const file of files) {
    const outcome = await verifyOne(file, trust, terminal);
    outcomes.push(outcome);
    if (!terminal.json) tell(outcome, terminal);
  }
  if (terminal.json) {
    terminal.printJson(
      outcomes.map((o) =>
        'error' in o
          ? { file: o.file, error: wireError(o.error) }
          : { file: o.file, id: o.seal.id, name: o.seal.name, verdict: o.report.verdict, findings: o.report.findings },
      ),
    );
  }
  const reports = outcomes.flatMap((o) => ('report' in o ? [o.report] : []));
  if (reports.some((r) => r.verdict === 'FAILED')) return EXIT.failed;
  if (reports.length < outcomes.length) return EXIT.unreadable;
  return reports.some((r) => r.verdict === 'INDETERMINATE') ? EXIT.indeterminate : EXIT.ok;
}

async function verifyOne(file: string, trust: TrustMaterial, terminal: Terminal): Promise<Outcome> {
  try {
    const seal = await readSeal(file);
    const now = new Date();
    const more = await makersIssuers(seal, trust, terminal);
    const makerTrust = { ...trust, intermediates: [...(trust.intermediates ?? []), ...more] };
    return { file, seal, report: verifySeal(seal, { makerTrust, at: now, now }) };
  } catch (e) {
    return { file, error: asYqError(e, 'SEAL_FORMAT') };
  }
}

async function makersIssuers(seal: Seal, trust: TrustMaterial, terminal: Terminal): Promise<readonly Certificate[]> {
  try {
    return await issuersOf(Certificate.parse(seal.makerCertificate), trust, terminal, httpClient);
  } catch {
    return [];
  }
}

function tell(outcome: Outcome, terminal: Terminal): void {
  const { lang } = terminal;
  if ('error' in outcome) {
    const { what, next } = outcome.error.text(lang);
    terminal.print(`${outcome.file}: ${what} ${next} (${outcome.error.code})`);
    return;
  }
  const { seal, report } = outcome;
  terminal.print(`${outcome.file}: ${VERDICTS[report.verdict][lang]} · ${seal.name} (${seal.id})`);
  for (const f of report.findings) {
    const mark = f.code === 'REVOCATION_NOT_CHECKED' ? '·' : MARKS[f.verdict];
    terminal.print(`  ${mark} ${f[lang]} (${f.code})`);
  }
}
