/** Invented data for the window without main: a ward's list, tokens, reports, diagnosis. Built on the demo records of the backend, so that the pages are real PDFs. */
import { createHash } from 'node:crypto';
import { demoRecords, renderRecord, Times, type DemoRecord } from '../../../src/backend/demo/records/index.ts';
import { PEOPLE } from '../../../src/backend/demo/people.ts';
import type { ErrorCode } from '../../../src/core/errors/index.ts';
import type { WireError } from '../../../src/shared/errors.ts';
import type * as m from '../../../src/shared/models.ts';
import { alteredAfterSigning } from './altered.ts';
import { diagnosisOf } from './diagnosis.ts';
import { invented, wire } from './errors.ts';
import { folderOf } from './folder.ts';
import type { Paper } from './placing.ts';
import { encryptedReport, failedReport, passedReport, unsureReport } from './reports.ts';
import { sealsOf } from './seals.ts';
import { tokensView } from './tokens.ts';

const paperOf = (bytes: Uint8Array, signatures: readonly { placement: m.Placement }[]): Paper => ({
  pages: Math.max(
    1,
    Buffer.from(bytes)
      .toString('latin1')
      .match(/\/Type\s*\/Page\b/g)?.length ?? 1,
  ),
  hits: signatures.map(({ placement: p }) => ({ page: p.page, x: p.x - 14, y: p.y + p.height / 2 })),
  fields: {
    主任医师签名: { page: 1, x: 30, y: 262, width: 50, height: 18 },
    患者签名: { page: 1, x: 90, y: 262, width: 50, height: 18 },
  },
});

const handleOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export interface HarnessData {
  readonly person: m.SessionView['person'];
  readonly session: m.SessionView;
  readonly tokens: m.TokensView;
  readonly worklist: m.Worklist;
  readonly opened: Readonly<Record<string, m.OpenedRecord>>;
  readonly checked: readonly { document: m.OpenedDocument; report: m.VerifyReportView }[];
  readonly health: m.Health;
  readonly diagnosis: m.Diagnosis;
  readonly errors: Readonly<Record<string, WireError>>;
  readonly seals: readonly m.SealView[];
  /** What a rule is worked out on, by the document's handle. */
  readonly papers: Readonly<Record<string, Paper>>;
  /** The document that the failed report is about as its revisions had it. */
  readonly revisions: Readonly<Record<number, string>>;
  readonly locked: { document: m.OpenedDocument; report: m.VerifyReportView };
  readonly folder: readonly m.FolderRow[];
}

/** As the rules of the record types have it. */
const MUST_REVIEW: ReadonlySet<string> = new Set(['手术记录', '死亡病例讨论记录', '有创诊疗操作记录']);

/** Minutes until the rules of record writing want it signed; below 0: overdue. */
const due: Readonly<Record<number, number>> = { 0: 95, 3: 340, 4: -130, 6: 1500 };

function summary(r: DemoRecord, times: Times, i: number): m.RecordSummary {
  const failed = r.type === '手术记录';
  return {
    id: r.id,
    version: r.version,
    type: r.type,
    title: r.type,
    department: '心血管内科',
    ward: '三病区',
    patient: { ...r.patient },
    signedBy: r.signers.slice(0, -1).map((s) => ({
      name: PEOPLE[s.doctor].name,
      title: PEOPLE[s.doctor].title,
      at: times.ago(r.minutesAgo + 4).toISOString(),
    })),
    author: r.author,
    submittedAt: times.ago(r.minutesAgo).toISOString(),
    urgent: r.urgent ?? false,
    mustReview: MUST_REVIEW.has(r.type),
    mine: 'to-sign',
    level: i % 3 === 0 ? { at: 2, of: 3 } : null,
    dueAt: due[i] === undefined ? null : times.ago(-due[i]).toISOString(),
    returnReason: null,
    byIntern: i === 2,
    state: failed ? 'failed' : i === 7 ? 'upload-pending' : 'waiting',
    error: failed ? wire('TOKEN_REMOVED') : null,
  };
}

