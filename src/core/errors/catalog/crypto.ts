import { entry, type Catalog } from './entry.ts';

export const cryptoErrors = {
  CRYPTO_SIGNATURE_DER: entry(
    '签名值的编码不合规范。',
    '请重新签署；如再次出现，请把文件交给信息科。',
    'The signature value is not strict DER.',
    'Sign again; if it happens again, hand the file to IT.',
  ),
  CRYPTO_PUBLIC_KEY: entry(
    '公钥不在 SM2 曲线上或格式不对。',
    '请核对证书来源，换用正确的证书。',
    'The public key is not a valid SM2 point.',
    'Check where the certificate comes from and use the right one.',
  ),
  CRYPTO_USER_ID: entry(
    'SM2 用户标识过长。',
    '用户标识最多 8191 字节，请改短。',
    'The SM2 user ID is too long.',
    'A user ID has at most 8191 bytes; shorten it.',
  ),
  CRYPTO_DECRYPT: entry(
    '解密失败：数据被改动或密钥不对。',
    '请核对密钥与文件后重试。',
    'Decryption failed: the data were changed or the key is wrong.',
    'Check key and file and try again.',
  ),
  CRYPTO_PARAMETER: entry(
    '密码运算的参数不对。',
    '请把此信息告诉信息科。',
    'A cryptographic parameter is wrong.',
    'Tell IT about this message.',
  ),
  CRYPTO_ALGORITHM: entry(
    '不支持的密码算法：{algorithm}。',
    '请用支持 SM2、RSA 或 P-256 的证书。',
    'Unsupported algorithm: {algorithm}.',
    'Use a certificate with SM2, RSA or P-256.',
  ),
} as const satisfies Catalog;
