/** 长期医嘱单 standing orders: a ruled table over two pages. */
import type { DemoRecord } from './demo-record.ts';
import { patient } from './patients.ts';
import { Times } from './times.ts';

type Order = readonly [
  days: number,
  clock: string,
  text: string,
  nurse: string,
  stop?: readonly [days: number, clock: string],
];

const ORDERS: readonly Order[] = [
  [6, '09:20', '心血管内科护理常规', '吴护士'],
  [6, '09:20', '一级护理', '吴护士', [2, '08:50']],
  [2, '08:50', '二级护理', '何护士'],
  [6, '09:20', '低盐低脂糖尿病饮食', '吴护士'],
  [6, '09:20', '持续低流量吸氧 2 L/min', '吴护士', [3, '10:05']],
  [6, '09:20', '心电、血压、血氧饱和度监护', '吴护士', [2, '08:50']],
  [6, '09:22', '阿司匹林肠溶片　100 mg　口服　每日 1 次', '吴护士'],
  [6, '09:22', '硫酸氢氯吡格雷片　75 mg　口服　每日 1 次', '吴护士'],
  [6, '09:22', '阿托伐他汀钙片　20 mg　口服　每晚 1 次', '吴护士'],
  [6, '09:24', '琥珀酸美托洛尔缓释片　47.5 mg　口服　每日 1 次', '吴护士'],
  [6, '09:24', '单硝酸异山梨酯缓释片　40 mg　口服　每日 1 次', '吴护士'],
  [6, '09:24', '低分子肝素钠注射液　4 000 IU　皮下注射　每 12 小时 1 次', '吴护士', [1, '09:10']],
  [5, '08:45', '盐酸二甲双胍片　0.5 g　餐中口服　每日 3 次', '林护士'],
  [5, '08:45', '监测指尖血糖　空腹及三餐后 2 小时', '林护士'],
  [4, '09:02', '雷米普利片　2.5 mg　口服　每日 1 次', '林护士', [1, '09:10']],
  [3, '10:05', '记 24 小时出入量', '何护士'],
  [2, '08:52', '兰索拉唑肠溶片　30 mg　早餐前口服　每日 1 次', '何护士'],
  [1, '09:12', '缬沙坦胶囊　80 mg　口服　每日 1 次', '许护士'],
  [1, '09:12', '达格列净片　10 mg　口服　每日 1 次', '许护士'],
  [0, '08:36', '测血压　每日 3 次', '许护士'],
  [0, '08:36', '床旁心脏康复训练（I 期）　每日 2 次', '许护士'],
];

export function standingOrders(times: Times): DemoRecord {
  const day = (days: number, clock: string): string => Times.day(times.daysAgo(days, clock)).slice(5);
  return {
    id: 'EMR-0037986-CY01',
    type: '长期医嘱单',
    version: 5,
    patient: patient('lin', times),
    author: '赵医师',
    minutesAgo: 20,
    signers: [
      { doctor: 'zhao', role: '开立医师' },
      { doctor: 'li', role: '主治医师' },
    ],
    changes: (t) => [
      {
        where: '第 12 行',
        before: '低分子肝素钠注射液 执行中',
        after: `停止 ${day(1, '09:10')} 09:10`,
        by: '赵医师',
        at: t.daysAgo(1, '09:10').toISOString(),
      },
      { where: '第 20 行', before: '', after: '测血压 每日 3 次', by: '赵医师', at: t.ago(34).toISOString() },
      {
        where: '第 21 行',
        before: '',
        after: '床旁心脏康复训练（I 期）每日 2 次',
        by: '赵医师',
        at: t.ago(33).toISOString(),
      },
    ],
    formNumber: 'EMR-YZ-01',
    draw: (form) => {
      form.table(
        [
          { head: '日期', width: 13, align: 'center' },
          { head: '时间', width: 12, align: 'center' },
          { head: '长期医嘱', width: 76 },
          { head: '医师', width: 14, align: 'center' },
          { head: '护士', width: 14, align: 'center' },
          { head: '停止日期', width: 17, align: 'center' },
          { head: '时间', width: 12, align: 'center' },
          { head: '行', width: 8, align: 'center' },
        ],
        ORDERS.map(([days, clock, text, nurse, stop], i) => [
          day(days, clock),
          clock,
          text,
          '赵医师',
          nurse,
          stop === undefined ? '' : day(stop[0], stop[1]),
          stop?.[1] ?? '',
          String(i + 1),
        ]),
      );
      form.paragraph('以上医嘱经核对无误。第 5 版：停止低分子肝素钠、雷米普利；增加测血压、床旁心脏康复训练。', {
        indent: 0,
      });
      form.signatures(['开立医师', '主治医师'], Times.long(times.ago(24)));
    },
  };
}