const given = ['某', '某某'];
const surnames = [
  ['蒋', 'jiang'],
  ['唐', 'tang'],
  ['许', 'xu'],
  ['邓', 'deng'],
  ['曾', 'zeng'],
  ['彭', 'peng'],
  ['吕', 'lv'],
  ['苏', 'su'],
  ['卢', 'lu'],
  ['丁', 'ding'],
] as const;
const kinds = ['日常病程记录', '长期医嘱单', '上级医师查房记录', '出院记录', '会诊记录', '心电图报告'];

/** Further records of the ward, to make the list as long as a real one. */
export function further(base: readonly m.RecordSummary[], count: number, now: Date): m.RecordSummary[] {
  return Array.from({ length: count }, (_, i): m.RecordSummary => {
    const [surname, pinyin] = surnames[i % 10] ?? ['蒋', 'jiang'];
    const type = kinds[i % 6] ?? '';
    const name = surname + (given[i % 2] ?? '');
    return {
      ...(base[i % base.length] as m.RecordSummary),
      id: `F${i}`,
      version: 1 + (i % 3),
      type,
      title: type,
      patient: {
        id: `PF${i % 30}`,
        name,
        pinyin: `${pinyin} ${i % 2 ? 'mou mou' : 'mou'}`,
        sex: i % 3 ? 'male' : 'female',
        age: 38 + ((i * 7) % 50),
        bed: String((i % 40) + 1).padStart(2, '0'),
        admissionNumber: String(38000 + (i % 30)).padStart(7, '0'),
        admittedOn: '2026-11-18',
      },
      submittedAt: new Date(now.getTime() - (90 + i * 4) * 60_000).toISOString(),
      urgent: false,
      mustReview: i % 11 === 5,
      level: null,
      dueAt: i % 13 === 3 ? new Date(now.getTime() + (i * 9 - 60) * 60_000).toISOString() : null,
      byIntern: false,
      state: 'waiting',
      error: null,
    };
  });
}

