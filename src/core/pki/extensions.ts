/** X.509 v3 extensions: a raw list, and the values that this product reads (RFC 5280 §4.2). */
import {
  booleanTrue,
  childrenOf,
  DerCursor,
  octetString,
  oid,
  readBoolean,
  readDer,
  readNamedBits,
  readOid,
  readSmallInteger,
  sequence,
  Tag,
  type DerElement,
} from './der.ts';
import { Oid } from './oids.ts';

export interface Extension {
  readonly id: string;
  readonly critical: boolean;
  /** Content of extnValue: the DER of the extension's own type. */
  readonly value: Uint8Array;
}

/** Reads SEQUENCE OF Extension. `critical FALSE` written out, which DER forbids, is tolerated. */
export function readExtensions(list: DerElement): Extension[] {
  return childrenOf(list, Tag.sequence).map((item) => {
    const c = new DerCursor(item);
    const id = readOid(c.next(Tag.oid));
    const flag = c.optional(Tag.boolean);
    const value = c.next(Tag.octetString).value;
    c.end();
    return { id, critical: flag !== undefined && readBoolean(flag), value };
  });
}

/** Extension as DER. */
export const encodeExtension = ({ id, critical, value }: Extension): Uint8Array =>
  sequence(oid(id), ...(critical ? [booleanTrue()] : []), octetString(value));

export const findExtension = (list: readonly Extension[], id: string): Extension | undefined =>
  list.find((e) => e.id === id);

const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsageName = (typeof keyUsageNames)[number];
export const keyUsageBit = (name: KeyUsageName): number => keyUsageNames.indexOf(name);

export interface CertificateExtensions {
  readonly keyUsage: ReadonlySet<string> | undefined;
  readonly extendedKeyUsage: ReadonlySet<string> | undefined;
  readonly extendedKeyUsageCritical: boolean;
  readonly isCa: boolean;
  readonly pathLength: number | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  readonly authorityKeyId: Uint8Array | undefined;
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly issuerUrls: readonly string[];
}

/** Reads the values a certificate is judged by. @throws YqError PKI_PARSE when one of them is malformed */
export function readCertificateExtensions(list: readonly Extension[]): CertificateExtensions {
  const value = (id: string): DerElement | undefined => {
    const found = findExtension(list, id);
    return found === undefined ? undefined : readDer(found.value);
  };
  const constraints = value(Oid.basicConstraints);
  const usage = value(Oid.keyUsage);
  const extended = value(Oid.extendedKeyUsage);
  const access = value(Oid.authorityInfoAccess);
  const points = value(Oid.crlDistributionPoints);
  const authority = value(Oid.authorityKeyIdentifier);
  const { isCa, pathLength } = readBasicConstraints(constraints);
  return {
    keyUsage: usage === undefined ? undefined : new Set(readNamedBits(usage).map((b) => keyUsageNames[b] ?? `bit${b}`)),
    extendedKeyUsage: extended === undefined ? undefined : new Set(childrenOf(extended, Tag.oid).map(readOid)),
    extendedKeyUsageCritical: findExtension(list, Oid.extendedKeyUsage)?.critical ?? false,
    isCa,
    pathLength,
    subjectKeyId: value(Oid.subjectKeyIdentifier)?.value,
    authorityKeyId: authority === undefined ? undefined : new DerCursor(authority).optional(Tag.context(0))?.value,
    crlUrls: points === undefined ? [] : readDistributionUrls(points),
    ocspUrls: access === undefined ? [] : readAccessUrls(access, Oid.ocsp),
    issuerUrls: access === undefined ? [] : readAccessUrls(access, Oid.caIssuers),
  };
}

function readBasicConstraints(element: DerElement | undefined): { isCa: boolean; pathLength: number | undefined } {
  if (element === undefined) return { isCa: false, pathLength: undefined };
  const c = new DerCursor(element);
  const flag = c.optional(Tag.boolean);
  const limit = c.optional(Tag.integer);
  c.end();
  return {
    isCa: flag !== undefined && readBoolean(flag),
    pathLength: limit === undefined ? undefined : readSmallInteger(limit.value),
  };
}

/** uniformResourceIdentifier [6] of a GeneralName. */
const urlOf = (name: DerElement | undefined): string[] =>
  name?.tag === Tag.context(6) ? [new TextDecoder('latin1').decode(name.value)] : [];

function readAccessUrls(access: DerElement, method: string): string[] {
  return childrenOf(access, Tag.sequence).flatMap((item) => {
    const [id, location] = childrenOf(item);
    return id !== undefined && readOid(id) === method ? urlOf(location) : [];
  });
}

function readDistributionUrls(points: DerElement): string[] {
  return childrenOf(points, Tag.sequence).flatMap((point) =>
    childrenOf(point)
      .filter((part) => part.tag === Tag.contextConstructed(0))
      .flatMap((name) => childrenOf(name))
      .filter((fullName) => fullName.tag === Tag.contextConstructed(0))
      .flatMap((fullName) => childrenOf(fullName))
      .flatMap(urlOf),
  );
}
