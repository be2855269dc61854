/** Seals as main would list them: the hospital's, mine, one that is out of date, one whose picture was exchanged. */
import type { FindingView, SealDrawing, SealReportView, SealView } from '../../../src/shared/models.ts';
import { drawingSize, drawingUrl } from './seal-pictures.ts';

const DAY = 86_400_000;
const steps: readonly [string, string, string][] = [
  ['SEAL_FORMAT', '印章数据格式符合 GB/T 38540-2020。', 'The seal data is well formed by GB/T 38540-2020.'],
  ['SEAL_SIGNATURE', '制章人的签名值正确。', "The maker's signature is correct."],
  ['SEAL_MAKER_CERT', '制章人证书可信，用途为制章。', "The maker's certificate is trusted and may make seals."],
  ['SEAL_VALIDITY', '印章在有效期内。', 'The seal is within its validity.'],
];
const passed: readonly FindingView[] = steps.map(([code, zh, en]) => ({ code, verdict: 'PASSED', zh, en }));

const hospital: Extract<SealDrawing, { kind: 'round' }> = {
  kind: 'round',
  organisation: '示范医院',
  centre: '病历专用章',
  number: '4403000012345',
  diameterMm: 42,
};
const department: SealDrawing = { kind: 'department', organisation: '示范医院', department: '心血管内科', widthMm: 45 };
const name: SealDrawing = { kind: 'name', name: '李医师', sideMm: 18 };

function seal(now: Date, id: string, title: string, d: SealDrawing, over: Partial<SealView> = {}): SealView {
  return {
    id,
    name: title,
    type: d.kind === 'name' ? 2 : 1,
    version: 4,
    holders: ['李医师', '赵医师'],
    maker: '示范医院制章中心',
    validFrom: new Date(now.getTime() - 120 * DAY).toISOString(),
    validTo: new Date(now.getTime() + 610 * DAY).toISOString(),
    ...drawingSize(d),
    pictureUrl: drawingUrl(d),
    source: 'backend',
    verdict: 'PASSED',
    findings: [...passed],
    mine: true,
    ...over,
  };
}

export function sealsOf(now: Date): SealView[] {
  const late: FindingView = {
    code: 'SEAL_EXPIRED',
    verdict: 'FAILED',
    zh: '印章已过有效期，不能再用来签章。',
    en: 'The seal is past its validity and can no longer be used.',
  };
  const exchanged: FindingView = {
    code: 'SEAL_SIGNATURE',
    verdict: 'FAILED',
    zh: '制章人的签名值不正确：印章数据被改过。',
    en: "The maker's signature is wrong: the seal data was altered.",
    detail: 'eSealInfo',
  };
  return [
    seal(now, '44030000012345', '示范医院病历专用章', hospital),
    seal(now, 'NAME-LI-0001', '李医师', name, { holders: ['李医师'], source: 'imported' }),
    seal(now, 'DEPT-CARD-2024', '心血管内科（旧章）', department, {
      version: 1,
      validFrom: new Date(now.getTime() - 900 * DAY).toISOString(),
      validTo: new Date(now.getTime() - 20 * DAY).toISOString(),
      verdict: 'FAILED',
      findings: [...passed.slice(0, 3), late],
      source: 'imported',
    }),
    seal(
      now,
      'FOREIGN-0007',
      '外院会诊专用章',
      { ...hospital, organisation: '邻市示范医院', centre: '会诊专用章' },
      {
        holders: ['3F9A 02C1 …', '77B0 1E5D …'],
        maker: '邻市示范医院制章中心',
        verdict: 'FAILED',
        findings: [passed[0] as FindingView, exchanged],
        source: 'imported',
        mine: false,
      },
    ),
  ];
}

/** The hospital's seal as the judge finds it in a signature. */
export function sealReportOf(now: Date, verdict: SealReportView['verdict'] = 'PASSED'): SealReportView {
  const maker = '示范医院制章中心';
  const bound: FindingView =
    verdict === 'PASSED'
      ? { code: 'DOC_HASH', verdict: 'PASSED', zh: '原文杂凑与文件一致。', en: 'The digest matches the document.' }
      : {
          code: 'DOC_HASH',
          verdict: 'FAILED',
          zh: '原文杂凑与文件不一致。',
          en: 'The digest does not match the document.',
        };
  return {
    verdict,
    findings: [
      ...passed,
      { code: 'SIGN_VALUE', verdict: 'PASSED', zh: '签章人的签名值正确。', en: "The signer's signature is correct." },
      { code: 'SIGNER_IN_SEAL', verdict: 'PASSED', zh: '签章人在印章的持有人之列。', en: 'The signer is a holder.' },
      bound,
    ],
    carrier: 'attribute',
    version: 4,
    id: '44030000012345',
    name: '示范医院病历专用章',
    type: 1,
    maker: {
      subject: `CN=${maker},O=示范医院,C=CN`,
      commonName: maker,
      issuer: 'CN=示范医院签发 CA,O=示范医院,C=CN',
      serial: '0C',
      notBefore: new Date(now.getTime() - 400 * DAY).toISOString(),
      notAfter: new Date(now.getTime() + 700 * DAY).toISOString(),
    },
    validFrom: new Date(now.getTime() - 120 * DAY).toISOString(),
    validTo: new Date(now.getTime() + 610 * DAY).toISOString(),
    signedAt: new Date(now.getTime() - 40 * 60_000).toISOString(),
    picture: {
      format: 'svg',
      widthMm: 42,
      heightMm: 42,
      sm3: '9B1F2A6C'.repeat(8),
      url: drawingUrl(hospital),
    },
  };
}
