/** Findings of the pki room: what was seen in a chain, a CMS or a time stamp, with one sentence in both languages. */
import { errorText, isErrorCode } from '#core/errors/index.ts';
import type { Finding, Verdict } from './types.ts';

const sentences = {
  CERT_EXPIRED: ['证书在所判时间已过期。', 'The certificate had expired at the time in question.'],
  CERT_NOT_YET_VALID: ['证书在所判时间尚未生效。', 'The certificate was not yet valid at the time in question.'],
  CERT_SIGNATURE_INVALID: [
    '证书的签名与其签发者的密钥不符。',
    "The certificate's signature does not fit its issuer's key.",
  ],
  CERT_WEAK_SIGNATURE: ['证书用弱摘要算法签发。', 'The certificate was issued with a weak digest.'],
  CERT_WEAK_KEY: ['证书的密钥过短。', 'The key of the certificate is too short.'],
  CERT_NOT_CA: ['链上的签发者不是 CA 证书。', 'An issuer in the chain is not a CA certificate.'],
  CERT_PATH_LENGTH: ['证书链超过 CA 允许的级数。', 'The chain is longer than a CA in it allows.'],
  CERT_KEY_USAGE: ['证书的密钥用途不允许此用法。', 'The key usage of the certificate does not allow this use.'],
  CERT_EXTENDED_KEY_USAGE: [
    '证书的扩展用途不允许此用法。',
    'The extended key usage of the certificate does not allow this use.',
  ],
  CERT_UNKNOWN_CRITICAL: [
    '证书含有不认识的关键扩展。',
    'The certificate has a critical extension that is not known here.',
  ],
  CERT_REVOKED: ['证书在所判时间已被吊销。', 'The certificate was revoked at the time in question.'],
  CERT_REVOKED_LATER: [
    '证书后来被吊销，不影响所判时间。',
    'The certificate was revoked later, which does not bear on the time in question.',
  ],
  CERT_KEY_COMPROMISED: [
    '证书因私钥泄露被吊销，签名不可信。',
    'The certificate was revoked because its key was compromised; its signatures prove nothing.',
  ],
  CHAIN_NO_TRUST_ANCHOR: ['证书链没有通到受信任的根证书。', 'The chain does not lead to a trusted root.'],
  CHAIN_TRUSTED: ['证书链通到受信任的根证书。', 'The chain leads to a trusted root.'],
  REVOCATION_NOT_CHECKED: [
    '没有吊销信息，未检查吊销状态。',
    'No revocation information was given; the status was not checked.',
  ],
  REVOCATION_STALE: ['吊销信息不覆盖所判时间。', 'The revocation information does not cover the time in question.'],
  REVOCATION_UNKNOWN: ['证书状态服务不认识此证书。', 'The status service does not know the certificate.'],
  REVOCATION_EVIDENCE_INVALID: [
    '吊销信息的签名或签发者无效。',
    'Signature or issuer of the revocation information is invalid.',
  ],
  CMS_NO_SIGNER: ['签名数据中没有签名人。', 'The signed data have no signer.'],
  CMS_SEVERAL_SIGNERS: [
    '签名数据中有多个签名人，只判了其中一个。',
    'The signed data have several signers; only one was judged.',
  ],
  CMS_SIGNER_CERT_MISSING: ['找不到签名人的证书。', "The signer's certificate cannot be found."],
  CMS_MISSING_ATTRIBUTE: ['缺少必须的签名属性。', 'A mandatory signed attribute is missing.'],
  CMS_DUPLICATE_ATTRIBUTE: ['签名属性重复或取值不唯一。', 'A signed attribute is repeated or has several values.'],
  CMS_CONTENT_TYPE_MISMATCH: [
    '签名属性中的内容类型与实际不符。',
    'The signed content type differs from the actual one.',
  ],
  CMS_DIGEST_MISMATCH: [
    '内容已被改动：摘要与签名的不符。',
    'The content was changed: its digest differs from the signed one.',
  ],
  CMS_SIGNATURE_INVALID: ['签名值无效。', 'The signature value is invalid.'],
  CMS_SIGNATURE_VALID: ['签名值有效。', 'The signature value is valid.'],
  CMS_SM2_DIGEST: ['SM2 签名必须使用 SM3 摘要。', 'An SM2 signature must use the SM3 digest.'],
  CMS_SM2_VARIANT: [
    'SM2 签名算法标识不是标准的 1.2.156.10197.1.501。',
    'The SM2 signature algorithm is not written as 1.2.156.10197.1.501.',
  ],
  CMS_ALGORITHM_UNSUPPORTED: [
    '不支持的签名或摘要算法，无法判定。',
    'The signature or digest algorithm is not supported, no verdict is possible.',
  ],
  CMS_WEAK_DIGEST: [
    '使用了弱摘要算法，不能证明内容未改。',
    'A weak digest was used; it does not prove that the content is unchanged.',
  ],
  CMS_SIGNING_CERTIFICATE_ABSENT: [
    '签名没有绑定签名证书。',
    'The signature does not name its certificate (no signingCertificate attribute).',
  ],
  CMS_SIGNING_CERTIFICATE_MISMATCH: [
    '签名绑定的证书与签名人证书不符。',
    "The certificate named in the signature is not the signer's.",
  ],
  CMS_ALGORITHM_PROTECTION: [
    '受保护的算法与实际使用的算法不符。',
    'The protected algorithms differ from those in use.',
  ],
  CMS_ATTRIBUTES_NOT_DER: ['签名属性未按规范排序。', 'The signed attributes are not in DER order.'],
  CMS_ATTRIBUTE_CONFUSION: [
    '内容伪装成签名属性，签名不可信。',
    'The content poses as signed attributes; the signature cannot be trusted.',
  ],
  CMS_CONTENT_MISSING: [
    '没有签名属性时须有原文才能判定。',
    'Without signed attributes the content itself is needed for a verdict.',
  ],
  CMS_NO_SIGNED_ATTRIBUTES: ['签名没有签名属性。', 'The signature has no signed attributes.'],
  TSA_TIME_TRUSTED: ['时间戳有效。', 'The time stamp is valid.'],
} as const satisfies Readonly<Record<string, readonly [zh: string, en: string]>>;

export type PkiFindingCode = keyof typeof sentences;

/** A finding; codes of the error catalogue (TSA_…) take their sentence from there. */
export function finding(code: PkiFindingCode | `TSA_${string}`, verdict: Verdict, detail?: string): Finding {
  const words = Object.hasOwn(sentences, code) ? sentences[code as PkiFindingCode] : undefined;
  const [zh, en] =
    words ?? (isErrorCode(code) ? [errorText(code, 'zh').what, errorText(code, 'en').what] : [code, code]);
  return { code, verdict, zh, en, ...(detail === undefined ? {} : { detail }) };
}

/** FAILED beats INDETERMINATE beats PASSED. Nothing found is not a pass: the caller says what it passed for. */
export function worstVerdict(findings: readonly Finding[]): Verdict {
  if (findings.some((f) => f.verdict === 'FAILED')) return 'FAILED';
  return findings.length === 0 || findings.some((f) => f.verdict === 'INDETERMINATE') ? 'INDETERMINATE' : 'PASSED';
}
