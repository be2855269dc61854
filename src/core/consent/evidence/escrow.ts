/** The escrow certificate: whom evidence is sealed to. An encryption certificate (GB/T 20518), never one that signs. */
import { YqError } from '#core/errors/index.ts';
import type { Certificate, TrustMaterial } from '#core/pki/index.ts';
import { reasonsOf, whyUntrusted } from '../trusted.ts';

const refused = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_ESCROW_CERTIFICATE', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail === undefined ? {} : { detail }),
  });

/** Gives the SM2 point to encrypt to. @throws CONSENT_ESCROW_CERTIFICATE */
export function requireEscrow(certificate: Certificate, at: Date): Uint8Array {
  const { publicKey, keyUsage, notBefore, notAfter } = certificate;
  if (publicKey.kind !== 'sm2' || publicKey.point === undefined)
    throw refused('不是 SM2 证书', 'it is no SM2 certificate');
  if (keyUsage === undefined || !keyUsage.has('keyEncipherment'))
    throw refused('密钥用途不是密钥加密', 'its key is not for encrypting keys', [...(keyUsage ?? [])].join(' '));
  if (keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation'))
    throw refused('签名证书不能用于加密', 'a signing certificate is not for encryption');
  if (at < notBefore || at > notAfter) throw refused('不在有效期内', 'it is not valid now', notAfter.toISOString());
  return publicKey.point;
}

/**
 * The same, and it comes from whom this desk trusts: evidence sealed to a stranger's key would be given away.
 * @throws CONSENT_ESCROW_CERTIFICATE
 */
export function checkEscrow(certificate: Certificate, trust: TrustMaterial, at: Date): void {
  requireEscrow(certificate, at);
  const against = whyUntrusted(certificate, trust, { at, purpose: 'keyEncipherment' });
  if (against !== undefined) throw refused(...reasonsOf(against), against.code);
}
