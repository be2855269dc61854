/** OCSP (RFC 6960): requests, answers as received, and the answering side of the demo CA. */
import { readAlgorithmId } from '../algorithm-id.ts';
import { digest, equalBytes, type DigestName } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { Certificate } from '../certificate.ts';
import {
  bitString,
  childrenOf,
  der,
  DerCursor,
  enumerated,
  generalizedTime,
  nullValue,
  octetString,
  oid,
  readBitStringBytes,
  readDer,
  readOid,
  readSmallInteger,
  readTime,
  sequence,
  Tag,
  type DerElement,
} from '../der.ts';
import { encodeExtension, findExtension, readExtensions, type Extension } from '../extensions.ts';
import { publicKeyHash } from '../issue-certificate.ts';
import { digestOfOid, Oid, oidOfDigest } from '../oids.ts';
import { toDer } from '../pem.ts';
import { signatureAlgorithmIdentifier } from '../signing-algorithm.ts';
import type { Signer } from '../types.ts';

/** Names a certificate by hashes of its issuer's name and key. */
export interface CertId {
  readonly digestOid: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Content octets. */
  readonly serialBytes: Uint8Array;
  readonly der: Uint8Array;
}

export type OcspStatus =
  | { readonly status: 'good' }
  | { readonly status: 'unknown' }
  | { readonly status: 'revoked'; readonly revocationDate: Date; readonly reason: number | undefined };

export type OcspSingleResponse = OcspStatus & {
  readonly certId: CertId;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
};

export interface OcspView {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly responder: { readonly nameDer: Uint8Array } | { readonly keyHash: Uint8Array };
  readonly producedAt: Date;
  readonly responses: readonly OcspSingleResponse[];
  /** Raw value of the nonce extension. */
  readonly nonce: Uint8Array | undefined;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
  readonly certificates: readonly Certificate[];
}

/**
 * Reads an OCSPResponse or a bare BasicOCSPResponse.
 * @throws YqError PKI_PARSE, also when responseStatus is not successful
 */
export function parseOcspResponse(input: Uint8Array): OcspView {
  try {
    return readBasicResponse(basicResponse(toDer(input, ['OCSP RESPONSE'])));
  } catch (e) {
    throw asYqError(e, 'PKI_PARSE');
  }
}

function basicResponse(bytes: Uint8Array): DerElement {
  const outer = readDer(bytes, Tag.sequence);
  const c = new DerCursor(outer);
  const status = c.optional(Tag.enumerated);
  if (status === undefined) return outer;
  const code = readSmallInteger(status.value);
  const body = c.optional(Tag.contextConstructed(0));
  if (code !== 0 || body === undefined) throw new YqError('PKI_PARSE', { detail: `OCSP responseStatus ${code}` });
  const parts = new DerCursor(new DerCursor(body).next(Tag.sequence));
  const type = readOid(parts.next(Tag.oid));
  if (type !== Oid.ocspBasic) throw new YqError('PKI_PARSE', { detail: `OCSP responseType ${type}` });
  return readDer(parts.next(Tag.octetString).value, Tag.sequence);
}

function readBasicResponse(basic: DerElement): OcspView {
  const outer = new DerCursor(basic);
  const tbs = outer.next(Tag.sequence);
  const signatureAlgorithm = readAlgorithmId(outer.next(Tag.sequence));
  const signature = readBitStringBytes(outer.next(Tag.bitString));
  const certificates = outer.optional(Tag.contextConstructed(0));
  outer.end();
  const c = new DerCursor(tbs);
  c.optional(Tag.contextConstructed(0));
  const responder = c.next();
  const producedAt = readTime(c.next());
  const responses = childrenOf(c.next(Tag.sequence), Tag.sequence).map(readSingleResponse);
  const wrapped = c.optional(Tag.contextConstructed(1));
  c.end();
  const extensions = wrapped === undefined ? [] : readExtensions(new DerCursor(wrapped).next(Tag.sequence));
  return {
    der: basic.bytes,
    tbs: tbs.bytes,
    responder: readResponder(responder),
    producedAt,
    responses,
    nonce: findExtension(extensions, Oid.ocspNonce)?.value,
    signatureAlgorithm,
    signature,
    certificates:
      certificates === undefined
        ? []
        : childrenOf(new DerCursor(certificates).next(Tag.sequence)).map((e) => Certificate.parse(e.bytes)),
  };
}

