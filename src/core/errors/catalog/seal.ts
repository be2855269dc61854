import { entry, type Catalog } from './entry.ts';

export const sealErrors = {
  SEAL_FORMAT: entry(
    '这不是合规的电子印章或电子签章数据。',
    '请核对文件是否完整，向印章制作单位索取新的一份。',
    'This is no proper electronic seal or seal signature.',
    'Check that the file is whole and ask the seal maker for a new copy.',
  ),
  SEAL_UNSUPPORTED: entry(
    '不支持此印章：{what}。',
    '请向印章制作单位索取 GB/T 38540-2020 格式的印章。',
    'This seal is not supported: {what}.',
    'Ask the seal maker for a seal of GB/T 38540-2020.',
  ),
  SEAL_LIMIT: entry(
    '印章数据过大或嵌套过深，已拒绝处理。',
    '此文件可能是恶意构造的；请向印章制作单位核实。',
    'The seal data are too large or nested too deeply and were refused.',
    'The file may have been made to do harm; ask the seal maker.',
  ),
  SEAL_SIGNER_ALGORITHM: entry(
    '电子印章只能配合 SM2 签名证书使用，此证书是 {algorithm}。',
    '未签署。请换用 SM2 签名证书，或不使用印章。',
    'An electronic seal goes with an SM2 certificate only; this one is {algorithm}.',
    'It was not signed. Use an SM2 certificate, or sign without the seal.',
  ),
  SEAL_SIGNER_NOT_LISTED: entry(
    '印章“{seal}”没有登记您的证书，您不能使用它。',
    '未签署。请换用您自己的印章，或请印章管理部门把您的证书登记到印章里。',
    'The seal “{seal}” does not list your certificate; you may not use it.',
    'It was not signed. Use a seal of your own, or ask the seal office to have your certificate put on it.',
  ),
  SEAL_UNUSABLE: entry(
    '印章“{seal}”现在不能用：{reason}',
    '未签署。请联系印章管理部门换发印章。',
    'The seal “{seal}” cannot be used now: {reason}',
    'It was not signed. Ask the seal office for a new seal.',
  ),
  SEAL_NOT_TRUSTED: entry(
    '印章“{seal}”的制章者不受本机信任：{reason}',
    '未签署。请信息科核对受信任的制章证书。',
    'The maker of the seal “{seal}” is not trusted here: {reason}',
    'It was not signed. IT should check the trusted seal makers.',
  ),
  SEAL_CARRIER_LEVEL: entry(
    '电子签章单独存放的文件达不到 {level}。',
    '未签署。请把电子签章放在签名属性里，或把级别降为 B-T。',
    'A file whose seal signature stands alone cannot reach {level}.',
    'It was not signed. Carry the seal signature as a signed attribute, or ask for B-T.',
  ),
  SEAL_MAKER_UNUSABLE: entry(
    '此证书不能用来制章：{reason}。',
    '请换用有效的 SM2 制章证书。',
    'This certificate cannot make seals: {reason}.',
    'Use a valid SM2 certificate of the seal maker.',
  ),
  SEAL_REQUEST: entry(
    '印章没有制成：{reason}。',
    '请改正后重新制作。',
    'The seal was not made: {reason}.',
    'Correct it and make the seal again.',
  ),
} as const satisfies Catalog;
