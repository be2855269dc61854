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
  QUEUE_BROKEN: entry(
    '待上传队列无法写入。',
    '未签署。请检查磁盘空间与写入权限，并告诉信息科。',
    'The upload queue cannot be written.',
    'It was not signed. Check disk space and rights, and tell IT.',
  ),
} as const satisfies Catalog;
