/** What the record service counts for grading inspections, and the tables that inspectors are handed (docs/design/018). */
import { z } from 'zod';
import { YqError, type Language } from '#core/errors/index.ts';
import { csvTable } from '#core/report/index.ts';

const who = z.object({ id: z.string(), name: z.string() });
const signature = z.object({
  contentId: z.string(),
  recordId: z.string(),
  version: z.number(),
  contentSm3: z.string(),
  signedSm3: z.string(),
  type: z.string(),
  level: z.string().nullable(),
  role: z.string(),
  doctor: who,
  signedAt: z.string(),
  trusted: z.boolean().nullable(),
  submittedAt: z.string(),
  submittedFirst: z.boolean(),
  certificateSerial: z.string(),
  complete: z.boolean(),
  withdrawn: z.boolean(),
});
const modification = z.object({
  recordId: z.string(),
  version: z.number(),
  type: z.string(),
  doctor: who,
  at: z.string(),
  where: z.string(),
  before: z.string(),
  after: z.string(),
  reason: z.string(),
  complete: z.boolean(),
});
const rate = z.number().nullable();
const rates = z.object({
  signatures: z.number(),
  complete: z.number(),
  submittedFirst: z.number(),
  trusted: z.number(),
  modifications: z.number(),
  modificationsComplete: z.number(),
  completeRate: rate,
  submittedFirstRate: rate,
  trustedRate: rate,
  modificationsCompleteRate: rate,
});
const answer = z.object({
  from: z.string().nullable(),
  to: z.string().nullable(),
  at: z.string(),
  signatures: z.array(signature),
  modifications: z.array(modification),
  types: z.array(rates.extend({ type: z.string() })),
  total: rates,
  qualityIndex: rate,
});

export type Grading = z.output<typeof answer>;
type Rates = z.output<typeof rates>;

/** Throws BACKEND_REFUSED when the answer is something else. */
export function readGrading(body: Uint8Array): Grading {
  try {
    return answer.parse(JSON.parse(new TextDecoder().decode(body)));
  } catch (cause) {
    throw new YqError('BACKEND_REFUSED', { params: { reason: 'answer' }, cause });
  }
}

/** Names of the columns, and what stands in them. */
type Columns<T> = readonly (readonly [zh: string, en: string, cell: (row: T, language: Language) => string])[];

const yes = (value: boolean | null, language: Language): string =>
  value === null
    ? { zh: '不明', en: 'unknown' }[language]
    : { zh: value ? '是' : '否', en: value ? 'yes' : 'no' }[language];

export const SIGNATURE_COLUMNS: Columns<Grading['signatures'][number]> = [
  ['签名内容标识', 'Signed content ID', (s) => s.contentId],
  ['病历编号', 'Record ID', (s) => s.recordId],
  ['版本', 'Version', (s) => String(s.version)],
  ['签名内容SM3', 'Signed content SM3', (s) => s.contentSm3],
  ['签名后文件SM3', 'Signed file SM3', (s) => s.signedSm3],
  ['病历类型', 'Record type', (s) => s.type],
  ['签名级别', 'Level', (s) => s.level ?? ''],
  ['签名身份', 'Role', (s) => s.role],
  ['签名医师工号', 'Signing doctor ID', (s) => s.doctor.id],
  ['签名医师姓名', 'Signing doctor', (s) => s.doctor.name],
  ['签名时间', 'Signing time', (s) => s.signedAt],
  ['可信时间', 'Trusted time', (s, language) => yes(s.trusted, language)],
  ['提交时间', 'Submit time', (s) => s.submittedAt],
  ['提交不晚于签名', 'Submitted before signing', (s, language) => yes(s.submittedFirst, language)],
  ['证书序列号', 'Certificate serial', (s) => s.certificateSerial],
  ['记录完整', 'Complete', (s, language) => yes(s.complete, language)],
  ['已撤回', 'Withdrawn', (s, language) => yes(s.withdrawn, language)],
];

