/**
 * Certificates inside SignedData stand outside of what is signed. Each must be a certificate that some issuer at hand has signed as it
 * stands; one that was altered, or that nobody can check, is no part of an honest signature.
 */
import { equalBytes } from '#core/crypto/index.ts';
import { verifySignatureValue, type Certificate, type SignedDataView, type TrustMaterial } from '#core/pki/index.ts';
import { isUnusualCertificate } from './unprotected-form.ts';

/** Signatures verified over one bag of certificates. */
const MAX_SIGNATURES = 60;

/** What is strange about them, for the expert; `chain`: certificates that were judged already. */
export function strangeCertificates(
  { certificates, unreadableCertificates }: SignedDataView,
  { roots, intermediates = [] }: TrustMaterial,
  chain: readonly Certificate[],
): readonly string[] {
  const strange = unreadableCertificates === 0 ? [] : [`${unreadableCertificates} unreadable certificates`];
  const pool = [...roots, ...intermediates, ...certificates];
  let signatures = 0;
  for (const certificate of certificates) {
    if (isUnusualCertificate(certificate)) strange.push(`certificate ${certificate.serial}`);
    else if ([...chain, ...roots, ...intermediates].some((known) => known.equals(certificate))) continue;
    else {
      const issuers = pool.filter((issuer) => equalBytes(issuer.subjectDer, certificate.issuerDer));
      signatures += issuers.length;
      const signed = signatures <= MAX_SIGNATURES && issuers.some((issuer) => isSignedBy(certificate, issuer));
      if (!signed) strange.push(`certificate ${certificate.serial}, which no known issuer has signed`);
    }
  }
  return strange;
}

const isSignedBy = (certificate: Certificate, issuer: Certificate): boolean =>
  verifySignatureValue(
    issuer.publicKey,
    { oid: certificate.signatureAlgorithm },
    certificate.tbs,
    certificate.signature,
  );
