/** One page that tells IT over the phone what is wrong. Every line has a state; a bad one says what to do. No patient data. */
import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import { arch, hostname, release, totalmem, type as osType } from 'node:os';
import { join } from 'node:path';
import { asYqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { Diagnosis, DiagnosisLine } from '#shared/models.ts';
import { diagnoseTimeServices } from './diagnose-time.ts';
import type { DeskPorts } from './ports.ts';
import { checkPhonePage } from '../phone/page-check.ts';
import { SEAL_MAKERS } from './trust.ts';
import type { UploadQueue } from './upload-queue.ts';
import { driverState, pinTriesWords, policyWords, settingNames, sourceWords, type Words } from './diagnosis-words.ts';

type Line = DiagnosisLine;
type Group = Line['group'];

export interface DiagnoseDeps {
  readonly ports: DeskPorts;
  readonly queue: UploadQueue;
  /** How the key of what consent forms keep is protected. */
  readonly consentKey: 'system' | 'file';
  readonly trust: () => Promise<{ readonly trust: TrustMaterial; readonly rejected: readonly string[] }>;
}

export async function diagnose({ ports, queue, consentKey, trust }: DiagnoseDeps): Promise<Diagnosis> {
  const lines: Line[] = [];
  const add = (
    group: Group,
    id: string,
    name: Words,
    value: string | Words,
    state: Line['state'] = 'info',
    next?: Words,
  ): void => {
    const shown = typeof value === 'string' ? { value } : { value: value.en, words: { ...value } };
    lines.push({ group, id, zh: name.zh, en: name.en, ...shown, state, ...(next && { next: { ...next } }) });
  };
  const failed = (group: Group, id: string, name: Words, e: unknown, state: Line['state'] = 'error'): void => {
    const error = asYqError(e, 'INTERNAL');
    const [zh, en] = [error.text('zh'), error.text('en')];
    const value = { zh: `${zh.what} ${error.code}`, en: `${en.what} ${error.code}` };
    add(group, id, name, value, state, { zh: zh.next, en: en.next });
  };

  const { versions, configuration, policy, locations } = ports;
  add('system', 'os', { zh: '操作系统', en: 'Operating system' }, `${osType()} ${release()} ${arch()}`);
  add('system', 'host', { zh: '计算机名', en: 'Computer' }, hostname());
  add('system', 'memory', { zh: '内存', en: 'Memory' }, `${Math.round(totalmem() / 2 ** 20)} MB`);
  add('runtime', 'version', { zh: '医签版本', en: 'Yiqian' }, versions.app);
  add('runtime', 'electron', { zh: 'Electron', en: 'Electron' }, versions.electron);
  add('runtime', 'chrome', { zh: 'Chromium', en: 'Chromium' }, versions.chrome);
  add('runtime', 'node', { zh: 'Node.js', en: 'Node.js' }, versions.node);

  if (configuration.driversRejected !== undefined) {
    add('tokens', 'drivers', { zh: '驱动配置', en: 'Driver list' }, configuration.driversRejected, 'error', {
      zh: '请改正配置后重启程序。',
      en: 'Correct the list and restart the program.',
    });
  }
  const drivers = await ports.tokens.provider.drivers();
  if (drivers.length === 0) {
    add('tokens', 'drivers', { zh: '密钥驱动', en: 'Key drivers' }, '0', 'warning', {
      zh: '没有配置驱动；请安装密钥驱动，或由信息科在策略中指定。',
      en: 'No driver is configured: install the key’s driver, or have IT name it in the policy.',
    });
  }
  for (const d of drivers) {
    const rest = [d.profile, d.path, d.version, d.code, d.detail].filter((v) => v !== undefined).join(' · ');
    const word = driverState[d.state];
    const value = { zh: `${word.zh} · ${rest}`, en: `${word.en} · ${rest}` };
    const state =
      d.state === 'ready' ? 'ok' : d.state === 'starting' ? 'info' : d.state === 'absent' ? 'warning' : 'error';
    add('tokens', `driver:${d.driver}`, { zh: '驱动', en: 'Driver' }, value, state);
  }
  for (const t of await ports.tokens.provider.list().catch(() => [])) {
    const tries = pinTriesWords(t.pinTries);
    const rest = `${t.label} · ${t.serial} · ${t.manufacturer} ${t.model}`;
    add(
      'tokens',
      `token:${t.id}`,
      { zh: '密钥', en: 'Token' },
      { zh: `${rest} · ${tries.zh}`, en: `${rest} · ${tries.en}` },
      t.pinTries.kind === 'locked' ? 'error' : t.testOnly ? 'warning' : 'ok',
      t.testOnly
        ? { zh: '这是测试密钥，不能用于真实病历。', en: 'This is a test key, not for real records.' }
        : undefined,
    );
  }

  const backendName = { zh: '病历服务', en: 'Record service' };
  try {
    const begun = performance.now();
    const health = await ports.backend.health();
    add(
      'network',
      'backend',
      backendName,
      `${ports.backend.url} · ${health.version} · ${Math.round(performance.now() - begun)} ms`,
      'ok',
    );
  } catch (e) {
    failed('network', 'backend', backendName, e);
  }

  const page = await checkPhonePage(configuration.phoneUrl.value, ports.http);
  add('network', 'phone', { zh: '手机页面', en: 'Page for phones' }, page.value, page.state, page.next);

  const { trust: material, rejected } = await trust();
  for (const service of await diagnoseTimeServices(ports, material)) {
    const { number, url } = service;
    const [id, clockId] = number === '' ? ['tsa', 'clock'] : [`tsa:${number}`, `clock:${number}`];
    const name = { zh: `时间戳服务${number}`, en: `Time stamp service${number && ` ${number}`}` };
    if ('error' in service) {
      // With another one that answers, signing goes on.
      failed('network', id, name, service.error, number === '' ? 'error' : 'warning');
      continue;
    }
    const { took, difference, clock } = service;
    add('network', id, name, `${url} · ${Math.round(took)} ms`, 'ok');
    add(
      'time',
      clockId,
      {
        zh: `本机时间与时间戳${number}相差`,
        en: `This clock against the time stamp${number === '' ? '' : ` of service ${number}`}`,
      },
      `${((Math.round(difference / 100) || 0) / 10).toFixed(1)} s`,
      clock,
      clock === 'ok' ? undefined : { zh: '请信息科校准本机时间。', en: 'IT should set the clock of this PC.' },
    );
  }

  const policyState: Record<typeof policy.state, Line['state']> = {
    absent: 'info',
    applied: 'ok',
    rejected: 'error',
    unreadable: 'error',
  };
  const why =
    policy.state === 'rejected'
      ? ` · ${policy.reasons.join('; ')}`
      : policy.state === 'unreadable'
        ? ` · ${policy.reason}`
        : '';
  add(
    'policy',
    'file',
    { zh: '策略文件', en: 'Policy file' },
    {
      zh: `${policyWords[policy.state].zh} · ${policy.file}${why}`,
      en: `${policyWords[policy.state].en} · ${policy.file}${why}`,
    },
    policyState[policy.state],
  );
  const sourced = {
    backendUrl: configuration.backendUrl,
    phoneUrl: configuration.phoneUrl,
    tsaUrl: configuration.tsaUrl,
    trustDirectory: configuration.trustDirectory,
    lockAfterMinutes: configuration.lockAfterMinutes,
    tsaTimeoutSeconds: configuration.tsaTimeoutSeconds,
    tokenTimeoutSeconds: configuration.tokenTimeoutSeconds,
    sealCarrier: configuration.sealCarrier,
    signatureLevel: configuration.signatureLevel,
    sealVersion: configuration.sealVersion,
    consentPhotos: configuration.consentPhotos,
    simulatedFingerprint: configuration.simulatedFingerprint,
    consentOfflineDays: configuration.consentOfflineDays,
  };
  for (const [name, { value, source }] of Object.entries(sourced)) {
    const from = sourceWords[source];
    add('policy', name, settingNames[name] ?? { zh: name, en: name }, {
      zh: `${value}（${from.zh}）`,
      en: `${value} (${from.en})`,
    });
  }

  const roots = material.roots.length;
  add(
    'storage',
    'trust',
    { zh: '受信任的根证书', en: 'Trusted roots' },
    `${roots}`,
    roots > 0 ? 'ok' : 'error',
    roots > 0
      ? undefined
      : {
          zh: `请信息科把根证书（PEM）放入 ${configuration.trustDirectory.value}。`,
          en: `IT should put the root certificates (PEM) into ${configuration.trustDirectory.value}.`,
        },
  );
  const makers = material.sealMakers?.length;
  add(
    'storage',
    'seal-makers',
    { zh: '受信任的制章者', en: 'Trusted seal makers' },
    makers === undefined ? { zh: '未指定', en: 'not named' } : `${makers}`,
    makers === undefined ? 'info' : 'ok',
    makers === undefined
      ? {
          zh: `任何受信任的签名证书都能制章；请信息科把制章证书放入信任目录下的 ${SEAL_MAKERS}。`,
          en: `Any trusted signing certificate can make seals: IT should put the makers’ into ${SEAL_MAKERS} in the trust folder.`,
        }
      : undefined,
  );
  for (const name of rejected) {
    add('storage', `trust:${name}`, { zh: '无法读取的证书文件', en: 'Unreadable certificate file' }, name, 'warning');
  }
  const dataName = { zh: '数据目录可写', en: 'Data folder writable' };
  try {
    await mkdir(locations.userData, { recursive: true });
    await access(locations.userData, constants.W_OK);
    const probe = join(locations.userData, '.writable');
    await writeFile(probe, '');
    await rm(probe);
    add('storage', 'data', dataName, locations.userData, 'ok');
  } catch (e) {
    add('storage', 'data', dataName, `${locations.userData} · ${(e as NodeJS.ErrnoException).code ?? 'I/O'}`, 'error', {
      zh: '请检查磁盘空间与写入权限。',
      en: 'Check disk space and rights.',
    });
  }
  const waiting = queue.all();
  const refused = waiting.filter((q) => q.state === 'refused').length;
  add(
    'storage',
    'queue',
    { zh: '待上传', en: 'Waiting for upload' },
    {
      zh: `${waiting.length} 份${refused > 0 ? `，${refused} 份被拒绝` : ''}`,
      en: `${waiting.length}${refused > 0 ? `, ${refused} refused` : ''}`,
    },
    refused > 0 ? 'error' : waiting.length > 0 ? 'warning' : 'ok',
  );

  add(
    'storage',
    'consent-key',
    { zh: '知情同意资料的密钥', en: 'Key of consent forms' },
    consentKey === 'system'
      ? { zh: '由系统密钥库保护', en: 'kept by the system' }
      : { zh: '存于仅本账户可读的文件', en: 'in a file that only this account can read' },
    consentKey === 'system' ? 'ok' : 'info',
    consentKey === 'system'
      ? undefined
      : {
          zh: '本机没有可用的系统密钥库；请确保磁盘加密，并且他人不能使用本账户。',
          en: 'This PC has no keyring: make sure that its disk is encrypted and nobody else uses this account.',
        },
  );

  const at = ports.now().toISOString();
  return { lines, text: diagnosisText(lines, at), at };
}

/** For the clipboard: what the page shows, one line each. The caller redacts. */
export const diagnosisText = (lines: readonly Line[], at: string): string =>
  [`Yiqian 医签 · ${at}`, ...lines.map((l) => `[${l.state}] ${l.group}/${l.id} ${l.zh} ${l.en}: ${l.value}`)].join(
    '\n',
  );
