/** 心电图报告 electrocardiogram report: twelve leads on the usual grid, 25 mm/s and 10 mm/mV, A4 landscape. */
import type { DemoRecord } from './demo-record.ts';
import { patient } from './patients.ts';
import { Times } from './times.ts';
import { RATE, ROW } from './tracing.ts';

export function ecgReport(times: Times): DemoRecord {
  return {
    id: 'EMR-0038284-XD01',
    type: '心电图报告',
    version: 1,
    patient: patient('he', times),
    author: '心电图室',
    minutesAgo: 35,
    urgent: true,
    orientation: 'landscape',
    signers: [{ doctor: 'li', role: '审核医师' }],
    formNumber: 'EMR-XD-01',
    draw: (form) => {
      const top = 44;
      form.moveTo(38.5);
      form.facts([
        ['检查时间', Times.minute(times.ago(58))],
        ['心率', `${RATE} 次/分`],
        ['PR 间期', '164 ms'],
        ['QRS 时限', '92 ms'],
        ['QT/QTc', '388/437 ms'],
        ['电轴', '+48°'],
      ]);
      form.tracing(top);
      form.moveTo(top + 4 * ROW + 9);
      form.paragraph(
        '1. 窦性心律；2. V4～V6 导联 ST 段水平型压低 0.10～0.12 mV，T 波低平，提示心肌缺血，请结合临床。',
        { label: '诊断意见：', indent: 0 },
      );
      form.reach(top + 4 * ROW + 18.5);
      form.signatureRow('报告医师：何技师', '审核医师', Times.long(times.ago(38)));
    },
  };
}
