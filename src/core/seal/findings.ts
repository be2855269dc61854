/** Every finding of the seal checks (GB/T 38540 §6, §7; GM/T 0031): how it bears on the verdict, and one sentence in both languages. */
import type { Finding, Verdict } from '#core/pki/index.ts';

interface Entry {
  readonly verdict: Verdict;
  readonly zh: string;
  readonly en: string;
}

const failed = (zh: string, en: string): Entry => ({ verdict: 'FAILED', zh, en });
const unclear = (zh: string, en: string): Entry => ({ verdict: 'INDETERMINATE', zh, en });
const fine = (zh: string, en: string): Entry => ({ verdict: 'PASSED', zh, en });

const SEAL_FINDINGS = {
  // 1 structure
  SEAL_READ: fine('印章数据符合规范的结构。', 'The seal has a proper structure.'),
  SEAL_FORMAT: failed('印章数据的结构不合规范。', 'The seal data have no proper structure.'),
  SEAL_UNSUPPORTED: unclear(
    '印章使用了不支持的版本或图片格式。',
    'The seal uses a version or kind of picture that is not supported.',
  ),
  SEAL_ENCODING: unclear(
    '印章未受签名保护的部分写法不合规范，无法确定。',
    'Parts of the seal that no signature covers are written irregularly; nothing is sure.',
  ),
  SEAL_CRITICAL_EXTENSION: unclear(
    '印章含有不认识的关键扩展，无法确定。',
    'The seal has a critical extension that is not known here.',
  ),
  SEAL_PICTURE: unclear(
    '印章图片与所写的格式或尺寸不符。',
    'The picture of the seal does not fit the kind or size it states.',
  ),
  // 2 value
  SEAL_SIGNATURE_VALID: fine(
    '制章者的签名有效，印章未被改动。',
    "The maker's signature is valid; the seal is unchanged.",
  ),
  SEAL_SIGNATURE: failed(
    '制章者的签名无效：印章被改动或伪造。',
    "The maker's signature is invalid: the seal was changed or forged.",
  ),
  SEAL_ALGORITHM: unclear(
    '印章没有使用 SM2 和 SM3 算法，无法判断。',
    'The seal was not made with SM2 and SM3; it cannot be judged.',
  ),
  SEAL_SM2_VARIANT: fine(
    'SM2 算法标识不是标准的 1.2.156.10197.1.501。',
    'The SM2 algorithm is not written as 1.2.156.10197.1.501.',
  ),
  // 3 date of making
  SEAL_CREATE_DATE: failed(
    '印章的制作日期不在有效期内或晚于现在。',
    'The date of making lies outside the validity of the seal or in the future.',
  ),
  SEAL_LOCAL_TIME: unclear(
    '印章的时间晚于现在不到 8 小时，可能把北京时间写成了世界时。',
    'A time of the seal lies less than 8 hours ahead; its maker may have written Beijing time as UTC.',
  ),
  SEAL_TIMESTAMP_VALID: fine('印章的时间戳有效。', 'The time stamp of the seal is valid.'),
  SEAL_TIMESTAMP: failed('印章的时间戳无效。', 'The time stamp of the seal is invalid.'),
  SEAL_TIMESTAMP_UNCLEAR: unclear('印章的时间戳无法确定。', 'Nothing is sure about the time stamp of the seal.'),
  // 4 maker
  SEAL_MAKER_TRUSTED: fine('制章者的证书有效并受信任。', "The maker's certificate is valid and trusted."),
  SEAL_MAKER_CERT: failed('制章者的证书无效。', "The maker's certificate is invalid."),
  SEAL_MAKER_UNKNOWN: unclear(
    '制章者的证书无法确定，或不受信任。',
    "Nothing is sure about the maker's certificate, or it is not trusted.",
  ),
  SEAL_MAKER_NOT_LISTED: unclear(
    '制章者的证书有效，但不在受信任的制章者之列。',
    "The maker's certificate is valid, but it is not among the trusted seal makers.",
  ),
  SEAL_MAKER_SINCE: fine(
    '制章者的证书在制章时有效，此后已过期或吊销。',
    "The maker's certificate was valid when the seal was made; it expired or was revoked since.",
  ),
  SEAL_MAKER_EXPIRED_SINCE: unclear(
    '制章者的证书现已过期，又没有可信时间证明用章在过期之前。',
    "The maker's certificate has expired since, and no trusted time proves that the seal was used before.",
  ),
  SEAL_MAKER_REVOKED_SINCE: unclear(
    '制章者的证书已吊销，没有时间戳证明印章在吊销之前制作。',
    "The maker's certificate was revoked, and no time stamp proves that the seal was made before.",
  ),
  // 5 validity
  SEAL_IN_VALIDITY: fine('印章在有效期内。', 'The seal is within its validity.'),
  SEAL_NOT_YET_VALID: failed('印章尚未生效。', 'The seal was not yet valid.'),
  SEAL_EXPIRED: failed('印章已过期。', 'The seal had expired.'),
  SEAL_EXPIRED_SINCE: unclear(
    '印章现已过期，又没有可信时间证明用章在过期之前。',
    'The seal has expired since, and no trusted time proves that it was used before.',
  ),
} as const satisfies Readonly<Record<string, Entry>>;

