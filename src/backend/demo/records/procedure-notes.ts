/** 手术记录 operation note, 有创诊疗操作记录 procedure note, 会诊记录 consultation. */
import type { DemoRecord } from './demo-record.ts';
import { patient } from './patients.ts';
import { Times } from './times.ts';

export function procedureNotes(times: Times): DemoRecord[] {
  const clock = (minutes: number): string => Times.clock(times.ago(minutes));
  return [
    {
      id: 'EMR-0038203-SS01',
      type: '手术记录',
      version: 1,
      patient: patient('wu', times),
      author: '孙医师',
      minutesAgo: 31,
      eventAgo: 98,
      signers: [
        { doctor: 'sun', role: '记录医师' },
        { doctor: 'li', role: '手术医师' },
      ],
      formNumber: 'EMR-SS-02',
      draw: (form) => {
        form.fields([
          [
            ['手术日期', Times.day(times.ago(170))],
            ['开始时间', clock(170)],
            ['结束时间', clock(98)],
          ],
          [
            ['手术医师', '李医师'],
            ['助手', '孙医师'],
            ['麻醉方式', '局部麻醉'],
          ],
        ]);
        form.paragraph('冠状动脉粥样硬化性心脏病，稳定型心绞痛（CCS III 级）', { label: '术前诊断：', indent: 0 });
        form.paragraph('冠状动脉粥样硬化性心脏病，双支病变（前降支、右冠状动脉）', { label: '术后诊断：', indent: 0 });
        form.paragraph('冠状动脉造影术；前降支经皮冠状动脉药物洗脱支架植入术', { label: '手术名称：', indent: 0 });
        form.heading('手术经过');
        form.paragraph(
          '患者取仰卧位，右上肢外展，常规消毒铺巾。2% 利多卡因 2 mL 局部浸润麻醉，以 Seldinger 法穿刺右桡动脉成功，置入 6F 桡动脉鞘，经鞘管注入普通肝素 3 000 U、硝酸甘油 200 μg。',
        );
        form.paragraph(
          '送入 5F 多功能造影导管行左、右冠状动脉多体位造影：左主干未见狭窄；前降支近中段局限性狭窄 85%，第一对角支开口狭窄 50%，远段 TIMI 血流 3 级；回旋支管壁不规则，未见明显狭窄；右冠状动脉中段狭窄 60%，远段 TIMI 血流 3 级。冠脉呈右优势型。',
        );
        form.paragraph(
          '向患者及家属说明造影结果，同意行前降支介入治疗。追加肝素至 100 U/kg，测 ACT 286 s。送 6F EBU 3.5 指引导管至左冠状动脉开口，0.014 英寸导丝通过病变至前降支远段，另一导丝保护对角支。2.5 mm×15 mm 半顺应性球囊以 12 atm 扩张 2 次，每次 10 s。',
        );
        form.paragraph(
          '于前降支近中段植入 3.0 mm×24 mm 西罗莫司药物洗脱支架 1 枚，以 12 atm 释放；3.25 mm×12 mm 非顺应性球囊 18 atm 后扩张 2 次。复查造影：支架膨胀良好、贴壁满意，残余狭窄小于 10%，对角支血流未受影响，无夹层、血栓及造影剂外渗，远段 TIMI 血流 3 级。',
        );
        form.paragraph(
          '撤出导丝、导管，拔除动脉鞘，以桡动脉止血器压迫止血。术中患者无胸痛，生命体征平稳：BP 126/74 mmHg，P 70 次/分。安返病房。',
        );
        form.heading('术中记录');
        form.table(
          [
            { head: '项目', width: 40 },
            { head: '记录', width: 43 },
            { head: '项目', width: 40 },
            { head: '记录', width: 43 },
          ],
          [
            ['碘克沙醇用量', '110 mL', '曝光时间', '9.6 min'],
            ['累计剂量（空气比释动能）', '812 mGy', '剂量面积乘积', '58.4 Gy·cm²'],
            ['出血量', '约 10 mL', '输血', '无'],
            ['植入物', '药物洗脱支架 1 枚', '条码', '见粘贴单'],
            ['标本', '无', '并发症', '无'],
          ],
        );
        form.heading('术后处理');
        form.items([
          '心电、血压监护 24 小时，观察右上肢血运与穿刺部位，止血器每 2 小时减压 1 次，6 小时后拆除。',
          '阿司匹林 100 mg 每日 1 次、氯吡格雷 75 mg 每日 1 次，至少 12 个月。',
          '水化：0.9% 氯化钠注射液 1 mL/(kg·h)，术后 12 小时；48 小时内复查肌酐。',
          '右冠状动脉中段病变暂予药物治疗，3 个月后评估缺血再定。',
          '观察有无造影剂迟发过敏反应；鼓励饮水，术后 6 小时内尿量不少于 800 mL。',
        ]);
        form.paragraph(
          '术后即刻向患者及家属说明：手术成功，前降支支架植入顺利；须长期规律服用抗血小板药物与他汀，不得自行停药；出现胸痛、穿刺处出血肿胀、手部麻木或发凉请立即告知。家属表示理解，造影光盘已交病案室留存。',
          { label: '术后告知：', indent: 0 },
        );
        form.paragraph(
          '安返病房 20 分钟后查看患者：无胸痛，BP 124/72 mmHg，P 68 次/分，右手血运、感觉、活动正常，止血器压迫可靠，无渗血。',
          {
            label: '返室情况：',
            indent: 0,
          },
        );
        form.signatures(['手术医师', '记录医师'], Times.long(times.ago(40)));
      },
    },
    {
      id: 'EMR-0038166-HZ01',
      type: '会诊记录',
      version: 1,
      patient: patient('shen', times),
      author: '李医师',
      minutesAgo: 128,
      urgent: true,
      signers: [
        {
          doctor: 'li',
          role: '会诊医师',
          // The last of them: the words may stand in the text too.
          layout: { kind: 'keyword', text: '会诊医师：', hit: -1, anchor: 'right' },
          rule: { zh: '按关键字“会诊医师：”定位', en: 'Placed by the words “会诊医师：”' },
        },
      ],
      formNumber: 'EMR-HZ-01',
      draw: (form) => {
        form.fields([
          [
            ['申请科室', '骨科 一病区'],
            ['会诊科室', '心血管内科'],
            ['会诊类别', '急会诊'],
          ],
          [
            ['申请时间', Times.minute(times.ago(165))],
            ['到达时间', Times.minute(times.ago(157))],
          ],
        ]);
        form.heading('一、病情摘要及会诊目的');
        form.paragraph(
          '患者沈某，女，75 岁，因“摔倒后右髋部疼痛、活动受限 3 天”入院，诊断右股骨颈骨折，拟行人工股骨头置换术。今晨出现心悸、胸闷，测 BP 108/68 mmHg，心电监护示心率 138 次/分，节律不齐。既往高血压病史 15 年。请贵科协助诊治并评估手术风险。',
        );
        form.heading('二、会诊意见');
        form.paragraph(
          '病史如上。查体：神志清楚，P 132 次/分，BP 112/70 mmHg，SpO2 96%（未吸氧）。双肺呼吸音清，心率 140 次/分，心律绝对不齐，未闻及杂音，双下肢无水肿。心电图：心房颤动伴快速心室率，未见急性缺血改变。床旁超声：左房内径 42 mm，LVEF 58%，未见心包积液。钾 3.3 mmol/L，肌钙蛋白 I 0.03 ng/mL，TSH 正常。',
        );
        form.paragraph('1. 阵发性心房颤动伴快速心室率；2. 高血压 2 级，高危；3. 低钾血症；4. 右股骨颈骨折。', {
          label: '考虑诊断：',
        });
        form.heading('三、建议');
        form.items([
          '即刻口服及静脉补钾，目标血钾 4.0～4.5 mmol/L；复查电解质、镁。',
          '美托洛尔 5 mg 缓慢静脉注射，之后 25 mg 口服每日 2 次，静息心室率控制在 110 次/分以下。',
          'CHA2DS2-VASc 评分 4 分，HAS-BLED 评分 2 分，有抗凝指征；与骨科、麻醉科商定，围手术期以低分子肝素过渡，术后 48～72 小时无活动性出血即开始口服抗凝。',
          '术前心脏风险中危（RCRI 1 分），心室率与血钾纠正后可以手术，不必推迟超过 48 小时。',
          '持续心电监护；如再发血流动力学不稳定请随时联系，电话 6213。',
        ]);
        form.signatures(['会诊医师'], Times.long(times.ago(130)));
      },
    },
    {
      id: 'EMR-0038290-CZ01',
      type: '有创诊疗操作记录',
      version: 1,
      patient: patient('han', times),
      author: '孙医师',
      minutesAgo: 52,
      signers: [
        { doctor: 'sun', role: '操作医师' },
        { doctor: 'li', role: '主治医师' },
      ],
      formNumber: 'EMR-CZ-01',
      draw: (form) => {
        form.fields([
          [
            ['操作名称', '心包穿刺引流术'],
            ['操作时间', Times.minute(times.ago(95))],
          ],
          [
            ['操作医师', '孙医师'],
            ['助手', '赵医师'],
          ],
        ]);
        form.paragraph('大量心包积液伴早期心脏压塞表现：颈静脉怒张，奇脉，超声示右室舒张期塌陷。', {
          label: '操作指征：',
        });
        form.paragraph(
          '已向患者及家属说明操作目的、方法及出血、心律失常、心肌或冠脉损伤、感染等风险，家属签署知情同意书。凝血功能正常，血小板 186×10^9/L。建立静脉通路，备除颤仪及抢救药品。',
          { label: '术前准备：' },
        );
        form.paragraph(
          '患者取半卧位，床旁超声定位剑突下进针，液性暗区 24 mm。常规消毒铺巾，2% 利多卡因 3 mL 逐层麻醉，超声引导下进针 4.5 cm 抽出淡黄色微浑液体，送入导丝，超声确认导丝位于心包腔，扩皮后置入 7F 单腔引流管，固定深度 12 cm。首次缓慢引流 320 mL，患者胸闷明显缓解。',
          { label: '操作过程：' },
        );
        form.paragraph('常规、生化、ADA、肿瘤标志物、细菌涂片与培养、结核分枝杆菌核酸、脱落细胞学，共 6 管，已送检。', {
          label: '标本：',
        });
        form.paragraph(
          '操作前 BP 96/64 mmHg，P 116 次/分；操作后 BP 118/72 mmHg，P 92 次/分。过程顺利，出血约 2 mL，无室性心律失常，患者无不适。',
          { label: '操作前后：' },
        );
        form.items([
          '监护 24 小时，记录引流量与性状，单日引流不超过 1 000 mL。',
          '引流管每日换药，24 小时引流少于 30 mL 时复查超声后拔管。',
          '如出现胸痛、血压下降或引流液转为血性，立即报告。',
        ]);
        form.signatures(['操作医师', '主治医师'], Times.long(times.ago(58)));
      },
    },
  ];
}
