/** Writes SignedData as a careless or hostile signer would: every part can be set. Signatures are right unless asked otherwise. */
import { digest, type DigestName } from '#core/crypto/index.ts';
import type { Signer } from '#core/pki/index.ts';
import { der, integer, octetString, oid, sequence, setOf, Tag } from '../../../src/core/pki/der.ts';
import { Oid } from '../../../src/core/pki/oids.ts';

export interface ForgedSigner {
  readonly digestOid?: string;
  readonly signatureOid?: string;
  /** Attributes in the order given, unsorted; 'none' leaves them out and signs the content. */
  readonly attributes?: readonly Uint8Array[] | 'none';
  /** Bytes to be signed instead of the right ones. */
  readonly signedBytes?: Uint8Array;
  readonly unsigned?: readonly Uint8Array[];
}

export interface Forgery {
  readonly contentType?: string;
  readonly outerType?: string;
  readonly content: Uint8Array;
  readonly signers: readonly ForgedSigner[];
  readonly certificates?: readonly Uint8Array[];
}

export const attribute = (id: string, ...values: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(id), der(Tag.set, ...values));

/** contentType and messageDigest, as they should be. */
export const properAttributes = (contentType: string, name: DigestName, content: Uint8Array): Uint8Array[] => [
  attribute(Oid.contentType, oid(contentType)),
  attribute(Oid.messageDigest, octetString(digest(name, content))),
];

export async function forge(signer: Signer, forgery: Forgery): Promise<Uint8Array> {
  const { content, contentType = Oid.data, outerType = Oid.signedData } = forgery;
  const { certificate } = signer;
  const infos: Uint8Array[] = [];
  for (const s of forgery.signers) {
    const attributes = s.attributes ?? properAttributes(contentType, signer.digest, content);
    const toSign = attributes === 'none' ? content : der(Tag.set, ...attributes);
    const value = await signer.sign(s.signedBytes ?? toSign);
    infos.push(
      sequence(
        integer(1),
        sequence(certificate.issuerDer, der(Tag.integer, certificate.serialBytes)),
        sequence(oid(s.digestOid ?? Oid[signer.digest])),
        ...(attributes === 'none' ? [] : [der(Tag.contextConstructed(0), ...attributes)]),
        sequence(oid(s.signatureOid ?? Oid.sm2WithSm3)),
        octetString(value),
        ...(s.unsigned === undefined ? [] : [der(Tag.contextConstructed(1), ...s.unsigned)]),
      ),
    );
  }
  const signedData = sequence(
    integer(1),
    setOf([sequence(oid(Oid[signer.digest]))]),
    sequence(oid(contentType), der(Tag.contextConstructed(0), octetString(content))),
    der(Tag.contextConstructed(0), ...(forgery.certificates ?? [certificate.der])),
    der(Tag.set, ...infos),
  );
  return sequence(oid(outerType), der(Tag.contextConstructed(0), signedData));
}
