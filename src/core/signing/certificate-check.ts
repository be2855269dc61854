/** Whether a certificate may sign at all, looked at before anything is written and before a PIN is asked. */
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';

export interface CertificateUse {
  readonly zh: string;
  readonly en: string;
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** Why `certificate` can't sign at `at`; undefined when it can (GB/T 20518: the signing one of the two certificates). */
export function whyUnusable(certificate: Certificate, at: Date): CertificateUse | undefined {
  const { keyUsage, isCa, notBefore, notAfter, publicKey } = certificate;
  if (at < notBefore) {
    return { zh: `自 ${day(notBefore)} 起才生效`, en: `it is not valid before ${day(notBefore)}` };
  }
  if (at > notAfter) return { zh: `已于 ${day(notAfter)} 过期`, en: `it expired on ${day(notAfter)}` };
  if (isCa) return { zh: '这是机构（CA）证书', en: 'it belongs to a certification authority' };
  if (keyUsage && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) {
    return { zh: '它是加密证书，没有签名用途', en: 'it is an encryption certificate without a signing usage' };
  }
  if (!['sm2', 'rsa', 'ec-p256'].includes(publicKey.kind)) {
    return { zh: '不支持它的密钥算法', en: 'its key algorithm is not supported' };
  }
  return undefined;
}

/** Throws SIGN_CERTIFICATE_UNUSABLE. */
export function requireUsable(certificate: Certificate, at: Date): void {
  const reason = whyUnusable(certificate, at);
  if (reason === undefined) return;
  throw new YqError('SIGN_CERTIFICATE_UNUSABLE', {
    params: { 'reason.zh': reason.zh, 'reason.en': reason.en },
    detail: `serial ${certificate.serial}`,
  });
}
