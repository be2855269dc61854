/** Certificate requests, PKCS#10 (RFC 2986), as the CA reads them: possession of the key is checked before a certificate is issued. */
import { asYqError, YqError } from '#core/errors/index.ts';
import { childrenOf, DerCursor, readBitStringBytes, readDer, readOid, Tag } from '../der.ts';
import { readExtensions, type Extension } from '../extensions.ts';
import { readName } from '../name.ts';
import { Oid } from '../oids.ts';
import { toDer } from '../pem.ts';
import { readPublicKey } from '../public-key.ts';
import { verifySignatureValue } from '../signature-value.ts';
import type { PublicKey } from '../types.ts';

export interface CertificateRequest {
  readonly der: Uint8Array;
  readonly subjectDer: Uint8Array;
  /** RFC 4514 text. */
  readonly subject: string;
  readonly commonName: string;
  readonly publicKey: PublicKey;
  /** Asked for by the applicant; the CA decides. */
  readonly extensions: readonly Extension[];
}

/**
 * Reads a request (DER or PEM) and checks that the applicant holds the key.
 * @throws YqError PKI_PARSE, PKI_LIMIT, PKI_REQUEST_SIGNATURE
 */
export function verifyCertificateRequest(input: Uint8Array | string): CertificateRequest {
  try {
    const bytes = toDer(input, ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']);
    const outer = new DerCursor(readDer(bytes, Tag.sequence));
    const info = outer.next(Tag.sequence);
    const algorithm = readOid(new DerCursor(outer.next(Tag.sequence)).next(Tag.oid));
    const signature = readBitStringBytes(outer.next(Tag.bitString));
    outer.end();
    const c = new DerCursor(info);
    c.next(Tag.integer);
    const subject = c.next(Tag.sequence);
    const publicKey = readPublicKey(c.next(Tag.sequence).bytes);
    const attributes = c.optional(Tag.contextConstructed(0));
    c.end();
    if (!verifySignatureValue(publicKey, { oid: algorithm }, info.bytes, signature)) {
      throw new YqError('PKI_REQUEST_SIGNATURE', { detail: algorithm });
    }
    const { text, commonName } = readName(subject);
    const extensions =
      attributes === undefined ? [] : childrenOf(attributes, Tag.sequence).flatMap(requestedExtensions);
    return { der: bytes, subjectDer: subject.bytes, subject: text, commonName, publicKey, extensions };
  } catch (e) {
    throw asYqError(e, 'PKI_PARSE');
  }
}

function requestedExtensions(attribute: { readonly value: Uint8Array }): Extension[] {
  const c = new DerCursor(attribute.value);
  if (readOid(c.next(Tag.oid)) !== Oid.extensionRequest) return [];
  return childrenOf(c.next(Tag.set), Tag.sequence).flatMap(readExtensions);
}
