/** The one algorithm per kind of key with which a login is signed. */
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';

const BY_KIND: Readonly<Record<string, string>> = {
  sm2: '1.2.156.10197.1.501', // SM2 with SM3
  rsa: '1.2.840.113549.1.1.11', // sha256WithRSAEncryption
  'ec-p256': '1.2.840.10045.4.3.2', // ecdsa-with-SHA256
};

/** Throws LOGIN_CERTIFICATE for a kind of key that nothing here can verify with. */
export function signatureAlgorithm(certificate: Certificate): { oid: string } {
  const oid = BY_KIND[certificate.publicKey.kind];
  if (oid === undefined) {
    throw new YqError('LOGIN_CERTIFICATE', {
      params: { 'reason.zh': '公钥算法不受支持', 'reason.en': 'its kind of key is not supported' },
    });
  }
  return { oid };
}
