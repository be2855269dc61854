import type { Certificate } from '#core/pki/index.ts';
import type { CertificateSummary } from './types.ts';

/** What a report shows of a certificate. */
export function summarize(certificate: Certificate): CertificateSummary {
  return {
    subject: certificate.subject,
    commonName: certificate.commonName,
    issuer: certificate.issuer,
    serial: certificate.serial,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
  };
}
