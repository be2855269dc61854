/** Consent forms as main would tell of them: real templates of the demo, a real form as PDF, invented people. */
import { createHash } from 'node:crypto';
import { consentTemplates } from '../../../src/backend/consent/templates/index.ts';
import { fontBytes } from '../../../src/backend/demo/records/fonts.ts';
import { patient } from '../../../src/backend/demo/records/patients.ts';
import { Times } from '../../../src/backend/demo/records/times.ts';
import { formParagraphs, inkPicture, renderForm } from '../../../src/core/consent/index.ts';
import type { FormContent, FormTemplate } from '../../../src/core/consent/types.ts';
import type { WireError } from '../../../src/shared/errors.ts';
import type * as m from '../../../src/shared/models.ts';
import type {
  ConsentSigner,
  ConsentSummary,
  ConsentTemplate,
  ConsentView,
  PatientPage,
} from '../../../src/shared/consent.ts';
import { handwriting } from './consent-ink.ts';
import { wire } from './errors.ts';
import { passedReport } from './reports.ts';

export interface ConsentData {
  readonly templates: readonly ConsentTemplate[];
  readonly patients: readonly ConsentView['patient'][];
  /** A form filled in whole, to begin any of the stages with. */
  readonly view: ConsentView;
  readonly document: m.OpenedDocument;
  readonly report: m.VerifyReportView;
  readonly list: readonly ConsentSummary[];
  readonly page: PatientPage;
  readonly errors: Readonly<Record<string, WireError>>;
}

export interface ConsentHarness {
  readonly data: ConsentData;
  readonly documents: ReadonlyMap<string, Uint8Array>;
}

const MINUTE = 60_000;
const values: Readonly<Record<string, string>> = {
  diagnosis: '冠状动脉粥样硬化性心脏病，不稳定型心绞痛，心功能 Ⅱ 级',
  operation: '冠状动脉造影及支架置入术',
  site: '右桡动脉入路',
  anaesthesia: '局部麻醉',
  operationDate: '2026-11-24',
  surgeon: '李医师',
  purpose: '找出并打通狭窄的血管，减轻胸痛，降低心肌梗死的危险。',
  alternatives: '药物治疗：创伤小，但狭窄不会消失；外科搭桥：适合多支病变，创伤较大。',
  conditions: '高血压\n正在服用抗血小板或抗凝药',
  special: '患者曾有轻度碘过敏，术前给予抗过敏处理。',
  implants: '药物洗脱支架 1 至 2 枚',
};

/** What the window is told of a template. */
const shown = (t: FormTemplate): ConsentTemplate => ({
  id: t.id,
  version: t.version,
  kind: t.kind,
  title: t.title,
  fields: t.fields.map((f) => ({ ...f, label: { ...f.label }, options: [...f.options] })),
  witness: t.witness,
  fingerprint: t.fingerprint,
  photo: t.photo,
});

/** Pictures by name, as main serves them by handle. */
export function consentPicture(name: string): { type: string; body: Uint8Array | string } | undefined {
  const ink = /^ink-(\d+)$/.exec(name)?.[1];
  if (ink !== undefined) {
    const strokes = handwriting(Number(ink));
    const { data } = inkPicture({
      width: 160,
      height: 60,
      strokes,
      begunAt: '2026-11-22T01:00:00Z',
      endedAt: '2026-11-22T01:00:09Z',
    });
    return { type: 'image/svg+xml', body: data };
  }
  if (name === 'fingerprint') {
    const ridges = Array.from(
      { length: 13 },
      (_, i) =>
        `<path d="M${50 - i * 3.4} ${64 + i * 3} A${3 + i * 3.4} ${4 + i * 4.1} ${i * 4} 1 1 ${50 + i * 3.4} ${66 + i * 2.4}"/>`,
    ).join('');
    return {
      type: 'image/svg+xml',
      body: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 120"><rect width="100" height="120" fill="#fff"/><g fill="none" stroke="#444" stroke-width="1.7">${ridges}</g></svg>`,
    };
  }
  if (name === 'portrait')
    return {
      type: 'image/svg+xml',
      body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 140"><rect width="120" height="140" fill="#dfe6e4"/><circle cx="60" cy="52" r="26" fill="#c9a78b"/><path d="M34 46q26-42 52 0l-4-14q-22-22-44 0z" fill="#8d8d8d"/><path d="M14 140q6-52 46-52t46 52z" fill="#5a7f9e"/></svg>',
    };
  return undefined;
}

/** In the form's own fields. */
const signedBy = (r: m.VerifyReportView): m.VerifyReportView => ({
  ...r,
  signatures: r.signatures.map((s, i) => ({
    ...s,
    fieldName: ['ConsentPatient', 'ConsentWitness', 'ConsentStaff'][i] ?? '',
  })),
});

