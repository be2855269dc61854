/** Every word of the PDF report. */
import type { VerifyReport } from '#core/verify/index.ts';
import type { ReportLanguage } from './types.ts';

type Verdict = VerifyReport['verdict'];
type Level = VerifyReport['signatures'][number]['level'];

export interface Words {
  readonly title: string;
  readonly verdict: Readonly<Record<Verdict, string>>;
  readonly fileVerdict: Readonly<Record<Verdict, string>>;
  readonly file: string;
  readonly size: string;
  readonly bytes: string;
  readonly sm3: string;
  readonly judgedAt: string;
  readonly judgedBy: string;
  readonly revisions: string;
  readonly encrypted: string;
  readonly yes: string;
  readonly signatures: string;
  readonly signature: (n: number) => string;
  readonly timeStamp: (n: number) => string;
  readonly signer: string;
  readonly serial: string;
  readonly validity: string;
  readonly chain: string;
  readonly trustedTime: string;
  readonly claimedTime: string;
  readonly authority: string;
  readonly basis: Readonly<Record<'trusted' | 'claimed' | 'now', string>>;
  readonly level: string;
  readonly levels: Readonly<Record<Level, string>>;
  readonly format: string;
  readonly algorithm: string;
  readonly coverage: string;
  readonly whole: string;
  readonly covers: (revision: number | undefined, of: number) => string;
  readonly revocation: string;
  readonly revocations: Readonly<Record<'good' | 'revoked' | 'unknown' | 'not-checked', string>>;
  readonly certification: string;
  readonly permissions: Readonly<Record<1 | 2 | 3, string>>;
  readonly reason: string;
  readonly place: (page: number) => string;
  readonly seal: string;
  readonly sealName: string;
  readonly sealMaker: string;
  readonly sealSize: string;
  readonly sealChecks: string;
  readonly checks: string;
  readonly changes: string;
  readonly noChanges: string;
  readonly page: (n: number) => string;
  readonly before: string;
  readonly after: string;
  readonly evidence: string;
  readonly evidenceText: string;
  readonly attached: string;
  readonly nothingAttached: string;
  readonly howTo: string;
  readonly howToSteps: readonly string[];
  readonly footer: (page: number, of: number) => string;
  readonly fileFindings: string;
}

const zh: Words = {
  title: '电子签名验证报告',
  verdict: { PASSED: '有效', FAILED: '无效', INDETERMINATE: '无法确定' },
  fileVerdict: {
    PASSED: '全部签名有效，签署之后没有不允许的改动。',
    FAILED: '至少一个签名无效，或签署之后文件被改动。',
    INDETERMINATE: '无法确定：资料不全或不可信，不能下结论。',
  },
  file: '文件',
  size: '大小',
  bytes: '字节',
  sm3: '文件的 SM3 摘要',
  judgedAt: '验证时间',
  judgedBy: '验证程序',
  revisions: '版本数',
  encrypted: '加密',
  yes: '是',
  signatures: '签名',
  signature: (n) => `签名 ${n}`,
  timeStamp: (n) => `文档时间戳 ${n}`,
  signer: '签名人',
  serial: '证书序列号',
  validity: '证书有效期',
  chain: '证书链',
  trustedTime: '可信时间',
  claimedTime: '声称的时间',
  authority: '时间戳机构',
  basis: {
    trusted: '证书按可信时间判断。',
    claimed: '没有可信时间：证书按签名人声称的时间判断。',
    now: '没有可信时间：证书按验证时的时间判断。',
  },
  level: '级别',
  levels: {
    none: '不是 PAdES 签名',
    'B-B': 'B-B：基本签名',
    'B-T': 'B-T：带可信时间',
    'B-LT': 'B-LT：带长期验证资料',
    'B-LTA': 'B-LTA：带归档时间戳',
  },
  format: '格式',
  algorithm: '算法',
  coverage: '覆盖范围',
  whole: '整个文件',
  covers: (revision, of) => (revision === undefined ? '不确定' : `第 ${revision} 版（共 ${of} 版）`),
  revocation: '吊销状态',
  revocations: { good: '未吊销', revoked: '已吊销', unknown: '未知', 'not-checked': '未检查' },
  certification: '认证签名',
  permissions: { 1: '之后不许任何改动', 2: '之后可填表和签名', 3: '之后可填表、签名和批注' },
  reason: '签署原因',
  place: (page) => `显示在第 ${page} 页`,
  seal: '电子印章',
  sealName: '名称与编号',
  sealMaker: '制章者',
  sealSize: '图样',
  sealChecks: '印章检查',
  checks: '逐项检查',
  changes: '签署之后',
  noChanges: '没有任何改动。',
  page: (n) => `第 ${n} 页`,
  before: '原为',
  after: '改为',
  evidence: '证据',
  evidenceText: '本报告的附件带有重新验证所需的资料，不需要本程序也能核对。',
  attached: '附件',
  nothingAttached: '本报告没有带原始证据；请与被验证的文件一起保存。',
  howTo: '怎样核对',
  howToSteps: [
    '1. 计算被验证文件的 SM3 摘要，应与本报告第一页所列一致。',
    '2. 取文件中 ByteRange 所列的两段字节，依次计算摘要；应等于签名数据（.p7s）里 messageDigest 属性的值。',
    '3. 用证书里的公钥，对签名数据中已签属性的 DER 编码验证签名值（SM2 用户标识 1234567812345678）。',
    '4. 按证书链逐级验证证书，并与您信任的根证书比较。',
  ],
  footer: (page, of) => `第 ${page} 页，共 ${of} 页`,
  fileFindings: '文件',
};

