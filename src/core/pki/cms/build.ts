/** Writing CMS SignedData (RFC 5652) so that BouncyCastle, Tongsuo and every strict reader accept it. */
import { digest, type DigestName } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { childrenOf, der, DerCursor, integer, octetString, oid, readDer, sequence, setOf, Tag, time } from '../der.ts';
import { Oid } from '../oids.ts';
import { digestAlgorithmIdentifier, signatureAlgorithmIdentifier } from '../signing-algorithm.ts';
import type { Signer } from '../types.ts';
import { signingCertificateV2 } from './signing-certificate.ts';

export interface SignedDataRequest {
  /** Detached: the digest of the content, streamed by the caller (for SM2 plain SM3 without Z_A). Attached: the content itself. */
  readonly content: { readonly digest: Uint8Array } | { readonly bytes: Uint8Array };
  /** eContentType; id-data when absent. */
  readonly contentType?: string;
  readonly signer: Signer;
  /** Digest of the content; the signer's own when absent. */
  readonly digest?: DigestName;
  /** Claimed time as a signed attribute. Leave out for PAdES, where /M holds it. */
  readonly signingTime?: Date;
  /** Further signed attributes, each with one value (DER). */
  readonly signedAttributes?: readonly { readonly id: string; readonly value: Uint8Array }[];
  /** RFC 6211, asked for by GM/T 0033-2023 in time stamps. */
  readonly algorithmProtection?: boolean;
  /** false: the SignedData carries no certificates (a time stamp with certReq FALSE). */
  readonly includeCertificates?: boolean;
}

const attribute = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), setOf([value]));

/**
 * DER ContentInfo with one SignerInfo. Signed attributes always: contentType, messageDigest, signingCertificateV2; the SET in DER
 * order. SM2 as …1.501 with e = SM3(Z_A ‖ SET). @throws YqError CRYPTO_ALGORITHM and whatever the signer throws
 */
export async function buildSignedData(request: SignedDataRequest): Promise<Uint8Array> {
  const { signer, content } = request;
  const { certificate } = signer;
  const contentType = request.contentType ?? Oid.data;
  const digestName = request.digest ?? signer.digest;
  const digestAlgorithm = digestAlgorithmIdentifier(digestName);
  const signatureAlgorithm = signatureAlgorithmIdentifier(certificate.publicKey.kind, signer.digest);
  if (digestName !== signer.digest) {
    // digestAlgorithm names both the content's digest and the one inside the signature (RFC 5652 §5.4): they must be one.
    throw new YqError('CRYPTO_ALGORITHM', { params: { algorithm: `${digestName}/${signer.digest}` } });
  }
  const messageDigest = 'digest' in content ? content.digest : digest(digestName, content.bytes);

  const attributes = [
    attribute(Oid.contentType, oid(contentType)),
    attribute(Oid.messageDigest, octetString(messageDigest)),
    attribute(Oid.signingCertificateV2, signingCertificateV2(certificate, digestName)),
    ...(request.signingTime === undefined ? [] : [attribute(Oid.signingTime, time(request.signingTime))]),
    ...(request.algorithmProtection === true
      ? [attribute(Oid.cmsAlgorithmProtection, algorithmProtection(digestAlgorithm, signatureAlgorithm))]
      : []),
    ...(request.signedAttributes ?? []).map(({ id, value }) => attribute(id, value)),
  ];
  const signature = await signer.sign(setOf(attributes));

  const signerInfo = sequence(
    integer(1),
    sequence(certificate.issuerDer, der(Tag.integer, certificate.serialBytes)),
    digestAlgorithm,
    setOf(attributes, Tag.contextConstructed(0)),
    signatureAlgorithm,
    octetString(signature),
  );
  const encapsulated = sequence(
    oid(contentType),
    ...('bytes' in content ? [der(Tag.contextConstructed(0), octetString(content.bytes))] : []),
  );
  const certificates = request.includeCertificates === false ? [] : [certificate, ...signer.chain].map((c) => c.der);
  const signedData = sequence(
    integer(contentType === Oid.data ? 1 : 3),
    setOf([digestAlgorithm]),
    encapsulated,
    ...(certificates.length === 0 ? [] : [setOf(certificates, Tag.contextConstructed(0))]),
    setOf([signerInfo]),
  );
  return sequence(oid(Oid.signedData), der(Tag.contextConstructed(0), signedData));
}

/** CMSAlgorithmProtection (RFC 6211): digestAlgorithm, signatureAlgorithm [1]. */
const algorithmProtection = (digestAlgorithm: Uint8Array, signatureAlgorithm: Uint8Array): Uint8Array =>
  sequence(digestAlgorithm, der(Tag.contextConstructed(1), readDer(signatureAlgorithm).value));

/**
 * Puts a time stamp token into the unsigned attributes of the only SignerInfo (signature-timestamp, RFC 3161 appendix A).
 * All other bytes stay as they are. @throws YqError PKI_PARSE
 */
export function addUnsignedTimeStamp(signedDataDer: Uint8Array, tokenDer: Uint8Array): Uint8Array {
  const [type, wrapper] = childrenOf(readDer(signedDataDer, Tag.sequence));
  const body = wrapper === undefined ? [] : childrenOf(new DerCursor(wrapper).next(Tag.sequence));
  const signerInfos = body.at(-1);
  const signers = signerInfos === undefined ? [] : childrenOf(signerInfos, Tag.sequence);
  const [signer] = signers;
  if (type === undefined || signer === undefined || signers.length !== 1) {
    throw new YqError('PKI_PARSE', { detail: `${signers.length} signers where one belongs` });
  }
  const parts = childrenOf(signer);
  const last = parts.at(-1);
  const existing = last?.tag === Tag.contextConstructed(1) ? childrenOf(last).map((a) => a.bytes) : [];
  const kept = parts.slice(0, existing.length > 0 ? -1 : undefined).map((p) => p.bytes);
  const unsigned = setOf(
    [...existing, attribute(Oid.signatureTimeStamp, readDer(tokenDer).bytes)],
    Tag.contextConstructed(1),
  );
  const signedData = sequence(...body.slice(0, -1).map((p) => p.bytes), setOf([sequence(...kept, unsigned)]));
  return sequence(type.bytes, der(Tag.contextConstructed(0), signedData));
}