export async function buildConsent(now = new Date()): Promise<ConsentHarness> {
  const times = new Times(now);
  const documents = new Map<string, Uint8Array>();
  const wang = { ...patient('wang', times) };
  const surgery = consentTemplates.find((t) => t.kind === 'surgery');
  if (surgery === undefined) throw new Error('the demo has no surgery form');
  const signer: ConsentSigner = {
    role: 'self',
    name: wang.name,
    relation: '',
    reason: '',
    idKind: 'none',
    idNumber: '',
    phone: '',
  };
  const witness = { name: '王小某', relation: '女儿' };
  const content: FormContent = {
    template: surgery,
    values,
    patient: wang,
    hospital: { name: '示范医院', department: '心血管内科', ward: '三病区' },
    signer,
    witness,
    staff: { name: '李医师', title: '主治医师' },
    createdAt: now,
  };
  const { pdf } = await renderForm(content, { regular: fontBytes('regular'), bold: fontBytes('bold') });
  const handle = '00000000-0000-4000-9000-000000000001';
  documents.set(handle, pdf);
  const document: m.OpenedDocument = {
    handle,
    url: `/document/${handle}`,
    name: '手术同意书.pdf',
    size: pdf.length,
    sm3: createHash('sha256').update(pdf).digest('hex').toUpperCase(),
  };
  const ago = (minutes: number): string => new Date(now.getTime() - minutes * MINUTE).toISOString();
  const none = { strokes: 0, pictureUrl: null, confirmed: false };
  const view: ConsentView = {
    id: 'c1',
    stage: 'filling',
    template: shown(surgery),
    patient: wang,
    values: { ...values },
    signer: null,
    witness: null,
    document: null,
    draft: { signer, witness },
    allowed: null,
    declined: null,
    ink: { patient: none, witness: none },
    fingerprint: null,
    photo: null,
    display: { open: false, second: true },
    offline: false,
    createdAt: ago(12),
    writtenAt: null,
    trustedTime: null,
    error: null,
    signed: null,
  };
  const line = (
    id: string,
    title: string,
    patientName: string,
    bed: string,
    over: Partial<ConsentSummary>,
  ): ConsentSummary => ({
    id,
    title,
    patientName,
    bed,
    stage: 'filling',
    createdAt: ago(30),
    writtenAt: null,
    offline: false,
    error: null,
    ...over,
  });
  const names = ['wang', 'chen', 'zhou', 'lin', 'wu', 'he', 'zheng', 'feng', 'xu', 'shen', 'han', 'cao'] as const;
  return {
    documents,
    data: {
      templates: consentTemplates.map(shown),
      patients: names.map((n) => ({ ...patient(n, times) })),
      view,
      document,
      report: signedBy(passedReport(now, ['王某某', '王小某', '李医师'])),
      list: [
        line('c1', '手术同意书', '王某某', '15', {}),
        line('c2', '麻醉知情同意书', '陈某某', '08', { stage: 'patient', createdAt: ago(22) }),
        line('c3', '输血治疗同意书', '周某', '21', { stage: 'staff', createdAt: ago(48), writtenAt: ago(6) }),
        line('c4', '病危（重）通知书', '郑某某', '11', {
          stage: 'staff',
          createdAt: ago(70),
          writtenAt: ago(41),
          error: wire('TOKEN_REMOVED'),
        }),
        line('c5', '手术同意书', '林某某', '02', {
          stage: 'queued',
          offline: true,
          createdAt: ago(200),
          writtenAt: ago(190),
        }),
        line('c6', '特殊检查及特殊治疗同意书', '吴某某', '17', {
          stage: 'queued',
          offline: true,
          createdAt: ago(170),
          writtenAt: ago(165),
        }),
        line('c7', '输血治疗同意书', '冯某', '05', { stage: 'done', createdAt: ago(18), writtenAt: ago(3) }),
      ],
      page: {
        consentId: 'c1',
        writer: 'patient',
        language: 'zh',
        title: surgery.title,
        patientName: wang.name,
        signerName: wang.name,
        role: 'self',
        document,
        paragraphs: formParagraphs(content),
        asks: { fingerprint: true, photo: true },
        allowed: null,
        strokes: [],
        surface: { width: 160, height: 60 },
        confirmed: false,
      },
      errors: {
        pin: wire('TOKEN_PIN_INCORRECT'),
        removed: wire('TOKEN_REMOVED'),
        backend: wire('BACKEND_UNREACHABLE'),
        full: wire('STORE_FULL'),
      },
    },
  };
}