export const MODIFICATION_COLUMNS: Columns<Grading['modifications'][number]> = [
  ['病历编号', 'Record ID', (m) => m.recordId],
  ['版本', 'Version', (m) => String(m.version)],
  ['病历类型', 'Record type', (m) => m.type],
  ['修改医师工号', 'Modifying doctor ID', (m) => m.doctor.id],
  ['修改医师姓名', 'Modifying doctor', (m) => m.doctor.name],
  ['修改时间', 'Modification time', (m) => m.at],
  ['修改位置', 'Place', (m) => m.where],
  ['修改前内容', 'Content before', (m) => m.before],
  ['修改后内容', 'Content after', (m) => m.after],
  ['修改原因', 'Reason', (m) => m.reason],
  ['记录完整', 'Complete', (m, language) => yes(m.complete, language)],
];

const part = (value: number | null): string => (value === null ? '' : value.toFixed(4));

export const SUMMARY_COLUMNS: Columns<Rates & { readonly type: string }> = [
  ['病历类型', 'Record type', (r) => r.type],
  ['签名记录数', 'Signature records', (r) => String(r.signatures)],
  ['完整数', 'Complete', (r) => String(r.complete)],
  ['签名完整率', 'Complete rate', (r) => part(r.completeRate)],
  ['提交不晚于签名数', 'Submitted before signing', (r) => String(r.submittedFirst)],
  ['提交不晚于签名率', 'Submitted before signing rate', (r) => part(r.submittedFirstRate)],
  ['可信时间数', 'Trusted times', (r) => String(r.trusted)],
  ['可信时间率', 'Trusted time rate', (r) => part(r.trustedRate)],
  ['修改记录数', 'Modification records', (r) => String(r.modifications)],
  ['修改完整数', 'Modifications complete', (r) => String(r.modificationsComplete)],
  ['修改完整率', 'Modification complete rate', (r) => part(r.modificationsCompleteRate)],
];

const table = <T>(columns: Columns<T>, rows: readonly T[], language: Language): string =>
  csvTable([
    columns.map(([zh, en]) => ({ zh, en })[language]),
    ...rows.map((row) => columns.map(([, , cell]) => cell(row, language))),
  ]);

/** By the end of the file's name; the first is FILE.csv itself. */
export function gradingTables(
  grading: Grading,
  language: Language,
): readonly (readonly [ending: string, csv: string])[] {
  const total = { type: { zh: '合计', en: 'Total' }[language], ...grading.total };
  return [
    ['', table(SIGNATURE_COLUMNS, grading.signatures, language)],
    ['-modifications', table(MODIFICATION_COLUMNS, grading.modifications, language)],
    ['-summary', table(SUMMARY_COLUMNS, [...grading.types, total], language)],
  ];
}

/** The summary for the terminal. */
export function summaryLines(grading: Grading, language: Language): string[] {
  const percent = (value: number | null): string => (value === null ? '—' : `${(value * 100).toFixed(1)} %`);
  const words = (zh: string, en: string): string => ({ zh, en })[language];
  const line = (name: string, r: Rates): string =>
    `${name}: ${words(
      `签名 ${r.signatures}，完整 ${percent(r.completeRate)}，提交不晚于签名 ${percent(r.submittedFirstRate)}，可信时间 ${percent(r.trustedRate)}；修改 ${r.modifications}，完整 ${percent(r.modificationsCompleteRate)}`,
      `${r.signatures} signatures, complete ${percent(r.completeRate)}, submitted before signing ${percent(r.submittedFirstRate)}, trusted time ${percent(r.trustedRate)}; ${r.modifications} modifications, complete ${percent(r.modificationsCompleteRate)}`,
    )}`;
  return [
    ...grading.types.map((t) => line(t.type, t)),
    line(words('合计', 'Total'), grading.total),
    `${words('数据质量指数（各率中最低者；要求不低于 0.5）', 'Data quality index (the lowest of the rates; 0.5 is wanted)')}: ${part(grading.qualityIndex) || '—'}`,
  ];
}
