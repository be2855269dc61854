/**
 * `evidence show|open PACKAGE`: what a sealed package says to everybody, and, with the escrow key, what is inside. Opening is an act: with
 * --backend it is recorded there first, and without the record nothing is opened.
 */
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  compareWithForm,
  inkPicture,
  openEvidence,
  readSealed,
  ROLE_NAMES,
  unwrapWith,
  type Evidence,
  type FormComparison,
  type SealedPackage,
} from '#core/consent/index.ts';
import { YqError } from '#core/errors/index.ts';
import { fileSource } from '#core/pdf/index.ts';
import { importPrivateKeyPkcs8, type SoftwareKey } from '#core/pki/index.ts';
import { inputError, outputError } from '#core/signing/index.ts';
import { UsageError, type Invocation } from '../arguments.ts';
import { readTrust, trustFolder } from '../home.ts';
import { EXIT } from '../outcome.ts';
import { recordService } from '../record-service.ts';
import type { Terminal } from '../terminal.ts';

const MAX_BYTES = 20 << 20;

export async function evidence(invocation: Invocation, terminal: Terminal): Promise<number> {
  const [verb = '', file = ''] = invocation.operands;
  if (verb === 'show') return show(file, invocation, terminal);
  if (verb === 'open') return open(file, invocation, terminal);
  throw new UsageError(`没有“evidence ${verb}”。`, `There is no "evidence ${verb}".`, 'evidence');
}

async function show(file: string, { text }: Invocation, terminal: Terminal): Promise<number> {
  const sealed = readSealed(await readPackage(file));
  const comparison = await compared(sealed, undefined, text, terminal);
  if (terminal.json) terminal.printJson({ ...outside(sealed), ...withComparison(comparison) });
  else tell(sealed, comparison, terminal);
  return exitOf(comparison);
}

async function open(file: string, { text }: Invocation, terminal: Terminal): Promise<number> {
  const { key: keyFile, out } = text;
  if (keyFile === undefined || out === undefined)
    throw new UsageError('open 要有 --key 和 --out。', 'open needs --key and --out.', 'evidence');
  const bytes = await readPackage(file);
  const sealed = readSealed(bytes);
  const key = await readKey(keyFile, terminal);
  const folder = resolve(out);
  await mkdir(folder, { mode: 0o700 }).catch((e: unknown) => {
    throw outputError(e, folder);
  });
  try {
    await recordOpening(sealed, text, terminal);
    const { evidence: inside } = await openEvidence(bytes, unwrapWith(key));
    const comparison = await compared(sealed, inside, text, terminal);
    const files = await writeInside(folder, sealed, inside, comparison);
    if (terminal.json) terminal.printJson({ ...outside(sealed), ...withComparison(comparison), folder, files });
    else {
      tell(sealed, comparison, terminal);
      terminal.print(`${words(terminal, '内容在', 'Inside')}: ${folder}`);
      for (const name of files) terminal.print(`  ${name}`);
    }
    return exitOf(comparison);
  } catch (e) {
    await rm(folder, { recursive: true, force: true });
    throw e;
  } finally {
    if (key.kind === 'sm2') key.pair.privateKey.fill(0);
  }
}

async function readPackage(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((e: unknown) => {
    throw inputError(e, file);
  });
  if (bytes.length > MAX_BYTES)
    throw new YqError('CONSENT_EVIDENCE_FORMAT', {
      params: { 'reason.zh': '文件过大', 'reason.en': 'it is too large' },
    });
  return new Uint8Array(bytes);
}

async function readKey(file: string, terminal: Terminal): Promise<SoftwareKey> {
  const bytes = await readFile(file).catch((e: unknown) => {
    throw inputError(e, file);
  });
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    terminal.warn({
      zh: `私钥文件“${file}”别的用户也能读；请用 chmod 600 收紧权限。`,
      en: `Other users can read the key file "${file}"; tighten it with chmod 600.`,
    });
  }
  return importPrivateKeyPkcs8(bytes[0] === 0x30 ? new Uint8Array(bytes) : bytes.toString('latin1'));
}

async function recordOpening(
  { header, sm3 }: SealedPackage,
  text: Invocation['text'],
  terminal: Terminal,
): Promise<void> {
  const { backend, holder, purpose } = text;
  if (backend === undefined) {
    terminal.warn({
      zh: '没有给 --backend：这次打开不会登记在病历服务里，请另行记录。',
      en: 'Without --backend this opening is not recorded by the record service; record it otherwise.',
    });
    return;
  }
  if (holder === undefined || purpose === undefined)
    throw new UsageError(
      '--backend 要有 --holder 和 --purpose。',
      '--backend needs --holder and --purpose.',
      'evidence',
    );
  const service = await recordService(backend, text['secret-file'], terminal, 'evidence');
  const consent = `/consents/${encodeURIComponent(header.consentId)}`;
  const details = JSON.parse(new TextDecoder().decode(await service.get(consent))) as {
    readonly packages: readonly { readonly part: string; readonly sm3: string }[];
  };
  if (!details.packages.some((p) => p.part === header.writer && p.sm3 === sm3)) {
    terminal.warn({
      zh: '病历服务所存的证据包不是这一个。',
      en: 'The package that the record service keeps is another one.',
    });
  }
  await service.post(`${consent}/openings`, { part: header.writer, holder, purpose });
}

async function compared(
  sealed: SealedPackage,
  inside: Evidence | undefined,
  text: Invocation['text'],
  terminal: Terminal,
): Promise<FormComparison | undefined> {
  const { pdf } = text;
  if (pdf === undefined) return undefined;
  const { trust } = await readTrust(trustFolder(terminal.env, text['trust']));
  const source = await fileSource(pdf).catch((e: unknown) => {
    throw inputError(e, pdf);
  });
  try {
    return await compareWithForm(source, sealed, inside, { trust, at: new Date() });
  } finally {
    await source.close();
  }
}

