import { entry, type Catalog } from './entry.ts';

export const signingErrors = {
  SIGN_CERTIFICATE_UNUSABLE: entry(
    '此证书不能用于签署：{reason}。',
    '请换用有效的签名证书。',
    'This certificate cannot sign: {reason}.',
    'Use a valid signing certificate.',
  ),
  SIGN_SELF_CHECK: entry(
    '签署后的自检没有通过，文件未保存。',
    '记录未改动。请把此信息告诉信息科。',
    'The check after signing failed; nothing was saved.',
    'The record is untouched. Tell IT about this message.',
  ),
  SIGN_DOCUMENT_CHANGED: entry(
    '要签的文件与刚才显示的不同。',
    '未签署。请重新打开并审阅。',
    'The document is not the one that was shown.',
    'It was not signed. Open and review it again.',
  ),
  SIGN_OUTPUT: entry(
    '无法写入“{file}”：{reason}。',
    '记录未改动。请检查磁盘空间与写入权限。',
    '“{file}” cannot be written: {reason}.',
    'The record is untouched. Check disk space and rights.',
  ),
  SIGN_INPUT: entry(
    '无法读取“{file}”。',
    '请检查文件是否存在以及读取权限。',
    '“{file}” cannot be read.',
    'Check that the file exists and may be read.',
  ),
  SIGN_CANCELLED: entry(
    '已取消，记录未改动。',
    '可以随时重新签署。',
    'Cancelled; the record is untouched.',
    'You can sign it at any time.',
  ),
} as const satisfies Catalog;
