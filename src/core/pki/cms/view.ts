/**
 * Reading CMS SignedData (RFC 5652, GB/T 35275): RFC and GM object identifiers, attributes and values as slices of what was received.
 * Nothing is judged here; see verify.ts.
 */
import { readAlgorithmId } from '../algorithm-id.ts';
import { equalBytes, type DigestName } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { readBer } from '../ber.ts';
import { Certificate } from '../certificate.ts';
import { childrenOf, DerCursor, readDer, readOid, readSmallInteger, Tag, type DerElement } from '../der.ts';
import { digestOfOid, Oid } from '../oids.ts';

export interface CmsAttribute {
  readonly id: string;
  /** DER of each value. */
  readonly values: readonly Uint8Array[];
  /** DER of the whole attribute. */
  readonly der: Uint8Array;
}

export type SignerIdentifier =
  { readonly issuerDer: Uint8Array; readonly serialBytes: Uint8Array } | { readonly subjectKeyId: Uint8Array };

export interface SignerInfoView {
  readonly version: number;
  readonly sid: SignerIdentifier;
  readonly digestOid: string;
  /** undefined: a digest this product does not compute. */
  readonly digest: DigestName | undefined;
  /** As `readAlgorithmId` gives it. */
  readonly signatureOid: string;
  /** Algorithm identifiers as received, for CMSAlgorithmProtection. */
  readonly digestAlgorithmDer: Uint8Array;
  readonly signatureAlgorithmDer: Uint8Array;
  /** Content of the signature OCTET STRING: what a signature time stamp covers. */
  readonly signature: Uint8Array;
  readonly signedAttributes: readonly CmsAttribute[] | undefined;
  /** The signed attributes as received, tag changed to SET OF (0x31): the bytes that are signed. */
  readonly signedAttributesDer: Uint8Array | undefined;
  readonly unsignedAttributes: readonly CmsAttribute[];
}

export interface SignedDataView {
  /** As received, DER or BER. */
  readonly received: Uint8Array;
  /** With definite lengths; what the slices below are taken from. */
  readonly der: Uint8Array;
  /** Which family of content type OIDs the outer type belongs to. */
  readonly family: 'rfc' | 'gm';
  readonly version: number;
  readonly digestAlgorithms: readonly string[];
  readonly contentType: string;
  /** eContent; undefined in a detached signature. */
  readonly content: Uint8Array | undefined;
  readonly certificates: readonly Certificate[];
  /** Certificates inside that could not be read (attribute certificates, broken ones). */
  readonly unreadableCertificates: number;
  /** DER CertificateLists. */
  readonly crls: readonly Uint8Array[];
  /** Revocation information of other kinds. */
  readonly otherRevocation: number;
  readonly signerInfos: readonly SignerInfoView[];
}

/** More certificates or signers than this are not met in practice and only cost time. */
const MAX_CERTIFICATES = 100;
const MAX_SIGNERS = 50;

/** Reads a ContentInfo with SignedData, DER or BER, that fills `der` exactly. @throws YqError PKI_PARSE, PKI_LIMIT */
export function parseSignedData(der: Uint8Array): SignedDataView {
  try {
    const received = new Uint8Array(der);
    const definite = readBer(received);
    if (definite.length !== received.length) throw new YqError('PKI_PARSE', { detail: 'bytes after the end' });
    return { received, ...readSignedData(definite.der) };
  } catch (e) {
    throw asYqError(e, 'PKI_PARSE');
  }
}

function readSignedData(der: Uint8Array): Omit<SignedDataView, 'received'> {
  const outer = new DerCursor(readDer(der, Tag.sequence));
  const type = readOid(outer.next(Tag.oid));
  if (type !== Oid.signedData && type !== Oid.gmSignedData)
    throw new YqError('PKI_PARSE', { detail: `not SignedData: ${type}` });
  const body = new DerCursor(new DerCursor(outer.next(Tag.contextConstructed(0))).next(Tag.sequence));
  outer.end();
  const version = readSmallInteger(body.next(Tag.integer).value);
  const digestAlgorithms = childrenOf(body.next(Tag.set), Tag.sequence).map(algorithmOid);
  const encapsulated = new DerCursor(body.next(Tag.sequence));
  const contentType = readOid(encapsulated.next(Tag.oid));
  const wrapped = encapsulated.optional(Tag.contextConstructed(0));
  encapsulated.end();
  const certificates = body.optional(Tag.contextConstructed(0));
  const crls = body.optional(Tag.contextConstructed(1));
  const signers = childrenOf(body.next(Tag.set), Tag.sequence);
  body.end();
  const revocation = crls === undefined ? [] : childrenOf(crls);
  const lists = revocation.filter((c) => c.tag === Tag.sequence).map((c) => c.bytes);
  if (signers.length > MAX_SIGNERS) throw new YqError('PKI_LIMIT', { detail: `${signers.length} signers` });
  return {
    der,
    family: type === Oid.signedData ? 'rfc' : 'gm',
    version,
    digestAlgorithms,
    contentType,
    // PKCS#7 of 1993 allowed any type here; nothing in this field makes use of it.
    content: wrapped === undefined ? undefined : new DerCursor(wrapped).next(Tag.octetString).value,
    ...readCertificates(certificates),
    crls: lists,
    otherRevocation: revocation.length - lists.length,
    signerInfos: signers.map(readSignerInfo),
  };
}

