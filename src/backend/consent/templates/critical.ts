/** 病危(重)通知书: told, not asked; signing it says that it was understood. */
import type { FormTemplate } from '#core/consent/index.ts';
import { blank, SIGNING_NOTE } from './parts.ts';

export const critical: FormTemplate = {
  id: 'consent-critical',
  version: 1,
  kind: 'critical',
  title: '病危（重）通知书',
  formNumber: 'ZQTY-05',
  fields: [
    blank('level', '病情程度', 'Gravity', 'choice', { options: ['病危', '病重'] }),
    blank('diagnosis', '目前诊断', 'Diagnosis', 'text'),
    blank('state', '目前病情', 'Present state', 'text'),
    blank('dangers', '随时可能出现的情况', 'What may happen at any time', 'checks', {
      options: [
        '呼吸、心跳骤停',
        '恶性心律失常',
        '急性心力衰竭、心源性休克',
        '大出血、失血性休克',
        '呼吸衰竭',
        '急性肾功能衰竭',
        '肝功能衰竭',
        '脑出血、脑梗死、昏迷',
        '感染性休克、败血症',
        '多器官功能衰竭',
        '肺栓塞',
        '弥散性血管内凝血',
      ],
    }),
    blank('measures', '正在采取的措施', 'Measures taken', 'text'),
    blank('wishes', '患方对抢救措施的意见', 'Wishes about resuscitation', 'checks', {
      options: [
        '同意气管插管、呼吸机辅助通气',
        '同意心肺复苏、电除颤',
        '同意深静脉置管、血液净化',
        '同意转入重症监护病房',
        '暂不同意上列未勾选的措施',
      ],
    }),
    blank('contact', '紧急联系电话', 'Emergency telephone', 'line'),
    blank('noticeTime', '通知日期', 'Date of the notice', 'date'),
  ],
  body: [
    {
      kind: 'text',
      text: '尊敬的患者家属：患者 {patientName} 现在 {hospital} {department} 住院治疗。虽经积极救治，目前病情仍然{level}，随时可能进一步恶化。现将有关情况通知如下，请予理解并配合。',
    },
    { kind: 'heading', text: '一、病情' },
    { kind: 'fields', rows: [['level', 'noticeTime'], ['diagnosis']] },
    { kind: 'text', text: '目前病情：{state}' },
    { kind: 'heading', text: '二、随时可能出现的情况' },
    { kind: 'checks', field: 'dangers' },
    { kind: 'text', text: '上述情况一旦发生，可在短时间内危及生命。还可能出现其他难以预料的变化。' },
    { kind: 'heading', text: '三、正在采取的措施' },
    { kind: 'text', text: '{measures}' },
    {
      kind: 'text',
      text: '在情况紧急、来不及征求意见时，医护人员将依据法律规定和救治的需要，先行采取必要的抢救措施，并在事后尽快告知。',
    },
    { kind: 'heading', text: '四、患方对抢救措施的意见' },
    { kind: 'checks', field: 'wishes' },
    { kind: 'text', text: '意见可以随时更改，请告诉值班医生并重新签署。' },
    { kind: 'heading', text: '五、请您配合' },
    {
      kind: 'items',
      items: [
        '保持电话畅通，离开病区时告知值班医护人员；紧急联系电话：{contact}。',
        '遵守探视和隔离规定，配合医护人员的工作。',
        '对病情和治疗有任何疑问，请随时向主管医生询问。',
      ],
    },
  ],
  statement: [
    '医生已将患者 {patientName} 目前的病情、可能出现的危险、正在和可能采取的措施告知我，我已了解，并如上表明对抢救措施的意见。签署本通知书表示已知悉，不代表放弃任何权利。',
    SIGNING_NOTE,
  ],
  staffStatement: [
    '我已将患者的病情和可能的变化当面告知 {signerName}，并听取了患方的意见。通知书一式两份，一份交患方，一份归入病历。',
  ],
  witness: 'none',
  fingerprint: 'none',
  photo: 'none',
};
