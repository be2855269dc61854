/** Verdicts as the judge would tell them: all good, changed after signing, and one that cannot be decided. */
import type { SignatureReportView, VerifyReportView } from '../../../src/shared/models.ts';
import { FORGED } from './altered.ts';
import { sealReportOf } from './seals.ts';

const MINUTE = 60_000;
const issuer = 'CN=示范医院签发 CA,O=示范医院,C=CN';

const certificate = (commonName: string, issuedBy: string, serial: string, now: Date) => ({
  subject: `CN=${commonName},O=示范医院,C=CN`,
  commonName,
  issuer: issuedBy,
  serial,
  notBefore: new Date(now.getTime() - 153 * 1440 * MINUTE).toISOString(),
  notAfter: new Date(now.getTime() + 212 * 1440 * MINUTE).toISOString(),
});

function signature(now: Date, index: number, name: string, revisions: number): SignatureReportView {
  const at = new Date(now.getTime() - (40 - index * 12) * MINUTE);
  return {
    index,
    fieldName: `Signature${index + 1}`,
    kind: 'signature',
    subFilter: 'ETSI.CAdES.detached',
    verdict: 'PASSED',
    findings: [
      { code: 'SIGNATURE_VALUE', verdict: 'PASSED', zh: '签名值正确。', en: 'The signature value is correct.' },
    ],
    signer: certificate(name, issuer, '4A7F00C1D2E35566', now),
    chain: [
      certificate(name, issuer, '4A7F00C1D2E35566', now),
      certificate('示范医院签发 CA', 'CN=示范医院根 CA', '02', now),
      certificate('示范医院根 CA', 'CN=示范医院根 CA', '01', now),
    ],
    algorithm: 'SM2 with SM3',
    digest: 'SM3',
    claimedTime: at.toISOString(),
    trustedTime: new Date(at.getTime() + 1000).toISOString(),
    timeStampAuthority: certificate('示范医院时间戳', issuer, '0B', now),
    level: 'B-T',
    timeBasis: 'trusted',
    seal: null,
    certification: null,
    revocation: 'good',
    coverage: {
      byteRange: [0, 80_000 * (index + 1), 80_000 * (index + 1) + 24_000, 1_400],
      revision: index + 1,
      wholeFile: index + 1 === revisions,
    },
    changesAfter:
      index + 1 === revisions
        ? []
        : [
            {
              revision: index + 2,
              allowed: true,
              code: 'SIGNATURE_ADDED',
              kind: 'signature',
              zh: '增加了另一个签名。',
              en: 'Another signature was added.',
            },
          ],
    placement: { page: 1, x: 130, y: 200 + index * 16, width: 40, height: 15 },
    reason: '审阅并签署',
  };
}

function report(
  now: Date,
  file: string,
  signatures: SignatureReportView[],
  verdict: VerifyReportView['verdict'],
  changedPages: VerifyReportView['changedPages'] = [],
): VerifyReportView {
  return {
    file,
    size: 182_400,
    sm3: '66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0',
    verdict,
    findings: [],
    revisions: Math.max(1, signatures.length + 1),
    signatures,
    changedPages,
    encrypted: false,
    judgedAt: now.toISOString(),
  };
}

export const passedReport = (now: Date, names: readonly string[]): VerifyReportView =>
  report(
    now,
    'record.pdf',
    names.map((n, i): SignatureReportView => {
      const s = signature(now, i, n, names.length);
      if (i === 0) return { ...s, certification: 2 };
      return i + 1 === names.length ? { ...s, level: 'B-LTA', seal: sealReportOf(now) } : s;
    }),
    names.length === 0 ? 'INDETERMINATE' : 'PASSED',
  );

export function failedReport(now: Date): VerifyReportView {
  const [a, b, c] = [0, 1, 2].map((i) => signature(now, i, ['赵医师', '李医师', '示范医院病历专用章'][i] ?? '', 3)) as [
    SignatureReportView,
    SignatureReportView,
    SignatureReportView,
  ];
  const changed = {
    code: 'CONTENT_CHANGED',
    zh: '签署之后第 1 页的正文被改动。',
    en: 'The text of page 1 was changed after signing.',
  };
  return report(
    now,
    '首次病程记录_0038271_篡改.pdf',
    [
      a,
      {
        ...b,
        verdict: 'FAILED',
        findings: [{ ...changed, verdict: 'FAILED' }],
        changesAfter: [
          {
            ...changed,
            kind: 'content',
            revision: 4,
            allowed: false,
            object: 12,
            page: 1,
            before: '心功能 III 级（NYHA）',
            after: '心功能 I 级（NYHA）',
            place: FORGED,
          },
          {
            code: 'FORM_VALUE_CHANGED',
            zh: '表单项“过敏史”的值被改动。',
            en: 'The value of the form field “allergies” was changed.',
            kind: 'form-value',
            revision: 4,
            allowed: false,
            object: 31,
            page: 1,
            before: '青霉素过敏',
            after: '无',
            place: { page: 1, x: 44, y: 208, width: 60, height: 9 },
          },
          {
            code: 'DSS_ADDED',
            zh: '补充了长期验证资料。',
            en: 'Evidence for lasting validation was added.',
            kind: 'security-store',
            revision: 3,
            allowed: true,
          },
        ],
      },
      {
        ...c,
        seal: sealReportOf(now),
        verdict: 'INDETERMINATE',
        revocation: 'unknown',
        trustedTime: null,
        level: 'B-B',
        timeBasis: 'claimed',
        timeStampAuthority: null,
        findings: [
          {
            code: 'REVOCATION_UNKNOWN',
            verdict: 'INDETERMINATE',
            zh: '证书的吊销状态查不到（吊销列表过期 3 天）。联网后重试。',
            en: 'The revocation list is 3 days out of date. Try again when the network is back.',
          },
        ],
      },
    ],
    'FAILED',
    [{ page: 1, before: 2, after: 4, places: [FORGED] }],
  );
}

export function unsureReport(now: Date): VerifyReportView {
  const s = signature(now, 0, '钱医师', 1);
  return report(
    now,
    '会诊记录_0038166.pdf',
    [
      {
        ...s,
        verdict: 'INDETERMINATE',
        trustedTime: null,
        timeStampAuthority: null,
        level: 'B-B',
        timeBasis: 'claimed',
        chain: s.chain.slice(0, 1),
        findings: [
          {
            code: 'CHAIN_NO_ANCHOR',
            verdict: 'INDETERMINATE',
            zh: '证书链没有连到本机信任的根证书。请信息科确认是否信任该机构。',
            en: 'The chain does not reach a root that this desk trusts. Ask IT whether to trust this authority.',
          },
        ],
      },
    ],
    'INDETERMINATE',
  );
}

/** Nothing can be said before the password is known. */
export const encryptedReport = (now: Date): VerifyReportView => ({
  ...report(now, '转院记录_加密.pdf', [], 'INDETERMINATE'),
  encrypted: true,
  findings: [
    {
      code: 'PDF_ENCRYPTED',
      verdict: 'INDETERMINATE',
      zh: '文件有口令保护，打开后才能验签。',
      en: 'The file is protected by a password; it can be verified once it is open.',
    },
  ],
});