const en: Words = {
  title: 'Signature verification report',
  verdict: { PASSED: 'Valid', FAILED: 'Invalid', INDETERMINATE: 'Undetermined' },
  fileVerdict: {
    PASSED: 'Every signature is valid, and nothing was changed after signing that may not be.',
    FAILED: 'At least one signature is invalid, or the file was changed after signing.',
    INDETERMINATE: 'Undetermined: something is missing or not to be trusted, so nothing can be said.',
  },
  file: 'File',
  size: 'Size',
  bytes: 'bytes',
  sm3: 'SM3 digest of the file',
  judgedAt: 'Judged at',
  judgedBy: 'Judged by',
  revisions: 'Revisions',
  encrypted: 'Encrypted',
  yes: 'yes',
  signatures: 'Signatures',
  signature: (n) => `Signature ${n}`,
  timeStamp: (n) => `Document time stamp ${n}`,
  signer: 'Signer',
  serial: 'Certificate serial',
  validity: 'Certificate validity',
  chain: 'Certificate chain',
  trustedTime: 'Trusted time',
  claimedTime: 'Claimed time',
  authority: 'Time stamp authority',
  basis: {
    trusted: 'The certificate was judged at the trusted time.',
    claimed: 'No trusted time: the certificate was judged at the time the signer claims.',
    now: 'No trusted time: the certificate was judged at the time of this report.',
  },
  level: 'Level',
  levels: {
    none: 'not a PAdES signature',
    'B-B': 'B-B: signature alone',
    'B-T': 'B-T: with a trusted time',
    'B-LT': 'B-LT: with material for long-term validation',
    'B-LTA': 'B-LTA: with an archive time stamp',
  },
  format: 'Format',
  algorithm: 'Algorithm',
  coverage: 'Covers',
  whole: 'the whole file',
  covers: (revision, of) => (revision === undefined ? 'not sure' : `revision ${revision} of ${of}`),
  revocation: 'Revocation',
  revocations: { good: 'not revoked', revoked: 'revoked', unknown: 'unknown', 'not-checked': 'not checked' },
  certification: 'Certification',
  permissions: {
    1: 'no change allowed afterwards',
    2: 'forms and signatures allowed afterwards',
    3: 'forms, signatures and annotations allowed afterwards',
  },
  reason: 'Reason',
  place: (page) => `shown on page ${page}`,
  seal: 'Electronic seal',
  sealName: 'Name and number',
  sealMaker: 'Maker',
  sealSize: 'Picture',
  sealChecks: 'Checks of the seal',
  checks: 'Every check',
  changes: 'After signing',
  noChanges: 'Nothing was changed.',
  page: (n) => `page ${n}`,
  before: 'was',
  after: 'is now',
  evidence: 'Evidence',
  evidenceText: 'The attachments of this report hold what is needed to check it again without this program.',
  attached: 'Attachments',
  nothingAttached: 'This report carries no raw evidence; keep it together with the judged file.',
  howTo: 'How to check it',
  howToSteps: [
    '1. Compute the SM3 digest of the judged file; it must be the one on the first page.',
    '2. Digest the two byte ranges that ByteRange names, one after the other; the value must be that of the messageDigest attribute in the signature data (.p7s).',
    '3. With the public key of the certificate, verify the signature value over the DER encoding of the signed attributes (SM2 user id 1234567812345678).',
    '4. Verify the certificates link by link, and compare the last one with the root that you trust.',
  ],
  footer: (page, of) => `Page ${page} of ${of}`,
  fileFindings: 'File',
};

export const WORDS: Readonly<Record<ReportLanguage, Words>> = { zh, en };
