import { entry, type Catalog } from './entry.ts';

export const consentErrors = {
  CONSENT_INCOMPLETE: entry(
    '知情同意书还没有填完：{fields}。',
    '请补全后再交给患者。',
    'The consent form is not complete: {fields}.',
    'Fill it in before it goes to the patient.',
  ),
  CONSENT_INK: entry(
    '手写笔迹不能使用：{reason}。',
    '请清除后重新书写。',
    'The handwriting cannot be used: {reason}.',
    'Clear it and write again.',
  ),
  CONSENT_TEMPLATE: entry(
    '知情同意书模板读不懂：{reason}。',
    '请告诉信息科核对模板。',
    'The form template cannot be read: {reason}.',
    'Tell IT to check the template.',
  ),
  CONSENT_ESCROW_CERTIFICATE: entry(
    '证据保管证书不能使用：{reason}。',
    '没有采集任何资料。请联系信息科。',
    'The escrow certificate cannot be used: {reason}.',
    'Nothing was taken. Ask IT.',
  ),
  CONSENT_ESCROW_KEY: entry(
    '这把密钥打不开此证据包。',
    '证据包是为证书 {serial} 封存的，请使用与它对应的密钥。',
    'This key does not open the evidence package.',
    'It was sealed for certificate {serial}; use the key that belongs to it.',
  ),
  CONSENT_EVIDENCE_FORMAT: entry(
    '这不是完整的证据包：{reason}。',
    '请取得一份未经改动的证据包。',
    'This is not a whole evidence package: {reason}.',
    'Get a copy that nobody touched.',
  ),
  CONSENT_EVIDENCE_CHANGED: entry(
    '证据包在封存后被改动过，没有打开。',
    '请取得病历服务所存的原件，并报告此事。',
    'The evidence package was changed after it was sealed; it was not opened.',
    'Get the original that the record service keeps, and report this.',
  ),
  CONSENT_EVENT_CERTIFICATE: entry(
    '签发的事件证书与本次签署不符：{reason}。',
    '没有用它签署。请重试；如再次出现请告诉信息科。',
    'The event certificate does not fit this act: {reason}.',
    'It was not used. Try again; tell IT if it happens again.',
  ),
  CONSENT_MISMATCH: entry(
    '知情同意书与证据不是同一份：{reason}。',
    '没有继续签署。请重新打开这份同意书。',
    'The form and the evidence do not belong together: {reason}.',
    'Signing was stopped. Open the form again.',
  ),
  CONSENT_ACT: entry(
    '离线签署记录没有通过验证：{reason}。',
    '没有据此签署。请保留文件并告诉信息科。',
    'The record of the offline act did not verify: {reason}.',
    'Nothing was signed on it. Keep the files and tell IT.',
  ),
  CONSENT_NOT_FOUND: entry(
    '没有这份知情同意书。',
    '请刷新列表。',
    'There is no such consent form.',
    'Refresh the list.',
  ),
  CONSENT_NOT_YOURS: entry(
    '这份知情同意书由另一位医护人员办理。',
    '请由原来的经办人继续，或重新办理一份。',
    'Another member of staff is in charge of this form.',
    'Let that person go on, or start a new form.',
  ),
  CONSENT_FINISHED: entry(
    '这份知情同意书已经归档，不能再改动。',
    '如有变化请重新办理一份。',
    'This consent form is archived and cannot be changed.',
    'Start a new form when something changes.',
  ),
  CONSENT_INTAKE: entry(
    '知情同意书没有被接收：{reason}。',
    '本机仍保存着全部资料。请重试；如再次出现请告诉信息科。',
    'The consent form was not taken: {reason}.',
    'Everything is still on this PC. Try again; tell IT if it happens again.',
  ),
} satisfies Catalog;
