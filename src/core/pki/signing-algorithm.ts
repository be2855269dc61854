/** AlgorithmIdentifiers as this product writes them. */
import type { DigestName } from '#core/crypto/types.ts';
import { YqError } from '#core/errors/index.ts';
import { nullValue, oid, sequence } from './der.ts';
import { oidOfDigest, Oid } from './oids.ts';
import type { PublicKeyKind } from './types.ts';

/** Parameters: absent for SM2 (…1.501) and ECDSA, NULL for RSA (RFC 8017 A.2.4). @throws YqError CRYPTO_ALGORITHM */
export function signatureAlgorithmIdentifier(kind: PublicKeyKind, digest: DigestName): Uint8Array {
  if (kind === 'sm2' && digest === 'sm3') return sequence(oid(Oid.sm2WithSm3));
  if (kind === 'ec-p256' && digest === 'sha256') return sequence(oid(Oid.ecdsaWithSha256));
  if (kind === 'rsa' && digest === 'sha256') return sequence(oid(Oid.sha256WithRsa), nullValue());
  throw new YqError('CRYPTO_ALGORITHM', { params: { algorithm: `${kind}/${digest}` } });
}

/** Parameters absent, as RFC 5754 §2 and GM/T 0006 prefer; readers accept NULL too. */
export const digestAlgorithmIdentifier = (digest: DigestName): Uint8Array => sequence(oid(oidOfDigest(digest)));
