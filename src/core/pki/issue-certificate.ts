/** Issuing X.509 certificates (RFC 5280, GM/T 0015): the demo CA, the backend's CA, and tests. */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { digest, randomBytes, type DigestName } from '#core/crypto/index.ts';
import { Certificate } from './certificate.ts';
import { bitString, der, integer, namedBits, octetString, sequence, Tag, time } from './der.ts';
import { encodeExtension, keyUsageBit, type Extension, type KeyUsageName } from './extensions.ts';
import { keySignerOf } from './keys.ts';
import { encodeName, type DistinguishedName } from './name.ts';
import { Oid } from './oids.ts';
import { publicKeyBits } from './public-key.ts';
import { signatureAlgorithmIdentifier } from './signing-algorithm.ts';
import type { KeySigner, PublicKey, Signer } from './types.ts';

export interface CertificateTemplate {
  /** Parts in the order of the encoding (C first, CN last), or a DER Name taken over as it is (from a request). */
  readonly subject: DistinguishedName | Uint8Array;
  readonly publicKey: PublicKey;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Positive magnitude, at most 20 bytes; random (16 bytes) when absent. */
  readonly serial?: Uint8Array;
  /** Present: a CA certificate, `pathLength` intermediate CAs may follow. */
  readonly ca?: { readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsageName[];
  readonly extendedKeyUsage?: readonly string[];
  readonly extendedKeyUsageCritical?: boolean;
  readonly crlUrls?: readonly string[];
  readonly ocspUrls?: readonly string[];
  readonly issuerUrls?: readonly string[];
  /** Further extensions, e.g. those of GB/T 20518. */
  readonly extensions?: readonly Extension[];
}

/** Issues a certificate under the signer's own. @throws YqError CRYPTO_ALGORITHM and whatever the signer throws */
export function issueCertificate(template: CertificateTemplate, issuer: Signer): Promise<Certificate> {
  const { subjectDer, subjectKeyId, publicKey } = issuer.certificate;
  return build(template, subjectDer, subjectKeyId ?? keyIdentifier(publicKey), keySignerOf(issuer));
}

/** Issues a self-signed root; `publicKey` is the signer's. */
export function issueSelfSignedCertificate(
  template: Omit<CertificateTemplate, 'publicKey'>,
  key: KeySigner,
): Promise<Certificate> {
  const full = { ...template, publicKey: key.publicKey };
  return build(full, subjectName(full), keyIdentifier(key.publicKey), key);
}

async function build(
  template: CertificateTemplate,
  issuerName: Uint8Array,
  issuerKeyId: Uint8Array,
  key: KeySigner,
): Promise<Certificate> {
  const algorithm = signatureAlgorithmIdentifier(key.publicKey.kind, key.digest);
  const extensions = certificateExtensions(template, issuerKeyId).map(encodeExtension);
  const tbs = sequence(
    der(Tag.contextConstructed(0), integer(2)),
    integer(template.serial ?? randomSerial()),
    algorithm,
    issuerName,
    sequence(time(template.notBefore), time(template.notAfter)),
    subjectName(template),
    template.publicKey.spki,
    der(Tag.contextConstructed(3), sequence(...extensions)),
  );
  return Certificate.parse(sequence(tbs, algorithm, bitString(await key.sign(tbs))));
}

const subjectName = ({ subject }: Pick<CertificateTemplate, 'subject'>): Uint8Array =>
  subject instanceof Uint8Array ? subject : encodeName(subject);

/** 16 random bytes with the top bit clear and the first byte not zero (RFC 5280 §4.1.2.2). */
export function randomSerial(): Uint8Array {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

/** Key identifier: SHA-1 of the public key bits (RFC 5280 §4.2.1.2 method 1); a name for the key, no proof of anything. */
export const keyIdentifier = (key: PublicKey): Uint8Array => digest('sha1', publicKeyBits(key.spki));

/** Hash of a key or name as OCSP's CertID wants it. */
export const publicKeyHash = (name: DigestName, key: PublicKey): Uint8Array => digest(name, publicKeyBits(key.spki));

const serialize = (value: unknown): Uint8Array => new Uint8Array(AsnConvert.serialize(value));

function certificateExtensions(t: CertificateTemplate, issuerKeyId: Uint8Array): Extension[] {
  const list: Extension[] = [];
  const add = (id: string, critical: boolean, value: Uint8Array): number => list.push({ id, critical, value });
  add(Oid.subjectKeyIdentifier, false, octetString(keyIdentifier(t.publicKey)));
  add(Oid.authorityKeyIdentifier, false, authorityKeyIdentifierValue(issuerKeyId));
  if (t.ca !== undefined) {
    const { pathLength } = t.ca;
    add(
      Oid.basicConstraints,
      true,
      serialize(
        new x509.BasicConstraints({ cA: true, ...(pathLength === undefined ? {} : { pathLenConstraint: pathLength }) }),
      ),
    );
  }
  if (t.keyUsage !== undefined) add(Oid.keyUsage, true, namedBits(t.keyUsage.map(keyUsageBit)));
  if (t.extendedKeyUsage !== undefined) {
    add(
      Oid.extendedKeyUsage,
      t.extendedKeyUsageCritical ?? false,
      serialize(new x509.ExtendedKeyUsage([...t.extendedKeyUsage])),
    );
  }
  if (t.crlUrls !== undefined && t.crlUrls.length > 0)
    add(Oid.crlDistributionPoints, false, crlDistributionPoints(t.crlUrls));
  const access = accessDescriptions(t);
  if (access.length > 0) add(Oid.authorityInfoAccess, false, serialize(new x509.AuthorityInfoAccessSyntax(access)));
  list.push(...(t.extensions ?? []));
  return list;
}

export const authorityKeyIdentifierValue = (keyId: Uint8Array): Uint8Array =>
  serialize(new x509.AuthorityKeyIdentifier({ keyIdentifier: new x509.KeyIdentifier(new OctetString(keyId)) }));

const url = (uniformResourceIdentifier: string): x509.GeneralName =>
  new x509.GeneralName({ uniformResourceIdentifier });

const crlDistributionPoints = (urls: readonly string[]): Uint8Array =>
  serialize(
    new x509.CRLDistributionPoints([
      new x509.DistributionPoint({ distributionPoint: new x509.DistributionPointName({ fullName: urls.map(url) }) }),
    ]),
  );

function accessDescriptions(t: CertificateTemplate): x509.AccessDescription[] {
  const describe = (accessMethod: string, urls: readonly string[] = []): x509.AccessDescription[] =>
    urls.map((u) => new x509.AccessDescription({ accessMethod, accessLocation: url(u) }));
  return [...describe(Oid.ocsp, t.ocspUrls), ...describe(Oid.caIssuers, t.issuerUrls)];
}
