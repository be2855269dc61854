import { entry, type Catalog } from './entry.ts';

export const lastingErrors = {
  LASTING_REVOCATION_UNAVAILABLE: entry(
    '取不到证书“{certificate}”的吊销信息（{url}）：{reason}。',
    '文件未改动。请检查网络或稍后重试；信息科可核对此地址与代理。',
    'The revocation status of certificate “{certificate}” cannot be had from {url}: {reason}.',
    'The file is untouched. Check the network or try later; IT should check this address and the proxy.',
  ),
  LASTING_NO_REVOCATION_SOURCE: entry(
    '证书“{certificate}”没有写明从哪里取吊销信息。',
    '文件未改动。请信息科把签发机构的吊销列表放进受信任证书文件夹。',
    'Certificate “{certificate}” does not say where its revocation status can be had.',
    "The file is untouched. IT should put the issuer's revocation list into the folder of trusted certificates.",
  ),
  LASTING_REVOKED: entry(
    '证书“{certificate}”已于 {date} 被吊销，早于签名可证明的时间。',
    '文件未改动。此签名不能延长；请验签查看详情。',
    'Certificate “{certificate}” was revoked on {date}, before the time that is proven for the signature.',
    'The file is untouched. This signature cannot be extended; verify the file for details.',
  ),
  LASTING_ISSUER_MISSING: entry(
    '证书“{certificate}”通不到受信任的根证书，缺少签发者“{issuer}”的证书。',
    '文件未改动。请信息科把缺少的机构证书放进受信任证书文件夹。',
    'Certificate “{certificate}” leads to no trusted root; the certificate of its issuer “{issuer}” is missing.',
    'The file is untouched. IT should put the missing certificate into the folder of trusted certificates.',
  ),
  LASTING_NO_TSA: entry(
    '没有设置时间戳服务，不能达到此级别。',
    '文件未改动。请设置时间戳服务后重试。',
    'No time stamp service is set, without which this level cannot be reached.',
    'The file is untouched. Set a time stamp service and try again.',
  ),
  LASTING_NO_SIGNATURE: entry(
    '文件里没有可以延长的电子签名。',
    '文件未改动。请先签署，或改选已签署的文件。',
    'The file carries no signature that could be extended.',
    'The file is untouched. Sign it first, or choose a signed file.',
  ),
  LASTING_SIGNATURE_INVALID: entry(
    '文件里的签名“{field}”无效，不能延长。',
    '文件未改动。请先验签查明原因。',
    'Signature “{field}” in the file is invalid and cannot be extended.',
    'The file is untouched. Verify it to see why.',
  ),
  LASTING_SELF_CHECK: entry(
    '延长之后的自检没有通过，文件未保存。',
    '原文件未改动。请把此信息告诉信息科。',
    'The check after extending failed; nothing was saved.',
    'The file is untouched. Tell IT about this message.',
  ),
} as const satisfies Catalog;