const SIGNATURE_FINDINGS = {
  // 1 structure
  SIGN_READ: fine('电子签章数据符合规范的结构。', 'The seal signature has a proper structure.'),
  SIGN_FORMAT: failed('电子签章数据的结构或版本不合规范。', 'The seal signature has no proper structure or version.'),
  SIGN_UNSUPPORTED: unclear(
    '电子签章使用了不支持的版本或图片格式。',
    'The seal signature uses a version or kind of picture that is not supported.',
  ),
  SIGN_ENCODING: unclear(
    '电子签章未受签名保护的部分写法不合规范，无法确定。',
    'Parts of the seal signature that no signature covers are written irregularly; nothing is sure.',
  ),
  SIGN_CRITICAL_EXTENSION: unclear(
    '电子签章含有不认识的关键扩展，无法确定。',
    'The seal signature has a critical extension that is not known here.',
  ),
  // 2 value
  SIGN_VALUE_VALID: fine('签章者的签名有效。', "The signer's value in the seal signature is valid."),
  SIGN_VALUE: failed(
    '签章者的签名无效：电子签章被改动或伪造。',
    "The signer's value is invalid: the seal signature was changed or forged.",
  ),
  SIGN_ALGORITHM: unclear(
    '电子签章没有使用 SM2 和 SM3 算法，无法判断。',
    'The seal signature was not made with SM2 and SM3; it cannot be judged.',
  ),
  SIGN_SM2_VARIANT: fine(
    'SM2 算法标识不是标准的 1.2.156.10197.1.501。',
    'The SM2 algorithm is not written as 1.2.156.10197.1.501.',
  ),
  // 3 signer and seal
  SIGNER_IN_SEAL: fine('签章者登记在印章中。', 'The seal lists the signer.'),
  SIGNER_NOT_IN_SEAL: failed('签章者没有登记在印章中，无权使用此印章。', 'The seal does not list the signer.'),
  SIGNER_LIST_UNKNOWN: unclear(
    '印章登记签章者所用的摘要算法不受支持，无法判断。',
    'The seal lists its signers by a digest that is not supported.',
  ),
  // 5 signer's certificate
  SIGNER_TRUSTED: fine('签章者的证书有效并受信任。', "The signer's certificate is valid and trusted."),
  SIGNER_CERT: failed('签章者的证书在签章时无效。', "The signer's certificate was not valid when the seal was used."),
  SIGNER_UNKNOWN: unclear(
    '签章者的证书无法确定，或不受信任。',
    "Nothing is sure about the signer's certificate, or it is not trusted.",
  ),
  SIGNER_EXPIRED_SINCE: unclear(
    '签章者的证书现已过期，又没有可信时间证明签章在过期之前。',
    "The signer's certificate has expired since, and no trusted time proves that it signed before.",
  ),
  // 6 protected data
  DOC_HASH_MATCHES: fine('盖章后内容没有改动。', 'The content is as it was when the seal was used.'),
  DOC_HASH: failed('盖章之后内容被改动。', 'The content was changed after the seal was used.'),
  DOC_HASH_UNKNOWN: unclear('无法计算受保护内容的摘要。', 'The digest of the protected content cannot be computed.'),
  SIGN_RANGE_MATCHES: fine('所写的保护范围与文件一致。', 'The stated range of protection fits the file.'),
  SIGN_RANGE: failed('所写的保护范围与文件不一致。', 'The stated range of protection does not fit the file.'),
  SIGN_RANGE_FOREIGN: fine(
    '保护范围的写法不是本程序所知的，以摘要为准。',
    'The range of protection is stated in a way not known here; the digest decides.',
  ),
  // 7 time stamp
  SIGN_TIMESTAMP_VALID: fine('电子签章的时间戳有效。', 'The time stamp of the seal signature is valid.'),
  SIGN_TIMESTAMP: failed('电子签章的时间戳无效。', 'The time stamp of the seal signature is invalid.'),
  SIGN_TIMESTAMP_UNCLEAR: unclear(
    '电子签章的时间戳无法确定。',
    'Nothing is sure about the time stamp of the seal signature.',
  ),
  SIGN_NO_TRUSTED_TIME: fine(
    '电子签章没有时间戳，时间只是签章者声称的。',
    'The seal signature has no time stamp; its time is what the signer claims.',
  ),
  // 8 time of signing
  SIGN_TIME_VALID: fine('签章时间在印章有效期内。', 'The time of use lies within the validity of the seal.'),
  SIGN_TIME: failed(
    '签章时间不在印章有效期内或晚于现在。',
    'The time of use lies outside the validity of the seal or in the future.',
  ),
  SIGN_TIME_MISSING: unclear('电子签章没有写明时间。', 'The seal signature states no time.'),
  SIGN_LOCAL_TIME: unclear(
    '签章时间与可信时间相差约 8 小时，可能把北京时间写成了世界时。',
    'The time of use is about 8 hours ahead; it may be Beijing time written as UTC.',
  ),
} as const satisfies Readonly<Record<string, Entry>>;

const FINDINGS = { ...SEAL_FINDINGS, ...SIGNATURE_FINDINGS };
export type SealFindingCode = keyof typeof FINDINGS;

/** `verdict`: where a step bears on it otherwise than usual. */
export function finding(code: SealFindingCode, detail?: string, verdict?: Verdict): Finding {
  const entry = FINDINGS[code];
  const { zh, en } = entry;
  return { code, verdict: verdict ?? entry.verdict, zh, en, ...(detail === undefined ? {} : { detail }) };
}

export const SEAL_FINDING_CODES = Object.keys(FINDINGS) as readonly SealFindingCode[];
