/** 特殊检查及特殊治疗同意书. */
import type { FormTemplate } from '#core/consent/index.ts';
import { blank, OPENING, SIGNING_NOTE, STAFF_DECLARATION } from './parts.ts';

export const special: FormTemplate = {
  id: 'consent-special',
  version: 1,
  kind: 'special',
  title: '特殊检查及特殊治疗同意书',
  formNumber: 'ZQTY-04',
  fields: [
    blank('diagnosis', '目前诊断', 'Diagnosis', 'text'),
    blank('procedure', '检查或治疗项目', 'Examination or treatment', 'text', { value: '冠状动脉造影术' }),
    blank('procedureDate', '拟实施日期', 'Planned date', 'date'),
    blank('operator', '操作医师', 'Operator', 'line'),
    blank('purpose', '目的', 'Purpose', 'text'),
    blank('route', '途径', 'Route', 'choice', { options: ['经桡动脉', '经股动脉', '经内镜', '经皮穿刺', '其他'] }),
    blank('contrast', '造影剂', 'Contrast medium', 'choice', { options: ['使用', '不使用'] }),
    blank('radiation', '射线', 'Radiation', 'choice', { options: ['有', '无'] }),
    blank('conditions', '加重风险的情况', 'Conditions that add to the risk', 'checks', {
      required: false,
      options: [
        '碘过敏或药物过敏史',
        '肾功能不全',
        '甲状腺功能亢进',
        '正在服用二甲双胍',
        '出血倾向',
        '妊娠可能',
        '严重心功能不全',
      ],
    }),
    blank('alternatives', '其他可选方案', 'Alternatives', 'text'),
  ],
  body: [
    { kind: 'text', text: OPENING },
    { kind: 'heading', text: '一、拟行检查或治疗' },
    {
      kind: 'fields',
      rows: [['diagnosis'], ['procedure'], ['procedureDate', 'operator'], ['route', 'contrast', 'radiation']],
    },
    { kind: 'text', text: '目的：{purpose}' },
    { kind: 'heading', text: '二、可能发生的风险' },
    {
      kind: 'items',
      items: [
        '造影剂、麻醉药及其他药物的过敏反应，严重者发生休克、呼吸心跳停止。',
        '穿刺部位出血、血肿、血管痉挛或闭塞、假性动脉瘤、动静脉瘘、神经损伤。',
        '血管夹层、穿孔，心包积血与心脏压塞，需要紧急处理或外科手术。',
        '心律失常、心肌梗死、心力衰竭、脑卒中，极少数死亡。',
        '血栓形成或脱落，引起肢体、脏器的栓塞。',
        '造影剂肾损害，少数需要透析；射线引起的皮肤损伤。',
        '感染；器械断裂、滞留；操作不成功或结果不能明确诊断，需要重复或改用其他方法。',
        '检查中发现需要立即处理的病变时，可能同时进行治疗；治疗的风险与费用另行告知。',
        '其他难以预料的意外。',
      ],
    },
    { kind: 'heading', text: '三、您本人的情况' },
    { kind: 'text', text: '下列勾选的情况会使上述风险增高：' },
    { kind: 'checks', field: 'conditions' },
    { kind: 'heading', text: '四、其他可选方案' },
    { kind: 'text', text: '{alternatives}' },
    { kind: 'heading', text: '五、注意事项' },
    {
      kind: 'items',
      items: [
        '按医嘱禁食、停用或继续用药，检查前排空膀胱。',
        '检查中如有胸痛、憋气、恶心、皮肤瘙痒，立即告诉医生。',
        '检查后多饮水，穿刺侧肢体按要求制动，发现出血、肿胀、发凉、麻木立即告知。',
      ],
    },
  ],
  statement: [
    '医生已向我说明该项检查或治疗的目的、方法、风险、费用、其他可选方案及不做的后果，我的疑问都得到了解答。我知道我可以拒绝，也可以在开始之前撤回同意。',
    '我同意由 {operator} 为患者 {patientName} 实施“{procedure}”，并授权医生在发生紧急情况时采取保全生命所必需的措施。',
    SIGNING_NOTE,
  ],
  staffStatement: [STAFF_DECLARATION],
  witness: 'optional',
  fingerprint: 'optional',
  photo: 'none',
};
