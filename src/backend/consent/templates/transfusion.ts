/** 输血治疗同意书. */
import type { FormTemplate } from '#core/consent/index.ts';
import { blank, OPENING, SIGNING_NOTE, STAFF_DECLARATION } from './parts.ts';

export const transfusion: FormTemplate = {
  id: 'consent-transfusion',
  version: 1,
  kind: 'transfusion',
  title: '输血治疗同意书',
  formNumber: 'ZQTY-03',
  fields: [
    blank('diagnosis', '诊断', 'Diagnosis', 'text'),
    blank('reason', '输血指征', 'Indication', 'text'),
    blank('bloodGroup', '血型', 'Blood group', 'choice', { options: ['A 型', 'B 型', 'O 型', 'AB 型', '待查'] }),
    blank('rh', 'Rh(D)', 'Rh(D)', 'choice', { options: ['阳性', '阴性', '待查'] }),
    blank('components', '拟输血液成分', 'Components', 'checks', {
      options: ['悬浮红细胞', '血小板', '新鲜冰冻血浆', '冷沉淀', '自体血'],
    }),
    blank('history', '既往输血史', 'Earlier transfusions', 'choice', {
      options: ['无', '有，无反应', '有，曾有反应', '不详'],
    }),
    blank('pregnancies', '孕产史', 'Pregnancies', 'line', { required: false, value: '不适用' }),
    blank('hemoglobin', '血红蛋白', 'Haemoglobin', 'line'),
    blank('platelets', '血小板计数', 'Platelets', 'line'),
    blank('alt', '丙氨酸氨基转移酶', 'ALT', 'line', { required: false, value: '已送检' }),
    blank('hbsag', '乙肝表面抗原', 'HBsAg', 'choice', { options: ['阴性', '阳性', '已送检'], value: '已送检' }),
    blank('hcv', '丙肝抗体', 'Anti-HCV', 'choice', { options: ['阴性', '阳性', '已送检'], value: '已送检' }),
    blank('hiv', '艾滋病病毒抗体', 'Anti-HIV', 'choice', { options: ['阴性', '阳性', '已送检'], value: '已送检' }),
    blank('syphilis', '梅毒抗体', 'Syphilis', 'choice', { options: ['阴性', '阳性', '已送检'], value: '已送检' }),
  ],
  body: [
    { kind: 'text', text: OPENING },
    { kind: 'heading', text: '一、病情与输血计划' },
    {
      kind: 'fields',
      rows: [['diagnosis'], ['reason'], ['bloodGroup', 'rh'], ['history', 'pregnancies'], ['hemoglobin', 'platelets']],
    },
    { kind: 'text', text: '拟输注的血液成分：' },
    { kind: 'checks', field: 'components' },
    { kind: 'heading', text: '二、输血前检查' },
    { kind: 'fields', rows: [['alt', 'hbsag'], ['hcv', 'hiv'], ['syphilis']] },
    { kind: 'text', text: '输血前检查反映的是输血之前的状况；结果未回报而病情紧急时，血样已经留取，结果随后补报。' },
    { kind: 'heading', text: '三、输血的作用与可能的风险' },
    {
      kind: 'text',
      text: '输血可以补充血容量、改善缺氧、纠正凝血障碍，有时不可替代。血液由采供血机构按国家规定检测，但受窗口期和检测方法所限，风险不能完全消除：',
    },
    {
      kind: 'items',
      items: [
        '发热反应、过敏反应，严重者出现过敏性休克。',
        '急性或迟发性溶血反应，可引起肾功能衰竭，危及生命。',
        '感染经血传播的疾病，如乙型肝炎、丙型肝炎、艾滋病、梅毒、疟疾、巨细胞病毒感染等。',
        '细菌污染引起的败血症。',
        '循环超负荷、急性肺损伤、肺水肿。',
        '大量输血引起的凝血障碍、低体温、低钙、高钾。',
        '输血相关移植物抗宿主病；产生抗体，使今后配血困难或输注无效。',
        '其他难以预料的情况。',
      ],
    },
    { kind: 'heading', text: '四、其他可选方案' },
    {
      kind: 'text',
      text: '视病情可以考虑：自体血回收或储存、铁剂与促红细胞生成药物、止血药物、血浆代用品、改变手术时机。这些办法各有适用范围，不能完全代替输血；医生已说明不输血的后果。',
    },
    { kind: 'heading', text: '五、观察与处置' },
    {
      kind: 'text',
      text: '输血前由两名医护人员核对；开始 15 分钟内缓慢输注并守护。输血中和输血后如有寒战、发热、皮疹、胸闷、腰痛、尿色加深，请立即告诉医护人员。',
    },
  ],
  statement: [
    '医生已向我说明输血的必要性、风险、其他可选方案及不输血的后果，我的疑问都得到了解答。我知道我可以拒绝，也可以在输血开始之前撤回同意。',
    '我同意为患者 {patientName} 在本次住院期间根据病情输注上述血液成分；需要增加其他成分时，医生将再次告知。',
    SIGNING_NOTE,
  ],
  staffStatement: [STAFF_DECLARATION],
  witness: 'none',
  fingerprint: 'optional',
  photo: 'none',
};
