/** How a key signs under a profile: which mechanism, what it is fed, what it gives. */
import { concatBytes, createHash, DEFAULT_USER_ID, sm2Digest, sm2Za } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { KeyMaterial } from './keys.ts';
import type { SignMechanism, VendorProfile } from './profile.ts';
import { Ck } from './protocol.ts';
import { normaliseSm2, sha256DigestInfo } from './signature-value.ts';

export interface SigningPlan {
  readonly mechanism: number;
  readonly parameter: Uint8Array | undefined;
  readonly data: Uint8Array;
  /** What the result is verified against: e for SM2, the SHA-256 digest else. */
  readonly digest: Uint8Array;
  normalise(value: Uint8Array): Uint8Array;
}
type ToSign = { readonly digest: Uint8Array } | { readonly message: Uint8Array };

/** Mechanisms that take e come first: Z_A and SM3 are then ours, and no doubt about the user ID is left. */
function sm2Mechanism(
  profile: VendorProfile,
  offered: ReadonlySet<number> | undefined,
  digestOnly: boolean,
): SignMechanism {
  const known = profile.sm2?.sign ?? [];
  const present = known.filter(({ mechanism }) => offered === undefined || offered.has(mechanism));
  const chosen = present.find(({ input }) => input === 'digest') ?? (digestOnly ? undefined : present[0]);
  if (chosen !== undefined) return chosen;
  const params = { profile: profile.id };
  throw new YqError(present.length > 0 ? 'TOKEN_PROFILE_NO_DIGEST' : 'TOKEN_PROFILE_NO_MECHANISM', { params });
}

function planSm2(
  profile: VendorProfile,
  offered: ReadonlySet<number> | undefined,
  point: Uint8Array,
  toSign: ToSign,
): SigningPlan {
  const chosen = sm2Mechanism(profile, offered, 'digest' in toSign);
  const plan = (digest: Uint8Array, data: Uint8Array): SigningPlan => ({
    mechanism: chosen.mechanism,
    parameter: chosen.idParameter ? DEFAULT_USER_ID : undefined,
    data,
    digest,
    normalise: (value) => normaliseSm2(value, chosen.format),
  });
  if ('digest' in toSign) return plan(toSign.digest, toSign.digest);
  const e = sm2Digest(point, toSign.message);
  if (chosen.input === 'digest') return plan(e, e);
  return plan(e, chosen.input === 'plain' ? concatBytes(sm2Za(point), toSign.message) : toSign.message);
}

/**
 * @param offered the token's mechanism list, when it could be read
 * @throws YqError TOKEN_DATA_LENGTH, TOKEN_PROFILE_NO_MECHANISM, TOKEN_PROFILE_NO_DIGEST
 */
export function planSignature(
  { publicKey }: KeyMaterial,
  profile: VendorProfile,
  offered: ReadonlySet<number> | undefined,
  toSign: ToSign,
): SigningPlan {
  if ('digest' in toSign && toSign.digest.length !== 32) {
    throw new YqError('TOKEN_DATA_LENGTH', { detail: `a digest of ${toSign.digest.length} bytes` });
  }
  if (publicKey.kind === 'sm2' && publicKey.point !== undefined)
    return planSm2(profile, offered, publicKey.point, toSign);
  const digest = 'digest' in toSign ? toSign.digest : createHash('sha256').update(toSign.message).digest();
  const plan = { parameter: undefined, digest, normalise: (value: Uint8Array) => value };
  if (publicKey.kind === 'rsa' && profile.rsa)
    return { ...plan, mechanism: Ck.ckmRsaPkcs, data: sha256DigestInfo(digest) };
  if (publicKey.kind === 'ec-p256' && profile.ec) return { ...plan, mechanism: Ck.ckmEcdsa, data: digest };
  throw new YqError('TOKEN_PROFILE_NO_MECHANISM', { params: { profile: profile.id }, detail: publicKey.kind });
}
