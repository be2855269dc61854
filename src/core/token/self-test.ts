/** Whether a key really signs: random bytes in, the value verified in software (inside signMessage). */
import { randomBytes } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { SelfTestReport, SignOptions, Token } from './types.ts';

const names = { sm2: 'SM2', rsa: 'RSA', 'ec-p256': 'ECDSA P-256' } as const;

/**
 * The token must be logged in. Run it once for every new driver, profile or key.
 * @throws YqError TOKEN_SIGNATURE_WRONG when the profile does not fit, and whatever signing throws
 */
export async function selfTest(token: Token, keyId: string, options: SignOptions = {}): Promise<SelfTestReport> {
  const key = (await token.certificates()).find((candidate) => candidate.keyId === keyId);
  if (key === undefined) throw new YqError('TOKEN_KEY_NOT_FOUND', { params: { key: keyId } });
  const started = performance.now();
  await token.signMessage(keyId, randomBytes(64), options);
  return { algorithm: names[key.kind], milliseconds: performance.now() - started };
}
