/** Further records of the ward, one for each state of a record's life: an intern's, a returned one, an urgent one, one that is overdue, a chief's. */
import type { DemoRecord, DemoSigner } from './demo-record.ts';
import { patient } from './patients.ts';
import { Times } from './times.ts';

const RESIDENT: DemoSigner = { doctor: 'zhao', role: '住院医师' };
const ATTENDING: DemoSigner = { doctor: 'li', role: '主治医师' };
const CHIEF: DemoSigner = { doctor: 'zhou', role: '主任医师' };

export function wardRecords(times: Times): DemoRecord[] {
  const long = (minutes: number): string => Times.long(times.ago(minutes));
  return [
    {
      id: 'EMR-0038284-SC01',
      type: '首次病程记录',
      version: 1,
      patient: patient('he', times),
      author: '方实习',
      minutesAgo: 26,
      eventAgo: 150,
      signed: 1,
      signers: [{ doctor: 'fang', role: '实习医师' }, RESIDENT, ATTENDING],
      formNumber: 'EMR-BC-01',
      draw: (form) => {
        form.paragraph('患者何某，男，49 岁，因“活动后胸痛 1 周”收入我科。');
        form.heading('一、病例特点');
        form.items([
          '中年男性，起病 1 周，快走或上楼时胸骨后闷痛，休息 3～5 分钟缓解。',
          '吸烟 20 年，每日 20 支；父亲 55 岁时患心肌梗死。',
          '查体：BP 138/86 mmHg，P 76 次/分，律齐，双肺未闻及啰音。',
          '心电图：V4～V6 导联 ST 段水平型压低 0.10～0.12 mV。',
        ]);
        form.heading('二、初步诊断');
        form.items(['冠状动脉粥样硬化性心脏病，初发劳力型心绞痛；', '血脂异常待查。']);
        form.heading('三、诊疗计划');
        form.items([
          '二级护理，低脂饮食，戒烟。',
          '阿司匹林 100 mg 每日 1 次，阿托伐他汀 20 mg 每晚 1 次。',
          '完善冠脉 CTA。',
        ]);
        form.signatures(['实习医师', '住院医师', '主治医师'], long(28));
      },
    },
    {
      id: 'EMR-0038166-RC02',
      type: '日常病程记录',
      version: 1,
      patient: patient('shen', times),
      author: '赵医师',
      minutesAgo: 95,
      returned: '诊断依据不足：请补充今晨复查的血钾与心室率。',
      signers: [RESIDENT, ATTENDING],
      formNumber: 'EMR-BC-02',
      draw: (form) => {
        form.centered(`${Times.minute(times.ago(110))}\u3000入院第 4 天`, { weight: 'bold' });
        form.paragraph('患者诉心悸减轻，夜间可平卧入睡，右髋部制动中，无胸痛、气促。');
        form.paragraph('查体：BP 118/72 mmHg，心率 96 次/分，律绝对不齐，双肺呼吸音清，双下肢无水肿。');
        form.paragraph('阵发性心房颤动，心室率较前下降，继续美托洛尔 25 mg 每日 2 次，补钾后复查电解质。');
        form.signatures(['住院医师', '主治医师'], long(98));
      },
    },
    {
      id: 'EMR-0038117-QJ01',
      type: '抢救记录',
      version: 1,
      patient: patient('xu', times),
      author: '赵医师',
      minutesAgo: 40,
      eventAgo: 75,
      signers: [RESIDENT, ATTENDING],
      formNumber: 'EMR-QJ-01',
      draw: (form) => {
        form.fields([
          [
            ['抢救开始', Times.minute(times.ago(120))],
            ['抢救结束', Times.minute(times.ago(75))],
          ],
        ]);
        form.paragraph('患者突发意识丧失，心电监护示心室颤动。', { label: '病情变化：', indent: 0 });
        form.paragraph(
          '立即胸外按压，双相波 200 J 非同步电除颤 1 次转为窦性心律；气管插管接呼吸机，胺碘酮 300 mg 静脉注射后 1 mg/min 维持，血钾 3.1 mmol/L，予补钾。约 6 分钟后意识恢复。',
          { label: '抢救经过：', indent: 0 },
        );
        form.paragraph('李医师、赵医师、何护士、许护士。', { label: '参加人员：', indent: 0 });
        form.paragraph('BP 116/70 mmHg，P 84 次/分，SpO2 98%，神志清楚，转监护室继续治疗。', {
          label: '转归：',
          indent: 0,
        });
        form.signatures(['住院医师', '主治医师'], long(42));
      },
    },
    {
      id: 'EMR-0038240-RY01',
      type: '入院记录',
      version: 1,
      patient: patient('zhou', times),
      author: '赵医师',
      minutesAgo: 205,
      eventAgo: 28 * 60,
      signers: [RESIDENT, ATTENDING],
      formNumber: 'EMR-RY-01',
      draw: (form) => {
        form.paragraph('突发胸痛 4 小时。', { label: '主诉：', indent: 0 });
        form.paragraph('患者 4 小时前无诱因突发胸骨后压榨样疼痛，向左肩放射，伴大汗，含服硝酸甘油不缓解，急诊入院。', {
          label: '现病史：',
          indent: 0,
        });
        form.paragraph('高血压病史 6 年，血压控制不详；否认糖尿病、药物过敏史。', { label: '既往史：', indent: 0 });
        form.paragraph('BP 112/70 mmHg，P 72 次/分，律齐，双肺未闻及湿啰音。', { label: '体格检查：', indent: 0 });
        form.paragraph('急性前壁 ST 段抬高型心肌梗死，Killip I 级。', { label: '初步诊断：', indent: 0 });
        form.signatures(['住院医师', '主治医师'], long(210));
      },
    },
    {
      id: 'EMR-0038155-RC04',
      type: '日常病程记录',
      version: 1,
      patient: patient('chen', times),
      author: '赵医师',
      minutesAgo: 18,
      signed: 1,
      signers: [RESIDENT, ATTENDING, CHIEF],
      formNumber: 'EMR-BC-02',
      draw: (form) => {
        form.centered(`${Times.minute(times.ago(30))}\u3000入院第 5 天`, { weight: 'bold' });
        form.paragraph('患者气促进一步减轻，步行 200 m 无不适，夜间平卧安睡。');
        form.paragraph('查体：BP 124/74 mmHg，心率 78 次/分，双肺未闻及湿啰音，双下肢水肿消退。');
        form.paragraph('慢性心力衰竭急性加重已缓解，明日评估出院，继续利伐沙班 15 mg 每日 1 次。');
        form.signatures(['住院医师', '主治医师', '主任医师'], long(20));
      },
    },
  ];
}