export interface Harness {
  readonly data: HarnessData;
  /** PDF bytes by handle. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
}

export async function buildHarness(now = new Date()): Promise<Harness> {
  const times = new Times(now);
  const records = demoRecords(times);
  const documents = new Map<string, Uint8Array>();
  const opened: Record<string, m.OpenedRecord> = {};
  const hold = (name: string, bytes: Uint8Array): m.OpenedDocument => {
    const handle = handleOf(documents.size + 1);
    documents.set(handle, bytes);
    return {
      handle,
      url: `/document/${handle}`,
      name,
      size: bytes.length,
      sm3: createHash('sha256').update(bytes).digest('hex').toUpperCase(),
    };
  };
  const papers: Record<string, Paper> = {};
  const listed: m.RecordSummary[] = [];
  for (const [i, r] of records.entries()) {
    const { bytes, signatures } = await renderRecord(r, times);
    const record = summary(r, times, i);
    listed.push(record);
    const mine = signatures.at(-1);
    const document = hold(`${r.id}-v${r.version}.pdf`, bytes);
    papers[document.handle] = paperOf(bytes, signatures);
    const report = passedReport(
      now,
      record.signedBy.map((s) => s.name),
    );
    opened[`${r.id}@${r.version}`] = {
      record,
      document,
      report,
      changes: r.changes?.(times).map((c) => ({ ...c })) ?? [],
      placement: mine ? { ...mine.placement } : null,
      placementRule: mine ? `按“${mine.role}：”定位` : '不放置可见签章',
      appearanceUrl: '/picture/handwriting',
      layout: null,
      emptyFields: i === 0 ? ['主任医师签名', '患者签名'] : [],
      sealId: r.type === '出院记录' ? '44030000012345' : null,
      blocked: i === 10 ? wire('PDF_ENCRYPTED' as ErrorCode) : null,
    };
  }
  const first = listed[0] as m.RecordSummary;
  const bytesOf = (i: number): Uint8Array => [...documents.values()][i] as Uint8Array;
  const all = [...listed, ...further(listed, 35, now)];
  for (const r of all)
    opened[`${r.id}@${r.version}`] ??= { ...(opened[`${first.id}@${first.version}`] as m.OpenedRecord), record: r };
  const tokens = tokensView(now);
  const altered = hold('altered.pdf', await alteredAfterSigning(bytesOf(0)));
  return {
    documents,
    data: {
      person: PEOPLE.li,
      session: {
        state: 'signed-in',
        person: PEOPLE.li,
        tokenId: 't1',
        tokenLabel: '李医师 演示密钥',
        keyId: 'k1',
        certificate: tokens.tokens[0]?.keys[0]?.certificate ?? null,
      },
      tokens,
      worklist: { records: all, refreshedAt: now.toISOString(), stale: null },
      opened,
      checked: [
        { document: hold('出院记录_0037892.pdf', bytesOf(1)), report: passedReport(now, ['赵医师', '李医师']) },
        {
          document: hold('首次病程记录_0038271_篡改.pdf', documents.get(altered.handle) as Uint8Array),
          report: failedReport(now),
        },
        { document: hold('会诊记录_0038166.pdf', bytesOf(2)), report: unsureReport(now) },
      ],
      health: {
        token: { state: 'ok', latencyMs: 3, error: null },
        tsa: { state: 'ok', latencyMs: 12, error: null },
        backend: { state: 'slow', latencyMs: 1800, error: null },
      },
      diagnosis: diagnosisOf(now),
      errors: {
        pin: wire('TOKEN_PIN_INCORRECT'),
        removed: wire('TOKEN_REMOVED', {}, 'CKR_DEVICE_REMOVED'),
        phoneExpired: wire('PHONE_EXPIRED'),
        phoneRefused: wire('PHONE_REFUSED'),
        phoneOther: wire('PHONE_OTHER_KEY'),
        phoneTicket: wire('PHONE_TICKET'),
        backend: wire('BACKEND_UNREACHABLE'),
        tsa: wire('TSA_UNREACHABLE' as ErrorCode),
        changed: wire('RECORD_CHANGED'),
        keyword: invented(
          'PDF_KEYWORD_NOT_FOUND',
          '文中没有这个关键字。',
          '请核对文字，或改用别的定位方式。',
          'The document does not contain these words.',
          'Check them, or place the seal another way.',
        ),
        field: invented(
          'PDF_FIELD_NOT_FOUND',
          '文件里没有这个签名域。',
          '请换一种定位方式。',
          'The document has no such field.',
          'Place the seal another way.',
        ),
        pages: invented(
          'PDF_PAGES_NONE',
          '没有符合条件的页。',
          '请核对页码；骑缝章至少要两页。',
          'No page fits.',
          'Check the page numbers; a riding seal needs two pages at least.',
        ),
        active: invented(
          'PDF_ACTIVE_CONTENT',
          '文件带有签署后仍会改变显示的内容：打开时运行的脚本（JavaScript）；第 1 页：启动外部程序的按钮。',
          '可以签署去掉这些内容的副本，或退回。',
          'The document carries content that can change what it shows after signing: a script that runs when it is opened (JavaScript); a button that starts a program (page 1).',
          'Sign a copy without that content, or return it.',
          'JAVASCRIPT /OpenAction; LAUNCH page 1',
        ),
        password: invented(
          'PDF_PASSWORD_WRONG',
          '口令不正确。',
          '请核对后再输。',
          'The password is wrong.',
          'Check it and try again.',
        ),
        mustReview: invented(
          'RECORD_MUST_REVIEW',
          '医院规定这类病历须逐份审阅。',
          '请逐份审阅后再签。',
          'This type of record must be read one by one.',
          'Read it, then sign.',
        ),
        listChanged: wire('BATCH_LIST_CHANGED'),
        esl: invented(
          'SEAL_FORMAT',
          '这不是印章文件。',
          '请选择 .esl 印章文件。',
          'This is no seal file.',
          'Choose an .esl file.',
        ),
      },
      seals: sealsOf(now),
      papers,
      revisions: { 2: `/document/${handleOf(1)}`, 4: altered.url },
      locked: { document: hold('转院记录_加密.pdf', bytesOf(1)), report: encryptedReport(now) },
      folder: folderOf(now),
    },
  };
}
