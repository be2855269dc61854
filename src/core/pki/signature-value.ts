/** One door for every signature value in certificates, CRLs, OCSP answers, CMS and time stamps. */
import { constants, createPublicKey, verify } from 'node:crypto';
import {
  DEFAULT_USER_ID,
  sm2Digest,
  sm2SignatureFromDer,
  sm2Verify,
  sm3,
  type DigestName,
} from '#core/crypto/index.ts';
import { pssParameters } from './algorithm-id.ts';
import { digestOfOid, Oid } from './oids.ts';
import type { PublicKey } from './types.ts';

export interface SignatureAlgorithm {
  readonly oid: string;
  /** SignerInfo.digestAlgorithm; decides where `oid` names no digest (rsaEncryption, ecPublicKey, …301.1). */
  readonly digestOid?: string;
}

/** How a signature algorithm was written; the variants of SM2 are read alike but reported (standards: GB/T 35275, GM/T 0006). */
export interface ResolvedAlgorithm {
  readonly kind: 'sm2' | 'rsa' | 'ecdsa';
  readonly digest: DigestName;
  /** Bytes of salt, for RSASSA-PSS alone. */
  readonly pssSalt?: number;
  /** SM2 only: '501' is the standard form, the others are met in practice. */
  readonly sm2Variant?: '501' | '301.1' | '301' | 'ecPublicKey';
  /** MD5 cannot be verified here at all; SHA-1 is verified but no longer proves anything. */
  readonly weak: boolean;
}

const fixedDigest: Readonly<Record<string, readonly ['rsa' | 'ecdsa', DigestName]>> = {
  [Oid.sha1WithRsa]: ['rsa', 'sha1'],
  [Oid.sha256WithRsa]: ['rsa', 'sha256'],
  [Oid.sha384WithRsa]: ['rsa', 'sha384'],
  [Oid.sha512WithRsa]: ['rsa', 'sha512'],
  [Oid.ecdsaWithSha1]: ['ecdsa', 'sha1'],
  [Oid.ecdsaWithSha256]: ['ecdsa', 'sha256'],
  [Oid.ecdsaWithSha384]: ['ecdsa', 'sha384'],
  [Oid.ecdsaWithSha512]: ['ecdsa', 'sha512'],
};

const sm2Variants: Readonly<Record<string, NonNullable<ResolvedAlgorithm['sm2Variant']>>> = {
  [Oid.sm2WithSm3]: '501',
  [Oid.sm2Sign]: '301.1',
  [Oid.sm2Curve]: '301',
  [Oid.ecPublicKey]: 'ecPublicKey',
};

/** What to compute for a key and an algorithm; undefined when they do not go together or are not supported. */
export function resolveAlgorithm(
  key: PublicKey,
  { oid, digestOid }: SignatureAlgorithm,
): ResolvedAlgorithm | undefined {
  const named = digestOid === undefined ? undefined : digestOfOid(digestOid);
  if (key.kind === 'sm2') {
    const sm2Variant = sm2Variants[oid];
    // SM2 is only ever read with SM3. Some writers repeat …501 where the digest belongs.
    const digestFits =
      digestOid === undefined ? oid === Oid.sm2WithSm3 : digestOid === Oid.sm3 || digestOid === Oid.sm2WithSm3;
    return sm2Variant !== undefined && digestFits ? { kind: 'sm2', digest: 'sm3', sm2Variant, weak: false } : undefined;
  }
  const family = key.kind === 'rsa' ? 'rsa' : key.kind.startsWith('ec-') ? 'ecdsa' : undefined;
  if (family === undefined) return undefined;
  const pss = pssParameters(oid);
  if (pss !== undefined) {
    // RFC 4056 §3: the digest of the content is the one that is signed.
    if (family !== 'rsa' || (digestOid !== undefined && named !== pss.digest)) return undefined;
    return { kind: 'rsa', digest: pss.digest, pssSalt: pss.salt, weak: pss.digest === 'sha1' };
  }
  const fixed = fixedDigest[oid];
  if (fixed !== undefined) {
    if (fixed[0] !== family || (digestOid !== undefined && named !== fixed[1])) return undefined;
    return { kind: family, digest: fixed[1], weak: fixed[1] === 'sha1' };
  }
  const bare = oid === (family === 'rsa' ? Oid.rsaEncryption : Oid.ecPublicKey);
  if (!bare || named === undefined || named === 'sm3') return undefined;
  return { kind: family, digest: named, weak: named === 'sha1' };
}

/**
 * Verifies a signature value over the bytes as received. SM2: e = SM3(Z_A ‖ bytes) with the default user ID and nothing else;
 * an empty ID or a missing Z_A is never tried. False for anything that does not verify, unsupported algorithms included.
 */
export function verifySignatureValue(
  publicKey: PublicKey,
  algorithm: SignatureAlgorithm,
  signedBytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const resolved = resolveAlgorithm(publicKey, algorithm);
  if (resolved === undefined) return false;
  try {
    if (resolved.kind === 'sm2') {
      if (publicKey.point === undefined) return false;
      const e = sm2Digest(publicKey.point, signedBytes, DEFAULT_USER_ID);
      return sm2Verify(publicKey.point, e, sm2SignatureFromDer(signature));
    }
    const key = createPublicKey({ key: Buffer.from(publicKey.spki), format: 'der', type: 'spki' });
    if (resolved.pssSalt === undefined) return verify(resolved.digest, signedBytes, key, signature);
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: resolved.pssSalt };
    return verify(resolved.digest, signedBytes, { key, ...padding }, signature);
  } catch {
    return false;
  }
}

/**
 * Why an SM2 value that failed may have failed, for IT and never for the verdict: it would verify under an empty user ID (OpenSSL 3
 * unless told otherwise), without Z_A (GmSSL's CMS, some tokens), or it is r‖s where DER belongs. undefined: none of these.
 */
export function diagnoseSm2Failure(
  { point }: PublicKey,
  signedBytes: Uint8Array,
  signature: Uint8Array,
): string | undefined {
  if (point === undefined) return undefined;
  try {
    if (signature.length === 64) {
      return sm2Verify(point, sm2Digest(point, signedBytes), signature) ? 'r‖s where DER belongs' : undefined;
    }
    const rs = sm2SignatureFromDer(signature);
    if (sm2Verify(point, sm2Digest(point, signedBytes, new Uint8Array()), rs)) return 'made with an empty user ID';
    return sm2Verify(point, sm3(signedBytes), rs) ? 'made without Z_A' : undefined;
  } catch {
    return undefined;
  }
}
