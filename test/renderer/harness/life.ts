/** A record's life, in the page: chain of signers, versions, a superior's change, return, withdrawal, urgency. */
import type { RecordLife, VersionDifference } from '../../../src/shared/life.ts';
import type { RecordSummary, Worklist } from '../../../src/shared/models.ts';
import type { HarnessData } from './data.ts';

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const sections = [
  { id: 'complaint', title: '主诉', text: '反复胸闷 3 年，加重伴气促 2 天。', editable: false },
  {
    id: 'findings',
    title: '病例特点',
    text: '老年男性，慢性病程，急性加重。既往高血压病史 10 年，最高 180/100 mmHg，规律服用氨氯地平。',
    editable: true,
  },
  {
    id: 'diagnosis',
    title: '初步诊断',
    text: '1. 冠状动脉粥样硬化性心脏病，不稳定型心绞痛，心功能 II 级；2. 高血压 3 级。',
    editable: true,
  },
  {
    id: 'plan',
    title: '诊疗计划',
    text: '1. 一级护理；2. 抗血小板、调脂、扩冠、利尿治疗；3. 向患者及家属交待病情。',
    editable: true,
  },
];

export function lifeOf(r: RecordSummary, is: (name: string) => boolean): RecordLife {
  const many = r.version > 1;
  const signed = r.mine === 'signed-by-me';
  const returned = r.returnReason === null ? null : { by: '周医师', at: ago(35), reason: r.returnReason };
  const steps: RecordLife['steps'] = [
    {
      level: r.byIntern ? 'intern' : 'resident',
      role: r.byIntern ? { zh: '实习医师', en: 'intern' } : { zh: '住院医师', en: 'resident' },
      person: r.byIntern ? '吴同学' : '赵医师',
      state: 'signed',
      version: 1,
      at: ago(130),
      reason: null,
    },
    {
      level: 'attending',
      role: { zh: '主治医师', en: 'attending' },
      person: '李医师',
      state: signed ? 'signed' : returned === null ? 'next' : 'returned',
      version: signed ? r.version : null,
      at: signed ? ago(20) : null,
      reason: null,
    },
    {
      level: 'chief',
      role: { zh: '主任医师', en: 'chief' },
      person: '周医师',
      state: signed ? 'next' : returned === null ? 'waiting' : 'returned',
      version: null,
      at: returned?.at ?? null,
      reason: returned?.reason ?? null,
    },
  ];
  return {
    recordId: r.id,
    version: r.version,
    steps,
    versions: Array.from({ length: r.version }, (_, i) => ({
      version: i + 1,
      author: i === 0 ? (r.byIntern ? '吴同学' : '赵医师') : '李医师',
      authorLevel: i === 0 ? (r.byIntern ? ('intern' as const) : ('resident' as const)) : ('attending' as const),
      submittedAt: ago(140 - i * 30),
      reason: i === 0 ? null : '补充心功能分级与检查计划',
      state: i + 1 < r.version ? ('superseded' as const) : signed ? ('signed' as const) : ('waiting' as const),
      signatures:
        i === 0 || signed
          ? [
              {
                person: i === 0 ? '赵医师' : '李医师',
                role: i === 0 ? '住院医师' : '主治医师',
                at: ago(130 - i * 30),
                verdict: 'PASSED' as const,
              },
            ]
          : [],
    })),
    sections,
    urgent: r.urgent ? { by: '赵医师', at: ago(30), reason: '患者今日 14:00 手术' } : null,
    returned,
    dueAt: r.dueAt,
    byIntern: r.byIntern,
    may: {
      edit: !signed,
      sign: !signed && !is('not-mine'),
      return: !signed && many,
      withdraw: signed,
      urge: true,
    },
  };
}

export function differenceOf(from: number, to: number, d: HarnessData): VersionDifference {
  const all = Object.values(d.opened);
  return {
    from,
    to,
    by: '李医师',
    at: ago(110),
    sections: [
      { id: 'complaint', title: '主诉', parts: [{ kind: 'same', text: '反复胸闷 3 年，加重伴气促 2 天。' }] },
      {
        id: 'diagnosis',
        title: '初步诊断',
        parts: [
          { kind: 'same', text: '1. 冠状动脉粥样硬化性心脏病，不稳定型心绞痛，心功能 ' },
          { kind: 'removed', text: 'II' },
          { kind: 'added', text: 'III' },
          { kind: 'same', text: ' 级；2. 高血压 3 级' },
          { kind: 'added', text: '，极高危' },
          { kind: 'same', text: '。' },
        ],
      },
      {
        id: 'plan',
        title: '诊疗计划',
        parts: [
          { kind: 'same', text: '1. 一级护理；2. 抗血小板、调脂、扩冠、利尿治疗；' },
          { kind: 'added', text: '3. 完善心脏彩超、冠脉 CTA；' },
          { kind: 'same', text: '4. 向患者及家属交待病情。' },
        ],
      },
    ],
    before: all[2]?.document ?? null,
    after: all[0]?.document ?? null,
  };
}

/** What came back to me, and what I signed and may take back. */
export function mineOf(d: HarnessData): Worklist {
  const some = d.worklist.records.slice(8, 13);
  const records = some.map((r, i): RecordSummary => {
    const base = { ...r, id: `mine-${i}`, urgent: false, mustReview: false, error: null };
    return i < 2
      ? {
          ...base,
          mine: 'returned-to-me',
          state: 'waiting',
          returnReason: i === 0 ? '过敏史与护理记录不一致，请核对后修改。' : '诊断依据不足，请补充冠脉造影结果。',
          level: { at: 2, of: 3 },
        }
      : { ...base, mine: 'signed-by-me', state: 'signed', level: { at: 2, of: 3 } };
  });
  return { records, refreshedAt: d.worklist.refreshedAt, stale: null };
}