function readResponder(element: DerElement): OcspView['responder'] {
  const inner = new DerCursor(element);
  if (element.tag === Tag.contextConstructed(1)) return { nameDer: inner.next(Tag.sequence).bytes };
  if (element.tag === Tag.contextConstructed(2)) return { keyHash: inner.next(Tag.octetString).value };
  throw new YqError('PKI_PARSE', { detail: 'OCSP responderID' });
}

function readSingleResponse(element: DerElement): OcspSingleResponse {
  const c = new DerCursor(element);
  const certId = readCertId(c.next(Tag.sequence));
  const status = readStatus(c.next());
  const thisUpdate = readTime(c.next(Tag.generalizedTime));
  const next = c.optional(Tag.contextConstructed(0));
  return {
    ...status,
    certId,
    thisUpdate,
    nextUpdate: next === undefined ? undefined : readTime(new DerCursor(next).next()),
  };
}

function readStatus(element: DerElement): OcspStatus {
  if (element.tag === Tag.context(0)) return { status: 'good' };
  if (element.tag === Tag.context(2)) return { status: 'unknown' };
  if (element.tag !== Tag.contextConstructed(1)) throw new YqError('PKI_PARSE', { detail: 'OCSP certStatus' });
  const c = new DerCursor(element);
  const revocationDate = readTime(c.next());
  const reason = c.optional(Tag.contextConstructed(0));
  return {
    status: 'revoked',
    revocationDate,
    reason: reason === undefined ? undefined : readSmallInteger(new DerCursor(reason).next(Tag.enumerated).value),
  };
}

function readCertId(element: DerElement): CertId {
  const c = new DerCursor(element);
  return {
    digestOid: readOid(new DerCursor(c.next(Tag.sequence)).next(Tag.oid)),
    issuerNameHash: c.next(Tag.octetString).value,
    issuerKeyHash: c.next(Tag.octetString).value,
    serialBytes: c.next(Tag.integer).value,
    der: element.bytes,
  };
}

/** CertID of a certificate (RFC 6960 §4.1.1). SHA-1 is the widest understood; SM3 is allowed. */
export function encodeCertId(certificate: Certificate, issuer: Certificate, name: DigestName = 'sha1'): Uint8Array {
  return sequence(
    sequence(oid(oidOfDigest(name)), nullValue()),
    octetString(digest(name, issuer.subjectDer)),
    octetString(publicKeyHash(name, issuer.publicKey)),
    der(Tag.integer, certificate.serialBytes),
  );
}

/** Whether an answer is about this certificate of this issuer. */
export function certIdMatches(id: CertId, certificate: Certificate, issuer: Certificate): boolean {
  const name = digestOfOid(id.digestOid);
  return (
    name !== undefined &&
    equalBytes(id.serialBytes, certificate.serialBytes) &&
    equalBytes(id.issuerNameHash, digest(name, issuer.subjectDer)) &&
    equalBytes(id.issuerKeyHash, publicKeyHash(name, issuer.publicKey))
  );
}

/** DER OCSPRequest for one certificate. */
export function createOcspRequest(
  certificate: Certificate,
  issuer: Certificate,
  nonce?: Uint8Array,
  name?: DigestName,
): Uint8Array {
  const extension: Extension[] =
    nonce === undefined ? [] : [{ id: Oid.ocspNonce, critical: false, value: octetString(nonce) }];
  const wrapped = extension.map((e) => der(Tag.contextConstructed(2), sequence(encodeExtension(e))));
  return sequence(sequence(sequence(sequence(encodeCertId(certificate, issuer, name))), ...wrapped));
}