/** Readable by the caller alone. Gives the names. */
async function writeInside(
  folder: string,
  sealed: SealedPackage,
  inside: Evidence,
  comparison: FormComparison | undefined,
): Promise<string[]> {
  const { ink, fingerprint, photo, ...rest } = inside;
  const files: (readonly [string, Uint8Array | string])[] = [
    ['summary.txt', summary(sealed, inside, comparison)],
    [
      'evidence.json',
      `${JSON.stringify({ ...rest, package: outside(sealed), ...withComparison(comparison) }, null, 2)}\n`,
    ],
    ['strokes.json', `${JSON.stringify(ink)}\n`],
    ...(ink.strokes.length === 0 ? [] : [['strokes.svg', inkPicture(ink).data] as const]),
    ...(fingerprint === undefined
      ? []
      : [[`fingerprint.${fingerprint.format.toLowerCase()}`, fingerprint.data] as const]),
    ...(photo === undefined ? [] : [[`photo.${photo.format.toLowerCase()}`, photo.data] as const]),
  ];
  for (const [name, content] of files) {
    await writeFile(join(folder, name), content, { mode: 0o600, flag: 'wx' }).catch((e: unknown) => {
      throw outputError(e, name);
    });
  }
  return files.map(([name]) => name);
}

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' });
const local = (iso: string): string => `${clock.format(new Date(iso))} (UTC+8)`;

function summary(sealed: SealedPackage, inside: Evidence, comparison: FormComparison | undefined): string {
  const { party, allowed, ink, fingerprint, photo, device } = inside;
  const yes = (value: boolean): string => (value ? '是' : '否');
  const points = ink.strokes.reduce((sum, s) => sum + s.points.length, 0);
  const lines = [
    '知情同意证据摘要',
    '',
    `同意书编号    ${inside.consentId}`,
    `模板          ${inside.template.id} 第 ${inside.template.version} 版`,
    `文档 SM3      ${inside.document}`,
    `证据包 SM3    ${sealed.sm3}`,
    `封存时间      ${local(sealed.header.sealedAt)}`,
    `患者标识      ${inside.patientId}`,
    '',
    `签名人        ${party.name}`,
    `身份          ${ROLE_NAMES[party.role]}${party.relation === '' ? '' : `（${party.relation}）`}`,
    ...(party.reason === '' ? [] : [`代签原因      ${party.reason}`]),
    `证件          ${party.idKind === 'none' ? '未登记' : `${party.idKind} ${party.idNumber}`}`,
    ...(party.phone === '' ? [] : [`电话          ${party.phone}`]),
    '',
    `征得同意      ${local(allowed.at)}：笔迹 ${yes(allowed.handwriting)}，指纹 ${yes(allowed.fingerprint)}，照片 ${yes(allowed.photo)}`,
    `打开书写区    ${local(inside.openedAt)}`,
    `书写          ${local(ink.begunAt)} 至 ${local(ink.endedAt)}，${ink.strokes.length} 笔，${points} 点`,
    `确认签名      ${local(inside.confirmedAt)}`,
    `当时网络      ${inside.offline ? '离线（时间为工作站时钟，自称）' : '在线'}`,
    `指纹          ${fingerprint === undefined ? '无' : `${fingerprint.source}，${local(fingerprint.at)}${fingerprint.simulated ? '，模拟设备，无证明力' : ''}`}`,
    `照片          ${photo === undefined ? '无' : `${photo.source}，${local(photo.at)}${photo.simulated ? '，模拟设备，无证明力' : ''}`}`,
    `设备          ${device.id} · ${device.pointer} · ${device.system}`,
    `在场医护      ${inside.operator}`,
    '',
    comparison === undefined
      ? '未与签署文件核对。'
      : comparison.differences.length === 0
        ? '与签署文件核对：一致。'
        : `与签署文件核对：不一致——${comparison.differences.map((d) => d.zh).join('；')}。`,
    '',
  ];
  return lines.join('\n');
}

const outside = ({ header, recipient, sm3 }: SealedPackage) => ({
  sm3,
  ...header,
  escrow: { serial: recipient.serial, keySm3: recipient.keySm3 },
});

const withComparison = (comparison: FormComparison | undefined) =>
  comparison === undefined ? {} : { form: { matches: comparison.differences.length === 0, ...comparison } };

const words = ({ lang }: Terminal, zh: string, en: string): string => ({ zh, en })[lang];

function tell(sealed: SealedPackage, comparison: FormComparison | undefined, terminal: Terminal): void {
  const { header, recipient, sm3 } = sealed;
  const line = (zh: string, en: string, value: string): void => terminal.print(`${words(terminal, zh, en)}: ${value}`);
  line('证据包 SM3', 'Package SM3', sm3);
  line('同意书', 'Consent form', `${header.consentId} · ${header.writer}`);
  line('文档 SM3', 'Document SM3', header.document);
  line('封存时间', 'Sealed', header.sealedAt);
  line('保管证书', 'Escrow certificate', recipient.serial);
  if (comparison === undefined) return;
  if (comparison.differences.length === 0) {
    const time = comparison.trustedTime ?? words(terminal, '无可信时间', 'no trusted time');
    line('与签署文件', 'Signed form', `${words(terminal, '一致', 'belongs to it')} · ${time}`);
  }
  for (const d of comparison.differences)
    line('✗ 不一致', '✗ Differs', `${d[terminal.lang]}${d.detail === '' ? '' : ` (${d.code}: ${d.detail})`}`);
}

const exitOf = (comparison: FormComparison | undefined): number =>
  comparison === undefined || comparison.differences.length === 0 ? EXIT.ok : EXIT.failed;
