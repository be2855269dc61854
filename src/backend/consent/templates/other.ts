/** 其他知情同意书: here the use of a drug or device at one's own expense or off its label. */
import type { FormTemplate } from '#core/consent/index.ts';
import { blank, OPENING, SIGNING_NOTE, STAFF_DECLARATION } from './parts.ts';

export const other: FormTemplate = {
  id: 'consent-other',
  version: 1,
  kind: 'other',
  title: '其他知情同意书',
  formNumber: 'ZQTY-06',
  fields: [
    blank('matter', '告知事项', 'Matter', 'choice', {
      options: [
        '自费药品或耗材',
        '说明书之外的用药',
        '约束性保护措施',
        '拒绝或放弃治疗',
        '自动出院',
        '外出检查',
        '其他',
      ],
    }),
    blank('diagnosis', '目前诊断', 'Diagnosis', 'text'),
    blank('content', '告知内容', 'What is told', 'text'),
    blank('reason', '理由与必要性', 'Reasons', 'text'),
    blank('risks', '可能的风险与后果', 'Risks and consequences', 'text'),
    blank('alternatives', '其他可选方案', 'Alternatives', 'text'),
    blank('cost', '费用', 'Cost', 'line', { required: false, value: '按规定执行' }),
    blank('decision', '患方的决定', 'Decision', 'choice', { options: ['同意', '不同意'] }),
  ],
  body: [
    { kind: 'text', text: OPENING },
    { kind: 'heading', text: '一、告知事项' },
    { kind: 'fields', rows: [['matter', 'cost'], ['diagnosis']] },
    { kind: 'text', text: '{content}' },
    { kind: 'heading', text: '二、理由与必要性' },
    { kind: 'text', text: '{reason}' },
    { kind: 'heading', text: '三、可能的风险与后果' },
    { kind: 'text', text: '{risks}' },
    {
      kind: 'items',
      items: [
        '效果因人而异，可能达不到预期，或者需要改用其他办法。',
        '可能出现过敏、不良反应或原有疾病加重，严重者危及生命。',
        '不采纳医生的建议时，疾病可能延误、加重，出现并发症，甚至死亡。',
        '发生的费用可能不在医疗保险支付范围之内。',
      ],
    },
    { kind: 'heading', text: '四、其他可选方案' },
    { kind: 'text', text: '{alternatives}' },
    { kind: 'heading', text: '五、患方的决定' },
    { kind: 'checks', field: 'decision' },
  ],
  statement: [
    '医生已就“{matter}”向我说明了内容、理由、风险、其他可选方案和后果，我的疑问都得到了解答。上面的决定是我在了解之后自愿作出的；我知道在实施之前可以更改。',
    SIGNING_NOTE,
  ],
  staffStatement: [STAFF_DECLARATION],
  witness: 'optional',
  fingerprint: 'optional',
  photo: 'none',
};
