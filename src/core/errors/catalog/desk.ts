import { entry, type Catalog } from './entry.ts';

export const deskErrors = {
  INTERNAL: entry(
    '程序出现内部错误。',
    '记录未改动。请复制诊断信息交给信息科。',
    'An internal error occurred.',
    'The record is untouched. Copy the diagnosis and hand it to IT.',
  ),
  BACKEND_UNREACHABLE: entry(
    '病历服务连不上。',
    '请检查网络；恢复后列表会自动刷新。',
    'The record service cannot be reached.',
    'Check the network; the list refreshes by itself.',
  ),
  BACKEND_REFUSED: entry(
    '病历服务拒绝了请求：{reason}。',
    '请重新登录；如再次出现请告诉信息科。',
    'The record service refused: {reason}.',
    'Sign in again; tell IT if it happens again.',
  ),
  RECORD_CHANGED: entry(
    '这份病历在列出之后又被修改了。',
    '未签署。请打开新版本重新审阅。',
    'This record was changed after it was listed.',
    'It was not signed. Open the new version and review it.',
  ),
  RECORD_ALREADY_SIGNED: entry(
    '这份病历已经签署，正在等待上传。',
    '不必重签；病历服务恢复后会自动上传。',
    'This record is signed already and waits for its upload.',
    'There is no need to sign again; it is uploaded when the record service is back.',
  ),
  NOT_SIGNED_IN: entry('尚未登录。', '请插入密钥并登录。', 'Nobody is signed in.', 'Insert your key and sign in.'),
  IPC_REJECTED: entry(
    '界面请求不合规范，已拒绝。',
    '请重启程序；如再次出现请告诉信息科。',
    'A request of the window was malformed and refused.',
    'Restart the program; tell IT if it happens again.',
  ),
  DESK_BUSY: entry(
    '正在签署另一批病历。',
    '请等这一批完成，或先取消它。',
    'Another list is being signed.',
    'Wait until it is done, or cancel it.',
  ),
  DESK_LOCKED: entry('桌面已锁定。', '请输入 PIN 解锁。', 'The desk is locked.', 'Enter your PIN to unlock it.'),
  DOCUMENT_CLOSED: entry('这份文件已经关闭。', '请重新打开它。', 'This document has been closed.', 'Open it again.'),
  DOCUMENT_CHANGED: entry(
    '文件“{file}”在打开之后又被改动、替换或移走了。',
    '先前的结论不再适用。请重新打开它。',
    '“{file}” was changed, replaced or moved after it was opened.',
    'What was said of it holds no longer. Open it again.',
  ),
  VERIFY_STOPPED: entry(
    '“{file}”验签用时过长或使验签进程中止，已放弃。',
    '不要信任这个文件。请把文件交给信息科检查。',
    'Judging “{file}” took too long or ended the judging process; it was given up.',
    'Do not trust this file. Let IT look at it.',
  ),
  SEAL_REFUSED: entry(
    '印章文件“{file}”没有导入：{reason}',
    '请向印章管理部门索取有效的印章文件。',
    'The seal file “{file}” was not imported: {reason}',
    'Ask the seal office for a valid seal.',
  ),
  SEAL_UNKNOWN: entry(
    '所选的印章不在本机上。',
    '未签署。请重新选择印章，或联系印章管理部门。',
    'The seal that was chosen is not at hand.',
    'It was not signed. Choose a seal again, or ask the seal office.',
  ),
  SEAL_HOLDER_UNKNOWN: entry(
    '找不到持章人的证书：{holder}。',
    '请插入其密钥，或重新选择证书文件。',
    'There is no certificate of this holder: {holder}.',
    'Insert the key, or choose the certificate file again.',
  ),
  SEAL_VALIDITY: entry(
    '印章的有效期不对：结束必须晚于开始。',
    '请改正有效期。',
    'The seal’s validity is wrong: its end must be after its start.',
    'Correct the dates.',
  ),
  FOLDER_JOB_UNKNOWN: entry(
    '这批文件的验签结果已不在。',
    '请重新选择文件夹。',
    'The results of this folder are no longer held.',
    'Choose the folder again.',
  ),
  FOLDER_UNREADABLE: entry(
    '文件夹“{folder}”无法读取：{reason}。',
    '请检查文件夹是否存在以及读取权限。',
    'The folder “{folder}” cannot be read: {reason}.',
    'Check that it exists and may be read.',
  ),
  FOLDER_EMPTY: entry(
    '文件夹“{folder}”里没有 PDF 文件。',
    '请选择另一个文件夹。',
    'There is no PDF in the folder “{folder}”.',
    'Choose another folder.',
  ),
  QUEUE_BROKEN: entry(
    '待上传队列无法写入。',
    '未签署。请检查磁盘空间与写入权限，并告诉信息科。',
    'The upload queue cannot be written.',
    'It was not signed. Check disk space and rights, and tell IT.',
  ),
} as const satisfies Catalog;
