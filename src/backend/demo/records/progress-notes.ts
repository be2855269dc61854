/** 病程记录 progress notes: the first one, daily ones, the senior doctor's ward round. */
import type { DemoRecord } from './demo-record.ts';
import { patient } from './patients.ts';
import { Times } from './times.ts';

export function progressNotes(times: Times): DemoRecord[] {
  const at = (minutes: number): string => Times.minute(times.ago(minutes));
  return [
    {
      id: 'EMR-0038271-SC01',
      type: '首次病程记录',
      version: 2,
      patient: patient('wang', times),
      author: '赵医师',
      minutesAgo: 2,
      eventAgo: 96,
      signers: [
        { doctor: 'zhao', role: '住院医师' },
        { doctor: 'li', role: '主治医师' },
      ],
      changes: (t) => [
        { where: '诊断 1', before: '心功能 II 级', after: '心功能 III 级', by: '赵医师', at: t.ago(6).toISOString() },
        { where: '诊疗计划 3', before: '', after: '完善心脏彩超、冠脉 CTA', by: '赵医师', at: t.ago(5).toISOString() },
      ],
      formNumber: 'EMR-BC-01',
      draw: (form) => {
        form.paragraph(`患者王某某，男，63 岁，因“反复胸闷 3 年，加重伴气促 2 天”于 ${at(96)} 由门诊收入我科。`, {
          indent: 2,
        });
        form.heading('一、病例特点');
        form.items([
          '老年男性，慢性病程，急性加重。',
          '患者 3 年前开始于快走、上 3 层楼时出现胸骨后闷痛，每次持续 3～5 分钟，休息或含服硝酸甘油后缓解，未系统诊治。2 天前受凉后胸闷发作频繁，每日 4～6 次，平路步行约 200 m 即感气促，夜间可平卧，无咯血、晕厥，无放射性疼痛。',
          '既往高血压病史 10 年，最高血压 180/100 mmHg，规律服用氨氯地平 5 mg 每日 1 次；否认糖尿病、脑血管病史；吸烟 30 年，每日 10 支，已戒 2 年；否认药物过敏史。',
          '查体：T 36.5 ℃，P 88 次/分，R 22 次/分，BP 152/90 mmHg，SpO2 95%。神志清楚，口唇无发绀，颈静脉无怒张。双肺底可闻及少量湿啰音。心界向左下扩大，心率 88 次/分，律齐，各瓣膜听诊区未闻及病理性杂音。腹软，肝脾肋下未触及。双下肢无水肿。',
          '辅助检查：心电图示窦性心律，V4～V6 导联 ST 段水平型压低 0.1 mV；BNP 862 pg/mL；肌钙蛋白 I 0.02 ng/mL；肌酐 84 μmol/L；LDL-C 3.62 mmol/L。',
        ]);
        form.heading('二、初步诊断');
        form.items([
          '冠状动脉粥样硬化性心脏病，不稳定型心绞痛，心功能 III 级（NYHA）；',
          '高血压 3 级，极高危；',
          '高脂血症。',
        ]);
        form.heading('三、诊断依据与鉴别诊断');
        form.paragraph(
          '劳力性胸闷 3 年，近 2 天发作频率与程度均加重，静息心电图有缺血改变，肌钙蛋白阴性，符合不稳定型心绞痛；BNP 升高、双肺底湿啰音提示心功能不全。须与急性心肌梗死（动态复查心电图及肌钙蛋白）、主动脉夹层（双上肢血压对称，无撕裂样痛，暂不支持）及肺栓塞（D-二聚体 0.31 mg/L，可能性小）相鉴别。',
        );
        form.heading('四、诊疗计划');
        form.items([
          '一级护理，低盐低脂饮食，吸氧，心电、血氧监护；记 24 小时出入量。',
          '阿司匹林 100 mg、氯吡格雷 75 mg 抗血小板，阿托伐他汀 20 mg 调脂，单硝酸异山梨酯扩张冠脉，呋塞米 20 mg 静脉注射利尿；继续氨氯地平控制血压，目标 130/80 mmHg 以下。',
          '动态复查心电图、肌钙蛋白及电解质；完善心脏彩超、冠脉 CTA，必要时行冠状动脉造影。',
          '向患者及家属交待病情，可能发生急性心肌梗死、恶性心律失常及猝死，家属表示理解。',
        ]);
        form.signatures(['住院医师', '主治医师'], Times.long(times.ago(12)));
      },
    },
    daily(times, {
      id: 'EMR-0038155-RC03',
      who: 'chen',
      minutesAgo: 9,
      day: 3,
      text: [
        '患者今日未诉胸痛，夜间可平卧入睡，活动后气促较前减轻，饮食、睡眠可，二便正常。',
        '查体：T 36.7 ℃，P 76 次/分，R 18 次/分，BP 128/76 mmHg，体重 58.2 kg（较入院时减轻 1.9 kg）。双肺呼吸音稍粗，右肺底可闻及少许湿啰音，较前减少。心率 82 次/分，心律绝对不齐，第一心音强弱不等，心尖部可闻及 2/6 级收缩期吹风样杂音。双下肢轻度凹陷性水肿。',
        '昨日入量 1 350 mL，出量 2 180 mL。复查：钾 3.9 mmol/L，钠 138 mmol/L，肌酐 91 μmol/L，NT-proBNP 2 140 pg/mL（入院时 4 860 pg/mL）。心脏彩超：左房内径 46 mm，左室舒张末内径 54 mm，LVEF 48%，二尖瓣轻中度反流。',
        '分析：慢性心力衰竭急性加重，利尿后容量负荷改善；心房颤动心室率控制尚可，CHA2DS2-VASc 评分 4 分，无抗凝禁忌。今日呋塞米改为 20 mg 口服每日 1 次，加用利伐沙班 15 mg 每日 1 次，继续监测血压、心率、电解质及出血倾向。',
      ],
    }),
    {
      id: 'EMR-0038240-CF01',
      type: '上级医师查房记录',
      version: 1,
      patient: patient('zhou', times),
      author: '赵医师',
      minutesAgo: 14,
      signers: [{ doctor: 'li', role: '主治医师' }],
      formNumber: 'EMR-BC-03',
      draw: (form) => {
        form.centered(`${at(42)}\u3000李医师主治医师查房记录`, { weight: 'bold' });
        form.paragraph(
          '今日李医师查房，详细询问病史并查体。患者周某，男，58 岁，以“突发胸痛 4 小时”入院，急诊冠脉造影示前降支近段完全闭塞，植入支架 1 枚，术后第 1 天。患者胸痛消失，无气促、心悸，穿刺处无渗血。',
        );
        form.paragraph(
          'BP 112/70 mmHg，P 72 次/分，律齐。双肺未闻及湿啰音，心音有力，未闻及杂音及心包摩擦音。右侧桡动脉穿刺处敷料干燥，远端血运良好。肌钙蛋白 I 峰值 32.6 ng/mL，已呈下降趋势；心电图 V1～V4 导联 ST 段回落超过 50%，T 波倒置。',
          { label: '查体：' },
        );
        form.paragraph(
          '患者为急性前壁 ST 段抬高型心肌梗死，发病至球囊扩张 5 小时 20 分，术后 TIMI 血流 3 级，Killip I 级。再灌注成功，目前血流动力学稳定，但前壁梗死面积较大，须警惕心律失常、心力衰竭及机械并发症。',
          { label: '李医师分析：' },
        );
        form.paragraph('同意目前诊断与治疗，并指示：', { label: '指示：' });
        form.items([
          '继续阿司匹林 100 mg 每日 1 次、替格瑞洛 90 mg 每日 2 次，至少 12 个月；用药期间观察有无出血与呼吸困难。',
          '阿托伐他汀加量至 40 mg 每晚 1 次，4 周后复查血脂，LDL-C 目标低于 1.4 mmol/L 且降幅不少于 50%。',
          '美托洛尔缓释片 23.75 mg 每日 1 次起始，按心率、血压递增；培哚普利 2 mg 每日 1 次起始。',
          '卧床 24 小时后在监护下床边活动，启动心脏康复一期；保持大便通畅，必要时乳果糖。',
          '明日复查心脏彩超，评估左室收缩功能及室壁运动，排除附壁血栓。',
          '再次向家属交待病情及二级预防的重要性，签署沟通记录。',
        ]);
        form.signatures(['主治医师'], Times.long(times.ago(16)));
      },
    },
    daily(times, {
      id: 'EMR-0038117-RC04',
      who: 'xu',
      minutesAgo: 122,
      day: 4,
      text: [
        '患者神志清楚，诉夜间咳嗽 2 次，无胸痛、心悸、黑矇。进食好，小便 1 600 mL/24 h。',
        '查体：T 36.4 ℃，P 64 次/分，R 17 次/分，BP 136/82 mmHg。双肺呼吸音清，未闻及干湿啰音。心率 64 次/分，律齐，主动脉瓣听诊区 2/6 级收缩期杂音。起搏器囊袋处敷料干燥，无红肿、波动感，切口无渗血。',
        '动态心电图：平均心率 66 次/分，DDD 起搏器起搏、感知功能良好，未见大于 2.0 秒的长间歇。胸片：起搏电极位置良好，未见气胸。',
        '患者永久起搏器植入术后第 3 天，病情平稳。今日停用头孢唑林，继续左上肢制动，避免上举；指导患者自测脉搏。明日切口换药，若无异常拟后日出院，1 个月后门诊程控随访。',
      ],
    }),
  ];
}

interface Daily {
  readonly id: string;
  readonly who: 'chen' | 'xu';
  readonly minutesAgo: number;
  readonly day: number;
  readonly text: readonly string[];
}

function daily(times: Times, { id, who, minutesAgo, day, text }: Daily): DemoRecord {
  return {
    id,
    type: '日常病程记录',
    version: 1,
    patient: patient(who, times),
    author: '赵医师',
    minutesAgo,
    signers: [
      { doctor: 'zhao', role: '住院医师' },
      { doctor: 'li', role: '主治医师' },
    ],
    formNumber: 'EMR-BC-02',
    draw: (form) => {
      form.centered(`${Times.minute(times.ago(minutesAgo + 25))}\u3000入院第 ${day + 1} 天`, { weight: 'bold' });
      for (const paragraph of text) form.paragraph(paragraph);
      form.signatures(['住院医师', '主治医师'], Times.long(times.ago(minutesAgo + 8)));
    },
  };
}
