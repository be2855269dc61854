/** Certificate requests, PKCS#10 (RFC 2986), as the applicant makes them. */
import { bitString, integer, oid, sequence, setOf, Tag } from '../der.ts';
import { encodeExtension, type Extension } from '../extensions.ts';
import { encodeName, type DistinguishedName } from '../name.ts';
import { Oid } from '../oids.ts';
import { signatureAlgorithmIdentifier } from '../signing-algorithm.ts';
import type { KeySigner } from '../types.ts';

/** DER CertificationRequest signed with the applicant's key. */
export async function createCertificateRequest(
  request: { readonly subject: DistinguishedName; readonly extensions?: readonly Extension[] },
  key: KeySigner,
): Promise<Uint8Array> {
  const wanted = request.extensions ?? [];
  const attributes =
    wanted.length === 0 ? [] : [sequence(oid(Oid.extensionRequest), setOf([sequence(...wanted.map(encodeExtension))]))];
  const info = sequence(
    integer(0),
    encodeName(request.subject),
    key.publicKey.spki,
    setOf(attributes, Tag.contextConstructed(0)),
  );
  const algorithm = signatureAlgorithmIdentifier(key.publicKey.kind, key.digest);
  return sequence(info, algorithm, bitString(await key.sign(info)));
}
