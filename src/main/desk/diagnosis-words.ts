/** Words of the diagnosis page for states and sources that the code knows by name. */
import type { DriverStatus, PinTries } from '#core/token/index.ts';
import type { Source } from '../policy/configuration.ts';
import type { Policy } from '../policy/read.ts';

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export const driverState: Readonly<Record<DriverStatus['state'], Words>> = {
  ready: { zh: '就绪', en: 'ready' },
  absent: { zh: '文件不存在', en: 'file not there' },
  broken: { zh: '无法加载', en: 'cannot be loaded' },
  crashed: { zh: '已崩溃', en: 'crashed' },
  starting: { zh: '正在启动', en: 'starting' },
};

export const policyWords: Readonly<Record<Policy['state'], Words>> = {
  absent: { zh: '没有策略文件', en: 'no policy file' },
  applied: { zh: '已生效', en: 'in force' },
  rejected: { zh: '内容有误，未采用', en: 'rejected, not applied' },
  unreadable: { zh: '无法读取', en: 'unreadable' },
};

export const sourceWords: Readonly<Record<Source, Words>> = {
  policy: { zh: '策略', en: 'policy' },
  environment: { zh: '环境变量', en: 'environment' },
  default: { zh: '默认', en: 'default' },
};

export const settingNames: Readonly<Record<string, Words>> = {
  backendUrl: { zh: '病历服务地址', en: 'Record service address' },
  phoneUrl: { zh: '手机访问地址', en: 'Address for phones' },
  tsaUrl: { zh: '时间戳服务地址', en: 'Time stamp service address' },
  trustDirectory: { zh: '信任目录', en: 'Trust folder' },
  lockAfterMinutes: { zh: '无操作自动锁定（分钟）', en: 'Lock after (minutes)' },
  tsaTimeoutSeconds: { zh: '时间戳时限（秒）', en: 'Time stamp limit (s)' },
  tokenTimeoutSeconds: { zh: '密钥时限（秒）', en: 'Key limit (s)' },
  sealCarrier: { zh: '印章在文件中的存放方式', en: 'How a file carries its seal' },
  signatureLevel: { zh: '签名级别', en: 'Signature level' },
  sealVersion: { zh: '制章格式版本', en: 'Format of seals made here' },
  consentPhotos: { zh: '知情同意拍照', en: 'Photos with consent forms' },
  simulatedFingerprint: { zh: '模拟指纹仪（仅供培训）', en: 'Simulated fingerprint reader (training only)' },
  consentOfflineDays: { zh: '知情同意可离线（天）', en: 'Consent without network (days)' },
};

export function pinTriesWords(tries: PinTries): Words {
  switch (tries.kind) {
    case 'count':
      return { zh: `PIN 剩余 ${tries.left} 次`, en: `${tries.left} PIN tries left` };
    case 'full':
      return { zh: 'PIN 次数未减', en: 'all PIN tries left' };
    case 'low':
      return { zh: 'PIN 剩余次数不多', en: 'few PIN tries left' };
    case 'final':
      return { zh: 'PIN 只剩一次', en: 'one PIN try left' };
    case 'locked':
      return { zh: 'PIN 已锁定', en: 'PIN locked' };
    case 'unknown':
      return { zh: 'PIN 次数未告知', en: 'PIN tries not told' };
  }
}