const algorithmOid = (algorithm: DerElement): string => readOid(new DerCursor(algorithm).next(Tag.oid));

function readCertificates(
  set: DerElement | undefined,
): Pick<SignedDataView, 'certificates' | 'unreadableCertificates'> {
  const elements = set === undefined ? [] : childrenOf(set);
  if (elements.length > MAX_CERTIFICATES) throw new YqError('PKI_LIMIT', { detail: `${elements.length} certificates` });
  const certificates: Certificate[] = [];
  for (const element of elements) {
    try {
      certificates.push(Certificate.parse(element.bytes));
    } catch {
      // One odd certificate among good ones must not make the signature unreadable; it is counted instead.
    }
  }
  return { certificates, unreadableCertificates: elements.length - certificates.length };
}

function readSignerInfo(element: DerElement): SignerInfoView {
  const c = new DerCursor(element);
  const version = readSmallInteger(c.next(Tag.integer).value);
  const sid = readSignerIdentifier(c.next());
  const digestAlgorithm = c.next(Tag.sequence);
  const signed = c.optional(Tag.contextConstructed(0));
  const signatureAlgorithm = c.next(Tag.sequence);
  const signature = c.next(Tag.octetString).value;
  const unsigned = c.optional(Tag.contextConstructed(1));
  c.end();
  const digestOid = algorithmOid(digestAlgorithm);
  return {
    version,
    sid,
    digestOid,
    // Some writers repeat …1.501 where the digest belongs; it can only mean SM3.
    digest: digestOid === Oid.sm2WithSm3 ? 'sm3' : digestOfOid(digestOid),
    signatureOid: readAlgorithmId(signatureAlgorithm),
    digestAlgorithmDer: digestAlgorithm.bytes,
    signatureAlgorithmDer: signatureAlgorithm.bytes,
    signature,
    signedAttributes: signed === undefined ? undefined : childrenOf(signed, Tag.sequence).map(readAttribute),
    signedAttributesDer: signed === undefined ? undefined : Uint8Array.of(Tag.set, ...signed.bytes.subarray(1)),
    unsignedAttributes: unsigned === undefined ? [] : childrenOf(unsigned, Tag.sequence).map(readAttribute),
  };
}

function readSignerIdentifier(element: DerElement): SignerIdentifier {
  if (element.tag === Tag.context(0)) return { subjectKeyId: element.value };
  if (element.tag !== Tag.sequence)
    throw new YqError('PKI_PARSE', { detail: `signer identifier 0x${element.tag.toString(16)}` });
  const c = new DerCursor(element);
  return { issuerDer: c.next(Tag.sequence).bytes, serialBytes: c.next(Tag.integer).value };
}

function readAttribute(element: DerElement): CmsAttribute {
  const c = new DerCursor(element);
  const id = readOid(c.next(Tag.oid));
  const values = childrenOf(c.next(Tag.set)).map((v) => v.bytes);
  c.end();
  return { id, values, der: element.bytes };
}

export const attributesOf = (list: readonly CmsAttribute[] | undefined, id: string): CmsAttribute[] =>
  (list ?? []).filter((a) => a.id === id);

/** The certificate a SignerInfo names, compared over raw bytes. */
export function findSignerCertificate(sid: SignerIdentifier, pool: readonly Certificate[]): Certificate | undefined {
  return pool.find((c) =>
    'subjectKeyId' in sid
      ? c.subjectKeyId !== undefined && equalBytes(c.subjectKeyId, sid.subjectKeyId)
      : equalBytes(c.issuerDer, sid.issuerDer) && equalBytes(c.serialBytes, sid.serialBytes),
  );
}

/** Tokens of the signature-timestamp attribute (RFC 3161 appendix A). */
export const signatureTimeStamps = (signer: SignerInfoView): Uint8Array[] =>
  attributesOf(signer.unsignedAttributes, Oid.signatureTimeStamp).flatMap((a) => [...a.values]);
