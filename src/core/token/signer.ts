/** A token's key as pki wants it. */
import { sm2SignatureToDer } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { Signer } from '#core/pki/types.ts';
import type { SignOptions, Token, TokenKey } from './types.ts';

/**
 * @param chain further certificates for the SignedData, without the leaf
 * @param options the PIN, for a key with `alwaysAuthenticate`
 * @throws YqError TOKEN_KEY_NOT_FOUND when the key has no certificate
 */
export function tokenSigner(
  token: Token,
  key: TokenKey,
  chain: readonly Certificate[],
  options: SignOptions = {},
): Signer {
  const { certificate, keyId, kind } = key;
  if (certificate === undefined)
    throw new YqError('TOKEN_KEY_NOT_FOUND', { params: { key: key.label || keyId }, detail: 'no certificate' });
  const { together } = token.info;
  return {
    certificate,
    chain,
    digest: kind === 'sm2' ? 'sm3' : 'sha256',
    ...(together !== undefined && { together }),
    sign: signWith(token, key, options),
  };
}

/** SM2 and ECDSA as DER SEQUENCE{r,s} (the same form for both), RSA as it is. Also for a certificate request's KeySigner. */
export function signWith(token: Token, { keyId, kind }: TokenKey, options: SignOptions = {}): Signer['sign'] {
  return async (toBeSigned) => {
    const value = await token.signMessage(keyId, toBeSigned, options);
    return kind === 'rsa' ? value : sm2SignatureToDer(value);
  };
}
