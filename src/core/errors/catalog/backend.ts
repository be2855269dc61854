import { entry, type Catalog } from './entry.ts';

/** What the record service, its login, its CA and its time stamp service answer. */
export const backendErrors = {
  BACKEND_REQUEST: entry(
    '请求不合接口规范：{where}。',
    '请核对接口说明（/api/v1/openapi.json）后重试。',
    'The request does not fit the interface: {where}.',
    'Compare it with the description at /api/v1/openapi.json.',
  ),
  BACKEND_NOT_FOUND: entry(
    '没有这个地址。',
    '请核对服务地址。',
    'There is nothing at this address.',
    'Check the address.',
  ),
  BACKEND_MEDIA_TYPE: entry(
    '不接受这种内容类型：{type}。',
    '请按接口说明设置 Content-Type。',
    'This media type is not accepted: {type}.',
    'Set Content-Type as the description says.',
  ),
  BACKEND_TOO_LARGE: entry(
    '内容超过 {limit} 字节的上限。',
    '请减小文件，或请信息科调整上限。',
    'The content exceeds the limit of {limit} bytes.',
    'Make the file smaller or let IT raise the limit.',
  ),
  BACKEND_INTERNAL: entry(
    '病历服务出现内部错误。',
    '数据未改动。请稍后重试；如再次出现请告诉信息科。',
    'The record service met an internal error.',
    'Nothing was changed. Try again later; tell IT if it happens again.',
  ),
  LOGIN_REQUIRED: entry(
    '尚未登录或登录已过期。',
    '请插入密钥重新登录。',
    'Not signed in, or the session has ended.',
    'Insert your key and sign in again.',
  ),
  LOGIN_CHALLENGE: entry(
    '登录口令已用过或已过期。',
    '请重新登录。',
    'The login challenge was used already or has expired.',
    'Sign in again.',
  ),
  LOGIN_SIGNATURE: entry(
    '登录签名无效。',
    '请确认插入的是本人的密钥，然后重新登录。',
    'The login signature is not valid.',
    'Make sure that the key is yours and sign in again.',
  ),
  LOGIN_CERTIFICATE: entry(
    '此证书不能用于登录：{reason}。',
    '请换用有效的签名证书，或联系证书服务点。',
    'This certificate cannot be used to sign in: {reason}.',
    'Use a valid signing certificate or ask the certificate desk.',
  ),
  LOGIN_CERTIFICATE_REVOKED: entry(
    '此证书已被吊销。',
    '请联系证书服务点申领新证书。',
    'This certificate was revoked.',
    'Ask the certificate desk for a new one.',
  ),
  LOGIN_UNKNOWN_PERSON: entry(
    '此证书没有登记在任何医护人员名下。',
    '请信息科在病历服务中登记证书。',
    'This certificate is registered for nobody.',
    'IT should register it in the record service.',
  ),
  LOGIN_TOO_MANY: entry(
    '登录失败次数过多。',
    '请等待 {seconds} 秒后重试。',
    'Too many failed logins.',
    'Wait {seconds} s, then try again.',
  ),
  RECORD_NOT_FOUND: entry(
    '没有这份病历或这个版本。',
    '请刷新列表。',
    'There is no such record or version.',
    'Refresh the list.',
  ),
  RECORD_NOT_YOURS: entry(
    '这份病历现在不由您签署。',
    '请刷新列表；如有疑问请联系病区。',
    'This record is not yours to sign now.',
    'Refresh the list; ask the ward if in doubt.',
  ),
  UPLOAD_DIGEST: entry(
    '上传的文件与所报的摘要不符。',
    '请重新上传；如再次出现请检查网络设备。',
    'The uploaded file does not have the digest that was announced.',
    'Upload it again; check the network if it happens again.',
  ),
  UPLOAD_NOT_ORIGINAL: entry(
    '上传的文件不是在原文件之后追加的。',
    '未接收。请从原文件重新签署。',
    'The uploaded file does not begin with the original document.',
    'It was not taken. Sign the original again.',
  ),
  UPLOAD_SIGNATURE: entry(
    '上传文件中的签名没有通过验证：{reason}。',
    '未接收。请重新签署；如再次出现请告诉信息科。',
    'The signature in the upload did not verify: {reason}.',
    'It was not taken. Sign again; tell IT if it happens again.',
  ),
  UPLOAD_SIGNER: entry(
    '文件不是由登录者本人的证书签署的。',
    '未接收。请用本人的密钥重新签署。',
    'The document was not signed with the certificate of the person who is signed in.',
    'It was not taken. Sign it with your own key.',
  ),
  CA_SECRET: entry(
    '需要管理口令。',
    '请使用病历服务的管理口令。',
    'The administration secret is required.',
    'Use the administration secret of the service.',
  ),
  CA_REQUEST: entry(
    '证书申请不被接受：{reason}。',
    '请重新生成申请。',
    'The certificate request is refused: {reason}.',
    'Make a new request.',
  ),
  CA_UNKNOWN_SERIAL: entry(
    '没有签发过此序列号的证书。',
    '请核对序列号。',
    'No certificate with this serial number was issued.',
    'Check the serial number.',
  ),
} as const satisfies Catalog;