export interface OcspRequestView {
  readonly certIds: readonly CertId[];
  /** Raw value of the nonce extension, to be echoed. */
  readonly nonce: Uint8Array | undefined;
}

/** @throws YqError PKI_PARSE, PKI_LIMIT */
export function parseOcspRequest(input: Uint8Array): OcspRequestView {
  try {
    const tbs = new DerCursor(new DerCursor(readDer(new Uint8Array(input), Tag.sequence)).next(Tag.sequence));
    tbs.optional(Tag.contextConstructed(0));
    tbs.optional(Tag.contextConstructed(1));
    const certIds = childrenOf(tbs.next(Tag.sequence), Tag.sequence).map((r) =>
      readCertId(new DerCursor(r).next(Tag.sequence)),
    );
    const wrapped = tbs.optional(Tag.contextConstructed(2));
    const extensions = wrapped === undefined ? [] : readExtensions(new DerCursor(wrapped).next(Tag.sequence));
    return { certIds, nonce: findExtension(extensions, Oid.ocspNonce)?.value };
  } catch (e) {
    throw asYqError(e, 'PKI_PARSE');
  }
}

export interface OcspAnswer {
  /** DER of the CertID asked for, echoed. */
  readonly certIdDer: Uint8Array;
  readonly status: OcspStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
}

export interface OcspResponseRequest {
  /** The issuing CA, or a responder it certified with id-kp-OCSPSigning. */
  readonly signer: Signer;
  readonly producedAt: Date;
  readonly answers: readonly OcspAnswer[];
  /** Raw nonce extension value of the request. */
  readonly nonce?: Uint8Array | undefined;
}

/** Issues a successful OCSPResponse, DER; the responder is named by its key and its certificate goes along. */
export async function issueOcspResponse({
  signer,
  producedAt,
  answers,
  nonce,
}: OcspResponseRequest): Promise<Uint8Array> {
  const { certificate } = signer;
  const algorithm = signatureAlgorithmIdentifier(certificate.publicKey.kind, signer.digest);
  const nonceExtension =
    nonce === undefined
      ? []
      : [
          der(
            Tag.contextConstructed(1),
            sequence(encodeExtension({ id: Oid.ocspNonce, critical: false, value: nonce })),
          ),
        ];
  const tbs = sequence(
    der(Tag.contextConstructed(2), octetString(publicKeyHash('sha1', certificate.publicKey))),
    generalizedTime(producedAt),
    sequence(...answers.map(encodeAnswer)),
    ...nonceExtension,
  );
  const certificates = der(Tag.contextConstructed(0), sequence(certificate.der));
  const basic = sequence(tbs, algorithm, bitString(await signer.sign(tbs)), certificates);
  const bytes = sequence(oid(Oid.ocspBasic), octetString(basic));
  return sequence(enumerated(0), der(Tag.contextConstructed(0), bytes));
}

/** An answer without content, e.g. 1 malformedRequest, 2 internalError, 6 unauthorized (RFC 6960 §4.2.1). */
export const ocspErrorResponse = (responseStatus: 1 | 2 | 3 | 5 | 6): Uint8Array =>
  sequence(enumerated(responseStatus));

function encodeAnswer({ certIdDer, status, thisUpdate, nextUpdate }: OcspAnswer): Uint8Array {
  return sequence(
    certIdDer,
    encodeStatus(status),
    generalizedTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [der(Tag.contextConstructed(0), generalizedTime(nextUpdate))]),
  );
}

function encodeStatus(status: OcspStatus): Uint8Array {
  if (status.status === 'good') return der(Tag.context(0));
  if (status.status === 'unknown') return der(Tag.context(2));
  const reason = status.reason === undefined ? [] : [der(Tag.contextConstructed(0), enumerated(status.reason))];
  return der(Tag.contextConstructed(1), generalizedTime(status.revocationDate), ...reason);
}
