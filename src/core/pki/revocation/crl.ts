/** Certificate revocation lists (RFC 5280 §5): read as received, issued by the demo CA. */
import { readAlgorithmId } from '../algorithm-id.ts';
import { toHex } from '#core/crypto/index.ts';
import { asYqError } from '#core/errors/index.ts';
import {
  bitString,
  childrenOf,
  der,
  DerCursor,
  enumerated,
  generalizedTime,
  integer,
  readBitStringBytes,
  readBoolean,
  readDer,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
  time,
  type DerElement,
} from '../der.ts';
import { encodeExtension, findExtension, readExtensions, type Extension } from '../extensions.ts';
import { authorityKeyIdentifierValue, keyIdentifier } from '../issue-certificate.ts';
import { readName } from '../name.ts';
import { Oid } from '../oids.ts';
import { toDer } from '../pem.ts';
import { signatureAlgorithmIdentifier } from '../signing-algorithm.ts';
import type { Signer } from '../types.ts';

/** CRLReason numbers (RFC 5280 §5.3.1). */
export const CrlReason = {
  unspecified: 0,
  keyCompromise: 1,
  caCompromise: 2,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
} as const;

export interface CrlEntry {
  /** Content octets of the serial number. */
  readonly serialBytes: Uint8Array;
  readonly revocationDate: Date;
  /** CRLReason number; undefined when not given. */
  readonly reason: number | undefined;
  /** When the key is believed to have been compromised. */
  readonly invalidityDate: Date | undefined;
}

export interface CrlView {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly issuer: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly authorityKeyId: Uint8Array | undefined;
  readonly extensions: readonly Extension[];
  /** Scope of issuingDistributionPoint; 'unusable' for indirect, partial and delta lists and unknown critical extensions. */
  readonly scope: 'all' | 'user-certificates' | 'ca-certificates' | 'unusable';
  readonly size: number;
  find(serialBytes: Uint8Array): CrlEntry | undefined;
}

/** Reads a CertificateList, DER or PEM. @throws YqError PKI_PARSE, PKI_LIMIT */
export function parseCrl(input: Uint8Array | string): CrlView {
  try {
    return readCrl(toDer(input, ['X509 CRL']));
  } catch (e) {
    throw asYqError(e, 'PKI_PARSE');
  }
}

function readCrl(bytes: Uint8Array): CrlView {
  const outer = new DerCursor(readDer(bytes, Tag.sequence));
  const tbs = outer.next(Tag.sequence);
  const signatureAlgorithm = readAlgorithmId(outer.next(Tag.sequence));
  const signature = readBitStringBytes(outer.next(Tag.bitString));
  outer.end();

  const c = new DerCursor(tbs);
  c.optional(Tag.integer);
  const innerAlgorithm = readAlgorithmId(c.next(Tag.sequence));
  const issuer = c.next(Tag.sequence);
  const thisUpdate = readTime(c.next());
  const isTime = c.peek() === Tag.utcTime || c.peek() === Tag.generalizedTime;
  const nextUpdate = isTime ? readTime(c.next()) : undefined;
  const revoked = c.optional(Tag.sequence);
  const wrapped = c.optional(Tag.contextConstructed(0));
  c.end();
  const extensions = wrapped === undefined ? [] : readExtensions(new DerCursor(wrapped).next(Tag.sequence));
  const authority = findExtension(extensions, Oid.authorityKeyIdentifier);
  const entries = new Map<string, DerElement>();
  for (const entry of revoked === undefined ? [] : childrenOf(revoked, Tag.sequence)) {
    entries.set(serialKey(new DerCursor(entry).next(Tag.integer).value), entry);
  }
  return {
    der: bytes,
    tbs: tbs.bytes,
    issuerDer: issuer.bytes,
    issuer: readName(issuer).text,
    thisUpdate,
    nextUpdate,
    signatureAlgorithm:
      signatureAlgorithm === innerAlgorithm ? signatureAlgorithm : `${signatureAlgorithm}≠${innerAlgorithm}`,
    signature,
    authorityKeyId:
      authority === undefined ? undefined : new DerCursor(readDer(authority.value)).optional(Tag.context(0))?.value,
    extensions,
    scope: readScope(extensions),
    size: entries.size,
    find: (serialBytes) => {
      const entry = entries.get(serialKey(serialBytes));
      return entry === undefined ? undefined : readEntry(entry);
    },
  };
}

