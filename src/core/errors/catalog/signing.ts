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
  SIGN_DISK_FULL: entry(
    '磁盘已满，无法写入“{file}”。',
    '记录未改动。请腾出磁盘空间后重新签署。',
    'The disk is full; “{file}” cannot be written.',
    'The record is untouched. Free some disk space and sign again.',
  ),
  SIGN_TARGET_EXISTS: entry(
    '“{file}”已经存在，没有覆盖。',
    '请换一个文件名，或确认后允许覆盖。',
    '“{file}” exists already and was not overwritten.',
    'Choose another name, or allow overwriting.',
  ),
  SIGN_TARGET_IS_SOURCE: entry(
    '签署后的文件不能写在原文件上。',
    '请另选一个文件名；原文件保持不变。',
    'The signed file must not replace its own source.',
    'Choose another file name; the source stays as it is.',
  ),
  SIGN_EARLIER_INVALID: entry(
    '文件里已有的签名“{field}”无效，未继续签署。',
    '请先验签查明原因，再从病历系统重新取一份文件。',
    'The earlier signature “{field}” in this file is invalid; it was not signed again.',
    'Verify the file to see why, then fetch a new copy from the record system.',
  ),
  SIGN_INPUT: entry(
    '无法读取“{file}”。',
    '请检查文件是否存在以及读取权限。',
    '“{file}” cannot be read.',
    'Check that the file exists and may be read.',
  ),
  SIGN_STAMP_NOT_POSSIBLE: entry(
    '无法给这份签名补加可信时间。',
    '签名本身仍然有效。请把此信息告诉信息科。',
    'A trusted time cannot be added to this signature.',
    'The signature itself stays valid. Tell IT about this message.',
  ),
  SIGN_WORKER_LOST: entry(
    '处理这份文件的后台进程意外结束，记录未改动。',
    '请重新签署；若再次发生，请把此信息告诉信息科。',
    'The process that worked on this document ended unexpectedly; the record is untouched.',
    'Sign it again; if it happens once more, tell IT.',
  ),
  SIGN_CANCELLED: entry(
    '已取消，记录未改动。',
    '可以随时重新签署。',
    'Cancelled; the record is untouched.',
    'You can sign it at any time.',
  ),
} as const satisfies Catalog;
