/** 入院记录 admission, 出院记录 discharge, 死亡病例讨论记录 mortality conference. */
import type { DemoRecord } from './demo-record.ts';
import { patient } from './patients.ts';
import { Times } from './times.ts';

export function stayNotes(times: Times): DemoRecord[] {
  const day = (days: number): string => Times.day(times.daysAgo(days, '09:00'));
  return [
    {
      id: 'EMR-0038279-RY01',
      type: '入院记录',
      version: 1,
      patient: patient('cao', times),
      author: '赵医师',
      minutesAgo: 74,
      eventAgo: 230,
      signers: [
        { doctor: 'zhao', role: '住院医师' },
        {
          doctor: 'li',
          role: '主治医师',
          layout: { kind: 'riding', edge: 'right' },
          seal: 'department',
          rule: { zh: '科室章，骑缝盖在各页右边', en: 'The department’s seal across the right edge of all pages' },
        },
      ],
      formNumber: 'EMR-RY-01',
      draw: (form) => {
        form.fields([
          [
            ['职业', '退休'],
            ['婚姻', '已婚'],
            ['民族', '汉族'],
          ],
          [
            ['入院时间', Times.minute(times.ago(230))],
            ['记录时间', Times.minute(times.ago(110))],
          ],
          [
            ['病史陈述者', '患者本人'],
            ['可靠程度', '可靠'],
          ],
        ]);
        form.paragraph('发作性心悸 2 年，再发 1 天。', { label: '主诉：', indent: 0 });
        form.paragraph(
          '患者 2 年前无诱因突发心悸，持续约 20 分钟，突发突止，伴乏力，无黑矇、晕厥、胸痛，未就诊。此后每 2～3 个月发作 1 次，屏气后可终止。半年前外院心电图示“阵发性室上性心动过速，心率 186 次/分”，予腺苷 6 mg 静脉注射后转复。1 天前情绪激动后再发，持续约 2 小时，来我院急诊，予普罗帕酮 70 mg 静脉注射后转为窦性心律。现为行射频消融术收入我科。病程中精神、食欲可，睡眠欠佳，大小便正常，体重无明显变化。',
          { label: '现病史：', indent: 0 },
        );
        form.paragraph(
          '平素体健。否认高血压、糖尿病、冠心病史；否认肝炎、结核病史；10 年前行阑尾切除术；否认输血史；青霉素皮试阳性。预防接种史不详。',
          { label: '既往史：', indent: 0 },
        );
        form.paragraph('生于本地，无疫区居住史，无烟酒嗜好，无毒物接触史。', { label: '个人史：', indent: 0 });
        form.paragraph('适龄结婚，配偶体健，育有 1 女。月经 14（5/28）52，已绝经。', { label: '婚育史：', indent: 0 });
        form.paragraph('父亲因脑出血去世，母亲健在，否认家族遗传病史。', { label: '家族史：', indent: 0 });
        form.heading('体格检查');
        form.fields([
          [
            ['体温', '36.3 ℃'],
            ['脉搏', '78 次/分'],
            ['呼吸', '18 次/分'],
            ['血压', '122/76 mmHg'],
          ],
        ]);
        form.paragraph(
          '发育正常，营养良好，自主体位，神志清楚，查体合作。全身皮肤黏膜无黄染、出血点，浅表淋巴结未触及肿大。头颅五官无畸形，双侧瞳孔等大等圆，对光反射灵敏。颈软，气管居中，甲状腺无肿大，颈静脉无怒张。胸廓对称，双肺呼吸音清，未闻及干湿啰音。心前区无隆起，心尖搏动位于左第 5 肋间锁骨中线内 0.5 cm，未触及震颤，心界不大，心率 78 次/分，律齐，各瓣膜听诊区未闻及杂音，无心包摩擦音。腹平软，右下腹见长约 5 cm 陈旧手术瘢痕，无压痛、反跳痛，肝脾肋下未触及，移动性浊音阴性。脊柱四肢无畸形，双下肢无水肿。生理反射存在，病理反射未引出。',
        );
        form.heading('辅助检查');
        form.items(
          [
            '心电图（发作时）：窄 QRS 波心动过速，心率 178 次/分，RP 间期小于 70 ms。',
            '心电图（转复后）：窦性心律，正常心电图，未见预激波。',
            '心脏彩超：各房室腔内径正常，LVEF 66%。电解质、甲状腺功能、凝血功能正常。',
          ],
          false,
        );
        form.paragraph('阵发性室上性心动过速，房室结折返性心动过速可能性大。', { label: '初步诊断：', indent: 0 });
        form.paragraph(
          '发作性心悸，突发突止，屏气或腺苷可终止，发作时心电图为窄 QRS 波心动过速，RP 间期短，符合阵发性室上性心动过速；转复后无预激波，首先考虑房室结折返性心动过速，须经电生理检查与左侧隐匿性旁路参与的房室折返性心动过速、房性心动过速鉴别。',
          { label: '诊断依据：', indent: 0 },
        );
        form.heading('诊疗计划');
        form.items([
          '二级护理，普通饮食，心电监护；停用抗心律失常药物 5 个半衰期以上。',
          '完善血常规、凝血功能、肝肾功能、甲状腺功能、传染病筛查、胸片及经食管超声（必要时）。',
          '无禁忌后行心内电生理检查及射频消融术，术前与患者及家属谈话，签署知情同意书。',
          '发作时先行改良 Valsalva 动作，无效予腺苷 6 mg 快速静脉注射；血流动力学不稳定即行同步电复律。',
          '健康教育：避免浓茶、咖啡、熬夜与情绪激动，教会患者自测脉搏与终止发作的方法。',
        ]);
        form.signatures(['住院医师', '主治医师'], Times.long(times.ago(80)));
      },
    },
    {
      id: 'EMR-0037892-CYJ1',
      type: '出院记录',
      version: 2,
      patient: patient('feng', times),
      author: '赵医师',
      minutesAgo: 66,
      eventAgo: 150,
      signers: [
        { doctor: 'zhao', role: '住院医师' },
        { doctor: 'li', role: '主治医师' },
      ],
      changes: (t) => [
        {
          where: '出院医嘱 3',
          before: '比索洛尔 2.5 mg',
          after: '比索洛尔 5 mg',
          by: '赵医师',
          at: t.ago(70).toISOString(),
        },
      ],
      formNumber: 'EMR-CY-01',
      draw: (form) => {
        form.fields([
          [
            ['入院日期', day(8)],
            ['出院日期', day(0)],
            ['住院天数', '8 天'],
          ],
        ]);
        form.paragraph('扩张型心肌病，慢性心力衰竭急性加重，心功能 IV 级；频发室性期前收缩。', {
          label: '入院诊断：',
          indent: 0,
        });
        form.paragraph('扩张型心肌病，慢性心力衰竭，心功能 II 级；频发室性期前收缩。', {
          label: '出院诊断：',
          indent: 0,
        });
        form.paragraph(
          '患者因“反复气促 1 年，加重伴双下肢水肿 1 周”入院。入院时端坐呼吸，双肺中下野可闻及湿啰音，双下肢中度凹陷性水肿。BNP 2 860 pg/mL，LVEF 29%，左室舒张末内径 68 mm。',
          { label: '入院情况：', indent: 0 },
        );
        form.paragraph(
          '入院后予限盐限水、吸氧、托拉塞米静脉利尿、硝普钠扩血管治疗，第 3 天可平卧，第 5 天停用静脉药物。先后加用沙库巴曲缬沙坦、比索洛尔、螺内酯、达格列净，耐受良好，无低血压及高钾血症。动态心电图室性期前收缩由 11 240 次/24 h 减至 2 310 次/24 h，未见室速。',
          { label: '诊疗经过：', indent: 0 },
        );
        form.table(
          [
            { head: '指标', width: 46 },
            { head: `入院 ${day(8).slice(5)}`, width: 40, align: 'center' },
            { head: `出院前 ${day(1).slice(5)}`, width: 40, align: 'center' },
            { head: '参考值', width: 40, align: 'center' },
          ],
          [
            ['体重（kg）', '64.8', '58.1', '—'],
            ['BNP（pg/mL）', '2 860', '412', '＜100'],
            ['肌酐（μmol/L）', '98', '92', '45～84'],
            ['血钾（mmol/L）', '3.6', '4.5', '3.5～5.3'],
            ['LVEF（%）', '29', '36', '＞50'],
          ],
        );
        form.paragraph(
          '无气促，夜间可平卧，步行 400 m 无不适。BP 112/70 mmHg，心率 66 次/分，偶有期前收缩，双肺未闻及啰音，双下肢无水肿。',
          { label: '出院情况：', indent: 0 },
        );
        form.heading('出院医嘱');
        form.items([
          '低盐饮食（每日少于 5 g），每日晨起排尿后测体重，3 天内增加超过 2 kg 请及时就诊。',
          '沙库巴曲缬沙坦 50 mg 口服 每日 2 次；螺内酯 20 mg 口服 每日 1 次；达格列净 10 mg 口服 每日 1 次。',
          '比索洛尔 5 mg 口服 每日 1 次，自测脉搏，静息低于 55 次/分时来诊。',
          '托拉塞米 10 mg 口服 每日 1 次，2 周后复查肾功能、电解质再调整。',
          '心力衰竭专病门诊：2 周后首次随访，3 个月后复查心脏彩超，评估 ICD 植入指征。',
          '接种流感疫苗、肺炎球菌疫苗；戒酒，避免劳累与感染。',
        ]);
        form.signatures(['住院医师', '主治医师'], Times.long(times.ago(69)));
      },
    },
    {
      id: 'EMR-0037741-TL01',
      type: '死亡病例讨论记录',
      version: 3,
      patient: patient('zheng', times),
      author: '钱医师',
      minutesAgo: 61,
      signers: [
        { doctor: 'qian', role: '记录人' },
        { doctor: 'li', role: '主治医师' },
      ],
      changes: (t) => [
        { where: '讨论意见 2', before: '', after: '家属拒绝尸检，已签字', by: '钱医师', at: t.ago(64).toISOString() },
        {
          where: '最后诊断 2',
          before: '肺部感染',
          after: '重症肺炎，呼吸衰竭',
          by: '钱医师',
          at: t.ago(63).toISOString(),
        },
      ],
      formNumber: 'EMR-TL-02',
      draw: (form) => {
        form.fields([
          [
            ['讨论时间', Times.minute(times.daysAgo(0, '08:10'))],
            ['讨论地点', '三病区医生办公室'],
          ],
          [
            ['主持人', '周主任'],
            ['参加人员', '李医师、钱医师等 9 人'],
          ],
          [
            ['入院日期', day(12)],
            ['死亡时间', Times.minute(times.daysAgo(4, '03:26'))],
          ],
        ]);
        form.paragraph(
          '患者郑某某，男，82 岁，因“气促 5 天，加重伴意识模糊 1 天”入院。既往冠心病、陈旧性心肌梗死 9 年，慢性阻塞性肺疾病 20 年，慢性肾脏病 3 期。入院时 T 38.6 ℃，R 32 次/分，SpO2 82%，双肺广泛湿啰音。胸部 CT：双肺多发渗出影，双侧少量胸腔积液。予机械通气、美罗培南抗感染、血管活性药物、连续性肾脏替代等治疗，感染控制不佳，休克进行性加重，于入院第 9 天心跳停止，抢救 40 分钟无效，宣告临床死亡。',
          { label: '病历摘要：' },
        );
        form.heading('讨论意见');
        form.items([
          '钱医师：汇报病历。患者高龄，基础疾病多，入院时已为重症肺炎合并感染性休克，SOFA 评分 11 分，预后极差，已多次与家属沟通并有书面记录。',
          '李医师：死亡原因明确，为感染性休克、多器官功能衰竭。痰培养为耐碳青霉烯肺炎克雷伯菌，药敏回报后 2 小时内调整方案，处置及时。家属拒绝尸检，已签字。',
          '孙医师：入院第 6 天出现快速心房颤动，胺碘酮使用符合规范；容量管理在心功能不全与休克之间权衡困难，可总结经验。',
          '护士长：护理记录完整，压力性损伤预防到位；转运途中监护记录需进一步规范。',
          '周主任：诊断、治疗与抢救符合规范。教训：耐药菌高危患者应更早启动筛查与隔离；加强老年肺炎的早期识别。',
        ]);
        form.heading('最后诊断');
        form.items([
          '感染性休克，多器官功能障碍综合征；',
          '重症肺炎，呼吸衰竭；',
          '冠状动脉粥样硬化性心脏病，陈旧性前壁心肌梗死，慢性心力衰竭急性加重；',
          '慢性阻塞性肺疾病急性加重；慢性肾脏病 3 期，急性肾损伤。',
        ]);
        form.paragraph('感染性休克，多器官功能衰竭。', { label: '死亡原因：', indent: 0 });
        form.signatures(['主治医师', '记录人'], Times.long(times.ago(62)));
      },
    },
  ];
}