/**
 * Leading zeros left out: a CA that pads serials in its list and not in its certificates must not make a revoked one look good.
 * That a negative serial then equals a positive one errs on the safe side.
 */
const serialKey = (content: Uint8Array): string => toHex(content.subarray(content.findIndex((b) => b !== 0)));

function readScope(extensions: readonly Extension[]): CrlView['scope'] {
  const known: readonly string[] = [Oid.authorityKeyIdentifier, Oid.crlNumber, Oid.issuingDistributionPoint];
  if (extensions.some((e) => e.critical && !known.includes(e.id))) return 'unusable';
  const point = findExtension(extensions, Oid.issuingDistributionPoint);
  if (point === undefined) return 'all';
  // [0] distributionPoint, [1] onlyContainsUserCerts, [2] onlyContainsCACerts, [3] onlySomeReasons, [4] indirectCRL, [5] attribute certs
  const flags = childrenOf(readDer(point.value, Tag.sequence));
  const set = (n: number): boolean =>
    flags.some((f) => f.tag === Tag.context(n) && readBoolean({ ...f, tag: Tag.boolean }));
  if (flags.some((f) => f.tag === Tag.context(3)) || set(4) || set(5)) return 'unusable';
  if (set(1)) return set(2) ? 'unusable' : 'user-certificates';
  return set(2) ? 'ca-certificates' : 'all';
}

function readEntry(element: DerElement): CrlEntry {
  const c = new DerCursor(element);
  const serialBytes = c.next(Tag.integer).value;
  const revocationDate = readTime(c.next());
  const list = c.optional(Tag.sequence);
  const extensions = list === undefined ? [] : readExtensions(list);
  const reason = findExtension(extensions, Oid.crlReason);
  const invalidity = findExtension(extensions, Oid.invalidityDate);
  return {
    serialBytes,
    revocationDate,
    reason: reason === undefined ? undefined : readSmallInteger(readDer(reason.value, Tag.enumerated).value),
    invalidityDate: invalidity === undefined ? undefined : readTime(readDer(invalidity.value)),
  };
}

export interface RevokedCertificate {
  /** Content octets of the serial (Certificate.serialBytes). */
  readonly serialBytes: Uint8Array;
  readonly revocationDate: Date;
  readonly reason?: number;
  readonly invalidityDate?: Date;
}

export interface CrlRequest {
  readonly signer: Signer;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** crlNumber, growing by one with every list. */
  readonly number: number;
  readonly revoked: readonly RevokedCertificate[];
}

/** Issues a version 2 CRL, DER. */
export async function issueCrl({ signer, thisUpdate, nextUpdate, number, revoked }: CrlRequest): Promise<Uint8Array> {
  const { certificate } = signer;
  const algorithm = signatureAlgorithmIdentifier(certificate.publicKey.kind, signer.digest);
  const extensions = [
    {
      id: Oid.authorityKeyIdentifier,
      critical: false,
      value: authorityKeyIdentifierValue(certificate.subjectKeyId ?? keyIdentifier(certificate.publicKey)),
    },
    { id: Oid.crlNumber, critical: false, value: integer(number) },
  ];
  const tbs = sequence(
    integer(1),
    algorithm,
    certificate.subjectDer,
    time(thisUpdate),
    time(nextUpdate),
    ...(revoked.length === 0 ? [] : [sequence(...revoked.map(encodeEntry))]),
    der(Tag.contextConstructed(0), sequence(...extensions.map(encodeExtension))),
  );
  return sequence(tbs, algorithm, bitString(await signer.sign(tbs)));
}

function encodeEntry({ serialBytes, revocationDate, reason, invalidityDate }: RevokedCertificate): Uint8Array {
  const extensions: Extension[] = [];
  if (reason !== undefined && reason !== CrlReason.unspecified) {
    extensions.push({ id: Oid.crlReason, critical: false, value: enumerated(reason) });
  }
  if (invalidityDate !== undefined) {
    // RFC 5280 §5.3.2: always GeneralizedTime.
    extensions.push({ id: Oid.invalidityDate, critical: false, value: generalizedTime(invalidityDate) });
  }
  const list = extensions.length === 0 ? [] : [sequence(...extensions.map(encodeExtension))];
  return sequence(der(Tag.integer, serialBytes), time(revocationDate), ...list);
}
