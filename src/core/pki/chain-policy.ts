/** What each certificate of a chain must satisfy, whoever signed it. */
import type { Certificate } from './certificate.ts';
import { finding } from './findings.ts';
import { Oid } from './oids.ts';
import { rsaModulusBits } from './public-key.ts';
import { resolveAlgorithm } from './signature-value.ts';
import type { CertificatePurpose, ChainOptions, Finding } from './types.ts';

/**
 * Critical extensions that are honoured here. nameConstraints, policyConstraints and inhibitAnyPolicy are not: a chain that makes
 * them critical is refused rather than half understood.
 */
const knownCritical: ReadonlySet<string> = new Set([
  Oid.basicConstraints,
  Oid.keyUsage,
  Oid.extendedKeyUsage,
  Oid.subjectAltName,
  Oid.issuerAltName,
  Oid.subjectKeyIdentifier,
  Oid.authorityKeyIdentifier,
  Oid.crlDistributionPoints,
  Oid.certificatePolicies,
  Oid.authorityInfoAccess,
  Oid.ocspNoCheck,
]);

/** Validity, critical extensions, CA rights, path length and digest strength along a path, leaf first. */
export function judgeCertificates(
  path: readonly Certificate[],
  { at, atIsProven = true }: Pick<ChainOptions, 'at' | 'atIsProven'>,
): Finding[] {
  const findings: Finding[] = [];
  path.forEach((certificate, i) => {
    const where = `${certificate.subject} (${certificate.serial})`;
    if (at < certificate.notBefore)
      findings.push(finding('CERT_NOT_YET_VALID', 'FAILED', `${where} ${certificate.notBefore.toISOString()}`));
    if (at > certificate.notAfter) {
      const verdict = atIsProven ? 'FAILED' : 'INDETERMINATE';
      findings.push(finding('CERT_EXPIRED', verdict, `${where} ${certificate.notAfter.toISOString()}`));
    }
    const unknown = certificate.extensions.filter((e) => e.critical && !knownCritical.has(e.id));
    for (const { id } of unknown) findings.push(finding('CERT_UNKNOWN_CRITICAL', 'FAILED', `${where} ${id}`));
    const repeated = new Set(certificate.extensions.map((e) => e.id)).size !== certificate.extensions.length;
    if (repeated) findings.push(finding('CERT_UNKNOWN_CRITICAL', 'FAILED', `${where} repeated extension`));

    const issuer = path[i + 1];
    if (issuer !== undefined && isWeak(certificate, issuer))
      findings.push(finding('CERT_WEAK_SIGNATURE', 'INDETERMINATE', where));
    if (hasShortKey(certificate)) findings.push(finding('CERT_WEAK_KEY', 'INDETERMINATE', where));
    if (i > 0) findings.push(...judgeIssuer(certificate, intermediatesBelow(path, i), i === path.length - 1, where));
  });
  return findings;
}

const isWeak = (certificate: Certificate, issuer: Certificate): boolean =>
  resolveAlgorithm(issuer.publicKey, { oid: certificate.signatureAlgorithm })?.weak === true;

/** RSA below 2048 bits has not been acceptable since 2013 (NIST SP 800-131A); the other kinds have one size. */
function hasShortKey({ publicKey }: Certificate): boolean {
  try {
    return (rsaModulusBits(publicKey) ?? 2048) < 2048;
  } catch {
    return true;
  }
}

/** CA certificates between this one and the leaf; self-issued ones (key roll-over) do not count (RFC 5280 §4.2.1.9). */
const intermediatesBelow = (path: readonly Certificate[], i: number): number =>
  path.slice(1, i).filter((c) => !c.isSelfIssued).length;

function judgeIssuer(certificate: Certificate, below: number, isAnchor: boolean, where: string): Finding[] {
  const findings: Finding[] = [];
  // Version 1 roots have no extensions; being configured as a root vouches for them.
  const versionOneRoot = isAnchor && certificate.version < 3;
  if (!certificate.isCa && !versionOneRoot) findings.push(finding('CERT_NOT_CA', 'FAILED', where));
  if (certificate.keyUsage !== undefined && !certificate.keyUsage.has('keyCertSign')) {
    findings.push(finding('CERT_KEY_USAGE', 'FAILED', `${where} keyCertSign`));
  }
  if (certificate.pathLength !== undefined && below > certificate.pathLength) {
    findings.push(finding('CERT_PATH_LENGTH', 'FAILED', `${where} ${below} > ${certificate.pathLength}`));
  }
  return findings;
}

/** keyUsage and extendedKeyUsage of the leaf for what it is asked to be good for. */
export function judgeLeafPurpose(leaf: Certificate, purpose: CertificatePurpose): Finding[] {
  const findings: Finding[] = [];
  const { keyUsage: usage, extendedKeyUsage: extended } = leaf;
  const maySign = usage === undefined || usage.has('digitalSignature') || usage.has('nonRepudiation');
  if (purpose === 'ca') {
    if (!leaf.isCa) findings.push(finding('CERT_NOT_CA', 'FAILED', leaf.serial));
    return findings;
  }
  if (purpose === 'keyEncipherment') {
    if (usage?.has('keyEncipherment') !== true)
      findings.push(finding('CERT_KEY_USAGE', 'FAILED', [...(usage ?? [])].join(' ')));
    return findings;
  }
  // GB/T 20518: of a user's two certificates the encryption one never signs.
  if (!maySign) findings.push(finding('CERT_KEY_USAGE', 'FAILED', [...(usage ?? [])].join(' ')));
  const special: readonly string[] = [Oid.timeStamping, Oid.ocspSigning];
  const allowed =
    purpose === 'timeStamping'
      ? isTimeStampingOnly(leaf)
      : purpose === 'ocspSigning'
        ? extended?.has(Oid.ocspSigning) === true
        : extended === undefined || extended.size === 0 || [...extended].some((id) => !special.includes(id));
  if (!allowed) findings.push(finding('CERT_EXTENDED_KEY_USAGE', 'FAILED', [...(extended ?? [])].join(' ')));
  return findings;
}

/** RFC 3161 §2.3: extendedKeyUsage critical, with id-kp-timeStamping and nothing else. */
export const isTimeStampingOnly = ({ extendedKeyUsage, extendedKeyUsageCritical }: Certificate): boolean =>
  extendedKeyUsageCritical && extendedKeyUsage?.size === 1 && extendedKeyUsage.has(Oid.timeStamping);
