/** ESS signingCertificate (RFC 2634) and signingCertificateV2 (RFC 5035): which certificate a signature is bound to. */
import { digest, equalBytes, type DigestName } from '#core/crypto/index.ts';
import type { Certificate } from '../certificate.ts';
import { childrenOf, der, DerCursor, octetString, readDer, readOid, sequence, Tag } from '../der.ts';
import { directoryName, generalNames } from '../name.ts';
import { digestOfOid, Oid } from '../oids.ts';
import { digestAlgorithmIdentifier } from '../signing-algorithm.ts';

/** DER SigningCertificateV2 with one ESSCertIDv2; the algorithm field is left out for SHA-256 only, being its DEFAULT. */
export function signingCertificateV2(certificate: Certificate, name: DigestName): Uint8Array {
  const essCertId = sequence(
    ...(name === 'sha256' ? [] : [digestAlgorithmIdentifier(name)]),
    octetString(digest(name, certificate.der)),
    sequence(generalNames(directoryName(certificate.issuerDer)), der(Tag.integer, certificate.serialBytes)),
  );
  return sequence(sequence(essCertId));
}

/**
 * Whether the first ESSCertID of an attribute value names this certificate.
 * @param id OID of the attribute, signingCertificate or signingCertificateV2
 * @throws YqError PKI_PARSE
 */
export function namesCertificate(id: string, value: Uint8Array, certificate: Certificate): boolean {
  const [list] = childrenOf(readDer(value, Tag.sequence), Tag.sequence);
  const [first] = list === undefined ? [] : childrenOf(list, Tag.sequence);
  if (first === undefined) return false;
  const c = new DerCursor(first);
  const algorithm = id === Oid.signingCertificateV2 ? c.optional(Tag.sequence) : undefined;
  const name =
    id === Oid.signingCertificate
      ? 'sha1'
      : algorithm === undefined
        ? 'sha256'
        : digestOfOid(readOid(new DerCursor(algorithm).next(Tag.oid)));
  const hash = c.next(Tag.octetString).value;
  if (name === undefined || !equalBytes(hash, digest(name, certificate.der))) return false;
  const issuerSerial = c.optional(Tag.sequence);
  if (issuerSerial === undefined) return true;
  const parts = new DerCursor(issuerSerial);
  parts.next(Tag.sequence);
  return equalBytes(parts.next(Tag.integer).value, certificate.serialBytes);
}
