/** 麻醉知情同意书. */
import type { FormTemplate } from '#core/consent/index.ts';
import { blank, OPENING, SIGNING_NOTE, STAFF_DECLARATION } from './parts.ts';

export const anaesthesia: FormTemplate = {
  id: 'consent-anaesthesia',
  version: 1,
  kind: 'anaesthesia',
  title: '麻醉知情同意书',
  formNumber: 'ZQTY-02',
  fields: [
    blank('diagnosis', '术前诊断', 'Diagnosis', 'text'),
    blank('operation', '拟行手术', 'Planned operation', 'text'),
    blank('method', '拟行麻醉', 'Planned anaesthesia', 'checks', {
      options: ['全身麻醉', '椎管内麻醉', '神经阻滞', '局部麻醉加镇静', '有创血流动力学监测', '深静脉穿刺置管'],
    }),
    blank('asa', 'ASA 分级', 'ASA class', 'choice', { options: ['I', 'II', 'III', 'IV', 'V'] }),
    blank('fasting', '禁食禁饮', 'Fasting', 'line', { value: '术前 8 小时禁食、2 小时禁饮清水' }),
    blank('conditions', '麻醉前合并情况', 'Conditions', 'checks', {
      required: false,
      options: [
        '困难气道可能',
        '饱胃或反流',
        '高血压',
        '冠心病',
        '心律失常',
        '哮喘或慢阻肺',
        '肝肾功能异常',
        '脊柱畸形',
        '药物过敏史',
        '高龄',
      ],
    }),
    blank('analgesia', '术后镇痛', 'Pain relief afterwards', 'choice', {
      options: ['静脉自控镇痛', '硬膜外镇痛', '神经阻滞镇痛', '不使用'],
    }),
    blank('special', '针对本例的特别说明', 'Remarks on this case', 'text', { required: false, value: '无' }),
  ],
  body: [
    { kind: 'text', text: OPENING },
    { kind: 'heading', text: '一、病情与麻醉计划' },
    { kind: 'fields', rows: [['diagnosis'], ['operation'], ['asa', 'analgesia'], ['fasting']] },
    { kind: 'text', text: '拟采用的麻醉与监测（麻醉医生可根据手术中的情况调整或改变）：' },
    { kind: 'checks', field: 'method' },
    { kind: 'heading', text: '二、麻醉的作用' },
    {
      kind: 'text',
      text: '麻醉使您在手术中不感到疼痛、保持安静，并由麻醉医生守护呼吸和循环。手术范围、身体状况与合并的疾病决定采用哪一种麻醉；更改方式的理由，医生会在可能时告知。',
    },
    { kind: 'heading', text: '三、可能发生的风险' },
    {
      kind: 'items',
      items: [
        '麻醉药、镇痛药或其他药物的过敏反应、毒性反应，罕见的恶性高热，严重者危及生命。',
        '气管插管困难或失败，牙齿松动、脱落，口唇、咽喉、声带损伤，术后咽痛、声音嘶哑。',
        '呕吐、反流、误吸，引起窒息或吸入性肺炎；喉痉挛、支气管痉挛、肺不张、呼吸抑制。',
        '血压剧烈波动、心律失常、心肌缺血、心力衰竭、脑血管意外、心跳呼吸停止。',
        '椎管内麻醉或神经阻滞后头痛、腰背痛、尿潴留、局部血肿或感染、神经损伤，极少数出现肢体感觉运动障碍甚至截瘫；阻滞不完善时改用其他麻醉。',
        '深静脉或动脉穿刺引起血肿、气胸、血栓、空气栓塞、感染或导管折断。',
        '苏醒延迟、术中知晓、术后躁动、认知功能障碍、恶心呕吐、寒战。',
        '术后镇痛不足，或镇痛药引起呼吸抑制、嗜睡、瘙痒、尿潴留。',
        '手术体位引起的皮肤、神经压迫损伤，以及其他难以预料的意外。',
      ],
    },
    { kind: 'heading', text: '四、您本人的情况' },
    { kind: 'text', text: '下列勾选的情况会使上述风险增高：' },
    { kind: 'checks', field: 'conditions' },
    { kind: 'text', text: '针对本例的特别说明：{special}' },
    { kind: 'heading', text: '五、请您配合' },
    {
      kind: 'items',
      items: [
        '如实告知既往病史、过敏史、麻醉史、用药（包括中草药和保健品）、吸烟饮酒、活动的假牙。',
        '按要求禁食禁饮；取下假牙、隐形眼镜、首饰，洗净指甲油和口红。',
        '使用镇痛泵时请勿由他人代按；有胸闷、头晕、肢体麻木请立即告诉护士。',
      ],
    },
  ],
  statement: [
    '麻醉医生已向我说明麻醉的方式、目的、风险、其他可选的麻醉及防范措施，我的疑问都得到了解答。我已如实告知健康情况。我知道麻醉方式可能因病情改变，也知道我可以拒绝或在麻醉开始之前撤回同意。',
    '我同意为患者 {patientName} 实施上述麻醉与监测，并授权麻醉医生在紧急情况下采取保全生命所必需的措施。',
    SIGNING_NOTE,
  ],
  staffStatement: [STAFF_DECLARATION],
  witness: 'optional',
  fingerprint: 'optional',
  photo: 'optional',
};
